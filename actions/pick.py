"""Which invoices a message is about: by number, place in the row, month, what is in focus, or the latest."""

from __future__ import annotations

import re
from datetime import date, timedelta

from actions.turn import Turn
from bot.billing.model import InvoiceView
from bot.billing.ports import InvoiceNotFound
from bot.billing.service import NoInvoices
from bot.shared.text import fold

_MOST_NUMBERS = 3
_CHARGED_AHEAD, _CHARGED_BEHIND = timedelta(days=370), timedelta(days=62)
# Of an invoice; "has it run out?" and "is it overdue?" ask about the one in focus.
_SAYS_OVERDUE = re.compile(
    r"\b(?:the|our|my|that|this|an?)\s+(?:\w+\s+)?(?:overdue|past[ -]due)\b|\boverdue\s+(?:ones?|invoices?|bills?|amount)\b"
    r"|\blejart\w*\s+(?:szaml|tartoz|osszeg|tetel)|\baz?\s+(?:mar\s+|regota\s+)?(?:lejart|kesedelmes|elmaradt)\w*"
)
_STEPS = {"previous": -1, "next": 1}


def pick(turn: Turn, *, prefer_focus: bool) -> tuple[InvoiceView, ...]:
    """Return the invoices the message means, newest first, and put the first into focus; never empty.

    Args:
        prefer_focus: Whether a message that names none means the one talked about ("when is it due?").

    Raises:
        NotIdentified, InvoiceNotFound, AmbiguousInvoice, NoInvoices.
    """
    meant = _named(turn) or _placed(turn) or _in_period(turn) or _overdue(turn)
    views = meant or (_focused(turn) if prefer_focus else ()) or (_latest(turn),)
    turn.remember(focus_invoice=views[0].invoice.number)
    return views


def _named(turn: Turn) -> tuple[InvoiceView, ...]:
    numbers = turn.entities.get("invoice_number", ())[:_MOST_NUMBERS]
    billing, customer_id = turn.services.billing, turn.customer_id
    return tuple(billing.invoice(customer_id=customer_id, typed_number=number, today=turn.today) for number in numbers)


def _placed(turn: Turn) -> tuple[InvoiceView, ...]:
    which = turn.entity("which")
    if which not in _STEPS:
        return (_latest(turn),) if which == "latest" and turn.period() is None else ()
    if turn.period() is not None and which == "previous":
        return ()
    around = turn.slots.get("focus_invoice") or _latest(turn).invoice.number
    billing = turn.services.billing
    try:
        return (billing.neighbour(customer_id=turn.customer_id, number=around, step=_STEPS[which], today=turn.today),)
    except InvoiceNotFound:
        # What is in focus may be a credit note, which has no place in the row of invoices.
        latest = _latest(turn).invoice.number
        return (billing.neighbour(customer_id=turn.customer_id, number=latest, step=_STEPS[which], today=turn.today),)


def _in_period(turn: Turn) -> tuple[InvoiceView, ...]:
    period = turn.period()
    return invoices_of_period(turn, *period) if period else _of_day(turn)


def _of_day(turn: Turn) -> tuple[InvoiceView, ...]:
    """Return the invoices issued on the day named; none is no answer, since the day may be that of a payment."""
    day = turn.entity("date")
    if day is None:
        return ()
    issued = date.fromisoformat(day)
    try:
        return turn.services.billing.invoices(
            customer_id=turn.customer_id, today=turn.today, issued_from=issued, issued_before=issued + timedelta(days=1)
        )
    except NoInvoices:
        return ()


def invoices_of_period(turn: Turn, start: date, end: date) -> tuple[InvoiceView, ...]:
    """Return the invoices issued in the period, or, when none was, those that charge for it. Raises: NoInvoices."""
    billing = turn.services.billing
    try:
        return billing.invoices(customer_id=turn.customer_id, today=turn.today, issued_from=start, issued_before=end)
    except NoInvoices:
        # What is charged for a period is issued soon after it at the latest, or some months before it.
        around = billing.invoices(
            customer_id=turn.customer_id,
            today=turn.today,
            issued_from=start - _CHARGED_AHEAD,
            issued_before=end + _CHARGED_BEHIND,
            limit=36,
        )
        charged = tuple(
            item
            for item in around
            if item.invoice.period_start and item.invoice.period_end and item.invoice.period_start < end and item.invoice.period_end > start
        )
        if not charged:
            raise
        return charged


def _overdue(turn: Turn) -> tuple[InvoiceView, ...]:
    """Return the overdue invoices, the longest overdue first, where the message speaks of "the overdue one"; else none."""
    if not _SAYS_OVERDUE.search(fold(turn.text)):
        return ()
    balance = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today)
    return tuple(view for view in balance.invoices if view.days_overdue)[:_MOST_NUMBERS]


def _focused(turn: Turn) -> tuple[InvoiceView, ...]:
    focus = turn.slots.get("focus_invoice")
    if not focus:
        return ()
    return (turn.services.billing.invoice(customer_id=turn.customer_id, typed_number=focus, today=turn.today),)


def _latest(turn: Turn) -> InvoiceView:
    return turn.services.billing.latest_invoice(customer_id=turn.customer_id, today=turn.today)
