"""Elliptical follow-ups, bare values, yes and no, and not understanding."""

from __future__ import annotations

from datetime import date

import pytest

from actions.dialogue import (
    ActionAffirm,
    ActionDeny,
    ActionFollowUp,
    ActionNotUnderstood,
    ActionSwitchLanguage,
    ActionTakeInformation,
)
from bot.conversations.model import Speaker
from tests.builders import add, document, subscription
from tests.unit.actions.conftest import Stage


@pytest.fixture
def talking(stage: Stage) -> Stage:
    """Return the stage with two invoices and a subscription in the ledger."""
    add(
        stage.store,
        document(stage.customer_id, "CL-2026-0001", issued_on=date(2026, 1, 5)),
        document(stage.customer_id, "CL-2026-0002", issued_on=date(2026, 2, 5)),
    )
    with stage.store.ledger.begin() as tx:
        tx.save_subscription(subscription(stage.customer_id, product="Visio Plan 2"))
    return stage


def misunderstood_before(stage: Stage) -> None:
    with stage.services.conversation_store.begin() as tx:
        tx.set_misunderstandings(conversation_id=stage.conversation_id, count=1)


class TestNumber:
    async def test_of_an_invoice_is_answered_though_nothing_else_was_understood(self, talking: Stage) -> None:
        told = await talking.tell(
            ActionNotUnderstood(),
            text="could the other one be looked at, CL-2026-0001",
            entities={"invoice_number": "CL-2026-0001"},
            intent="out_of_scope",
        )

        assert told.names == ["utter_invoice"]

    async def test_of_somebody_elses_invoice_reads_like_one_that_does_not_exist(self, talking: Stage) -> None:
        told = await talking.tell(
            ActionNotUnderstood(), text="look at CL-2026-9999", entities={"invoice_number": "CL-2026-9999"}, intent="out_of_scope"
        )

        assert told.names == ["utter_not_found"]


class TestFollowUp:
    @pytest.mark.parametrize(
        ("topic", "response"),
        [
            ("action_tell_invoice", "utter_invoice"),
            ("action_tell_payment_status", "utter_payment_status_overdue"),
            ("action_tell_due_date", "utter_due_date_overdue"),
            ("action_explain_invoice", "utter_invoice_lines"),
            ("action_send_invoice_copy", "utter_invoice_copy"),
        ],
    )
    async def test_repeats_the_last_question_for_the_invoice_before(self, talking: Stage, topic: str, response: str) -> None:
        told = await talking.tell(ActionFollowUp(), entities={"which": "previous"}, slots={"topic": topic, "focus_invoice": "CL-2026-0002"})

        assert told.names == [response]
        assert told.values["number"] == "CL-2026-0001"
        assert (told.slots["focus_invoice"], told.slots["topic"]) == ("CL-2026-0001", topic)

    async def test_without_a_topic_tells_about_the_invoice_named(self, talking: Stage) -> None:
        told = await talking.tell(ActionFollowUp(), entities={"period": "2026-01-01/2026-02-01"})

        assert told.names == ["utter_invoice"]

    async def test_without_a_topic_tells_about_the_product_named(self, talking: Stage) -> None:
        told = await talking.tell(ActionFollowUp(), entities={"product": "Visio"})

        assert told.names == ["utter_subscriptions_one"]

    async def test_without_anything_to_go_on_is_not_understood(self, talking: Stage) -> None:
        told = await talking.tell(ActionFollowUp())

        assert told.names == ["utter_not_understood"]

    async def test_with_a_topic_no_action_has_is_not_obeyed(self, talking: Stage) -> None:
        told = await talking.tell(ActionFollowUp(), slots={"topic": "action_hand_over"})

        assert told.names == ["utter_not_understood"]

    async def test_of_an_unknown_visitor_parks_the_question_itself(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionFollowUp(), entities={"which": "previous"}, slots={"topic": "action_tell_payment_status"})

        assert told.names == ["utter_identify_needed"]
        assert told.slots["parked"] == '{"action": "action_tell_payment_status", "entities": {"which": ["previous"]}}'


class TestBareValue:
    async def test_of_an_invoice_number_repeats_the_last_question_for_it(self, talking: Stage) -> None:
        told = await talking.tell(
            ActionTakeInformation(), entities={"invoice_number": "2026/1"}, slots={"topic": "action_tell_payment_status"}
        )

        assert told.names == ["utter_payment_status_overdue"]
        assert told.values["number"] == "CL-2026-0001"

    async def test_of_an_invoice_number_without_a_question_tells_about_it(self, talking: Stage) -> None:
        told = await talking.tell(ActionTakeInformation(), entities={"invoice_number": "2026/1"})

        assert told.names == ["utter_invoice"]

    async def test_of_a_ticket_number_nobody_has_says_so(self, talking: Stage) -> None:
        told = await talking.tell(ActionTakeInformation(), entities={"ticket_number": "T-2026-0001"})

        assert told.names == ["utter_not_found"]

    async def test_of_a_customer_number_changes_nothing_for_somebody_known(self, talking: Stage) -> None:
        told = await talking.tell(ActionTakeInformation(), entities={"customer_number": "C-10002"})

        conversation = talking.services.conversations.get(conversation_id=talking.conversation_id)
        assert told.names == ["utter_identified_already"]
        assert conversation.customer_id == talking.customer_id

    async def test_that_is_nothing_is_not_understood(self, talking: Stage) -> None:
        told = await talking.tell(ActionTakeInformation())

        assert told.names == ["utter_not_understood"]


class TestYesAndNo:
    async def test_yes_to_a_person_hands_over(self, talking: Stage) -> None:
        told = await talking.tell(ActionAffirm(), slots={"offered": "agent"})

        assert told.names == ["utter_handover_open"]
        assert told.slots["offered"] is None

    async def test_yes_to_nothing_asks_what_is_wanted(self, talking: Stage) -> None:
        told = await talking.tell(ActionAffirm())

        assert told.names == ["utter_what_next"]

    async def test_yes_to_being_asked_for_a_number_asks_for_it_again(self, anonymous: Stage) -> None:
        asked = await anonymous.tell(ActionFollowUp(), entities={"which": "latest"})

        told = await anonymous.tell(ActionAffirm(), slots=asked.slots)

        assert told.names == ["utter_identify_ask_number"]

    async def test_no_drops_the_offer(self, talking: Stage) -> None:
        told = await talking.tell(ActionDeny(), slots={"offered": "agent"})

        assert (told.names, told.slots) == (["utter_no_then"], {"offered": None})


class TestUnclear:
    async def test_tells_about_the_invoice_that_is_named(self, talking: Stage) -> None:
        told = await talking.tell(ActionNotUnderstood(), intent="nlu_fallback", entities={"invoice_number": "CL-2026-0001"})

        assert told.names == ["utter_invoice"]


class TestNotUnderstood:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_once_offers_a_person(self, stage: Stage, language: str) -> None:
        told = await stage.tell(ActionNotUnderstood(), language=language)

        assert told.names == ["utter_not_understood"]
        assert told.slots["offered"] == "agent"
        assert stage.services.conversations.tickets() == ()

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_twice_in_a_row_hands_over(self, stage: Stage, language: str) -> None:
        misunderstood_before(stage)

        told = await stage.tell(ActionNotUnderstood(), language=language)

        assert told.names == ["utter_not_understood_again", "utter_handover_open"]
        assert stage.services.conversations.tickets()[0].reason == "not_understood"
        assert stage.services.conversations.get(conversation_id=stage.conversation_id).speaker is Speaker.QUEUE


class TestLanguage:
    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("can we go on in Hungarian?", "en", "hu"),
            ("beszélhetnénk angolul?", "hu", "en"),
            ("magyarul kérem", "hu", "hu"),
            ("another language please", "en", "en"),
            ("my English is poor, could you write in Hungarian?", "en", "hu"),
        ],
    )
    async def test_is_the_one_asked_for(self, stage: Stage, text: str, language: str, expected: str) -> None:
        told = await stage.tell(ActionSwitchLanguage(), text=text, language=language)

        assert told.names == ["utter_language_switched"]
        assert told.messages[0]["language"] == expected
