"""Identifying the visitor by customer number and mailed code."""

from __future__ import annotations

import email
import email.policy
import re

import pytest

from actions.billing import ActionTellInvoice, ActionTellOpenBalance
from actions.dialogue import ActionFollowUp, ActionIdentify, ActionNotUnderstood, ActionTakeInformation
from bot.conversations.model import Speaker
from tests.builders import add, document
from tests.unit.actions.conftest import Stage, Told, parked


async def send_number(stage: Stage, number: str = "C-10001", language: str = "en") -> Told:
    return await stage.tell(ActionTakeInformation(), entities={"customer_number": number}, language=language)


async def code_for(stage: Stage) -> str:
    """Ask for a code and return the one in the mail."""
    before = set(stage.mails())
    await send_number(stage)
    (path,) = set(stage.mails()) - before
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    return re.search(r"^(\d{6})\s*$", mail.get_content(), re.MULTILINE).group(1)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


class TestCustomerNumber:
    async def test_is_asked_for_when_none_was_given(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionIdentify())

        assert told.names == ["utter_identify_ask_number"]

    async def test_of_somebody_known_already_is_not_needed(self, stage: Stage) -> None:
        told = await stage.tell(ActionIdentify(), entities={"customer_number": "C-10001"})

        assert told.names == ["utter_identified_already"]
        assert stage.mails() == []

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_is_answered_in_the_same_words_whether_it_exists_or_not(self, anonymous: Stage, language: str) -> None:
        known, unknown = [await send_number(anonymous, number, language) for number in ("C-10001", "C-99999")]

        assert known.names == unknown.names == ["utter_identify_code_sent"]
        assert known.texts[0].replace("C-10001", "#") == unknown.texts[0].replace("C-99999", "#")
        assert known.slots == unknown.slots

    async def test_has_the_code_mailed_to_the_contact_in_the_contacts_language(self, anonymous: Stage) -> None:
        await send_number(anonymous)

        (path,) = anonymous.mails()
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert mail["To"] == "anna@minta.example"
        assert "Tisztelt Kiss Anna!" in mail.get_content()

    async def test_that_nobody_has_mails_nothing(self, anonymous: Stage) -> None:
        await send_number(anonymous, "C-99999")

        assert anonymous.mails() == []

    async def test_in_a_shape_of_the_partners_own_is_taken_where_it_was_asked_for(self, anonymous: Stage) -> None:
        asked = await anonymous.tell(ActionIdentify())

        told = await anonymous.tell(ActionTakeInformation(), text=" HU/7741-b ", slots=asked.slots)

        assert told.said == [("utter_identify_code_sent", {"number": "HU/7741-b", "minutes": "10"})]


class TestCode:
    async def test_that_is_right_identifies_the_visitor(self, anonymous: Stage) -> None:
        code = await code_for(anonymous)

        told = await anonymous.tell(ActionTakeInformation(), entities={"login_code": code})

        conversation = anonymous.services.conversations.get(conversation_id=anonymous.conversation_id)
        assert told.names == ["utter_identified"]
        assert (conversation.customer_id, conversation.contact_email) == (anonymous.customer_id, "anna@minta.example")

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_that_is_right_answers_the_question_that_waited(self, anonymous: Stage, language: str) -> None:
        add(anonymous.store, document(anonymous.customer_id, "CL-2026-0001"), document(anonymous.customer_id, "CL-2026-0002"))
        asked = await anonymous.tell(ActionTellInvoice(), entities={"invoice_number": "CL-2026-0001"})
        code = await code_for(anonymous)

        told = await anonymous.tell(ActionTakeInformation(), entities={"login_code": code}, slots=asked.slots, language=language)

        assert told.names == ["utter_identified", "utter_invoice"]
        assert told.said[1][1]["number"] == "CL-2026-0001"
        assert (told.slots["parked"], told.slots["focus_invoice"]) == (None, "CL-2026-0001")

    @pytest.mark.parametrize("action", [ActionIdentify(), ActionFollowUp(), ActionNotUnderstood()], ids=lambda action: action.name())
    async def test_that_is_right_answers_the_question_however_the_message_was_understood(
        self, anonymous: Stage, action: ActionIdentify
    ) -> None:
        asked = await anonymous.tell(ActionTellOpenBalance())
        code = await code_for(anonymous)

        told = await anonymous.tell(action, entities={"login_code": code}, slots=asked.slots)

        assert told.names == ["utter_identified", "utter_balance_none"]

    async def test_that_is_wrong_may_be_tried_again(self, anonymous: Stage) -> None:
        code = await code_for(anonymous)

        wrong = await anonymous.tell(ActionTakeInformation(), entities={"login_code": other_than(code)})
        right = await anonymous.tell(ActionTakeInformation(), entities={"login_code": code})

        assert (wrong.names, right.names) == (["utter_identify_code_wrong"], ["utter_identified"])

    @pytest.mark.parametrize("number", ["C-10001", "C-99999"])
    async def test_that_is_wrong_five_times_brings_a_person(self, anonymous: Stage, number: str) -> None:
        code = await code_for(anonymous)
        await send_number(anonymous, number)

        tries = [await anonymous.tell(ActionTakeInformation(), entities={"login_code": other_than(code)}) for _ in range(5)]

        assert [told.names for told in tries[:4]] == [["utter_identify_code_wrong"]] * 4
        assert tries[4].names == ["utter_identify_out_of_tries", "utter_handover_open"]
        (ticket,) = anonymous.services.conversations.tickets()
        assert (ticket.reason, ticket.customer_id) == ("identification_failed", None)
        assert anonymous.services.conversations.get(conversation_id=anonymous.conversation_id).speaker is Speaker.QUEUE

    async def test_nobody_waits_for_is_not_taken_for_one(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionTakeInformation(), entities={"login_code": "123456"})

        assert told.names == ["utter_not_understood"]

    async def test_of_a_question_that_names_nothing_known_says_only_that_it_fits(self, anonymous: Stage) -> None:
        code = await code_for(anonymous)

        told = await anonymous.tell(
            ActionTakeInformation(), entities={"login_code": code}, slots={"parked": parked("action_unknown", invoice_number=["CL-1"])}
        )

        assert told.names == ["utter_identified"]
