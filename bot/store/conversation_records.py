"""The desk's records over conversations: lists of tickets, searches, mails that came in, and what figures are counted from."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, exists, func, or_, select, update

from bot.conversations.desk_model import RatedParty, Rating
from bot.conversations.desk_ports import TicketNotFound
from bot.conversations.model import Sender
from bot.conversations.records_model import ConversationFacts, DeskLog, MessageHit, RatingFacts, TicketEntry, TicketFilter, topic_of
from bot.shared.ids import ConversationId, CustomerId, TicketId
from bot.store import conversation_rows, desk_rows
from bot.store.record_tables import inbound_mails
from bot.store.sql import contains, upsert
from bot.store.tables import conversations, customers, messages, ratings, tickets
from bot.support.model import Ticket, TicketSource, TicketState

_CLOSED = TicketState.CLOSED.value
_SEARCHED = (Sender.CUSTOMER.value, Sender.BOT.value, Sender.AGENT.value)
_WITH_NAMES = select(tickets, customers.c.name.label("customer_name")).outerjoin(customers, customers.c.id == tickets.c.customer_id)


class RecordsTx:
    """The part of a transaction that looks over tickets and messages for staff; a part of ``records_ports.RecordsTx``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ticket_for_change(self, *, number: str) -> Ticket:
        """Return a ticket that nobody else changes until the transaction ends. Raises: TicketNotFound."""
        wanted = tickets.c.number == number.strip().upper()
        # A write that changes nothing takes the lock: of the row on PostgreSQL, of the database on SQLite.
        self._connection.execute(update(tickets).where(wanted).values(state=tickets.c.state))
        row = self._connection.execute(select(tickets).where(wanted)).one_or_none()
        if row is None:
            raise TicketNotFound("no such ticket")
        return conversation_rows.ticket_from(row)

    def ticket_if_there(self, *, ticket_id: TicketId) -> Ticket | None:
        """Return a ticket, or None."""
        row = self._connection.execute(select(tickets).where(tickets.c.id == ticket_id)).one_or_none()
        return None if row is None else conversation_rows.ticket_from(row)

    def ticket_entries(self, *, wanted: TicketFilter, now: datetime, limit: int, offset: int = 0) -> tuple[TicketEntry, ...]:
        """Return tickets: late ones first, then those that nobody has answered by their promised time, closed ones last."""
        query = _WITH_NAMES.where(*_conditions(wanted, now))
        is_closed = tickets.c.state == _CLOSED
        order = (
            case((_late(now), 0), else_=1),
            case((is_closed, 1), else_=0),
            case((tickets.c.first_answered_at.is_(None), 0), else_=1),
            case((is_closed, None), else_=tickets.c.answer_by),
            tickets.c.opened_at.desc(),
            tickets.c.number.desc(),
        )
        return tuple(map(_entry_from, self._connection.execute(query.order_by(*order).limit(limit).offset(offset))))

    def tickets_with(self, *, text: str, limit: int, offset: int = 0) -> tuple[TicketEntry, ...]:
        """Return tickets with ``text`` in number or subject, whatever its case, newest first."""
        query = _WITH_NAMES.where(or_(contains(tickets.c.number, text), contains(tickets.c.subject, text)))
        ordered = query.order_by(tickets.c.opened_at.desc(), tickets.c.number.desc())
        return tuple(map(_entry_from, self._connection.execute(ordered.limit(limit).offset(offset))))

    def messages_with(self, *, text: str, limit: int, offset: int = 0) -> tuple[MessageHit, ...]:
        """Return messages with ``text`` in them, whatever its case, newest first; pressed buttons and system lines are left out."""
        query: Select[Any] = (
            select(messages, conversations.c.customer_id, customers.c.name.label("customer_name"))
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .outerjoin(customers, customers.c.id == conversations.c.customer_id)
            .where(messages.c.sender.in_(_SEARCHED), messages.c.payload.is_(None), contains(messages.c.text, text))
            .order_by(messages.c.at.desc(), messages.c.conversation_id, messages.c.seq.desc())
        )
        return tuple(
            MessageHit(
                conversation_id=ConversationId(row.conversation_id),
                seq=row.seq,
                sender=Sender(row.sender),
                text=row.text,
                at=row.at,
                customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
                customer_name=row.customer_name,
            )
            for row in self._connection.execute(query.limit(limit).offset(offset))
        )

    def mail_ticket(self, *, message_id: str) -> TicketId | None:
        """Return the ticket that the mail with this Message-ID went to, or None when it has not come yet."""
        found = self._connection.scalar(select(inbound_mails.c.ticket_id).where(inbound_mails.c.message_id == message_id))
        return None if found is None else TicketId(found)

    def remember_mail(self, *, message_id: str, ticket_id: TicketId, at: datetime) -> bool:
        """Note where a mail went; return whether it was new."""
        statement = upsert(self._connection, inbound_mails).on_conflict_do_nothing(index_elements=["message_id"])
        added = statement.returning(inbound_mails.c.message_id)
        return self._connection.scalar(added, {"message_id": message_id, "ticket_id": ticket_id, "at": at}) is not None

    def ratings_of(self, *, conversation_id: ConversationId) -> tuple[Rating, ...]:
        """Return what was asked in a conversation, oldest first."""
        query = select(ratings).where(ratings.c.conversation_id == conversation_id).order_by(ratings.c.asked_at, ratings.c.id)
        return tuple(map(desk_rows.rating_from, self._connection.execute(query)))

    def log(self, *, start: datetime, end: datetime) -> DeskLog:
        """Return what figures of the period (aware, end exclusive) are counted from."""
        opened = select(tickets).where(tickets.c.opened_at >= start, tickets.c.opened_at < end).order_by(tickets.c.opened_at, tickets.c.id)
        return DeskLog(
            conversations=self._conversation_facts(start, end),
            tickets=tuple(map(conversation_rows.ticket_from, self._connection.execute(opened))),
            ratings=self._rating_facts(start, end),
        )

    def _conversation_facts(self, start: datetime, end: datetime) -> tuple[ConversationFacts, ...]:
        # A pressed rating button says nothing about whether somebody was helped.
        handed = exists().where(tickets.c.conversation_id == conversations.c.id, tickets.c.reason.is_not(None))
        asked = and_(messages.c.sender == Sender.CUSTOMER.value, func.coalesce(messages.c.payload, "").not_like("/rating:%"))
        query = (
            select(
                conversations.c.id,
                conversations.c.language,
                conversations.c.created_at,
                func.count(case((asked, 1))).label("from_customer"),
                func.count(case((messages.c.sender == Sender.BOT.value, 1))).label("from_bot"),
                func.count(case((messages.c.sender == Sender.AGENT.value, 1))).label("from_agent"),
                handed.label("was_handed_over"),
            )
            .join(messages, messages.c.conversation_id == conversations.c.id)
            .where(conversations.c.created_at >= start, conversations.c.created_at < end)
            .group_by(conversations.c.id, conversations.c.language, conversations.c.created_at)
            .order_by(conversations.c.created_at, conversations.c.id)
        )
        return tuple(
            ConversationFacts(
                id=ConversationId(row.id),
                language=row.language,
                created_at=row.created_at,
                from_customer=row.from_customer,
                from_bot=row.from_bot,
                from_agent=row.from_agent,
                was_handed_over=bool(row.was_handed_over),
            )
            for row in self._connection.execute(query)
        )

    def _rating_facts(self, start: datetime, end: datetime) -> tuple[RatingFacts, ...]:
        query = (
            select(ratings, conversations.c.language)
            .join(conversations, conversations.c.id == ratings.c.conversation_id)
            .where(ratings.c.asked_at >= start, ratings.c.asked_at < end)
            .order_by(ratings.c.asked_at, ratings.c.id)
        )
        found = self._connection.execute(query).all()
        named = (
            select(tickets).join(ratings, ratings.c.ticket_id == tickets.c.id).where(ratings.c.asked_at >= start, ratings.c.asked_at < end)
        )
        topics = {row.id: topic_of(conversation_rows.ticket_from(row)) for row in self._connection.execute(named)}
        return tuple(
            RatingFacts(RatedParty(row.about), row.language, topics.get(row.ticket_id), row.answered_at is not None, row.score)
            for row in found
        )


def _late(now: datetime) -> ColumnElement[bool]:
    return and_(tickets.c.state != _CLOSED, tickets.c.first_answered_at.is_(None), tickets.c.answer_by < now)


def _conditions(wanted: TicketFilter, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(tickets.c.state.in_([state.value for state in wanted.states]))
    if wanted.kind is not None:
        conditions.append(tickets.c.kind == wanted.kind.value)
    if wanted.owner_id is not None:
        conditions.append(tickets.c.owner_id == wanted.owner_id)
    if wanted.customer_id is not None:
        conditions.append(tickets.c.customer_id == wanted.customer_id)
    if wanted.is_unowned:
        conditions.append(tickets.c.owner_id.is_(None))
    if wanted.is_late:
        conditions.append(_late(now))
    if wanted.is_unanswered:
        # Nobody waits for the answer to a task.
        conditions += [tickets.c.first_answered_at.is_(None), tickets.c.source != TicketSource.SYSTEM.value]
    return conditions


def _entry_from(row: Row[Any]) -> TicketEntry:
    return TicketEntry(conversation_rows.ticket_from(row), row.customer_name)
