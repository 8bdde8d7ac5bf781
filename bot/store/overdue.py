"""Collections over SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from bot.overdue.model import HoldKind, StepKind
from bot.overdue.ports import HoldRecord, HoldState, StepRecord, SuspensionRecord
from bot.overdue.suspending import ENDED, Suspension, SuspensionState
from bot.shared.errors import NotFound
from bot.shared.ids import ConversationId, CustomerId, InvoiceId, SuspensionId
from bot.shared.money import Money
from bot.store.overdue_tables import overdue_holds, overdue_steps, suspensions
from bot.store.sql import batches, upsert
from bot.store.tables import allocations, conversations, messages

_SUSPENSION = TypeAdapter(Suspension)


class OverdueTx:
    """The part of a conversations transaction that knows collections; a ``bot.overdue.ports.OverdueTx``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def intend_steps(self, steps: Sequence[StepRecord], *, now: datetime) -> int:
        """Write intended steps down; one that is there already stays as it is. Return how many are new."""
        return self._write_steps(steps, now)

    def adopt_steps(self, steps: Sequence[StepRecord], *, now: datetime) -> int:
        """Write steps down as taken elsewhere on their ``done_on``; those that are there stay. Return how many are new."""
        return self._write_steps(steps, now)

    def _write_steps(self, steps: Sequence[StepRecord], now: datetime) -> int:
        count = 0
        for batch in batches(steps):
            statement = upsert(self._connection, overdue_steps).values([_step_values(step, now) for step in batch])
            added = statement.on_conflict_do_nothing(index_elements=["invoice_id", "step"]).returning(overdue_steps.c.invoice_id)
            count += len(self._connection.scalars(added).all())
        return count

    def has_steps(self) -> bool:
        """Return whether any step was ever written down."""
        return self._connection.scalar(select(overdue_steps.c.invoice_id).limit(1)) is not None

    def steps_of(self, *, invoice_ids: Iterable[InvoiceId]) -> tuple[StepRecord, ...]:
        """Return the steps of these invoices, intended and taken."""
        found: list[StepRecord] = []
        for batch in batches(invoice_ids):
            query = select(overdue_steps).where(overdue_steps.c.invoice_id.in_(batch))
            found += map(_step_from, self._connection.execute(query.order_by(overdue_steps.c.planned_on, overdue_steps.c.step)))
        return tuple(found)

    def customers_with_intended(self, *, limit: int, after: str = "") -> tuple[CustomerId, ...]:
        """Return customers that have intended steps, by id, beginning behind ``after``."""
        mine = overdue_steps.c
        query = select(mine.customer_id).where(mine.done_on.is_(None), mine.customer_id > after).distinct().order_by(mine.customer_id)
        return tuple(CustomerId(one) for one in self._connection.scalars(query.limit(limit)))

    def take_steps(self, *, customer_id: CustomerId, today: date, now: datetime) -> tuple[StepRecord, ...]:
        """Mark the customer's intended steps as taken today and return them; nobody else gets them."""
        mine = overdue_steps.c
        taken = update(overdue_steps).where(mine.customer_id == customer_id, mine.done_on.is_(None)).values(done_on=today, at=now)
        return tuple(map(_step_from, self._connection.execute(taken.returning(*overdue_steps.c))))

    def drop_steps(self, *, steps: Iterable[StepRecord]) -> None:
        """Forget steps that were not taken after all."""
        mine = overdue_steps.c
        for step in steps:
            self._connection.execute(delete(overdue_steps).where(mine.invoice_id == step.invoice_id, mine.step == step.step))

    def add_hold(self, hold: HoldRecord) -> None:
        """Store a hold."""
        self._connection.execute(insert(overdue_holds), _hold_values(hold))

    def save_hold(self, hold: HoldRecord) -> None:
        """Store what became of a hold."""
        values = {"state": hold.state.value, "until": hold.until}
        self._connection.execute(update(overdue_holds).where(overdue_holds.c.id == hold.id).values(values))

    def holds_of(self, *, invoice_ids: Iterable[InvoiceId], only_active: bool = True) -> tuple[HoldRecord, ...]:
        """Return the holds of these invoices, the oldest first."""
        mine, found = overdue_holds.c, []
        for batch in batches(invoice_ids):
            query = select(overdue_holds).where(mine.invoice_id.in_(batch))
            if only_active:
                # A promise that was broken goes on explaining why the ladder stood still.
                query = query.where(mine.state.in_([HoldState.ACTIVE.value, HoldState.BROKEN.value]))
            found += [_hold_from(row) for row in self._connection.execute(query.order_by(mine.at, mine.id))]
        return tuple(found)

    def holds(self, *, kinds: tuple[HoldKind, ...], limit: int) -> tuple[HoldRecord, ...]:
        """Return active holds of these kinds, those that end first at the beginning, those without an end last."""
        mine = overdue_holds.c
        query = select(overdue_holds).where(mine.state == HoldState.ACTIVE.value, mine.kind.in_([kind.value for kind in kinds]))
        return tuple(map(_hold_from, self._connection.execute(query.order_by(mine.until.is_(None), mine.until, mine.id).limit(limit))))

    def latest_steps(self, *, invoice_ids: Iterable[InvoiceId]) -> tuple[tuple[str, int], ...]:
        """Return how many of these invoices have which step as the latest taken, by the step's key."""
        latest: dict[str, tuple[date, str]] = {}
        for step in self.steps_of(invoice_ids=invoice_ids):
            if step.done_on is not None and (step.done_on, step.step) > latest.get(step.invoice_id, (date.min, "")):
                latest[step.invoice_id] = (step.done_on, step.step)
        counts: dict[str, int] = {}
        for _, key in latest.values():
            counts[key] = counts.get(key, 0) + 1
        return tuple(sorted(counts.items()))

    def recovered(self, *, since: date) -> tuple[Money, ...]:
        """Return what was paid from ``since`` on for invoices after a notice about them, one sum for each currency."""
        mine, paid = overdue_steps.c, allocations.c
        first = (
            select(mine.invoice_id, func.min(mine.done_on).label("noticed_on"))
            .where(mine.done_on.is_not(None))
            .group_by(mine.invoice_id)
            .subquery()
        )
        query = (
            select(paid.currency, func.sum(paid.amount_minor).label("minor"))
            .join_from(allocations, first, first.c.invoice_id == paid.invoice_id)
            .where(paid.received_on >= since, paid.received_on >= first.c.noticed_on)
            .group_by(paid.currency)
            .order_by(paid.currency)
        )
        return tuple(Money.from_minor(int(row.minor), row.currency) for row in self._connection.execute(query))

    def chat_of(self, *, customer_id: CustomerId, since: datetime) -> ConversationId | None:
        """Return the conversation in which the customer wrote last, after ``since``, or None."""
        wrote = (
            select(conversations.c.id)
            .join_from(conversations, messages, messages.c.conversation_id == conversations.c.id)
            .where(conversations.c.customer_id == customer_id, messages.c.sender == "customer", messages.c.at > since)
            .order_by(messages.c.at.desc())
            .limit(1)
        )
        found = self._connection.scalar(wrote)
        return None if found is None else ConversationId(found)

    def add_suspension(self, suspension: Suspension, *, now: datetime) -> None:
        """Store a new one. Raises: Conflict when the customer has one under way."""
        record = SuspensionRecord(suspension, now, try_at=now)
        self._connection.execute(insert(suspensions), {"id": suspension.id, **_suspension_values(record)})

    def suspension(self, *, suspension_id: SuspensionId) -> SuspensionRecord:
        """Return one. Raises: NotFound."""
        row = self._connection.execute(select(suspensions).where(suspensions.c.id == suspension_id)).one_or_none()
        if row is None:
            raise NotFound("there is no such suspension")
        return _suspension_from(row)

    def suspension_for_change(self, *, suspension_id: SuspensionId) -> SuspensionRecord:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        self._connection.execute(update(suspensions).where(suspensions.c.id == suspension_id).values(state=suspensions.c.state))
        return self.suspension(suspension_id=suspension_id)

    def save_suspension(self, record: SuspensionRecord) -> None:
        """Store a changed one. Raises: NotFound."""
        changed = update(suspensions).where(suspensions.c.id == record.suspension.id).values(_suspension_values(record))
        if self._connection.execute(changed).rowcount != 1:
            raise NotFound("there is no such suspension")

    def suspensions_of(self, *, customer_id: CustomerId) -> tuple[SuspensionRecord, ...]:
        """Return a customer's, the newest first."""
        found = self._connection.execute(select(suspensions).where(suspensions.c.customer_id == customer_id))
        return tuple(sorted(map(_suspension_from, found), key=lambda one: one.suspension.proposed_at, reverse=True))

    def suspensions_in(self, *, states: tuple[SuspensionState, ...], limit: int) -> tuple[SuspensionRecord, ...]:
        """Return those in one of ``states``, the longest untouched first."""
        mine = suspensions.c
        query = select(suspensions).where(mine.state.in_([state.value for state in states])).order_by(mine.changed_at, mine.id)
        return tuple(map(_suspension_from, self._connection.execute(query.limit(limit))))

    def due_suspensions(
        self, *, states: tuple[SuspensionState, ...], now: datetime, until: datetime, limit: int
    ) -> tuple[SuspensionId, ...]:
        """Return those in one of ``states`` whose time has come; nobody else gets them before ``until``."""
        mine = suspensions.c
        is_due = mine.state.in_([state.value for state in states]) & (mine.try_at <= now)
        due = select(mine.id).where(is_due).order_by(mine.try_at, mine.id).limit(limit).with_for_update(skip_locked=True)
        claimed = update(suspensions).where(mine.id.in_(due.scalar_subquery()), is_due).values(try_at=until).returning(mine.id)
        return tuple(SuspensionId(one) for one in sorted(self._connection.scalars(claimed)))


def _step_values(step: StepRecord, now: datetime) -> dict[str, Any]:
    return {
        "invoice_id": step.invoice_id,
        "step": step.step,
        "customer_id": step.customer_id,
        "kind": step.kind.value,
        "version": step.version,
        "planned_on": step.planned_on,
        "done_on": step.done_on,
        "at": now,
    }


def _step_from(row: Row[Any]) -> StepRecord:
    return StepRecord(
        invoice_id=InvoiceId(row.invoice_id),
        step=row.step,
        customer_id=CustomerId(row.customer_id),
        kind=StepKind(row.kind),
        version=row.version,
        planned_on=row.planned_on,
        done_on=row.done_on,
    )


def _hold_values(hold: HoldRecord) -> dict[str, Any]:
    parts = [[day.isoformat(), amount.to_minor(), amount.currency] for day, amount in hold.parts]
    return {
        "id": hold.id,
        "customer_id": hold.customer_id,
        "invoice_id": hold.invoice_id,
        "kind": hold.kind.value,
        "since": hold.since,
        "until": hold.until,
        "parts": json.dumps(parts),
        "state": hold.state.value,
        "by": hold.by,
        "reason": hold.reason,
        "at": hold.at,
    }


def _hold_from(row: Row[Any]) -> HoldRecord:
    return HoldRecord(
        id=row.id,
        customer_id=CustomerId(row.customer_id),
        invoice_id=InvoiceId(row.invoice_id),
        kind=HoldKind(row.kind),
        since=row.since,
        until=row.until,
        state=HoldState(row.state),
        by=row.by,
        at=row.at,
        reason=row.reason,
        parts=tuple((date.fromisoformat(day), Money.from_minor(minor, currency)) for day, minor, currency in json.loads(row.parts)),
    )


def _suspension_values(record: SuspensionRecord) -> dict[str, Any]:
    suspension = record.suspension
    return {
        "customer_id": suspension.customer_id,
        "open_for": None if suspension.state in ENDED else suspension.customer_id,
        "state": suspension.state.value,
        "facts": _SUSPENSION.dump_json(suspension).decode(),
        "try_at": record.try_at,
        "tries": record.tries,
        "trouble": record.trouble,
        "changed_at": record.changed_at,
    }


def _suspension_from(row: Row[Any]) -> SuspensionRecord:
    return SuspensionRecord(_SUSPENSION.validate_json(row.facts), row.changed_at, row.trouble, row.tries, row.try_at)
