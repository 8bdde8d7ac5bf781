"""A part is killed: what the customer reads meanwhile, and that nothing is lost. The last file, so that it disturbs no other."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from tests.e2e.conftest import amount
from tests.e2e.system import Answer, Json, System, Talk, until

pytestmark = pytest.mark.slow

_BACK_SECONDS = 240
# The front door waits eight seconds for the engine; storing and a busy machine come on top.
_DEADLINE_SECONDS = 12.0
_QUESTION = {"en": "What do we owe you?", "hu": "Mennyivel tartozunk Önöknek?"}
_UNAVAILABLE = {"en": "I cannot look that up right now", "hu": "Ezt most nem tudom megnézni"}


@dataclass(frozen=True)
class Outage:
    """What customers read while a part was down, and afterwards; by language where there is one conversation for each."""

    talks: dict[str, Talk]
    seconds: dict[str, float]
    during: dict[str, Answer]
    pressed: dict[str, Answer]
    after: dict[str, Answer]


@pytest.fixture(scope="class", params=["engine", "actions"])
def outage(request: pytest.FixtureRequest, system: System, bearer: str) -> Iterator[Outage]:
    """Kill the part, go on talking, wait until the supervisor has it back, and talk again."""
    talks = {language: Talk(system, bearer=bearer, lang=language) for language in _QUESTION}
    for language, greeting in (("en", "good morning"), ("hu", "jó reggelt")):
        assert talks[language].say(greeting).messages
    seconds, during, pressed = {}, {}, {}
    system.kill(request.param)
    for language, talk in talks.items():
        began = time.perf_counter()
        during[language] = talk.say(_QUESTION[language], client_id=f"during-{language}")
        seconds[language] = time.perf_counter() - began
    for language in talks:
        fresh = Talk(system, bearer=bearer, lang=language)
        offered = fresh.say(_QUESTION[language]).buttons
        pressed[language] = fresh.say(offered.get("/request_agent"), payload="/request_agent")
    until(f"{request.param} is back", system.is_ready, seconds=_BACK_SECONDS)
    after = {language: talk.say(_QUESTION[language]) for language, talk in talks.items()}
    yield Outage(talks, seconds, during, pressed, after)
    until("all parts are back", system.is_ready, seconds=_BACK_SECONDS)


class TestKilledPart:
    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_lets_the_customer_read_so_in_their_language(self, outage: Outage, language: str) -> None:
        answer = outage.during[language]

        assert (answer.status, answer.speaker, answer.languages) == (200, "bot", {language})
        assert _UNAVAILABLE[language] in answer.text

    def test_does_not_keep_the_customer_waiting(self, outage: Outage) -> None:
        assert max(outage.seconds.values()) < _DEADLINE_SECONDS

    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_offers_a_person_who_gets_a_ticket(self, outage: Outage, language: str) -> None:
        answer = outage.pressed[language]

        assert (answer.status, answer.speaker, answer.languages) == (200, "queue", {language}), answer.text
        assert re.search(r"T-\d{4}-\d{4}", answer.text)

    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_answers_in_the_same_conversation_once_it_is_back(self, outage: Outage, facts: Json, language: str) -> None:
        assert amount(facts["open_balance"], language) in outage.after[language].text

    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_loses_no_message(self, outage: Outage, language: str) -> None:
        log = outage.talks[language].log()

        assert [message["text"] for message in log if message["client_id"] == f"during-{language}"] == [_QUESTION[language]]
        assert [message["from"] for message in log] == ["customer", "bot"] * 3


class TestStalledEngine:
    def test_lets_the_customer_read_so_within_the_deadline(self, system: System, bearer: str, facts: Json) -> None:
        talk = Talk(system, bearer=bearer, lang="en")
        talk.say("good morning")
        engine = system.pid_of("engine")
        os.kill(engine, signal.SIGSTOP)
        try:
            began = time.perf_counter()
            answer = talk.say(_QUESTION["en"])
            taken = time.perf_counter() - began
        finally:
            os.kill(engine, signal.SIGCONT)
            until("the engine has woken", system.is_ready, seconds=_BACK_SECONDS)

        assert _UNAVAILABLE["en"] in answer.text
        assert taken < _DEADLINE_SECONDS
        assert amount(facts["latest_invoice"], "en") in talk.say("How much is our latest invoice?").text


class TestKilledFrontDoor:
    def test_keeps_one_message_and_answers_it_once_when_it_is_sent_again(self, system: System, bearer: str, facts: Json) -> None:
        talk = Talk(system, bearer=bearer, lang="en")
        talk.say("good morning")
        sent = threading.Thread(target=_send_and_lose, args=(talk,))
        engine = system.pid_of("engine")
        os.kill(engine, signal.SIGSTOP)  # so that the message is certainly under way when the front door ends
        try:
            sent.start()
            until("the message is stored", lambda: any(one["client_id"] == "lost" for one in talk.log()), seconds=10)
            system.kill("front-door")
        finally:
            os.kill(engine, signal.SIGCONT)
            sent.join()
        until("the front door is back", system.is_ready, seconds=_BACK_SECONDS)

        repeated, again = (talk.say(_QUESTION["en"], client_id="lost") for _ in range(2))

        assert amount(facts["open_balance"], "en") in repeated.text
        assert again.messages == repeated.messages
        log = talk.log()
        assert [message["from"] for message in log] == ["customer", "bot"] * 2
        assert [message["text"] for message in log if message["client_id"] == "lost"] == [_QUESTION["en"]]


def _send_and_lose(talk: Talk) -> None:
    """Send a message whose answer never comes."""
    lost = Talk(talk.system, bearer=talk.bearer, conversation=talk.conversation)
    with suppress(OSError):
        lost.say(_QUESTION["en"], client_id="lost")
