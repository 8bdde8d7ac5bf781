"""What escalations need from outside: a place to be kept, and Microsoft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.shared.ids import EscalationId, StaffId, TicketId
from bot.support.checklist import Impact, Item, Topic
from bot.support.escalation import Escalation, EscalationState
from bot.support.vehicles import IssueKind


@dataclass(frozen=True, slots=True)
class EscalationDraft:
    """What is proposed for Microsoft and not confirmed; the checklist may have gaps.

    Attributes:
        product: As it is sold; may be empty.
        is_on_premises: Whether it runs at the customer's.
        proposed_by: Who proposes it, or None for the assistant.
        values: (item, value) pairs that are known, at most one for each item.
    """

    ticket_id: TicketId
    kind: IssueKind
    topic: Topic
    product: str
    is_on_premises: bool
    impact: Impact
    title: str
    description: str
    values: tuple[tuple[Item, str], ...]
    proposed_by: StaffId | None
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class EscalationRecord:
    """An escalation with how its calls to Microsoft go.

    Attributes:
        trouble: Why the last call failed, for staff; empty when it did not.
        tries: Failed calls in a row.
        try_at: When it is looked at again, or None when only a person can go on.
        changed_at: When it last changed.
    """

    escalation: Escalation
    trouble: str
    tries: int
    try_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class EscalationNote:
    """Something written about a case to or by Microsoft.

    Attributes:
        source: What tells it from all others of its escalation.
        is_theirs: Whether a person of Microsoft wrote it.
        sent_at: When one of ours reached Microsoft, or None before.
    """

    escalation_id: EscalationId
    source: str
    at: datetime
    author: str
    text: str
    is_theirs: bool
    sent_at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class MicrosoftNote:
    """Something written to a request at Microsoft.

    Attributes:
        by_microsoft: Whether a person of Microsoft wrote it, or the partner did.
    """

    at: datetime
    author: str
    text: str
    by_microsoft: bool


@dataclass(frozen=True, slots=True)
class MicrosoftRequest:
    """A request as it stands at Microsoft.

    Attributes:
        notes: Oldest first; may be empty.
        closed_at: Or None while it is open.
        needs_attention: Whether Microsoft waits for the partner.
    """

    number: str
    notes: tuple[MicrosoftNote, ...]
    closed_at: datetime | None
    needs_attention: bool


class MicrosoftRequests(Protocol):
    """Requests at Microsoft, by whatever vehicle has an interface. Every call has a deadline."""

    def open(self, *, key: str, escalation: Escalation) -> str:
        """Open a request and return its number; the same ``key`` again opens no second one.

        Raises:
            Unavailable: Microsoft does not answer; it may have the request nevertheless.
            NotAllowed: The partner may not open requests for this customer.
            InvalidInput, Conflict: Microsoft refuses what the request says.
        """
        ...

    def read(self, *, number: str) -> MicrosoftRequest:
        """Return a request as it stands. Raises: NotFound, NotAllowed, Unavailable."""
        ...

    def add_note(self, *, number: str, text: str) -> None:
        """Write to a request; what its newest note says already is not written again.

        Raises: NotFound, NotAllowed, Conflict, Unavailable.
        """
        ...


class EscalationTx(Protocol):
    """The part of a transaction that knows escalations."""

    def save_draft_escalation(self, draft: EscalationDraft) -> None:
        """Store what is proposed for a ticket, in place of what was before."""
        ...

    def draft_escalation(self, *, ticket_id: TicketId) -> EscalationDraft | None:
        """Return what is proposed for a ticket, or None."""
        ...

    def drop_draft_escalation(self, *, ticket_id: TicketId) -> None:
        """Forget what is proposed for a ticket."""
        ...

    def draft_escalations(self, *, limit: int) -> tuple[EscalationDraft, ...]:
        """Return what waits to be confirmed, the oldest first."""
        ...

    def add_escalation(self, escalation: Escalation, *, now: datetime) -> None:
        """Store a new one. Raises: Conflict when one with its key is there already."""
        ...

    def escalation(self, *, escalation_id: EscalationId) -> EscalationRecord:
        """Return one. Raises: NotFound."""
        ...

    def escalation_for_change(self, *, escalation_id: EscalationId) -> EscalationRecord:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        ...

    def save_escalation(self, record: EscalationRecord) -> None:
        """Store a changed one. Raises: NotFound."""
        ...

    def escalations_of(self, *, ticket_id: TicketId) -> tuple[EscalationRecord, ...]:
        """Return those of a ticket, oldest first; may be empty."""
        ...

    def escalations_in(self, *, states: tuple[EscalationState, ...], limit: int) -> tuple[EscalationRecord, ...]:
        """Return those in one of ``states``, the longest untouched first; may be empty."""
        ...

    def due_escalations(
        self, *, states: tuple[EscalationState, ...], now: datetime, until: datetime, limit: int
    ) -> tuple[EscalationId, ...]:
        """Return those in one of ``states`` whose time to be looked at has come; nobody else gets them before ``until``."""
        ...

    def incidents_used(self, *, vehicle: str, since: datetime) -> int:
        """Return how many requests were sent by ``vehicle`` since then (aware)."""
        ...

    def add_escalation_note(self, note: EscalationNote) -> bool:
        """Store a note; return False when one of its source is there already."""
        ...

    def escalation_notes(self, *, escalation_id: EscalationId) -> tuple[EscalationNote, ...]:
        """Return what was written, oldest first."""
        ...

    def escalation_note_sent(self, *, number: int, at: datetime) -> None:
        """Note that one of ours reached Microsoft."""
        ...
