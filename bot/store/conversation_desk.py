"""What the desk adds to a conversations transaction: replies on their way, notes, drafts and viewers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.conversations.desk_model import Note, Outgoing, Rating, Viewer
from bot.conversations.desk_ports import OutgoingNotFound
from bot.conversations.ports import ConversationNotFound
from bot.shared.audit import AuditEntry
from bot.shared.ids import ConversationId, OutgoingId, RatingId, StaffId
from bot.store import desk_rows as rows
from bot.store.audit import append
from bot.store.sql import upsert
from bot.store.tables import conversation_notes, conversations, drafts, outgoing_replies, ratings, viewers


class DeskChatTx:
    """The part of a desk transaction that knows one chat."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_down(self, entry: AuditEntry) -> None:
        """Append an entry to the audit trail within this transaction."""
        append(self._connection, entry)

    def set_waiting(self, *, conversation_id: ConversationId, queued_at: datetime | None, waiting_since: datetime | None) -> None:
        """Store its place in the queue and since when the customer waits. Raises: ConversationNotFound."""
        changed = self._connection.execute(
            update(conversations).where(conversations.c.id == conversation_id).values(queued_at=queued_at, waiting_since=waiting_since)
        )
        if changed.rowcount != 1:
            raise ConversationNotFound("no such conversation")

    def add_note(self, note: Note) -> None:
        """Insert a note."""
        self._connection.execute(insert(conversation_notes), rows.note_values(note))

    def notes(self, *, conversation_id: ConversationId) -> tuple[Note, ...]:
        """Return the notes on a chat, oldest first."""
        query = select(conversation_notes).where(conversation_notes.c.conversation_id == conversation_id)
        return tuple(map(rows.note_from, self._connection.execute(query.order_by(conversation_notes.c.at, conversation_notes.c.id))))

    def add_outgoing(self, outgoing: Outgoing) -> Outgoing:
        """Insert a reply behind those waiting; one known by its client id is returned as it is."""
        # The conversation's row is locked first, so that two replies at the same moment get places one after the other.
        self._connection.execute(
            update(conversations).where(conversations.c.id == outgoing.conversation_id).values(version=conversations.c.version)
        )
        known = select(outgoing_replies).where(
            outgoing_replies.c.conversation_id == outgoing.conversation_id, outgoing_replies.c.client_id == outgoing.client_id
        )
        row = self._connection.execute(known).one_or_none()
        if row is not None:
            return rows.outgoing_from(row)
        last = select(func.coalesce(func.max(outgoing_replies.c.position), 0)).where(
            outgoing_replies.c.conversation_id == outgoing.conversation_id
        )
        position = int(self._connection.scalar(last) or 0) + 1
        self._connection.execute(insert(outgoing_replies), rows.outgoing_values(outgoing) | {"position": position})
        return outgoing

    def outgoing(self, *, outgoing_id: OutgoingId) -> Outgoing:
        """Return a reply on its way. Raises: OutgoingNotFound."""
        row = self._connection.execute(select(outgoing_replies).where(outgoing_replies.c.id == outgoing_id)).one_or_none()
        if row is None:
            raise OutgoingNotFound("this reply has been sent or taken back already")
        return rows.outgoing_from(row)

    def outgoing_of(self, *, conversation_id: ConversationId) -> tuple[Outgoing, ...]:
        """Return the replies on their way in a chat, in order."""
        query = select(outgoing_replies).where(outgoing_replies.c.conversation_id == conversation_id)
        return tuple(map(rows.outgoing_from, self._connection.execute(query.order_by(outgoing_replies.c.position))))

    def due_outgoing(self, *, now: datetime, limit: int) -> tuple[Outgoing, ...]:
        """Return replies whose time has come, in order for each chat; none that waits behind one not due yet."""
        earlier = outgoing_replies.alias("earlier")
        held_up = (
            select(earlier.c.id)
            .where(
                earlier.c.conversation_id == outgoing_replies.c.conversation_id,
                earlier.c.position < outgoing_replies.c.position,
                earlier.c.send_at > now,
            )
            .exists()
        )
        query = select(outgoing_replies).where(outgoing_replies.c.send_at <= now, ~held_up)
        order = (outgoing_replies.c.conversation_id, outgoing_replies.c.position)
        return tuple(map(rows.outgoing_from, self._connection.execute(query.order_by(*order).limit(limit))))

    def take_outgoing(self, *, outgoing_id: OutgoingId) -> bool:
        """Remove a reply on its way; return whether it was still there (whoever removes it decides its fate)."""
        return self._connection.execute(delete(outgoing_replies).where(outgoing_replies.c.id == outgoing_id)).rowcount == 1

    def save_draft(self, *, conversation_id: ConversationId, staff_id: StaffId, text: str, at: datetime) -> None:
        """Keep what an agent has typed and not sent; an empty text removes it."""
        if not text:
            self._connection.execute(delete(drafts).where(drafts.c.conversation_id == conversation_id, drafts.c.staff_id == staff_id))
            return
        statement = upsert(self._connection, drafts).values(conversation_id=conversation_id, staff_id=staff_id, text=text, at=at)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["conversation_id", "staff_id"], set_={"text": text, "at": at})
        )

    def draft(self, *, conversation_id: ConversationId, staff_id: StaffId) -> str:
        """Return the agent's draft; empty when there is none."""
        query = select(drafts.c.text).where(drafts.c.conversation_id == conversation_id, drafts.c.staff_id == staff_id)
        return str(self._connection.scalar(query) or "")

    def see(self, *, conversation_id: ConversationId, viewer: Viewer, now: datetime) -> bool:
        """Store that somebody looks or writes; return whether others see a difference."""
        query = select(viewers).where(viewers.c.conversation_id == conversation_id, viewers.c.who == viewer.who)
        known = self._connection.execute(query).one_or_none()
        values = {"name": viewer.name, "is_writing": viewer.is_writing, "until": viewer.until}
        statement = upsert(self._connection, viewers).values(conversation_id=conversation_id, who=viewer.who, **values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["conversation_id", "who"], set_=values))
        return known is None or known.until <= now or known.is_writing != viewer.is_writing

    def viewers(self, *, conversation_id: ConversationId, now: datetime) -> tuple[Viewer, ...]:
        """Return who looks at the chat now, by name."""
        query = select(viewers).where(viewers.c.conversation_id == conversation_id, viewers.c.until > now)
        return tuple(map(rows.viewer_from, self._connection.execute(query.order_by(viewers.c.name, viewers.c.who))))

    def forget_viewer(self, *, conversation_id: ConversationId, who: str) -> bool:
        """Store that somebody has left the chat; return whether they were there."""
        gone = delete(viewers).where(viewers.c.conversation_id == conversation_id, viewers.c.who == who)
        return self._connection.execute(gone).rowcount == 1

    def add_rating(self, rating: Rating) -> None:
        """Insert a rating that was asked for."""
        self._connection.execute(insert(ratings), rows.rating_values(rating))

    def rating(self, *, rating_id: RatingId) -> Rating | None:
        """Return a rating, or None."""
        row = self._connection.execute(select(ratings).where(ratings.c.id == rating_id)).one_or_none()
        return None if row is None else rows.rating_from(row)

    def answer_rating(self, *, rating_id: RatingId, score: int | None, at: datetime) -> bool:
        """Store the answer unless there is one; return whether it was stored."""
        unanswered = update(ratings).where(ratings.c.id == rating_id, ratings.c.answered_at.is_(None))
        return self._connection.execute(unanswered.values(answered_at=at, score=score)).rowcount == 1

    def ratings(self, *, since: datetime, until: datetime | None = None) -> tuple[Rating, ...]:
        """Return the ratings asked for since then (and before ``until``), oldest first."""
        query = select(ratings).where(ratings.c.asked_at >= since)
        if until is not None:
            query = query.where(ratings.c.asked_at < until)
        return tuple(map(rows.rating_from, self._connection.execute(query.order_by(ratings.c.asked_at, ratings.c.id))))
