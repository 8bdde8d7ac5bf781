"""Replies that agents use again and again, with gaps for live values. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.shared.words import Words

MONEY_PLACEHOLDERS = frozenset({"invoice.number", "invoice.amount", "invoice.open", "invoice.due", "balance", "overdue"})
"""Gaps that only somebody who may read a customer's money can have filled."""
PLACEHOLDERS = MONEY_PLACEHOLDERS | {"customer.name", "customer.number", "contact.name", "agent.name", "ticket.number", "hours.open"}
"""Every gap there is."""
_GAP = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply to choose.

    Attributes:
        key: Stable name.
        shortcut: What an agent types to find it, each once, lower-case.
        text: With gaps such as ``{invoice.amount}``; the same ones in both languages.
    """

    key: str
    shortcut: str
    text: Words

    def placeholders(self) -> frozenset[str]:
        """Return the names of its gaps; may be empty."""
        return placeholders_in(self.text.en)

    def needs_money(self) -> bool:
        """Return whether a gap of it is about the customer's money."""
        return bool(self.placeholders() & MONEY_PLACEHOLDERS)


def placeholders_in(text: str) -> frozenset[str]:
    """Return what stands in braces in ``text``; may be empty."""
    return frozenset(_GAP.findall(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return ``text`` with its gaps filled; one without a value stays visible as ``⟦invoice.amount⟧``, and blocks sending."""
    return _GAP.sub(lambda gap: values.get(gap[1]) or f"⟦{gap[1]}⟧", text)
