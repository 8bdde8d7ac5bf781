"""Typed access to the elements of a UBL document, with refusals that name the element path and the line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lxml import etree

from bot.billing.drafts import FileRefused, Problem, Source, refused
from bot.ledger_files.xml_safe import line_of, path_of
from bot.shared.errors import InvalidInput
from bot.shared.money import Money

CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MAX_INTEGER_DIGITS = 15
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_ASK_SELLER = "Ask the issuer for a corrected document"


def expand(path: str) -> str:
    """Return a path of UBL names such as ``Party/EndpointID`` with namespaces, by UBL's rule for aggregate and basic names.

    A name written ``cbc:X`` is a basic component, every other one an aggregate. Source: UBL 2.1 naming and design rules.
    """
    return "/".join(CBC + step[4:] if step.startswith("cbc:") else CAC + step for step in path.split("/"))


@dataclass(frozen=True, slots=True)
class Node:
    """An element of the document, with what is needed to refuse it by name.

    Attributes:
        currency: The document's currency, or an empty string while it is not known.
    """

    element: etree._Element
    file: str
    currency: str = ""

    def children(self, path: str) -> tuple[Node, ...]:
        """Return the elements at ``path`` in document order; may be empty."""
        return tuple(Node(found, self.file, self.currency) for found in self.element.iterfind(expand(path)))

    def child(self, path: str) -> Node | None:
        """Return the first element at ``path``, or None."""
        found = self.element.find(expand(path))
        return None if found is None else Node(found, self.file, self.currency)

    def value(self) -> str:
        """Return the element's own text with white space normalised."""
        return " ".join((self.element.text or "").split())

    def text(self, path: str) -> str:
        """Return the text at ``path``, or an empty string when the element is missing or empty."""
        found = self.child(path)
        return "" if found is None else found.value()

    def texts(self, path: str) -> tuple[str, ...]:
        """Return the distinct, non-empty texts at ``path`` in document order."""
        return tuple(dict.fromkeys(text for found in self.children(path) if (text := found.value())))

    def required(self, path: str, rule: str) -> Node:
        """Return the element at ``path``. Raises: FileRefused naming ``rule`` of EN 16931 when it is missing or empty."""
        found = self.child(path)
        if found is None or (not found.value() and not len(found.element)):
            raise self.refusal(reason=f"{path.replace('cbc:', '')} is missing ({rule})", way_out=_ASK_SELLER)
        return found

    def day(self) -> date:
        """Return the element's date; a time zone is dropped. Raises: FileRefused."""
        match = _DATE.fullmatch(self.value())
        try:
            return date.fromisoformat(match[1] if match else "")
        except ValueError as error:
            raise self.refusal(reason=f"{self.value()!r} is not a date such as 2026-03-31", way_out=_ASK_SELLER) from error

    def decimal(self) -> Decimal:
        """Return the element's number. Raises: FileRefused."""
        text = self.value()
        if not _DECIMAL.fullmatch(text) or len(text.lstrip("+-").split(".")[0]) > _MAX_INTEGER_DIGITS:
            raise self.refusal(reason=f"{text!r} is not a number such as 1284.55", way_out=_ASK_SELLER)
        return Decimal(text)

    def amount(self) -> Decimal:
        """Return the element's amount, as exact as it is written. Raises: FileRefused, also for another currency."""
        stated = self.element.get("currencyID") or self.currency
        if stated != self.currency:
            raise self.refusal(reason=f"the amount is in {stated}, the document in {self.currency}", way_out=_ASK_SELLER)
        return self.decimal()

    def money(self, amount: Decimal) -> Money:
        """Return ``amount`` in the document's currency. Raises: FileRefused when the currency code is not one."""
        try:
            return Money(amount, self.currency)
        except InvalidInput as error:
            raise self.refusal(reason=str(error), way_out=_ASK_SELLER) from error

    def period(self, path: str) -> tuple[date | None, date | None]:
        """Return start and exclusive end of the period at ``path``; each may be None. UBL states the last day, inclusive."""
        found = self.child(path)
        if found is None:
            return None, None
        first, last = found.child("cbc:StartDate"), found.child("cbc:EndDate")
        start = first.day() if first else None
        end = last.day() + timedelta(days=1) if last else None
        if start and end and end <= start:
            raise found.refusal(reason=f"the period ends on {end - timedelta(days=1)}, before it starts on {start}", way_out=_ASK_SELLER)
        return start, end

    def source(self) -> Source:
        """Return where the element begins."""
        return Source(self.file, line_of(self.element))

    def problem(self, *, reason: str, way_out: str) -> Problem:
        """Return a problem of this element, with its path and line."""
        return Problem(source=self.source(), field=path_of(self.element), reason=reason, way_out=way_out)

    def refusal(self, *, reason: str, way_out: str) -> FileRefused:
        """Return the refusal of the file because of this element."""
        return refused(source=self.source(), field=path_of(self.element), reason=reason, way_out=way_out)


def first(texts: Sequence[str]) -> str:
    """Return the first of ``texts``, or an empty string."""
    return texts[0] if texts else ""
