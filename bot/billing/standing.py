"""Where an invoice stands today: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.billing.model import DocumentKind, Invoice, InvoiceView, Settlement, Standing
from bot.shared.money import Money


@dataclass(frozen=True, slots=True)
class _Position:
    open_amount: Money
    days_overdue: int


def _position(*, invoice: Invoice, settlement: Settlement, today: date) -> _Position:
    rest = invoice.payable - settlement.paid - settlement.credited
    if invoice.kind is DocumentKind.CREDIT_NOTE or rest.amount <= 0:
        return _Position(Money.zero(invoice.currency), 0)
    return _Position(rest, max((today - invoice.due_on).days, 0))


def standing(*, invoice: Invoice, settlement: Settlement, today: date) -> Standing:
    """Decide where ``invoice`` stands on ``today`` (a date in the partner's zone).

    An invoice is overdue from the day after its due date. A dispute outranks being overdue, but a settled invoice is
    settled even when it was disputed. What credit notes settled alone is credited; what any payment helped to settle is paid.

    Source: docs/patterns.md, "Standing of an invoice".
    """
    position = _position(invoice=invoice, settlement=settlement, today=today)
    if not position.open_amount:
        credited_alone = settlement.credited.amount > 0 and settlement.paid.amount <= 0
        if invoice.kind is DocumentKind.CREDIT_NOTE or credited_alone:
            return Standing.CREDITED
        return Standing.PAID
    if invoice.disputed_on is not None and invoice.disputed_on <= today:
        return Standing.IN_DISPUTE
    if position.days_overdue:
        return Standing.OVERDUE
    if settlement.paid or settlement.credited:
        return Standing.PARTLY_PAID
    return Standing.OPEN


def view(*, invoice: Invoice, settlement: Settlement, today: date) -> InvoiceView:
    """Return ``invoice`` with its standing, what is open, and how many days it is overdue."""
    position = _position(invoice=invoice, settlement=settlement, today=today)
    return InvoiceView(
        invoice=invoice,
        standing=standing(invoice=invoice, settlement=settlement, today=today),
        paid=settlement.paid,
        credited=settlement.credited,
        open_amount=position.open_amount,
        days_overdue=position.days_overdue,
        last_paid_on=settlement.last_paid_on,
    )
