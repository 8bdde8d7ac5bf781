"""Reading Microsoft's side from the sandbox over HTTP: whole, in part, cut off, and when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.billing.microsoft import MicrosoftStatus, MicrosoftSubscription, TenantCustomer
from bot.billing.microsoft_ports import MicrosoftNotAllowed, MicrosoftUnavailable
from bot.billing.microsoft_records import DifferenceKind
from bot.billing.microsoft_sync import EmptyList, MicrosoftSync, SyncReport
from bot.billing.model import Customer, Subscription, SubscriptionStatus
from bot.conversations.staff_tasks import StaffTasks
from bot.partner_center.client import PartnerCenter
from bot.shared.aio import in_thread
from bot.shared.ids import CustomerId, TenantId
from bot.store import Store
from bot.support.model import TicketState
from bot.wiring import Wired
from tests.builders import subscription
from tests.conftest import NOW
from tests.integration.partner_center.conftest import ADD_ON, LEGACY, MINTA, NEW, NEW_OLD, PELDA, Sandbox

TODAY = date(2026, 3, 10)
OWNER = CustomerId("cus_minta")


class Killed(BaseException):
    """The process ends here."""


class Dying(PartnerCenter):
    """A Partner Center whose caller is killed at the n-th thing it hands out."""

    lives = 0

    def _spend(self) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise Killed

    def customers(self, *, name_begins: str = "") -> Iterator[TenantCustomer]:
        for one in super().customers(name_begins=name_begins):
            self._spend()
            yield one

    def subscriptions(self, *, tenant_id: TenantId) -> tuple[MicrosoftSubscription, ...]:
        self._spend()
        found = super().subscriptions(tenant_id=tenant_id)
        self._spend()
        return found

    def invoices(self, *, since: date | None = None) -> Iterator[object]:  # type: ignore[override]
        for one in super().invoices(since=since):
            self._spend()
            yield one

    def invoice_lines(self, **asked: object) -> Iterator[object]:  # type: ignore[override]
        for one in super().invoice_lines(**asked):  # type: ignore[arg-type]
            self._spend()
            yield one


@pytest.fixture
def store(wired: Wired) -> Store:
    ours = [
        replace(subscription(OWNER, NEW, product="Business Basic", quantity=10)),
        replace(subscription(OWNER, NEW_OLD, product="E3", quantity=4)),
    ]
    with wired.store.ledger.begin() as tx:
        tx.save_customer(Customer(OWNER, "C-1", "Minta Kft.", tenant_id=MINTA))
        for one in ours:
            tx.save_subscription(one)
    return wired.store


Sync = Callable[..., SyncReport]


@pytest.fixture
def sync(wired: Wired, store: Store, partner_center: PartnerCenter) -> Sync:
    def sync(*, is_full: bool = False, hours: int = 0, microsoft: PartnerCenter | None = None) -> SyncReport:
        tasks = StaffTasks(store=store.conversations, offering=wired.services.offering)
        syncing = MicrosoftSync(microsoft=microsoft or partner_center, records=store.microsoft, ledger=store.ledger, tasks=tasks)
        return syncing.run(now=NOW + timedelta(hours=hours), today=TODAY, is_full=is_full)

    return sync


def kept(store: Store) -> tuple[object, ...]:
    """Return all that a run leaves behind, apart from times."""
    with store.microsoft.begin() as tx:
        subscriptions = {tenant: [one.subscription for one in tx.subscriptions_of(tenant_id=tenant)] for tenant in (MINTA, PELDA)}
        lines = {number: tx.lines_of(number=number) for number in ("G000000001", "D000000002")}
        return subscriptions, lines, set(tx.differences()), tx.wanted_count(), tx.unread_invoices(limit=9)


def ours(store: Store) -> dict[str, Subscription]:
    with store.ledger.begin() as tx:
        return {one.id: one for one in tx.subscriptions(customer_id=OWNER)}


def open_tasks(store: Store) -> set[str]:
    with store.conversations.begin() as tx:
        return {ticket.subject for ticket in tx.tickets(include_closed=True) if ticket.state is not TicketState.CLOSED}


class TestSync:
    async def test_brings_everything_and_says_what_differs(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        report = await in_thread(sync)

        assert (report.customers, report.read, report.subscriptions, report.bills, report.lines) == (2, 2, 4, 2, 2)
        with store.microsoft.begin() as tx:
            found = {(one.kind, one.subscription_id) for one in tx.differences()}
        assert found == {
            (DifferenceKind.SEATS, NEW_OLD),
            (DifferenceKind.NOT_IN_LEDGER, LEGACY),
            (DifferenceKind.NOT_IN_LEDGER, ADD_ON),
        }
        assert "Licences differ: E3, 4 here, 5 at Microsoft" in open_tasks(store)

    async def test_again_reads_only_who_has_changed(
        self, sandbox: Sandbox, store: Store, sync: Sync, partner_center: PartnerCenter
    ) -> None:
        await in_thread(sync)
        assert (await in_thread(sync, hours=1)).read == 0

        await in_thread(partner_center.suspend, tenant_id=MINTA, subscription_id=NEW, key="k")
        report = await in_thread(sync, hours=2)

        assert (report.read, report.learned) == (1, 1)
        assert ours(store)[NEW].status is SubscriptionStatus.SUSPENDED
        assert (await in_thread(sync, hours=27)).read == 2

    async def test_closes_the_task_of_a_difference_that_is_gone(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        await in_thread(sync)
        sandbox.state.subscriptions[MINTA][NEW_OLD]["quantity"] = 4

        await in_thread(sync, is_full=True, hours=1)

        assert not any("E3" in subject and "differ" in subject for subject in open_tasks(store))

    async def test_marks_what_vanished_and_takes_it_back(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        await in_thread(sync)
        customer = sandbox.state.customers.pop(PELDA)
        gone = sandbox.state.subscriptions[MINTA].pop(ADD_ON)

        report = await in_thread(sync, is_full=True, hours=1)

        assert report.gone == 1
        with store.microsoft.begin() as tx:
            marked = [one.subscription.id for one in tx.subscriptions_of(tenant_id=MINTA) if one.gone_at]
        assert marked == [ADD_ON]

        sandbox.state.customers[PELDA], sandbox.state.subscriptions[MINTA][ADD_ON] = customer, gone
        await in_thread(sync, is_full=True, hours=2)
        with store.microsoft.begin() as tx:
            assert tx.customer_count() == 2
            assert not [one for one in tx.subscriptions_of(tenant_id=MINTA) if one.gone_at]

    async def test_believes_no_empty_list(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        await in_thread(sync)
        sandbox.state.customers.clear()

        with pytest.raises(EmptyList):
            await in_thread(sync, hours=1)

        with store.microsoft.begin() as tx:
            assert tx.customer_count() == 2


class TestCutOff:
    async def test_anywhere_ends_with_the_same_as_one_go(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        dying = Dying(sandbox.options)
        deaths = 0
        try:
            for lives in range(40):
                dying.lives = lives
                try:
                    await in_thread(sync, microsoft=dying)
                    break
                except Killed:
                    deaths += 1
            after_deaths, tasks = kept(store), open_tasks(store)
        finally:
            await in_thread(dying.close)

        await in_thread(sync, is_full=True, hours=1)

        assert deaths >= 5
        assert after_deaths == kept(store)
        assert tasks == open_tasks(store)
        assert len(tasks) == 3

    async def test_by_a_broken_page_marks_nobody_as_gone(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        await in_thread(sync)
        sandbox.fail("error", status=500, path="/customers", times=20)

        with pytest.raises(MicrosoftUnavailable):
            await in_thread(sync, hours=1)

        with store.microsoft.begin() as tx:
            assert tx.customer_count() == 2


class TestUnknownCustomers:
    async def test_are_one_task_that_closes_when_all_are_in_the_ledger(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        sandbox.state.subscriptions[PELDA]["x"] = {**sandbox.state.subscriptions[MINTA][NEW], "id": "5b000000-0000-4000-8000-0000000000ff"}
        await in_thread(sync)
        assert "Customers at Microsoft that are not in the ledger" in open_tasks(store)

        with store.ledger.begin() as tx:
            tx.save_customer(Customer(CustomerId("cus_pelda"), "C-2", "Példa Zrt.", tenant_id=PELDA))
        await in_thread(sync, is_full=True, hours=1)

        assert "Customers at Microsoft that are not in the ledger" not in open_tasks(store)
        assert any(subject.startswith("At Microsoft but not in the ledger") for subject in open_tasks(store))


class TestOneCustomer:
    async def test_that_cannot_be_read_keeps_nobody_else_back_and_is_tried_again(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        sandbox.fail("error", status=500, path=f"/customers/{MINTA}/subscriptions", times=4)

        first = await in_thread(sync)
        second = await in_thread(sync, hours=1)

        assert (first.read, first.failed) == (1, 1)
        assert (second.read, second.failed) == (1, 0)

    async def test_whose_relationship_was_removed_is_marked(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        sandbox.fail("error", status=403, code="1000", path=f"/customers/{PELDA}/subscriptions", times=9)

        report = await in_thread(sync)

        assert report.read == 1
        with store.microsoft.begin() as tx:
            assert tx.state().troubled == 1

    async def test_whose_subscriptions_are_all_active_again_is_told_so(
        self, sandbox: Sandbox, store: Store, sync: Sync, partner_center: PartnerCenter
    ) -> None:
        await in_thread(partner_center.suspend, tenant_id=MINTA, subscription_id=NEW, key="k")
        await in_thread(sync)
        await in_thread(partner_center.reactivate, tenant_id=MINTA, subscription_id=NEW, key="l")

        await in_thread(sync, hours=1)

        with store.microsoft.begin() as tx:
            record = tx.subscription(subscription_id=NEW)
        assert record is not None
        assert record.subscription.status is MicrosoftStatus.ACTIVE
        assert ours(store)[NEW].status is SubscriptionStatus.ACTIVE
        assert ours(store)[NEW].suspended_on is None


class TestTokens:
    async def test_a_secret_that_is_refused_stops_the_run_with_its_reason(self, sandbox: Sandbox, store: Store, sync: Sync) -> None:
        await in_thread(sync)
        sandbox.sign_in.secret = "another"
        sandbox.sign_in.access.clear()

        with pytest.raises(MicrosoftNotAllowed, match="CLEARLINE_PARTNER_CENTER_CLIENT_SECRET"):
            await in_thread(sync, hours=2)

        with store.microsoft.begin() as tx:
            assert tx.customer_count() == 2
