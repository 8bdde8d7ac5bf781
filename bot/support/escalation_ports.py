"""What escalations need from outside: a place to be kept, and Microsoft."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.shared.ids import EscalationId, TicketId
from bot.support.escalation import Escalation, EscalationState


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
            InvalidInput: Microsoft refuses what the request says.
        """
        ...

    def read(self, *, number: str) -> MicrosoftRequest:
        """Return a request as it stands. Raises: NotFound, Unavailable."""
        ...

    def add_note(self, *, key: str, number: str, text: str) -> None:
        """Write to a request; the same ``key`` again writes nothing. Raises: NotFound, Conflict, Unavailable."""
        ...


class EscalationTx(Protocol):
    """One transaction on escalations."""

    def add_escalation(self, escalation: Escalation) -> None:
        """Store a new one. Raises: Conflict when one with its key is there already."""
        ...

    def escalation_for_change(self, *, escalation_id: EscalationId) -> Escalation:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        ...

    def save_escalation(self, escalation: Escalation) -> None:
        """Store a changed one. Raises: NotFound."""
        ...

    def escalations_of(self, *, ticket_id: TicketId) -> tuple[Escalation, ...]:
        """Return those of a ticket, oldest first; may be empty."""
        ...

    def escalations_in(self, *, states: tuple[EscalationState, ...], limit: int) -> tuple[Escalation, ...]:
        """Return those in one of ``states``, the longest untouched first; may be empty."""
        ...


class EscalationStore(Protocol):
    """Opens transactions on escalations."""

    def begin(self) -> AbstractContextManager[EscalationTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...
