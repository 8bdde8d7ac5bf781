"""What is kept of a diagnosis: the answers, where it ended, who helps, and the price that was agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.shared.ids import ConversationId, CustomerId, DiagnosisId, QuoteId, TicketId
from bot.support.diagnosis import Case, Incident, Outcome, SubscriptionState
from bot.support.quotes import Agreement, Quote


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A case as it was when its diagnosis ended.

    Attributes:
        ticket_id: None when it was solved, or led elsewhere, without a ticket.
        area: Key of the area, or None when none was found.
        incident: A published incident that was told of, or None.
        health_known: Whether the health of the service could be read.
        helper: Key of who helps; empty without a ticket.
        collected: What the customer sent along before the case is passed on, as typed; may be empty.
        consent: Whether the customer lets its data go to Microsoft; None when it was not asked.
        quote_id: The price agreed to, or None.
    """

    id: DiagnosisId
    customer_id: CustomerId
    conversation_id: ConversationId
    case: Case
    outcome: Outcome
    subscription: SubscriptionState
    at: datetime
    ticket_id: TicketId | None = None
    area: str | None = None
    incident: Incident | None = None
    health_known: bool = False
    helper: str = ""
    collected: str = ""
    consent: bool | None = None
    quote_id: QuoteId | None = None


@dataclass(frozen=True, slots=True)
class QuoteRecord:
    """A price that a customer was told.

    Attributes:
        ticket_id: Of the work, once it was agreed to.
        agreement: None until the customer agrees.
        declined_at: When the customer said no, or None.
    """

    id: QuoteId
    customer_id: CustomerId
    conversation_id: ConversationId
    quote: Quote
    quoted_at: datetime
    ticket_id: TicketId | None = None
    agreement: Agreement | None = None
    declined_at: datetime | None = None


class CaseRecordsTx(Protocol):
    """The part of a transaction that keeps diagnoses and quotes."""

    def add_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Store one. Raises: Conflict when its ticket has one already."""
        ...

    def diagnosis_of(self, *, ticket_id: TicketId) -> Diagnosis | None:
        """Return that of a ticket, or None."""
        ...

    def add_quote(self, record: QuoteRecord) -> None:
        """Store a price that was told."""
        ...

    def quote_for_change(self, *, quote_id: QuoteId) -> QuoteRecord:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        ...

    def save_quote(self, record: QuoteRecord) -> None:
        """Store a changed one. Raises: NotFound."""
        ...

    def quote_of(self, *, ticket_id: TicketId) -> QuoteRecord | None:
        """Return the price agreed to for a ticket, or None."""
        ...
