"""Conversations for the engine's tests, as Rasa would record them."""

import warnings
from collections.abc import Sequence

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    DefinePrevUserUtteredFeaturization,
    Event,
    SessionStarted,
    SlotSet,
    UserUtteranceReverted,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker


def _domain() -> Domain:
    with warnings.catch_warnings():
        # Rasa reminds of a change of its version 3.0 whenever a domain has slots.
        warnings.simplefilter("ignore")
        return Domain.from_dict(
            {
                "version": "3.1",
                "intents": ["ask", "order", "lost"],
                "slots": {
                    "focus": {"type": "text", "mappings": [{"type": "custom"}]},
                    "size": {"type": "text", "mappings": [{"type": "custom"}]},
                    "requested_slot": {"type": "text", "mappings": [{"type": "custom"}]},
                },
                "actions": ["action_answer", "action_lost"],
                "forms": {"order_form": {"required_slots": ["size"]}},
                "responses": {"utter_unavailable": [{"text": "Not now."}]},
            }
        )


DOMAIN = _domain()


def start() -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")]


def said(intent: str, text: str = "private words", language: str = "en") -> list[Event]:
    message = UserUttered(text, {"name": intent, "confidence": 0.9}, parse_data={"language": language}, metadata={"is_payload": False})
    return [message, DefinePrevUserUtteredFeaturization(use_text_for_featurization=False)]


def answered(*events: Event, by: str = "action_answer") -> list[Event]:
    return [ActionExecuted(by), BotUttered("An answer with 5 EUR."), *events, ActionExecuted("action_listen")]


def turn(number: int) -> list[Event]:
    return [*said("ask"), *answered(SlotSet("focus", f"CL-{number}"))]


def lost_turn() -> list[Event]:
    return [*said("lost"), ActionExecuted("action_lost"), BotUttered("Sorry?"), UserUtteranceReverted(), ActionExecuted("action_listen")]


def form_start() -> list[Event]:
    return [
        *said("order"),
        ActionExecuted("order_form"),
        ActiveLoop("order_form"),
        SlotSet("requested_slot", "size"),
        BotUttered("Which size?"),
        ActionExecuted("action_listen"),
    ]


def tracker_of(events: Sequence[Event]) -> DialogueStateTracker:
    tracker = DialogueStateTracker("cnv_1", DOMAIN.slots)
    tracker.update_with_events(list(events), DOMAIN, override_timestamp=False)
    return tracker
