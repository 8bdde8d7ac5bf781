"""What a message means by what was said before it: half questions, waiting for a code, taking a request back, asking once more."""

from __future__ import annotations

import hashlib
import json
from types import MappingProxyType

from actions.task_kinds import KINDS
from actions.task_model import IDENTITY, done_before
from actions.tasks import ALWAYS_THEMSELVES, asks_about_task, begin, waiting
from actions.turn import Turn
from bot.support.answers import asks_how_many_then, corrects, is_elliptical, is_question, is_request, takes_back

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
# Little more than that the message goes on from what was said.
_SAYS_LITTLE = frozenset({"action_deny", "action_affirm", "action_follow_up", "action_take_information", "action_not_understood"})
_SEATS = "change_seats"
# Which values put a recorded request right.
_CHANGED_BY = MappingProxyType({_SEATS: frozenset({"quantity"}), "promise_payment": frozenset({"date", "period"})})
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


def change_done(turn: Turn, action: str) -> bool:
    """Take up a recorded request again that is put right by another day or number ("mégis inkább 12-én"); return whether that was so."""
    done = done_before(turn)
    values = _CHANGED_BY.get(done.kind) if done is not None else None
    if done is None or values is None or waiting(turn) is not None or not turn.is_typed or action not in _SAYS_LITTLE:
        return False
    if not corrects(turn.text) or is_question(turn.text) or not turn.entities.keys() & values:
        return False
    begin(turn, done.kind)
    return True


def recall_done(turn: Turn) -> bool:
    """Tell how many licences the recorded request comes to, when that is asked after it; return whether that was so."""
    done = done_before(turn)
    if done is None or done.kind != _SEATS or waiting(turn) is not None or not turn.is_typed or not asks_how_many_then(turn.text):
        return False
    subject = turn.phrase(f"utter_part_subject_{done.kind}", **KINDS[done.kind].summary(turn, done))
    turn.say("utter_request_as_recorded", ticket=done.get("ticket"), subject=subject)
    return True


def times_said(turn: Turn) -> int:
    """Return how many times in a row the answer of this turn has been given before it, and remember it for the next."""
    said = json.dumps(turn.dispatcher.messages, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    before, _, times = str(turn.slots.get("said") or "").partition("/")
    count = int(times or 0) + 1 if before == digest else 0
    turn.remember(said=f"{digest}/{count}")
    return count
