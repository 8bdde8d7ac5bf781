"""The rules of a talk in which something is collected: they are the same for every kind of task."""

from __future__ import annotations

import json
import re

import pytest

from bot.conversations.model import Speaker
from tests.builders import add, document
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read, stocked

E3, VISIO = "Microsoft 365 E3", "Visio Plan 2"


@pytest.fixture
def talk(stage: Stage) -> Talk:
    add(stage.store, document(stage.customer_id, "CL-2026-0001", payable="100"))
    return Talk(stocked(stage))


def fields(talk: Talk) -> dict[str, str]:
    found = json.loads(talk.slots["task"])["fields"]
    assert isinstance(found, dict)
    return found


class TestDropping:
    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("forget it", "deny"),
            ("cancel that", "cancel_subscription"),
            ("never mind, thanks", "thank"),
            ("mégse", "out_of_scope"),
            ("hagyjuk", "nlu_fallback"),
            ("no", "deny"),
            ("meggondoltam magam", "ask_help"),
        ],
    )
    @pytest.mark.parametrize("step", ["question", "confirmation"])
    async def test_is_possible_at_every_step(self, talk: Talk, text: str, intent: str, step: str) -> None:
        await talk.says("2 more E3" if step == "confirmation" else "change E3 licences", "change_seats", product=E3)

        told = await talk.says(text, intent)

        assert told.names == ["utter_task_dropped"]
        assert not talk.waits
        assert talk.tickets == ()

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_says_what_was_dropped(self, talk: Talk, language: str) -> None:
        talk.language = language
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("mégse", "deny")

        assert {"en": "the change of licences", "hu": "licencek számának módosítása"}[language] in read(told)

    async def test_of_a_cancellation_takes_more_than_cancel_it(self, talk: Talk) -> None:
        await talk.says("cancel E3", "cancel_subscription", product=E3)

        told = await talk.says("forget it", "deny")

        assert told.names == ["utter_task_dropped"]

    async def test_is_possible_before_the_visitor_is_identified(self, anonymous: Stage) -> None:
        talk = Talk(anonymous)
        await talk.says("2 more E3", "change_seats", product=E3)

        told = await talk.says("mégse", "deny")

        assert told.names == ["utter_task_dropped"]
        assert (talk.slots["task"], talk.slots["parked"]) == (None, None)


class TestOtherQuestions:
    async def test_are_answered_and_the_pending_one_is_repeated(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("how much do we owe you?", "ask_open_balance")
        after = await talk.says("12")

        assert told.names[-1] == "utter_task_back_to"
        assert told.names[0].startswith("utter_balance")
        assert "How many should there be in all?" in read(told)
        assert after.names == ["utter_task_confirm_change_seats"]

    async def test_at_the_confirmation_come_back_to_the_yes(self, talk: Talk) -> None:
        talk.language = "hu"
        await talk.says("2 E3-mal több kell", "change_seats", product=E3)

        told = await talk.says("mennyi a tartozásunk?", "ask_open_balance")
        done = await talk.says("igen", "affirm")

        assert told.names[-1] == "utter_task_back_to_confirm"
        assert done.names == ["utter_task_done_change_seats"]

    async def test_that_are_requests_are_no_free_text(self, talk: Talk) -> None:
        await talk.says("refund please", "request_refund")

        told = await talk.says("send me invoice CL-2026-0001", "request_invoice_copy", invoice_number="CL-2026-0001")

        assert told.names == ["utter_invoice_copy", "utter_task_back_to"]

    async def test_that_nobody_understands_come_back_to_the_task_too(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("what is the weather like?", "out_of_scope")

        assert told.names[-1] == "utter_task_back_to"

    async def test_about_oneself_and_thanks_come_back_to_the_task(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        thanked = await talk.says("thanks", "thank")
        asked = await talk.says("are you a bot?", "bot_challenge")

        assert thanked.names == ["utter_thank_meanwhile", "utter_task_back_to"]
        assert asked.names == ["utter_bot_challenge", "utter_task_back_to"]

    async def test_about_the_language_come_back_to_the_task(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("can we go on in Hungarian?", "switch_language")
        talk.language = "hu"
        after = await talk.says("tizenkettő")

        assert told.names == ["utter_language_switched", "utter_task_back_to"]
        assert told.messages[1]["language"] == "hu"
        assert "10 licenc helyett 12" in read(after)

    async def test_leave_a_bare_yes_to_the_question_repeated_last(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("what is the weather like?", "out_of_scope")

        told = await talk.says("yes", "affirm")

        assert told.names == ["utter_task_done_change_seats"]


class TestAnswersThatFit:
    @pytest.mark.parametrize(
        "intent", ["inform", "follow_up", "nlu_fallback", "out_of_scope", "ask_subscriptions", "list_invoices", "affirm"]
    )
    async def test_are_taken_however_they_were_understood(self, talk: Talk, intent: str) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("12 in all", intent)

        assert "from 10 to 12" in read(told)

    @pytest.mark.parametrize("intent", ["out_of_scope", "ask_payment_status", "change_billing_details", "promise_payment"])
    async def test_to_a_free_question_are_taken_whatever_they_are_about(self, talk: Talk, intent: str) -> None:
        await talk.says("I have a technical problem with Power BI", "report_technical_problem", product="Power BI Pro")

        told = await talk.says("the page on which one pays stays white", intent)

        assert told.names == ["utter_diagnosis_ask_area"]
        assert fields(talk)["what"] == "the page on which one pays stays white"

    async def test_are_not_looked_for_in_a_long_message_about_something_else(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("by the way our accountant has still not received those 12 old invoices", "request_invoice_copy")

        assert told.names[-1] == "utter_task_back_to"


class TestNotFitting:
    async def test_three_times_offers_a_person_and_a_yes_leads_there(self, talk: Talk) -> None:
        first = await talk.says("change E3 licences", "change_seats", product=E3)
        second = await talk.says("blorp", "nlu_fallback")
        third = await talk.says("frindle", "out_of_scope")
        fourth = await talk.says("zappo", "inform")
        handed = await talk.says("yes", "affirm")

        asked = "utter_task_ask_change_seats_quantity"
        assert first.names == [asked]
        assert second.names == third.names == ["utter_task_unclear_answer", asked]
        assert fourth.names == ["utter_task_offer_person"]
        assert handed.names == ["utter_handover_open"]
        assert talk.conversation.speaker is Speaker.QUEUE
        assert not talk.waits

    async def test_leaves_the_task_open_when_the_person_is_not_wanted(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)
        for text in ("blorp", "frindle", "zappo"):
            await talk.says(text, "nlu_fallback")

        told = await talk.says("12", "inform")

        assert told.names == ["utter_task_confirm_change_seats"]

    async def test_at_the_confirmation_asks_for_the_yes_again(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)

        told = await talk.says("blorp", "nlu_fallback")

        assert told.names == ["utter_task_unclear_answer", "utter_task_confirm_change_seats"]


class TestAnotherTask:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_puts_the_first_aside_and_says_so(self, talk: Talk, language: str) -> None:
        talk.language = language
        await talk.says("2 more E3", "change_seats", product=E3)

        told = await talk.says("actually I want to cancel Visio", "cancel_subscription", product=VISIO)
        await talk.says("yes", "affirm")

        assert told.names == ["utter_task_switched", "utter_task_confirm_cancel_subscription"]
        assert talk.ticket.subject.startswith(VISIO)

    async def test_of_the_same_kind_is_a_correction(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)

        told = await talk.says("add 4 Visio instead", "change_seats", product=VISIO)

        assert told.names == ["utter_task_confirm_change_seats"]
        assert "from 5 to 9" in read(told)


class TestPerson:
    async def test_asked_for_in_the_middle_takes_over_and_ends_the_task(self, talk: Talk) -> None:
        await talk.says("change E3 licences", "change_seats", product=E3)

        told = await talk.says("give me a person", "request_agent")

        assert told.names == ["utter_handover_open"]
        assert not talk.waits

    async def test_gets_a_ticket_of_their_own_beside_the_request(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("yes", "affirm")

        await talk.says("a person please", "request_agent")

        assert [ticket.reason for ticket in talk.tickets] == ["asked", None]


class TestUnknownVisitor:
    @pytest.mark.parametrize("intent", ["inform", "identify", "nlu_fallback"])
    async def test_comes_back_to_the_task_after_the_code(self, anonymous: Stage, intent: str) -> None:
        talk = Talk(stocked(anonymous))

        asked = await talk.says("add 3 more E3 licences", "change_seats", product=E3)
        await talk.says("C-10001", "inform", customer_number="C-10001")
        code = re.search(r"\b\d{6}\b", anonymous.mails()[0].read_text(encoding="utf-8").split("\n\n", 1)[1])
        assert code is not None
        told = await talk.says(code.group(), intent, login_code=code.group())
        await talk.says("yes", "affirm")

        assert asked.names == ["utter_identify_needed"]
        assert told.names == ["utter_identified", "utter_task_confirm_change_seats"]
        assert "from 10 to 13" in read(told)
        assert talk.ticket.customer_id == anonymous.customer_id

    async def test_who_asked_something_else_meanwhile_gets_both(self, anonymous: Stage) -> None:
        talk = Talk(stocked(anonymous))

        await talk.says("add 3 more E3 licences", "change_seats", product=E3)
        await talk.says("and what do we owe?", "ask_open_balance")
        anonymous.known()
        told = await talk.says("what do we owe?", "ask_open_balance")

        assert told.names == ["utter_balance_none", "utter_task_confirm_change_seats"]


class TestYes:
    async def test_twice_opens_one_ticket(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("yes", "affirm")
        await talk.says("yes", "affirm")

        assert len(talk.tickets) == 1

    @pytest.mark.parametrize(
        ("text", "intent"), [("mehet", "nlu_fallback"), ("go ahead", "out_of_scope"), ("/affirm", "affirm"), ("rendben", "thank")]
    )
    async def test_is_understood_in_many_ways(self, talk: Talk, text: str, intent: str) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)

        told = await talk.says(text, intent)

        assert told.names == ["utter_task_done_change_seats"]

    async def test_of_a_button_is_no_answer_to_a_question_for_words(self, talk: Talk) -> None:
        await talk.says("refund please", "request_refund")

        told = await talk.says("/affirm", "affirm")

        assert told.names == ["utter_task_unclear_answer", "utter_task_ask_refund_what"]
