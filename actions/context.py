"""What a message means by what was said before it: half questions, waiting for a code, taking a request back, asking once more."""

from __future__ import annotations

import hashlib
import json

from actions.task_model import IDENTITY, done_before
from actions.tasks import ALWAYS_THEMSELVES, asks_about_task, waiting
from actions.turn import Turn
from bot.support.answers import is_elliptical, is_question, is_request, takes_back

_SHAPED = frozenset({"invoice_number", "date", "period", "which", "product", "ticket_number"})
# These use what an unknown visitor sends; everything else would begin another question.
_USES_ANYTHING = ALWAYS_THEMSELVES | {
    "action_identify",
    "action_take_information",
    "action_affirm",
    "action_deny",
    "action_task_aside",
    "action_not_understood",
}
# "And the previous one?" after a sum is about an invoice.
_SUM = "action_tell_open_balance"
TELLS_RULES = "action_tell_rule"


def instead(turn: Turn, action: str) -> str | None:
    """Return the name of the action that fits better than ``action`` by what was said before, or None.

    "És szombaton?" after the opening hours is about those, and a question about what is being collected is answered from the articles.
    """
    if not turn.is_typed or action in ALWAYS_THEMSELVES:
        return None
    if asks_about_task(turn, action):
        return TELLS_RULES
    topic = str(turn.slots.get("topic") or "")
    if topic and topic != _SUM and is_elliptical(turn.text) and turn.entities.keys() & _SHAPED and waiting(turn) is None:
        return topic
    return None


def keeps_waiting(turn: Turn, action: str) -> bool:
    """Say that the code is still waited for, where an unknown visitor only remarks on something; return whether that was so."""
    task = waiting(turn)
    parked = turn.slots.get("parked") or (task is not None and task.awaiting == IDENTITY)
    if not parked or not turn.is_typed or action in _USES_ANYTHING or turn.conversation.customer_id is not None:
        return False
    if turn.entities.keys() & {"customer_number", "login_code"} or is_question(turn.text) or is_request(turn.text):
        return False
    if not turn.services.identification.is_pending(conversation_id=turn.conversation_id):
        return False
    turn.say("utter_identify_waiting")
    return True


def take_back(turn: Turn) -> bool:
    """Tell how a recorded request can be stopped when the customer wants to take it back; return whether that was so."""
    done = done_before(turn)
    if done is None or waiting(turn) is not None or not turn.is_typed or not takes_back(turn.text):
        return False
    turn.remember(offered="agent")
    turn.say("utter_request_take_back", ticket=done.get("ticket"))
    return True


def repeats_itself(turn: Turn) -> bool:
    """Return whether the answer of this turn is the one given just before, and remember it for the next."""
    said = json.dumps(turn.dispatcher.messages, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    turn.remember(said=digest)
    return digest == turn.slots.get("said")
