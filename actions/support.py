"""The support that is offered: hours, ways to reach it, ways to pay, and where a ticket stands."""

from __future__ import annotations

from datetime import datetime

from actions.base import ClearlineAction, Turn
from actions.phrases import invoice_values
from bot.billing.service import AmbiguousInvoice
from bot.library.formats import show_datetime, show_time, show_weekdays
from bot.shared.errors import NotFound
from bot.support.hours import state_at, week_groups
from bot.support.model import OpeningHours, Ticket, TicketPriority, TicketState

_MOST_TICKETS = 5


class ActionTellHours(ClearlineAction):
    """When people answer, and whether they do now."""

    action_name = "action_tell_hours"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Say open or closed first, until when, then the week."""
        hours, zone = turn.services.offering.hours, turn.services.zone
        state = state_at(hours=hours, now=turn.now)
        week = _week(turn, hours)
        if state.is_open and state.until:
            turn.say("utter_hours_open", until=show_datetime(state.until, turn.language, zone=zone), week=week)
        elif state.opens_at:
            turn.say("utter_hours_closed", opens=show_datetime(state.opens_at, turn.language, zone=zone), week=week)
        else:
            turn.say("utter_hours_always", week=week)


class ActionTellContact(ClearlineAction):
    """Ways to reach the partner."""

    action_name = "action_tell_contact"

    def answer(self, turn: Turn) -> None:
        """List every way to reach the partner."""
        rows = []
        for method in turn.services.offering.contact_methods:
            shown = ": ".join(part for part in (method.label.say(turn.language), method.value) if part)
            note = f" ({method.note.say(turn.language)})" if method.note else ""
            rows.append(f"- {shown}{note}")
        turn.say("utter_contact", lines="\n".join(rows))


class ActionTellPaymentMethods(ClearlineAction):
    """How to pay, and where to."""

    action_name = "action_tell_payment_methods"

    def answer(self, turn: Turn) -> None:
        """Say which ways there are, the bank accounts, and what to quote."""
        partner, language = turn.services.partner, turn.language
        methods = [f"- {method.label.say(language)}: {method.note.say(language)}" for method in partner.payment_methods]
        accounts = [
            turn.phrase("utter_part_bank_account", currency=one.currency, iban=one.printed_iban, bank=one.bank, bic=one.bic)
            for one in partner.bank_accounts
        ]
        turn.say(
            "utter_payment_methods",
            methods="\n".join(methods),
            accounts="\n".join(accounts),
            holder=partner.legal_name,
            reference=partner.payment_reference.say(language),
        )
        self._say_reference(turn)

    def _say_reference(self, turn: Turn) -> None:
        """Say what to quote and how much to pay for the invoice talked about, if there is one of a known customer and it is open."""
        focus = turn.entity("invoice_number") or turn.slots.get("focus_invoice")
        if not focus or turn.conversation.customer_id is None:
            return
        try:
            item = turn.services.billing.invoice(customer_id=turn.customer_id, typed_number=focus, today=turn.today)
        except (NotFound, AmbiguousInvoice):
            return
        if item.open_amount:
            turn.say("utter_payment_reference_of", **invoice_values(turn, item))


class ActionTellTicket(ClearlineAction):
    """Where the customer's ticket stands."""

    action_name = "action_tell_ticket"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Tell the ticket named, else the open ones of the customer, else of this conversation."""
        number = turn.entity("ticket_number")
        conversations, customer_id = turn.services.conversations, turn.customer_id
        if number:
            self._tell(turn, conversations.ticket(customer_id=customer_id, number=number))
            return
        tickets = conversations.tickets(customer_id=customer_id)[:_MOST_TICKETS]
        for ticket in tickets:
            self._tell(turn, ticket)
        if not tickets:
            turn.say("utter_ticket_none")

    def _tell(self, turn: Turn, ticket: Ticket) -> None:
        turn.say(
            _sentence_of(ticket, turn.now),
            ticket=ticket.number,
            subject=ticket.subject,
            opened=show_datetime(ticket.opened_at, turn.language, zone=turn.services.zone),
            by=show_datetime(ticket.answer_by, turn.language, zone=turn.services.zone),
            closed=show_datetime(ticket.closed_at, turn.language, zone=turn.services.zone) if ticket.closed_at else "",
        )
        if ticket.state is not TicketState.CLOSED and ticket.priority in (TicketPriority.HIGH, TicketPriority.URGENT):
            turn.say(f"utter_ticket_priority_{ticket.priority.value}")


def _sentence_of(ticket: Ticket, now: datetime) -> str:
    """Return the sentence that is true of the ticket: a promise is told while it can be kept, and only before a first answer."""
    if ticket.state is not TicketState.OPEN:
        return f"utter_ticket_{ticket.state.value}"
    if ticket.reopened:
        return "utter_ticket_reopened"
    if ticket.first_answered_at is not None:
        return "utter_ticket_in_progress"
    return "utter_ticket_open" if now <= ticket.answer_by else "utter_ticket_late"


def _week(turn: Turn, hours: OpeningHours) -> str:
    rows = []
    for group in week_groups(hours):
        spans = [f"{show_time(opens, turn.language)}–{show_time(closes, turn.language)}" for opens, closes in group.spans]
        shown = ", ".join(spans) or turn.phrase("utter_part_closed")
        rows.append(f"- {show_weekdays(group.first, group.last, turn.language)}: {shown}")
    return "\n".join(rows)
