"""Where an invoice stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.model import DocumentKind, Invoice, Settlement, Standing
from bot.billing.standing import standing, view
from bot.shared.ids import CustomerId
from tests.builders import document, money

DUE = date(2026, 1, 25)


def invoice(payable: str = "100") -> Invoice:
    return document(CustomerId("cus_1"), "CL-1", payable=payable, due_on=DUE)


def settled(paid: str = "0", credited: str = "0") -> Settlement:
    return Settlement(money(paid), money(credited), DUE if paid != "0" else None)


class TestStanding:
    @pytest.mark.parametrize(
        ("paid", "credited", "today", "expected"),
        [
            ("0", "0", DUE, Standing.OPEN),
            ("0", "0", DUE + timedelta(days=1), Standing.OVERDUE),
            ("40", "0", DUE, Standing.PARTLY_PAID),
            ("0", "40", DUE, Standing.PARTLY_PAID),
            ("40", "0", DUE + timedelta(days=1), Standing.OVERDUE),
            ("100", "0", DUE + timedelta(days=90), Standing.PAID),
            ("120", "0", DUE, Standing.PAID),
            ("60", "40", DUE, Standing.PAID),
            ("0", "100", DUE + timedelta(days=90), Standing.CREDITED),
        ],
    )
    def test_follows_payments_credits_and_the_due_date(self, paid: str, credited: str, today: date, expected: Standing) -> None:
        found = standing(invoice=invoice(), settlement=settled(paid, credited), today=today)

        assert found is expected

    def test_calls_a_disputed_invoice_in_dispute_even_when_overdue(self) -> None:
        disputed = replace(invoice(), disputed_on=DUE)

        found = standing(invoice=disputed, settlement=settled(), today=DUE + timedelta(days=30))

        assert found is Standing.IN_DISPUTE

    def test_calls_a_disputed_invoice_that_was_paid_paid(self) -> None:
        disputed = replace(invoice(), disputed_on=DUE)

        assert standing(invoice=disputed, settlement=settled("100"), today=DUE) is Standing.PAID

    def test_calls_an_invoice_with_nothing_to_pay_paid(self) -> None:
        assert standing(invoice=invoice("0"), settlement=settled(), today=DUE + timedelta(days=9)) is Standing.PAID

    def test_never_asks_for_money_on_a_credit_note(self) -> None:
        note = replace(invoice(), kind=DocumentKind.CREDIT_NOTE)

        seen = view(invoice=note, settlement=settled(), today=DUE + timedelta(days=9))

        assert (seen.standing, seen.open_amount, seen.days_overdue) == (Standing.CREDITED, money("0"), 0)


class TestView:
    def test_counts_the_days_past_the_due_date(self) -> None:
        seen = view(invoice=invoice(), settlement=settled("30"), today=DUE + timedelta(days=12))

        assert (seen.open_amount, seen.days_overdue) == (money("70"), 12)

    @given(paid=st.integers(0, 30000), credited=st.integers(0, 30000), days=st.integers(-60, 400))
    def test_never_shows_a_negative_rest_and_agrees_with_itself(self, paid: int, credited: int, days: int) -> None:
        settlement = Settlement(money(f"{paid / 100:.2f}"), money(f"{credited / 100:.2f}"))

        seen = view(invoice=invoice(), settlement=settlement, today=DUE + timedelta(days=days))

        assert seen.open_amount.amount >= 0
        assert (seen.open_amount.amount == 0) == (seen.standing in {Standing.PAID, Standing.CREDITED})
        assert (seen.standing is Standing.OVERDUE) == (seen.days_overdue > 0)
