"""What the desk needs from storage, besides what conversations need."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.conversations.desk_model import BoardEntry, Change, Note, Outgoing, Rating, TicketEvent, Viewer
from bot.conversations.model import Button, Speaker
from bot.conversations.ports import ConversationsTx
from bot.shared.audit import AuditEntry
from bot.shared.errors import NotFound
from bot.shared.ids import ConversationId, CustomerId, OutgoingId, RatingId, StaffId, TicketId
from bot.support.model import Ticket


class OutgoingNotFound(NotFound):
    """The reply has been sent or taken back already, or never was."""


class TicketNotFound(NotFound):
    """No such ticket."""


class Said(Protocol):
    """A sentence filled in."""

    @property
    def text(self) -> str:
        """What to show."""
        ...

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Choices under it; may be empty."""
        ...


class Sentences(Protocol):
    """Every sentence for a customer, by name and language."""

    def say(self, name: str, language: str, values: Mapping[str, str] | None = None, variant: int = 0) -> Said:
        """Return the sentence ``name`` in ``language`` with ``values`` filled in."""
        ...


class DeskTx(ConversationsTx, Protocol):
    """One transaction on what the desk works with."""

    def take_down(self, entry: AuditEntry) -> None:
        """Append an entry to the audit trail within this transaction: what staff change and its entry are stored both or not at all."""
        ...

    def board(self, *, speakers: tuple[Speaker, ...]) -> tuple[BoardEntry, ...]:
        """Return the conversations in which one of ``speakers`` speaks, the longest queued first."""
        ...

    def entries(self, *, conversation_ids: tuple[ConversationId, ...]) -> tuple[BoardEntry, ...]:
        """Return these conversations, whoever speaks in them, the longest queued first."""
        ...

    def add_note(self, note: Note) -> None:
        """Insert a note."""
        ...

    def notes(self, *, conversation_id: ConversationId) -> tuple[Note, ...]:
        """Return the notes on a chat, oldest first."""
        ...

    def add_outgoing(self, outgoing: Outgoing) -> Outgoing:
        """Insert a reply behind those waiting; one known by its client id is returned as it is."""
        ...

    def outgoing(self, *, outgoing_id: OutgoingId) -> Outgoing:
        """Return a reply on its way. Raises: OutgoingNotFound."""
        ...

    def outgoing_of(self, *, conversation_id: ConversationId) -> tuple[Outgoing, ...]:
        """Return the replies on their way in a chat, in order."""
        ...

    def due_outgoing(self, *, now: datetime, limit: int) -> tuple[Outgoing, ...]:
        """Return replies whose time has come, in order for each chat; none that waits behind one not due yet."""
        ...

    def take_outgoing(self, *, outgoing_id: OutgoingId) -> bool:
        """Remove a reply on its way; return whether it was still there (whoever removes it decides its fate)."""
        ...

    def save_draft(self, *, conversation_id: ConversationId, staff_id: StaffId, text: str, at: datetime) -> None:
        """Keep what an agent has typed and not sent; an empty text removes it."""
        ...

    def draft(self, *, conversation_id: ConversationId, staff_id: StaffId) -> str:
        """Return the agent's draft; empty when there is none."""
        ...

    def see(self, *, conversation_id: ConversationId, viewer: Viewer, now: datetime) -> bool:
        """Store that somebody looks or writes; return whether others see a difference."""
        ...

    def forget_viewer(self, *, conversation_id: ConversationId, who: str) -> bool:
        """Store that somebody has left the chat; return whether they were there."""
        ...

    def viewers(self, *, conversation_id: ConversationId, now: datetime) -> tuple[Viewer, ...]:
        """Return who looks at the chat now, by name."""
        ...

    def ticket(self, *, ticket_id: TicketId) -> Ticket:
        """Return a ticket. Raises: TicketNotFound."""
        ...

    def ticket_with_number(self, *, number: str) -> Ticket:
        """Return any customer's ticket by number (upper-case, trimmed); for staff. Raises: TicketNotFound."""
        ...

    def tickets_of(self, *, conversation_id: ConversationId) -> tuple[Ticket, ...]:
        """Return the tickets of a chat, newest first, closed ones too."""
        ...

    def save_ticket(self, ticket: Ticket) -> None:
        """Store the changed fields of a ticket. Raises: TicketNotFound."""
        ...

    def events(self, *, ticket_id: TicketId) -> tuple[TicketEvent, ...]:
        """Return a ticket's history, oldest first."""
        ...

    def add_rating(self, rating: Rating) -> None:
        """Insert a rating that was asked for."""
        ...

    def rating(self, *, rating_id: RatingId) -> Rating | None:
        """Return a rating, or None."""
        ...

    def answer_rating(self, *, rating_id: RatingId, score: int | None, at: datetime) -> bool:
        """Store the answer unless there is one; return whether it was stored."""
        ...

    def conversations_of(self, *, customer_id: CustomerId, limit: int) -> tuple[BoardEntry, ...]:
        """Return the customer's chats, newest first, at most ``limit``."""
        ...

    def changes(self, *, after: int, limit: int) -> tuple[Change, ...]:
        """Return changes with an id above ``after``, in order."""
        ...

    def last_change(self) -> int:
        """Return the id of the newest change, or 0."""
        ...

    def forget_changes(self, *, before: datetime) -> None:
        """Drop changes, and those who looked at chats, from before that instant."""
        ...


class DeskStore(Protocol):
    """Opens transactions for the desk."""

    def begin(self) -> AbstractContextManager[DeskTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...
