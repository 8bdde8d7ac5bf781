"""The desk's view over all chats: the board, tickets with their history, and what has changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, func, insert, select, update

from bot.conversations.desk_model import BoardEntry, Change, TicketEvent, Topic
from bot.conversations.desk_ports import TicketNotFound
from bot.conversations.model import Speaker
from bot.shared.ids import ConversationId, CustomerId, TicketId
from bot.store import conversation_rows, desk_rows
from bot.store.record_tables import desk_changes
from bot.store.tables import conversations, customers, messages, ticket_events, tickets, viewers
from bot.support.model import Ticket, TicketState

_CLOSED = TicketState.CLOSED.value
# Changes committed out of order on PostgreSQL may carry lower numbers than one already read; so far back is looked again.
LOOK_BACK = 200
_ORDER = (conversations.c.queued_at.is_(None), conversations.c.queued_at, conversations.c.created_at, conversations.c.id)


class DeskBoardTx:
    """The part of a desk transaction that looks over all chats."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def board(self, *, speakers: tuple[Speaker, ...]) -> tuple[BoardEntry, ...]:
        """Return the conversations in which one of ``speakers`` speaks, the longest queued first (those never queued last)."""
        wanted = conversations.c.speaker.in_([speaker.value for speaker in speakers])
        return self._entries(select(conversations).where(wanted).order_by(*_ORDER))

    def entries(self, *, conversation_ids: tuple[ConversationId, ...]) -> tuple[BoardEntry, ...]:
        """Return these conversations, whoever speaks in them, the longest queued first."""
        return self._entries(select(conversations).where(conversations.c.id.in_(conversation_ids)).order_by(*_ORDER))

    def conversations_of(self, *, customer_id: CustomerId, limit: int) -> tuple[BoardEntry, ...]:
        """Return the customer's chats, newest first, at most ``limit``."""
        query = select(conversations).where(conversations.c.customer_id == customer_id)
        return self._entries(query.order_by(conversations.c.created_at.desc(), conversations.c.id).limit(limit))

    def _entries(self, query: Select[Any]) -> tuple[BoardEntry, ...]:
        """Return the entries of the conversations found, with three queries more however many they are."""
        found = [conversation_rows.conversation_from(row) for row in self._connection.execute(query)]
        ids = [one.id for one in found]
        last_of = {row.conversation_id: conversation_rows.message_from(row) for row in self._last_messages(ids)}
        open_tickets = select(tickets).where(tickets.c.conversation_id.in_(ids), tickets.c.state != _CLOSED, tickets.c.reason.is_not(None))
        ticket_of = {
            row.conversation_id: conversation_rows.ticket_from(row)
            for row in self._connection.execute(open_tickets.order_by(tickets.c.opened_at))
        }
        whose = {one.customer_id for one in found if one.customer_id}
        names = dict(self._connection.execute(select(customers.c.id, customers.c.name).where(customers.c.id.in_(whose))).tuples().all())
        return tuple(
            BoardEntry(one, ticket_of.get(one.id), names.get(one.customer_id) if one.customer_id else None, last_of.get(one.id))
            for one in found
        )

    def _last_messages(self, ids: list[ConversationId]) -> list[Row[Any]]:
        joined = messages.join(
            conversations, and_(conversations.c.id == messages.c.conversation_id, conversations.c.last_seq == messages.c.seq)
        )
        return list(self._connection.execute(select(messages).select_from(joined).where(messages.c.conversation_id.in_(ids))))

    def ticket(self, *, ticket_id: TicketId) -> Ticket:
        """Return a ticket. Raises: TicketNotFound."""
        return self._one(select(tickets).where(tickets.c.id == ticket_id))

    def ticket_with_number(self, *, number: str) -> Ticket:
        """Return any customer's ticket by number (upper-case, trimmed); for staff. Raises: TicketNotFound."""
        return self._one(select(tickets).where(tickets.c.number == number.strip().upper()))

    def tickets_of(self, *, conversation_id: ConversationId) -> tuple[Ticket, ...]:
        """Return the tickets of a chat, newest first, closed ones too."""
        query = select(tickets).where(tickets.c.conversation_id == conversation_id)
        ordered = query.order_by(tickets.c.opened_at.desc(), tickets.c.number.desc())
        return tuple(map(conversation_rows.ticket_from, self._connection.execute(ordered)))

    def save_ticket(self, ticket: Ticket) -> None:
        """Store the fields of a ticket that exists. Raises: TicketNotFound."""
        values = conversation_rows.ticket_values(ticket)
        if self._connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(**values)).rowcount != 1:
            raise TicketNotFound("no such ticket")

    def _one(self, query: Select[Any]) -> Ticket:
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise TicketNotFound("no such ticket")
        return conversation_rows.ticket_from(row)

    def add_event(self, event: TicketEvent) -> None:
        """Append to a ticket's history."""
        self._connection.execute(insert(ticket_events), desk_rows.event_values(event))

    def events(self, *, ticket_id: TicketId) -> tuple[TicketEvent, ...]:
        """Return a ticket's history, oldest first."""
        query = select(ticket_events).where(ticket_events.c.ticket_id == ticket_id).order_by(ticket_events.c.id)
        return tuple(map(desk_rows.event_from, self._connection.execute(query)))

    def touch(self, *, topic: Topic, conversation_id: ConversationId | None, at: datetime) -> None:
        """Tell every screen that something has changed."""
        self._connection.execute(insert(desk_changes), {"at": at, "topic": topic.value, "conversation_id": conversation_id})

    def changes(self, *, after: int, limit: int) -> tuple[Change, ...]:
        """Return changes with an id above ``after``, in order; at most ``limit``."""
        query = select(desk_changes).where(desk_changes.c.id > after).order_by(desk_changes.c.id).limit(limit)
        return tuple(
            Change(row.id, Topic(row.topic), None if row.conversation_id is None else ConversationId(row.conversation_id))
            for row in self._connection.execute(query)
        )

    def last_change(self) -> int:
        """Return the id of the newest change, or 0."""
        return int(self._connection.scalar(select(func.max(desk_changes.c.id))) or 0)

    def forget_changes(self, *, before: datetime) -> None:
        """Drop changes, and those who looked at chats, from before that instant."""
        self._connection.execute(delete(desk_changes).where(desk_changes.c.at < before))
        self._connection.execute(delete(viewers).where(viewers.c.until < before))
