"""What is owed to Microsoft and when: states, warnings, the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.billing.microsoft import MicrosoftDocument, MicrosoftInvoice
from bot.billing.model import CommerceKind
from bot.billing.payables import PayableMark, PayableState, cash_calendar, payable_of, warning_for
from bot.billing.ports import OpenDocument
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money

ISSUED = date(2026, 1, 8)
DUE = ISSUED + timedelta(days=60)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


BILL = MicrosoftInvoice("G1", CommerceKind.NEW, MicrosoftDocument.INVOICE, ISSUED, eur("1000"), eur("0"))


def state(bill: MicrosoftInvoice = BILL, *, mark: PayableMark | None = None, after: int = 0) -> PayableState:
    return payable_of(invoice=bill, mark=mark, today=DUE + timedelta(days=after)).state


class TestState:
    @pytest.mark.parametrize(
        ("after", "wanted"),
        [(-1, PayableState.OPEN), (0, PayableState.OPEN), (1, PayableState.OVERDUE), (59, PayableState.OVERDUE), (60, PayableState.DANGER)],
    )
    def test_goes_by_days(self, after: int, wanted: PayableState) -> None:
        assert state(after=after) is wanted

    @pytest.mark.parametrize("paid", ["1000", "-1000", "1000.01"])
    def test_is_paid_whichever_sign_microsoft_writes(self, paid: str) -> None:
        assert state(replace(BILL, paid=eur(paid)), after=90) is PayableState.PAID

    def test_of_a_part_payment_leaves_the_rest(self) -> None:
        part = payable_of(invoice=replace(BILL, paid=eur("400")), mark=None, today=DUE)

        assert (part.state, part.open_amount) == (PayableState.OPEN, eur("600"))

    def test_is_paid_when_we_noted_it(self) -> None:
        assert state(mark=PayableMark("G1", paid_on=DUE), after=90) is PayableState.PAID

    def test_a_dispute_stops_no_days(self) -> None:
        mark = PayableMark("G1", disputed_on=ISSUED, reason="Twice.")

        assert (state(mark=mark), state(mark=mark, after=61)) == (PayableState.DISPUTED, PayableState.DANGER)

    @pytest.mark.parametrize("bill", [replace(BILL, total=eur("-5")), replace(BILL, is_void=True)])
    def test_of_a_credit_or_a_void_bill_is_nothing_due(self, bill: MicrosoftInvoice) -> None:
        assert state(bill, after=90) is PayableState.NOTHING_DUE


class TestWarning:
    @pytest.mark.parametrize(
        ("after", "wanted"), [(-20, None), (-14, "before-14"), (-6, "before-7"), (0, "before-2"), (1, "after-1"), (56, "after-55")]
    )
    def test_is_the_latest_whose_day_has_come(self, after: int, wanted: str | None) -> None:
        assert warning_for(payable_of(invoice=BILL, mark=None, today=DUE + timedelta(days=after))) == wanted

    def test_of_a_paid_bill_is_none(self) -> None:
        assert warning_for(payable_of(invoice=replace(BILL, paid=eur("1000")), mark=None, today=DUE)) is None


class TestCalendar:
    def test_puts_what_is_overdue_into_the_first_week_and_leaves_out_what_is_far(self) -> None:
        monday = date(2026, 3, 9)
        item = OpenDocument(InvoiceId("i"), "CL-1", CustomerId("c"), ISSUED, date(2026, 2, 1), eur("30"), None)
        later = replace(item, id=InvoiceId("j"), due_on=monday + timedelta(days=8))
        far = replace(item, id=InvoiceId("k"), due_on=monday + timedelta(days=80))

        weeks = cash_calendar(
            payables=[payable_of(invoice=BILL, mark=None, today=monday)], open_items=[item, later, far], today=monday + timedelta(days=2)
        )

        assert [week.start for week in weeks] == [monday + timedelta(days=7 * place) for place in range(8)]
        assert [(week.to_microsoft.amount, week.from_customers.amount) for week in weeks[:3]] == [(1000, 30), (0, 30), (0, 0)]
