"""What the engine's door lets in."""

import json

import pytest

from bot.engine.channel import ClearlineChannel, _question
from bot.engine.patches import action_webhook
from bot.engine.turn import LastAnswers
from bot.shared.errors import InvalidInput

GOOD = {"conversation": "cnv_1", "text": "hello", "language": "en", "payload": None}


class TestStarting:
    def test_is_refused_without_a_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CLEARLINE_RASA_TOKEN", "")

        with pytest.raises(InvalidInput, match="CLEARLINE_RASA_TOKEN is not set"):
            ClearlineChannel.from_credentials({})

    @pytest.mark.parametrize(
        ("port", "configured", "url"),
        [
            ("7", "http://actions:1/webhook", "http://127.0.0.1:7/webhook"),
            ("", "http://actions:1/webhook", "http://actions:1/webhook"),
            ("", None, "http://127.0.0.1:5055/webhook"),
        ],
    )
    def test_finds_the_action_server(self, monkeypatch: pytest.MonkeyPatch, port: str, configured: str | None, url: str) -> None:
        monkeypatch.setenv("CLEARLINE_ACTIONS_PORT", port)

        assert action_webhook(configured=configured) == url


class TestQuestion:
    def test_is_read(self) -> None:
        question = _question(json.dumps(GOOD | {"payload": "/ask"}).encode())

        assert (question.conversation, question.text, question.language, question.payload) == ("cnv_1", "hello", "en", "/ask")

    @pytest.mark.parametrize(
        ("body", "says"),
        [
            (b"", "not JSON"),
            (b"\xff\xfe\x00", "not JSON"),
            (b"[]", "not an object"),
            (json.dumps(GOOD | {"text": None}).encode(), "'text'"),
            (json.dumps(GOOD | {"text": 5}).encode(), "'text'"),
            (json.dumps(GOOD | {"text": "x" * 20_001}).encode(), "'text'"),
            (json.dumps(GOOD | {"conversation": ""}).encode(), "'conversation'"),
            (json.dumps(GOOD | {"conversation": "c" * 300}).encode(), "'conversation'"),
            (json.dumps({"conversation": "c", "text": "x"}).encode(), "'language'"),
            (json.dumps(GOOD | {"payload": "restart"}).encode(), "slash"),
            (json.dumps(GOOD | {"payload": {}}).encode(), "'payload'"),
            (json.dumps(GOOD | {"number": "7"}).encode(), "'number'"),
            (json.dumps(GOOD | {"number": True}).encode(), "'number'"),
        ],
    )
    def test_names_what_is_wrong(self, body: bytes, says: str) -> None:
        with pytest.raises(InvalidInput, match=says):
            _question(body)


class TestLastAnswers:
    def test_give_the_answer_to_the_last_message_only(self) -> None:
        answers = LastAnswers()
        answers.keep("cnv_1", 3, {"messages": ["a"]})
        answers.keep("cnv_1", 5, {"messages": ["b"]})

        assert answers.get("cnv_1", 5) == {"messages": ["b"]}
        assert answers.get("cnv_1", 3) is None
        assert answers.get("cnv_2", 5) is None

    def test_know_no_message_without_a_number(self) -> None:
        answers = LastAnswers()
        answers.keep("cnv_1", None, {"messages": ["a"]})

        assert answers.get("cnv_1", None) is None

    def test_forget_the_conversation_that_was_silent_longest(self) -> None:
        answers = LastAnswers(kept=2)
        for conversation in ("a", "b", "a", "c"):
            answers.keep(conversation, 1, {"messages": [conversation]})

        assert [one for one in "abc" if answers.get(one, 1)] == ["a", "c"]
