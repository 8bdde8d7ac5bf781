"""What the worker does with cases: sends those that were confirmed, and follows them at Microsoft.

Each call to Microsoft stands between two transactions: before it is written down that it will be made, afterwards what came of it. A
crash in between repeats the call under its key, which opens no second request.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversations.cases import CasesStore, CasesTx, write_event
from bot.conversations.escalation_notices import Notices
from bot.conversations.escalation_views import EscalationViews
from bot.shared.errors import Conflict, InvalidInput, NotAllowed, NotFound, Unavailable
from bot.shared.ids import EscalationId
from bot.support import escalation as steps
from bot.support.escalation import Escalation, EscalationState
from bot.support.escalation_ports import EscalationNote, EscalationRecord, MicrosoftRequest, MicrosoftRequests
from bot.support.model import Ticket, TicketState

_AT_ONCE = 20
# Who claims a case has so long before another worker may.
_LEASE = timedelta(minutes=5)
_PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))
_AT_MICROSOFT = (EscalationState.CONFIRMED, EscalationState.MIRRORED, EscalationState.CLOSED_AT_MICROSOFT)


class EscalationRuns:
    """Carries out and follows cases. Any number of workers may do it at once."""

    def __init__(
        self, *, store: CasesStore, views: EscalationViews, notices: Notices, requests: MicrosoftRequests, look_every: timedelta
    ) -> None:
        """Work on ``store`` and ``requests``; a case at Microsoft is looked at every ``look_every``."""
        self._store = store
        self._views = views
        self._notices = notices
        self._requests = requests
        self._look_every = look_every

    def carry_out(self, *, now: datetime) -> int:
        """Send the confirmed cases whose time has come; return how many Microsoft took."""
        return sum(self._send(one, now) for one in self._due((EscalationState.PLANNED, EscalationState.SENT), now))

    def follow(self, *, now: datetime) -> int:
        """Look at cases at Microsoft whose time has come, write our notes there and bring theirs here; return how many were looked at."""
        return sum(self._look(one, now) for one in self._due(_AT_MICROSOFT, now))

    def _due(self, states: tuple[EscalationState, ...], now: datetime) -> tuple[EscalationId, ...]:
        with self._store.begin() as tx:
            return tx.due_escalations(states=states, now=now, until=now + _LEASE, limit=_AT_ONCE)

    def _send(self, escalation_id: EscalationId, now: datetime) -> bool:
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            escalation = record.escalation
            if self._views.is_by_hand(escalation):
                # A person makes it and enters its number.
                tx.save_escalation(replace(record, try_at=None))
                return False
            if escalation.state is EscalationState.PLANNED:
                escalation = steps.sent(escalation=escalation, now=now)
                tx.save_escalation(replace(record, escalation=escalation, changed_at=now))
        try:
            number = self._requests.open(key=escalation.key, escalation=escalation)
        except (Unavailable, NotAllowed, InvalidInput, Conflict, NotFound) as error:
            self._failed(escalation_id, error, now)
            return False
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            if record.escalation.microsoft_number is not None:
                return False
            taken = steps.confirmed_by_microsoft(escalation=record.escalation, number=number)
            tx.save_escalation(EscalationRecord(taken, "", 0, now + self._look_every, now))
            ticket = tx.ticket(ticket_id=taken.ticket_id)
            write_event(tx, ticket, None, "sent", now, ("number", number))
            self._notices.sent(tx, ticket=ticket, escalation=taken, now=now)
        return True

    def _look(self, escalation_id: EscalationId, now: datetime) -> bool:
        with self._store.begin() as tx:
            record = tx.escalation(escalation_id=escalation_id)
            notes = tx.escalation_notes(escalation_id=escalation_id)
            if self._views.is_by_hand(record.escalation) or record.escalation.microsoft_number is None:
                tx.save_escalation(replace(record, try_at=None))
                return False
        number = record.escalation.microsoft_number
        try:
            for note in notes:
                if not note.is_theirs and note.sent_at is None:
                    self._requests.add_note(number=number, text=note.text)
                    with self._store.begin() as tx:
                        tx.escalation_note_sent(number=note.number, at=now)
            request = self._requests.read(number=number)
        except (Unavailable, NotAllowed, InvalidInput, Conflict, NotFound) as error:
            self._failed(escalation_id, error, now)
            return False
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            if record.escalation.state in _AT_MICROSOFT:
                self._mirror(tx, record, request, now)
        return True

    def _mirror(self, tx: CasesTx, record: EscalationRecord, request: MicrosoftRequest, now: datetime) -> None:
        escalation, ticket = record.escalation, tx.ticket(ticket_id=record.escalation.ticket_id)
        newest, changed = "", False
        for note in request.notes:
            source = f"{'theirs' if note.by_microsoft else 'there'}:{note.at.isoformat()}:{note.text[:40]}"
            if not note.by_microsoft and _is_ours(tx, escalation, note.text):
                continue
            kept = EscalationNote(escalation.id, source, note.at, note.author, note.text, is_theirs=note.by_microsoft, sent_at=note.at)
            if tx.add_escalation_note(kept):
                newest, changed = source if note.by_microsoft else newest, True
                write_event(tx, ticket, None, "microsoft_wrote", now, ("text", note.text), is_deed=False)
        if newest:
            escalation = self._take_answer(tx, ticket, escalation, request, now=now)
        if request.closed_at is not None:
            # A closing is told once: a note to a closed request does not open it by itself.
            closing = request.closed_at.isoformat()
            mark = EscalationNote(
                escalation.id, f"closed:{closing}", request.closed_at, "Microsoft", "Closed.", is_theirs=True, sent_at=now
            )
            if tx.add_escalation_note(mark):
                escalation, changed = steps.closed_at_microsoft(escalation=escalation, at=now), True
                write_event(tx, ticket, None, "microsoft_closed", now, is_deed=False)
                self._notices.closed(tx, ticket=ticket, escalation=escalation, closing=closing, now=now)
        tx.save_escalation(
            EscalationRecord(escalation, "", 0, now + self._look_every, now if changed or record.trouble else record.changed_at)
        )

    def _take_answer(self, tx: CasesTx, ticket: Ticket, escalation: Escalation, request: MicrosoftRequest, *, now: datetime) -> Escalation:
        if ticket.state is TicketState.WAITING:
            tx.save_ticket(replace(ticket, state=TicketState.IN_PROGRESS))
        if request.needs_attention:
            write_event(tx, ticket, None, "microsoft_asks", now, is_deed=False)
        is_first = escalation.responded_at is None
        escalation = steps.mirrored(escalation=escalation, at=now, responded=True)
        if is_first and request.closed_at is None:
            # The customer hears that Microsoft works on it once; what is written to and fro is between us.
            self._notices.answered(tx, ticket=ticket, escalation=escalation, source="answered", now=now)
        return escalation

    def _failed(self, escalation_id: EscalationId, error: Exception, now: datetime) -> None:
        """Note what went wrong. What may pass by itself is tried again; a refusal waits for a person."""
        passes = isinstance(error, Unavailable)
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            try_at = now + _PAUSES[min(record.tries, len(_PAUSES) - 1)] if passes else None
            trouble = str(error) or type(error).__name__
            way_out = "tried again by itself" if passes else "put it right and try again, or end the case"
            tx.save_escalation(replace(record, trouble=f"{trouble} ({way_out})", tries=record.tries + 1, try_at=try_at))
            if record.trouble == "":
                write_event(tx, tx.ticket(ticket_id=record.escalation.ticket_id), None, "stuck", now, is_deed=False)


def _is_ours(tx: CasesTx, escalation: Escalation, text: str) -> bool:
    return any(note.text.strip() == text.strip() for note in tx.escalation_notes(escalation_id=escalation.id) if not note.is_theirs)
