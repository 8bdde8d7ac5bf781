"""What the ledger learns from Microsoft about a subscription, and where the two do not agree. Pure.

Microsoft decides whether a subscription is active, when its term ends and whether it renews. How many licences are billed, at what price
and to whom is the partner's own record: where that differs somebody has to look, and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.billing.microsoft import MicrosoftStatus, MicrosoftSubscription
from bot.billing.microsoft_records import Difference, DifferenceKind
from bot.billing.model import BillingPlan, Subscription, SubscriptionStatus
from bot.shared.ids import CustomerId, SubscriptionId

_STATUSES = {
    MicrosoftStatus.ACTIVE: SubscriptionStatus.ACTIVE,
    MicrosoftStatus.SUSPENDED: SubscriptionStatus.SUSPENDED,
    MicrosoftStatus.DELETED: SubscriptionStatus.CANCELLED,
    MicrosoftStatus.EXPIRED: SubscriptionStatus.EXPIRED,
    MicrosoftStatus.DISABLED: SubscriptionStatus.DISABLED,
}
# An ended subscription is nobody's business any more, whether the ledger has it or not.
_ENDED_THERE = frozenset({MicrosoftStatus.DELETED, MicrosoftStatus.EXPIRED, MicrosoftStatus.DISABLED})
_ENDED_HERE = frozenset({SubscriptionStatus.CANCELLED, SubscriptionStatus.EXPIRED, SubscriptionStatus.DISABLED})


def learned(*, ours: Subscription, theirs: MicrosoftSubscription, today: date) -> Subscription:
    """Return ``ours`` with what Microsoft decides: state, since when it is suspended, renewal and the dates of the term.

    A state that Microsoft calls pending or by an unknown word changes nothing. The reason of a suspension is ours: Microsoft says
    nothing that tells a customer's wish from money owed. While suspended, a renewal that new commerce switched off stays as the
    customer wanted it, so that it can be put back.
    """
    status = _STATUSES.get(theirs.status)
    if status is None:
        return ours
    is_suspended = status is SubscriptionStatus.SUSPENDED
    has_term = theirs.ends_on is not None and ours.billing_plan is not BillingPlan.NONE
    return replace(
        ours,
        status=status,
        auto_renew=ours.auto_renew if is_suspended else theirs.auto_renew,
        started_on=theirs.started_on if has_term and theirs.started_on else ours.started_on,
        ends_on=theirs.ends_on if has_term else ours.ends_on,
        suspended_on=(ours.suspended_on or today) if is_suspended else None,
        suspension_reason=ours.suspension_reason if is_suspended else None,
    )


def differences_of(
    *, customer_id: CustomerId, ours: Iterable[Subscription], theirs: Iterable[MicrosoftSubscription]
) -> tuple[Difference, ...]:
    """Return what does not agree about the subscriptions of one customer that both know, by subscription.

    Args:
        customer_id: The ledger's customer.
        ours: All that the ledger has of that customer.
        theirs: All that Microsoft lists for the tenant.
    """
    here: dict[SubscriptionId, Subscription] = {one.id: one for one in ours}
    there: dict[SubscriptionId, MicrosoftSubscription] = {one.id: one for one in theirs}
    found: list[Difference] = []
    for identifier in sorted(here.keys() | there.keys()):
        mine, other = here.get(identifier), there.get(identifier)
        if mine is not None and other is not None:
            found += _about_both(mine, other)
        elif mine is not None and mine.status not in _ENDED_HERE:
            kind = DifferenceKind.NOT_AT_MICROSOFT
            found.append(Difference(kind, identifier, mine.product, customer_id, ours=f"{mine.quantity}, {mine.status.value}"))
        elif other is not None and other.status not in _ENDED_THERE:
            kind = DifferenceKind.NOT_IN_LEDGER
            found.append(Difference(kind, identifier, other.name, customer_id, theirs=f"{other.quantity}, {other.status.value}"))
    return tuple(found)


def _about_both(ours: Subscription, theirs: MicrosoftSubscription) -> list[Difference]:
    found = []
    if theirs.status not in _ENDED_THERE and ours.quantity and ours.quantity != theirs.quantity:
        found.append(_difference(DifferenceKind.SEATS, ours, str(ours.quantity), str(theirs.quantity)))
    if ours.commerce is not theirs.commerce:
        found.append(_difference(DifferenceKind.COMMERCE, ours, ours.commerce.value, theirs.commerce.value))
    return found


def _difference(kind: DifferenceKind, ours: Subscription, mine: str, other: str) -> Difference:
    return Difference(kind, ours.id, ours.product, ours.customer_id, ours=mine, theirs=other)
