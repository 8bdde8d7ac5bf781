"""Conversations, their messages, and the hand-over packet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.shared.ids import ConversationId, CustomerId, StaffId


class Speaker(StrEnum):
    """Whose turn it is to answer the customer. One stored fact (ADR 0002)."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"


class Sender(StrEnum):
    """Who a message is from."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class VerifiedBy(StrEnum):
    """How the conversation was bound to a person."""

    TOKEN = "token"  # noqa: S105 -- a word, not a secret
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered under a message; ``payload`` is sent back when it is pressed."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file offered with a message: a short-lived link."""

    title: str
    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Something to say to the customer, before it has a place in the log."""

    sender: Sender
    text: str
    language: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the append-only log.

    Attributes:
        seq: 1-based, gapless within the conversation; clients catch up by it.
        client_id: The sender's own id for it, unique within the conversation, or None.
        answers: ``seq`` of the customer message this one answers, or None.
        payload: Payload of the pressed button, or None when the text was typed.
        author: Name of the member of staff who wrote it, as shown then; None for everybody else.
    """

    conversation_id: ConversationId
    seq: int
    sender: Sender
    text: str
    language: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    client_id: str | None = None
    answers: int | None = None
    payload: str | None = None
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread with one visitor on one channel.

    Attributes:
        customer_id: Set once the visitor is verified; everything about money is read by it.
        contact_email: The verified person's mail address on file, or None.
        secret_hash: SHA-256 (hex) of the anonymous visitor's secret, or None when a token opened it.
        misunderstandings: How many customer messages in a row were not understood.
        version: Raised by every change of who speaks; compare-and-set is by it.
        agent_name: Name of the agent who owns it, as shown to the customer, or None.
        queued_at: Since when it has its place in the queue (aware, UTC); kept while an agent owns it, so that it can go
            back to its old place; None while the bot speaks.
        waiting_since: Since when the customer waits for a person's answer, or None when nobody is due one.
    """

    id: ConversationId
    channel: str
    speaker: Speaker
    language: str
    created_at: datetime
    customer_id: CustomerId | None = None
    contact_email: str | None = None
    verified_by: VerifiedBy | None = None
    secret_hash: str | None = None
    agent_id: StaffId | None = None
    misunderstandings: int = 0
    last_seq: int = 0
    version: int = 0
    agent_name: str | None = None
    queued_at: datetime | None = None
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoginCode:
    """A one-time code sent to a billing contact.

    Attributes:
        customer_id: None when the customer number given does not exist; nothing is mailed then, and the
            conversation goes on exactly as if it did.
        code_hash: Keyed hash (hex) of the six digits.
        tries_left: How many guesses remain.
    """

    conversation_id: ConversationId
    customer_id: CustomerId | None
    contact_email: str | None
    code_hash: str
    expires_at: datetime
    tries_left: int
