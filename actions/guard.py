"""Refusing, in a sentence, what nobody gets by asking: other people's data, other rules, another role, card data given before."""

from __future__ import annotations

from types import MappingProxyType

from actions.turn import Turn
from bot.support.answers import is_question, is_request
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
    if attempt is None and _asks_about_another_customer(turn):
        attempt = Attempt.OTHERS_DATA
    if attempt is None:
        return False
    turn.say(_REFUSALS[attempt])
    return True


def _asks_about_another_customer(turn: Turn) -> bool:
    """Return whether an identified customer wants something under a customer number that is not theirs."""
    numbers = turn.entities.get("customer_number", ())
    if not (numbers and (is_request(turn.text) or is_question(turn.text))) or turn.conversation.customer_id is None:
        return False
    own = turn.services.billing.customer(customer_id=turn.customer_id).number
    return any(number != own for number in numbers)
