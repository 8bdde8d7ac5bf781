"""Puts invoices of every standing into the ledger of a stage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from actions.base import ClearlineAction
from bot.billing.model import Invoice
from tests.builders import add, allocation, credit_note, document, payment
from tests.unit.actions.conftest import Stage, Told

TODAY = date(2026, 3, 10)
STANDINGS = ("open", "due_today", "partly_paid", "paid", "settled", "overdue", "overdue_one", "credited", "in_dispute")
NUMBER = "CL-2026-0007"


def pay(stage: Stage, invoice: Invoice, amount: str, *, received_on: date = date(2026, 3, 5)) -> None:
    paid = payment(f"bank-{invoice.number}-{amount}", amount, customer_id=stage.customer_id, received_on=received_on)
    with stage.store.ledger.begin() as tx:
        tx.add_payment(paid, [allocation(paid, invoice, amount)])


def put(stage: Stage, standing: str) -> Invoice:
    """Put an invoice of 100.00 EUR that stands so today into the ledger."""
    due_on = {
        "open": TODAY + timedelta(days=5),
        "due_today": TODAY,
        "partly_paid": TODAY + timedelta(days=5),
        "overdue": TODAY - timedelta(days=12),
        "overdue_one": TODAY - timedelta(days=1),
    }.get(standing, date(2026, 2, 25))
    invoice = document(
        stage.customer_id, NUMBER, payable="0" if standing == "settled" else "100", issued_on=date(2026, 2, 10), due_on=due_on
    )
    if standing == "in_dispute":
        invoice = replace(invoice, disputed_on=date(2026, 3, 2))
    add(stage.store, invoice)
    if standing == "partly_paid":
        pay(stage, invoice, "40")
    if standing == "paid":
        pay(stage, invoice, "100")
    if standing == "credited":
        add(stage.store, credit_note(stage.customer_id, "CN-1", payable="100", references=(NUMBER,), issued_on=date(2026, 2, 20)))
    return invoice


def row(stage: Stage, count: int) -> list[str]:
    """Put one invoice a month into the ledger and return their numbers, the oldest first; the last one was issued this month."""
    months = [date(2025 + (14 - back) // 12, (14 - back) % 12 + 1, 3) for back in range(count)][::-1]
    invoices = [
        document(stage.customer_id, f"CL-{day:%Y}-{place:04}", payable=str(100 + place), issued_on=day, due_on=day + timedelta(days=15))
        for place, day in enumerate(months, start=1)
    ]
    add(stage.store, *invoices)
    return [invoice.number for invoice in invoices]


def stored(stage: Stage, number: str) -> Invoice:
    with stage.store.ledger.begin() as tx:
        return tx.invoice(customer_id=stage.customer_id, number=number)


async def ask(stage: Stage, action: ClearlineAction, language: str = "en") -> Told:
    return await stage.tell(action, entities={"invoice_number": NUMBER}, language=language)
