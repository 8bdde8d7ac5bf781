"""Which messages of customers were not understood, told from the log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.conversations.model import Message, Sender
from bot.shared.ids import ConversationId


class Misreading(StrEnum):
    """What came of it."""

    NOT_UNDERSTOOD = "not_understood"
    ASKED_BACK = "asked_back"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Misread:
    """A message that was not understood, without who wrote it.

    Attributes:
        language: Of the answer, which is the one the message was taken to be in.
        answer: All that was answered, a paragraph each message.
        on: Day (UTC) of the message.
    """

    text: str
    language: str
    misreading: Misreading
    answer: str
    on: date


def misread(messages: Iterable[Message], *, sentences: Mapping[str, Misreading]) -> tuple[Misread, ...]:
    """Return what customers typed and was not understood, in the order of ``messages``; may be empty.

    Args:
        messages: Of any conversations, each conversation's in its own order.
        sentences: What the bot says when it did not understand, in every language, with what that means. Of several in one answer
            the gravest counts: a hand-over, then a message not understood at all, then a question asked again.
    """
    typed: dict[tuple[ConversationId, int], Message] = {}
    answers: dict[tuple[ConversationId, int], list[Message]] = {}
    for message in messages:
        if message.sender is Sender.CUSTOMER and message.payload is None:
            typed[message.conversation_id, message.seq] = message
        elif message.sender is Sender.BOT and message.answers is not None:
            answers.setdefault((message.conversation_id, message.answers), []).append(message)
    found = []
    for key, message in typed.items():
        said = answers.get(key, [])
        meanings = {sentences[one.text] for one in said if one.text in sentences}
        gravest = next((one for one in (Misreading.HANDED_OVER, Misreading.NOT_UNDERSTOOD, Misreading.ASKED_BACK) if one in meanings), None)
        if gravest is not None:
            answer = "\n\n".join(one.text for one in said)
            found.append(Misread(message.text, said[-1].language, gravest, answer, message.at.date()))
    return tuple(found)
