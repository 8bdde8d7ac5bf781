"""Amounts and dates as people write them, and read back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library.formats import (
    show_date,
    show_datetime,
    show_money,
    show_month,
    show_percent,
    show_quantity,
    show_short_date,
    show_time,
    show_unit_price,
    show_weekdays,
)
from bot.shared.money import Money, exponent

MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "hu": [
        "január",
        "február",
        "március",
        "április",
        "május",
        "június",
        "július",
        "augusztus",
        "szeptember",
        "október",
        "november",
        "december",
    ],
}
SYMBOLS = {"€": "EUR", "Ft": "HUF", "$": "USD", "¥": "JPY"}
LANGUAGES = st.sampled_from(["en", "hu"])
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=3)


def read_money(text: str, language: str) -> Money:
    """Read an amount back the way a person would."""
    number = "".join(character for character in text if character.isdigit() or character in ",.-")
    unit = "".join(character for character in text if not (character.isdigit() or character in ",.- "))
    number = number.replace(",", "") if language == "en" else number.replace(",", ".")
    return Money(Decimal(number), SYMBOLS.get(unit, unit))


class TestShowMoney:
    @pytest.mark.parametrize(
        ("amount", "currency", "language", "text"),
        [
            ("1284.55", "EUR", "en", "€1,284.55"),
            ("1284.55", "EUR", "hu", "1 284,55 EUR"),
            ("128455", "HUF", "en", "HUF 128,455"),
            ("128455", "HUF", "hu", "128 455 Ft"),
            ("128455.5", "HUF", "en", "HUF 128,455.50"),
            ("128455.5", "HUF", "hu", "128 455,50 Ft"),
            ("12", "EUR", "hu", "12,00 EUR"),
            ("-1284.55", "EUR", "en", "-€1,284.55"),
            ("-128455", "HUF", "hu", "-128 455 Ft"),
            ("-0.001", "EUR", "en", "€0.00"),
            ("0", "HUF", "hu", "0 Ft"),
            ("1000", "JPY", "en", "¥1,000"),
            ("1284.55", "CHF", "en", "CHF 1,284.55"),
            ("0.005", "EUR", "en", "€0.01"),
        ],
    )
    def test_writes_amounts_as_wanted(self, amount: str, currency: str, language: str, text: str) -> None:
        assert show_money(Money(Decimal(amount), currency), language) == text

    @given(amount=AMOUNTS, currency=st.sampled_from(["EUR", "HUF", "USD", "CHF", "JPY"]), language=LANGUAGES)
    def test_can_be_read_back(self, amount: Decimal, currency: str, language: str) -> None:
        step = Decimal(1).scaleb(-exponent(currency))

        text = show_money(Money(amount, currency), language)

        assert read_money(text, language) == Money(amount.quantize(step, rounding=ROUND_HALF_UP), currency)
        assert set(text) <= set("0123456789 ,.-€$¥FtHUCEURSD")


class TestShowUnitPrice:
    def test_keeps_decimals_beyond_the_currencys(self) -> None:
        assert show_unit_price(Money(Decimal("0.001234"), "EUR"), "hu") == "0,001234 EUR"
        assert show_unit_price(Money(Decimal("1.255"), "EUR"), "en") == "€1.255"

    def test_writes_an_ordinary_price_like_any_amount(self) -> None:
        assert show_unit_price(Money(Decimal("12.900000"), "EUR"), "en") == "€12.90"
        assert show_unit_price(Money(Decimal("4900.00"), "HUF"), "hu") == "4 900 Ft"


class TestShowQuantity:
    @pytest.mark.parametrize(
        ("quantity", "language", "text"),
        [("25", "en", "25"), ("1234.50", "en", "1,234.5"), ("1234.50", "hu", "1 234,5"), ("1E+3", "hu", "1 000"), ("-0.25", "hu", "-0,25")],
    )
    def test_writes_quantities_without_trailing_zeros(self, quantity: str, language: str, text: str) -> None:
        assert show_quantity(Decimal(quantity), language) == text

    def test_writes_percents_without_a_space(self) -> None:
        assert (show_percent(Decimal("27.00"), "hu"), show_percent(Decimal("5.5"), "en")) == ("27%", "5.5%")


class TestShowDate:
    def test_writes_dates_as_wanted(self) -> None:
        assert show_date(date(2026, 3, 2), "en") == "2 March 2026"
        assert show_date(date(2026, 3, 2), "hu") == "2026. március 2."

    def test_writes_months_as_wanted(self) -> None:
        assert (show_month(date(2026, 3, 2), "en"), show_month(date(2026, 3, 2), "hu")) == ("March 2026", "2026. március")

    def test_writes_short_dates_for_tables(self) -> None:
        assert (show_short_date(date(2026, 3, 2), "en"), show_short_date(date(2026, 3, 2), "hu")) == ("2 Mar 2026", "2026. 03. 02.")

    def test_writes_an_instant_by_the_partners_clock(self) -> None:
        instant = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

        assert show_datetime(instant, "en", zone=ZoneInfo("Europe/Budapest")) == "2 July 2026, 00:30"
        assert show_datetime(instant, "hu", zone=ZoneInfo("Europe/Budapest")) == "2026. július 2. 0:30"

    def test_writes_times_and_weekdays(self) -> None:
        assert (show_time(time(8, 30), "en"), show_time(time(8, 30), "hu")) == ("08:30", "8:30")
        assert (show_weekdays(0, 4, "en"), show_weekdays(5, 5, "hu")) == ("Monday–Friday", "szombat")

    @given(day=st.dates(date(1990, 1, 1), date(2100, 1, 1)), language=LANGUAGES)
    def test_can_be_read_back(self, day: date, language: str) -> None:
        parts = show_date(day, language).replace(".", "").split(" ")
        year, month, number = parts if language == "hu" else reversed(parts)

        assert date(int(year), MONTHS[language].index(month) + 1, int(number)) == day
        assert show_month(day, language) in {f"{month} {year}", f"{year}. {month}"}
