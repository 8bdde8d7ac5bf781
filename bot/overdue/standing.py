"""Where open invoices really stand, and what follows for a suspension. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.billing.ports import OpenDocument
from bot.overdue.model import CollectionsPolicy, Hold, HoldKind, LadderState, OverdueCase, StepKind
from bot.overdue.ports import HoldRecord, HoldState
from bot.overdue.suspending import Affected, Suspension, SuspensionState
from bot.shared.ids import StaffId, new_suspension_id
from bot.shared.money import Money, round_half_up

Ruled = tuple[OverdueCase, CollectionsPolicy, tuple[HoldRecord, ...]]
"""A case with its policy, and the holds that explain a ladder standing still."""


@dataclass(frozen=True, slots=True)
class StandingCase:
    """An open invoice with where it really stands.

    Attributes:
        records: Holds that explain a ladder standing still; may be empty.
    """

    case: OverdueCase
    policy: CollectionsPolicy
    state: LadderState
    records: tuple[HoldRecord, ...]


def suspension_for(
    *, stop: Sequence[StandingCase], affected: tuple[Affected, ...], proposed_by: StaffId | None, now: datetime
) -> Suspension:
    """Return the proposal to suspend a customer for these invoices; two people must approve it above the policy's amount."""
    items = [one.case.item for one in stop]
    owed: dict[str, Money] = {}
    for item in items:
        owed[item.open_amount.currency] = owed.get(item.open_amount.currency, Money.zero(item.open_amount.currency)) + item.open_amount
    policy = stop[0].policy
    above = any(limit.currency in owed and owed[limit.currency].amount > limit.amount for limit in policy.four_eyes_above)
    return Suspension(
        id=new_suspension_id(),
        customer_id=items[0].customer_id,
        invoices=tuple((item.number, item.open_amount, item.due_on) for item in items),
        affected=affected,
        due_on=min(item.due_on for item in items),
        stops_on=min(one.state.access_stops_on for one in stop if one.state.access_stops_on is not None),
        state=SuspensionState.PROPOSED,
        proposed_by=proposed_by,
        proposed_at=now,
        needed=2 if above else 1,
    )


def steps_known(done: Mapping[str, date], kinds: Mapping[str, StepKind], policy: CollectionsPolicy) -> dict[str, date]:
    """Return the steps taken as this version calls them: one that was renamed counts as the first of its kind not taken yet."""
    known = {key: day for key, day in done.items() if policy.step(key) is not None}
    for key, day in sorted(done.items(), key=lambda one: one[1]):
        if key not in known:
            same = next((step for step in policy.steps if step.kind is kinds[key] and step.key not in known), None)
            if same is not None:
                known[same.key] = day
    return known


def holds_of(item: OpenDocument, records: Iterable[HoldRecord], today: date) -> tuple[Hold, ...]:
    """Return an invoice's holds as the ladder knows them: what is broken ended yesterday, a dispute has no end."""
    found = []
    for record in records:
        if record.state is HoldState.ACTIVE and is_broken(record, item, today):
            found.append(Hold(record.kind, record.since, today - timedelta(days=1)))
        else:
            found.append(record.hold)
    if item.disputed_on is not None:
        found.append(Hold(HoldKind.DISPUTE, item.disputed_on, None))
    return tuple(found)


def is_broken(record: HoldRecord, item: OpenDocument, today: date) -> bool:
    """Return whether what was promised was not paid: the day has passed, or more is open than the instalments to come."""
    if record.kind is HoldKind.PROMISE:
        return record.until is not None and record.until < today
    if record.kind is HoldKind.INSTALMENTS:
        to_come = sum((amount.amount for day, amount in record.parts if day >= today), start=Money.zero(item.open_amount.currency).amount)
        return item.open_amount.amount > to_come
    return False


def worth_it(cases: Sequence[Ruled], today: date) -> Iterator[tuple[OverdueCase, CollectionsPolicy]]:
    """Yield the cases of customers who owe at least the policy's minimum in that currency."""
    for _, group in groupby(cases, key=lambda one: one[0].item.customer_id):
        mine = list(group)
        owed: dict[str, Money] = {}
        for case, _, _ in mine:
            amount = case.item.open_amount
            owed[amount.currency] = owed.get(amount.currency, Money.zero(amount.currency)) + amount
        for case, policy, _ in mine:
            least = next((one for one in policy.minimums if one.currency == case.item.open_amount.currency), None)
            if least is None or owed[least.currency].amount >= least.amount:
                yield case, policy


def parts_of(amount: Money, *, count: int, days: int, today: date) -> tuple[tuple[date, Money], ...]:
    """Return ``amount`` in ``count`` equal parts, the first after an equal share of ``days`` and the last after all of them.

    The last part takes what rounding leaves.
    """
    each = round_half_up(Money(amount.amount / count, amount.currency))
    parts = [(today + timedelta(days=days * (place + 1) // count), each) for place in range(count - 1)]
    rest = amount
    for _, part in parts:
        rest = rest - part
    return (*parts, (today + timedelta(days=days), rest))
