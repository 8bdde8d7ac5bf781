"""What a message means by what was said before it."""

from __future__ import annotations

from datetime import date

import pytest

from actions.billing import ActionListInvoices, ActionTellDueDate, ActionTellInvoice, ActionTellOpenBalance, ActionTellPaymentStatus
from actions.dialogue import ActionFollowUp
from actions.handover import ActionHandOver
from actions.knowledge import ActionTellRule
from actions.support import ActionTellHours
from tests.builders import add, document
from tests.unit.actions.conftest import Stage, Told
from tests.unit.actions.talk import Talk, read, stocked

E3, BI = "Microsoft 365 E3", "Power BI Pro"


@pytest.fixture
def talk(stage: Stage) -> Talk:
    add(
        stage.store,
        document(stage.customer_id, "CL-2026-0001", issued_on=date(2026, 1, 5)),
        document(stage.customer_id, "CL-2026-0002", issued_on=date(2026, 2, 5)),
    )
    return Talk(stocked(stage))


class TestHalfAQuestion:
    async def test_is_the_question_before_about_another_thing(self, talk: Talk) -> None:
        slots = {"topic": "action_tell_payment_status", "focus_invoice": "CL-2026-0002"}

        told = await talk.stage.tell(ActionListInvoices(), text="and January?", entities={"period": "2026-01-01/2026-02-01"}, slots=slots)

        assert told.names == ["utter_payment_status_overdue"]
        assert told.values["number"] == "CL-2026-0001"

    async def test_after_a_sum_is_about_an_invoice(self, talk: Talk) -> None:
        slots = {"topic": "action_tell_open_balance"}

        told = await talk.stage.tell(ActionFollowUp(), text="and January?", entities={"period": "2026-01-01/2026-02-01"}, slots=slots)

        assert told.names == ["utter_invoice"]

    async def test_that_names_nothing_is_answered_as_understood(self, talk: Talk) -> None:
        told = await talk.stage.tell(ActionTellHours(), text="and when are you open?", slots={"topic": "action_tell_payment_status"})

        assert told.names == ["utter_hours_open"]

    async def test_never_stands_in_the_way_of_a_person(self, talk: Talk) -> None:
        slots = {"topic": "action_tell_payment_status"}

        told = await talk.stage.tell(ActionHandOver(), text="and a person?", entities={"which": "latest"}, slots=slots)

        assert told.names == ["utter_handover_open"]


class TestWaitingForTheCode:
    async def waited(self, anonymous: Stage) -> Talk:
        talk = Talk(anonymous)
        await talk.says("how much do we owe?", "ask_open_balance")
        await talk.says("C-10001", "identify", customer_number="C-10001")
        return talk

    async def test_goes_on_while_the_visitor_only_remarks_on_something(self, anonymous: Stage) -> None:
        talk = await self.waited(anonymous)

        told = await talk.says("just a moment", "ask_support_hours")

        assert told.names == ["utter_identify_waiting"]

    async def test_does_not_keep_a_question_from_its_answer(self, anonymous: Stage) -> None:
        talk = await self.waited(anonymous)

        told = await talk.says("when are you open?", "ask_support_hours")

        assert told.names == ["utter_hours_open"]


class TestTakingBack:
    @pytest.mark.parametrize("text", ["can I take that back?", "visszavonnám"])
    async def test_of_a_recorded_request_offers_a_person(self, talk: Talk, text: str) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("yes", "affirm")

        told = await talk.says(text, "nlu_fallback")

        assert told.names == ["utter_request_take_back"]
        assert told.values["ticket"] == talk.ticket.number
        assert talk.slots["offered"] == "agent"

    async def test_of_nothing_recorded_is_answered_as_understood(self, talk: Talk) -> None:
        told = await talk.says("can I take that back?", "nlu_fallback")

        assert "utter_request_take_back" not in told.names


class TestPuttingRight:
    async def test_of_a_recorded_promise_changes_that_one(self, talk: Talk) -> None:
        await talk.says("we pay on Friday", "promise_payment", date="2026-03-13")
        await talk.says("yes", "affirm")

        told = await talk.says("mégis inkább hétfőn", "deny", date="2026-03-16")
        done = await talk.says("yes", "affirm")

        assert told.names == ["utter_task_confirm_promise_payment"]
        assert told.values["date"] == "16 March 2026"
        assert done.said[0][1]["ticket"] == talk.ticket.number
        # One promise for an invoice is agreed at once; another day is for a person to decide.
        assert done.names[1:] == ["utter_promise_by_person"]
        assert "16 March 2026" in talk.ticket.subject

    async def test_of_a_recorded_number_of_licences_changes_that_request(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("yes", "affirm")

        told = await talk.says("sorry, I meant 3 more", "follow_up", quantity="3")
        await talk.says("yes", "affirm")

        assert "from 10 to 13" in read(told)
        assert "from 10 to 13" in talk.ticket.subject

    async def test_without_a_value_is_a_mere_no(self, talk: Talk) -> None:
        await talk.says("we pay on Friday", "promise_payment", date="2026-03-13")
        await talk.says("yes", "affirm")

        told = await talk.says("no, sorry", "deny")

        assert told.names == ["utter_no_then"]

    async def test_leaves_alone_what_is_asked_about_a_day(self, talk: Talk) -> None:
        await talk.says("we pay on Friday", "promise_payment", date="2026-03-13")
        await talk.says("yes", "affirm")

        told = await talk.says("sorry, are you there on Monday?", "follow_up", date="2026-03-16")

        assert "utter_task_confirm_promise_payment" not in told.names


class TestAskingHowMany:
    @pytest.mark.parametrize("text", ["so how many will we have then?", "akkor hány licencünk lesz?"])
    async def test_after_a_request_tells_what_was_recorded(self, talk: Talk, text: str) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("yes", "affirm")

        told = await talk.says(text, "ask_late_payment")

        assert told.names == ["utter_request_as_recorded"]
        assert "from 10 to 12" in read(told)
        assert talk.ticket.number in read(told)

    async def test_of_something_else_is_answered_as_understood(self, talk: Talk) -> None:
        await talk.says("2 more E3", "change_seats", product=E3)
        await talk.says("yes", "affirm")

        told = await talk.says("how many invoices are open now?", "ask_open_balance")

        assert told.names == ["utter_balance"]


class TestTheSameAgain:
    async def asked_twice(self, talk: Talk, again: str = "how much do we owe?") -> tuple[Told, Told]:
        first = await talk.stage.tell(ActionTellOpenBalance(), text="how much do we owe?")
        return first, await talk.stage.tell(ActionTellOpenBalance(), text=again, slots={**first.slots, "said": first.digest})

    @pytest.mark.parametrize("again", ["how much do we owe?", "what is our debt?"])
    async def test_says_what_else_there_is_to_know_and_offers_a_person(self, talk: Talk, again: str) -> None:
        first, told = await self.asked_twice(talk, again)

        assert told.names == ["utter_answer_stands", "utter_knowledge_answer", "utter_said_before"]
        assert told.slots["offered"] == "agent"
        assert not set(told.texts) & set(first.texts)

    async def test_of_an_invoice_shows_its_lines(self, talk: Talk) -> None:
        first = await talk.stage.tell(ActionTellInvoice(), text="how much is the latest one?")

        told = await talk.stage.tell(ActionTellInvoice(), text="how much is it?", slots={**first.slots, "said": first.digest})

        assert "utter_invoice_lines" in told.names
        assert "utter_invoice" not in told.names

    async def test_of_an_article_tells_the_whole_of_it(self, talk: Talk) -> None:
        first = await talk.stage.tell(ActionTellRule(), text="what does proration mean")

        told = await talk.stage.tell(ActionTellRule(), text="what does proration mean", slots={"said": first.digest})

        assert told.names == ["utter_knowledge_answer", "utter_said_before"]
        assert len(told.texts[0]) > len(first.texts[0])

    async def test_a_third_time_repeats_the_answer_beside_the_person(self, talk: Talk) -> None:
        first, second = await self.asked_twice(talk)

        told = await talk.stage.tell(ActionTellOpenBalance(), text="how much do we owe?", slots={**second.slots, "said": second.digest})

        assert told.names == [*first.names, "utter_said_before"]

    async def test_is_not_another_answer(self, talk: Talk) -> None:
        first = await talk.stage.tell(ActionTellOpenBalance(), text="how much do we owe?")

        told = await talk.stage.tell(ActionTellDueDate(), text="by when?", slots={**first.slots, "said": first.digest})

        assert "utter_said_before" not in told.names

    async def test_pressed_on_a_button_is_answered_as_before(self, talk: Talk) -> None:
        first = await talk.stage.tell(ActionTellPaymentStatus(), text="/ask_payment_status")

        told = await talk.stage.tell(ActionTellPaymentStatus(), text="/ask_payment_status", slots={"said": first.digest})

        assert told.names == first.names
