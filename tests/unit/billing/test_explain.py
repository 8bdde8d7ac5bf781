"""Why an invoice differs from the one before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.explain import Cause, NotComparable, comparable_before, explain_difference, last_unit_price
from bot.billing.model import ChargeType, DocumentKind, Invoice, InvoiceLine
from bot.shared.ids import CustomerId, InvoiceId, SubscriptionId
from bot.shared.money import Money, round_half_up, total
from tests.builders import document, subscription


def line(
    product: str, quantity: str, price: str, *, kind: ChargeType = ChargeType.CYCLE_FEE, currency: str = "EUR", days: int = 0
) -> InvoiceLine:
    net = round_half_up(Money(Decimal(quantity) * Decimal(price), currency))
    tax = round_half_up(net * Decimal("0.27"))
    return InvoiceLine(
        position=1,
        charge_type=kind,
        description=product,
        product=product,
        quantity=Decimal(quantity),
        unit_price=Money(Decimal(price), currency),
        net=net,
        tax=tax,
        gross=net + tax,
        period_start=date(2026, 1, 1) if days else None,
        period_end=date(2026, 1, 1 + days) if days else None,
    )


def invoice(*lines: InvoiceLine, currency: str = "EUR", rounding: str = "0") -> Invoice:
    net = total(tuple(one.net for one in lines), currency=currency)
    tax = total(tuple(one.tax for one in lines), currency=currency)
    change = Money(Decimal(rounding), currency)
    return replace(
        document(CustomerId("cus_1"), "CL-1", currency=currency),
        lines=lines,
        net=net,
        tax=tax,
        gross=net + tax,
        rounding=change,
        payable=net + tax + change,
    )


def told(current: Invoice, previous: Invoice) -> list[tuple[Cause, str, str]]:
    parts = explain_difference(current=current, previous=previous).parts
    return [(part.cause, part.product, f"{part.amount.amount:.2f}") for part in parts]


class TestDifference:
    def test_comes_from_more_seats_at_the_same_price(self) -> None:
        parts = told(invoice(line("E3", "12", "10")), invoice(line("E3", "10", "10")))

        assert parts == [(Cause.QUANTITY, "E3", "20.00"), (Cause.TAX, "", "5.40")]

    def test_comes_from_a_higher_price_for_the_same_seats(self) -> None:
        parts = told(invoice(line("E3", "10", "11")), invoice(line("E3", "10", "10")))

        assert parts == [(Cause.PRICE, "E3", "10.00"), (Cause.TAX, "", "2.70")]

    def test_is_split_when_seats_and_price_change(self) -> None:
        parts = told(invoice(line("E3", "12", "11")), invoice(line("E3", "10", "10")))

        assert parts == [(Cause.QUANTITY, "E3", "20.00"), (Cause.PRICE, "E3", "12.00"), (Cause.TAX, "", "8.64")]

    def test_names_products_that_came_and_went(self) -> None:
        parts = told(invoice(line("Visio", "1", "15")), invoice(line("E3", "2", "10")))

        assert parts == [(Cause.ENDED, "E3", "-20.00"), (Cause.STARTED, "Visio", "15.00"), (Cause.TAX, "", "-1.35")]

    def test_names_credits_usage_one_time_charges_and_prorations_with_their_days(self) -> None:
        current = invoice(
            line("E3", "1", "-30", kind=ChargeType.CREDIT),
            line("Azure plan", "1", "50", kind=ChargeType.USAGE),
            line("Setup", "1", "40", kind=ChargeType.ONE_TIME),
            line("E3", "2", "5", kind=ChargeType.PRORATION, days=14),
        )

        explained = explain_difference(current=current, previous=invoice())

        causes = {part.cause: part for part in explained.parts}
        assert causes.keys() == {Cause.CREDIT, Cause.USAGE, Cause.ONE_TIME, Cause.PRORATION, Cause.TAX}
        assert causes[Cause.PRORATION].days == 14
        assert explained.parts[0].cause is Cause.USAGE

    def test_is_empty_between_equal_invoices(self) -> None:
        assert told(invoice(line("E3", "10", "10")), invoice(line("E3", "10", "10"))) == []

    def test_keeps_rounding_apart(self) -> None:
        current, previous = invoice(line("E3", "1", "10.33"), rounding="0.01"), invoice(line("E3", "1", "10.33"))

        assert told(current, previous) == [(Cause.ROUNDING, "", "0.01")]

    def test_is_not_told_between_currencies(self) -> None:
        with pytest.raises(NotComparable):
            explain_difference(current=invoice(currency="EUR"), previous=invoice(currency="HUF"))


_AMOUNTS = st.decimals(min_value=-500, max_value=500, places=4)
_LINES = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(-5, 40), _AMOUNTS, st.sampled_from(list(ChargeType))),
    max_size=8,
)


class TestParts:
    @given(current=_LINES, previous=_LINES, rounding=st.integers(-99, 99))
    def test_always_add_up_to_the_difference_and_lead_with_the_largest(
        self, current: list[tuple[str, int, Decimal, ChargeType]], previous: list[tuple[str, int, Decimal, ChargeType]], rounding: int
    ) -> None:
        now = invoice(*(line(p, str(q), str(a), kind=k) for p, q, a, k in current), rounding=f"{rounding / 100:.2f}")
        then = invoice(*(line(p, str(q), str(a), kind=k) for p, q, a, k in previous))

        explained = explain_difference(current=now, previous=then)

        sizes = [abs(part.amount.amount) for part in explained.parts]
        assert total(tuple(part.amount for part in explained.parts), currency="EUR") == now.payable - then.payable
        assert sizes == sorted(sizes, reverse=True)
        assert all(sizes)


class TestComparison:
    def test_is_with_the_newest_invoice_for_the_same_products(self) -> None:
        current, single, alike = (
            invoice(line("Visio", "3", "10")),
            invoice(line("SQL", "1", "900", kind=ChargeType.ONE_TIME)),
            invoice(line("Visio", "2", "10")),
        )

        assert comparable_before(current=distinct(current, "A"), earlier=(distinct(single, "B"), distinct(alike, "C"))) == distinct(
            alike, "C"
        )

    def test_is_with_the_newest_where_none_is_for_the_same_products(self) -> None:
        current, newer, older = (distinct(invoice(line(product, "1", "10")), product) for product in ("Visio", "Teams", "Project"))

        assert comparable_before(current=current, earlier=(newer, older)) == newer

    def test_is_never_across_currencies_nor_with_a_credit_note_nor_with_itself(self) -> None:
        current = distinct(invoice(line("Visio", "1", "10")), "A")
        forints = distinct(invoice(line("Visio", "1", "4000", currency="HUF"), currency="HUF"), "B")
        note = replace(distinct(invoice(line("Visio", "1", "10")), "C"), kind=DocumentKind.CREDIT_NOTE)

        assert comparable_before(current=current, earlier=(current, forints, note)) is None


class TestLastUnitPrice:
    def test_is_that_of_the_newest_invoice_that_charges_a_fee_for_it(self) -> None:
        newest, older = invoice(line("Visio", "1", "7", kind=ChargeType.PRORATION)), invoice(line("Visio", "5", "12"))

        found = last_unit_price(subscription=subscription(CustomerId("cus_1"), product="Visio"), invoices=(newest, older))

        assert found == Money(Decimal(12), "EUR")

    def test_prefers_the_line_that_names_the_subscription(self) -> None:
        theirs, own = line("Visio", "5", "12"), replace(line("Visio", "5", "9"), subscription_id=SubscriptionId("sub-1"))

        found = last_unit_price(subscription=subscription(CustomerId("cus_1"), "sub-1", product="Visio"), invoices=(invoice(theirs, own),))

        assert found == Money(Decimal(9), "EUR")

    def test_is_none_where_no_invoice_charges_it(self) -> None:
        assert (
            last_unit_price(subscription=subscription(CustomerId("cus_1"), product="Visio"), invoices=(invoice(line("Teams", "1", "4")),))
            is None
        )


def distinct(document: Invoice, name: str) -> Invoice:
    """Return the document under an id of its own."""
    return replace(document, id=InvoiceId(name), number=name)
