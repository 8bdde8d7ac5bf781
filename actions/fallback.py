"""What is said when no topic fits: an article that answers, or that it was not understood; the second time a person takes over."""

from __future__ import annotations

from actions.articles import tell_article
from actions.base import Turn
from actions.handover import hand_over
from bot.library.articles import LANGUAGES
from bot.shared.foreign import is_in_third_language
from bot.support.model import HandoverReason

_FEWEST_WORDS = 2


def not_understood(turn: Turn, *, searched: bool = False) -> None:
    """Answer from an article if one is near; else say that it was not understood, and the second time in a row hand over.

    Args:
        searched: The articles have been searched for this message already.
    """
    foreign = is_in_third_language(turn.text)
    if not (searched or foreign) and _is_a_question(turn.text) and tell_article(turn):
        return
    if turn.conversation.misunderstandings >= 1:
        hand_over(
            turn,
            reason=HandoverReason.NOT_UNDERSTOOD,
            first="utter_not_understood_again",
            # Nobody knows which of the two a writer of a third one reads.
            languages=LANGUAGES if foreign else (turn.language,),
        )
        return
    turn.remember(offered="agent")
    if foreign:
        # What language its letters resemble more says nothing; the talk goes on in its own.
        turn.in_language(turn.conversation.language).say("utter_third_language")
    else:
        turn.say("utter_not_understood")


def _is_a_question(text: str) -> bool:
    """Return whether ``text`` was typed and has enough words to be searched for."""
    return not text.startswith("/") and len(text.split()) >= _FEWEST_WORDS
