"""What is exported for labelling tells what was asked and never who asked."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.commands.evaluate_export import exported, without_people, written
from bot.conversations.model import Conversation, Reply, Sender, Speaker
from bot.nlu.partner_numbers import partner_numbers
from bot.services import Services
from bot.shared.ids import new_conversation_id
from tests.conftest import NOW

NUMBERS = partner_numbers(Path(__file__).resolve().parents[3] / "knowledge" / "partner.yml")
ROW = {"text": "=blorp", "language": "en", "what": "not_understood", "answer": "?", "on": "2026-03-02", "intent": ""}


class TestMasking:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("write to anna.kiss@minta.example", "write to [mail]"),
            ("hívjon a +36 30 123 4567 számon", "hívjon a [phone] számon"),
            ("our number is C-10001", "our number is [customer number]"),
            ("what is CL-2026-0117 for", "what is [invoice] for"),
            ("az adószámunk 12345676-2-42", "az adószámunk [tax number]"),
            ("I sent it to HU42 1177 3016 1111 1018 0000 0000", "I sent it to [account]"),
            ("card 4111 1111 1111 1111", "card [account]"),
            ("the code is 123 456", "the code is [number]"),
            ("my name is Anna Kiss", "my name is [name]"),
            ("see T-2026-0042", "see [ticket]"),
            ("how many seats do we have?", "how many seats do we have?"),
            ("mennyi a szeptemberi számlánk?", "mennyi a szeptemberi számlánk?"),
        ],
    )
    def test_takes_out_what_tells_who_it_is_about(self, text: str, shown: str) -> None:
        assert without_people(text, numbers=NUMBERS) == shown

    def test_takes_out_names_on_file_wherever_they_stand(self) -> None:
        assert without_people("a Minta Kft.-nél vagyok", numbers=NUMBERS, known=["Minta Kft."]) == "a [name]-nél vagyok"


class TestExport:
    def test_has_a_row_for_each_message_misread_since_then(self, services: Services) -> None:

        says = services.phrases.say("utter_not_understood", "en").text
        with services.conversation_store.begin() as tx:
            for at, text in (
                (NOW - timedelta(days=2), "old blorp"),
                (NOW, "blorp for anna@minta.example"),
                (NOW, "blorp for bela@minta.example"),
            ):
                conversation = Conversation(new_conversation_id(), "web", Speaker.BOT, "en", at)
                tx.add_conversation(conversation)
                asked = tx.append(conversation_id=conversation.id, reply=Reply(Sender.CUSTOMER, text, "en"), at=at)
                tx.append(conversation_id=conversation.id, reply=Reply(Sender.BOT, says, "en"), at=at, answers=asked.seq)

        rows = exported(services, numbers=NUMBERS, since=NOW - timedelta(days=1))

        assert [(row["text"], row["language"], row["what"], row["answer"]) for row in rows] == [
            ("blorp for [mail]", "en", "not_understood", says)
        ]

    def test_is_written_as_yaml_or_csv(self) -> None:
        assert yaml.safe_load(written([ROW], as_csv=False)) == [ROW]
        assert next(csv.DictReader(io.StringIO(written([ROW], as_csv=True))))["text"] == "'=blorp"
