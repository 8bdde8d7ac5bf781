"""Identifying a visitor by a mailed code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.identification import CODES_PER_HOUR, CodeMail, CodeOutcome
from bot.conversations.model import Conversation
from bot.services import Services
from bot.shared.ids import new_customer_id
from tests.conftest import NOW

CUSTOMER = Customer(new_customer_id(), "C-10001", "Minta Kft.", contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),))


@pytest.fixture
def conversation(services: Services) -> Conversation:
    with services.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
    return services.conversations.open(channel="web", language="hu", now=NOW, secret="s")


def start(services: Services, conversation: Conversation, number: str = "C-10001") -> CodeMail | None:
    return services.identification.start(conversation_id=conversation.id, customer_number=number, now=NOW)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestStart:
    def test_mails_six_digits_to_the_contact_on_file(self, services: Services, conversation: Conversation) -> None:
        mail = start(services, conversation, "c-10001 ")

        assert mail is not None
        assert mail.contact.email == "anna@minta.example"
        assert mail.code.isdigit()
        assert len(mail.code) == 6

    def test_mails_nothing_for_a_number_that_does_not_exist_but_waits_all_the_same(
        self, services: Services, conversation: Conversation
    ) -> None:
        mail = start(services, conversation, "C-99999")

        assert mail is None
        assert services.identification.is_pending(conversation_id=conversation.id)

    def test_mails_at_most_five_codes_an_hour_for_a_customer(self, services: Services, conversation: Conversation) -> None:
        conversations = [services.conversations.open(channel="web", language="en", now=NOW, secret="s") for _ in range(CODES_PER_HOUR + 1)]

        mails = [start(services, one) for one in conversations]

        assert [mail is not None for mail in mails] == [True] * CODES_PER_HOUR + [False]

    def test_counts_codes_again_when_the_same_conversation_asks_repeatedly(self, services: Services, conversation: Conversation) -> None:
        mails = [start(services, conversation) for _ in range(CODES_PER_HOUR + 1)]

        assert [mail is not None for mail in mails] == [True] * CODES_PER_HOUR + [False]


class TestCheck:
    def test_binds_the_conversation_to_the_customer_and_contact(self, services: Services, conversation: Conversation) -> None:
        mail = start(services, conversation)
        assert mail is not None

        outcome = services.identification.check(conversation_id=conversation.id, code=mail.code, now=NOW)

        bound = services.conversations.get(conversation_id=conversation.id)
        assert outcome is CodeOutcome.VERIFIED
        assert (bound.customer_id, bound.contact_email) == (CUSTOMER.id, "anna@minta.example")

    def test_does_not_take_a_code_twice(self, services: Services, conversation: Conversation) -> None:
        mail = start(services, conversation)
        assert mail is not None
        services.identification.check(conversation_id=conversation.id, code=mail.code, now=NOW)

        assert services.identification.check(conversation_id=conversation.id, code=mail.code, now=NOW) is CodeOutcome.NONE_PENDING

    def test_does_not_take_another_conversations_code(self, services: Services, conversation: Conversation) -> None:
        other = services.conversations.open(channel="web", language="en", now=NOW, secret="s")
        mail = start(services, conversation)
        assert mail is not None
        start(services, other, "C-99999")

        assert services.identification.check(conversation_id=other.id, code=mail.code, now=NOW) is CodeOutcome.WRONG

    def test_expires_after_ten_minutes(self, services: Services, conversation: Conversation) -> None:
        mail = start(services, conversation)
        assert mail is not None
        late = NOW + timedelta(minutes=10)

        assert services.identification.check(conversation_id=conversation.id, code=mail.code, now=late) is CodeOutcome.EXPIRED

    @pytest.mark.parametrize("number", ["C-10001", "C-99999"])
    def test_allows_five_tries_whether_or_not_the_number_exists(self, services: Services, conversation: Conversation, number: str) -> None:
        mail = start(services, conversation, number)
        wrong = other_than(mail.code) if mail else "000000"

        outcomes = [services.identification.check(conversation_id=conversation.id, code=wrong, now=NOW) for _ in range(6)]

        assert outcomes == [CodeOutcome.WRONG] * 4 + [CodeOutcome.OUT_OF_TRIES, CodeOutcome.NONE_PENDING]


class TestCustomerWithoutContacts:
    def test_is_answered_like_a_number_that_does_not_exist(self, services: Services, conversation: Conversation) -> None:
        with services.ledger.begin() as tx:
            tx.save_customer(replace(CUSTOMER, id=new_customer_id(), number="C-10002", contacts=()))

        assert start(services, conversation, "C-10002") is None
        assert services.identification.is_pending(conversation_id=conversation.id)
