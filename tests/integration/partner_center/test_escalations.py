"""From a customer's ticket to a closed service request, over the sandbox's HTTP, and what may go wrong on the way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.cases import payload_for
from bot.conversations.escalation_desk import AtMicrosoftAlready, NoVehicle, Proposal
from bot.conversations.escalation_runs import EscalationRuns
from bot.conversations.model import VerifiedBy
from bot.library.support_files import load_support
from bot.partner_center.client import PartnerCenter
from bot.partner_center.requests import PartnerCenterRequests
from bot.partner_center.sandbox.control import FAULTS
from bot.partner_center.sandbox.microsoft import take_step
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import Conflict, Unavailable
from bot.shared.ids import ConversationId, CustomerId, EscalationId
from bot.staff.model import Role, StaffMember
from bot.staff.permissions import PermissionMissing
from bot.support.checklist import Impact, Item, Topic
from bot.support.escalation import ChecklistIncomplete, Escalation, EscalationState
from bot.support.model import HandoverReason, TicketKind, TicketState
from bot.support.vehicles import IssueKind
from bot.wiring import Wired, wire
from tests.conftest import NOW
from tests.desk_people import add_people
from tests.integration.partner_center.conftest import MINTA, Sandbox

TODAY = date(2026, 3, 10)
CUSTOMER = Customer(
    CustomerId("cus_minta"),
    "C-1",
    "Minta Kft.",
    language="hu",
    tenant_id=MINTA,
    contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),),
)
ALL = tuple((item, "yes") for item in Item if item not in (Item.TENANT, Item.CASE_NUMBER, Item.CUSTOMER))
PROPOSAL = Proposal(
    kind=IssueKind.TECHNICAL,
    topic=Topic.OTHER,
    product="Microsoft 365 Business Basic",
    is_on_premises=False,
    impact=Impact.PARTLY_AFFECTED,
    title="Nobody can sign in to Outlook",
    description="Users see an error at sign-in since this morning.",
    values=ALL,
)


@dataclass
class Stage:
    """A Clearline that talks to the sandbox, with a customer's ticket."""

    wired: Wired
    sandbox: Sandbox
    agent: StaffMember
    sales: StaffMember
    chat: ConversationId
    number: str
    now: datetime = NOW

    @property
    def services(self) -> Services:
        return self.wired.services

    @property
    def runs(self) -> EscalationRuns:
        assert self.services.escalation_runs is not None
        return self.services.escalation_runs

    def confirm(self, proposal: Proposal = PROPOSAL, *, override: str = "") -> EscalationId:
        confirmed = self.services.escalations.confirm(
            by=self.agent, number=self.number, proposal=proposal, override=override, now=self.now, today=TODAY
        )
        return confirmed.escalation.id

    def case(self) -> Escalation:
        found = self.services.escalation_views.cases_of(by=self.agent, number=self.number, now=self.now, today=TODAY)
        return found.cases[0].record.escalation

    def stuck(self) -> str:
        return self.services.escalation_views.cases_of(by=self.agent, number=self.number, now=self.now, today=TODAY).cases[0].stuck

    def said(self) -> list[str]:
        messages = self.services.conversations.messages_after(conversation_id=self.chat, after=0)
        return [one.text for one in messages]

    def ticket_state(self) -> TicketState:
        return self.services.ticket_desk.view(by=self.agent, number=self.number).ticket.state

    def history(self) -> list[str]:
        return [one.action for one in self.services.ticket_desk.view(by=self.agent, number=self.number).history]

    async def carry_out(self) -> int:
        return await in_thread(self.runs.carry_out, now=self.now)

    async def follow(self, *, minutes: int = 5) -> None:
        self.now += timedelta(minutes=minutes)
        await in_thread(self.runs.follow, now=self.now)

    def microsoft_acts(self, steps: int = 1) -> None:
        for request in self.sandbox.state.requests_of_service.values():
            for _ in range(steps):
                take_step(self.sandbox.state, request)


@pytest.fixture
async def stage(sandbox: Sandbox, wired: Wired) -> object:
    opened = wire(replace(wired.settings, partner_center=sandbox.options))
    services = opened.services
    people = add_people(services)
    with services.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
    chat = services.conversations.open(channel="web", language="hu", now=NOW, secret="s").id
    with services.conversation_store.begin() as tx:
        tx.bind(conversation_id=chat, customer_id=CUSTOMER.id, contact_email="anna@minta.example", verified_by=VerifiedBy.CODE)
    services.conversations.take_message(
        conversation_id=chat, text="nem tudunk belépni az Outlookba", now=NOW, holder="t", client_id=None, payload=None
    )
    ticket = services.conversations.ask_for_agent(
        conversation_id=chat, reason=HandoverReason.ASKED, kind=TicketKind.TECHNICAL, now=NOW, answer_by=NOW
    )
    yield Stage(opened, sandbox, people[Role.HELPDESK_AGENT], people[Role.SALES_AGENT], chat, ticket.number)
    await in_thread(opened.close)


Carried = Callable[[], Awaitable[int]]


class TestWholeWay:
    async def test_from_a_ticket_to_a_closed_request(self, stage: Stage) -> None:
        stage.confirm()
        assert await stage.carry_out() == 1

        (request,) = stage.sandbox.state.requests_of_service.values()
        assert stage.case().microsoft_number == request["id"]
        assert (request["severity"], request["supportTopicName"]) == ("moderate", "Sign-in and identity")
        assert request["organization"]["id"] == MINTA
        assert any("továbbítottuk a Microsoftnak" in text and stage.number in text for text in stage.said())

        stage.microsoft_acts(2)
        await stage.follow()
        assert stage.case().responded_at == stage.now
        assert {"microsoft_wrote", "microsoft_asks"} <= set(stage.history())
        assert sum("első válasz megérkezett" in text for text in stage.said()) == 1

        stage.services.escalations.note(by=stage.agent, escalation_id=stage.case().id, text="Since 08:00. ID 1234.", now=stage.now)
        await stage.follow()
        assert [note["text"] for note in request["notes"]][-1] == "Since 08:00. ID 1234."

        stage.microsoft_acts(3)
        await stage.follow()
        assert stage.case().state is EscalationState.CLOSED_AT_MICROSOFT
        assert "Megoldódott a hiba?" in stage.said()[-1]
        assert stage.ticket_state() is not TicketState.CLOSED

        self.answer(stage, solved=True)
        assert (stage.case().state, stage.ticket_state()) == (EscalationState.CLOSED, TicketState.CLOSED)
        assert "lezárjuk a bejelentést" in stage.said()[-1]

    async def test_a_customer_who_does_not_agree_keeps_it_open_on_both_sides(self, stage: Stage) -> None:
        stage.confirm()
        await stage.carry_out()
        stage.microsoft_acts(2)
        await stage.follow()
        (request,) = stage.sandbox.state.requests_of_service.values()
        request["status"] = "closed"
        await stage.follow()

        self.answer(stage, solved=False)
        await stage.follow()

        assert (stage.case().state, stage.ticket_state()) == (EscalationState.MIRRORED, TicketState.OPEN)
        assert "persists" in request["notes"][-1]["text"]
        # The same closing is not asked about again.
        before = len(stage.said())
        await stage.follow()
        assert len(stage.said()) == before

    async def test_mails_say_the_same_in_the_customers_language(self, stage: Stage) -> None:
        stage.confirm()
        await stage.carry_out()

        sent = stage.services.outbox.send_due(now=stage.now)

        assert sent == 1
        (mail,) = (stage.wired.settings.var / "mail").glob("*.eml")
        assert "anna@minta.example" in mail.read_text(encoding="utf-8")
        assert stage.services.outbox.send_due(now=stage.now) == 0

    def answer(self, stage: Stage, *, solved: bool) -> None:
        conversation = stage.services.conversations.get(conversation_id=stage.chat)
        typed = stage.services.case_answers.typed(conversation=conversation, text="igen" if solved else "Nem oldódott meg")
        assert typed == payload_for(stage.case().id, solved=solved)
        for _ in range(2):
            stage.services.case_answers.answer(conversation=conversation, payload=typed, text="x", client_id="c1", now=stage.now)


class TestConfirming:
    async def test_needs_a_complete_checklist_or_a_reason(self, stage: Stage) -> None:
        lacking = replace(PROPOSAL, values=((Item.CONSENT, "yes"),))

        with pytest.raises(ChecklistIncomplete, match="domain"):
            stage.confirm(lacking)
        with pytest.raises(ChecklistIncomplete, match="agreed"):
            stage.confirm(replace(PROPOSAL, values=((Item.CONSENT, "no"),)), override="urgent")

        stage.confirm(lacking, override="The customer's factory stands still.")
        assert await stage.carry_out() == 1

    async def test_is_for_those_who_may(self, stage: Stage) -> None:
        with pytest.raises(PermissionMissing):
            stage.services.escalations.confirm(by=stage.sales, number=stage.number, proposal=PROPOSAL, override="", now=NOW, today=TODAY)

    async def test_by_several_at_once_makes_one_request(self, stage: Stage) -> None:
        def confirm(_: int) -> bool:
            try:
                stage.confirm()
            except (AtMicrosoftAlready, Conflict, Unavailable):
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(confirm, range(8)))
        await stage.carry_out()

        assert outcomes.count(True) == 1
        assert len(stage.sandbox.state.requests_of_service) == 1

    async def test_without_a_vehicle_says_what_would_be_needed(self, stage: Stage) -> None:
        advice = replace(PROPOSAL, kind=IssueKind.ADVICE, product="SQL Server", is_on_premises=True)

        with pytest.raises(NoVehicle, match="Premier"):
            stage.confirm(advice)

    @pytest.mark.parametrize(
        ("change", "vehicle"),
        [
            ({"kind": IssueKind.BILLING}, "commercial"),
            ({}, "signature"),
            ({"product": "Dynamics 365 Sales"}, "advanced"),
            ({"product": "Windows Server", "is_on_premises": True}, "product_incidents"),
        ],
    )
    async def test_takes_the_vehicle_that_fits(self, stage: Stage, change: dict[str, object], vehicle: str) -> None:
        stage.confirm(replace(PROPOSAL, **change))  # type: ignore[arg-type]

        assert stage.case().vehicle == vehicle


class TestByHand:
    async def test_gives_the_text_and_takes_the_number(self, stage: Stage) -> None:
        escalation_id = stage.confirm(replace(PROPOSAL, product="Windows Server", is_on_premises=True))
        assert await stage.carry_out() == 0
        (case,) = stage.services.escalation_views.cases_of(by=stage.agent, number=stage.number, now=NOW, today=TODAY).cases
        assert case.by_hand is not None
        assert stage.number in case.by_hand.body

        stage.services.escalations.enter_number(by=stage.agent, escalation_id=escalation_id, microsoft_number="119", now=NOW)
        stage.services.escalations.closed_there(by=stage.agent, escalation_id=escalation_id, now=NOW)

        assert not stage.sandbox.state.requests_of_service
        assert "Megoldódott" in stage.said()[-1]
        assert stage.case().state is EscalationState.CLOSED_AT_MICROSOFT


class TestFaults:
    async def test_an_answer_that_is_lost_opens_no_second_request(self, stage: Stage) -> None:
        stage.confirm()
        stage.sandbox.fail("drop", method="POST", path="/servicerequests/en-US", times=1)

        for _ in range(3):
            await stage.carry_out()
            stage.now += timedelta(minutes=10)

        assert len(stage.sandbox.state.requests_of_service) == 1
        assert stage.case().state is EscalationState.CONFIRMED

    async def test_a_crash_between_call_and_note_opens_no_second_request(self, stage: Stage, partner_center: PartnerCenter) -> None:
        escalation_id = stage.confirm()
        support = load_support(stage.wired.settings.knowledge, offering=stage.services.offering)
        asked = PartnerCenterRequests(partner_center, call_back=support.call_back, vehicles=support.vehicles)
        with stage.wired.store.conversations.begin() as tx:
            escalation = tx.escalation(escalation_id=escalation_id).escalation
        # The worker called, and was killed before it could write down the number.
        number = await in_thread(asked.open, key=escalation.key, escalation=escalation)

        await stage.carry_out()

        assert stage.case().microsoft_number == number
        assert len(stage.sandbox.state.requests_of_service) == 1

    async def test_microsoft_down_is_tried_again_later_and_later(self, stage: Stage) -> None:
        stage.confirm()
        stage.sandbox.fail("error", status=500, times=60)
        await stage.carry_out()
        assert "tried again by itself" in stage.stuck()
        assert await stage.carry_out() == 0
        stage.sandbox.server.app[FAULTS].clear()

        stage.now += timedelta(minutes=1)

        assert await stage.carry_out() == 1
        assert stage.stuck() == ""

    async def test_a_removed_relationship_waits_for_a_person_and_can_be_given_up(self, stage: Stage) -> None:
        escalation_id = stage.confirm()
        stage.sandbox.state.customers.pop(MINTA)

        await stage.carry_out()
        stage.now += timedelta(days=1)

        assert await stage.carry_out() == 0
        assert "end the case" in stage.stuck()
        stage.services.escalations.end(by=stage.agent, escalation_id=escalation_id, because="No longer our customer.", now=stage.now)
        assert stage.case().state is EscalationState.WITHDRAWN

    async def test_microsoft_silent_for_days_is_said(self, stage: Stage) -> None:
        stage.confirm()
        await stage.carry_out()

        await stage.follow(minutes=4 * 24 * 60)

        assert "nothing from Microsoft for 4 days" in stage.stuck()
