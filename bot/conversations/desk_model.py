"""What the desk sees: the board, a chat as the agent has it, replies on their way, notes, and the history of a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.conversations.model import Conversation, Message, VerifiedBy
from bot.shared.ids import ConversationId, CustomerId, NoteId, OutgoingId, RatingId, StaffId, TicketId
from bot.support.model import Ticket

CUSTOMER = "customer"
"""The ``who`` of the customer among those who look at a chat."""


class Topic(StrEnum):
    """What a change on the desk is about; screens ask again for what they show of it."""

    CHAT = "chat"
    VIEWERS = "viewers"
    TICKET = "ticket"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Change:
    """Something on the desk has changed. ``id`` rises with every change; ``conversation_id`` is None when no chat is meant."""

    id: int
    topic: Topic
    conversation_id: ConversationId | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A private remark on a chat; customers never see one."""

    id: NoteId
    conversation_id: ConversationId
    at: datetime
    author_id: StaffId
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An agent's reply that may still be taken back.

    Attributes:
        client_id: The browser's own id for it, unique within the conversation, so that a repeat is harmless.
        send_at: When it goes to the customer (aware, UTC).
    """

    id: OutgoingId
    conversation_id: ConversationId
    author_id: StaffId
    author: str
    text: str
    language: str
    client_id: str
    created_at: datetime
    send_at: datetime


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who has the chat open: ``who`` is a staff id or ``customer``; counts until ``until`` (aware, UTC)."""

    who: str
    name: str
    is_writing: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """Who did what to a ticket.

    Attributes:
        actor: A staff id, or ``bot``, ``customer`` or ``system``.
        action: Stable name such as ``claimed``.
        details: Further (name, value) pairs; names are unique; may be empty.
    """

    ticket_id: TicketId
    at: datetime
    actor: str
    actor_name: str
    action: str
    details: tuple[tuple[str, str], ...] = ()
    id: int = 0


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """One chat on the board.

    Attributes:
        ticket: The open ticket of its hand-over, or None.
        customer_name: Of the verified company, or None for somebody unknown.
        last_message: The newest in its log, or None.
    """

    conversation: Conversation
    ticket: Ticket | None
    customer_name: str | None
    last_message: Message | None


class RatedParty(StrEnum):
    """Whom a rating is about."""

    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Rating:
    """What the customer was asked after a closing, and said: ``score`` 1 to 5; answered without a score means skipped."""

    id: RatingId
    conversation_id: ConversationId
    about: RatedParty
    asked_at: datetime
    ticket_id: TicketId | None = None
    answered_at: datetime | None = None
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Packet:
    """What the agent is told at a hand-over, without asking the customer again.

    Attributes:
        contact_email: The verified person's address on file, or None.
        about: What the ticket concerns, as (name, value) pairs.
        turns: The last messages, oldest first, 20 at most.
    """

    conversation: Conversation
    ticket: Ticket | None
    customer_id: CustomerId | None
    contact_email: str | None
    verified_by: VerifiedBy | None
    about: tuple[tuple[str, str], ...]
    turns: tuple[Message, ...]
