"""Giving the conversation to a person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from actions.handover import ActionHandOver
from bot.conversations.model import Speaker
from bot.shared.ids import new_staff_id
from bot.staff.model import Presence, Role, StaffMember
from tests.conftest import NOW
from tests.unit.actions.conftest import Stage, Told

Put = Callable[[datetime], None]
_FRIDAY_AFTERNOON = datetime(2026, 3, 13, 13, 30, tzinfo=UTC)
_SUNDAY = datetime(2026, 3, 8, 10, 0, tzinfo=UTC)
_NATIONAL_DAY_EVE = datetime(2026, 10, 22, 16, 0, tzinfo=UTC)


def ask_before(stage: Stage, text: str) -> None:
    """Let the customer have written ``text``."""
    stage.services.conversations.take_message(
        conversation_id=stage.conversation_id, text=text, now=NOW, holder="test", client_id=None, payload=None
    )


async def hand_over(stage: Stage, language: str = "en") -> Told:
    return await stage.tell(ActionHandOver(), language=language)


class TestHandOver:
    async def test_opens_a_ticket_of_the_customer_with_what_was_asked(self, stage: Stage) -> None:
        ask_before(stage, "Why are we charged twice for Visio?")

        told = await hand_over(stage)

        (ticket,) = stage.services.conversations.tickets()
        assert told.values["ticket"] == ticket.number
        assert (ticket.customer_id, ticket.conversation_id, ticket.reason) == (stage.customer_id, stage.conversation_id, "asked")
        assert ticket.subject == "Why are we charged twice for Visio?"
        assert "Why are we charged twice for Visio?" in ticket.transcript

    async def test_puts_the_conversation_into_the_queue(self, anonymous: Stage) -> None:
        await hand_over(anonymous)

        assert anonymous.services.conversations.get(conversation_id=anonymous.conversation_id).speaker is Speaker.QUEUE

    async def test_asked_for_twice_keeps_one_ticket(self, stage: Stage) -> None:
        first, second = [await hand_over(stage) for _ in range(2)]

        assert first.values["ticket"] == second.values["ticket"]
        assert len(stage.services.conversations.tickets()) == 1

    @pytest.mark.parametrize(("language", "by"), [("en", "10 March 2026, 15:00"), ("hu", "2026. március 10. 15:00")])
    async def test_in_open_hours_says_by_when_somebody_answers(self, stage: Stage, language: str, by: str) -> None:
        told = await hand_over(stage, language)

        assert told.names == ["utter_handover_open"]
        assert told.values["by"] == by

    async def test_shortly_before_the_weekend_promises_an_answer_on_monday(self, stage: Stage, at: Put) -> None:
        at(_FRIDAY_AFTERNOON)

        told = await hand_over(stage)

        assert told.names == ["utter_handover_open"]
        assert told.values["by"] == "16 March 2026, 11:30"

    @pytest.mark.parametrize(
        ("instant", "opens", "by"),
        [
            (_SUNDAY, "9 March 2026, 08:30", "9 March 2026, 12:30"),
            (_NATIONAL_DAY_EVE, "26 October 2026, 08:30", "26 October 2026, 12:30"),
        ],
    )
    async def test_in_closed_hours_says_when_the_desk_opens(self, stage: Stage, at: Put, instant: datetime, opens: str, by: str) -> None:
        at(instant)

        told = await hand_over(stage)

        assert told.names == ["utter_handover_closed"]
        assert (told.values["opens"], told.values["by"]) == (opens, by)

    async def test_in_closed_hours_says_it_in_hungarian(self, stage: Stage, at: Put) -> None:
        at(_SUNDAY)

        told = await hand_over(stage, "hu")

        assert "nyitás: 2026. március 9. 8:30" in told.texts[0]


class TestPresence:
    @pytest.mark.parametrize(("presence", "name"), [(Presence.AWAY, "utter_handover_nobody"), (Presence.AVAILABLE, "utter_handover_open")])
    async def test_of_colleagues_is_told_in_open_hours(self, stage: Stage, presence: Presence, name: str) -> None:
        hire(stage, presence)

        told = await hand_over(stage, "hu")

        assert told.names == [name]
        assert told.values["by"] == "2026. március 10. 15:00"

    async def test_does_not_matter_in_closed_hours(self, stage: Stage, at: Put) -> None:
        hire(stage, Presence.AWAY)
        at(_SUNDAY)

        assert (await hand_over(stage)).names == ["utter_handover_closed"]

    async def test_of_those_who_answer_no_chats_does_not_count(self, stage: Stage) -> None:
        hire(stage, Presence.AWAY)
        hire(stage, Presence.AVAILABLE, role=Role.SALES_AGENT)

        assert (await hand_over(stage)).names == ["utter_handover_nobody"]


def hire(stage: Stage, presence: Presence, *, role: Role = Role.HELPDESK_AGENT) -> None:
    member = StaffMember(new_staff_id(), role.value, f"{role.value}@example.com", role, "x", NOW)
    stage.services.staff.add(member)
    stage.services.staff_service.set_presence(member=member, presence=presence, now=NOW)
