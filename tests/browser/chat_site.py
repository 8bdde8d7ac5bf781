"""What the tests of the page work with: the front door as it runs in a test, a scripted engine, and the page as a visitor sees it."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, Page

from bot.billing.model import Contact, Customer
from bot.conversations.model import Attachment, Button, Reply, Sender, Speaker
from bot.conversations.tokens import Visitor
from bot.engine.client import EngineReply, EngineTurn
from bot.services import Services
from bot.shared.ids import ConversationId, CustomerId
from bot.support.model import HandoverReason, TicketKind

NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
CUSTOMER = Customer(
    id=CustomerId("cus_sheep"),
    number="C-10001",
    name="Birkacsorda Kft.",
    language="hu",
    contacts=(Contact("Ürge Ilka", "ilka@birkacsorda.example", "hu"),),
)


def answer(text: str, *, language: str = "en", buttons: tuple[Button, ...] = (), attachments: tuple[Attachment, ...] = ()) -> EngineTurn:
    """Return a turn of one message."""
    return EngineTurn((EngineReply(text, language, buttons, attachments),), language)


@dataclass(frozen=True)
class Heard:
    """What the engine was asked."""

    conversation: str
    text: str
    language: str
    payload: str | None


@dataclass
class ScriptedEngine:
    """Stands where Rasa is: says what the test gave it, keeps what it was asked, waits while ``gate`` is closed."""

    answers: dict[str, EngineTurn] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    arrivals: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    on_text: dict[str, Callable[[str], None]] = field(default_factory=dict)

    async def ask(
        self, *, conversation_id: str, text: str, language: str, payload: str | None = None, number: int | None = None
    ) -> EngineTurn:
        """Return the scripted answer, or one that repeats the text."""
        self.heard.append(Heard(conversation_id, text, language, payload))
        self.arrivals.put_nowait(text)
        await self.gate.wait()
        if text in self.on_text:
            self.on_text[text](conversation_id)
        return self.answers.get(text) or answer(f"You wrote: {text}", language=language)

    async def ready(self) -> bool:
        """Return True, as this engine never goes down."""
        return True

    async def close(self) -> None:
        """Have nothing to close."""


@dataclass(frozen=True)
class Site:
    """The front door as it runs in a test, with the handles that a test pulls."""

    url: str
    services: Services
    engine: ScriptedEngine

    def token(self, *, valid_for: timedelta = timedelta(minutes=15)) -> str:
        """Return a visitor's token of the customer's contact."""
        visitor = Visitor(CUSTOMER.id, CUSTOMER.contacts[0].email)
        return self.services.tokens.for_visitor(visitor=visitor, now=NOW, valid_for=valid_for)

    def hand_over(self, conversation: str) -> None:
        """Do what the hand-over action does: put the conversation into the queue."""
        self.services.conversations.ask_for_agent(
            conversation_id=ConversationId(conversation),
            reason=HandoverReason.ASKED,
            kind=TicketKind.BILLING,
            now=NOW,
            answer_by=NOW + timedelta(hours=4),
        )

    def agent_says(self, conversation: str, text: str) -> None:
        """Claim the conversation as an agent and write to the customer."""
        conversation_id = ConversationId(conversation)
        with self.services.conversation_store.begin() as tx:
            version = tx.conversation(conversation_id).version
            tx.set_speaker(conversation_id=conversation_id, version=version, speaker=Speaker.AGENT, agent_id=None)
            tx.append(conversation_id=conversation_id, reply=Reply(Sender.AGENT, text, "en"), at=NOW)

    def log(self, conversation: str) -> list[tuple[str, str]]:
        """Return the stored log as pairs of sender and text."""
        messages = self.services.conversations.messages_after(conversation_id=ConversationId(conversation), after=0)
        return [(message.sender.value, message.text) for message in messages]


class ChatPage:
    """The chat as a visitor sees it."""

    def __init__(self, page: Page, complaints: list[str]) -> None:
        """Keep the page; ``complaints`` fills with what the browser complains about (errors, refusals of the policy)."""
        self.page = page
        self.complaints = complaints
        self.box: Locator = page.locator("#chat-text")
        self.entries: Locator = page.locator("#messages > li")
        self.texts: Locator = page.locator("#messages > li .text")
        self.last: Locator = self.entries.last

    greeting = re.compile(r"Hello! I am the billing assistant|Üdvözlöm! A számlázási asszisztens")

    async def say(self, text: str) -> None:
        """Type ``text`` and press Enter."""
        await self.box.fill(text)
        await self.box.press("Enter")

    async def kept(self) -> dict[str, Any]:
        """Return what the page keeps in the session's storage."""
        kept: dict[str, Any] = await self.page.evaluate("JSON.parse(sessionStorage.getItem('clearline.chat') ?? '{}')")
        return kept
