"""What collections need from storage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.overdue.model import Hold, HoldKind, StepKind
from bot.overdue.suspending import Suspension, SuspensionState
from bot.shared.ids import ConversationId, CustomerId, InvoiceId, SuspensionId
from bot.shared.money import Money


@dataclass(frozen=True, slots=True)
class StepRecord:
    """A step of an invoice, intended or taken.

    Attributes:
        version: Of the policy by which it was intended.
        done_on: Day on which it was taken, or None.
    """

    invoice_id: InvoiceId
    step: str
    customer_id: CustomerId
    kind: StepKind
    version: str
    planned_on: date
    done_on: date | None = None


class HoldState(StrEnum):
    """What became of a hold."""

    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """Why and until when the ladder of an invoice stands still.

    Attributes:
        parts: What is to be paid by which day, for instalments; empty for the other kinds.
        by: Who agreed to it: a staff id, or ``bot`` for the assistant within the policy.
        reason: In words, for staff; may be empty.
    """

    id: str
    customer_id: CustomerId
    invoice_id: InvoiceId
    kind: HoldKind
    since: date
    until: date | None
    state: HoldState
    by: str
    at: datetime
    reason: str = ""
    parts: tuple[tuple[date, Money], ...] = ()

    @property
    def hold(self) -> Hold:
        """Return it as the ladder knows it."""
        return Hold(self.kind, self.since, self.until)


@dataclass(frozen=True, slots=True)
class SuspensionRecord:
    """A suspension with how its calls to Microsoft go; fields as of ``EscalationRecord``."""

    suspension: Suspension
    changed_at: datetime
    trouble: str = ""
    tries: int = 0
    try_at: datetime | None = field(default=None)


class OverdueTx(Protocol):
    """The part of a transaction that knows collections."""

    def intend_steps(self, steps: Sequence[StepRecord], *, now: datetime) -> int:
        """Write intended steps down; one that is there already stays as it is. Return how many are new."""
        ...

    def has_steps(self) -> bool:
        """Return whether any step was ever written down."""
        ...

    def steps_of(self, *, invoice_ids: Iterable[InvoiceId]) -> tuple[StepRecord, ...]:
        """Return the steps of these invoices, intended and taken."""
        ...

    def customers_with_intended(self, *, limit: int, after: str = "") -> tuple[CustomerId, ...]:
        """Return customers that have intended steps, by id, beginning behind ``after``."""
        ...

    def take_steps(self, *, customer_id: CustomerId, today: date, now: datetime) -> tuple[StepRecord, ...]:
        """Mark the customer's intended steps as taken today and return them; nobody else gets them."""
        ...

    def drop_steps(self, *, steps: Iterable[StepRecord]) -> None:
        """Forget steps that were not taken after all."""
        ...

    def adopt_steps(self, steps: Sequence[StepRecord], *, now: datetime) -> int:
        """Write steps down as taken elsewhere on their ``done_on``; those that are there stay. Return how many are new."""
        ...

    def add_hold(self, hold: HoldRecord) -> None:
        """Store a hold."""
        ...

    def save_hold(self, hold: HoldRecord) -> None:
        """Store what became of a hold."""
        ...

    def holds_of(self, *, invoice_ids: Iterable[InvoiceId], only_active: bool = True) -> tuple[HoldRecord, ...]:
        """Return the holds of these invoices, the oldest first."""
        ...

    def holds(self, *, kinds: tuple[HoldKind, ...], limit: int) -> tuple[HoldRecord, ...]:
        """Return active holds of these kinds, those that end first at the beginning, those without an end last."""
        ...

    def latest_steps(self, *, invoice_ids: Iterable[InvoiceId]) -> tuple[tuple[str, int], ...]:
        """Return how many of these invoices have which step as the latest taken, by the step's key."""
        ...

    def recovered(self, *, since: date) -> tuple[Money, ...]:
        """Return what was paid from ``since`` on for invoices after a notice about them, one sum for each currency."""
        ...

    def chat_of(self, *, customer_id: CustomerId, since: datetime) -> ConversationId | None:
        """Return the conversation in which the customer wrote last, after ``since``, or None."""
        ...

    def add_suspension(self, suspension: Suspension, *, now: datetime) -> None:
        """Store a new one. Raises: Conflict when the customer has one under way."""
        ...

    def suspension(self, *, suspension_id: SuspensionId) -> SuspensionRecord:
        """Return one. Raises: NotFound."""
        ...

    def suspension_for_change(self, *, suspension_id: SuspensionId) -> SuspensionRecord:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        ...

    def save_suspension(self, record: SuspensionRecord) -> None:
        """Store a changed one. Raises: NotFound."""
        ...

    def suspensions_of(self, *, customer_id: CustomerId) -> tuple[SuspensionRecord, ...]:
        """Return a customer's, the newest first."""
        ...

    def suspensions_in(self, *, states: tuple[SuspensionState, ...], limit: int) -> tuple[SuspensionRecord, ...]:
        """Return those in one of ``states``, the longest untouched first."""
        ...

    def due_suspensions(
        self, *, states: tuple[SuspensionState, ...], now: datetime, until: datetime, limit: int
    ) -> tuple[SuspensionId, ...]:
        """Return those in one of ``states`` whose time has come; nobody else gets them before ``until``."""
        ...
