"""How billing works, the terms of cancelling, the price at renewal: the facts of the customer's own subscription, then an article."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from actions.articles import tell_article, tell_page
from actions.base import ClearlineAction, Turn
from actions.billing import ActionExplainInvoice
from actions.fallback import not_understood
from actions.owned import subscription_in_focus, subscriptions_meant
from actions.phrases import subscription_values
from actions.task_kinds import KINDS
from actions.task_model import Task
from actions.tasks import is_about_task, waiting
from bot.billing.changes import Change, MoneyEffect, Outcome, Terms, terms_of
from bot.billing.explain import last_unit_price
from bot.billing.model import CommerceKind, Subscription, SubscriptionStatus
from bot.billing.service import NoInvoices
from bot.library.formats import show_date, show_unit_price

_ASKS_RULE = "ask_rule"
_MOST_TOLD = 3
_ABOUT_CANCELLING = ("cancelling", "refunds", "products", "azure")
_GENERAL_TERMS = "how-to-cancel"
_TERMS_OF_KIND = {CommerceKind.LEGACY: "legacy-cancellation", CommerceKind.NEW: "seven-day-window"}
_GENERAL_PRICE = "price-fixed-for-term"
_ABOUT_PRICES = frozenset(
    {
        _GENERAL_PRICE,
        "promotion-gone",
        "list-price",
        "monthly-or-annual",
        "change-billing-frequency",
        "currency-and-exchange-rate",
    }
)
# These say the same to everybody, so an article may say more.
_GENERAL_ANSWERS = frozenset(
    {
        "utter_late_payment_steps",
        "utter_support_scope",
        "utter_support_price",
        "utter_support_price_free",
        "utter_payment_methods",
        "utter_suspension_by_policy",
    }
)
# Which article goes on where an answer from the ledger or the policy ends; by how the response's name begins after "utter_".
_MORE_ABOUT = MappingProxyType(
    {
        "balance": "payment-not-shown",
        "payment_status": "payment-not-shown",
        "payment_methods": "ways-to-pay",
        "due_date": "due-date",
        "invoice_lines": "itemised-statement",
        "invoice_higher": "why-invoice-higher",
        "invoice_lower": "why-invoice-lower-or-negative",
        "invoice_list": "copy-of-old-invoice",
        "subscriptions": "licence-count-differs",
        "renewal_price": "price-fixed-for-term",
        "renewal": "when-it-renews",
        "late_payment": "what-happens-if-unpaid",
        "suspension": "data-during-suspension",
        "restore": "access-after-payment",
        "terms": "how-to-cancel",
    }
)
_RUNNING = (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED)


class ActionTellRule(ClearlineAction):
    """How something about billing works in general."""

    action_name = "action_tell_rule"

    def answer(self, turn: Turn) -> None:
        """Say the passage that answers; while something is being collected, one about that."""
        task = waiting(turn)
        told = tell_article(turn, fuller=True) if task is None else _tell_about_task(turn, task)
        if not told:
            not_understood(turn, searched=True)

    def fuller(self, turn: Turn) -> None:
        """Put what more there is to say in the place of an answer that was just given; add the offer of a person."""
        repeated = tuple(turn.dispatcher.messages)
        if all(_response(one) in _GENERAL_ANSWERS for one in repeated):
            turn.dispatcher.messages.clear()
            if tell_article(turn) and not set(map(_response, turn.dispatcher.messages)) & _GENERAL_ANSWERS:
                return
        turn.dispatcher.messages.clear()
        if repeated and not _tell_more(turn, repeated[0]):
            turn.dispatcher.messages[:] = repeated
        super().fuller(turn)


def _tell_more(turn: Turn, before: dict[str, Any]) -> bool:
    """Say what there is beside an answer: lines of an invoice, the whole article, or one about it; return whether there is any."""
    response = _response(before)
    if response == "utter_invoice":
        turn.say("utter_answer_stands")
        ActionExplainInvoice().carry_out(turn)
        return True
    if response == "utter_knowledge_answer":
        return tell_page(turn, str(before["link"]).rsplit("/", maxsplit=1)[-1])
    name = next((article for beginning, article in _MORE_ABOUT.items() if response.removeprefix("utter_").startswith(beginning)), None)
    if name is None:
        return False
    turn.say("utter_answer_stands")
    return tell_page(turn, name)


def _tell_about_task(turn: Turn, task: Task) -> bool:
    """Answer a question that came while the task is being collected; return whether there was an answer."""
    kind = KINDS[task.kind]
    return tell_article(
        turn,
        topics=kind.about,
        among=kind.near if turn.intent != _ASKS_RULE or is_about_task(turn, ActionTellRule.action_name) else frozenset(),
        commerce=_only_kind(_in_focus(turn)) if kind.about else None,
        otherwise=kind.article(turn, task),
        fuller=True,
    )


class ActionTellCancellationTerms(ClearlineAction):
    """On what terms a subscription can be cancelled."""

    action_name = "action_tell_cancellation_terms"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Say what holds for the customer's own subscription first, then the passage."""
        meant = _own(turn)
        for item in meant:
            _say_terms(turn, item)
        if len(meant) == 1:
            turn.remember(focus_subscription=meant[0].id)
        # Their own terms need no general words after them; without those, the subject is known well enough to say how it is done.
        # What goes beyond them ("and if we had bought it this week?") is in the article about their system.
        goes_on = bool(meant) and turn.slots.get("topic") == self.action_name
        commerce = _only_kind(meant)
        otherwise = _TERMS_OF_KIND[commerce] if goes_on and commerce else None if meant else _GENERAL_TERMS
        if not tell_article(turn, topics=_ABOUT_CANCELLING, commerce=commerce, otherwise=otherwise, fuller=goes_on) and not meant:
            not_understood(turn, searched=True)


class ActionTellRenewalPrice(ClearlineAction):
    """What a subscription will cost after its renewal."""

    action_name = "action_tell_renewal_price"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Say when the customer's own subscription renews and what it costs now, then the passage."""
        meant = _own(turn)
        for item in meant:
            _say_price(turn, item)
        if not tell_article(turn, among=_ABOUT_PRICES, otherwise=_GENERAL_PRICE) and not meant:
            not_understood(turn, searched=True)


def _own(turn: Turn) -> tuple[Subscription, ...]:
    """Return the customer's running subscriptions of the product named, or the only one there is; empty when neither is clear."""
    if turn.conversation.customer_id is None:
        return ()
    if turn.entity("product") is None and _in_focus(turn):
        return _in_focus(turn)
    found = tuple(item for item in subscriptions_meant(turn) if item.status in _RUNNING)
    clear = turn.entity("product") is not None or len(found) == 1
    return found[:_MOST_TOLD] if clear else ()


def _in_focus(turn: Turn) -> tuple[Subscription, ...]:
    """Return the subscription talked about last, or nothing where there is none or nobody is identified."""
    if turn.conversation.customer_id is None:
        return ()
    focus = subscription_in_focus(turn)
    return tuple(item for item in turn.services.billing.subscriptions(customer_id=turn.customer_id) if item.id == focus)


def _response(message: dict[str, Any]) -> str:
    return str(message.get("response") or "")


def _only_kind(items: tuple[Subscription, ...]) -> CommerceKind | None:
    kinds = {item.commerce for item in items}
    return kinds.pop() if len(kinds) == 1 else None


def _say_terms(turn: Turn, item: Subscription) -> None:
    terms = terms_of(subscription=item, change=Change.CANCEL, today=turn.today)
    dates = {"last_day": terms.last_day, "window_ended_on": terms.window_ended_on, "ends_on": item.ends_on}
    shown = {name: show_date(day, turn.language) if day is not None else "-" for name, day in dates.items()}
    turn.say(f"utter_terms_{_terms_ending(item, terms)}", **{**subscription_values(turn, item), **shown})


def _terms_ending(item: Subscription, terms: Terms) -> str:
    """Return the ending of the response that says these terms."""
    match terms:
        case Terms(outcome=Outcome.REFUSED):
            return "term_over"
        case Terms(outcome=Outcome.ALREADY):
            return "ends_anyway"
        case Terms(outcome=Outcome.AT_TERM_END):
            return "new_commerce_bound"
        case Terms(money=MoneyEffect.FULL_CREDIT):
            return "legacy_first_month"
        case Terms(money=MoneyEffect.PRO_RATED_CREDIT):
            return "legacy"
        case Terms(money=MoneyEffect.LESS_USED_DAYS) if item.ends_on is not None:
            return "new_commerce_window"
        case _:
            return "by_usage"


def _say_price(turn: Turn, item: Subscription) -> None:
    try:
        views = turn.services.billing.invoices(customer_id=turn.customer_id, today=turn.today)
        price = last_unit_price(subscription=item, invoices=tuple(view.invoice for view in views))
    except NoInvoices:
        price = None
    values = subscription_values(turn, item)
    if price is None:
        turn.say("utter_renewal_price_unknown", **values)
    else:
        turn.say("utter_renewal_price", **values, price=show_unit_price(price, turn.language))
