"""What the desk's records show: lists of tickets, what a search finds, and the rows that figures are counted from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.conversations.desk_model import RatedParty, TicketEvent
from bot.conversations.model import Conversation, Sender
from bot.shared.ids import ConversationId, CustomerId, StaffId
from bot.support.model import Ticket, TicketKind, TicketState

T = TypeVar("T")
OPEN_STATES = (TicketState.OPEN, TicketState.IN_PROGRESS, TicketState.WAITING)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a long list: page ``number`` (from 1), and whether there is another after it."""

    items: tuple[T, ...]
    number: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets a list shows; what is None or empty does not narrow it.

    Attributes:
        states: Those wanted; empty means all.
        is_unowned: Only those that nobody works on.
        is_late: Only those not answered by the promised time.
        is_unanswered: Only those that nobody has answered yet.
    """

    states: tuple[TicketState, ...] = OPEN_STATES
    kind: TicketKind | None = None
    owner_id: StaffId | None = None
    customer_id: CustomerId | None = None
    is_unowned: bool = False
    is_late: bool = False
    is_unanswered: bool = False


@dataclass(frozen=True, slots=True)
class TicketEntry:
    """A ticket in a list; ``customer_name`` is None when the customer is not known."""

    ticket: Ticket
    customer_name: str | None


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with everything that belongs to it.

    Attributes:
        history: Oldest first.
        conversation: The chat it came from, or None.
        mail_to: Address to which an answer would be mailed, or None when there is none.
        unsent: Ids of answers whose mail has not gone out; may be empty.
    """

    ticket: Ticket
    customer_name: str | None
    history: tuple[TicketEvent, ...]
    conversation: Conversation | None
    mail_to: str | None
    unsent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessageHit:
    """A message that has what was searched for."""

    conversation_id: ConversationId
    seq: int
    sender: Sender
    text: str
    at: datetime
    customer_id: CustomerId | None
    customer_name: str | None


@dataclass(frozen=True, slots=True)
class ConversationFacts:
    """A conversation as figures see it: how many messages are from whom; pressed rating buttons do not count.

    Attributes:
        was_handed_over: A ticket of a hand-over belongs to it, whenever it was opened.
    """

    id: ConversationId
    language: str
    created_at: datetime
    from_customer: int
    from_bot: int
    from_agent: int
    was_handed_over: bool


@dataclass(frozen=True, slots=True)
class RatingFacts:
    """What a customer was asked and said; see ``desk_model.Rating``. ``topic`` is None when no ticket tells one."""

    about: RatedParty
    language: str
    topic: str | None
    is_answered: bool
    score: int | None


@dataclass(frozen=True, slots=True)
class DeskLog:
    """All that figures of a period are counted from.

    Attributes:
        conversations: Begun in the period.
        tickets: Opened in the period.
        ratings: Asked for in the period.
    """

    conversations: tuple[ConversationFacts, ...]
    tickets: tuple[Ticket, ...]
    ratings: tuple[RatingFacts, ...]


def topic_of(ticket: Ticket) -> str:
    """Return what a ticket is about in one word: the intent it came from, else why it was handed over, else its kind."""
    return dict(ticket.about).get("intent") or (ticket.reason.value if ticket.reason else ticket.kind.value)
