"""Cases at Microsoft over SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.shared.errors import NotFound
from bot.shared.ids import EscalationId, TicketId
from bot.store.sql import upsert
from bot.store.support_tables import escalation_drafts, escalation_notes, escalations
from bot.support.escalation import Escalation, EscalationState
from bot.support.escalation_ports import EscalationDraft, EscalationNote, EscalationRecord

_DRAFT = TypeAdapter(EscalationDraft)
_ESCALATION = TypeAdapter(Escalation)
_NOT_SENT = (EscalationState.PLANNED.value, EscalationState.WITHDRAWN.value)


class EscalationsTx:
    """The part of a conversations transaction that knows escalations; a ``bot.support.escalation_ports.EscalationTx``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_draft_escalation(self, draft: EscalationDraft) -> None:
        """Store what is proposed for a ticket, in place of what was before."""
        values = {"ticket_id": draft.ticket_id, "facts": _DRAFT.dump_json(draft).decode(), "proposed_at": draft.proposed_at}
        statement = upsert(self._connection, escalation_drafts).values(values)
        changes = {"facts": statement.excluded.facts}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["ticket_id"], set_=changes))

    def draft_escalation(self, *, ticket_id: TicketId) -> EscalationDraft | None:
        """Return what is proposed for a ticket, or None."""
        facts = self._connection.scalar(select(escalation_drafts.c.facts).where(escalation_drafts.c.ticket_id == ticket_id))
        return None if facts is None else _DRAFT.validate_json(facts)

    def drop_draft_escalation(self, *, ticket_id: TicketId) -> None:
        """Forget what is proposed for a ticket."""
        self._connection.execute(delete(escalation_drafts).where(escalation_drafts.c.ticket_id == ticket_id))

    def draft_escalations(self, *, limit: int) -> tuple[EscalationDraft, ...]:
        """Return what waits to be confirmed, the oldest first."""
        query = select(escalation_drafts.c.facts).order_by(escalation_drafts.c.proposed_at, escalation_drafts.c.ticket_id).limit(limit)
        return tuple(map(_DRAFT.validate_json, self._connection.scalars(query)))

    def add_escalation(self, escalation: Escalation, *, now: datetime) -> None:
        """Store a new one. Raises: Conflict when one with its key is there already."""
        record = EscalationRecord(escalation, "", 0, now, now)
        self._connection.execute(insert(escalations), {"id": escalation.id, "key": escalation.key, **_values(record)})

    def escalation(self, *, escalation_id: EscalationId) -> EscalationRecord:
        """Return one. Raises: NotFound."""
        row = self._connection.execute(select(escalations).where(escalations.c.id == escalation_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such escalation")
        return _record_from(row)

    def escalation_for_change(self, *, escalation_id: EscalationId) -> EscalationRecord:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        # Writing first takes the lock on both databases; a lock on reading is not known to SQLite.
        self._connection.execute(update(escalations).where(escalations.c.id == escalation_id).values(state=escalations.c.state))
        return self.escalation(escalation_id=escalation_id)

    def save_escalation(self, record: EscalationRecord) -> None:
        """Store a changed one. Raises: NotFound."""
        changed = update(escalations).where(escalations.c.id == record.escalation.id).values(_values(record))
        if self._connection.execute(changed).rowcount != 1:
            raise NotFound("there is no such escalation")

    def escalations_of(self, *, ticket_id: TicketId) -> tuple[EscalationRecord, ...]:
        """Return those of a ticket, oldest first; may be empty."""
        found = tuple(map(_record_from, self._connection.execute(select(escalations).where(escalations.c.ticket_id == ticket_id))))
        return tuple(sorted(found, key=lambda one: (one.escalation.proposed_at, one.escalation.round)))

    def escalations_in(self, *, states: tuple[EscalationState, ...], limit: int) -> tuple[EscalationRecord, ...]:
        """Return those in one of ``states``, the longest untouched first; may be empty."""
        mine = escalations.c
        query = select(escalations).where(mine.state.in_([state.value for state in states])).order_by(mine.changed_at, mine.id)
        return tuple(map(_record_from, self._connection.execute(query.limit(limit))))

    def due_escalations(
        self, *, states: tuple[EscalationState, ...], now: datetime, until: datetime, limit: int
    ) -> tuple[EscalationId, ...]:
        """Return those in one of ``states`` whose time to be looked at has come; nobody else gets them before ``until``."""
        mine = escalations.c
        is_due = mine.state.in_([state.value for state in states]) & (mine.try_at <= now)
        due = select(mine.id).where(is_due).order_by(mine.try_at, mine.id).limit(limit).with_for_update(skip_locked=True)
        claimed = update(escalations).where(mine.id.in_(due.scalar_subquery()), is_due).values(try_at=until).returning(mine.id)
        return tuple(EscalationId(one) for one in sorted(self._connection.scalars(claimed)))

    def incidents_used(self, *, vehicle: str, since: datetime) -> int:
        """Return how many requests were sent by ``vehicle`` since then (aware)."""
        mine = escalations.c
        query = select(func.count()).where(mine.vehicle == vehicle, mine.state.not_in(_NOT_SENT), mine.changed_at >= since)
        return self._connection.scalar(query) or 0

    def add_escalation_note(self, note: EscalationNote) -> bool:
        """Store a note; return False when one of its source is there already."""
        values = {
            "escalation_id": note.escalation_id,
            "source": note.source,
            "at": note.at,
            "author": note.author,
            "text": note.text,
            "is_theirs": note.is_theirs,
            "sent_at": note.sent_at,
        }
        statement = upsert(self._connection, escalation_notes).values(values)
        added = statement.on_conflict_do_nothing(index_elements=["escalation_id", "source"]).returning(escalation_notes.c.number)
        return self._connection.scalar(added) is not None

    def escalation_notes(self, *, escalation_id: EscalationId) -> tuple[EscalationNote, ...]:
        """Return what was written, oldest first."""
        mine = escalation_notes.c
        found = self._connection.execute(select(escalation_notes).where(mine.escalation_id == escalation_id).order_by(mine.at, mine.number))
        return tuple(map(_note_from, found))

    def escalation_note_sent(self, *, number: int, at: datetime) -> None:
        """Note that one of ours reached Microsoft."""
        mine = escalation_notes.c
        self._connection.execute(update(escalation_notes).where(mine.number == number, mine.sent_at.is_(None)).values(sent_at=at))


def _values(record: EscalationRecord) -> dict[str, Any]:
    escalation = record.escalation
    return {
        "ticket_id": escalation.ticket_id,
        "state": escalation.state.value,
        "vehicle": escalation.vehicle,
        "facts": _ESCALATION.dump_json(escalation).decode(),
        "try_at": record.try_at,
        "tries": record.tries,
        "trouble": record.trouble,
        "changed_at": record.changed_at,
    }


def _record_from(row: Row[Any]) -> EscalationRecord:
    return EscalationRecord(_ESCALATION.validate_json(row.facts), row.trouble, row.tries, row.try_at, row.changed_at)


def _note_from(row: Row[Any]) -> EscalationNote:
    return EscalationNote(
        escalation_id=EscalationId(row.escalation_id),
        source=row.source,
        at=row.at,
        author=row.author,
        text=row.text,
        is_theirs=row.is_theirs,
        sent_at=row.sent_at,
        number=row.number,
    )
