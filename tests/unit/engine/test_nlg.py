"""Responses in the language of the message, and never silence."""

from pathlib import Path

import pytest
from rasa.shared.core.events import SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.engine.nlg import PhrasebookNlg
from bot.shared.errors import InvalidInput
from tests.unit.engine.talks import said, start, tracker_of

ENGLISH = """
responses:
  utter_due:
  - text: "{number} is due on {day}."
    buttons:
    - {title: "Show it", payload: "/show"}
  utter_focus:
  - text: "We speak of {focus}."
  utter_lost:
  - text: "I did not get that."
    metadata: {understood: false}
  utter_unavailable:
  - text: "Not now."
"""


@pytest.fixture
def nlg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PhrasebookNlg:
    monkeypatch.delenv("CLEARLINE_RESPONSES", raising=False)
    for language, words in (("en", ENGLISH), ("hu", ENGLISH.replace("is due on", "határideje").replace("Not now.", "Most nem."))):
        (tmp_path / language).mkdir()
        (tmp_path / language / "all.yml").write_text(words, encoding="utf-8")
    return PhrasebookNlg(EndpointConfig(folder=str(tmp_path)))


def talk(language: str) -> DialogueStateTracker:
    return tracker_of([*start(), SlotSet("focus", "CL-7"), *said("ask", language=language)])


class TestGenerate:
    async def test_speaks_the_language_of_the_message(self, nlg: PhrasebookNlg) -> None:
        message = await nlg.generate("utter_due", talk("hu"), "clearline", number="CL-1", day="május 2.")

        assert message["text"] == "CL-1 határideje május 2.."
        assert message["language"] == "hu"
        assert message["buttons"] == [{"title": "Show it", "payload": "/show"}]
        assert message["understood"] is True

    async def test_speaks_the_language_an_action_asks_for(self, nlg: PhrasebookNlg) -> None:
        message = await nlg.generate("utter_due", talk("hu"), "clearline", number="CL-1", day="2 May", language="en")

        assert message["text"] == "CL-1 is due on 2 May."

    async def test_fills_in_slots(self, nlg: PhrasebookNlg) -> None:
        assert (await nlg.generate("utter_focus", talk("en"), "clearline"))["text"] == "We speak of CL-7."

    async def test_puts_an_actions_value_before_the_slot_of_that_name(self, nlg: PhrasebookNlg) -> None:
        assert (await nlg.generate("utter_focus", talk("en"), "clearline", focus="CL-8"))["text"] == "We speak of CL-8."

    @pytest.mark.parametrize(("response", "values"), [("utter_lost", {}), ("utter_focus", {"understood": False})])
    async def test_says_when_it_did_not_understand(self, nlg: PhrasebookNlg, response: str, values: dict[str, bool]) -> None:
        assert (await nlg.generate(response, talk("en"), "clearline", **values))["understood"] is False

    @pytest.mark.parametrize("response", ["utter_nothing_of_the_kind", "utter_due"])
    async def test_says_not_now_instead_of_what_it_cannot_say(self, nlg: PhrasebookNlg, response: str) -> None:
        message = await nlg.generate(response, talk("hu"), "clearline", number="CL-1")

        assert message["text"] == "Most nem."
        assert message["understood"] is True

    def test_does_not_start_without_responses(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CLEARLINE_RESPONSES", str(tmp_path / "absent"))

        with pytest.raises(InvalidInput, match="no responses"):
            PhrasebookNlg()
