"""What customers think of the help they got: asked once a closing, answered by a button, skippable."""

from __future__ import annotations

import re
from datetime import datetime

from bot.conversations.desk_model import RatedParty, Rating, Topic
from bot.conversations.model import Button, Conversation, Message, Reply, Sender, Speaker
from bot.conversations.records_ports import RecordsStore
from bot.shared.ids import ConversationId, RatingId, new_rating_id

_PAYLOAD = re.compile(r"/rating:(rtg_[0-9a-f]{32}):([0-5])")
_SCORES = range(1, 6)
_SKIPPED = 0
_FEWEST_ANSWERS = 2


def buttons_for(rating_id: RatingId, *, skip: tuple[Button, ...]) -> tuple[Button, ...]:
    """Return a button for each score and one for skipping, with the title of the first in ``skip``."""
    scores = tuple(Button(str(score), f"/rating:{rating_id}:{score}") for score in _SCORES)
    return scores + tuple(Button(button.title, f"/rating:{rating_id}:{_SKIPPED}") for button in skip[:1])


def is_rating(payload: str | None) -> bool:
    """Return whether a button's payload answers the question how satisfied the customer was."""
    return payload is not None and _PAYLOAD.fullmatch(payload) is not None


class Ratings:
    """Stores what customers answer."""

    def __init__(self, store: RecordsStore) -> None:
        self._store = store

    def answer(
        self, *, conversation: Conversation, payload: str, text: str, thanks: str, client_id: str | None, now: datetime
    ) -> tuple[Message, ...]:
        """Store the press of a rating button, once; the first answer stands.

        Args:
            payload: One that ``is_rating``, offered in this conversation.
            text: Title of the button, for the log.
            thanks: What the customer is told.

        Returns:
            What was said to the customer; that of before when the press is a repeat.
        """
        match = _PAYLOAD.fullmatch(payload)
        if match is None:
            raise ValueError("not the payload of a rating")
        score = int(match[2])
        where = conversation.id
        with self._store.begin() as tx:
            known = tx.message_by_client_id(conversation_id=where, client_id=client_id) if client_id else None
            if known is not None:
                return tx.answers_to(conversation_id=where, seq=known.seq)
            pressed = Reply(Sender.CUSTOMER, text, conversation.language)
            message = tx.append(conversation_id=where, reply=pressed, at=now, client_id=client_id, payload=payload)
            rating = tx.rating(rating_id=RatingId(match[1]))
            if rating is not None and rating.conversation_id == where:
                tx.answer_rating(rating_id=rating.id, score=None if score == _SKIPPED else score, at=now)
            tx.touch(topic=Topic.CHAT, conversation_id=where, at=now)
            return (
                tx.append(conversation_id=where, reply=Reply(Sender.SYSTEM, thanks, conversation.language), at=now, answers=message.seq),
            )

    def unanswered(self, *, conversation_id: ConversationId, rating_id: RatingId) -> bool:
        """Return whether the customer has been asked and has not answered."""
        with self._store.begin() as tx:
            rating = tx.rating(rating_id=rating_id)
        return rating is not None and rating.conversation_id == conversation_id and rating.answered_at is None

    def ask_about_bot(self, *, conversation_id: ConversationId, no_answers: frozenset[str], now: datetime) -> RatingId | None:
        """Note that the customer is asked how well the bot helped, and return the rating's id; None when there is nothing to ask.

        It is asked once a conversation, while the bot speaks, and only after at least two questions were answered.

        Args:
            no_answers: Texts of the bot that answer no question, such as its greeting.
        """
        with self._store.begin() as tx:
            if tx.conversation(conversation_id).speaker is not Speaker.BOT:
                return None
            if any(rating.about is RatedParty.BOT for rating in tx.ratings_of(conversation_id=conversation_id)):
                return None
            messages = tx.messages(conversation_id=conversation_id)
            answered = {one.answers for one in messages if one.sender is Sender.BOT and one.text not in no_answers} - {None}
            if len(answered) < _FEWEST_ANSWERS:
                return None
            rating = Rating(new_rating_id(), conversation_id, RatedParty.BOT, now)
            tx.add_rating(rating)
            return rating.id
