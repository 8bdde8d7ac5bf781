"""Which steps of the collections policy are due for an invoice. Pure; days are calendar days in the partner's zone.

Two questions are answered here. By the policy alone: on which days do the steps of an invoice fall (``ladder_state``)? And for what really
happens: which step comes next, given those that were taken and the time in which the ladder stood still (``course``, ``next_step``)?
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.billing.model import DocumentKind, InvoiceView
from bot.overdue.model import CollectionsPolicy, DatedStep, LadderState, OverdueCase, PolicyStep, StepKind
from bot.shared.errors import NotFound

_MOST_SHUT_DAYS = 60
_ONE_DAY = timedelta(days=1)
_NOTHING = LadderState(reached=(), next=None, access_stops_on=None, held=False)


class NoPolicy(NotFound):
    """No version of the collections policy was in force on that day."""


def policy_on(*, policies: Sequence[CollectionsPolicy], day: date, customer: str = "") -> CollectionsPolicy:
    """Return the version in force on ``day``: the newest that had begun, of those for the customer if there are any.

    Args:
        customer: The customer's number; empty asks for what holds for everybody.

    Raises:
        NoPolicy: The first version begins later.
    """
    own = [policy for policy in policies if customer in policy.customers and policy.in_force_from <= day]
    begun = own or [policy for policy in policies if not policy.customers and policy.in_force_from <= day]
    if not begun:
        raise NoPolicy(
            f"no collections policy was in force on {day}; let an earlier version begin by then in knowledge/collections-policy.yml"
        )
    return max(begun, key=lambda policy: policy.in_force_from)


def ladder_state(*, policy: CollectionsPolicy, due_on: date, today: date, held_since: date | None = None) -> LadderState:
    """Return which steps an unpaid invoice has reached by ``today`` and which comes next.

    A step is reached on its day. From ``held_since`` on (the day a dispute began; a later day than ``today`` is no hold yet) the
    ladder stands still: steps of that day and after are neither reached nor announced.
    """
    dated = tuple(DatedStep(step=step, on=due_on + timedelta(days=step.days)) for step in sorted(policy.steps, key=lambda step: step.days))
    stop = next((item.on for item in dated if item.step.kind is StepKind.PROPOSE_SUSPENSION), None)
    if held_since is not None and held_since <= today:
        reached = tuple(item for item in dated if item.on < held_since)
        return LadderState(reached=reached, next=None, access_stops_on=stop if stop is not None and stop < held_since else None, held=True)
    reached = tuple(item for item in dated if item.on <= today)
    coming = next((item for item in dated if item.on > today), None)
    return LadderState(reached=reached, next=coming, access_stops_on=stop, held=False)


def ladder_of(*, view: InvoiceView, policies: Sequence[CollectionsPolicy], today: date) -> LadderState:
    """Return where ``view`` stands on the ladder of the policy that was in force when it was issued.

    A credit note, and an invoice with nothing open, is on no step and has none to come.

    Raises:
        NoPolicy: No version was in force when the invoice was issued.
    """
    if view.invoice.kind is DocumentKind.CREDIT_NOTE or not view.open_amount:
        return _NOTHING
    policy = policy_on(policies=policies, day=view.invoice.issued_on)
    return ladder_state(policy=policy, due_on=view.invoice.due_on, today=today, held_since=view.invoice.disputed_on)


def course(*, case: OverdueCase, policy: CollectionsPolicy, today: date) -> tuple[DatedStep, ...]:
    """Return every step of ``case`` with the day on which it was taken or will be taken; in order, days never going back.

    A step that was not taken comes on its own day, or later: after the one before it was taken, on an open day, when nothing holds the
    ladder, and not before ``today``. Access stops only as many days after the final notice as the policy has between the two. A reminder
    of a day still to come is left out once that day is past, as are all steps before one that was taken.

    Empty of what is to come while something holds the ladder without an end.
    """
    steps = sorted(policy.steps, key=lambda step: step.days)
    last_done = max((place for place, step in enumerate(steps) if step.key in case.done), default=-1)
    found: list[DatedStep] = []
    for place, step in enumerate(steps):
        if step.key in case.done:
            found.append(DatedStep(step, case.done[step.key]))
        elif place > last_done and not (step.days < 0 and today >= case.item.due_on):
            day = _day_of(step, case, policy, found, today)
            if day is None:
                break
            found.append(DatedStep(step, day))
    return tuple(found)


def next_step(*, case: OverdueCase, policy: CollectionsPolicy, today: date) -> DatedStep | None:
    """Return the step of ``case`` that comes next, due when its day is ``today``; None when none is to come or the ladder is held."""
    return next((item for item in course(case=case, policy=policy, today=today) if item.step.key not in case.done), None)


def state_of(*, case: OverdueCase, policy: CollectionsPolicy, today: date) -> LadderState:
    """Return where ``case`` really stands: the steps taken, the next one, the day on which access stops."""
    steps = course(case=case, policy=policy, today=today)
    stop = next((item.on for item in steps if item.step.kind is StepKind.PROPOSE_SUSPENSION), None)
    return LadderState(
        reached=tuple(item for item in steps if item.step.key in case.done),
        next=next((item for item in steps if item.step.key not in case.done), None),
        access_stops_on=stop,
        held=any(hold.holds_on(today) for hold in case.holds),
    )


def _day_of(step: PolicyStep, case: OverdueCase, policy: CollectionsPolicy, before: Sequence[DatedStep], today: date) -> date | None:
    """Return the first day on which ``step`` may be taken, or None while nobody knows it."""
    grace = policy.grace_days if step.days > 0 else 0
    day = max(case.item.due_on + timedelta(days=step.days + grace), today)
    if before:
        day = max(day, before[-1].on + _ONE_DAY)
    if step.kind is StepKind.PROPOSE_SUSPENSION:
        notice = next((item for item in reversed(before) if item.step.kind is StepKind.FINAL_NOTICE), None)
        if notice is not None:
            day = max(day, notice.on + timedelta(days=step.days - notice.step.days))
    for _ in range(_MOST_SHUT_DAYS):
        holding = next((hold for hold in case.holds if hold.holds_on(day)), None)
        if holding is not None:
            if holding.until is None:
                return None
            day = holding.until + _ONE_DAY
        elif policy.is_open_day(day):
            return day
        else:
            day += _ONE_DAY
    return day
