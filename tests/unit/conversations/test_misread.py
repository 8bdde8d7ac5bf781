"""Telling from the log what was not understood."""

from datetime import UTC, datetime

from bot.conversations.misread import Misreading, misread
from bot.conversations.model import Message, Sender
from bot.shared.ids import ConversationId

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SENTENCES = {"What?": Misreading.NOT_UNDERSTOOD, "Again?": Misreading.ASKED_BACK, "A person takes over.": Misreading.HANDED_OVER}


def asked(seq: int, text: str, *, of: str = "cnv_1", payload: str | None = None) -> Message:
    return Message(ConversationId(of), seq, Sender.CUSTOMER, text, "en", AT, payload=payload)


def answered(seq: int, text: str, to: int, *, of: str = "cnv_1") -> Message:
    return Message(ConversationId(of), seq, Sender.BOT, text, "hu", AT, answers=to)


def found(*messages: Message) -> list[tuple[str, Misreading]]:
    return [(one.text, one.misreading) for one in misread(messages, sentences=SENTENCES)]


class TestMisread:
    def test_is_what_was_answered_with_not_understanding(self) -> None:
        log = (asked(1, "blorp"), answered(2, "What?", 1), asked(3, "balance?"), answered(4, "You owe nothing.", 3))

        assert found(*log) == [("blorp", Misreading.NOT_UNDERSTOOD)]

    def test_counts_the_gravest_of_an_answer(self) -> None:
        log = (asked(1, "blorp"), answered(2, "Again?", 1), answered(3, "A person takes over.", 1))

        assert found(*log) == [("blorp", Misreading.HANDED_OVER)]

    def test_keeps_conversations_apart(self) -> None:
        log = (asked(1, "mine"), asked(1, "theirs", of="cnv_2"), answered(2, "What?", 1, of="cnv_2"))

        assert found(*log) == [("theirs", Misreading.NOT_UNDERSTOOD)]

    def test_leaves_buttons_out(self) -> None:
        assert found(asked(1, "Yes", payload="/affirm"), answered(2, "Again?", 1)) == []

    def test_tells_language_answer_and_day_and_not_who(self) -> None:
        (one,) = misread((asked(1, "blorp"), answered(2, "What?", 1), answered(3, "Back to it.", 1)), sentences=SENTENCES)

        assert (one.language, one.answer, one.on) == ("hu", "What?\n\nBack to it.", AT.date())
