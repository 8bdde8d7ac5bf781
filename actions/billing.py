"""Invoices, payments and what is open."""

from __future__ import annotations

import re
from abc import abstractmethod
from datetime import timedelta

from actions.base import ClearlineAction, Turn
from actions.compare import set_against, yardstick_of
from actions.explain import asks_for_lines_only, tell_difference
from actions.phrases import invoice_values, lines_text, money_list, standing_key, standing_sentence
from actions.pick import invoices_of_period, pick
from bot.billing.model import DocumentKind, InvoiceView
from bot.billing.service import AmbiguousInvoice
from bot.conversations.model import Attachment
from bot.conversations.tokens import DocumentGrant
from bot.library.formats import show_date, show_money
from bot.shared.text import fold
from bot.support.answers import points_back

_LINK_VALID_FOR = timedelta(minutes=15)
_MOST_LISTED = 12


class InvoiceAction(ClearlineAction):
    """Base of actions about one or a few invoices."""

    topic = True
    prefer_focus = True

    def answer(self, turn: Turn) -> None:
        """Find the invoices meant and tell about each."""
        try:
            views = pick(turn, prefer_focus=self.prefer_focus)
        except AmbiguousInvoice as error:
            turn.say("utter_invoice_ambiguous", numbers=", ".join(error.numbers[:6]))
            return
        for item in views[:3]:
            self.tell(turn, item)
        if len(views) > 3:
            turn.say("utter_invoice_list", lines=_list(turn, views[3:]))

    @abstractmethod
    def tell(self, turn: Turn, item: InvoiceView) -> None:
        """Say the answer for one invoice."""


class ActionTellInvoice(InvoiceAction):
    """What an invoice is about: amount, dates, standing."""

    action_name = "action_tell_invoice"
    prefer_focus = False

    def tell(self, turn: Turn, item: InvoiceView) -> None:
        """Say number, date, amount and standing."""
        if item.invoice.kind is DocumentKind.CREDIT_NOTE:
            turn.say("utter_credit_note", references=", ".join(item.invoice.billing_references) or "-", **invoice_values(turn, item))
            return
        turn.say("utter_invoice", standing=standing_sentence(turn, item), **invoice_values(turn, item))


_RECENT = 20
_SAYS_PAID = re.compile(
    r"\b(?:i|we)(?:'ve| have)?(?: already| just)? (?:paid|transferred|wired|sent (?:the|it))"
    r"|\balready paid|\bpaid (?:it|this|that|them|already|last|on|yesterday)"
    r"|\b(?:ki|be|meg|le)?fizett(?:em|uk)|\b(?:el|at)?utalt(?:am|uk)"
)


class ActionTellPaymentStatus(InvoiceAction):
    """Whether an invoice has been paid."""

    action_name = "action_tell_payment_status"

    def tell(self, turn: Turn, item: InvoiceView) -> None:
        """Say yes or no first, then the details."""
        turn.say(f"utter_payment_status_{standing_key(turn, item)}", **invoice_values(turn, item))
        if item.open_amount and _SAYS_PAID.search(fold(turn.text)):
            self._look_for_payment(turn)

    def _look_for_payment(self, turn: Turn) -> None:
        """Say what has arrived and could not be placed, and offer to have somebody look for the payment."""
        with turn.services.ledger.begin() as tx:
            received = [one for one in tx.payments(customer_id=turn.customer_id, limit=_RECENT) if one.unallocated_reason]
        if received:
            newest = received[0]
            on, amount = show_date(newest.received_on, turn.language), show_money(newest.amount, turn.language)
            turn.say("utter_claim_unplaced", amount=amount, date=on)
        else:
            turn.say("utter_claim_not_seen")


class ActionTellDueDate(InvoiceAction):
    """When an invoice is due."""

    action_name = "action_tell_due_date"

    def answer(self, turn: Turn) -> None:
        """Tell the date of the invoice meant; without one, of everything open."""
        named = turn.entities.keys() & {"invoice_number", "period", "which"} or turn.slots.get("focus_invoice")
        if not named:
            balance = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today)
            if len(balance.invoices) > 1:
                tell_balance(turn)
                return
            if balance.invoices:
                turn.remember(focus_invoice=balance.invoices[0].invoice.number)
                self.tell(turn, balance.invoices[0])
                return
        super().answer(turn)

    def tell(self, turn: Turn, item: InvoiceView) -> None:
        """Say the due date and whether anything is left to pay."""
        turn.say(f"utter_due_date_{standing_key(turn, item)}", **invoice_values(turn, item))


class ActionExplainInvoice(InvoiceAction):
    """Why an invoice is what it is: what changed since the one before, then its lines."""

    action_name = "action_explain_invoice"

    def answer(self, turn: Turn) -> None:
        """Where the message sets one invoice against another, tell how these two differ; else tell about each meant."""
        asked_about, yardstick = set_against(turn)
        if yardstick is None:
            super().answer(turn)
            return
        try:
            current = pick(asked_about, prefer_focus=self.prefer_focus)[0]
        except AmbiguousInvoice as error:
            turn.say("utter_invoice_ambiguous", numbers=", ".join(error.numbers[:6]))
            return
        if not tell_difference(turn, current, previous=yardstick_of(yardstick, current=current.invoice)):
            self.tell(turn, current)

    def tell(self, turn: Turn, item: InvoiceView) -> None:
        """Lead with the difference and its largest causes, unless only the lines are asked for; then the lines and the totals."""
        if not asks_for_lines_only(turn.text):
            tell_difference(turn, item)
        invoice = item.invoice
        turn.say(
            "utter_invoice_lines",
            lines=lines_text(turn, item),
            net=show_money(invoice.net, turn.language),
            tax=show_money(invoice.tax, turn.language),
            **invoice_values(turn, item),
        )


class ActionSendInvoiceCopy(InvoiceAction):
    """A copy of an invoice as PDF."""

    action_name = "action_send_invoice_copy"

    def tell(self, turn: Turn, item: InvoiceView) -> None:
        """Give a short-lived link to the PDF."""
        number = item.invoice.number
        grant = DocumentGrant(turn.customer_id, number, turn.language)
        token = turn.services.tokens.for_document(grant=grant, now=turn.now, valid_for=_LINK_VALID_FOR)
        link = f"{turn.services.public_url}/documents/{token}"
        minutes = str(int(_LINK_VALID_FOR.total_seconds() // 60))
        file = Attachment(title=f"{number}.pdf", url=link, media_type="application/pdf")
        turn.say_with_file("utter_invoice_copy", file=file, number=number, link=link, minutes=minutes)


class ActionListInvoices(ClearlineAction):
    """Several invoices at once."""

    action_name = "action_list_invoices"
    topic = True

    def answer(self, turn: Turn) -> None:
        """List the invoices of the period named, else the latest twelve."""
        period = turn.period()
        if turn.slots.get("topic") == ActionTellOpenBalance.action_name and not period and points_back(turn.text):
            # "Which invoices is that?" asks for those of the sum just told.
            tell_balance(turn)
            return
        if period:
            views = invoices_of_period(turn, *period)
        else:
            views = turn.services.billing.invoices(customer_id=turn.customer_id, today=turn.today, limit=_MOST_LISTED)
        turn.remember(focus_invoice=views[0].invoice.number)
        turn.say("utter_invoice_list", lines=_list(turn, views[:_MOST_LISTED]))


class ActionTellOpenBalance(ClearlineAction):
    """What is still to be paid, and by when."""

    action_name = "action_tell_open_balance"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Say the total, then each open invoice."""
        tell_balance(turn)


def tell_balance(turn: Turn) -> None:
    """Say what the customer owes: the total first, then each invoice with its due date."""
    balance = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today)
    if not balance.invoices:
        turn.say("utter_balance_none")
        return
    turn.remember(focus_invoice=balance.invoices[0].invoice.number)
    rows = []
    for item in balance.invoices[:_MOST_LISTED]:
        rows.append(turn.phrase(f"utter_part_balance_{standing_key(turn, item)}", **invoice_values(turn, item)))
    if len(balance.invoices) > _MOST_LISTED:
        rows.append(turn.phrase("utter_part_more_lines", count=str(len(balance.invoices) - _MOST_LISTED)))
    response = "utter_balance_one" if len(balance.invoices) == 1 else "utter_balance"
    overdue = ""
    if balance.overdue_totals:
        overdue = " " + turn.phrase("utter_part_balance_of_it_overdue", total=money_list(turn, balance.overdue_totals))
    turn.say(response, total=money_list(turn, balance.totals), count=str(len(balance.invoices)), overdue=overdue, lines="\n".join(rows))


def _list(turn: Turn, views: tuple[InvoiceView, ...]) -> str:
    return "\n".join(
        turn.phrase(
            "utter_part_invoice_row",
            number=item.invoice.number,
            issued_on=show_date(item.invoice.issued_on, turn.language),
            amount=show_money(item.invoice.payable, turn.language),
            state=turn.phrase(f"utter_part_state_{item.standing.value}"),
        )
        for item in views
    )
