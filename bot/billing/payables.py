"""What the partner owes Microsoft, when, and whether customers' money comes in before. Pure; nobody but finance roles sees it.

Source: Partner Center: billing-basics (net 60 days), past-due invoices and their consequences (2021-07, 2023-10).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.billing.microsoft import MicrosoftInvoice
from bot.billing.ports import OpenDocument
from bot.shared.money import Money

DANGER_DAYS = 60
"""So many days overdue Microsoft may stop the partner from selling."""
WARN_BEFORE = (14, 7, 2)
WARN_AFTER = (1, 15, 30, 45, 55)
_WEEK = timedelta(days=7)


class PayableState(StrEnum):
    """Where a bill of Microsoft stands."""

    OPEN = "open"
    DISPUTED = "disputed"
    OVERDUE = "overdue"
    DANGER = "danger"
    PAID = "paid"
    NOTHING_DUE = "nothing_due"


@dataclass(frozen=True, slots=True)
class PayableMark:
    """What staff noted about a bill.

    Attributes:
        paid_on: Day of our payment, or None.
        disputed_on: Since when we dispute it, or None.
        reason: In words; may be empty.
    """

    number: str
    paid_on: date | None = None
    disputed_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Payable:
    """A bill of Microsoft to the partner.

    Attributes:
        open_amount: What is still to be paid; zero when it is paid or a credit.
        days: Days until it is due; negative when it is overdue.
        danger_on: From which day the partner may lose the right to sell.
    """

    invoice: MicrosoftInvoice
    mark: PayableMark
    state: PayableState
    open_amount: Money
    days: int

    @property
    def danger_on(self) -> date:
        """Return the day on which it is 60 days overdue."""
        return self.invoice.due_on + timedelta(days=DANGER_DAYS)


@dataclass(frozen=True, slots=True)
class CashWeek:
    """A week of the calendar, in one currency.

    Attributes:
        to_microsoft: What is due to Microsoft in it; what is overdue is in the first.
        from_customers: What customers' open invoices make due in it; what is overdue is in the first.
    """

    start: date
    currency: str
    to_microsoft: Money
    from_customers: Money


def payable_of(*, invoice: MicrosoftInvoice, mark: PayableMark | None, today: date) -> Payable:
    """Return where a bill stands. Microsoft's own word for what was paid counts, with either sign, and so does ours."""
    noted = mark or PayableMark(invoice.number)
    paid = Money(abs(invoice.paid.amount), invoice.paid.currency)
    left = invoice.total - paid if paid.currency == invoice.total.currency else invoice.total
    days = (invoice.due_on - today).days
    nothing = Money.zero(invoice.total.currency)
    if invoice.is_void or invoice.total.amount <= 0:
        return Payable(invoice, noted, PayableState.NOTHING_DUE, nothing, days)
    if noted.paid_on is not None or left.amount <= 0:
        return Payable(invoice, noted, PayableState.PAID, nothing, days)
    if -days >= DANGER_DAYS:
        state = PayableState.DANGER
    elif days < 0:
        state = PayableState.OVERDUE
    else:
        state = PayableState.OPEN
    # A dispute with Microsoft does not stop the days from counting.
    if noted.disputed_on is not None and state is PayableState.OPEN:
        state = PayableState.DISPUTED
    return Payable(invoice, noted, state, left, days)


def warning_for(payable: Payable) -> str | None:
    """Return the name of the latest warning whose day has come, such as ``before-14`` or ``after-30``; None when none has."""
    if not payable.open_amount.amount:
        return None
    if payable.days < 0:
        late = [days for days in WARN_AFTER if -payable.days >= days]
        return f"after-{late[-1]}" if late else None
    soon = [days for days in WARN_BEFORE if payable.days <= days]
    return f"before-{soon[-1]}" if soon else None


def cash_calendar(*, payables: Iterable[Payable], open_items: Iterable[OpenDocument], today: date, weeks: int = 8) -> tuple[CashWeek, ...]:
    """Return the coming weeks, Monday first, one row for each currency: what goes out and what should come in. Later ones are left out."""
    first = today - timedelta(days=today.weekday())
    out: dict[tuple[int, str], Money] = {}
    come: dict[tuple[int, str], Money] = {}
    for sums, dues in (
        (out, ((one.invoice.due_on, one.open_amount) for one in payables)),
        (come, ((item.due_on, item.open_amount) for item in open_items)),
    ):
        for due, amount in dues:
            week = max((due - first).days // 7, 0)
            if week < weeks and amount.amount:
                key = (week, amount.currency)
                sums[key] = sums.get(key, Money.zero(amount.currency)) + amount
    currencies = sorted({currency for _, currency in (*out, *come)})
    return tuple(
        CashWeek(
            first + week * _WEEK,
            currency,
            out.get((week, currency), Money.zero(currency)),
            come.get((week, currency), Money.zero(currency)),
        )
        for week in range(weeks)
        for currency in currencies
    )
