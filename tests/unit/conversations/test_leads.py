"""Needs that customers mention: heard once, asked for consent, decided by sales."""

from __future__ import annotations

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.leads import consent_in
from bot.conversations.mail_intake import InboundMail
from bot.conversations.model import Button, Conversation, Reply, Sender, Speaker, VerifiedBy
from bot.services import Services
from bot.shared.ids import CustomerId, LeadId, new_conversation_id
from bot.staff.model import Role
from bot.staff.permissions import PermissionMissing
from bot.support.leads import Consent, LeadDecided, LeadOutcome
from tests.conftest import NOW
from tests.unit.conversations.people import AGENT, member

WHO = CustomerId("cus_1")
SALES = member(Role.SALES_AGENT, name="Kis Éva")


@pytest.fixture
def conversation(services: Services) -> Conversation:
    with services.ledger.begin() as tx:
        tx.save_customer(Customer(WHO, "C-10001", "Minta Kft.", contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),)))
    opened = Conversation(new_conversation_id(), "web", Speaker.BOT, "hu", NOW, WHO, "anna@minta.example", VerifiedBy.TOKEN)
    with services.conversation_store.begin() as tx:
        tx.add_conversation(opened)
    return opened


def asked(services: Services, conversation: Conversation) -> LeadId:
    """Return the id of the lead that the customer has just been asked about."""
    services.leads.listen(conversation=conversation, text="megtelt a postafiók", now=NOW)
    question = services.leads.question(conversation=conversation, replies=(Reply(Sender.BOT, "Igen.", "hu"),), now=NOW)
    assert question is not None
    with services.conversation_store.begin() as tx:
        tx.append(conversation_id=conversation.id, reply=question, at=NOW)
    about = consent_in(question.buttons[0].payload)
    assert about is not None
    return about[0]


def answer(services: Services, conversation: Conversation, text: str) -> None:
    payload = services.leads.typed(conversation=conversation, text=text)
    assert payload is not None
    services.leads.answer(conversation=conversation, payload=payload, text=text, client_id=None, now=NOW)


class TestListening:
    @pytest.mark.parametrize("text", ["megtelt a postafiók", "megtelt a postafiok"])
    def test_keeps_the_words_once_for_each_need(self, services: Services, conversation: Conversation, text: str) -> None:
        counts = [services.leads.listen(conversation=conversation, text=text, now=NOW) for _ in range(2)]

        assert counts == [1, 0]

    def test_hears_a_mail_of_a_contact(self, services: Services, conversation: Conversation) -> None:
        mail = InboundMail("m@x", "anna@minta.example", "Anna", "Tárhely", "Megtelt a postafiók.", (), False, "hu")
        ticket = services.mail_intake.take(mail=mail, now=NOW).ticket
        assert ticket is not None

        assert [services.leads.listen_to_mail(ticket=ticket, now=NOW) for _ in range(2)] == [1, 0]

    def test_hears_nothing_of_who_is_not_known(self, services: Services) -> None:
        nobody = services.conversations.open(channel="web", language="hu", now=NOW, secret="s")

        assert services.leads.listen(conversation=nobody, text="megtelt a postafiók", now=NOW) == 0


class TestConsent:
    @pytest.mark.parametrize("reply", [Reply(Sender.BOT, "Melyik?", "hu"), Reply(Sender.BOT, "Ez.", "hu", (Button("Igen", "/affirm"),))])
    def test_is_not_asked_for_beside_another_question(self, services: Services, conversation: Conversation, reply: Reply) -> None:
        services.leads.listen(conversation=conversation, text="megtelt a postafiók", now=NOW)

        assert services.leads.question(conversation=conversation, replies=(reply,), now=NOW) is None
        assert services.leads.to_ask(customer_id=WHO, now=NOW) is not None

    def test_is_asked_for_once_and_shown_to_nobody_before(self, services: Services, conversation: Conversation) -> None:
        asked(services, conversation)

        assert services.leads.to_ask(customer_id=WHO, now=NOW) is None
        assert services.leads.board(by=SALES) == ()

    @pytest.mark.parametrize("text", ["igen", "Igen, kérem", "igen."])
    def test_that_is_given_puts_the_lead_on_the_board(self, services: Services, conversation: Conversation, text: str) -> None:
        asked(services, conversation)

        answer(services, conversation, text)

        (shown,) = services.leads.board(by=SALES)
        assert (shown.lead.consent, shown.lead.words) == (Consent.GIVEN, "megtelt a postafiók")

    def test_that_is_refused_forgets_the_words_and_is_not_asked_again(self, services: Services, conversation: Conversation) -> None:
        asked(services, conversation)

        answer(services, conversation, "Köszönöm, nem")

        services.leads.listen(conversation=conversation, text="megtelt a postafiók", now=NOW)
        assert services.leads.to_ask(customer_id=WHO, now=NOW) is None
        assert services.leads.board(by=SALES) == ()

    def test_of_another_customer_cannot_be_given(self, services: Services, conversation: Conversation) -> None:
        lead = asked(services, conversation)
        stranger = services.conversations.open(channel="web", language="hu", now=NOW, secret="s")

        services.leads.answer(conversation=stranger, payload=f"/lead_consent:{lead}:yes", text="igen", client_id=None, now=NOW)

        assert services.leads.board(by=SALES) == ()

    def test_is_not_taken_from_any_other_words(self, services: Services, conversation: Conversation) -> None:
        asked(services, conversation)

        assert services.leads.typed(conversation=conversation, text="mikor vannak nyitva?") is None


class TestDeciding:
    def test_is_written_into_the_audit_trail(self, services: Services, conversation: Conversation) -> None:
        lead = asked(services, conversation)
        answer(services, conversation, "igen")

        services.leads.decide(by=SALES, lead_id=lead, outcome=LeadOutcome.WON, now=NOW)

        (entry,) = services.audit.entries(subject=WHO, limit=5)
        assert (entry.entry.action, entry.entry.actor) == ("lead.decided", SALES.id)
        with pytest.raises(LeadDecided):
            services.leads.decide(by=SALES, lead_id=lead, outcome=LeadOutcome.LOST, now=NOW)

    def test_is_for_sales_only(self, services: Services) -> None:
        with pytest.raises(PermissionMissing):
            services.leads.board(by=AGENT)
