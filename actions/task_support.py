"""Tasks for which words are collected: other billing details, and a technical problem."""

from __future__ import annotations

import re

from actions.phrases import money_list
from actions.task_model import UNKNOWN, Heard, Kind, Task
from actions.task_payment import free_text
from actions.turn import Turn
from bot.billing.model import Subscription, SubscriptionStatus
from bot.library.formats import show_date
from bot.shared.text import fold
from bot.support.answers import words
from bot.support.model import TicketKind
from bot.support.substance import people_named, since_named, substance

_LONGEST_TEXT = 600
_BARE_WORDS = 3
_HOLDS_A_VALUE = re.compile(r"[\d@:]")
_VALUES = frozenset({"tax_number", "email", "person"})


class ChangeBillingDetails(Kind):
    """Another address, tax number, recipient or order number on the invoices."""

    name = "change_billing_details"
    ticket = TicketKind.REQUEST
    free = frozenset({"details"})
    never_asks = frozenset({"details"})
    about = ("data", "tax")
    near = frozenset({"change-billing-details", "vat-number-on-invoice", "purchase-order-number"})

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take the first message where it holds what is to stand there in future."""
        number = heard.turn.entity("tax_number")
        if number and len(words(heard.text)) <= _BARE_WORDS:
            # A number sent by itself has to be named when it is repeated back.
            return {"details": heard.turn.phrase("utter_part_new_tax_number", number=number)}
        holds = _HOLDS_A_VALUE.search(heard.text) or heard.turn.entities.keys() & _VALUES
        return {"details": heard.text[:_LONGEST_TEXT]} if holds and substance(heard.text) else {}

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take the words."""
        return free_text(heard, name, optional=False)

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take further words as well."""
        return {"details": f"{task.get('details')} / {heard.text.strip()}"[: 2 * _LONGEST_TEXT]}

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask for the details."""
        return None if task.get("details") else "details"

    def article(self, turn: Turn, task: Task) -> str | None:
        """Return the one that says what is changed, and from which invoice on."""
        return "change-billing-details"

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say what is to stand there."""
        return {"details": task.get("details")}

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List the customer's own words."""
        return (("details", task.get("details")),)


class TechnicalProblem(Kind):
    """Something does not work: first whether it is suspended, then what a technician has to know."""

    name = "technical_problem"
    ticket = TicketKind.TECHNICAL
    free = frozenset({"product", "what", "since", "users"})
    optional = frozenset({"product", "since", "users"})

    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take product, what happens, since when and how many are touched, as far as the first message says."""
        found = self._asides(heard)
        # "Power BI problem" names the product and no more.
        if substance(heard.text) >= 2 and substance(heard.text, besides=found.get("product", "")):
            found["what"] = heard.text[:_LONGEST_TEXT]
        return found

    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Take the words, and what else they tell."""
        said = free_text(heard, name, optional=name in self.optional)
        if not said or said[name] == UNKNOWN:
            return said
        others = {key: value for key, value in self._asides(heard).items() if key != name and key not in task.fields}
        product = heard.turn.entity("product")
        return {**others, **said, **({"product": product} if name == "product" and product else {})}

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take another product."""
        product = heard.turn.entity("product")
        return {"product": product} if product and product != task.get("product") else {}

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Take further words as part of what happens."""
        return {"what": f"{task.get('what')} / {heard.text.strip()}"[: 2 * _LONGEST_TEXT]}

    def refuse(self, turn: Turn, task: Task) -> bool:
        """Say instead that a subscription is suspended for non-payment: the one in question, or any while none is known."""
        stopped = _stopped(turn, task.get("product"))
        if stopped is None:
            return False
        balance = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today)
        since = show_date(stopped.suspended_on, turn.language) if stopped.suspended_on else "-"
        turn.remember(offered="agent")
        if balance.overdue_totals:
            turn.say("utter_task_suspended", product=stopped.product, date=since, amount=money_list(turn, balance.overdue_totals))
        else:
            turn.say("utter_task_suspended_settled", product=stopped.product, date=since)
        return True

    def missing(self, turn: Turn, task: Task) -> str | None:
        """Ask for the product, what happens, since when, and how many."""
        return next((name for name in ("product", "what", "since", "users") if name not in task.fields), None)

    def question_values(self, turn: Turn, task: Task, name: str) -> dict[str, str]:
        """Name the product where it is known."""
        return {"product": task.get("product") or "-"}

    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Say all of it."""
        return {name: task.get(name) or "-" for name in ("product", "what", "since", "users")}

    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """List all of it."""
        return tuple((name, task.get(name) or UNKNOWN) for name in ("product", "what", "since", "users"))

    def _asides(self, heard: Heard) -> dict[str, str]:
        found = {
            "product": heard.turn.entity("product"),
            "since": since_named(heard.text),
            "users": people_named(heard.text),
        }
        return {name: value for name, value in found.items() if value}


def _stopped(turn: Turn, product: str) -> Subscription | None:
    """Return the subscription suspended for non-payment that explains the trouble, or None.

    With a product that the customer has, only that one explains it; with any other name, or none, each does.
    """
    owned = turn.services.billing.subscriptions(customer_id=turn.customer_id)
    stopped = [item for item in owned if item.status is SubscriptionStatus.SUSPENDED and item.suspension_reason == "non_payment"]
    wanted = set(fold(product).split())
    meant = [item for item in owned if wanted and wanted <= set(fold(item.product).split())]
    if meant:
        stopped = [item for item in stopped if item in meant]
    return stopped[0] if stopped else None
