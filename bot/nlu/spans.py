"""What was found where in a message, and which finding stands when two overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Of two findings of one length the earlier name wins: a customer, ticket or tax number also looks like an invoice number.
PRIORITY: tuple[str, ...] = (
    *("customer_number", "ticket_number", "email", "tax_number", "amount", "login_code", "invoice_number"),
    *("period", "date", "person", "product", "quantity", "which"),
)
SHAPED: frozenset[str] = frozenset(
    {"customer_number", "ticket_number", "login_code", "invoice_number", "tax_number", "email", "amount", "quantity", "date"}
)


@dataclass(frozen=True, slots=True)
class Span:
    """One entity in a message.

    Attributes:
        start: Index of the first character.
        end: Index after the last character (exclusive).
        entity: One of ``PRIORITY``.
        value: Normalised value, as actions use it.
    """

    start: int
    end: int
    entity: str
    value: str


def _rank(span: Span) -> tuple[int, int, int]:
    priority = PRIORITY.index(span.entity) if span.entity in PRIORITY else len(PRIORITY)
    return (span.start - span.end, priority, span.start)


def reconcile(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans that stand, in reading order: the longest first, then by ``PRIORITY``, and none over another."""
    kept: list[Span] = []
    for span in sorted(spans, key=_rank):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))


_REFUSED = re.compile(r"(?:^|[\s,;])(?:not|nem)\s+(?:the\s+|that\s+|az?\s+)?$")


def drop_refused(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return the spans without those said to be not meant ("not this year's", "nem az idei") while another of the kind is.

    Mail addresses stay: which of two is the old and which the new one is for the reader of the request to see.

    Args:
        text: The message, folded.
        spans: What was found in it.
    """
    refused = {span for span in spans if span.entity != "email" and _REFUSED.search(text[: span.start])}
    meant = {span.entity for span in spans if span not in refused}
    return tuple(span for span in spans if span not in refused or span.entity not in meant)


def is_only_shaped(text: str, spans: tuple[Span, ...]) -> bool:
    """Tell whether a message is nothing but numbers and codes of known shape, with at most signs and blanks between them."""
    rest = list(text)
    for span in spans:
        if span.entity in SHAPED:
            rest[span.start : span.end] = " " * (span.end - span.start)
    return any(span.entity in SHAPED for span in spans) and not any(character.isalnum() for character in rest)


def mask(text: str, spans: tuple[Span, ...], entities: frozenset[str]) -> str:
    """Return ``text`` with each span of ``entities`` replaced by its name, such as ``_invoice_number_``."""
    parts: list[str] = []
    position = 0
    for span in spans:
        if span.entity in entities:
            parts += [text[position : span.start], f" _{span.entity}_ "]
            position = span.end
    return "".join([*parts, text[position:]])
