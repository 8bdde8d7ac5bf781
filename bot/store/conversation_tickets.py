"""Tickets."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from bot.shared.errors import NotFound
from bot.shared.ids import ConversationId, CustomerId
from bot.store import conversation_rows as rows
from bot.store.sql import upsert
from bot.store.tables import ticket_counters, tickets
from bot.support.model import Ticket, TicketSource, TicketState

_CLOSED = TicketState.CLOSED.value


class TicketsTx:
    """The part of a conversations transaction that knows tickets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_ticket_number(self, *, year: int) -> str:
        """Return the next free ticket number such as ``T-2026-0042``; never given twice."""
        counter = upsert(self._connection, ticket_counters).values(year=year, last=1)
        following = counter.on_conflict_do_update(index_elements=["year"], set_={"last": ticket_counters.c.last + 1})
        while True:
            number = f"T-{year}-{self._connection.scalar(following.returning(ticket_counters.c.last)):04d}"
            # Tickets that came from elsewhere may have brought numbers of their own.
            if self._connection.scalar(select(tickets.c.id).where(tickets.c.number == number)) is None:
                return number

    def add_ticket(self, ticket: Ticket) -> None:
        """Insert a ticket."""
        self._connection.execute(insert(tickets), rows.ticket_values(ticket))

    def rewrite_ticket(self, ticket: Ticket) -> None:
        """Store subject and transcript of a ticket anew. Raises: NotFound (there is none of that id, or a person has begun with it)."""
        changed = self._connection.execute(
            update(tickets)
            .where(tickets.c.id == ticket.id, tickets.c.state == TicketState.OPEN.value)
            .values(subject=ticket.subject, transcript=ticket.transcript)
        )
        if changed.rowcount != 1:
            raise NotFound("no such ticket is waiting")

    def open_ticket_of(self, *, conversation_id: ConversationId) -> Ticket | None:
        """Return the conversation's hand-over ticket that is not closed (the newest, should there be several), or None."""
        query = select(tickets).where(
            tickets.c.conversation_id == conversation_id, tickets.c.state != _CLOSED, tickets.c.reason.is_not(None)
        )
        row = self._connection.execute(query.order_by(tickets.c.opened_at.desc(), tickets.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else rows.ticket_from(row)

    def tickets(
        self, *, customer_id: CustomerId | None = None, include_closed: bool = False, with_tasks: bool = False
    ) -> tuple[Ticket, ...]:
        """Return tickets, newest first (then number, descending), of one customer or of all.

        Args:
            with_tasks: The staff's tasks are among a customer's tickets; they are nothing that a customer is told of.
        """
        query = select(tickets).order_by(tickets.c.opened_at.desc(), tickets.c.number.desc())
        if customer_id is not None:
            query = query.where(tickets.c.customer_id == customer_id)
            if not with_tasks:
                query = query.where(tickets.c.source != TicketSource.SYSTEM.value)
        if not include_closed:
            query = query.where(tickets.c.state != _CLOSED)
        return tuple(map(rows.ticket_from, self._connection.execute(query)))

    def ticket_by_number(self, *, customer_id: CustomerId, number: str) -> Ticket:
        """Return the customer's ticket, open or closed; the number is compared upper-case, trimmed. Raises: NotFound."""
        query = select(tickets).where(
            tickets.c.number == number.strip().upper(), tickets.c.customer_id == customer_id, tickets.c.source != TicketSource.SYSTEM.value
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise NotFound("no such ticket")
        return rows.ticket_from(row)
