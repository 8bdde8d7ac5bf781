"""Reading Microsoft's side: customers, subscriptions, and its bills to the partner with their lines.

A run may be cut off anywhere and goes on where it was: the list of customers is read again from its beginning until its end was seen,
then customer by customer, each in a transaction of its own, then bill by bill. What Microsoft no longer lists is marked, never deleted,
and only when the list was read to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from bot.billing.microsoft import LineKind, MicrosoftInvoice
from bot.billing.microsoft_facts import differences_of, learned
from bot.billing.microsoft_ports import (
    ConsentMissing,
    MicrosoftCommerce,
    MicrosoftNotAllowed,
    MicrosoftNotFound,
    MicrosoftRefused,
    MicrosoftUnavailable,
    RelationshipMissing,
)
from bot.billing.microsoft_records import Difference, DifferenceKind, MicrosoftRecords, SyncRun, TenantRecord
from bot.billing.model import CommerceKind
from bot.billing.ports import Ledger, Saved
from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId, TenantId
from bot.shared.tasks import Task, Tasks

_CUSTOMERS_AT_ONCE = 200
_BILLS_AT_ONCE = 100
_LINES_AT_ONCE = 500
# Deeds at Microsoft tell whose subscriptions have changed; what happens there by itself (a term that ends) is found within a day.
_READ_AGAIN_AFTER = timedelta(days=1)
# A deed may show up late in Microsoft's record.
_DEEDS_OVERLAP = timedelta(days=1)
# So far back a bill may still change (be taken back or paid).
_BILLS_OVERLAP = timedelta(days=60)
_DEEDS_KEPT = timedelta(days=89)
_FAILURES_IN_A_ROW = 3
_KINDS = {
    CommerceKind.LEGACY: (LineKind.LICENSE, LineKind.USAGE),
    CommerceKind.NEW: (LineKind.ONE_TIME,),
}
_UNKNOWN = "microsoft:customers-not-in-ledger"
_SUBJECTS = {
    DifferenceKind.NOT_AT_MICROSOFT: "Billed but not at Microsoft: {product}",
    DifferenceKind.NOT_IN_LEDGER: "At Microsoft but not in the ledger: {product}",
    DifferenceKind.SEATS: "Licences differ: {product}, {ours} here, {theirs} at Microsoft",
    DifferenceKind.COMMERCE: "Commerce system differs: {product}, {ours} here, {theirs} at Microsoft",
}
_WAYS_OUT = {
    DifferenceKind.NOT_AT_MICROSOFT: "Find out whether the customer still has it. If not, end it in the billing system and import it.",
    DifferenceKind.NOT_IN_LEDGER: "Find out who bought it, and bill it: Microsoft bills it to us. Then import it.",
    DifferenceKind.SEATS: "Find out which number is right. Correct it at Microsoft, or bill the difference and import the subscription.",
    DifferenceKind.COMMERCE: "Changing and cancelling depend on it. Correct the billing system and import the subscription.",
}

Progress = Callable[[str, int, int | None], None]
_T = TypeVar("_T")


class EmptyList(MicrosoftUnavailable):
    """Microsoft listed no customer at all though there were some: not believed, and nothing is marked."""


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one go has done.

    Attributes:
        customers: Customers in Microsoft's list; 0 when an earlier go had read it.
        gone: Customers newly marked as gone.
        read: Customers whose subscriptions were read.
        failed: Customers whose subscriptions could not be read; they are tried again the next time.
        subscriptions: Subscriptions read.
        learned: Subscriptions of the ledger that were brought up to date.
        differences: Differences that stand at the customers read.
        bills: Bills of Microsoft that were read.
        lines: Their lines.
    """

    customers: int = 0
    gone: int = 0
    read: int = 0
    failed: int = 0
    subscriptions: int = 0
    learned: int = 0
    differences: int = 0
    bills: int = 0
    lines: int = 0


class MicrosoftSync:
    """Brings the records of Microsoft's side up to date, and the ledger with them. One go at a time (``begin_run``)."""

    def __init__(self, *, microsoft: MicrosoftCommerce, records: MicrosoftRecords, ledger: Ledger, tasks: Tasks) -> None:
        """Read from ``microsoft`` into ``records``; differences from ``ledger`` become ``tasks`` for the staff."""
        self._microsoft = microsoft
        self._records = records
        self._ledger = ledger
        self._tasks = tasks

    def run(self, *, now: datetime, today: date, is_full: bool = False, progress: Progress | None = None) -> SyncReport:
        """Finish the run that was cut off, or make a new one, and return what this go did.

        Args:
            is_full: Read everybody's subscriptions, not only what may have changed.
            progress: Is told a stage, how many are done and how many there are (None where that is not known).

        Raises:
            MicrosoftUnavailable, MicrosoftNotAllowed: Partner Center does not answer or refuses; another go goes on from there.
            EmptyList: It lists no customers though there were some.
        """
        tell = progress or _tell_nobody
        with self._records.begin() as tx:
            run = tx.begin_run(is_full=is_full, now=now)
        report = SyncReport()
        if not run.is_listed:
            count, gone = self._list(run, now, tell)
            self._want(run, now)
            run = replace(run, is_listed=True)
            with self._records.begin() as tx:
                tx.save_run(run)
            report = replace(report, customers=count, gone=gone)
        elif is_full:
            self._want(run, now)
        report = self._read_subscriptions(report, now, today, tell)
        self._tell_of_unknown(now)
        report = self._read_bills(report, run, now, today, tell)
        with self._records.begin() as tx:
            tx.save_run(replace(run, finished_at=now))
        return report

    def read_customer(self, *, record: TenantRecord, now: datetime, today: date) -> tuple[int, int, int]:
        """Read one customer's subscriptions now; return how many there are, how many the ledger learned of, how many differences stand.

        Raises: as ``MicrosoftCommerce.subscriptions``.
        """
        tenant_id = record.customer.tenant_id
        subscriptions = self._microsoft.subscriptions(tenant_id=tenant_id)
        changed = 0
        found: tuple[Difference, ...] = ()
        if record.customer_id is not None:
            with self._ledger.begin() as ledger:
                ours = ledger.subscriptions(customer_id=record.customer_id)
                by_id = {one.id: one for one in ours}
                for theirs in subscriptions:
                    if theirs.id in by_id:
                        known = learned(ours=by_id[theirs.id], theirs=theirs, today=today)
                        changed += ledger.save_subscription(known) is Saved.CHANGED
            found = differences_of(customer_id=record.customer_id, ours=ours, theirs=subscriptions)
        self._give_tasks(tenant_id, record, found, now)
        with self._records.begin() as tx:
            tx.save_differences(tenant_id=tenant_id, differences=found, now=now)
            tx.save_subscriptions(tenant_id=tenant_id, subscriptions=subscriptions, now=now)
        return len(subscriptions), changed, len(found)

    def _list(self, run: SyncRun, now: datetime, tell: Progress) -> tuple[int, int]:
        with self._ledger.begin() as ledger:
            owners: dict[TenantId, CustomerId] = {
                TenantId(one.tenant_id.lower()): one.id for one in ledger.all_customers() if one.tenant_id
            }
        with self._records.begin() as tx:
            before = tx.customer_count()
        count = 0
        for batch in _batches(self._microsoft.customers(), _CUSTOMERS_AT_ONCE):
            with self._records.begin() as tx:
                tx.save_customers(batch, owners=owners, run=run.number)
            count += len(batch)
            tell("customers", count, None)
        if before and not count:
            raise EmptyList("Partner Center lists no customer at all; nothing was changed. Look whether the account is the partner's own")
        with self._records.begin() as tx:
            gone = tx.mark_customers_gone(run=run.number, now=now)
        return count, gone

    def _want(self, run: SyncRun, now: datetime) -> None:
        tenants = None if run.is_full else self._changed_since_last(now)
        with self._records.begin() as tx:
            tx.want(tenants=tenants, before=now - _READ_AGAIN_AFTER)

    def _changed_since_last(self, now: datetime) -> set[TenantId] | None:
        """Return whose things were changed at Microsoft since the last run, or None when that is not known."""
        with self._records.begin() as tx:
            last = tx.last_finished()
        if last is None or last.started_at < now - _DEEDS_KEPT:
            return None
        since = (last.started_at - _DEEDS_OVERLAP).date()
        try:
            return {deed.tenant_id for deed in self._microsoft.deeds(since=since) if deed.tenant_id is not None}
        except (MicrosoftNotAllowed, MicrosoftRefused, MicrosoftNotFound):
            # Only a user may read the record of deeds, and nobody has consented: then everybody is read.
            return None

    def _read_subscriptions(self, report: SyncReport, now: datetime, today: date, tell: Progress) -> SyncReport:
        with self._records.begin() as tx:
            total = tx.wanted_count()
        after, done, in_a_row = "", 0, 0
        while True:
            with self._records.begin() as tx:
                batch = tx.wanted(after=after, limit=_CUSTOMERS_AT_ONCE)
            if not batch:
                return report
            for record in batch:
                after, done = record.customer.tenant_id, done + 1
                try:
                    count, changed, found = self.read_customer(record=record, now=now, today=today)
                except ConsentMissing:
                    raise
                except (RelationshipMissing, MicrosoftNotFound) as error:
                    # Not ours any more, though the list still had it: nothing to try again.
                    self._note_trouble(record, str(error), keep_wanted=False)
                except (MicrosoftUnavailable, MicrosoftNotAllowed, Conflict) as error:
                    in_a_row += 1
                    self._note_trouble(record, str(error), keep_wanted=True)
                    report = replace(report, failed=report.failed + 1)
                    if in_a_row >= _FAILURES_IN_A_ROW:
                        raise
                else:
                    in_a_row = 0
                    report = replace(
                        report,
                        read=report.read + 1,
                        subscriptions=report.subscriptions + count,
                        learned=report.learned + changed,
                        differences=report.differences + found,
                    )
                tell("subscriptions", done, total)

    def _tell_of_unknown(self, now: datetime) -> None:
        """Give one task for all customers that are Microsoft's and not the ledger's: before the first import that is everybody."""
        with self._records.begin() as tx:
            count = tx.unknown_customers()
        if not count:
            self._tasks.settle(key=_UNKNOWN, remark="Every customer at Microsoft is in the ledger now.", now=now)
            return
        details = (
            "Microsoft bills their subscriptions to us, and nobody is billed for them here. Import the customers with their tenant "
            "numbers, or find out whose they are."
        )
        self._tasks.give(task=Task(_UNKNOWN, "Customers at Microsoft that are not in the ledger", details), now=now)

    def _note_trouble(self, record: TenantRecord, reason: str, *, keep_wanted: bool) -> None:
        with self._records.begin() as tx:
            tx.save_trouble(tenant_id=record.customer.tenant_id, trouble=reason, keep_wanted=keep_wanted)

    def _give_tasks(self, tenant_id: TenantId, record: TenantRecord, found: tuple[Difference, ...], now: datetime) -> None:
        """Make a task of each difference and close those of differences that are gone; harmless when done before."""
        with self._records.begin() as tx:
            before = tx.differences(tenant_id=tenant_id)
        standing = {one.key for one in found}
        for one in found:
            whose = f"{record.customer.name} ({record.customer.domain})"
            details = f"{whose}, subscription {one.subscription_id}.\n{_WAYS_OUT[one.kind]}"
            subject = _SUBJECTS[one.kind].format(product=one.product, ours=one.ours, theirs=one.theirs)
            self._tasks.give(task=Task(one.key, subject, details, one.customer_id), now=now)
        for one in before:
            if one.key not in standing:
                self._tasks.settle(key=one.key, remark="Microsoft and the ledger agree now.", now=now)

    def _read_bills(self, report: SyncReport, run: SyncRun, now: datetime, today: date, tell: Progress) -> SyncReport:
        since = None
        if not run.is_full:
            with self._records.begin() as tx:
                unpaid, last = tx.oldest_unpaid_on(), tx.last_finished()
            if last is not None:
                since = min(unpaid or today, today - _BILLS_OVERLAP)
        for batch in _batches(self._microsoft.invoices(since=since), _BILLS_AT_ONCE):
            with self._records.begin() as tx:
                tx.save_invoices(batch, now=now)
        while True:
            with self._records.begin() as tx:
                unread = tx.unread_invoices(limit=_BILLS_AT_ONCE)
            if not unread:
                return report
            for invoice in unread:
                count = sum(self._read_lines(invoice, kind) for kind in invoice.line_kinds or _KINDS[invoice.commerce])
                with self._records.begin() as tx:
                    tx.lines_read(number=invoice.number, now=now)
                report = replace(report, bills=report.bills + 1, lines=report.lines + count)
                tell("bills", report.bills, None)

    def _read_lines(self, invoice: MicrosoftInvoice, kind: LineKind) -> int:
        with self._records.begin() as tx:
            tx.begin_lines(number=invoice.number, kind=kind)
        count = 0
        try:
            for batch in _batches(self._microsoft.invoice_lines(number=invoice.number, kind=kind), _LINES_AT_ONCE):
                with self._records.begin() as tx:
                    tx.add_lines(number=invoice.number, first=count + 1, lines=batch)
                count += len(batch)
        except MicrosoftNotFound:
            # Bills of credits alone, or very old ones, have no such list.
            return count
        return count


def _tell_nobody(_stage: str, _done: int, _total: int | None) -> None:
    """Be the progress of a run that nobody watches."""


def _batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
