"""Refusing, in a sentence, what nobody gets by asking: other people's data, other rules, another role, card data given before."""

from __future__ import annotations

from types import MappingProxyType

from actions.turn import Turn
from bot.support.attempts import Attempt, attempt_in

_REFUSALS = MappingProxyType(
    {
        Attempt.OTHERS_DATA: "utter_only_own_data",
        Attempt.ROLE: "utter_only_own_data",
        Attempt.RULES: "utter_rules_stay",
        Attempt.CARD_BACK: "utter_card_not_kept",
    }
)


def refuse_attempt(turn: Turn) -> bool:
    """Refuse what the message tries to get; return whether it tried anything. It counts as understood."""
    attempt = attempt_in(turn.text)
    if attempt is None:
        return False
    turn.say(_REFUSALS[attempt])
    return True
