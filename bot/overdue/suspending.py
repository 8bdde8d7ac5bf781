"""A suspension for non-payment: proposed, approved by people, carried out at Microsoft, restored. Pure.

Nothing is suspended that nobody with the right approved, and nobody approves what they proposed. What was done to each subscription is
kept, so that it can be put back as it was.

Source: Partner Center: suspend-a-subscription, reactivate-a-suspended-subscription, create-a-new-subscription (2021-07, 2023-10).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.billing.model import CommerceKind, Subscription, SubscriptionStatus
from bot.shared.errors import Conflict, InvalidInput, NotAllowed
from bot.shared.ids import CustomerId, StaffId, SubscriptionId, SuspensionId
from bot.shared.money import Money

LEGACY_DAYS_BACK = 90
"""So long a suspended legacy subscription is sure to be there to be reactivated; up to 120 days are possible."""


class SuspensionState(StrEnum):
    """Where a suspension is in its life."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    """People decided; the worker carries it out."""
    SUSPENDED = "suspended"
    RESTORING = "restoring"
    RESTORED = "restored"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """There was nothing left to suspend for: it was paid, or is in dispute."""


_S = SuspensionState
FOLLOWED_BY: dict[SuspensionState, frozenset[SuspensionState]] = {
    _S.PROPOSED: frozenset({_S.APPROVED, _S.REJECTED, _S.WITHDRAWN}),
    # Paid in the last minute: what was not suspended yet is not, the rest is restored.
    _S.APPROVED: frozenset({_S.SUSPENDED, _S.WITHDRAWN, _S.RESTORING}),
    _S.SUSPENDED: frozenset({_S.RESTORING}),
    _S.RESTORING: frozenset({_S.RESTORED}),
    _S.RESTORED: frozenset(),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
ENDED = frozenset(state for state, after in FOLLOWED_BY.items() if not after)


class WrongState(Conflict):
    """The suspension is not in a state that permits this."""


class OwnProposal(NotAllowed):
    """Nobody approves what they proposed or approved before."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One subscription of a suspension.

    Attributes:
        renewed: Whether it renewed by itself before; new commerce switches that off with the suspension.
        billed_until: Day after the last that Microsoft bills all the same (new commerce: to the end of the term), or None when it stops.
        kept_until: Last day on which data and subscription are sure to be there to be put back, or None when that is not known.
        suspended_at: When Microsoft was seen to have suspended it, or None.
        restored_at: When it was seen to be active again, or None.
        lost: Why it cannot be put back any more; empty while it can.
    """

    id: SubscriptionId
    product: str
    commerce: CommerceKind
    quantity: int
    renewed: bool
    billed_until: date | None
    kept_until: date | None
    is_add_on: bool = False
    suspended_at: datetime | None = None
    restored_at: datetime | None = None
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """That somebody with the right said yes, and why."""

    by: StaffId
    name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Suspension:
    """A suspension of a customer.

    Attributes:
        invoices: (number, open amount, due date) of what is owed.
        due_on: Since when the oldest is due.
        stops_on: From which day access stops once it is approved.
        proposed_by: A member of staff, or None for the ladder.
        needed: How many people must approve it: 1, or 2 above the policy's amount.
        ended_because: Why it was rejected, withdrawn or restored; empty before.
    """

    id: SuspensionId
    customer_id: CustomerId
    invoices: tuple[tuple[str, Money, date], ...]
    affected: tuple[Affected, ...]
    due_on: date
    stops_on: date
    state: SuspensionState
    proposed_by: StaffId | None
    proposed_at: datetime
    needed: int = 1
    approvals: tuple[Approval, ...] = ()
    ended_because: str = ""
    restored_by: StaffId | None = None

    @property
    def owed(self) -> tuple[Money, ...]:
        """Return what is owed, one sum for each currency."""
        sums: dict[str, Money] = {}
        for _, amount, _ in self.invoices:
            sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
        return tuple(sums[currency] for currency in sorted(sums))

    @property
    def data_at_risk_on(self) -> date | None:
        """Return the first day on which data may be gone, or None when that is not known for any of them."""
        days = [item.kept_until + timedelta(days=1) for item in self.affected if item.kept_until is not None]
        return min(days, default=None)


def affected_by(*, subscriptions: Iterable[Subscription], stops_on: date) -> tuple[Affected, ...]:
    """Return the subscriptions a suspension would take, the active ones, with what it means for each."""
    return tuple(
        Affected(
            id=item.id,
            product=item.product,
            commerce=item.commerce,
            quantity=item.quantity,
            renewed=item.auto_renew,
            billed_until=item.ends_on if item.commerce is CommerceKind.NEW else None,
            kept_until=_kept_until(item, stops_on),
        )
        for item in subscriptions
        if item.status is SubscriptionStatus.ACTIVE
    )


def approved(*, suspension: Suspension, by: StaffId, name: str, reason: str, now: datetime) -> Suspension:
    """Return ``suspension`` with one approval more; approved once there are as many as it needs.

    Raises:
        OwnProposal: They proposed it, or approved it before.
        InvalidInput: There is no reason.
        WrongState: It is not proposed any more.
    """
    if not reason.strip():
        raise InvalidInput("say why access is to stop; the reason stays with the suspension")
    if by == suspension.proposed_by:
        raise OwnProposal("nobody approves what they proposed; a colleague can")
    if any(one.by == by for one in suspension.approvals):
        raise OwnProposal("this needs two people; you have approved it already, a colleague must too")
    if suspension.state is not _S.PROPOSED:
        raise WrongState(f"the suspension is {suspension.state.value}; it waits for nobody's approval")
    approvals = (*suspension.approvals, Approval(by, name, reason.strip(), now))
    state = _S.APPROVED if len(approvals) >= suspension.needed else _S.PROPOSED
    return replace(suspension, approvals=approvals, state=state)


def moved(*, suspension: Suspension, to: SuspensionState, because: str = "", by: StaffId | None = None) -> Suspension:
    """Return ``suspension`` in the state ``to``. Raises: WrongState, InvalidInput (an end needs a reason)."""
    if to not in FOLLOWED_BY[suspension.state]:
        raise WrongState(f"the suspension is {suspension.state.value}; it cannot become {to.value}")
    if to in (_S.REJECTED, _S.WITHDRAWN, _S.RESTORING) and not because.strip():
        raise InvalidInput("say why; the reason stays with the suspension")
    return replace(
        suspension, state=to, ended_because=because.strip() or suspension.ended_because, restored_by=by or suspension.restored_by
    )


def with_affected(*, suspension: Suspension, item: Affected) -> Suspension:
    """Return ``suspension`` with what is known of one of its subscriptions now."""
    return replace(suspension, affected=tuple(item if one.id == item.id else one for one in suspension.affected))


def _kept_until(item: Subscription, stops_on: date) -> date | None:
    if item.commerce is CommerceKind.LEGACY:
        return stops_on + timedelta(days=LEGACY_DAYS_BACK)
    return item.ends_on - timedelta(days=1) if item.ends_on is not None else None
