"""What the desk's records need from storage, besides what chats need."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.conversations.desk_model import Rating
from bot.conversations.desk_ports import DeskTx
from bot.conversations.records_model import DeskLog, MessageHit, TicketEntry, TicketFilter
from bot.shared.ids import ConversationId, TicketId
from bot.support.model import Ticket


class RecordsTx(DeskTx, Protocol):
    """One transaction on tickets, their mails, and what is searched and counted."""

    def ticket_for_change(self, *, number: str) -> Ticket:
        """Return a ticket that nobody else changes until the transaction ends. Raises: TicketNotFound."""
        ...

    def ticket_if_there(self, *, ticket_id: TicketId) -> Ticket | None:
        """Return a ticket, or None."""
        ...

    def ticket_entries(self, *, wanted: TicketFilter, now: datetime, limit: int, offset: int = 0) -> tuple[TicketEntry, ...]:
        """Return tickets: late ones first, then those that nobody has answered by their promised time, closed ones last."""
        ...

    def tickets_with(self, *, text: str, limit: int, offset: int = 0) -> tuple[TicketEntry, ...]:
        """Return tickets with ``text`` in number or subject, whatever its case, newest first."""
        ...

    def messages_with(self, *, text: str, limit: int, offset: int = 0) -> tuple[MessageHit, ...]:
        """Return messages with ``text`` in them, whatever its case, newest first; pressed buttons and system lines are left out."""
        ...

    def mail_ticket(self, *, message_id: str) -> TicketId | None:
        """Return the ticket that the mail with this Message-ID went to, or None when it has not come yet."""
        ...

    def remember_mail(self, *, message_id: str, ticket_id: TicketId, at: datetime) -> bool:
        """Note where a mail went; return whether it was new."""
        ...

    def ratings_of(self, *, conversation_id: ConversationId) -> tuple[Rating, ...]:
        """Return what was asked in a conversation, oldest first."""
        ...

    def log(self, *, start: datetime, end: datetime) -> DeskLog:
        """Return what figures of the period (aware, end exclusive) are counted from."""
        ...


class RecordsStore(Protocol):
    """Opens transactions on the desk's records."""

    def begin(self) -> AbstractContextManager[RecordsTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...
