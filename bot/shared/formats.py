"""How amounts, dates and quantities are written for people, in English and Hungarian.

Spaces are always U+0020: chat windows, screen readers and searches treat the no-break kinds unevenly.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal, get_currency_symbol

from bot.shared.money import Money, exponent, round_half_up

_PLAIN_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-"})
_UNIT_PRICE_DECIMALS = 6
_QUANTITY_DECIMALS = 10
_DATE = {"en": "d MMMM y", "hu": "y. MMMM d."}
_SHORT_DATE = {"en": "d MMM y", "hu": "y. MM. dd."}
_MONTH = {"en": "MMMM y", "hu": "y. MMMM"}


def show_money(money: Money, language: str) -> str:
    """Return ``money`` as people write it: ``€1,284.55`` or ``1 284,55 EUR``; ``HUF 128,455`` or ``128 455 Ft``.

    Rounded half-up to the minor unit. Whole forints are shown without decimals; other currencies always with theirs.
    """
    rounded = round_half_up(money)
    whole_forints = rounded.currency == "HUF" and rounded.amount == rounded.amount.to_integral_value()
    decimals = 0 if whole_forints else exponent(rounded.currency)
    return _with_symbol(rounded, _number(abs(rounded.amount), language, least=decimals, most=decimals), language)


def show_unit_price(money: Money, language: str) -> str:
    """Return a unit price like ``show_money``, but with up to six decimals where it has more than its currency."""
    rounded = money.amount.quantize(Decimal(1).scaleb(-_UNIT_PRICE_DECIMALS), rounding=ROUND_HALF_UP)
    if rounded == round_half_up(money).amount:
        return show_money(money, language)
    return _with_symbol(
        Money(rounded, money.currency),
        _number(abs(rounded), language, least=exponent(money.currency), most=_UNIT_PRICE_DECIMALS),
        language,
    )


def show_quantity(quantity: Decimal, language: str) -> str:
    """Return ``quantity`` with the language's separators, its decimals (ten at most) and no trailing zeros."""
    number = _number(abs(quantity), language, least=0, most=_QUANTITY_DECIMALS)
    return f"-{number}" if quantity < 0 else number


def show_percent(percent: Decimal, language: str) -> str:
    """Return ``percent`` (0-100) such as ``27%``; both languages write the sign without a space."""
    return f"{show_quantity(percent, language)}%"


def show_date(day: date, language: str) -> str:
    """Return ``day`` in words, such as ``2 March 2026`` or ``2026. március 2.`` (with its full stop)."""
    return _plain(format_date(day, _DATE[_known(language)], locale=_known(language)))


def show_short_date(day: date, language: str) -> str:
    """Return ``day`` in a table's width, such as ``2 Mar 2026`` or ``2026. 03. 02.`` (with its full stop)."""
    return _plain(format_date(day, _SHORT_DATE[_known(language)], locale=_known(language)))


def show_month(day: date, language: str) -> str:
    """Return the month of ``day``: ``March 2026`` or ``2026. március``."""
    return _plain(format_date(day, _MONTH[_known(language)], locale=_known(language)))


def show_time(at: time, language: str) -> str:
    """Return a time of the day on the 24-hour clock: ``08:30`` in English, ``8:30`` in Hungarian."""
    return _plain(format_time(at, "HH:mm" if _known(language) == "en" else "H:mm", locale=_known(language)))


def show_datetime(instant: datetime, language: str, *, zone: ZoneInfo) -> str:
    """Return the aware ``instant`` as the clock in ``zone`` shows it: ``2 March 2026, 08:30`` or ``2026. március 2. 8:30``."""
    local = instant.astimezone(zone)
    joint = ", " if _known(language) == "en" else " "
    return f"{show_date(local.date(), language)}{joint}{show_time(local.time(), language)}"


def show_weekdays(first: int, last: int, language: str) -> str:
    """Return a run of weekdays (Monday 0 … Sunday 6, both inclusive): ``Monday–Friday`` or ``hétfő–péntek``."""
    names = get_day_names("wide", locale=_known(language))
    return names[first] if first == last else f"{names[first]}–{names[last]}"


def _known(language: str) -> str:
    return "hu" if language == "hu" else "en"


def _plain(text: str) -> str:
    return text.translate(_PLAIN_SPACES)


def _number(number: Decimal, language: str, *, least: int, most: int) -> str:
    pattern = "#,##0." + "0" * least + "#" * (most - least) if most else "#,##0"
    return _plain(format_decimal(number, format=pattern, locale=_known(language)))


def _with_symbol(money: Money, number: str, language: str) -> str:
    symbol = get_currency_symbol(money.currency, locale=_known(language))
    sign = "-" if money.amount < 0 else ""
    if _known(language) == "hu":
        return f"{sign}{number} {money.currency if symbol == '€' else symbol}"
    # A code of letters needs a space before the number, a symbol such as € does not.
    return f"{sign}{symbol}{' ' if symbol[-1].isalpha() else ''}{number}"
