"""What an invoice is set against: in "why is it higher than last month?" last month is the yardstick, not what is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from actions.pick import pick
from actions.turn import Turn
from bot.billing.explain import comparable_before
from bot.billing.model import Invoice
from bot.billing.service import AmbiguousInvoice
from bot.shared.errors import NotFound
from bot.shared.text import fold

_NAMING = ("invoice_number", "period", "date", "which")
# Stands before a yardstick: "higher than (the one in) …", "mint a …".
_BEFORE = re.compile(
    r"(?:\bthan|\bcompared?\s+(?:to|with)|\bversus|\bvs\.?|\bagainst|\bdiffer\w*\s+(?:from|to)|\b(?:up|down|rise|jump)\s+from|\bunlike|\bmint)"
    r"(?:\s+(?:the|our|my|it|was|in|for|of|one|invoice|bill|amount|that|a|az|volt))*\s*$"
)
# Ends a yardstick: "az októberinél", "az előző havi számlához képest".
_AFTER = re.compile(
    r"\S+(?:\s+(?:havi|szaml|szla|honap|ev)\S*){0,2}(?<=n[ae]l)(?!\w)|\S+(?:\s+(?:havi|szaml|szla|honap|ev)\S*){0,2}\s+kepest\b"
)


def set_against(turn: Turn) -> tuple[Turn, Turn | None]:
    """Return the turn with only what is asked about, and one with only the yardstick, or None when there is none.

    Both share what the turn says and remembers.
    """
    folded = fold(turn.text)
    subject: dict[str, list[str]] = {}
    yardstick: dict[str, list[str]] = {}
    for name, values in turn.entities.items():
        for value, start in zip(values, turn.starts.get(name, ()) or (0,) * len(values), strict=False):
            is_yardstick = name in _NAMING and _is_yardstick(folded, start)
            (yardstick if is_yardstick else subject).setdefault(name, []).append(value)
    if not yardstick:
        return turn, None
    return _with(turn, subject), _with(turn, yardstick)


def yardstick_of(turn: Turn, *, current: Invoice) -> Invoice | None:
    """Return the invoice that a yardstick's turn names and that ``current`` can be compared with, or None."""
    focus = turn.slots.get("focus_invoice")
    # "Than the one before" is before the one asked about, whatever was talked about last.
    beside = replace(turn, slots={**turn.slots, "focus_invoice": current.number}, remembered={})
    try:
        named = pick(beside, prefer_focus=False)
    except (NotFound, AmbiguousInvoice):
        return None
    finally:
        turn.remember(focus_invoice=turn.remembered.get("focus_invoice") or focus)
    return comparable_before(current=current, earlier=[view.invoice for view in named])


def _is_yardstick(folded: str, start: int) -> bool:
    return bool(_BEFORE.search(folded[:start]) or _AFTER.match(folded[start:]))


def _with(turn: Turn, entities: Mapping[str, list[str]]) -> Turn:
    return replace(turn, entities={name: tuple(values) for name, values in entities.items()})
