"""Which of the customer's subscriptions a message is about."""

from __future__ import annotations

from actions.turn import Turn
from bot.billing.model import Subscription, SubscriptionStatus
from bot.shared.text import fold


def subscriptions_meant(turn: Turn) -> tuple[Subscription, ...]:
    """Return those of the product named, or all of the customer's; may be empty. Raises: NotIdentified."""
    owned = turn.services.billing.subscriptions(customer_id=turn.customer_id)
    product = turn.entity("product")
    if product is None:
        return owned
    wanted = fold(product)
    exact = tuple(item for item in owned if fold(item.product) == wanted)
    return exact or tuple(item for item in owned if wanted in fold(item.product) or _same_words(wanted, fold(item.product)))


def subscription_in_focus(turn: Turn) -> str | None:
    """Return the id of the running subscription talked about last, or None; looked up among the customer's own. Raises: NotIdentified."""
    focus = turn.slots.get("focus_subscription")
    owned = turn.services.billing.subscriptions(customer_id=turn.customer_id)
    running = (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED)
    return next((item.id for item in owned if item.id == focus and item.status in running), None)


def _same_words(wanted: str, owned: str) -> bool:
    return set(wanted.split()) <= set(owned.split())
