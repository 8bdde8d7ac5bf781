"""What every action shares: who is asking, what was understood, and how failures are told."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.billing.service import NoInvoices
from bot.conversations.model import Attachment, Conversation
from bot.conversations.service import NotIdentified
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import NotFound, Unavailable
from bot.shared.ids import ConversationId, CustomerId
from bot.wiring import open_services

_LOG = structlog.get_logger(__name__)
_LANGUAGES = ("en", "hu")
AWAITED = "customer_number"
"""What the slot ``offered`` holds while the visitor has been asked for the customer number."""


@lru_cache(maxsize=1)
def services() -> Services:
    """Return the services of this process, opened at first use (Rasa builds actions without arguments)."""
    return open_services()


@dataclass
class Turn:
    """One customer message as an action sees it; collects what the bot says and remembers.

    Attributes:
        entities: What was found, values by entity name, in order of the text.
        slots: The dialogue's short memory; never identity.
    """

    services: Services
    dispatcher: CollectingDispatcher
    conversation_id: ConversationId
    language: str
    text: str
    entities: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, Any]
    remembered: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def now(self) -> datetime:
        """The present instant (aware, UTC), the same during the whole turn."""
        return self.services.now()

    @cached_property
    def today(self) -> date:
        """Today in the partner's zone."""
        return self.services.today()

    @cached_property
    def conversation(self) -> Conversation:
        """The stored conversation: who was verified, who speaks."""
        return self.services.conversations.get(conversation_id=self.conversation_id)

    @property
    def customer_id(self) -> CustomerId:
        """The verified customer. Raises: NotIdentified."""
        if self.conversation.customer_id is None:
            raise NotIdentified("the visitor has not been identified")
        return self.conversation.customer_id

    def entity(self, name: str) -> str | None:
        """Return the first value of the entity, or None."""
        values = self.entities.get(name, ())
        return values[0] if values else None

    def period(self) -> tuple[date, date] | None:
        """Return the first period named (end exclusive), or None."""
        value = self.entity("period")
        if value is None:
            return None
        start, _, end = value.partition("/")
        return date.fromisoformat(start), date.fromisoformat(end)

    def say(self, response: str, **values: str) -> None:
        """Say a response of ``data/responses`` with its values filled in."""
        self.dispatcher.utter_message(response=response, language=self.language, **values)

    def say_with_file(self, response: str, *, file: Attachment, **values: str) -> None:
        """Say a response with a file attached."""
        attached = {"title": file.title, "url": file.url, "media_type": file.media_type}
        self.dispatcher.utter_message(response=response, language=self.language, attachments=[attached], **values)

    def phrase(self, name: str, **values: str) -> str:
        """Return a part of a sentence, to be a value in a response."""
        return self.services.phrases.say(name, self.language, values).text

    def remember(self, **slots: str | None) -> None:
        """Set slots of the dialogue's short memory."""
        self.remembered.update(slots)


class ClearlineAction(Action, ABC):
    """Base of all actions. Abstract, so that Rasa's loader does not take it for an action."""

    action_name: ClassVar[str]
    topic: ClassVar[bool] = False
    """Whether "and the previous one?" may repeat this action for another thing."""

    def name(self) -> str:
        """Return the name under which the domain knows the action."""
        return self.action_name

    @abstractmethod
    def answer(self, turn: Turn) -> None:
        """Say the answer; called in a worker thread."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer and return the slots to set. Never raises: the customer always reads something."""
        turn = turn_of(dispatcher, tracker)
        await in_thread(self.carry_out, turn)
        forgotten = {"offered": None} if turn.slots.get("offered") and "offered" not in turn.remembered else {}
        return [SlotSet(name, value) for name, value in {**turn.remembered, **forgotten}.items()]

    def carry_out(self, turn: Turn) -> None:
        """Answer the turn and map every failure to something the customer can read, once."""
        try:
            if self.topic:
                turn.remember(topic=self.action_name)
            self.answer(turn)
        except NotIdentified:
            turn.remember(parked=json.dumps({"action": self.action_name, "entities": {k: list(v) for k, v in turn.entities.items()}}))
            turn.remember(offered=AWAITED)
            turn.say("utter_identify_needed")
        except NoInvoices:
            turn.say("utter_no_invoices")
        except NotFound:
            turn.say("utter_not_found")
        except Unavailable:
            _LOG.warning("action.unavailable", action=self.action_name, conversation=turn.conversation_id)
            turn.say("utter_unavailable")
        except Exception:
            _LOG.exception("action.failed", action=self.action_name, conversation=turn.conversation_id)
            turn.say("utter_unavailable")


def turn_of(dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
    """Return the turn that Rasa's tracker describes; identity is not read from it."""
    message = tracker.latest_message or {}
    found: dict[str, list[str]] = {}
    for entity in sorted(message.get("entities") or (), key=lambda one: one.get("start") or 0):
        found.setdefault(str(entity["entity"]), []).append(str(entity["value"]))
    spoken = message.get("language") or (message.get("metadata") or {}).get("language")
    return Turn(
        services=services(),
        dispatcher=dispatcher,
        conversation_id=ConversationId(tracker.sender_id),
        language=spoken if spoken in _LANGUAGES else "en",
        text=str(message.get("text") or ""),
        entities={name: tuple(values) for name, values in found.items()},
        slots=tracker.slots,
    )
