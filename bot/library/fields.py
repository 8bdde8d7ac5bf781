"""The kinds of value the knowledge files hold. Each says what is wrong and the way out in one phrase."""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import list_currencies
from pydantic import AfterValidator, BeforeValidator, Field

from bot.shared.errors import InvalidInput
from bot.support.hours import is_public_holiday

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPAN = re.compile(r"([0-2]\d:[0-5]\d)\s*[-–]\s*([0-2]\d:[0-5]\d)")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LINK = re.compile(r"https?://[^\s/]+\S*")
_SHORTCUT = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_PHONE = re.compile(r"\+\d[\d ]{6,20}\d")


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(f"{value!r} is not a day of the calendar") from error
    raise ValueError(f"{value!r} is not a date; write it as 2026-12-24")


def _span(value: object) -> tuple[time, time]:
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"{value!r} is not a span of time; write it as 08:30-17:00")
    opens, closes = _clock(match[1]), _clock(match[2], end=True)
    if closes != time(0, 0) and closes <= opens:
        raise ValueError(f"{value!r} closes before it opens; split a span over midnight in two, the first to 24:00")
    return opens, closes


def _clock(text: str, *, end: bool = False) -> time:
    if end and text in {"24:00", "00:00"}:
        return time(0, 0)
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a time of the day; write 00:00 to 23:59, or 24:00 for the end of the day") from error


def _spans(value: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
    ordered = sorted(value)
    for (_, closes), (opens, _) in pairwise(ordered):
        if closes == time(0, 0) or opens < closes:
            raise ValueError("two spans of one day overlap; let each begin after the one before it ends")
    return tuple(ordered)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is not a time zone; use an IANA name such as Europe/Budapest") from error
    return value


def _country(value: str) -> str:
    if not _COUNTRY.fullmatch(value):
        raise ValueError(f"{value!r} is not a country; use two capital letters of ISO 3166 such as HU")
    try:
        is_public_holiday(country=value, day=date(2026, 1, 1))
    except InvalidInput as error:
        raise ValueError(str(error)) from error
    return value


def _currency(value: str) -> str:
    if value not in list_currencies():
        raise ValueError(f"{value!r} is not a currency; use an ISO 4217 code such as EUR")
    return value


def _iban(value: str) -> str:
    plain = value.replace(" ", "").upper()
    rearranged = plain[4:] + plain[:4]
    well_formed = plain.isascii() and re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", plain)
    if not well_formed or int("".join(str(int(character, 36)) for character in rearranged)) % 97 != 1:
        raise ValueError(f"{value!r} is not an IBAN: its check digits do not fit; copy it again from the bank")
    return plain


def _matching(pattern: re.Pattern[str], reason: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"{value!r} {reason}")
        return value

    return AfterValidator(check)


def _regex(value: str) -> str:
    try:
        matches_nothing = re.compile(value).fullmatch("")
    except re.error as error:
        raise ValueError(f"{value!r} is not a regular expression: {error}") from error
    if matches_nothing:
        raise ValueError(f"{value!r} matches an empty text; ask for at least one character")
    return value


def _amount(value: object) -> Decimal:
    try:
        amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is not an amount; write it with a point, such as 4900 or 12.50") from error
    if not amount.is_finite() or amount < 0:
        raise ValueError(f"{value!r} is not an amount of 0 or more")
    return amount


def _open_minutes(value: object) -> int:
    minutes = _amount(value) * 60
    if minutes <= 0 or minutes != minutes.to_integral_value():
        raise ValueError(f"{value!r} is not a number of hours that makes whole minutes; write 4 or 0.5")
    return int(minutes)


Text = Annotated[str, Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_day)]
Span = Annotated[tuple[time, time], BeforeValidator(_span)]
Spans = Annotated[tuple[Span, ...], AfterValidator(_spans)]
Zone = Annotated[str, AfterValidator(_zone)]
HolidayCountry = Annotated[str, AfterValidator(_country)]
Currency = Annotated[str, AfterValidator(_currency)]
Iban = Annotated[str, AfterValidator(_iban)]
Bic = Annotated[str, _matching(_BIC, "is not a BIC of 8 or 11 characters")]
Mail = Annotated[str, _matching(_MAIL, "is not a mail address")]
Link = Annotated[str, _matching(_LINK, "is not a link; begin it with https://")]
Shortcut = Annotated[str, _matching(_SHORTCUT, "is not a shortcut; use 1 to 20 small letters, digits and dashes")]
Regex = Annotated[str, AfterValidator(_regex)]
Amount = Annotated[Decimal, BeforeValidator(_amount)]
OpenMinutes = Annotated[int, BeforeValidator(_open_minutes)]


def check_contact(kind: str, value: str) -> None:
    """Check that ``value`` can be used to reach the partner by ``kind`` (a ``ContactKind``).

    Raises:
        ValueError: It cannot; says what such a value looks like.
    """
    looks = {
        "phone": (_PHONE, "a telephone number with its country code, such as +36 1 555 0123"),
        "mail": (_MAIL, "a mail address"),
        "portal": (_LINK, "a link that begins with https://"),
    }
    if kind == "chat":
        if value:
            raise ValueError("chat has no value, since the customer is in it; leave the key out")
        return
    pattern, wanted = looks.get(kind, (re.compile(r".+"), "a postal address"))
    if not pattern.fullmatch(value):
        raise ValueError(f"{value!r} is not {wanted}")
