"""Keeps of a conversation only what the next prediction needs, so that turn 200 costs what turn 5 does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    LoopInterrupted,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.slots import Slot
from rasa.shared.core.trackers import DialogueStateTracker

# Written into every event by Rasa, again on loading; the same for all of them.
_REPEATED_METADATA = frozenset({"model_id", "assistant_id"})
# A form may hold on to its first turn this many times longer than an ordinary turn is kept.
_FORM_PATIENCE = 3


def compact(tracker: DialogueStateTracker, *, turns: int) -> tuple[Event, ...]:
    """Return the events from which a tracker in the same state can be made, in order.

    Kept are the start of the session, the slots that differ from their initial value, a running form with the turn
    that started it, and everything but the bot's texts of the last ``turns`` customer turns. What was taken back (a
    turn that was not understood) is left out, since Rasa leaves it out of every prediction too.
    """
    applied = [event for event in tracker.applied_events() if not isinstance(event, BotUttered)]
    cut = _cut(applied, turns=turns)
    return (*_session_start(tracker.events), *_folded(applied[:cut], slots=tracker.slots), *applied[cut:])


def dump(events: Iterable[Event]) -> str:
    """Return ``events`` as JSON, without the customer's words: the log of the conversation has those."""
    return json.dumps([_row(event) for event in events], ensure_ascii=False, separators=(",", ":"))


def load(content: str) -> list[Event]:
    """Return the events that ``dump`` wrote.

    Raises:
        ValueError: ``content`` is not what ``dump`` writes.
    """
    return [_event(row) for row in json.loads(content)]


def _cut(applied: Sequence[Event], *, turns: int) -> int:
    """Return the index of the first event to keep as it is: always a customer message, or the end."""
    messages = [index for index, event in enumerate(applied) if isinstance(event, UserUttered)]
    if not messages:
        return len(applied)
    cut = messages[-turns] if len(messages) > turns else messages[0]
    form_start = _running_form_start(applied)
    if form_start is not None and form_start < cut:
        earlier = [index for index in messages[-turns * _FORM_PATIENCE :] if index < form_start]
        cut = earlier[-1] if earlier else cut
    return cut


def _running_form_start(applied: Sequence[Event]) -> int | None:
    for index in range(len(applied) - 1, -1, -1):
        event = applied[index]
        if isinstance(event, ActiveLoop):
            return index if event.name else None
    return None


def _session_start(events: Iterable[Event]) -> tuple[Event, ...]:
    starts = [event for event in events if isinstance(event, SessionStarted)]
    if not starts:
        return ()
    return (ActionExecuted(ACTION_SESSION_START_NAME, timestamp=starts[-1].timestamp), SessionStarted(timestamp=starts[-1].timestamp))


def _folded(head: Sequence[Event], *, slots: Mapping[str, Slot]) -> list[Event]:
    """Return the few events that leave a tracker where ``head`` leaves it."""
    values: dict[str, SlotSet] = {}
    form: ActiveLoop | None = None
    interrupted: LoopInterrupted | None = None
    action: ActionExecuted | None = None
    for event in head:
        if isinstance(event, SlotSet):
            values[event.key] = event
        elif isinstance(event, AllSlotsReset):
            values.clear()
        elif isinstance(event, ActiveLoop):
            form, interrupted = (event if event.name else None), None
        elif isinstance(event, LoopInterrupted):
            interrupted = event
        elif isinstance(event, ActionExecuted):
            action = event
    kept = [event for name, event in values.items() if name in slots and event.value != slots[name].initial_value]
    return [*kept, *(event for event in (form, interrupted, action) if event is not None)]


def _row(event: Event) -> list[Any]:
    if isinstance(event, UserUttered):
        language = event.parse_data.get("language")
        return ["u", event.timestamp, event.intent_name, event.intent.get("confidence"), event.entities, language]
    if isinstance(event, ActionExecuted) and event.action_name is not None:
        return ["a", event.timestamp, event.action_name, event.hide_rule_turn]
    if isinstance(event, SlotSet):
        return ["s", event.timestamp, event.key, event.value]
    if isinstance(event, DefinePrevUserUtteredFeaturization):
        return ["f", event.timestamp, event.use_text_for_featurization]
    content = event.as_dict()
    metadata = {key: value for key, value in (content.pop("metadata", None) or {}).items() if key not in _REPEATED_METADATA}
    return ["e", content | ({"metadata": metadata} if metadata else {})]


def _event(row: Sequence[Any]) -> Event:
    match row:
        case ["u", at, intent, confidence, entities, language]:
            parsed: Any = {"language": language} if language else None
            return UserUttered(intent={"name": intent, "confidence": confidence}, entities=entities, parse_data=parsed, timestamp=at)
        case ["a", at, name, hide_rule_turn]:
            return ActionExecuted(name, timestamp=at, hide_rule_turn=hide_rule_turn)
        case ["s", at, name, value]:
            return SlotSet(name, value, timestamp=at)
        case ["f", at, use_text]:
            return DefinePrevUserUtteredFeaturization(use_text, timestamp=at)
        case ["e", content]:
            event = Event.from_parameters(content)
            if event is not None:
                return event
    raise ValueError("not an event of a stored conversation")
