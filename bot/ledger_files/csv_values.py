"""One row of a CSV file and its values, each refused by column name when it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from bot.billing.drafts import FileRefused, Problem, Source, refused
from bot.ledger_files.csv_table import Table
from bot.shared.errors import InvalidInput
from bot.shared.money import InexactAmount, Money, exponent

_POINT = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
_COMMA = re.compile(r"-?[0-9]{1,15}(?:,[0-9]{1,12})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_MAX_PROBLEMS = 20
_REMEMBERED = 32_768

_Choice = TypeVar("_Choice", bound=StrEnum)
_Built = TypeVar("_Built")
_Argument = TypeVar("_Argument")


# The same dates, seats and prices recur on thousands of rows; parsing them once halves the time of an import.
@lru_cache(maxsize=_REMEMBERED)
def _day(text: str) -> date | None:
    return date.fromisoformat(text) if _DATE.fullmatch(text) else None


@lru_cache(maxsize=_REMEMBERED)
def _number(text: str, *, decimal_comma: bool) -> Decimal | None:
    if _POINT.fullmatch(text):
        return Decimal(text)
    if decimal_comma and _COMMA.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


@lru_cache(maxsize=_REMEMBERED)
def _money(text: str, currency: str, *, decimal_comma: bool) -> Money | None:
    number = _number(text, decimal_comma=decimal_comma)
    if number is None:
        return None
    money = Money(number, currency)
    money.to_minor()
    return money


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its place.

    Attributes:
        fields: Trimmed, by column name.
        decimal_comma: Whether a comma may stand for the decimal point.
    """

    fields: dict[str, str]
    label: str
    line: int
    decimal_comma: bool

    def source(self) -> Source:
        """Return where the row begins."""
        return Source(self.label, self.line)

    def refusal(self, column: str, reason: str, way_out: str) -> FileRefused:
        """Return the refusal of the file because of this value."""
        return refused(source=self.source(), field=column, reason=reason, way_out=way_out)

    def text(self, column: str) -> str:
        """Return the value; an empty string when it is empty or the column is not there."""
        return self.fields.get(column, "")

    def required(self, column: str) -> str:
        """Return the value. Raises: FileRefused when it is empty."""
        value = self.fields.get(column)
        if not value:
            raise self.refusal(column, "the value is empty", "Fill it in")
        return value

    def several(self, column: str) -> tuple[str, ...]:
        """Return the distinct values between ``|`` signs, in order; may be empty."""
        return tuple(dict.fromkeys(part for piece in self.text(column).split("|") if (part := piece.strip())))

    def day(self, column: str) -> date:
        """Return the date. Raises: FileRefused."""
        value = self.required(column)
        try:
            found = _day(value)
        except ValueError as error:
            raise self.refusal(column, f"there is no day {value}", "Correct it") from error
        if found is None:
            raise self.refusal(column, f"{value!r} is not a date", "Write it as 2026-03-31")
        return found

    def day_or_none(self, column: str) -> date | None:
        """Return the date, or None when the value is empty. Raises: FileRefused."""
        return self.day(column) if self.text(column) else None

    def decimal(self, column: str) -> Decimal:
        """Return the number. Raises: FileRefused."""
        value = self.required(column)
        found = _number(value, decimal_comma=self.decimal_comma)
        if found is not None:
            return found
        example = "1284.55 or 1284,55" if self.decimal_comma else "1284.55"
        raise self.refusal(column, f"{value!r} is not a number", f"Write it as {example}, without spaces or thousands separators")

    def money(self, column: str, currency: str) -> Money:
        """Return the amount in ``currency``, exact in minor units. Raises: FileRefused."""
        try:
            found = _money(self.required(column), currency, decimal_comma=self.decimal_comma)
        except InexactAmount as error:
            raise self.refusal(column, str(error), f"Round it to {exponent(currency)} decimals") from error
        return found or self.exact_money(column, currency)

    def exact_money(self, column: str, currency: str) -> Money:
        """Return the amount in ``currency`` with as many decimals as are written. Raises: FileRefused."""
        return Money(self.decimal(column), currency)

    def money_or_zero(self, column: str, currency: str) -> Money:
        """Return the amount in ``currency``, zero when the value is empty. Raises: FileRefused."""
        return self.money(column, currency) if self.text(column) else Money.zero(currency)

    def currency(self, column: str) -> str:
        """Return the currency code. Raises: FileRefused."""
        value = self.required(column)
        try:
            return Money.zero(value).currency
        except InvalidInput as error:
            raise self.refusal(column, str(error), "Write three capital letters such as EUR or HUF") from error

    def whole(self, column: str) -> int:
        """Return the whole number, zero or above. Raises: FileRefused."""
        value = self.required(column)
        if not (value.isascii() and value.isdigit()) or len(value) > len("999999999"):
            raise self.refusal(column, f"{value!r} is not a whole number from 0 upwards", "Correct it")
        return int(value)

    def yes(self, column: str) -> bool:
        """Return whether the value is ``yes``. Raises: FileRefused when it is neither ``yes`` nor ``no``."""
        return self.one_of(column, ("yes", "no")) == "yes"

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """Return the value, lower-case. Raises: FileRefused when it is none of ``allowed``."""
        value, choices = self.required(column).lower(), tuple(allowed)
        if value not in choices:
            raise self.refusal(column, f"{self.text(column)!r} is not known", f"Use one of {', '.join(choices)}")
        return value

    def choice(self, column: str, kind: type[_Choice]) -> _Choice:
        """Return the member of ``kind`` that the value names. Raises: FileRefused."""
        return kind(self.one_of(column, kind))


def each_row(*, table: Table, build: Callable[[Row], _Built]) -> Iterator[_Built]:
    """Yield what ``build`` makes of every row of ``table``, until a row is refused; from there on problems are only collected.

    Raises:
        FileRefused: After the last row, or after so many problems that reading on helps nobody.
    """
    problems = ProblemList()
    for row in rows_of(table=table, problems=problems):
        built = problems.attempt(build, row)
        if built is not None and not problems.found:
            yield built
    problems.settle()


def rows_of(*, table: Table, problems: ProblemList) -> Iterator[Row]:
    """Yield the rows of ``table``; a row that cannot be told apart ends the reading with all ``problems`` so far. Raises: FileRefused."""
    try:
        for line, fields in table.rows:
            yield Row(fields, table.label, line, table.decimal_comma)
    except FileRefused as error:
        raise FileRefused((*problems.found, *error.problems)) from error


class ProblemList:
    """Collects what is wrong with a file, so that a person can mend several rows at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def attempt(self, build: Callable[[_Argument], _Built], argument: _Argument) -> _Built | None:
        """Return what ``build`` makes of ``argument``, or None when it refused; its problems are kept.

        Raises:
            FileRefused: There are so many problems that reading on helps nobody.
        """
        try:
            return build(argument)
        except FileRefused as error:
            self.found.extend(error.problems)
            if len(self.found) >= _MAX_PROBLEMS:
                raise FileRefused(self.found) from error
            return None

    def settle(self) -> None:
        """Raise what was collected, if anything. Raises: FileRefused."""
        if self.found:
            raise FileRefused(self.found)
