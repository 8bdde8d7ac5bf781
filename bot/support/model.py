"""Tickets and the support offering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from bot.shared.ids import ConversationId, CustomerId, StaffId, TicketId


class TicketKind(StrEnum):
    """What a ticket is about."""

    BILLING = "billing"
    SUBSCRIPTION = "subscription"
    TECHNICAL = "technical"
    COMPLAINT = "complaint"
    REQUEST = "request"


class TicketState(StrEnum):
    """Where a ticket is in its life."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    CLOSED = "closed"


class HandoverReason(StrEnum):
    """Why the bot gave a conversation to a person."""

    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    IDENTIFICATION_FAILED = "identification_failed"
    UNAVAILABLE = "unavailable"
    COMPLAINT = "complaint"
    TAKEN_OVER = "taken_over"


class TicketPriority(StrEnum):
    """How pressing a ticket is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TicketSource(StrEnum):
    """Where a ticket came from. One of ``SYSTEM`` is a task for the staff that no customer is told of."""

    BOT = "bot"
    STAFF = "staff"
    MAIL = "mail"
    SYSTEM = "system"


class Outcome(StrEnum):
    """How a chat or ticket ended."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"
    NO_ANSWER = "no_answer"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A promise to answer.

    Attributes:
        number: Shown to people, such as ``T-2026-0042``.
        subject: What was asked, in the customer's words, shortened.
        transcript: The conversation up to the hand-over, one line a message; empty for imported tickets.
        answer_by: When the partner promised the first answer (UTC), counted in open hours.
        about: What it concerns as (name, value) pairs, such as ``("invoice", "CL-2026-0117")``; names are unique; may be empty.
        owner_id: Who on the staff works on it, or None.
        first_answered_at: When a person first answered, or None.
        reopened: How many times it was opened again.
    """

    id: TicketId
    number: str
    kind: TicketKind
    state: TicketState
    subject: str
    opened_at: datetime
    answer_by: datetime
    customer_id: CustomerId | None = None
    conversation_id: ConversationId | None = None
    reason: HandoverReason | None = None
    transcript: str = ""
    language: str = "en"
    closed_at: datetime | None = None
    priority: TicketPriority = TicketPriority.NORMAL
    source: TicketSource = TicketSource.BOT
    about: tuple[tuple[str, str], ...] = ()
    owner_id: StaffId | None = None
    first_answered_at: datetime | None = None
    outcome: Outcome | None = None
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When people answer.

    Attributes:
        zone: IANA time zone of the partner.
        country: ISO 3166 alpha-2; its public holidays are closed days.
        week: For each weekday (Monday 0 … Sunday 6) an (opens, closes) pair of local times; absent = closed.
        extra_closed: Further closed days.
        extra_open: Days open by exception (in Hungary: moved working Saturdays), with their hours.
    """

    zone: str
    country: str
    week: tuple[tuple[int, time, time], ...]
    extra_closed: tuple[date, ...] = ()
    extra_open: tuple[tuple[date, time, time], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether the desk is open at an instant, and when that changes next (aware, UTC)."""

    is_open: bool
    until: datetime | None
    opens_at: datetime | None
