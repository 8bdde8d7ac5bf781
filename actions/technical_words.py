"""What is said where a technical problem ends before it is diagnosed, and what its work costs."""

from __future__ import annotations

from actions.phrases import money_list, portal_row
from actions.turn import Turn
from bot.billing.model import Subscription, SubscriptionStatus
from bot.library.formats import show_date, show_money
from bot.shared.text import fold
from bot.support.case_records import QuoteRecord
from bot.support.portals import portals_for
from bot.support.quotes import Charge


def price_words(turn: Turn, record: QuoteRecord) -> str:
    """Return what a piece of work costs, in words."""
    quote = record.quote
    if quote.total is None or quote.unit is None:
        return turn.phrase("utter_part_quote_free")
    total, unit = show_money(quote.total, turn.language), show_money(quote.unit, turn.language)
    if quote.charge is Charge.PER_HOUR:
        return turn.phrase("utter_part_quote_per_hour", unit=unit, total=total, minutes=str(quote.minutes_charged))
    return turn.phrase("utter_part_quote_per_incident", total=total)


def tell_portal(turn: Turn, *, product: str, text: str) -> None:
    """Say where what was bought elsewhere is helped with; nothing about amounts."""
    found = portals_for(portals=turn.services.portals, product=product, text=text)
    turn.say("utter_diagnosis_not_ours", product=product, lines="\n".join(portal_row(turn, portal) for portal in found))


def tell_unpaid(turn: Turn, product: str) -> None:
    """Say that a subscription suspended for non-payment is the likely cause, and lead to paying."""
    stopped = _stopped(turn, product)
    balance = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today)
    since = show_date(stopped.suspended_on, turn.language) if stopped.suspended_on else "-"
    if balance.overdue_totals:
        turn.say("utter_task_suspended", product=stopped.product, date=since, amount=money_list(turn, balance.overdue_totals))
    else:
        turn.say("utter_task_suspended_settled", product=stopped.product, date=since)


def _stopped(turn: Turn, product: str) -> Subscription:
    """Return the subscription suspended for non-payment that explains the trouble, by name where one is of that name."""
    owned = turn.services.billing.subscriptions(customer_id=turn.customer_id)
    stopped = [item for item in owned if item.status is SubscriptionStatus.SUSPENDED and item.suspension_reason == "non_payment"]
    wanted = set(fold(product).split())
    return next((item for item in stopped if wanted <= set(fold(item.product).split())), stopped[0])
