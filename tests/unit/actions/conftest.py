"""Runs actions as Rasa's SDK does, over real services and a ledger in the test's own folder."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

import actions.base
from actions.base import ClearlineAction
from bot.billing.model import Contact, Customer
from bot.conversations.model import VerifiedBy
from bot.library.phrasebook import Phrasebook
from bot.services import Services
from bot.shared.ids import ConversationId, CustomerId, new_customer_id
from bot.store import Store
from bot.wiring import Wired
from tests.conftest import NOW

_NOT_VALUES = {"text", "buttons", "elements", "custom", "template", "response", "image", "attachment", "attachments", "language"}
_LANGUAGES = ("en", "hu")


@dataclass(frozen=True)
class Told:
    """What an action said and remembered.

    Attributes:
        said: Responses with their values, in order.
        texts: What the customer reads, in the turn's language.
        slots: What the action set, but for the digest of the answer, which every action sets.
        digest: That digest.
    """

    said: list[tuple[str, dict[str, Any]]]
    texts: list[str]
    slots: dict[str, Any]
    messages: list[dict[str, Any]]
    digest: str

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.said]

    @property
    def values(self) -> dict[str, Any]:
        """The values of the only response."""
        ((_, values),) = self.said
        return values


@dataclass
class Stage:
    """A conversation with one customer of the ledger, in which actions are run."""

    wired: Wired
    services: Services
    customer_id: CustomerId
    conversation_id: ConversationId

    @property
    def store(self) -> Store:
        return self.wired.store

    async def tell(
        self,
        action: ClearlineAction,
        *,
        entities: Mapping[str, str | tuple[str, ...]] | None = None,
        slots: Mapping[str, Any] | None = None,
        language: str = "en",
        text: str = "",
        intent: str = "",
        words: Mapping[str, tuple[str, ...]] | None = None,
    ) -> Told:
        """Run the action for a message in which ``entities`` were found, and check that all it says can be said.

        Args:
            words: The words of ``text`` that the entities of a name were found in, where their places matter.
        """
        found = [
            {"entity": name, "value": value, "start": text.index(words[name][place]) if words and name in words else place}
            for name, given in (entities or {}).items()
            for place, value in enumerate((given,) if isinstance(given, str) else given)
        ]
        message = {"text": text, "entities": found, "language": language, "metadata": {"language": language}, "intent": {"name": intent}}
        tracker = Tracker(self.conversation_id, dict(slots or {}), message, [], False, None, {}, None)
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, tracker, {})
        said = [(one["response"], {name: value for name, value in one.items() if name not in _NOT_VALUES}) for one in dispatcher.messages]
        assert said, "the action stayed silent"
        texts = [
            render(self.wired, name, values)[message["language"]] for (name, values), message in zip(said, dispatcher.messages, strict=True)
        ]
        slots_set = {event["name"]: event["value"] for event in events if event["event"] == "slot"}
        digest = slots_set.pop("said")
        return Told(said, texts, slots_set, dispatcher.messages, digest)

    def known(self) -> None:
        """Bind the conversation to the customer, as a token or a code does."""
        with self.services.conversation_store.begin() as tx:
            tx.bind(
                conversation_id=self.conversation_id,
                customer_id=self.customer_id,
                contact_email="anna@minta.example",
                verified_by=VerifiedBy.TOKEN,
            )

    def mails(self) -> list[Path]:
        """Return the mails sent, once those under way have been."""
        for thread in threading.enumerate():
            if thread.name == "login-code-mail":
                thread.join(timeout=10)
        return sorted(Path(self.wired.settings.mail_url.removeprefix("file:")).glob("*.eml"))


def render(wired: Wired, name: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return the response in every language; fails when a value is missing, empty or not a text."""
    phrases = wired.services.phrases
    assert isinstance(phrases, Phrasebook)
    for placeholder in phrases.placeholders(name) - {"overdue"}:
        assert isinstance(values.get(placeholder), str), f"{name} is given no {placeholder}"
        assert values[placeholder], f"{name} is given an empty {placeholder}"
    return {language: phrases.say(name, language, values).text for language in _LANGUAGES}


@pytest.fixture
def stage(wired: Wired, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return the conversation of an identified customer without any document yet."""
    customer = Customer(new_customer_id(), "C-10001", "Minta Kft.", contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),))
    with wired.store.ledger.begin() as tx:
        tx.save_customer(customer)
    conversation = wired.services.conversations.open(channel="web", language="en", now=NOW, secret="s")
    staged = Stage(wired, wired.services, customer.id, conversation.id)
    staged.known()
    monkeypatch.setattr(actions.base, "services", lambda: staged.services)
    return staged


@pytest.fixture
def anonymous(stage: Stage) -> Stage:
    """Return the same stage with a conversation of nobody known."""
    stage.conversation_id = stage.services.conversations.open(channel="web", language="en", now=NOW, secret="s").id
    return stage


@dataclass(frozen=True)
class _Standing:
    """A clock that stands where it is put."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def at(stage: Stage) -> Callable[[datetime], None]:
    """Put the clock of the stage to an instant."""

    def put(instant: datetime) -> None:
        stage.services = replace(stage.services, clock=_Standing(instant))

    return put


def parked(action: str, **entities: list[str]) -> str:
    """Return the slot of a question that waits for identification."""
    return json.dumps({"action": action, "entities": entities})
