"""What the customer has, and when it renews."""

from __future__ import annotations

from datetime import date

from actions.base import ClearlineAction, Turn
from actions.owned import subscriptions_meant
from actions.phrases import subscription_text, subscription_values
from bot.billing.model import SubscriptionStatus
from bot.support.model import TicketKind

_MOST_LISTED = 15
_RENEWING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED)


class ActionListSubscriptions(ClearlineAction):
    """The customer's subscriptions and their state."""

    action_name = "action_list_subscriptions"
    topic = True

    def answer(self, turn: Turn) -> None:
        """List all subscriptions, or those of the product named."""
        found = subscriptions_meant(turn)
        if not found:
            _say_none(turn)
            return
        rows = [subscription_text(turn, item) for item in found[:_MOST_LISTED]]
        if len(found) > _MOST_LISTED:
            rows.append(turn.phrase("utter_part_more_lines", count=str(len(found) - _MOST_LISTED)))
        turn.say("utter_subscriptions_one" if len(found) == 1 else "utter_subscriptions", count=str(len(found)), lines="\n".join(rows))
        if len(found) == 1:
            turn.remember(focus_subscription=found[0].id)
        _say_requested(turn)
        if any(item.suspension_reason == "non_payment" for item in found):
            turn.say("utter_subscriptions_suspended_for_non_payment")


class ActionTellRenewal(ClearlineAction):
    """When subscriptions renew or end."""

    action_name = "action_tell_renewal"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Tell the date of the product named, or of every running subscription, soonest first."""
        found = tuple(item for item in subscriptions_meant(turn) if item.status in _RENEWING)
        if not found:
            _say_none(turn)
            return
        ordered = sorted(found, key=lambda item: (item.ends_on or date.max, item.product))
        rows = [turn.phrase("utter_part_renewal_row", **subscription_values(turn, item)) for item in ordered[:_MOST_LISTED]]
        if len(rows) == 1:
            turn.remember(focus_subscription=ordered[0].id)
        turn.say("utter_renewal_one" if len(rows) == 1 else "utter_renewal", lines="\n".join(rows))


def _say_requested(turn: Turn) -> None:
    """Say which changes were asked for in this conversation and wait for a colleague, since the ledger does not show them yet."""
    waiting = [
        turn.phrase("utter_part_requested_row", ticket=ticket.number, subject=ticket.subject)
        for ticket in turn.services.conversations.tickets(customer_id=turn.customer_id)
        if ticket.conversation_id == turn.conversation_id and ticket.kind is TicketKind.SUBSCRIPTION and ticket.reason is None
    ]
    if waiting:
        turn.say("utter_subscriptions_requested", lines="\n".join(waiting[:_MOST_LISTED]))


def _say_none(turn: Turn) -> None:
    product = turn.entity("product")
    if product:
        turn.say("utter_subscriptions_none_of_product", product=product)
    else:
        turn.say("utter_subscriptions_none")


__all__ = ["ActionListSubscriptions", "ActionTellRenewal", "subscriptions_meant"]
