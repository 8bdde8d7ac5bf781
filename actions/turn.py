"""One customer message as an action sees it: who is asking, what was understood, and what is said and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from bot.conversations.model import Attachment, Button, Conversation
from bot.conversations.service import NotIdentified
from bot.services import Services
from bot.shared.ids import ConversationId, CustomerId

AWAITED = "customer_number"
"""What the slot ``offered`` holds while the visitor has been asked for the customer number."""


@dataclass
class Turn:
    """One customer message as an action sees it; collects what the bot says and remembers.

    Attributes:
        entities: What was found, values by entity name, in order of the text.
        slots: The dialogue's short memory; never identity.
        intent: What the message was understood as; empty when that is not known.
        starts: Where in the text each of ``entities`` begins, by entity name; may be empty.
    """

    services: Services
    dispatcher: CollectingDispatcher
    conversation_id: ConversationId
    language: str
    text: str
    entities: Mapping[str, tuple[str, ...]]
    slots: Mapping[str, Any]
    remembered: dict[str, Any] = field(default_factory=dict)
    intent: str = ""
    starts: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_typed(self) -> bool:
        """Whether the text was typed; that of a pressed button is its payload."""
        return bool(self.text) and not self.text.startswith("/")

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

    def forget_who(self) -> None:
        """Look the conversation up again at its next use, because this turn has changed it."""
        self.__dict__.pop("conversation", None)

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

    def in_language(self, language: str) -> Turn:
        """Return the same turn, answered in another language; what either says and remembers counts for both."""
        return self if language == self.language else replace(self, language=language)

    def say_with_file(self, response: str, *, file: Attachment, **values: str) -> None:
        """Say a response with a file attached."""
        attached = {"title": file.title, "url": file.url, "media_type": file.media_type}
        self.dispatcher.utter_message(response=response, language=self.language, attachments=[attached], **values)

    def say_with_buttons(self, response: str, *, buttons: tuple[Button, ...], **values: str) -> None:
        """Say a response with these buttons under it, after its own."""
        shown = [{"title": button.title, "payload": button.payload} for button in buttons]
        self.dispatcher.utter_message(response=response, language=self.language, buttons=shown, **values)

    def phrase(self, name: str, **values: str) -> str:
        """Return a part of a sentence, to be a value in a response."""
        return self.services.phrases.say(name, self.language, values).text

    def remember(self, **slots: str | None) -> None:
        """Set slots of the dialogue's short memory."""
        self.remembered.update(slots)
