"""What a suspension means for one subscription: why it is, how long the data is sure to be kept, what ends it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.billing.model import BillingPlan, CommerceKind, InvoiceView, Standing, Subscription, SubscriptionStatus

LEGACY_DATA_DAYS = 90


class SuspensionReason(StrEnum):
    """Why a subscription is suspended, by the record."""

    NON_PAYMENT = "non_payment"
    CUSTOMER_REQUEST = "customer_request"
    FRAUD = "fraud"
    UNKNOWN = "unknown"


class WayBack(StrEnum):
    """What gives the customer access again."""

    PAY = "pay"
    REQUEST = "request"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Restoring:
    """How access comes back.

    Attributes:
        subscriptions: The suspended ones it is about, never empty.
        to_pay: Overdue invoices that have to be settled first, oldest due date first; empty unless ``way`` is ``PAY``.
    """

    way: WayBack
    subscriptions: tuple[Subscription, ...]
    to_pay: tuple[InvoiceView, ...]


def suspended(subscriptions: Iterable[Subscription]) -> tuple[Subscription, ...]:
    """Return those that are suspended, the latest suspension first."""
    found = [item for item in subscriptions if item.status is SubscriptionStatus.SUSPENDED]
    return tuple(sorted(found, key=lambda item: (-(item.suspended_on or date.min).toordinal(), item.product)))


def reason_of(subscription: Subscription) -> SuspensionReason:
    """Return the recorded reason; ``UNKNOWN`` where none is recorded, or one that has no meaning here."""
    known = {reason.value: reason for reason in SuspensionReason}
    return known.get(subscription.suspension_reason or "", SuspensionReason.UNKNOWN)


def data_kept_until(subscription: Subscription) -> date | None:
    """Return the last day on which the data of a suspended subscription is sure to be there; None when none can be promised.

    Legacy keeps it for 90 days (up to 120 are possible, but not sure). In new commerce it is sure only to the end of the term;
    what is billed by usage has no term of its own.

    Source: Partner Center: create-a-new-subscription (2021-07, 2023-10), subscription-lifecycle (2023-10).
    """
    if subscription.commerce is CommerceKind.LEGACY:
        since = subscription.suspended_on
        return since + timedelta(days=LEGACY_DATA_DAYS) if since is not None else None
    if subscription.ends_on is None or subscription.billing_plan is BillingPlan.NONE:
        return None
    return subscription.ends_on - timedelta(days=1)


def overdue_invoices(invoices: Iterable[InvoiceView]) -> tuple[InvoiceView, ...]:
    """Return those that are overdue and not in dispute, oldest due date first."""
    found = [item for item in invoices if item.standing is Standing.OVERDUE]
    return tuple(sorted(found, key=lambda item: (item.invoice.due_on, item.invoice.number)))


def way_back(*, subscriptions: Iterable[Subscription], invoices: Iterable[InvoiceView]) -> Restoring | None:
    """Return how access to the suspended ones among ``subscriptions`` comes back, or None when none is suspended.

    A suspected fraud goes to a person whatever is paid. One suspended for non-payment needs every overdue invoice settled; what
    is in dispute does not count. Everything else is asked for: a person reactivates, never the assistant.

    Args:
        invoices: All that the customer still owes.
    """
    found = suspended(subscriptions)
    if not found:
        return None
    reasons = {reason_of(item) for item in found}
    if SuspensionReason.FRAUD in reasons:
        return Restoring(WayBack.PERSON, found, ())
    to_pay = overdue_invoices(invoices)
    if to_pay and SuspensionReason.NON_PAYMENT in reasons:
        return Restoring(WayBack.PAY, found, to_pay)
    return Restoring(WayBack.REQUEST, found, ())
