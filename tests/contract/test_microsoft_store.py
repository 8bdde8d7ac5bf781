"""The records of Microsoft's side keep their promises on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.billing.microsoft import (
    LineKind,
    MicrosoftDocument,
    MicrosoftInvoice,
    MicrosoftLine,
    MicrosoftStatus,
    MicrosoftSubscription,
    RefundableSeats,
    TenantCustomer,
)
from bot.billing.microsoft_records import Difference, DifferenceKind
from bot.billing.model import BillingPlan, CommerceKind
from bot.shared.ids import CustomerId, SubscriptionId, TenantId
from bot.shared.money import Money
from bot.store import Store

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
T1, T2 = TenantId("tenant-1"), TenantId("tenant-2")
OWNER = CustomerId("cus_1")
SUBSCRIPTION = MicrosoftSubscription(
    id=SubscriptionId("sub-1"),
    tenant_id=T1,
    offer_id="CFQ7:0001:X",
    name="Microsoft 365 E3",
    offer_name="Microsoft 365 E3",
    commerce=CommerceKind.NEW,
    quantity=5,
    status=MicrosoftStatus.ACTIVE,
    auto_renew=True,
    billing_plan=BillingPlan.MONTHLY,
    term="P1Y",
    created_at=NOW,
    ends_on=date(2027, 3, 1),
    refundable=(RefundableSeats(2, NOW),),
    suspension_reasons=("Ő",),
)
BILL = MicrosoftInvoice(
    "G1", CommerceKind.NEW, MicrosoftDocument.INVOICE, date(2026, 3, 8), Money(Decimal("120.50"), "EUR"), Money(Decimal(0), "EUR")
)
LINE = MicrosoftLine(
    LineKind.ONE_TIME,
    "G1",
    T1,
    "Minta Kft.",
    SUBSCRIPTION.id,
    "Microsoft 365 E3",
    "cycleFee",
    Decimal("1.5"),
    Money(Decimal("20.083333"), "EUR"),
    Money(Decimal("30.125"), "EUR"),
    None,
    Money(Decimal("30.125"), "EUR"),
    charge_start=NOW,
    extra=(("CreditReasonCode", "-"),),
)


def listed(store: Store, *tenants: TenantId, run: int = 1) -> None:
    with store.microsoft.begin() as tx:
        tx.save_customers([TenantCustomer(one, f"Company {one}", "x.example", "reseller") for one in tenants], owners={T1: OWNER}, run=run)


def wanted(store: Store) -> list[str]:
    with store.microsoft.begin() as tx:
        found = tx.wanted(after="", limit=10)
        assert tx.wanted_count() == len(found)
    return [one.customer.tenant_id for one in found]


class TestRun:
    def test_goes_on_until_it_is_finished(self, store: Store) -> None:
        with store.microsoft.begin() as tx:
            first = tx.begin_run(is_full=False, now=NOW)
            tx.save_run(replace(first, is_listed=True))
        with store.microsoft.begin() as tx:
            again = tx.begin_run(is_full=True, now=NOW + timedelta(hours=1))
            assert again == replace(first, is_listed=True, is_full=True)
            assert tx.last_finished() is None
            tx.save_run(replace(again, finished_at=NOW))
        with store.microsoft.begin() as tx:
            assert tx.last_finished() == replace(again, finished_at=NOW)
            assert tx.begin_run(is_full=False, now=NOW).number > first.number


class TestCustomer:
    def test_is_wanted_when_new_and_not_after_its_subscriptions_were_read(self, store: Store) -> None:
        listed(store, T1, T2)
        assert wanted(store) == [T1, T2]

        with store.microsoft.begin() as tx:
            tx.save_subscriptions(tenant_id=T1, subscriptions=[SUBSCRIPTION], now=NOW)

        assert wanted(store) == [T2]

    def test_is_wanted_again_when_named_or_old(self, store: Store) -> None:
        listed(store, T1, T2)
        with store.microsoft.begin() as tx:
            for tenant in (T1, T2):
                tx.save_subscriptions(tenant_id=tenant, subscriptions=[], now=NOW)
            tx.want(tenants=[T2], before=NOW)
        assert wanted(store) == [T2]

        with store.microsoft.begin() as tx:
            tx.want(tenants=[], before=NOW + timedelta(seconds=1))
        assert wanted(store) == [T1, T2]

    def test_not_seen_in_a_run_is_gone_and_comes_back_when_seen(self, store: Store) -> None:
        listed(store, T1, T2, run=1)
        listed(store, T1, run=2)

        with store.microsoft.begin() as tx:
            assert tx.mark_customers_gone(run=2, now=NOW) == 1
            assert tx.mark_customers_gone(run=2, now=NOW) == 0
            assert tx.customer_count() == 1
        assert wanted(store) == [T1]

        listed(store, T2, run=3)
        with store.microsoft.begin() as tx:
            assert tx.customer_count() == 2

    def test_is_found_by_the_ledgers_customer(self, store: Store) -> None:
        listed(store, T1, T2)
        with store.microsoft.begin() as tx:
            tx.save_trouble(tenant_id=T1, trouble="no relationship", keep_wanted=False)
            found = tx.tenant_of(customer_id=OWNER)
            state = tx.state()

        assert found is not None
        assert (found.customer.tenant_id, found.customer.name, found.trouble) == (T1, "Company tenant-1", "no relationship")
        assert (state.customers, state.troubled, state.finished_at) == (2, 1, None)


class TestSubscription:
    def test_comes_back_as_it_was(self, store: Store) -> None:
        listed(store, T1)
        with store.microsoft.begin() as tx:
            tx.save_subscriptions(tenant_id=T1, subscriptions=[SUBSCRIPTION], now=NOW)

            (found,) = tx.subscriptions_of(tenant_id=T1)
            one = tx.subscription(subscription_id=SUBSCRIPTION.id)

        assert found.subscription == SUBSCRIPTION
        assert one == found

    def test_no_longer_told_of_is_marked_and_not_deleted(self, store: Store) -> None:
        listed(store, T1)
        for subscriptions in ([SUBSCRIPTION], []):
            with store.microsoft.begin() as tx:
                tx.save_subscriptions(tenant_id=T1, subscriptions=subscriptions, now=NOW)
        with store.microsoft.begin() as tx:
            (gone,) = tx.subscriptions_of(tenant_id=T1)
            tx.save_subscriptions(tenant_id=T1, subscriptions=[SUBSCRIPTION], now=NOW)
            (back,) = tx.subscriptions_of(tenant_id=T1)

        assert (gone.gone_at, back.gone_at) == (NOW, None)


class TestDifference:
    def test_takes_the_place_of_what_differed_before(self, store: Store) -> None:
        first = Difference(DifferenceKind.SEATS, SubscriptionId("sub-1"), "E3", OWNER, "4", "5")
        second = Difference(DifferenceKind.NOT_IN_LEDGER, SubscriptionId("sub-2"), "Visio", OWNER, theirs="1, active")
        for found in ((first, second), (second,)):
            with store.microsoft.begin() as tx:
                tx.save_differences(tenant_id=T1, differences=found, now=NOW)
                assert set(tx.differences(tenant_id=T1)) == set(tx.differences()) == set(found)
                assert tx.differences(tenant_id=T2) == ()


class TestBill:
    def test_is_unread_until_its_lines_are_and_stays_read_when_told_again(self, store: Store) -> None:
        with store.microsoft.begin() as tx:
            tx.save_invoices([BILL], now=NOW)
            assert tx.unread_invoices(limit=9) == (BILL,)
            assert tx.oldest_unpaid_on() == BILL.issued_on
            tx.lines_read(number="G1", now=NOW)
            tx.save_invoices([replace(BILL, paid=BILL.total)], now=NOW)
            assert tx.unread_invoices(limit=9) == ()
            assert tx.oldest_unpaid_on() is None

    def test_lines_come_back_as_they_were_and_a_second_go_takes_the_place_of_the_first(self, store: Store) -> None:
        with store.microsoft.begin() as tx:
            tx.save_invoices([BILL], now=NOW)
            for _ in range(2):
                tx.begin_lines(number="G1", kind=LineKind.ONE_TIME)
                tx.add_lines(number="G1", first=1, lines=[LINE])
                tx.add_lines(number="G1", first=2, lines=[replace(LINE, tenant_id=T2)])

            assert tx.lines_of(number="G1") == (LINE, replace(LINE, tenant_id=T2))
            assert tx.costs_of(tenant_id=T1, number="G1") == (Money(Decimal("30.13"), "EUR"),)
