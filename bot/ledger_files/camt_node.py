"""Access to the elements of an ISO 20022 message by local name, so that every version of it is read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from bot.billing.drafts import FileRefused, Source, refused
from bot.ledger_files.xml_safe import line_of, local_name, path_of
from bot.shared.errors import InvalidInput
from bot.shared.money import InexactAmount, Money

_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{0,5})?")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*|Z|[+-][0-9]{2}:[0-9]{2})?")
_WAY_OUT = "Ask the bank for the statement again"


@dataclass(frozen=True, slots=True)
class Entry:
    """An element of a statement with what is needed to refuse it by name."""

    element: etree._Element
    file: str

    def all(self, path: str) -> Iterator[Entry]:
        """Yield the elements at ``path`` (local names, ``/`` between) in document order."""
        return (Entry(found, self.file) for found in _descend([self.element], path.split("/")))

    def one(self, *paths: str) -> Entry | None:
        """Return the first element at the first of ``paths`` that has one, or None."""
        return next((found for path in paths for found in self.all(path)), None)

    def text(self, *paths: str) -> str:
        """Return the text at the first of ``paths`` that has any, white space normalised, or an empty string."""
        return next((text for path in paths for found in self.all(path) if (text := found.value())), "")

    def value(self) -> str:
        """Return the element's own text with white space normalised."""
        return " ".join((self.element.text or "").split())

    def money(self) -> Money:
        """Return the amount with its currency (attribute ``Ccy``). Raises: FileRefused."""
        text = self.value()
        if not _AMOUNT.fullmatch(text):
            raise self.refusal(f"{text!r} is not an amount")
        try:
            amount = Money(Decimal(text), self.element.get("Ccy") or "")
            amount.to_minor()
        except InexactAmount as error:
            raise self.refusal(str(error)) from error
        except InvalidInput as error:
            raise self.refusal(str(error)) from error
        return amount

    def day(self) -> date:
        """Return the date of a ``Dt`` or ``DtTm``. Raises: FileRefused."""
        match = _DAY.fullmatch(self.value())
        try:
            return date.fromisoformat(match[1] if match else "")
        except ValueError as error:
            raise self.refusal(f"{self.value()!r} is not a date") from error

    def source(self) -> Source:
        """Return where the element begins."""
        return Source(self.file, line_of(self.element))

    def refusal(self, reason: str) -> FileRefused:
        """Return the refusal of the file because of this element."""
        return refused(source=self.source(), field=path_of(self.element, numbered=False), reason=reason, way_out=_WAY_OUT)


def _descend(elements: list[etree._Element], steps: list[str]) -> Iterator[etree._Element]:
    for element in elements:
        for child in element:
            if local_name(child) == steps[0]:
                if len(steps) == 1:
                    yield child
                else:
                    yield from _descend([child], steps[1:])
