"""Conversations of several turns: what "it" and "the previous one" mean, and a change of language half way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import amount, day
from tests.e2e.system import Json, Talk

pytestmark = pytest.mark.slow


class TestFollowUp:
    def test_asks_when_the_invoice_just_named_is_due(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        talk.say("How much did you bill us the last time?")

        answer = talk.say("and when is it due?")

        assert answer.languages == {"en"}
        assert facts["latest_invoice"]["number"] in answer.text
        assert day(facts["latest_invoice"]["due_on"], "en") in answer.text

    def test_asks_whether_that_one_was_paid(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        talk.say(f"How much was {facts['paid_invoice']['number']}?")

        answer = talk.say("was that one paid?")

        assert answer.text.startswith("Yes")
        assert facts["paid_invoice"]["number"] in answer.text
        assert day(facts["paid_invoice"]["paid_on"], "en") in answer.text

    def test_repeats_the_question_for_the_previous_one(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        talk.say(f"Has {facts['latest_invoice']['number']} been paid?")

        answer = talk.say("and the previous one?")

        assert answer.text.startswith("Yes")
        assert facts["previous_invoice"]["number"] in answer.text

    def test_goes_back_and_forth_in_hungarian(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        talk.say("Mennyi lett a legutóbbi számlánk?")

        before, after = talk.say("és az előző?"), talk.say("es a kovetkezo?")

        assert before.languages == after.languages == {"hu"}
        assert amount(facts["previous_invoice"], "hu") in before.text
        assert amount(facts["latest_invoice"], "hu") in after.text

    def test_may_name_another_number_in_hungarian(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        talk.say(f"Ki van fizetve a {facts['overdue_invoice']['number']}?")

        answer = talk.say(f"és a {facts['paid_invoice']['number']}?")

        assert answer.text.startswith("Igen")
        assert facts["paid_invoice"]["number"] in answer.text

    def test_asks_for_a_copy_of_what_was_talked_about(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        talk.say(f"mennyi volt a {facts['paid_invoice']['number']}?")

        answer = talk.say("elküldené PDF-ben?")

        assert [attached["title"] for attached in answer.messages[0]["attachments"]] == [f"{facts['paid_invoice']['number']}.pdf"]


class TestLanguage:
    def test_changes_when_the_customer_changes_it_half_way(self, signed_in: Callable[..., Talk], facts: Json) -> None:
        talk = signed_in()
        english = talk.say("How much is our most recent invoice?")

        hungarian = talk.say("és az előző mennyi volt?")
        back = talk.say("and when was that one due?")

        assert [answer.languages for answer in (english, hungarian, back)] == [{"en"}, {"hu"}, {"en"}]
        assert amount(facts["latest_invoice"], "en") in english.text
        assert amount(facts["previous_invoice"], "hu") in hungarian.text
        assert day(facts["previous_invoice"]["due_on"], "en") in back.text

    def test_stays_when_a_message_belongs_to_neither(self, signed_in: Callable[..., Talk]) -> None:
        talk = signed_in("en")
        talk.say("Mikor vannak nyitva?")

        answer = talk.say("ok")

        assert answer.languages == {"hu"}

    def test_is_confirmed_in_the_language_asked_for(self, signed_in: Callable[..., Talk]) -> None:
        talk = signed_in("en")
        talk.say("What do we owe you?")

        answer = talk.say("Could we continue in Hungarian, please?")

        assert answer.languages == {"hu"}

    @pytest.mark.parametrize(
        ("begun", "asked", "wanted"), [("en", "Could we continue in Hungarian?", "hu"), ("hu", "Folytathatnánk angolul?", "en")]
    )
    def test_asked_for_is_kept_for_what_belongs_to_neither(
        self, signed_in: Callable[..., Talk], facts: Json, begun: str, asked: str, wanted: str
    ) -> None:
        talk = signed_in(begun)
        talk.say(asked)

        answer = talk.say(facts["paid_invoice"]["number"])

        assert answer.languages == {wanted}, answer.text
