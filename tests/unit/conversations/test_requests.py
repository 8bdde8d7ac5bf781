"""Requests: tickets that are opened while the bot goes on speaking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversations.model import Speaker
from bot.conversations.ports import ConversationNotFound
from bot.services import Services
from bot.shared.ids import ConversationId
from bot.support.model import HandoverReason, Ticket, TicketKind, TicketState
from tests.conftest import NOW

LATER = NOW + timedelta(hours=4)


@pytest.fixture
def conversation_id(services: Services) -> ConversationId:
    opened = services.conversations.open(channel="web", language="hu", now=NOW, secret="s")
    services.conversations.take_message(
        conversation_id=opened.id, text="2 licenccel több kell", now=NOW, holder="test", client_id=None, payload=None
    )
    return opened.id


def requested(services: Services, conversation_id: ConversationId, subject: str = "E3: 10 helyett 12") -> Ticket:
    return services.conversations.open_request(
        conversation_id=conversation_id,
        kind=TicketKind.SUBSCRIPTION,
        subject=subject,
        details="Termék: E3\nMódosítás: 12",
        now=NOW,
        answer_by=LATER,
    )


class TestRequest:
    def test_is_a_ticket_with_the_details_above_the_messages(self, services: Services, conversation_id: ConversationId) -> None:
        ticket = requested(services, conversation_id)

        assert services.conversations.tickets() == (ticket,)
        assert ticket.transcript == "Termék: E3\nMódosítás: 12\n\n2026-03-10 10:00 customer: 2 licenccel több kell"
        assert (ticket.kind, ticket.state, ticket.language) == (TicketKind.SUBSCRIPTION, TicketState.OPEN, "hu")
        assert (ticket.opened_at, ticket.answer_by, ticket.reason) == (NOW, LATER, None)

    def test_leaves_the_floor_to_the_bot(self, services: Services, conversation_id: ConversationId) -> None:
        requested(services, conversation_id)

        assert services.conversations.get(conversation_id=conversation_id).speaker is Speaker.BOT

    def test_is_opened_each_time_under_a_number_of_its_own(self, services: Services, conversation_id: ConversationId) -> None:
        numbers = {requested(services, conversation_id).number for _ in range(2)}

        assert len(numbers) == 2

    def test_is_not_taken_for_the_ticket_of_a_hand_over(self, services: Services, conversation_id: ConversationId) -> None:
        request = requested(services, conversation_id)

        handed = [
            services.conversations.ask_for_agent(
                conversation_id=conversation_id, reason=HandoverReason.ASKED, kind=TicketKind.BILLING, now=NOW, answer_by=LATER
            )
            for _ in range(2)
        ]

        assert handed[0].number == handed[1].number != request.number

    def test_has_a_subject_of_a_bearable_length(self, services: Services, conversation_id: ConversationId) -> None:
        assert len(requested(services, conversation_id, subject="x" * 500).subject) == 160

    def test_of_an_unknown_conversation_is_not_found(self, services: Services) -> None:
        with pytest.raises(ConversationNotFound):
            requested(services, ConversationId("cnv_404"))
