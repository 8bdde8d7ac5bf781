"""Placing a payment on invoices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.allocation import OpenInvoice, Placement, Quoted, UnallocatedReason, place, quoted_by_reference, quoted_numbers
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money, total

NUMBERS = ("CL-2026-0117", "CL-2026-0118", "CL-2025-0117", "SNIPPET1")


def _eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _invoice(number: str, open_amount: str, *, due_on: date = date(2026, 1, 8), currency: str = "EUR", reference: str = "") -> OpenInvoice:
    return OpenInvoice(
        id=InvoiceId(f"inv_{number}"),
        number=number,
        customer_id=CustomerId("cus_1"),
        payment_reference=reference,
        due_on=due_on,
        open_amount=Money(Decimal(open_amount), currency),
    )


def _placed(placement: Placement) -> dict[str, str]:
    return {invoice.number: f"{part.amount:f}" for invoice, part in placement.parts}


class TestQuotedNumbers:
    @pytest.mark.parametrize("text", ["cl 2026/117", "CL20260117 köszönjük", "invoice CL-2026-0117", "szla: cl-2026-0117-re"])
    def test_knows_a_number_however_it_is_typed(self, text: str) -> None:
        assert quoted_numbers(remittance=text, numbers=NUMBERS) == Quoted(("CL-2026-0117",))

    def test_finds_several_numbers(self) -> None:
        assert quoted_numbers(remittance="CL-2026-0118, CL-2026-0117", numbers=NUMBERS).numbers == ("CL-2026-0117", "CL-2026-0118")

    def test_finds_a_number_of_an_unusual_form_that_stands_as_it_is(self) -> None:
        assert quoted_numbers(remittance="Payment for Snippet1.", numbers=NUMBERS) == Quoted(("SNIPPET1",))

    def test_reports_an_ending_that_fits_several_numbers_as_unclear(self) -> None:
        assert quoted_numbers(remittance="invoice 0117", numbers=NUMBERS) == Quoted((), (("CL-2026-0117", "CL-2025-0117"),))

    @pytest.mark.parametrize("text", ["", "thank you", "2026.01.17", "CL-2026-01179"])
    def test_finds_nothing_where_nothing_is(self, text: str) -> None:
        assert quoted_numbers(remittance=text, numbers=NUMBERS) == Quoted(())


class TestQuotedByReference:
    def test_finds_a_reference_written_with_other_spaces(self) -> None:
        invoice = _invoice("A", "10", reference="RF18 5390 0754")

        assert quoted_by_reference(remittance="ref RF1853900754 thanks", invoices=[invoice]) == (invoice,)

    @pytest.mark.parametrize("text", ["RF18539007541", "XRF1853900754", "5390"])
    def test_does_not_find_it_within_a_longer_one(self, text: str) -> None:
        assert quoted_by_reference(remittance=text, invoices=[_invoice("A", "10", reference="RF18 5390 0754")]) == ()


class TestPlaceOnQuotedInvoices:
    def test_settles_the_quoted_invoice(self) -> None:
        placement = place(amount=_eur("10"), quoted=[_invoice("A", "10")], unclear=[], payer_open=None)

        assert (_placed(placement), placement.reason) == ({"A": "10"}, None)

    def test_settles_several_quoted_invoices(self) -> None:
        placement = place(amount=_eur("30"), quoted=[_invoice("A", "10"), _invoice("B", "20")], unclear=[], payer_open=[])

        assert (_placed(placement), placement.reason) == ({"A": "10", "B": "20"}, None)

    def test_settles_a_part_when_too_little_was_paid_oldest_due_first(self) -> None:
        older, newer = _invoice("B", "20", due_on=date(2026, 1, 1)), _invoice("A", "20", due_on=date(2026, 2, 1))

        placement = place(amount=_eur("25"), quoted=[newer, older], unclear=[], payer_open=[])

        assert (_placed(placement), placement.reason) == ({"B": "20", "A": "5"}, None)

    def test_leaves_the_rest_when_too_much_was_paid(self) -> None:
        placement = place(amount=_eur("12"), quoted=[_invoice("A", "10")], unclear=[], payer_open=[])

        assert (_placed(placement), placement.reason) == ({"A": "10"}, UnallocatedReason.OVERPAID)

    @pytest.mark.parametrize(
        ("invoice", "reason"),
        [
            (_invoice("A", "0"), UnallocatedReason.ALREADY_PAID),
            (_invoice("A", "10", currency="HUF"), UnallocatedReason.WRONG_CURRENCY),
        ],
    )
    def test_leaves_all_when_the_quoted_invoice_cannot_take_it(self, invoice: OpenInvoice, reason: UnallocatedReason) -> None:
        assert place(amount=_eur("10"), quoted=[invoice], unclear=[], payer_open=[_invoice("B", "10")]) == Placement((), reason)


class TestPlaceOnUnclearQuotations:
    def test_takes_the_only_one_that_is_open(self) -> None:
        placement = place(amount=_eur("4"), quoted=[], unclear=[[_invoice("A", "0"), _invoice("B", "10")]], payer_open=[])

        assert _placed(placement) == {"B": "4"}

    def test_takes_the_only_one_with_just_this_amount(self) -> None:
        placement = place(amount=_eur("10"), quoted=[], unclear=[[_invoice("A", "20"), _invoice("B", "10")]], payer_open=[])

        assert _placed(placement) == {"B": "10"}

    def test_leaves_it_when_two_fit(self) -> None:
        placement = place(amount=_eur("10"), quoted=[], unclear=[[_invoice("A", "10"), _invoice("B", "10")]], payer_open=[])

        assert placement == Placement((), UnallocatedReason.AMBIGUOUS)


class TestPlaceByAmount:
    def test_settles_the_only_invoice_with_just_this_amount(self) -> None:
        placement = place(amount=_eur("20"), quoted=[], unclear=[], payer_open=[_invoice("A", "10"), _invoice("B", "20")])

        assert _placed(placement) == {"B": "20"}

    def test_settles_the_only_combination_that_adds_up(self) -> None:
        payer_open = [_invoice("A", "10"), _invoice("B", "20"), _invoice("C", "45")]

        assert _placed(place(amount=_eur("55"), quoted=[], unclear=[], payer_open=payer_open)) == {"A": "10", "C": "45"}

    @pytest.mark.parametrize(
        ("amount", "payer_open", "reason"),
        [
            ("10", [_invoice("A", "10"), _invoice("B", "10")], UnallocatedReason.AMBIGUOUS),
            ("30", [_invoice("A", "10"), _invoice("B", "20"), _invoice("C", "5"), _invoice("D", "25")], UnallocatedReason.AMBIGUOUS),
            ("11", [_invoice("A", "10"), _invoice("B", "20")], UnallocatedReason.NO_MATCHING_INVOICE),
            ("10", [_invoice("A", "10", currency="HUF")], UnallocatedReason.WRONG_CURRENCY),
            ("10", [], UnallocatedReason.NOTHING_OPEN),
            ("10", None, UnallocatedReason.UNKNOWN_PAYER),
        ],
    )
    def test_leaves_it_with_the_reason(self, amount: str, payer_open: list[OpenInvoice] | None, reason: UnallocatedReason) -> None:
        assert place(amount=_eur(amount), quoted=[], unclear=[], payer_open=payer_open) == Placement((), reason)


_CENTS = st.integers(min_value=0, max_value=5_000)


@st.composite
def _situations(draw: st.DrawFn) -> tuple[Money, list[OpenInvoice], list[list[OpenInvoice]], list[OpenInvoice] | None]:
    cents = draw(st.lists(_CENTS, max_size=8))
    currencies = draw(st.lists(st.sampled_from(["EUR", "EUR", "HUF"]), min_size=len(cents), max_size=len(cents)))
    invoices = [
        OpenInvoice(InvoiceId(f"inv_{i}"), f"N-{i}", CustomerId("cus_1"), "", date(2026, 1, 1 + i), Money.from_minor(each, currency))
        for i, (each, currency) in enumerate(zip(cents, currencies, strict=True))
    ]
    picks = st.lists(st.sampled_from(invoices), max_size=5) if invoices else st.just([])
    amount = Money.from_minor(draw(st.integers(min_value=1, max_value=20_000)), "EUR")
    return amount, draw(picks), draw(st.lists(picks, max_size=2)), draw(st.one_of(st.none(), st.just(invoices)))


class TestEveryPlacement:
    @given(situation=_situations())
    def test_never_gives_out_more_than_was_paid_or_is_open(
        self, situation: tuple[Money, list[OpenInvoice], list[list[OpenInvoice]], list[OpenInvoice] | None]
    ) -> None:
        amount, quoted, unclear, payer_open = situation

        placement = place(amount=amount, quoted=quoted, unclear=unclear, payer_open=payer_open)

        given_out = total(tuple(part for _, part in placement.parts), currency="EUR")
        assert given_out <= amount
        assert all(Money.zero("EUR") < part <= invoice.open_amount for invoice, part in placement.parts)
        assert len({invoice.id for invoice, _ in placement.parts}) == len(placement.parts)
        assert (placement.reason is None) == (given_out == amount)
