"""Other billing details: words are collected for a colleague."""

from __future__ import annotations

import re

from actions.task_model import Heard, Kind, Task
from actions.task_payment import free_text
from actions.turn import Turn
from bot.support.answers import words
from bot.support.model import TicketKind
from bot.support.substance import substance

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
