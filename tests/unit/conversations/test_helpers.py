"""Tickets that somebody outside works on: passed on, answered, and told to the customer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.helpers import Dispatch, NotTheirs
from bot.conversations.mail_intake import InboundMail, MailOutcome
from bot.conversations.model import Conversation, Sender, Speaker, VerifiedBy
from bot.conversations.support_cases import Ending, NotAgreed, Opened, SupportCases
from bot.helper_hooks import HelperHooks, SignatureRefused
from bot.services import Services
from bot.shared.clock import clock_from
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.ids import CustomerId, new_conversation_id
from bot.support.diagnosis import Case, Outcome
from bot.support.model import TicketState
from tests.conftest import NOW
from tests.unit.conversations.people import AGENT

SECRET = "s" * 32
NIGHT = NOW.replace(hour=22)


@dataclass
class Gate:
    """A helper's webhook that notes what it gets, and fails as often as it is told."""

    fails: list[Exception] = field(default_factory=list)
    got: list[Dispatch] = field(default_factory=list)

    def send(self, dispatch: Dispatch) -> None:
        if self.fails:
            raise self.fails.pop()
        self.got.append(dispatch)

    def check(self, *, helper: str, body: bytes, header: str, at: datetime) -> None:
        raise NotImplementedError


@pytest.fixture
def conversation(services: Services) -> Conversation:
    contact = Contact("Kiss Anna", "anna@minta.example", "hu")
    with services.ledger.begin() as tx:
        tx.save_customer(Customer(CustomerId("cus_1"), "C-10001", "Minta Kft.", contacts=(contact,), support_plan="care"))
    opened = Conversation(new_conversation_id(), "web", Speaker.BOT, "hu", NOW, CustomerId("cus_1"), "anna@minta.example", VerifiedBy.TOKEN)
    with services.conversation_store.begin() as tx:
        tx.add_conversation(opened)
    return opened


@pytest.fixture
def cases(services: Services) -> SupportCases:
    return services.support_cases


def opened(services: Services, conversation: Conversation, *, product: str, now: datetime = NOW) -> Opened:
    case = Case("nem nyílik meg", "hu", product=product)
    facts = services.support_cases.facts(customer_id=CustomerId("cus_1"), case=case, now=now)
    return services.support_cases.open(
        conversation_id=conversation.id,
        ending=Ending(case=case, facts=facts, outcome=Outcome.OWN_STAFF),
        subject="nem nyílik meg",
        details="részletek",
        title="nem nyílik meg",
        now=now,
        today=now.date(),
    )


def said(services: Services, conversation: Conversation) -> list[str]:
    messages = services.conversations.messages_after(conversation_id=conversation.id, after=0)
    return [message.text for message in messages if message.sender is Sender.SYSTEM]


def actions(services: Services, number: str) -> list[str]:
    return [event.action for event in services.ticket_desk.view(by=AGENT, number=number).history]


class TestByMail:
    def test_goes_to_the_company_whose_support_is_resold(self, services: Services, conversation: Conversation) -> None:
        done = opened(services, conversation, product="Dynamics 365 Sales")

        assert done.route.helper.key == "erp_house"
        assert services.outbox.send_due(now=NOW) == 1
        assert "passed_on" in actions(services, done.ticket.number)

    def test_the_reply_reaches_the_customer_without_what_it_quotes(self, services: Services, conversation: Conversation) -> None:
        number = opened(services, conversation, product="Dynamics 365 Sales").ticket.number
        text = "Kérem, indítsa újra.\n\n2026. márc. 10. Duna-kapu ezt írta:\n> részletek"
        mail = InboundMail("m1@x", "support@kaptar-erp.example", "Kaptár", f"Re: [{number}] x", text, (), False, "hu")

        taken = [services.mail_intake.take(mail=mail, now=NOW) for _ in range(2)]

        assert [one.outcome for one in taken] == [MailOutcome.ADDED, MailOutcome.KNOWN]
        (told,) = said(services, conversation)
        assert number in told
        assert "Kérem, indítsa újra." in told
        assert "részletek" not in told

    def test_of_somebody_else_is_no_answer_of_the_helper(self, services: Services, conversation: Conversation) -> None:
        number = opened(services, conversation, product="Dynamics 365 Sales").ticket.number
        mail = InboundMail("m1@x", "mallory@evil.example", "M", f"Re: [{number}] x", "Pay here", (), False, "hu")

        services.mail_intake.take(mail=mail, now=NOW)

        assert said(services, conversation) == []


class TestByWebhook:
    def test_goes_out_of_hours_with_number_and_key(self, services: Services, conversation: Conversation) -> None:
        done, gate = opened(services, conversation, product="Microsoft 365 E3", now=NIGHT), Gate()

        assert [services.helpers.send_due(gate=gate, now=NIGHT) for _ in range(2)] == [1, 0]
        (sent,) = gate.got
        assert done.route.helper.key == sent.helper == "night_desk"
        assert json.loads(sent.body)["ticket"] == done.ticket.number
        assert done.ticket.id in sent.key

    def test_is_tried_again_under_the_same_key(self, services: Services, conversation: Conversation) -> None:
        opened(services, conversation, product="Microsoft 365 E3", now=NIGHT)
        gate = Gate(fails=[Unavailable("down")])

        counts = [services.helpers.send_due(gate=gate, now=NIGHT + timedelta(minutes=minutes)) for minutes in (0, 0, 2)]

        assert counts == [0, 0, 1]
        assert len(gate.got) == 1

    def test_that_is_refused_waits_for_a_person(self, services: Services, conversation: Conversation) -> None:
        number = opened(services, conversation, product="Microsoft 365 E3", now=NIGHT).ticket.number

        services.helpers.send_due(gate=Gate(fails=[InvalidInput("no")]), now=NIGHT)

        assert services.helpers.send_due(gate=Gate(), now=NIGHT + timedelta(days=1)) == 0
        assert "not_passed_on" in actions(services, number)

    def test_the_answer_comes_once_in_the_customers_language(self, services: Services, conversation: Conversation) -> None:
        number = opened(services, conversation, product="Microsoft 365 E3", now=NIGHT).ticket.number

        def answer() -> bool:
            return services.helpers.answered(helper="night_desk", number=number, key="1", text="Kész.", is_solved=True, now=NIGHT)

        assert [answer(), answer()] == [True, False]
        (told,) = said(services, conversation)
        assert told == f"Válasz a {number} számú hibajegyre (éjszakai ügyeletünk):\nKész."
        assert services.ticket_desk.view(by=AGENT, number=number).ticket.state is TicketState.WAITING

    def test_another_helper_finds_no_such_ticket(self, services: Services, conversation: Conversation) -> None:
        number = opened(services, conversation, product="Dynamics 365 Sales", now=NIGHT).ticket.number

        with pytest.raises(NotTheirs):
            services.helpers.answered(helper="night_desk", number=number, key="1", text="x", is_solved=False, now=NIGHT)


class TestPrice:
    def test_that_was_not_told_keeps_the_ticket_from_being_opened(self, services: Services, conversation: Conversation) -> None:
        case = Case("x", "hu", product="Microsoft 365 E3")
        facts = services.support_cases.facts(customer_id=CustomerId("cus_1"), case=case, now=NOW)
        ending = Ending(case=case, facts=facts, outcome=Outcome.CHARGEABLE)

        with pytest.raises(NotAgreed):
            services.support_cases.open(
                conversation_id=conversation.id, ending=ending, subject="x", details="x", title="x", now=NOW, today=NOW.date()
            )

        assert services.conversations.tickets() == ()

    def test_that_was_told_to_somebody_else_does_not_count(self, services: Services, conversation: Conversation) -> None:
        other = replace(conversation, id=new_conversation_id())
        with services.conversation_store.begin() as tx:
            tx.add_conversation(other)
        told = services.support_cases.offer(conversation_id=other.id, customer_id=CustomerId("cus_1"), work="setup", now=NOW)
        case = Case("x", "hu", product="Microsoft 365 E3")
        facts = services.support_cases.facts(customer_id=CustomerId("cus_1"), case=case, now=NOW)
        ending = Ending(case=case, facts=facts, outcome=Outcome.CHARGEABLE, quote_id=told.id)

        with pytest.raises(NotAgreed):
            services.support_cases.open(
                conversation_id=conversation.id, ending=ending, subject="x", details="x", title="x", now=NOW, today=NOW.date()
            )


class TestSignature:
    def hooks(self) -> HelperHooks:
        return HelperHooks(SECRET, clock=clock_from(NOW.isoformat()))

    def test_of_the_helper_is_accepted_for_five_minutes(self) -> None:
        header = self.hooks().sign(helper="a", body=b"{}", at=NOW)

        self.hooks().check(helper="a", body=b"{}", header=header, at=NOW + timedelta(minutes=5))
        with pytest.raises(SignatureRefused, match="older"):
            self.hooks().check(helper="a", body=b"{}", header=header, at=NOW + timedelta(minutes=6))

    @pytest.mark.parametrize("changed", ["helper", "body", "header"])
    def test_of_anything_else_is_refused(self, changed: str) -> None:
        header = self.hooks().sign(helper="a", body=b"{}", at=NOW)
        given = {"helper": "a", "body": b"{}", "header": header, changed: {"helper": "b", "body": b"{ }", "header": ""}[changed]}

        with pytest.raises(SignatureRefused):
            self.hooks().check(**given, at=NOW)  # type: ignore[arg-type] # of three types

    def test_of_a_short_secret_is_none(self) -> None:
        with pytest.raises(InvalidInput):
            HelperHooks("short", clock=clock_from(NOW.isoformat()))
