"""Giving a conversation to a person: the ticket, its transcript, and the bot's silence afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.conftest import end
from tests.e2e.system import Json, System, Talk, children_of, is_alive, until

pytestmark = pytest.mark.slow

TICKET = re.compile(r"T-\d{4}-\d{4}")
_PERSON = {"en": "Please let me talk to one of your colleagues, I want a person", "hu": "Élő emberrel szeretnék beszélni, nem géppel"}
_NONSENSE = {
    "en": ("glorb zib wuffle the nantytoot", "wuffle, I said, the nantytoot of glorb"),
    "hu": ("hapci a töklámpás elgurult a ferde holdba", "mondom, a töklámpás gurult, a hold ferde"),
}
SUNDAY = "2026-03-08T10:00:00+00:00"


def tickets(system: System) -> dict[str, Json]:
    """Return the open tickets by number, as ``clearline tickets`` lists them."""
    return {ticket["number"]: ticket for ticket in json.loads(system.output_of("tickets", "--json"))}


class TestAskingForAPerson:
    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_opens_a_ticket_with_the_transcript(self, system: System, anonymous: Callable[..., Talk], language: str) -> None:
        talk = anonymous(language)
        first = {"en": "What are your support hours?", "hu": "Mikor vannak nyitva?"}[language]
        talk.say(first)

        answer = talk.say(_PERSON[language])

        assert (answer.speaker, answer.languages) == ("queue", {language})
        ticket = tickets(system)[TICKET.search(answer.text).group()]
        assert (ticket["conversation"], ticket["reason"], ticket["language"]) == (talk.conversation, "asked", language)
        assert first in ticket["transcript"]
        assert _PERSON[language] in ticket["transcript"]

    def test_by_the_button_opens_a_ticket(self, anonymous: Callable[..., Talk]) -> None:
        talk = anonymous("en")
        offered = talk.say("hello there").buttons

        answer = talk.say(offered["/request_agent"], payload="/request_agent")

        assert answer.speaker == "queue"
        assert TICKET.search(answer.text)

    def test_names_the_verified_customer_on_the_ticket(self, system: System, facts: Json) -> None:
        bearer = system.output_of("token", facts["other_customer"]["number"]).strip()

        answer = Talk(system, bearer=bearer).say(_PERSON["hu"])

        assert tickets(system)[TICKET.search(answer.text).group()]["customer"] == facts["other_customer"]["id"]

    def test_silences_the_bot_whatever_is_typed(self, anonymous: Callable[..., Talk]) -> None:
        talk = anonymous("en")
        talk.say(_PERSON["en"])
        typed = ["hello?", "When are you open?", "/restart", "I want a person", "🙂", "Mennyi a tartozásunk?"]

        answers = [talk.say(text) for text in typed]

        assert [(answer.status, answer.speaker, answer.messages) for answer in answers] == [(200, "queue", [])] * len(typed)
        log = talk.log()
        assert [message["text"] for message in log[-len(typed) :]] == typed
        assert {message["from"] for message in log[-len(typed) :]} == {"customer"}


class TestMisunderstanding:
    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_twice_in_a_row_brings_a_person(self, system: System, anonymous: Callable[..., Talk], language: str) -> None:
        talk = anonymous(language)

        first, second = (talk.say(text) for text in _NONSENSE[language])

        assert (first.speaker, "/request_agent" in first.buttons) == ("bot", True), first.text
        assert second.speaker == "queue", second.text
        assert tickets(system)[TICKET.search(second.text).group()]["reason"] == "not_understood"

    def test_is_forgiven_when_something_was_understood_between(self, anonymous: Callable[..., Talk]) -> None:
        talk = anonymous("en")
        once, again = _NONSENSE["en"]

        answers = [talk.say(text) for text in (once, "What are your support hours?", again)]

        assert [answer.speaker for answer in answers] == ["bot"] * 3


class TestClosedDesk:
    @pytest.fixture(scope="class")
    def on_sunday(self, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
        """Return a second Clearline, in which it stays Sunday."""
        running = System(tmp_path_factory.mktemp("sunday") / "var", now=SUNDAY)
        running.output_of("setup")
        try:
            running.start()
            yield running
        finally:
            if running.process is not None:
                end(running)

    def test_says_when_it_opens(self, on_sunday: System) -> None:
        english, hungarian = (Talk(on_sunday, lang=language).say(text) for language, text in _PERSON.items())

        assert "8 March" not in english.text
        assert "9 March 2026, 08:30" in english.text
        assert "2026. március 9. 8:30" in hungarian.text

    def test_leaves_no_process_behind_even_when_its_supervisor_is_killed(self, on_sunday: System) -> None:
        children = children_of(on_sunday.up.pid)

        on_sunday.up.kill()

        assert len(children) >= 3
        until("the children have ended", lambda: not any(is_alive(pid) for pid in children), seconds=30)
