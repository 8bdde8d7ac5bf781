"""Tasks of the program as tickets without a customer's conversation, so that they are given out and closed like all others."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.records_ports import RecordsStore
from bot.shared.audit import AuditEntry
from bot.shared.ids import TicketId
from bot.shared.tasks import Task
from bot.support.model import Outcome, Ticket, TicketKind, TicketSource, TicketState
from bot.support.offering import Offering

_ACTOR = "system"
_LONGEST_SUBJECT = 160


class StaffTasks:
    """Keeps tasks as tickets; a ``bot.shared.tasks.Tasks``. A task that comes again is the same ticket, opened again."""

    def __init__(self, *, store: RecordsStore, offering: Offering) -> None:
        """Work on ``store``; ``offering`` says by when somebody looks at a task."""
        self._store = store
        self._offering = offering

    def give(self, *, task: Task, now: datetime) -> bool:
        """Open the task, or open it again when it was closed; return False when it is open already."""
        ticket_id = ticket_of(task.key)
        with self._store.begin() as tx:
            known = tx.ticket_if_there(ticket_id=ticket_id)
            if known is not None:
                known = tx.ticket_for_change(number=known.number)
                if known.state is not TicketState.CLOSED:
                    return False
                ticket = replace(
                    known,
                    state=TicketState.OPEN,
                    closed_at=None,
                    outcome=None,
                    reopened=known.reopened + 1,
                    answer_by=self._offering.answer_by(kind=TicketKind.BILLING, opened_at=now),
                )
                tx.save_ticket(ticket)
                action, details = "reopened", (("text", task.details),)
            else:
                ticket = Ticket(
                    id=ticket_id,
                    number=tx.next_ticket_number(year=now.year),
                    kind=TicketKind.BILLING,
                    state=TicketState.OPEN,
                    subject=" ".join(task.subject.split())[:_LONGEST_SUBJECT],
                    opened_at=now,
                    answer_by=self._offering.answer_by(kind=TicketKind.BILLING, opened_at=now),
                    customer_id=task.customer_id,
                    transcript=task.details,
                    source=TicketSource.SYSTEM,
                )
                tx.add_ticket(ticket)
                action, details = "opened", (("source", TicketSource.SYSTEM.value),)
            tx.add_event(TicketEvent(ticket.id, now, _ACTOR, "", action, details))
            tx.take_down(_entry(ticket, action, now))
            tx.touch(topic=Topic.TICKET, conversation_id=None, at=now)
        return True

    def settle(self, *, key: str, remark: str, now: datetime) -> bool:
        """Close the task, as what it was about is no longer so; return False when there is none that is open."""
        with self._store.begin() as tx:
            known = tx.ticket_if_there(ticket_id=ticket_of(key))
            if known is None:
                return False
            ticket = tx.ticket_for_change(number=known.number)
            if ticket.state is TicketState.CLOSED:
                return False
            tx.save_ticket(replace(ticket, state=TicketState.CLOSED, closed_at=now, outcome=Outcome.RESOLVED))
            tx.add_event(TicketEvent(ticket.id, now, _ACTOR, "", "remark", (("text", remark),)))
            tx.add_event(TicketEvent(ticket.id, now, _ACTOR, "", "closed", (("outcome", Outcome.RESOLVED.value),)))
            tx.take_down(_entry(ticket, "closed", now))
            tx.touch(topic=Topic.TICKET, conversation_id=None, at=now)
        return True


def ticket_of(key: str) -> TicketId:
    """Return the id of the ticket that keeps the task with ``key``."""
    return TicketId(f"tkt_{hashlib.sha256(f'task:{key}'.encode()).hexdigest()[:32]}")


def _entry(ticket: Ticket, action: str, now: datetime) -> AuditEntry:
    return AuditEntry(now, _ACTOR, f"ticket.{action}", ticket.customer_id or ticket.id, (("ticket", ticket.number),))
