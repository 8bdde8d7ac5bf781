"""Which steps of the collections policy are due for an invoice. Pure; days are calendar days in the partner's zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.billing.model import DocumentKind, InvoiceView
from bot.overdue.model import CollectionsPolicy, DatedStep, LadderState, StepKind
from bot.shared.errors import NotFound

_NOTHING = LadderState(reached=(), next=None, access_stops_on=None, held=False)


class NoPolicy(NotFound):
    """No version of the collections policy was in force on that day."""


def policy_on(*, policies: Sequence[CollectionsPolicy], day: date) -> CollectionsPolicy:
    """Return the version in force on ``day``: the newest that had begun.

    Raises:
        NoPolicy: The first version begins later.
    """
    begun = [policy for policy in policies if policy.in_force_from <= day]
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
