"""A year of a hundred customers, day by day: they pay, promise, dispute and do not pay, Microsoft fails, and workers are killed.

What came of it is read from the records, not from what the simulation meant to do.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.billing.model import CommerceKind, Contact, Customer, Invoice
from bot.conversations.collections import Collections
from bot.conversations.collections_notices import CollectionsNotices
from bot.overdue.model import HoldKind
from bot.overdue.ports import HoldRecord, HoldState
from bot.overdue.suspending import ENDED, OwnProposal, SuspensionState
from bot.partner_center.sandbox.control import FAULTS
from bot.partner_center.sandbox.seed import seed
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId, InvoiceId, SubscriptionId, new_hold_id
from bot.staff.model import Role, StaffMember
from bot.wiring import Wired, wire
from tests.builders import add, allocation, document, payment, subscription
from tests.desk_people import add_people
from tests.integration.partner_center.conftest import Sandbox

pytestmark = [pytest.mark.slow]
SEED = 20260310
CUSTOMERS = 100
DAYS = 365
START = date(2026, 1, 5)
_ORDER = ("coming_due", "first_reminder", "second_reminder", "final_notice", "suspension", "termination")


class Killed(BaseException):
    """The worker ends here."""


@dataclass
class Dying:
    """The store of a worker that is killed after so many transactions."""

    store: object
    lives: int

    @contextmanager
    def begin(self) -> Iterator[object]:
        self.lives -= 1
        with self.store.begin() as tx:  # type: ignore[attr-defined]
            yield tx
            if self.lives <= 0:
                raise Killed


@dataclass
class Year:
    """The simulation; ``paid_on`` and ``held`` are what customers did, the rest is in the store."""

    wired: Wired
    sandbox: Sandbox
    billing: StaffMember
    chief: StaffMember
    random: random.Random
    open: dict[InvoiceId, Invoice] = field(default_factory=dict)
    paid_on: dict[InvoiceId, date] = field(default_factory=dict)
    deaths: int = 0
    payments: int = 0

    @property
    def services(self) -> Services:
        return self.wired.services

    def run(self) -> None:
        for after in range(DAYS):
            day = START + timedelta(days=after)
            self.invoices(day)
            self.customers_act(day)
            self.microsoft_fails(day)
            if self.random.random() > 0.1:
                self.worker(day)
            self.people_decide(day)

    def invoices(self, day: date) -> None:
        if day.day != 5 or day > START + timedelta(days=DAYS - 120):
            return
        made = [
            document(
                CustomerId(f"cus_{number:03}"),
                f"CL-{day:%m}-{number:03}",
                payable=str(self.random.randint(3, 4000)),
                issued_on=day,
                due_on=day + timedelta(days=15),
            )
            for number in range(CUSTOMERS)
        ]
        add(self.wired.store, *made)
        self.open |= {invoice.id: invoice for invoice in made}

    def customers_act(self, day: date) -> None:
        for invoice in list(self.open.values()):
            # A tenth of the customers are bad payers.
            bad = int(invoice.customer_id[-3:]) % 10 == 0
            chance = self.random.random()
            if chance < (0.008 if bad else 0.07):
                self.pay(invoice, day)
            elif chance > 0.998 and day > invoice.due_on:
                self.hold(invoice, HoldKind.PROMISE, day, day + timedelta(days=8))
            elif chance > 0.9975 and day > invoice.due_on:
                self.hold(invoice, HoldKind.DISPUTE, day, day + timedelta(days=40))

    def pay(self, invoice: Invoice, day: date) -> None:
        self.payments += 1
        amount = str(invoice.payable.amount)
        received = replace(payment(f"bank-{self.payments}", amount, customer_id=invoice.customer_id), received_on=day)
        with self.wired.store.ledger.begin() as tx:
            tx.add_payment(received, [allocation(received, invoice, amount)])
        self.paid_on[invoice.id] = day
        del self.open[invoice.id]

    def hold(self, invoice: Invoice, kind: HoldKind, since: date, until: date) -> None:
        hold = HoldRecord(new_hold_id(), invoice.customer_id, invoice.id, kind, since, until, HoldState.ACTIVE, "bot", _at(since))
        with self.wired.store.conversations.begin() as tx:
            tx.add_hold(hold)

    def microsoft_fails(self, day: date) -> None:
        self.sandbox.server.app[FAULTS].clear()
        if self.random.random() < 0.1:
            self.sandbox.fail(self.random.choice(["error", "drop"]), status=500, times=self.random.randint(1, 40))
        self.sandbox.state.ahead = _at(day) - _at(date(2026, 3, 10))

    def worker(self, day: date) -> None:
        for lives in (self.random.randint(1, 30), 10**9):
            store = Dying(self.wired.store.conversations, lives)
            notices = CollectionsNotices(sentences=self.services.phrases, partner=self.services.partner)
            collections = Collections(
                store=store,  # type: ignore[arg-type]
                ledger=self.wired.store.ledger,
                policies=self.services.collections,
                notices=notices,
                tasks=self.services.tasks,
            )
            try:
                collections.plan(today=day, now=_at(day))
                collections.carry_out(today=day, now=_at(day))
                break
            except Killed:
                self.deaths += 1
        for minutes in (5, 10, 60):
            self.services.suspension_runs.run(today=day, now=_at(day) + timedelta(minutes=minutes))
        self.services.outbox.send_due(now=_at(day))

    def people_decide(self, day: date) -> None:
        for view in self.services.suspensions.views(by=self.billing, states=(SuspensionState.PROPOSED,)):
            for member in (self.billing, self.chief):
                if self.random.random() < 0.5:
                    try:
                        self.services.suspensions.approve(
                            by=member, suspension_id=view.record.suspension.id, reason="As the policy says.", now=_at(day)
                        )
                    except (Conflict, OwnProposal):
                        continue


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


@pytest.fixture
async def year(sandbox: Sandbox, wired: Wired) -> AsyncIterator[Year]:
    opened = wire(replace(wired.settings, partner_center=replace(sandbox.options, tries=1, try_seconds=2.0)))
    people = add_people(opened.services)
    tenants = {number: f"cc000000-0000-4000-8000-{number:012}" for number in range(CUSTOMERS)}
    subscriptions = {number: SubscriptionId(f"dd000000-0000-4000-8000-{number:012}") for number in range(CUSTOMERS)}
    seed(
        sandbox.state,
        {
            "customers": [
                {
                    "tenant": tenants[number],
                    "name": f"Company {number}",
                    "subscriptions": [
                        {
                            "id": subscriptions[number],
                            "product": "E3",
                            "commerce": "legacy" if number % 20 == 0 else "new_commerce",
                            "ends_on": "2028-01-01",
                        }
                    ],
                }
                for number in range(CUSTOMERS)
            ]
        },
    )
    with opened.store.ledger.begin() as tx:
        for number in range(CUSTOMERS):
            contact = Contact("Anna", f"anna@c{number}.example", "hu" if number % 2 else "en")
            owner = CustomerId(f"cus_{number:03}")
            tx.save_customer(
                Customer(owner, f"C-{number}", f"Company {number}", contact.language, tenant_id=tenants[number], contacts=(contact,))
            )
            kind = CommerceKind.LEGACY if number % 20 == 0 else CommerceKind.NEW
            tx.save_subscription(replace(subscription(owner, subscriptions[number]), commerce=kind, ends_on=date(2028, 1, 1)))
    yield Year(opened, sandbox, people[Role.BILLING_ADMIN], people[Role.GLOBAL_ADMIN], random.Random(SEED))
    await in_thread(opened.close)


async def test_a_year_treats_everybody_by_the_policy(year: Year) -> None:
    await in_thread(year.run)

    with year.wired.store.conversations.begin() as tx:
        steps = tx.steps_of(invoice_ids=[*year.open, *year.paid_on])
        suspensions = tx.suspensions_in(states=tuple(SuspensionState), limit=10_000)
        holds = tx.holds_of(invoice_ids=[*year.open, *year.paid_on], only_active=False)
    taken: dict[InvoiceId, list[tuple[date, str]]] = defaultdict(list)
    for step in steps:
        if step.done_on is not None:
            taken[step.invoice_id].append((step.done_on, step.step))
    held = defaultdict(list)
    for hold in holds:
        held[hold.invoice_id].append(hold)

    for invoice_id, course in taken.items():
        names = [name for _, name in sorted(course)]
        # In order, none skipped but a reminder of a day that was past, and each on a day of its own.
        assert names == [name for name in _ORDER if name in names]
        late = [name for name in names if name != "coming_due"]
        assert late == list(_ORDER[1 : 1 + len(late)])
        assert len({day for day, _ in course}) == len(course)
        # Nothing after it was paid, nothing while it was held.
        for day, _ in course:
            assert day <= year.paid_on.get(invoice_id, date.max)
            assert not any(hold.since < day <= (hold.until or date.max) for hold in held[invoice_id] if hold.kind is HoldKind.DISPUTE)

    approved = [one.suspension for one in suspensions if any(item.suspended_at is not None for item in one.suspension.affected)]
    by_number = {invoice.number: invoice_id for invoice_id, invoice in _all_invoices(year).items()}
    for suspension in approved:
        assert suspension.approvals
        assert len({one.by for one in suspension.approvals}) >= suspension.needed
        began = min(item.suspended_at for item in suspension.affected if item.suspended_at is not None).date()
        ids = [by_number[number] for number, _, _ in suspension.invoices]
        # At least one of what it was for was unpaid and had got its final notice ten days before.
        assert any(year.paid_on.get(one, date.max) >= began for one in ids)
        for one in ids:
            final = next(day for day, name in taken[one] if name == "final_notice")
            assert began - final >= timedelta(days=10)
    with year.wired.store.ledger.begin() as ledger:
        owing = {item.customer_id for item in ledger.open_items_page(after=("", ""), limit=10_000)}
    at_microsoft = {tenant: next(iter(one.values()))["status"] for tenant, one in year.sandbox.state.subscriptions.items() if one}
    for suspension in approved:
        tenant = f"cc000000-0000-4000-8000-{int(suspension.customer_id[-3:]):012}"
        if suspension.customer_id not in owing:
            # Everybody who paid has access again, but for a legacy subscription that Microsoft had deleted by then.
            assert suspension.state in ENDED
            (item,) = suspension.affected
            assert at_microsoft[tenant] == ("deleted" if item.lost else "active")
            assert not item.lost or item.commerce is CommerceKind.LEGACY

    sums = {state.value: sum(one.suspension.state is state for one in suspensions) for state in SuspensionState}
    print(f"seed {SEED}: {len(steps)} steps, {year.deaths} deaths, {sums}, open at the end: {len(year.open)}")  # noqa: T201 -- shown by pytest -rP
    assert len(approved) > 10
    assert year.deaths > 50
    assert sums["restored"] > 3
    assert not year.services.audit.verify()


def _all_invoices(year: Year) -> dict[InvoiceId, Invoice]:
    found = dict(year.open)
    with year.wired.store.ledger.begin() as ledger:
        for number in range(CUSTOMERS):
            found |= {one.id: one for one in ledger.invoices(customer_id=CustomerId(f"cus_{number:03}"))}
    return found
