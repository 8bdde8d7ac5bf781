"""Suspending and restoring over the sandbox's HTTP: what people decide, what Microsoft does, and what may go wrong between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from bot.billing.model import CommerceKind, Contact, Customer, SubscriptionStatus
from bot.overdue.suspending import OwnProposal, Suspension, SuspensionState, WrongState
from bot.partner_center.sandbox.control import FAULTS
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId
from bot.staff.model import Role, StaffMember
from bot.staff.permissions import PermissionMissing
from bot.wiring import Wired, wire
from tests.builders import add, allocation, document, payment, subscription
from tests.conftest import NOW
from tests.desk_people import add_people
from tests.integration.partner_center.conftest import LEGACY, MINTA, NEW_OLD, Sandbox

TODAY = date(2026, 3, 10)
CUSTOMER = Customer(
    CustomerId("cus_minta"),
    "C-1",
    "Minta Kft.",
    language="hu",
    tenant_id=MINTA,
    contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),),
)
INVOICE = document(CUSTOMER.id, "CL-1", payable="412.50", issued_on=date(2026, 1, 1), due_on=TODAY - timedelta(days=35))


@dataclass
class Stage:
    """A Clearline that talks to the sandbox, with a customer who has reached the last step."""

    wired: Wired
    sandbox: Sandbox
    billing: StaffMember
    chief: StaffMember
    agent: StaffMember
    now: datetime = NOW

    @property
    def services(self) -> Services:
        return self.wired.services

    def propose(self) -> Suspension:
        self.services.overdue.adopt(until=TODAY, now=self.now)
        self.services.overdue.plan(today=TODAY, now=self.now)
        self.services.overdue.carry_out(today=TODAY, now=self.now)
        return self.suspension()

    def suspension(self) -> Suspension:
        with self.wired.store.conversations.begin() as tx:
            return tx.suspensions_of(customer_id=CUSTOMER.id)[0].suspension

    def trouble(self) -> str:
        with self.wired.store.conversations.begin() as tx:
            return tx.suspensions_of(customer_id=CUSTOMER.id)[0].trouble

    def approve(self) -> None:
        self.services.suspensions.approve(by=self.billing, suspension_id=self.suspension().id, reason="Unpaid for a month.", now=self.now)

    async def run(self, *, minutes: int = 10) -> None:
        self.now += timedelta(minutes=minutes)
        await in_thread(self.services.suspension_runs.run, today=self.now.date(), now=self.now)

    def at_microsoft(self) -> dict[str, str]:
        return {key: one["status"] for key, one in self.sandbox.state.subscriptions[MINTA].items() if key in (NEW_OLD, LEGACY)}

    def in_ledger(self) -> dict[str, SubscriptionStatus]:
        with self.wired.store.ledger.begin() as tx:
            return {one.id: one.status for one in tx.subscriptions(customer_id=CUSTOMER.id)}

    def pay(self) -> None:
        received = payment("bank-1", "412.50", customer_id=CUSTOMER.id)
        with self.wired.store.ledger.begin() as tx:
            tx.add_payment(received, [allocation(received, INVOICE, "412.50")])

    def mails(self) -> list[str]:
        with self.wired.store.conversations.begin() as tx:
            claimed = tx.claim_mails(now=self.now, until=self.now + timedelta(hours=1), limit=99)
        return [mail.subject for mail in claimed]


@pytest.fixture
async def stage(sandbox: Sandbox, wired: Wired) -> AsyncIterator[Stage]:
    opened = wire(replace(wired.settings, partner_center=sandbox.options))
    people = add_people(opened.services)
    with opened.store.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
        tx.save_subscription(replace(subscription(CUSTOMER.id, NEW_OLD, product="E3"), commerce=CommerceKind.NEW, auto_renew=True))
        tx.save_subscription(replace(subscription(CUSTOMER.id, LEGACY, product="E1"), commerce=CommerceKind.LEGACY))
    add(opened.store, INVOICE)
    yield Stage(opened, sandbox, people[Role.BILLING_ADMIN], people[Role.GLOBAL_ADMIN], people[Role.HELPDESK_AGENT])
    await in_thread(opened.close)


_BOTH = {NEW_OLD: "suspended", LEGACY: "suspended"}
_ACTIVE = {NEW_OLD: "active", LEGACY: "active"}


class TestWholeWay:
    async def test_from_the_ladder_to_access_that_is_back(self, stage: Stage) -> None:
        proposed = stage.propose()
        assert (proposed.state, proposed.needed, proposed.proposed_by) == (SuspensionState.PROPOSED, 1, None)
        assert {item.id: item.billed_until is not None for item in proposed.affected} == {NEW_OLD: True, LEGACY: False}
        await stage.run()
        assert stage.at_microsoft() == _ACTIVE

        stage.approve()
        await stage.run()
        assert stage.at_microsoft() == _BOTH
        assert set(stage.in_ledger().values()) == {SubscriptionStatus.SUSPENDED}
        assert stage.suspension().state is SuspensionState.SUSPENDED
        assert stage.mails() == ["Szünetel a hozzáférés az előfizetéseihez"]

        await stage.run()
        assert stage.suspension().state is SuspensionState.SUSPENDED

        stage.pay()
        await stage.run()
        await stage.run()
        assert stage.at_microsoft() == _ACTIVE
        assert set(stage.in_ledger().values()) == {SubscriptionStatus.ACTIVE}
        assert stage.suspension().state is SuspensionState.RESTORED
        assert stage.mails() == ["Helyreállt a hozzáférés"]
        with stage.wired.store.conversations.begin() as tx:
            subjects = [ticket.subject for ticket in tx.tickets()]
        assert subjects == ["Switch auto-renew on again: Minta Kft."]
        assert not stage.services.audit.verify()

    async def test_access_can_be_given_back_by_decision_with_a_reason(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        await stage.run()

        stage.services.suspensions.restore(by=stage.chief, suspension_id=stage.suspension().id, reason="They pay on Friday.", now=stage.now)
        await stage.run()

        assert stage.at_microsoft() == _ACTIVE
        assert stage.suspension().ended_because == "They pay on Friday."


class TestDeciding:
    async def test_is_for_billing_and_global_admins(self, stage: Stage) -> None:
        suspension = stage.propose()

        with pytest.raises(PermissionMissing):
            stage.services.suspensions.approve(by=stage.agent, suspension_id=suspension.id, reason="x", now=stage.now)

    async def test_is_never_for_who_proposed_it(self, stage: Stage) -> None:
        suspension = stage.services.suspensions.propose(by=stage.billing, customer_id=CUSTOMER.id, today=TODAY, now=stage.now)

        with pytest.raises(OwnProposal):
            stage.approve()
        with pytest.raises(Conflict):
            stage.services.suspensions.propose(by=stage.chief, customer_id=CUSTOMER.id, today=TODAY, now=stage.now)
        stage.services.suspensions.approve(by=stage.chief, suspension_id=suspension.id, reason="Agreed.", now=stage.now)
        assert stage.suspension().state is SuspensionState.APPROVED

    async def test_of_a_large_sum_needs_two(self, stage: Stage) -> None:
        add(stage.wired.store, document(CUSTOMER.id, "CL-2", payable="9000", issued_on=date(2026, 1, 1), due_on=TODAY - timedelta(days=35)))
        assert stage.propose().needed == 2

        stage.approve()
        assert stage.suspension().state is SuspensionState.PROPOSED
        with pytest.raises(OwnProposal, match="colleague"):
            stage.approve()
        stage.services.suspensions.approve(by=stage.chief, suspension_id=stage.suspension().id, reason="Agreed.", now=stage.now)
        assert stage.suspension().state is SuspensionState.APPROVED

    async def test_no_ends_it(self, stage: Stage) -> None:
        stage.propose()

        stage.services.suspensions.reject(by=stage.billing, suspension_id=stage.suspension().id, reason="They are in talks.", now=stage.now)

        with pytest.raises(WrongState):
            stage.approve()
        await stage.run()
        assert stage.at_microsoft() == _ACTIVE


class TestPaidMeanwhile:
    async def test_before_anybody_decided_it_is_withdrawn(self, stage: Stage) -> None:
        stage.propose()
        stage.pay()

        await stage.run()

        assert stage.suspension().state is SuspensionState.WITHDRAWN

    async def test_between_approval_and_carrying_out_nothing_is_suspended(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        stage.pay()

        await stage.run()

        assert (stage.suspension().state, stage.at_microsoft()) == (SuspensionState.WITHDRAWN, _ACTIVE)


class TestFaults:
    async def test_microsoft_down_for_a_day_is_tried_again_and_said(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        stage.sandbox.fail("error", status=500, times=1000)
        await stage.run()
        assert stage.trouble()
        await stage.run(minutes=24 * 60)
        stage.sandbox.server.app[FAULTS].clear()

        await stage.run(minutes=31)

        assert (stage.at_microsoft(), stage.trouble()) == (_BOTH, "")

    async def test_an_answer_that_is_lost_is_resolved_by_looking(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        path = f"/customers/{MINTA}/subscriptions/{NEW_OLD}"
        stage.sandbox.fail("drop", method="PATCH", path=path, times=1)

        await stage.run()
        await stage.run()

        assert stage.at_microsoft() == _BOTH
        done = [one for one in stage.sandbox.asked("PATCH", path) if one.get("status") == 200]
        assert len(done) <= 1

    async def test_one_suspended_already_and_one_deleted_at_microsoft(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        stage.sandbox.state.subscriptions[MINTA][LEGACY]["status"] = "deleted"
        stage.sandbox.state.subscriptions[MINTA][NEW_OLD]["status"] = "suspended"

        await stage.run()

        lost = {item.id: item.lost for item in stage.suspension().affected}
        assert lost == {NEW_OLD: "", LEGACY: "it is deleted at Microsoft"}
        assert stage.suspension().state is SuspensionState.SUSPENDED

    async def test_what_cannot_come_back_is_said(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        await stage.run()
        stage.mails()
        for one in (NEW_OLD, LEGACY):
            stage.sandbox.state.subscriptions[MINTA][one]["status"] = "deleted"
        stage.pay()

        await stage.run()
        await stage.run()

        assert stage.suspension().state is SuspensionState.RESTORED
        assert stage.mails() == ["Az előfizetéseiről"]

    async def test_without_a_tenant_it_says_so(self, stage: Stage) -> None:
        stage.propose()
        stage.approve()
        with stage.wired.store.ledger.begin() as tx:
            tx.save_customer(replace(CUSTOMER, tenant_id=None))

        await stage.run()

        assert "no tenant number" in stage.trouble()
