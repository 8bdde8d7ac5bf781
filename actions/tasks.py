"""What is collected over several turns until the customer says yes to it; then a request ticket is opened.

The rules of the talk stand here once, for every kind of task: an answer that fits is taken, another question is answered by
its own action and the pending one is repeated, corrections are taken at any time, and the task can be dropped at any time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import structlog

from actions.task_kinds import KINDS
from actions.task_model import CHOICE, CONFIRM, IDENTITY, Heard, Kind, Task, Unfit
from actions.turn import Turn
from bot.library.formats import show_datetime
from bot.shared.errors import NotFound
from bot.shared.masking import without_masked
from bot.shared.text import fold
from bot.support.answers import corrects, gives_up, has_a_but, is_question, is_request, points_at_matter, says_yes, words, yes_or_no
from bot.support.model import Ticket

_LOG = structlog.get_logger(__name__)
_PREFIX = "action_task_"
_AFFIRM, _DENY, _ASIDE = "action_affirm", "action_deny", "action_task_aside"
# What these say is little more than that the message fits nowhere else.
_UNCLEAR = frozenset({"action_take_information", "action_follow_up", "action_not_understood", "action_identify"})
_CANCELLATION_TERMS = "action_tell_cancellation_terms"
_TOLD_BY_ARTICLES = frozenset({_CANCELLATION_TERMS, "action_tell_rule", "action_tell_renewal_price"})
ALWAYS_THEMSELVES = frozenset({"action_hand_over", "action_switch_language", "action_take_complaint"})
"""What is meant whatever is being asked."""
_SWITCH_LANGUAGE = "action_switch_language"
_HOLDS_A_VALUE = re.compile(r"[\d@]")
_MOST_ASKED = 3
_SINCE = re.compile(r"\b(?:since|ota|tol fogva)\b")
_SHORT = 6
_FIRST = "first_message"


def begin(turn: Turn, name: str) -> None:
    """Start the task ``name`` with what the message says, or go on with it once the visitor is identified. Raises: NotIdentified."""
    before = waiting(turn)
    if before is not None and before.kind == name and before.awaiting == IDENTITY:
        _recall(turn, before)
    elif before is not None:
        turn.say("utter_task_switched", task=_label(turn, before.kind))
    first = json.dumps({"text": turn.text, "entities": {key: list(values) for key, values in turn.entities.items()}}, ensure_ascii=False)
    # Kept before the customer is looked up, so that an unknown visitor comes back to it after the code.
    turn.remember(task=Task(name, {_FIRST: first}).dump())
    _ = turn.customer_id
    task = Task(name)
    _go_on(turn, task.given(KINDS[name].begin(_heard(turn, None), task)))


def take(turn: Turn, action: str) -> bool:
    """Give the message to the task that waits for it; return whether it took it, so that ``action`` is not to answer it."""
    task = waiting(turn)
    if task is None:
        return False
    kind, text = KINDS[task.kind], _typed(turn)
    if action in ALWAYS_THEMSELVES and not kind.is_plain_answer(turn, task, text):
        return False
    # "Nem kell" says no where yes or no was the question, and else that nothing is wanted any more.
    says_no = kind.asks_yes_no(task.awaiting) and yes_or_no(text) is False
    if gives_up(text, cancelling=kind.cancels) and not says_no:
        _drop(turn, task)
        return True
    if turn.conversation.customer_id is None or (action == _AFFIRM and turn.slots.get("offered") == "agent"):
        return False
    if task.awaiting == IDENTITY:
        return False
    try:
        return _at_confirmation(turn, task, action) if task.awaiting == CONFIRM else _at_question(turn, task, action)
    except Unfit as unfit:
        turn.say(unfit.response, **unfit.values)
        _ask(turn, replace(task, asked=task.asked + 1))
        return True


def come_back(turn: Turn, action: str) -> None:
    """Repeat what is being asked for after another question was answered; nothing to do where the action dealt with the task."""
    task = waiting(turn)
    if task is None or "task" in turn.remembered or turn.conversation.customer_id is None:
        return
    if task.awaiting == IDENTITY:
        begin(turn, task.kind)
        return
    # The last question asked is the one a bare yes answers.
    turn.remember(offered=None)
    label = _label(turn, task.kind)
    if task.awaiting == CONFIRM and (action == _SWITCH_LANGUAGE or KINDS[task.kind].is_binding(task)):
        # What is to be confirmed has to be read in the language now spoken, and a price right before the yes to it.
        _ask(turn, task)
    elif task.awaiting == CONFIRM:
        turn.say("utter_task_back_to_confirm", task=label)
    else:
        kind = KINDS[task.kind]
        turn.say_with_buttons("utter_task_back_to", task=label, question=kind.question(turn, task), buttons=kind.buttons(turn, task))


def waiting(turn: Turn) -> Task | None:
    """Return the task under way, or None."""
    content = turn.remembered["task"] if "task" in turn.remembered else turn.slots.get("task")
    task = Task.load(content) if content else None
    return task if task is not None and task.kind in KINDS else None


def _at_confirmation(turn: Turn, task: Task, action: str) -> bool:
    """Bind yes and no to what was repeated back, and take corrections."""
    kind, heard = KINDS[task.kind], _heard(turn, action)
    others = _is_clear_other(action, task)
    asks = is_question(heard.text)
    is_own = action == _PREFIX + task.kind or corrects(heard.text)
    if (not asks or (is_own and not others)) and not (others and is_request(heard.text)):
        corrected = kind.correct(heard, task)
        if corrected.keys() == {"from"} and says_yes(heard.text):
            # A plain yes that names the day says all there is to say.
            _finish(turn, task.given(corrected))
            return True
        if corrected:
            _go_on(turn, task.given(corrected))
            return True
    if heard.answer is True:
        _finish(turn, task)
        return True
    if heard.answer is False or action == _DENY:
        added = kind.add(heard, task) if len(words(heard.text)) > 4 else {}
        if added:
            _note(turn, task, added)
        else:
            _drop(turn, task)
        return True
    if others or asks:
        return False
    added = kind.add(heard, task) if len(words(heard.text)) > 2 else {}
    if added:
        _note(turn, task, added)
    else:
        _ask_again(turn, task)
    return True


def _at_question(turn: Turn, task: Task, action: str) -> bool:
    """Take an answer to what was asked, or a correction of what was said before; ask again when neither is there."""
    kind, heard = KINDS[task.kind], _heard(turn, action)
    if _may_answer(heard, task, action):
        found = dict(kind.read(heard, task, task.awaiting))
        if not found and (corrects(heard.text) or action == _PREFIX + task.kind):
            found = dict(kind.correct(heard, task))
        if found:
            _go_on(turn, task.given(found))
            return True
    if (action == _DENY or heard.answer is False) and not kind.asks_yes_no(task.awaiting):
        _drop(turn, task)
        return True
    # "Since this morning" answers a question that was or will be asked, whatever else a day may mean.
    says_since = _SINCE.search(fold(heard.text)) is not None and len(words(heard.text)) <= _SHORT
    if (_is_clear_other(action, task) and not says_since) or asks_about_task(turn, action):
        return False
    _ask_again(turn, task)
    return True


def asks_about_task(turn: Turn, action: str) -> bool:
    """Return whether the message is a question about what is being collected, which no other action is for."""
    task = waiting(turn)
    if task is None or task.awaiting == IDENTITY or not is_question(_typed(turn)):
        return False
    return action in _UNCLEAR or action == _PREFIX + task.kind or is_about_task(turn, action)


def is_about_task(turn: Turn, action: str) -> bool:
    """Return whether a question that is understood as one about rules or terms is about what is being collected.

    "Will that change the old ones, too?" points at it, and the terms of cancelling have been told by who is about to cancel.
    """
    task = waiting(turn)
    if task is None or action not in _TOLD_BY_ARTICLES:
        return False
    return points_at_matter(turn.text) or (action == _CANCELLATION_TERMS and KINDS[task.kind].cancels)


def _may_answer(heard: Heard, task: Task, action: str) -> bool:
    """Return whether the message may be an answer: what is clearly about something else is not, unless it is short or free text."""
    if heard.turn.entity(CHOICE) is not None and not heard.text:
        return True
    if not heard.text and heard.answer is None:
        return False
    said = len(words(heard.text))
    kind = KINDS[task.kind]
    if kind.is_plain_answer(heard.turn, task, heard.text):
        return True
    # "Will that change the old ones, too?" is no address.
    asks = task.awaiting in kind.never_asks and is_question(heard.text) and not _HOLDS_A_VALUE.search(heard.text)
    if asks:
        return False
    free = kind.is_free(task.awaiting)
    if action == _ASIDE:
        return free and said > 4
    if not _is_clear_other(action, task):
        # Free text may be a question; anything else in one is asked back, unless it is about the task.
        return free or action == _PREFIX + task.kind or not is_question(heard.text)
    if is_question(heard.text) or is_request(heard.text):
        return False
    return free or said <= (_SHORT if not action.startswith(_PREFIX) else _SHORT // 2)


def _is_clear_other(action: str, task: Task) -> bool:
    return action not in _UNCLEAR and action not in (_AFFIRM, _DENY, _PREFIX + task.kind)


def _heard(turn: Turn, action: str | None) -> Heard:
    text = _typed(turn)
    answer = {_AFFIRM: True, _DENY: False}.get(action or "")
    said = yes_or_no(text) if action is not None else None
    # A yes with a but is no yes, however it was understood.
    if answer is True and text and said is None and (corrects(text) or has_a_but(text)):
        answer = None
    return Heard(turn, text, said if said is not None else answer)


def _typed(turn: Turn) -> str:
    """Return what was typed; nothing for a pressed button, whose payload is in the place of the text."""
    # What is left of a card's number is not said back, and a colleague has no use for it either.
    return "" if turn.text.startswith("/") else without_masked(turn.text)


def _recall(turn: Turn, task: Task) -> None:
    """Put the first message of the task in the place of the one that identified the visitor."""
    first = json.loads(task.fields[_FIRST])
    turn.text = first["text"]
    turn.entities = {name: tuple(values) for name, values in first["entities"].items()}


def _go_on(turn: Turn, task: Task) -> None:
    """Ask for what is missing, or repeat all back and ask for a yes; end the task where it cannot be done."""
    kind = KINDS[task.kind]
    if kind.refuse(turn, task):
        turn.remember(task=None)
        return
    missing = kind.missing(turn, task)
    _ask(turn, replace(task if missing else kind.prepared(turn, task), awaiting=missing or CONFIRM, asked=1))


def _ask(turn: Turn, task: Task) -> None:
    """Ask for what the task awaits, and remember that it was asked; a person is offered where asking has not helped."""
    kind = KINDS[task.kind]
    turn.remember(task=task.dump())
    if task.get("subscription"):
        turn.remember(focus_subscription=task.get("subscription"))
    if task.asked > _MOST_ASKED:
        turn.remember(offered="agent")
        turn.say("utter_task_offer_person", task=_label(turn, task.kind))
    elif task.awaiting == CONFIRM:
        kind.remark(turn, task)
        kind.confirm(turn, task)
    else:
        kind.ask(turn, task)


def _note(turn: Turn, task: Task, added: Mapping[str, str]) -> None:
    """Take what was added, and say so where repeating the task back does not."""
    if "note" in added:
        turn.say("utter_task_noted", note=added["note"])
    _go_on(turn, task.given(added))


def _ask_again(turn: Turn, task: Task) -> None:
    again = replace(task, asked=task.asked + 1)
    if again.asked <= _MOST_ASKED:
        turn.say("utter_task_unclear_answer")
    _ask(turn, again)


def _drop(turn: Turn, task: Task) -> None:
    turn.remember(task=None, offered=None)
    if task.awaiting == IDENTITY:
        turn.remember(parked=None)
    elif KINDS[task.kind].declined(turn, task):
        return
    turn.say("utter_task_dropped", task=_label(turn, task.kind))


def _finish(turn: Turn, task: Task) -> None:
    """Open the ticket and tell its number and the time promised; the bot itself changes nothing anywhere."""
    kind, services = KINDS[task.kind], turn.services
    # What was possible when it was repeated back may not be any more.
    if kind.refuse(turn, task):
        turn.remember(task=None)
        return
    number = kind.finish(turn, task)
    if number is not None:
        if number:
            _recorded(turn, task, number)
        else:
            _go_on(turn, Task(task.kind, {name: value for name, value in task.fields.items() if name != "quote"}))
        return
    values = kind.summary(turn, task)
    ticket = _changed(turn, kind, task) or services.conversations.open_request(
        conversation_id=turn.conversation_id,
        kind=kind.ticket,
        subject=turn.phrase(f"utter_part_subject_{task.kind}", **values),
        details=_details(turn, kind, task),
        now=turn.now,
        answer_by=services.offering.answer_by(kind=kind.ticket, opened_at=turn.now),
    )
    _recorded(turn, task, ticket.number)
    by = show_datetime(ticket.answer_by, turn.language, zone=services.zone)
    turn.say(f"utter_task_done_{task.kind}", **{**values, "ticket": ticket.number, "by": by})
    kind.recorded(turn, task)


def _recorded(turn: Turn, task: Task, number: str) -> None:
    turn.remember(task=None, done=task.given({"ticket": number}).dump())
    _LOG.info("request.opened", kind=task.kind, ticket=number, conversation=turn.conversation_id)


def _changed(turn: Turn, kind: Kind, task: Task) -> Ticket | None:
    """Write the task into the request that it changes; None when it changes none, or a person is at that already."""
    if not task.get("ticket"):
        return None
    try:
        return turn.services.conversations.change_request(
            conversation_id=turn.conversation_id,
            number=task.get("ticket"),
            subject=turn.phrase(f"utter_part_subject_{task.kind}", **kind.summary(turn, task)),
            details=_details(turn, kind, task),
        )
    except NotFound:
        return None


def _details(turn: Turn, kind: Kind, task: Task) -> str:
    contact = turn.conversation.contact_email
    ends = {"note": task.get("note"), "contact": contact or ""}
    lines = dict(kind.details(turn, task)) | {name: value for name, value in ends.items() if value}
    return "\n".join(f"{turn.phrase(f'utter_part_detail_{name}')}: {value}" for name, value in lines.items())


def _label(turn: Turn, kind: str) -> str:
    return turn.phrase(f"utter_part_task_{kind}")
