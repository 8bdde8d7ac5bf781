"""Invented identifiers pass the checks of real ones."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from bot.demo.companies import companies
from bot.demo.dates import Span, add_months, monthly_spans, months_between, present_term
from bot.demo.identifiers import guid, hungarian_tax_number, iban


def _iban_remainder(account: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in account[4:] + account[:4])) % 97


class TestIban:
    @pytest.mark.parametrize("country", ["HU", "AT", "DE", "SK", "CZ", "RO", "IE", "GB", "CH"])
    def test_has_right_check_digits(self, country: str) -> None:
        account = iban("Somebody", country=country)

        assert account.startswith(country)
        assert _iban_remainder(account) == 1

    def test_is_as_long_as_a_hungarian_one(self) -> None:
        assert len(iban("Somebody", country="HU")) == 28


class TestHungarianTaxNumber:
    def test_has_a_right_check_digit_and_a_range_that_is_not_given_out(self) -> None:
        number = hungarian_tax_number("Somebody Kft.")

        weighted = sum(int(digit) * weight for digit, weight in zip(number[:8], (9, 7, 3, 1, 9, 7, 3, 1), strict=True))
        assert number[0] == "9"
        assert weighted % 10 == 0


class TestGuid:
    def test_depends_on_every_name(self) -> None:
        assert guid("a", "b") == guid("a", "b") != guid("a", "c")


class TestCompanies:
    def test_share_no_number_account_or_address(self) -> None:
        everybody = companies()
        mails = [contact.email for company in everybody for contact in company.customer.contacts]

        assert len(everybody) == 60
        assert len({company.customer.tax_numbers[0] for company in everybody}) == 60
        assert len({company.customer.bank_accounts[0] for company in everybody}) == 60
        assert len(set(mails)) == len(mails)

    def test_can_only_be_written_to_at_example_domains(self) -> None:
        mails = [contact.email for company in companies() for contact in company.customer.contacts]

        assert all(mail.endswith(".example") and mail.isascii() for mail in mails)


class TestAddMonths:
    def test_clamps_to_the_last_day_of_a_shorter_month(self) -> None:
        assert add_months(date(2028, 3, 31), -1) == date(2028, 2, 29)
        assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)

    def test_is_undone_by_months_between(self) -> None:
        assert months_between(date(2026, 1, 31), date(2026, 2, 28)) == 1
        assert months_between(date(2026, 1, 31), date(2026, 2, 27)) == 0
        assert months_between(date(2026, 3, 1), date(2026, 1, 1)) == -2


class TestMonthlySpans:
    def test_follow_each_other_without_a_gap(self) -> None:
        spans = monthly_spans(date(2026, 1, 31), last=date(2026, 6, 30), count=6)

        assert [span.start for span in spans][-1] == date(2026, 6, 30)
        assert all(earlier.end == later.start for earlier, later in pairwise(spans))


class TestSpan:
    def test_counts_the_rest_of_itself_in_days(self) -> None:
        span = Span(date(2026, 4, 1), date(2026, 5, 1))

        assert span.share_from(date(2026, 4, 16)) == Decimal("0.5")


class TestPresentTerm:
    def test_is_the_one_that_holds_today(self) -> None:
        assert present_term(date(2024, 5, 10), months=12, today=date(2026, 5, 9)) == (date(2025, 5, 10), date(2026, 5, 10))
        assert present_term(date(2024, 5, 10), months=12, today=date(2026, 5, 10)) == (date(2026, 5, 10), date(2027, 5, 10))
