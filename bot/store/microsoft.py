"""Records of Microsoft's side over SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, insert, or_, select, update

from bot.billing.microsoft import LineKind, MicrosoftInvoice, MicrosoftLine, MicrosoftSubscription, TenantCustomer
from bot.billing.microsoft_records import Difference, SubscriptionRecord, SyncRun, SyncState, TenantRecord
from bot.billing.payables import PayableMark
from bot.shared.audit import AuditEntry
from bot.shared.errors import NotFound
from bot.shared.ids import CustomerId, SubscriptionId, TenantId
from bot.shared.money import Money
from bot.store import microsoft_rows as rows
from bot.store.audit import append
from bot.store.engine import transaction, write_alone
from bot.store.microsoft_tables import (
    microsoft_customers,
    microsoft_differences,
    microsoft_invoices,
    microsoft_lines,
    microsoft_subscriptions,
    payable_marks,
    sync_runs,
)
from bot.store.sql import batches, upsert

_LOCK_KEY = 0x434C_0020


class SqlMicrosoftTx:
    """One transaction on the records of Microsoft's side; a ``bot.billing.microsoft_records.MicrosoftRecordsTx``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- Runs ------------------------------------------------------------------------------------

    def begin_run(self, *, is_full: bool, now: datetime) -> SyncRun:
        """Return the run that is not finished, else a new one. Asked for a full one, an unfinished run becomes full."""
        write_alone(self._connection, key=_LOCK_KEY)
        running = self._run(sync_runs.c.finished_at.is_(None))
        if running is None:
            values = {"started_at": now, "is_full": is_full, "is_listed": False, "finished_at": None}
            number = self._connection.scalar(insert(sync_runs).values(values).returning(sync_runs.c.number))
            return SyncRun(int(number or 0), now, is_full, is_listed=False, finished_at=None)
        if is_full and not running.is_full:
            running = replace(running, is_full=True)
            self.save_run(running)
        return running

    def save_run(self, run: SyncRun) -> None:
        """Store what a run has reached."""
        values = {"is_full": run.is_full, "is_listed": run.is_listed, "finished_at": run.finished_at}
        self._connection.execute(update(sync_runs).where(sync_runs.c.number == run.number).values(values))

    def last_finished(self) -> SyncRun | None:
        """Return the last run that reached its end, or None."""
        return self._run(sync_runs.c.finished_at.is_not(None))

    def state(self) -> SyncState:
        """Return when Microsoft's side was last read, with counts."""
        finished = self.last_finished()
        listed = microsoft_customers.c.gone_at.is_(None)
        count = self._connection.scalar
        return SyncState(
            finished_at=finished.finished_at if finished else None,
            running=self._run(sync_runs.c.finished_at.is_(None)),
            customers=self.customer_count(),
            subscriptions=count(select(func.count()).where(microsoft_subscriptions.c.gone_at.is_(None))) or 0,
            troubled=count(select(func.count()).where(listed, microsoft_customers.c.trouble != "")) or 0,
        )

    def _run(self, condition: ColumnElement[bool]) -> SyncRun | None:
        row = self._connection.execute(select(sync_runs).where(condition).order_by(sync_runs.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else SyncRun(row.number, row.started_at, row.is_full, row.is_listed, row.finished_at)

    # --- Customers -------------------------------------------------------------------------------

    def save_customers(self, customers: Sequence[TenantCustomer], *, owners: Mapping[TenantId, CustomerId], run: int) -> None:
        """Insert or update customers as seen in run number ``run``; one that was gone is back."""
        for batch in batches(customers):
            statement = upsert(self._connection, microsoft_customers).values(
                [rows.customer_values(one, owner=owners.get(one.tenant_id), run=run) for one in batch]
            )
            told = ("customer_id", "name", "domain", "relationship", "seen_run")
            changes: dict[str, Any] = {name: statement.excluded[name] for name in told}
            self._connection.execute(statement.on_conflict_do_update(index_elements=["tenant_id"], set_={**changes, "gone_at": None}))

    def customer_count(self) -> int:
        """Return how many customers are listed (not gone)."""
        return self._connection.scalar(select(func.count()).where(microsoft_customers.c.gone_at.is_(None))) or 0

    def unknown_customers(self) -> int:
        """Return how many listed customers have subscriptions and are not in the ledger."""
        mine, theirs = microsoft_customers.c, microsoft_subscriptions.c
        has_some = select(theirs.id).where(theirs.tenant_id == mine.tenant_id, theirs.gone_at.is_(None)).exists()
        return self._connection.scalar(select(func.count()).where(mine.customer_id.is_(None), mine.gone_at.is_(None), has_some)) or 0

    def mark_customers_gone(self, *, run: int, now: datetime) -> int:
        """Mark the customers not seen in ``run`` as gone; return how many are newly so."""
        gone = microsoft_customers.c.gone_at.is_(None) & (microsoft_customers.c.seen_run != run)
        return self._connection.execute(update(microsoft_customers).where(gone).values(gone_at=now, is_wanted=False)).rowcount

    def want(self, *, tenants: Iterable[TenantId] | None, before: datetime | None) -> None:
        """Note whose subscriptions are to be read: all, or these, with those never read or not since ``before``."""
        mine = microsoft_customers.c
        marked = update(microsoft_customers).values(is_wanted=True)
        if tenants is None:
            self._connection.execute(marked.where(mine.gone_at.is_(None)))
            return
        old = mine.synced_at.is_(None) if before is None else or_(mine.synced_at.is_(None), mine.synced_at < before)
        self._connection.execute(marked.where(mine.gone_at.is_(None), old))
        for batch in batches(tenants):
            self._connection.execute(marked.where(mine.gone_at.is_(None), mine.tenant_id.in_(batch)))

    def wanted(self, *, after: str, limit: int) -> tuple[TenantRecord, ...]:
        """Return listed customers whose subscriptions are to be read, by tenant, beginning behind the tenant ``after``."""
        mine = microsoft_customers.c
        query = select(microsoft_customers).where(mine.is_wanted, mine.gone_at.is_(None), mine.tenant_id > after)
        return tuple(map(rows.tenant_from, self._connection.execute(query.order_by(mine.tenant_id).limit(limit))))

    def wanted_count(self) -> int:
        """Return how many ``wanted`` would find in all."""
        mine = microsoft_customers.c
        return self._connection.scalar(select(func.count()).where(mine.is_wanted, mine.gone_at.is_(None))) or 0

    def save_trouble(self, *, tenant_id: TenantId, trouble: str, keep_wanted: bool) -> None:
        """Note why a customer's subscriptions could not be read."""
        noted = update(microsoft_customers).where(microsoft_customers.c.tenant_id == tenant_id)
        self._connection.execute(noted.values(trouble=trouble, is_wanted=keep_wanted))

    def tenant_of(self, *, customer_id: CustomerId) -> TenantRecord | None:
        """Return the tenant of the ledger's customer, the listed one if there are several, or None."""
        mine = microsoft_customers.c
        query = select(microsoft_customers).where(mine.customer_id == customer_id)
        row = self._connection.execute(query.order_by(mine.gone_at.is_not(None), mine.tenant_id).limit(1)).one_or_none()
        return None if row is None else rows.tenant_from(row)

    # --- Subscriptions ---------------------------------------------------------------------------

    def save_subscriptions(self, *, tenant_id: TenantId, subscriptions: Sequence[MicrosoftSubscription], now: datetime) -> None:
        """Store all of a customer's subscriptions; those no longer among them are marked as gone."""
        for batch in batches(subscriptions):
            statement = upsert(self._connection, microsoft_subscriptions).values([rows.subscription_values(one) for one in batch])
            changes = {name: statement.excluded[name] for name in ("tenant_id", "status", "facts", "gone_at")}
            self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))
        mine = microsoft_subscriptions.c
        seen = {one.id for one in subscriptions}
        known = self._connection.scalars(select(mine.id).where(mine.tenant_id == tenant_id, mine.gone_at.is_(None)))
        for batch in batches(sorted(set(known) - seen)):
            self._connection.execute(update(microsoft_subscriptions).where(mine.id.in_(batch)).values(gone_at=now))
        done = update(microsoft_customers).where(microsoft_customers.c.tenant_id == tenant_id)
        self._connection.execute(done.values(synced_at=now, is_wanted=False, trouble=""))

    def subscriptions_of(self, *, tenant_id: TenantId) -> tuple[SubscriptionRecord, ...]:
        """Return a customer's subscriptions, gone ones too, by id; may be empty."""
        mine = microsoft_subscriptions.c
        found = self._connection.execute(select(microsoft_subscriptions).where(mine.tenant_id == tenant_id).order_by(mine.id))
        return tuple(map(rows.subscription_from, found))

    def subscription(self, *, subscription_id: SubscriptionId) -> SubscriptionRecord | None:
        """Return one, or None."""
        query = select(microsoft_subscriptions).where(microsoft_subscriptions.c.id == subscription_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else rows.subscription_from(row)

    # --- Differences -----------------------------------------------------------------------------

    def differences(self, *, tenant_id: TenantId | None = None, limit: int = 500) -> tuple[Difference, ...]:
        """Return what was found and not settled, of one tenant or of all, by customer and kind."""
        mine = microsoft_differences.c
        query = select(microsoft_differences).order_by(mine.customer_id, mine.kind, mine.key).limit(limit)
        if tenant_id is not None:
            query = query.where(mine.tenant_id == tenant_id)
        return tuple(map(rows.difference_from, self._connection.execute(query)))

    def save_differences(self, *, tenant_id: TenantId, differences: Sequence[Difference], now: datetime) -> None:
        """Store what differs at a tenant now in place of what differed before."""
        mine = microsoft_differences.c
        self._connection.execute(delete(microsoft_differences).where(mine.tenant_id == tenant_id))
        for one in differences:
            statement = upsert(self._connection, microsoft_differences).values(rows.difference_values(one, tenant_id=tenant_id, now=now))
            changes = {name: statement.excluded[name] for name in ("tenant_id", "customer_id", "product", "ours", "theirs")}
            self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changes))

    # --- Bills -----------------------------------------------------------------------------------

    def save_invoices(self, invoices: Sequence[MicrosoftInvoice], *, now: datetime) -> None:
        """Insert or update Microsoft's bills; what staff noted about them stays."""
        for batch in batches(invoices):
            statement = upsert(self._connection, microsoft_invoices).values([rows.invoice_values(one, now=now) for one in batch])
            kept = ("number", "lines_read_at")
            changes = {column.name: statement.excluded[column.name] for column in microsoft_invoices.c if column.name not in kept}
            self._connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=changes))

    def unread_invoices(self, *, limit: int) -> tuple[MicrosoftInvoice, ...]:
        """Return bills whose lines are not read to their end, the oldest first."""
        mine = microsoft_invoices.c
        query = select(microsoft_invoices).where(mine.lines_read_at.is_(None)).order_by(mine.issued_on, mine.number).limit(limit)
        return tuple(map(rows.invoice_from, self._connection.execute(query)))

    def begin_lines(self, *, number: str, kind: LineKind) -> None:
        """Drop what an earlier go left of one list of a bill."""
        mine = microsoft_lines.c
        self._connection.execute(delete(microsoft_lines).where(mine.number == number, mine.kind == kind.value))

    def add_lines(self, *, number: str, first: int, lines: Sequence[MicrosoftLine]) -> None:
        """Add lines of one list, numbered from ``first``."""
        if lines:
            values = [rows.line_values(line, number=number, position=position) for position, line in enumerate(lines, first)]
            self._connection.execute(insert(microsoft_lines), values)

    def lines_read(self, *, number: str, now: datetime) -> None:
        """Note that all lists of a bill were read."""
        read = update(microsoft_invoices).where(microsoft_invoices.c.number == number)
        self._connection.execute(read.values(lines_read_at=now))

    def lines_of(self, *, number: str, limit: int = 500, offset: int = 0) -> tuple[MicrosoftLine, ...]:
        """Return lines of a bill, list by list, in Microsoft's order."""
        mine = microsoft_lines.c
        query = select(microsoft_lines).where(mine.number == number).order_by(mine.kind, mine.position)
        return tuple(map(rows.line_from, self._connection.execute(query.limit(limit).offset(offset))))

    def oldest_unpaid_on(self) -> date | None:
        """Return the date of the oldest bill that Microsoft does not show as paid, or None."""
        mine = microsoft_invoices.c
        open_ones = select(func.min(mine.issued_on)).where(~mine.is_void, func.abs(mine.paid_minor) < mine.total_minor)
        found: date | None = self._connection.scalar(open_ones)
        return found

    def costs_of(self, *, tenant_id: TenantId, number: str) -> tuple[Money, ...]:
        """Return the sum of a bill's lines for a tenant, one for each currency; may be empty."""
        mine = microsoft_lines.c
        query = select(mine.currency, mine.total).where(mine.number == number, mine.tenant_id == tenant_id, mine.total.is_not(None))
        return rows.sums(self._connection.execute(query))


class SqlPayablesTx(SqlMicrosoftTx):
    """The same with what staff noted about bills; a ``bot.billing.microsoft_records.PayablesTx``."""

    def take_down(self, entry: AuditEntry) -> None:
        """Append an entry to the audit trail within this transaction."""
        append(self._connection, entry)

    def invoices(self, *, limit: int) -> tuple[MicrosoftInvoice, ...]:
        """Return Microsoft's bills, the newest first."""
        mine = microsoft_invoices.c
        query = select(microsoft_invoices).order_by(mine.issued_on.desc(), mine.number.desc()).limit(limit)
        return tuple(map(rows.invoice_from, self._connection.execute(query)))

    def owners_in(self, *, number: str) -> frozenset[CustomerId]:
        """Return the ledger's customers that have lines in a bill."""
        lines, customers = microsoft_lines.c, microsoft_customers.c
        query = (
            select(customers.customer_id)
            .join_from(microsoft_lines, microsoft_customers, customers.tenant_id == lines.tenant_id)
            .where(lines.number == number, customers.customer_id.is_not(None))
            .distinct()
        )
        return frozenset(CustomerId(one) for one in self._connection.scalars(query))

    def payable_marks(self) -> tuple[tuple[str, PayableMark], ...]:
        """Return what was noted, by the bill's number."""
        found = self._connection.execute(select(payable_marks).order_by(payable_marks.c.number))
        return tuple((row.number, PayableMark(row.number, row.paid_on, row.disputed_on, row.reason)) for row in found)

    def save_payable_mark(self, mark: PayableMark) -> None:
        """Store what is noted about a bill. Raises: NotFound (there is no such bill)."""
        if self._connection.scalar(select(microsoft_invoices.c.number).where(microsoft_invoices.c.number == mark.number)) is None:
            raise NotFound("there is no such bill of Microsoft")
        values = {"number": mark.number, "paid_on": mark.paid_on, "disputed_on": mark.disputed_on, "reason": mark.reason}
        statement = upsert(self._connection, payable_marks).values(values)
        changes = {name: statement.excluded[name] for name in ("paid_on", "disputed_on", "reason")}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["number"], set_=changes))


class SqlMicrosoft:
    """Opens transactions on the records of Microsoft's side; a ``bot.billing.microsoft_records.MicrosoftRecords``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[SqlPayablesTx]:
        """Return a transaction to be used in a ``with`` statement. Raises: Unavailable, Conflict."""
        with transaction(self._engine) as connection:
            yield SqlPayablesTx(connection)
