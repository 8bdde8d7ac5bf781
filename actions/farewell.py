"""Saying goodbye, and asking once how well the assistant helped."""

from __future__ import annotations

from actions.base import ClearlineAction, Turn
from bot.conversations.ratings import buttons_for


class ActionSayGoodbye(ClearlineAction):
    """The customer says goodbye."""

    action_name = "action_say_goodbye"

    def answer(self, turn: Turn) -> None:
        """Say goodbye; who had at least two questions answered is asked, once a conversation, how well that went."""
        turn.say("utter_goodbye")
        greetings = frozenset(turn.services.phrases.say("utter_greet", language).text for language in ("en", "hu"))
        rating = turn.services.ratings.ask_about_bot(conversation_id=turn.conversation_id, no_answers=greetings, now=turn.now)
        if rating is not None:
            skip = turn.services.phrases.say("utter_rating_asked", turn.language).buttons
            turn.say_with_buttons("utter_bot_rating_asked", buttons=buttons_for(rating, skip=skip))
