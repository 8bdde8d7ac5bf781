"""The fingerprint of a document's content: equal when, and only when, importing it again would change nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal

from bot.billing.model import Invoice, InvoiceLine
from bot.shared.money import Money

_FIELD = "\x1f"
_RECORD = "\x1e"
_INVOICE_FIELDS = tuple(field.name for field in fields(Invoice) if field.name not in {"id", "lines"})
_LINE_FIELDS = tuple(field.name for field in fields(InvoiceLine))


def content_fingerprint(document: Invoice) -> str:
    """Return the SHA-256 (hex) of everything in ``document`` but its id; 1 and 1.00 are the same amount."""
    parts = [_record(document, _INVOICE_FIELDS), *(_record(line, _LINE_FIELDS) for line in document.lines)]
    return hashlib.sha256(_RECORD.join(parts).encode()).hexdigest()


def differing_fields(one: Invoice, other: Invoice) -> Iterator[str]:
    """Yield the names of the fields in which two documents differ, ``lines`` last."""
    for name in _INVOICE_FIELDS:
        if _text(getattr(one, name)) != _text(getattr(other, name)):
            yield name
    if [_record(line, _LINE_FIELDS) for line in one.lines] != [_record(line, _LINE_FIELDS) for line in other.lines]:
        yield "lines"


def _record(thing: Invoice | InvoiceLine, names: tuple[str, ...]) -> str:
    return _FIELD.join([_text(getattr(thing, name)) for name in names])


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Money):
        return f"{value.currency}{_plain(value.amount)}"
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, tuple):
        return "|".join(map(_text, value))
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def _plain(number: Decimal) -> str:
    # Trailing zeros are no content; minus zero is zero.
    return f"{number.normalize():f}" if number else "0"
