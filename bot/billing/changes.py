"""May a subscription be changed, and on what terms. Pure: the subscription and today's date decide.

New commerce binds for the whole term: only in the first seven days of a purchase or renewal can seats be taken off or the
subscription be cancelled, and only the unused days come back. Legacy commerce can be changed on any day.
Source: Partner Center, create a subscription and its new-commerce cancellation policy; license-based billing (legacy).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.billing.model import CommerceKind, Subscription, SubscriptionStatus

WINDOW = timedelta(days=7)
"""How long new commerce lets a purchase be taken back. Its first day counts, since the hour of the purchase is not known."""

_RUN_OUT = frozenset({SubscriptionStatus.EXPIRED, SubscriptionStatus.DISABLED, SubscriptionStatus.CANCELLED})


class Change(StrEnum):
    """What a customer may ask to have changed."""

    ADD_SEATS = "add_seats"
    REMOVE_SEATS = "remove_seats"
    CANCEL = "cancel"
    RENEWAL_OFF = "renewal_off"
    RENEWAL_ON = "renewal_on"


class Outcome(StrEnum):
    """Whether it can be done, and when."""

    AT_ONCE = "at_once"
    AT_TERM_END = "at_term_end"
    ALREADY = "already"
    REFUSED = "refused"


class MoneyEffect(StrEnum):
    """What it does to the bill."""

    NONE = "none"
    PRO_RATED_CHARGE = "pro_rated_charge"
    FULL_CREDIT = "full_credit"
    PRO_RATED_CREDIT = "pro_rated_credit"
    LESS_USED_DAYS = "less_used_days"


class Obstacle(StrEnum):
    """Why it cannot be done."""

    RUN_OUT = "run_out"
    TERM_OVER = "term_over"
    SUSPENDED = "suspended"
    USAGE_BASED = "usage_based"
    ALL_SEATS = "all_seats"
    NO_TERM = "no_term"
    ENDS_ANYWAY = "ends_anyway"


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a change can be had.

    Attributes:
        takes_effect_on: First day on which it holds; None when there is nothing to take effect.
        last_day: Last day on which it can be asked for on these terms; for added seats of new commerce the last day on
            which they can be taken back; None when there is no such day.
        window_ended_on: Last day of the seven that are over, where that is why it must wait; else None.
        owed_until: Day after the last one (exclusive) for which the present seats, or for added seats those too, are owed
            whatever happens; None when nothing beyond ``takes_effect_on`` is.
        obstacle: Why not; set exactly when ``outcome`` is refused.
    """

    change: Change
    outcome: Outcome
    money: MoneyEffect = MoneyEffect.NONE
    takes_effect_on: date | None = None
    last_day: date | None = None
    window_ended_on: date | None = None
    owed_until: date | None = None
    obstacle: Obstacle | None = None


def window_last_day(subscription: Subscription) -> date:
    """Return the last day on which new commerce lets the present term be taken back: seven days from purchase or renewal."""
    return max(subscription.bought_on, subscription.started_on) + WINDOW - timedelta(days=1)


def terms_of(*, subscription: Subscription, change: Change, today: date, seats: int = 0) -> Terms:
    """Return whether and on what terms ``change`` can be made to ``subscription``.

    Args:
        today: The day it is asked for, in the partner's zone.
        seats: How many are to be added or removed; not looked at for other changes.

    Raises:
        ValueError: ``change`` is about seats and ``seats`` is not positive.
    """
    obstacle = _obstacle(subscription, change, today)
    if obstacle is not None:
        return Terms(change, Outcome.REFUSED, obstacle=obstacle)
    match change:
        case Change.ADD_SEATS | Change.REMOVE_SEATS:
            if seats < 1:
                raise ValueError("a change of seats needs at least one seat")
            if change is Change.ADD_SEATS:
                return _adding(subscription, today)
            return _removing(subscription, today, seats)
        case Change.CANCEL:
            return _cancelling(subscription, today)
        case Change.RENEWAL_OFF | Change.RENEWAL_ON:
            return _renewing(subscription, change, today)


def _obstacle(subscription: Subscription, change: Change, today: date) -> Obstacle | None:
    """Return what stands in the way whatever the commerce kind, or None."""
    if subscription.status in _RUN_OUT:
        return Obstacle.RUN_OUT
    if subscription.ends_on is not None and subscription.ends_on <= today:
        # The ledger has not heard yet whether it was renewed, so nothing can be promised.
        return Obstacle.TERM_OVER
    if change in (Change.ADD_SEATS, Change.REMOVE_SEATS):
        if subscription.quantity == 0:
            return Obstacle.USAGE_BASED
        if subscription.status is SubscriptionStatus.SUSPENDED:
            return Obstacle.SUSPENDED
    if change in (Change.RENEWAL_OFF, Change.RENEWAL_ON) and subscription.ends_on is None:
        return Obstacle.NO_TERM
    return None


def _adding(subscription: Subscription, today: date) -> Terms:
    charged = Terms(Change.ADD_SEATS, Outcome.AT_ONCE, MoneyEffect.PRO_RATED_CHARGE, takes_effect_on=today)
    if subscription.commerce is CommerceKind.LEGACY or subscription.ends_on is None:
        return charged
    # Added seats have seven days of their own, which cannot be longer than what is left of the term.
    last_day = min(today + WINDOW - timedelta(days=1), subscription.ends_on - timedelta(days=1))
    return Terms(
        Change.ADD_SEATS,
        Outcome.AT_ONCE,
        MoneyEffect.PRO_RATED_CHARGE,
        takes_effect_on=today,
        last_day=last_day,
        owed_until=subscription.ends_on,
    )


def _removing(subscription: Subscription, today: date, seats: int) -> Terms:
    if seats >= subscription.quantity:
        return Terms(Change.REMOVE_SEATS, Outcome.REFUSED, obstacle=Obstacle.ALL_SEATS)
    if subscription.commerce is CommerceKind.LEGACY:
        return Terms(Change.REMOVE_SEATS, Outcome.AT_ONCE, MoneyEffect.PRO_RATED_CREDIT, takes_effect_on=today)
    return _within_window(subscription, Change.REMOVE_SEATS, today) or _from_term_end(subscription, Change.REMOVE_SEATS)


def _cancelling(subscription: Subscription, today: date) -> Terms:
    if subscription.commerce is CommerceKind.LEGACY:
        first_month = today < _month_after(max(subscription.bought_on, subscription.started_on))
        money = MoneyEffect.FULL_CREDIT if first_month else MoneyEffect.PRO_RATED_CREDIT
        return Terms(Change.CANCEL, Outcome.AT_ONCE, money, takes_effect_on=today)
    if subscription.quantity == 0 and subscription.ends_on is None:
        # What is billed by usage has no term to be bound by; used is used.
        return Terms(Change.CANCEL, Outcome.AT_ONCE, takes_effect_on=today)
    return _within_window(subscription, Change.CANCEL, today) or _from_term_end(subscription, Change.CANCEL)


def _within_window(subscription: Subscription, change: Change, today: date) -> Terms | None:
    last_day = window_last_day(subscription)
    if today > last_day:
        return None
    return Terms(change, Outcome.AT_ONCE, MoneyEffect.LESS_USED_DAYS, takes_effect_on=today, last_day=last_day)


def _from_term_end(subscription: Subscription, change: Change) -> Terms:
    ends_on = subscription.ends_on
    if ends_on is None:
        return Terms(change, Outcome.REFUSED, window_ended_on=window_last_day(subscription), obstacle=Obstacle.NO_TERM)
    if not _renews(subscription):
        if change is Change.CANCEL:
            return Terms(change, Outcome.ALREADY, takes_effect_on=ends_on, owed_until=ends_on)
        return Terms(change, Outcome.REFUSED, owed_until=ends_on, obstacle=Obstacle.ENDS_ANYWAY)
    return Terms(
        change,
        Outcome.AT_TERM_END,
        takes_effect_on=ends_on,
        last_day=ends_on - timedelta(days=1),
        window_ended_on=window_last_day(subscription),
        owed_until=ends_on,
    )


def _renewing(subscription: Subscription, change: Change, today: date) -> Terms:
    ends_on = subscription.ends_on
    if ends_on is None:
        return Terms(change, Outcome.REFUSED, obstacle=Obstacle.NO_TERM)
    if (change is Change.RENEWAL_ON) == _renews(subscription):
        return Terms(change, Outcome.ALREADY, takes_effect_on=ends_on, owed_until=ends_on)
    if change is Change.RENEWAL_ON and subscription.status is SubscriptionStatus.SUSPENDED:
        # Suspending switched it off; it can be switched on by hand only once the subscription runs again.
        return Terms(change, Outcome.REFUSED, obstacle=Obstacle.SUSPENDED)
    return Terms(change, Outcome.AT_ONCE, takes_effect_on=ends_on, last_day=ends_on - timedelta(days=1), owed_until=ends_on)


def _renews(subscription: Subscription) -> bool:
    """Return whether the term renews by itself; suspending switches that off in new commerce, whatever the ledger still says."""
    suspended = subscription.status is SubscriptionStatus.SUSPENDED and subscription.commerce is CommerceKind.NEW
    return subscription.auto_renew and not suspended


def _month_after(day: date) -> date:
    """Return the same day of the next month, or that month's last day where it has no such day."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
