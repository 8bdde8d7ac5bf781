"""What is kept of Microsoft's side between two looks at it, and what that needs from storage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.billing.microsoft import LineKind, MicrosoftInvoice, MicrosoftLine, MicrosoftSubscription, TenantCustomer
from bot.billing.payables import PayableMark
from bot.shared.audit import AuditEntry
from bot.shared.ids import CustomerId, SubscriptionId, TenantId
from bot.shared.money import Money


@dataclass(frozen=True, slots=True)
class SyncRun:
    """One look at all of Microsoft's side; it may take several goes to its end.

    Attributes:
        number: Grows with each run.
        is_full: Every customer's subscriptions are read, whatever is known of them.
        is_listed: The list of customers was read to its end.
        finished_at: None while something is left to do.
    """

    number: int
    started_at: datetime
    is_full: bool
    is_listed: bool
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class TenantRecord:
    """A customer as Microsoft last told of it.

    Attributes:
        customer_id: Whose tenant it is by the ledger, or None for one the ledger does not know.
        synced_at: When its subscriptions were last read whole, or None.
        gone_at: Since when Microsoft's list does not have it, or None.
        trouble: Why its subscriptions could not be read the last time; empty when they could.
    """

    customer: TenantCustomer
    customer_id: CustomerId | None
    synced_at: datetime | None
    gone_at: datetime | None
    trouble: str


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """A subscription as Microsoft last told of it; ``gone_at`` since when it tells no more, or None."""

    subscription: MicrosoftSubscription
    gone_at: datetime | None


class DifferenceKind(StrEnum):
    """How Microsoft's record and the ledger differ about a subscription."""

    NOT_AT_MICROSOFT = "not_at_microsoft"
    NOT_IN_LEDGER = "not_in_ledger"
    SEATS = "seats"
    COMMERCE = "commerce"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing about which the two records do not agree.

    Attributes:
        ours: What the ledger says, shown to staff; may be empty.
        theirs: What Microsoft says; may be empty.
    """

    kind: DifferenceKind
    subscription_id: SubscriptionId
    product: str
    customer_id: CustomerId | None
    ours: str = ""
    theirs: str = ""

    @property
    def key(self) -> str:
        """Return what is the same whenever this difference is found again."""
        return f"microsoft:{self.kind.value}:{self.subscription_id}"


@dataclass(frozen=True, slots=True)
class SyncState:
    """When Microsoft's side was last read.

    Attributes:
        finished_at: End of the last run that reached its end, or None.
        running: The run that is not finished, or None.
        customers: Customers that Microsoft lists.
        subscriptions: Their subscriptions, ended ones too.
        troubled: Customers whose subscriptions could not be read the last time.
    """

    finished_at: datetime | None
    running: SyncRun | None
    customers: int
    subscriptions: int
    troubled: int


class MicrosoftRecordsTx(Protocol):
    """One transaction on the records of Microsoft's side."""

    def begin_run(self, *, is_full: bool, now: datetime) -> SyncRun:
        """Return the run that is not finished, else a new one. Asked for a full one, an unfinished run becomes full."""
        ...

    def save_run(self, run: SyncRun) -> None:
        """Store what a run has reached."""
        ...

    def last_finished(self) -> SyncRun | None:
        """Return the last run that reached its end, or None."""
        ...

    def unknown_customers(self) -> int:
        """Return how many listed customers have subscriptions and are not in the ledger."""
        ...

    def state(self) -> SyncState:
        """Return when Microsoft's side was last read, with counts."""
        ...

    def save_customers(self, customers: Sequence[TenantCustomer], *, owners: Mapping[TenantId, CustomerId], run: int) -> None:
        """Insert or update customers as seen in run number ``run``; one that was gone is back."""
        ...

    def customer_count(self) -> int:
        """Return how many customers are listed (not gone)."""
        ...

    def mark_customers_gone(self, *, run: int, now: datetime) -> int:
        """Mark the customers not seen in ``run`` as gone; return how many are newly so."""
        ...

    def want(self, *, tenants: Iterable[TenantId] | None, before: datetime | None) -> None:
        """Note whose subscriptions are to be read: all (``tenants`` is None), or these, with those never read or not since ``before``."""
        ...

    def wanted(self, *, after: str, limit: int) -> tuple[TenantRecord, ...]:
        """Return listed customers whose subscriptions are to be read, by tenant, beginning behind the tenant ``after``."""
        ...

    def wanted_count(self) -> int:
        """Return how many ``wanted`` would find in all."""
        ...

    def save_subscriptions(self, *, tenant_id: TenantId, subscriptions: Sequence[MicrosoftSubscription], now: datetime) -> None:
        """Store all of a customer's subscriptions: those no longer among them are marked as gone; the customer is not wanted any more."""
        ...

    def save_trouble(self, *, tenant_id: TenantId, trouble: str, keep_wanted: bool) -> None:
        """Note why a customer's subscriptions could not be read."""
        ...

    def subscriptions_of(self, *, tenant_id: TenantId) -> tuple[SubscriptionRecord, ...]:
        """Return a customer's subscriptions, gone ones too, by id; may be empty."""
        ...

    def subscription(self, *, subscription_id: SubscriptionId) -> SubscriptionRecord | None:
        """Return one, or None."""
        ...

    def tenant_of(self, *, customer_id: CustomerId) -> TenantRecord | None:
        """Return the tenant of the ledger's customer, the listed one if there are several, or None."""
        ...

    def differences(self, *, tenant_id: TenantId | None = None, limit: int = 500) -> tuple[Difference, ...]:
        """Return what was found and not settled, of one tenant or of all, by customer and kind."""
        ...

    def save_differences(self, *, tenant_id: TenantId, differences: Sequence[Difference], now: datetime) -> None:
        """Store what differs at a tenant now in place of what differed before."""
        ...

    def save_invoices(self, invoices: Sequence[MicrosoftInvoice], *, now: datetime) -> None:
        """Insert or update Microsoft's bills; what staff noted about them stays."""
        ...

    def unread_invoices(self, *, limit: int) -> tuple[MicrosoftInvoice, ...]:
        """Return bills whose lines are not read to their end, the oldest first."""
        ...

    def begin_lines(self, *, number: str, kind: LineKind) -> None:
        """Drop what an earlier go left of one list of a bill."""
        ...

    def add_lines(self, *, number: str, first: int, lines: Sequence[MicrosoftLine]) -> None:
        """Add lines of one list, numbered from ``first``."""
        ...

    def lines_read(self, *, number: str, now: datetime) -> None:
        """Note that all lists of a bill were read."""
        ...

    def lines_of(self, *, number: str, limit: int = 500, offset: int = 0) -> tuple[MicrosoftLine, ...]:
        """Return lines of a bill, list by list, in Microsoft's order."""
        ...

    def oldest_unpaid_on(self) -> date | None:
        """Return the date of the oldest bill that Microsoft does not show as paid, or None."""
        ...

    def costs_of(self, *, tenant_id: TenantId, number: str) -> tuple[Money, ...]:
        """Return the sum of a bill's lines for a tenant, one for each currency; may be empty."""
        ...


class PayablesTx(MicrosoftRecordsTx, Protocol):
    """A transaction on the records with what staff noted about Microsoft's bills."""

    def take_down(self, entry: AuditEntry) -> None:
        """Append an entry to the audit trail within this transaction."""
        ...

    def invoices(self, *, limit: int) -> tuple[MicrosoftInvoice, ...]:
        """Return Microsoft's bills, the newest first."""
        ...

    def owners_in(self, *, number: str) -> frozenset[CustomerId]:
        """Return the ledger's customers that have lines in a bill."""
        ...

    def payable_marks(self) -> tuple[tuple[str, PayableMark], ...]:
        """Return what was noted, by the bill's number."""
        ...

    def save_payable_mark(self, mark: PayableMark) -> None:
        """Store what is noted about a bill. Raises: NotFound (there is no such bill)."""
        ...


class MicrosoftRecords(Protocol):
    """Opens transactions on the records of Microsoft's side."""

    def begin(self) -> AbstractContextManager[PayablesTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...
