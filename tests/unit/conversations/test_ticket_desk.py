"""Work on tickets, and that each leaves who did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.model import Sender, Speaker, VerifiedBy
from bot.conversations.records_model import TicketFilter
from bot.conversations.ticket_desk import ChatIsLive, NobodyToAnswer, TicketIsClosed
from bot.conversations.ticket_mail import unsent_in
from bot.services import Services
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.ids import ConversationId, CustomerId
from bot.staff.permissions import PermissionMissing
from bot.support.model import HandoverReason, Outcome, Ticket, TicketKind, TicketPriority, TicketSource, TicketState
from bot.wiring import Wired
from tests.conftest import NOW
from tests.unit.conversations.people import AGENT, BILLING, SALES, USERS

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def customer_id(services: Services) -> CustomerId:
    customer = Customer(
        CustomerId("cus_1"), "C-10001", "Minta Kft.", language="hu", contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),)
    )
    with services.ledger.begin() as tx:
        tx.save_customer(customer)
    return customer.id


def opened(services: Services, customer_id: CustomerId | None, **values: object) -> Ticket:
    given: dict[str, object] = {
        "by": AGENT,
        "customer_id": customer_id,
        "kind": TicketKind.BILLING,
        "priority": TicketPriority.NORMAL,
        "subject": "Two invoices for March",
        "details": "Called us.",
        "key": "form-1",
        "now": NOW,
    }
    return services.ticket_desk.open(**(given | values))  # type: ignore[arg-type] # a test's own values


def handed_over(services: Services, customer_id: CustomerId) -> Ticket:
    conversation = services.conversations.open(channel="web", language="hu", now=NOW, secret="s")
    with services.conversation_store.begin() as tx:
        tx.bind(conversation_id=conversation.id, customer_id=customer_id, contact_email="anna@minta.example", verified_by=VerifiedBy.TOKEN)
    services.conversations.take_message(
        conversation_id=conversation.id, text="Miért két számla?", now=NOW, holder="t", client_id=None, payload=None
    )
    return services.conversations.ask_for_agent(
        conversation_id=conversation.id, reason=HandoverReason.ASKED, kind=TicketKind.BILLING, now=NOW, answer_by=NOW + timedelta(hours=4)
    )


def did(services: Services, number: str) -> list[str]:
    return [event.action for event in services.ticket_desk.view(by=AGENT, number=number).history]


def mails(wired: Wired) -> list[str]:
    folder = Path(wired.settings.mail_url.removeprefix("file:"))
    return [path.read_text("utf-8") for path in sorted(folder.glob("*.eml"))]


class TestOpening:
    def test_promises_an_answer_in_open_hours_by_kind(self, services: Services, customer_id: CustomerId) -> None:
        ticket = opened(services, customer_id)

        # Tuesday 11:00 in Budapest, four open hours.
        assert ticket.answer_by == datetime(2026, 3, 10, 14, 0, tzinfo=UTC)
        assert (ticket.number, ticket.source, ticket.language) == ("T-2026-0001", TicketSource.STAFF, "hu")
        assert did(services, ticket.number) == ["opened"]

    def test_promises_a_pressing_one_sooner(self, services: Services, customer_id: CustomerId) -> None:
        ticket = opened(services, customer_id, priority=TicketPriority.URGENT)

        assert ticket.answer_by == NOW + timedelta(hours=1)

    def test_twice_by_the_same_form_makes_one(self, services: Services, customer_id: CustomerId) -> None:
        assert opened(services, customer_id) == opened(services, customer_id, now=LATER)
        assert opened(services, customer_id, key="form-2").number == "T-2026-0002"

    @pytest.mark.parametrize("subject", ["", "  ", "x" * 161])
    def test_needs_a_subject_of_a_line(self, services: Services, subject: str) -> None:
        with pytest.raises(InvalidInput):
            opened(services, None, subject=subject)

    def test_is_nothing_for_sales(self, services: Services) -> None:
        with pytest.raises(PermissionMissing):
            opened(services, None, by=SALES)

    def test_leaves_an_audit_entry_of_the_customer(self, wired: Wired, customer_id: CustomerId) -> None:
        opened(wired.services, customer_id)

        assert wired.services.audit.verify() == ()


class TestPriority:
    def test_raised_shortens_the_promise(self, services: Services, customer_id: CustomerId) -> None:
        number = opened(services, customer_id).number

        changed = services.ticket_desk.set_priority(by=AGENT, number=number, priority=TicketPriority.URGENT, now=LATER)

        assert changed.answer_by == LATER + timedelta(hours=1)

    def test_lowered_keeps_what_was_promised(self, services: Services, customer_id: CustomerId) -> None:
        ticket = opened(services, customer_id, priority=TicketPriority.URGENT)

        changed = services.ticket_desk.set_priority(by=AGENT, number=ticket.number, priority=TicketPriority.LOW, now=LATER)

        assert (changed.answer_by, changed.priority) == (ticket.answer_by, TicketPriority.LOW)


class TestWork:
    def test_is_in_the_history_with_who_did_it(self, services: Services, customer_id: CustomerId) -> None:
        number, desk = opened(services, customer_id).number, services.ticket_desk

        desk.assign(by=AGENT, number=number, to=BILLING, now=LATER)
        desk.set_state(by=BILLING, number=number, state=TicketState.WAITING, now=LATER)
        desk.remark(by=BILLING, number=number, text="  Waits for Microsoft. ", now=LATER)
        desk.close(by=BILLING, number=number, outcome=Outcome.RESOLVED, now=LATER)

        view = desk.view(by=SALES, number=number)
        assert [(event.action, event.actor_name) for event in view.history] == [
            ("opened", AGENT.name),
            ("assigned", AGENT.name),
            ("state_set", BILLING.name),
            ("remark", BILLING.name),
            ("closed", BILLING.name),
        ]
        assert (view.ticket.state, view.ticket.outcome, view.ticket.owner_id) == (TicketState.CLOSED, Outcome.RESOLVED, BILLING.id)
        assert dict(view.history[3].details) == {"text": "Waits for Microsoft."}

    def test_that_changes_nothing_is_not_in_the_history(self, services: Services, customer_id: CustomerId) -> None:
        number = opened(services, customer_id).number

        services.ticket_desk.set_state(by=AGENT, number=number, state=TicketState.OPEN, now=LATER)
        services.ticket_desk.assign(by=AGENT, number=number, to=None, now=LATER)

        assert did(services, number) == ["opened"]

    def test_on_a_closed_ticket_needs_reopening(self, services: Services, customer_id: CustomerId) -> None:
        number = opened(services, customer_id).number
        services.ticket_desk.close(by=AGENT, number=number, outcome=Outcome.DUPLICATE, now=LATER)

        with pytest.raises(TicketIsClosed):
            services.ticket_desk.set_state(by=AGENT, number=number, state=TicketState.OPEN, now=LATER)
        reopened = services.desk.reopen(by=AGENT, number=number, now=LATER)

        assert (reopened.state, reopened.reopened, reopened.outcome) == (TicketState.IN_PROGRESS, 1, None)

    def test_cannot_be_given_to_who_may_not_do_it(self, services: Services, customer_id: CustomerId) -> None:
        number = opened(services, customer_id).number

        with pytest.raises(InvalidInput):
            services.ticket_desk.assign(by=AGENT, number=number, to=USERS, now=LATER)

    @pytest.mark.parametrize("who", [SALES, USERS])
    def test_is_for_those_who_may(self, services: Services, customer_id: CustomerId, who: object) -> None:
        number, desk = opened(services, customer_id).number, services.ticket_desk
        deeds: tuple[Callable[[], object], ...] = (
            lambda: desk.assign(by=who, number=number, to=None, now=NOW),  # type: ignore[arg-type] # one of ours
            lambda: desk.set_priority(by=who, number=number, priority=TicketPriority.LOW, now=NOW),  # type: ignore[arg-type]
            lambda: desk.set_state(by=who, number=number, state=TicketState.OPEN, now=NOW),  # type: ignore[arg-type]
            lambda: desk.close(by=who, number=number, outcome=Outcome.RESOLVED, now=NOW),  # type: ignore[arg-type]
            lambda: desk.remark(by=who, number=number, text="x", now=NOW),  # type: ignore[arg-type]
            lambda: desk.answer(by=who, number=number, text="x", key="k", then=TicketState.WAITING, now=NOW),  # type: ignore[arg-type]
        )

        for deed in deeds:
            with pytest.raises(PermissionMissing):
                deed()
        assert did(services, number) == ["opened"]


class TestAnswer:
    def test_goes_by_mail_with_the_number_in_its_subject(self, wired: Wired, customer_id: CustomerId) -> None:
        desk, number = wired.services.ticket_desk, opened(wired.services, customer_id).number

        answered = desk.answer(by=AGENT, number=number, text="The second is a copy.", key="a1", then=TicketState.WAITING, now=LATER)
        desk.send(number=number, key="a1", now=LATER)

        (mail,) = mails(wired)
        assert "To: anna@minta.example" in mail
        assert f"[{number}]" in mail
        assert (answered.ticket.state, answered.ticket.first_answered_at, answered.ticket.owner_id) == (
            TicketState.WAITING,
            LATER,
            AGENT.id,
        )
        assert did(wired.services, number) == ["opened", "answered", "mailed"]

    def test_sent_twice_goes_once(self, wired: Wired, customer_id: CustomerId) -> None:
        desk, number = wired.services.ticket_desk, opened(wired.services, customer_id).number

        for _ in range(2):
            desk.answer(by=AGENT, number=number, text="The second is a copy.", key="a1", then=TicketState.WAITING, now=LATER)
            desk.send(number=number, key="a1", now=LATER)

        assert len(mails(wired)) == 1
        assert did(wired.services, number) == ["opened", "answered", "mailed"]

    def test_that_could_not_be_mailed_is_kept_and_goes_later(
        self, wired: Wired, customer_id: CustomerId, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        desk, number = wired.services.ticket_desk, opened(wired.services, customer_id).number
        desk.answer(by=AGENT, number=number, text="The second is a copy.", key="a1", then=TicketState.WAITING, now=LATER)

        def refuse(**_: object) -> None:
            raise Unavailable("no mail server")

        with monkeypatch.context() as patched:
            patched.setattr(type(wired.services.mailer), "send", lambda _self, **given: refuse(**given))
            with pytest.raises(Unavailable):
                desk.send(number=number, key="a1", now=LATER)

        assert desk.view(by=AGENT, number=number).unsent == ("a1",)
        desk.send(number=number, key="a1", now=LATER)
        assert unsent_in(desk.view(by=AGENT, number=number).history) == ()

    def test_stands_in_the_conversation_as_the_agents_though_the_bot_speaks(self, services: Services, customer_id: CustomerId) -> None:
        handover = handed_over(services, customer_id)
        conversation_id = _conversation(handover)
        services.ticket_desk.close(by=AGENT, number=handover.number, outcome=Outcome.NO_ANSWER, now=NOW)
        request = services.conversations.open_request(
            conversation_id=conversation_id, kind=TicketKind.REQUEST, subject="Refund", details="…", now=NOW, answer_by=LATER
        )

        services.ticket_desk.answer(by=AGENT, number=request.number, text="Done.", key="a1", then=TicketState.CLOSED, now=LATER)

        last = services.conversations.messages_after(conversation_id=conversation_id, after=0)[-1]
        assert (last.sender, last.text, last.author) == (Sender.AGENT, "Done.", AGENT.name)
        assert services.conversations.get(conversation_id=conversation_id).speaker is Speaker.BOT
        assert services.ticket_desk.view(by=AGENT, number=request.number).ticket.outcome is Outcome.RESOLVED

    def test_in_the_queue_ends_the_waiting_and_keeps_the_place(self, services: Services, customer_id: CustomerId) -> None:
        ticket = handed_over(services, customer_id)

        services.ticket_desk.answer(by=AGENT, number=ticket.number, text="Hello", key="a1", then=TicketState.WAITING, now=LATER)

        conversation = services.conversations.get(conversation_id=_conversation(ticket))
        assert (conversation.speaker, conversation.waiting_since, conversation.queued_at) == (Speaker.QUEUE, None, NOW)

    def test_and_closing_in_the_queue_gives_the_floor_back_to_the_bot(self, services: Services, customer_id: CustomerId) -> None:
        ticket = handed_over(services, customer_id)

        services.ticket_desk.answer(by=AGENT, number=ticket.number, text="Hello", key="a1", then=TicketState.CLOSED, now=LATER)

        conversation_id = _conversation(ticket)
        assert services.conversations.get(conversation_id=conversation_id).speaker is Speaker.BOT
        texts = [one.text for one in services.conversations.messages_after(conversation_id=conversation_id, after=0)]
        assert texts[-2] == "Hello"
        assert "lezártuk" in texts[-1]

    def test_is_refused_while_somebody_is_in_the_chat(self, services: Services, customer_id: CustomerId) -> None:
        ticket = handed_over(services, customer_id)
        services.desk.claim(by=BILLING, conversation_id=_conversation(ticket), now=NOW)

        for deed in (
            lambda: services.ticket_desk.answer(by=AGENT, number=ticket.number, text="x", key="k", then=TicketState.WAITING, now=NOW),
            lambda: services.ticket_desk.close(by=AGENT, number=ticket.number, outcome=Outcome.RESOLVED, now=NOW),
            lambda: services.ticket_desk.assign(by=AGENT, number=ticket.number, to=AGENT, now=NOW),
        ):
            with pytest.raises(ChatIsLive, match=BILLING.name):
                deed()

    def test_to_nobody_is_refused(self, services: Services) -> None:
        number = opened(services, None).number

        with pytest.raises(NobodyToAnswer):
            services.ticket_desk.answer(by=AGENT, number=number, text="x", key="k", then=TicketState.WAITING, now=NOW)


class TestList:
    def test_has_late_ones_first_and_closed_ones_only_when_asked_for(self, services: Services, customer_id: CustomerId) -> None:
        desk = services.ticket_desk
        numbers = [
            opened(services, customer_id, key=str(place), subject=f"Question {place}", now=NOW + timedelta(minutes=place)).number
            for place in range(4)
        ]
        desk.answer(by=AGENT, number=numbers[0], text="x", key="k", then=TicketState.WAITING, now=NOW)
        desk.close(by=AGENT, number=numbers[1], outcome=Outcome.RESOLVED, now=NOW)

        page = desk.find(by=SALES, wanted=TicketFilter(), now=NOW + timedelta(hours=4, minutes=2, seconds=30))
        everything = desk.find(by=SALES, wanted=TicketFilter(states=()), now=NOW)
        late = desk.find(by=SALES, wanted=TicketFilter(is_late=True), now=NOW + timedelta(hours=4, minutes=2, seconds=30))

        assert [entry.ticket.number for entry in page.items] == [numbers[2], numbers[3], numbers[0]]
        assert [entry.ticket.number for entry in everything.items][-1] == numbers[1]
        assert [entry.ticket.number for entry in late.items] == [numbers[2]]
        assert page.items[0].customer_name == "Minta Kft."

    def test_is_narrowed_by_kind_owner_and_customer(self, services: Services, customer_id: CustomerId) -> None:
        desk = services.ticket_desk
        mine = opened(services, customer_id, key="1").number
        other = opened(services, None, key="2", kind=TicketKind.COMPLAINT).number
        desk.assign(by=AGENT, number=mine, to=AGENT, now=NOW)

        def found(**wanted: object) -> list[str]:
            narrowed = replace(TicketFilter(), **wanted)  # type: ignore[arg-type] # a test's own values
            return [entry.ticket.number for entry in desk.find(by=AGENT, wanted=narrowed, now=NOW).items]

        assert found(kind=TicketKind.COMPLAINT) == [other]
        assert found(owner_id=AGENT.id) == [mine]
        assert found(is_unowned=True) == [other]
        assert found(customer_id=customer_id) == [mine]

    def test_comes_in_pages(self, services: Services) -> None:
        for place in range(27):
            opened(services, None, key=str(place))

        first, second = (services.ticket_desk.find(by=AGENT, wanted=TicketFilter(), now=NOW, page=page) for page in (1, 2))

        assert (len(first.items), first.has_more, len(second.items), second.has_more) == (25, True, 2, False)


def _conversation(ticket: Ticket) -> ConversationId:
    assert ticket.conversation_id is not None
    return ticket.conversation_id
