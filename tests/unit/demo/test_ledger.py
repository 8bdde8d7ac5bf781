"""The demo's story holds on whatever day it is told."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from bot.billing.model import BillingPlan, ChargeType, CommerceKind, DocumentKind, SubscriptionStatus
from bot.demo.cast import MAIN, OTHER, SUSPENDED
from bot.demo.ledger import DemoLedger, Document, demo_ledger
from bot.demo.receipts import receipts
from bot.shared.money import round_half_up

# Days on which calendars bite: leap days, year ends, months of different lengths.
DAYS = [date(2028, 2, 29), date(2027, 1, 1), date(2026, 3, 31), date(2026, 11, 20), date(2027, 3, 1), date(2025, 12, 31)]


@pytest.fixture(scope="module", params=DAYS, ids=str)
def told(request: pytest.FixtureRequest) -> tuple[date, DemoLedger]:
    return request.param, demo_ledger(today=request.param)


def _of(ledger: DemoLedger, number: str) -> list[Document]:
    return [document for document in ledger.documents if document.draft.company.number == number]


class TestDemoLedger:
    def test_never_looks_into_the_future(self, told: tuple[date, DemoLedger]) -> None:
        today, ledger = told

        assert max(document.invoice.issued_on for document in ledger.documents) <= today
        assert max(receipt.received_on for receipt in receipts(ledger, today=today)) <= today
        assert max(subscription.bought_on for subscription in ledger.subscriptions) <= today

    def test_numbers_documents_without_a_gap_in_the_order_of_issue(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told
        issued = [document.invoice.issued_on for document in ledger.documents]
        places = [(int(document.invoice.number[3:7]), int(document.invoice.number[8:])) for document in ledger.documents]

        assert issued == sorted(issued)
        assert all(later in ((year, place + 1), (year + 1, 1)) for (year, place), later in pairwise(places))

    def test_adds_up_on_every_document(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told

        for document in ledger.documents:
            invoice = document.invoice
            assert sum(line.net.amount for line in invoice.lines) == invoice.net.amount
            assert sum(line.tax.amount for line in invoice.lines) == invoice.tax.amount
            assert invoice.net + invoice.tax == invoice.gross
            assert invoice.gross - invoice.prepaid + invoice.rounding == invoice.payable
            assert invoice.payable.amount > 0

    def test_taxes_each_category_as_a_whole(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told

        for document in ledger.documents:
            taxed = [line for line in document.invoice.lines if line.tax_category == "S"]
            if taxed:
                whole = sum((line.net for line in taxed[1:]), taxed[0].net)
                assert sum(line.tax.amount for line in taxed) == round_half_up(whole * Decimal("0.27")).amount

    def test_has_two_years_of_some_fifteen_hundred_documents(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told
        first, last = ledger.documents[0].invoice.issued_on, ledger.documents[-1].invoice.issued_on

        assert 1200 <= len(ledger.documents) <= 1600
        assert timedelta(days=690) <= last - first <= timedelta(days=735)

    def test_has_every_kind_of_line_document_and_category(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told
        lines = [line for document in ledger.documents for line in document.invoice.lines]

        assert {line.charge_type for line in lines} == set(ChargeType) - {ChargeType.TAX}
        assert {line.tax_category for line in lines} == {"S", "E", "AE", "O"}
        assert {document.invoice.kind for document in ledger.documents} == set(DocumentKind)
        assert {document.invoice.currency for document in ledger.documents} == {"HUF", "EUR"}

    def test_has_subscriptions_in_every_state_plan_and_commerce(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told
        suspended = {
            (subscription.commerce, subscription.suspension_reason)
            for subscription in ledger.subscriptions
            if subscription.status is SubscriptionStatus.SUSPENDED
        }

        assert {subscription.status for subscription in ledger.subscriptions} == set(SubscriptionStatus)
        assert {subscription.billing_plan for subscription in ledger.subscriptions} == set(BillingPlan)
        assert {(CommerceKind.LEGACY, "non_payment"), (CommerceKind.NEW, "non_payment")} <= suspended
        assert {reason for _, reason in suspended} == {"non_payment", "customer_request", "fraud"}
        assert len({subscription.id for subscription in ledger.subscriptions}) == len(ledger.subscriptions)

    def test_ends_terms_after_they_begin(self, told: tuple[date, DemoLedger]) -> None:
        today, ledger = told
        ending = [subscription for subscription in ledger.subscriptions if subscription.ends_on]
        active = [subscription for subscription in ending if subscription.status is SubscriptionStatus.ACTIVE]

        assert all(
            subscription.bought_on <= subscription.started_on < subscription.ends_on for subscription in ending if subscription.ends_on
        )
        assert all(subscription.started_on <= today < subscription.ends_on for subscription in active if subscription.ends_on)
        assert all(subscription.quantity > 0 or subscription.billing_plan is BillingPlan.NONE for subscription in ledger.subscriptions)


class TestMainCustomer:
    def test_has_no_two_equal_totals(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told
        totals = [document.invoice.payable for document in _of(ledger, MAIN)]

        assert len(set(totals)) == len(totals) == 25

    def test_is_charged_and_credited_by_days_on_the_newest_invoice(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told
        kinds = {line.charge_type for line in _of(ledger, MAIN)[-1].invoice.lines}

        assert {ChargeType.PRORATION, ChargeType.CREDIT, ChargeType.CYCLE_FEE, ChargeType.USAGE} <= kinds

    def test_has_bought_something_less_than_seven_days_ago(self, told: tuple[date, DemoLedger]) -> None:
        today, ledger = told
        main = _of(ledger, MAIN)[0].draft.company.customer.id
        fresh = [item for item in ledger.subscriptions if item.customer_id == main and item.bought_on > today - timedelta(days=7)]

        assert [item.commerce for item in fresh] == [CommerceKind.NEW]


class TestProration:
    def test_charges_added_seats_for_the_days_left_of_the_month(self) -> None:
        ledger = demo_ledger(today=date(2026, 11, 20))

        added = next(line for line in _of(ledger, MAIN)[-1].invoice.lines if line.charge_type is ChargeType.PRORATION)

        assert (added.period_start, added.period_end) == (date(2026, 10, 28), date(2026, 11, 14))
        assert added.unit_price.amount == (Decimal("11.70") * 17 / 31).quantize(Decimal("0.0001"))
        assert added.net.amount == Decimal("57.74")

    def test_stops_charging_a_suspended_legacy_subscription_but_not_a_new_one(self) -> None:
        ledger = demo_ledger(today=date(2026, 11, 20))

        newest = _of(ledger, SUSPENDED)[-1].invoice.lines

        assert {(line.product, line.charge_type) for line in newest} == {
            ("Microsoft 365 Business Basic", ChargeType.CYCLE_FEE),
            ("Office 365 E1", ChargeType.CREDIT),
        }


class TestOtherCustomer:
    def test_pays_in_another_currency_than_the_main_one(self, told: tuple[date, DemoLedger]) -> None:
        _, ledger = told

        assert _of(ledger, MAIN)[0].invoice.currency == "EUR"
        assert _of(ledger, OTHER)[0].invoice.currency == "HUF"
