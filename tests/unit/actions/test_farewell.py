"""Saying goodbye, and asking once how the assistant did."""

from __future__ import annotations

from actions.farewell import ActionSayGoodbye
from bot.conversations.desk_model import RatedParty
from bot.conversations.model import Reply, Sender, Speaker
from tests.conftest import NOW
from tests.unit.actions.conftest import Stage


def answered(stage: Stage, *texts: str) -> None:
    """Have the assistant answer a message with each of ``texts``."""
    for text in texts:
        taken = stage.services.conversations.take_message(
            conversation_id=stage.conversation_id, text="?", now=NOW, holder="t", client_id=None, payload=None
        )
        stage.services.conversations.record_bot_replies(
            conversation_id=stage.conversation_id,
            answers=taken.message.seq,
            replies=(Reply(Sender.BOT, text, "en"),),
            holder="t",
            now=NOW,
            understood=True,
            language="en",
        )


class TestGoodbye:
    async def test_after_two_answers_asks_with_scores_and_a_way_to_skip(self, stage: Stage) -> None:
        answered(stage, "It is paid.", "We are open.")

        told = await stage.tell(ActionSayGoodbye(), language="hu")

        assert told.names == ["utter_goodbye", "utter_bot_rating_asked"]
        assert [button["title"] for button in told.messages[1]["buttons"]] == ["1", "2", "3", "4", "5", "Kihagyom"]
        with stage.store.conversations.begin() as tx:
            (rating,) = tx.ratings_of(conversation_id=stage.conversation_id)
        assert rating.about is RatedParty.BOT
        assert told.messages[1]["buttons"][4]["payload"] == f"/rating:{rating.id}:5"

    async def test_asks_once_a_conversation(self, stage: Stage) -> None:
        answered(stage, "It is paid.", "We are open.")

        first, second = [await stage.tell(ActionSayGoodbye()) for _ in range(2)]

        assert (len(first.names), second.names) == (2, ["utter_goodbye"])

    async def test_after_a_greeting_and_one_answer_does_not_ask(self, stage: Stage) -> None:
        answered(stage, stage.services.phrases.say("utter_greet", "en").text, "It is paid.")

        assert (await stage.tell(ActionSayGoodbye())).names == ["utter_goodbye"]

    async def test_does_not_ask_while_a_person_has_the_chat(self, stage: Stage) -> None:
        answered(stage, "It is paid.", "We are open.")
        with stage.store.conversations.begin() as tx:
            conversation = tx.conversation(stage.conversation_id)
            tx.set_speaker(conversation_id=conversation.id, version=conversation.version, speaker=Speaker.QUEUE)

        assert (await stage.tell(ActionSayGoodbye())).names == ["utter_goodbye"]
