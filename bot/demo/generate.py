"""Writes the demo data as the files a partner would have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.demo.camt import write_statement
from bot.demo.companies import SELLER_ACCOUNTS
from bot.demo.dates import Span, add_months, days
from bot.demo.ledger import DemoLedger, Document, demo_ledger, old_system_ends
from bot.demo.receipts import Receipt, receipts
from bot.demo.tables import customer_row, invoice_rows, payment_row, subscription_row, write_table
from bot.demo.ubl import write_ubl
from bot.shared.clock import today_in
from bot.shared.money import Money

CUSTOMERS, SUBSCRIPTIONS, INVOICE_TABLE, PAYMENT_TABLE = "customers.csv", "subscriptions.csv", "invoices.csv", "payments.csv"
INVOICES, STATEMENTS = "invoices", "statements"
_OPENING = {"HUF": Money(Decimal(4_310_550), "HUF"), "EUR": Money(Decimal("12904.75"), "EUR")}


def generate(folder: Path, *, now: datetime, zone: ZoneInfo, customers: int | None = None) -> None:
    """Write the demo data into ``folder``, which must be empty or not exist: CSV files, ``invoices/`` and ``statements/``.

    The same day in ``zone`` gives the same bytes. Documents older than twenty months, and those in dispute (an e-invoice cannot say
    so), are in invoices.csv; the rest are e-invoices.

    Args:
        folder: Where to; made when missing.
        now: The present instant (aware); everything is counted from its date.
        zone: The partner's time zone.
        customers: How many of the customers, None for all; twenty play every part and load faster.
    """
    today = today_in(now, zone)
    ledger = demo_ledger(today=today, customers=customers)
    received = receipts(ledger, today=today)
    folder.mkdir(parents=True, exist_ok=True)
    _write_master_data(folder, ledger)
    _write_documents(folder, ledger.documents, today=today)
    write_table(folder / PAYMENT_TABLE, (payment_row(receipt) for receipt in received if receipt.other_bank))
    _write_statements(folder / STATEMENTS, [receipt for receipt in received if not receipt.other_bank], today=today)


def _write_master_data(folder: Path, ledger: DemoLedger) -> None:
    companies = [story.company for story in ledger.stories]
    numbers = {company.customer.id: company.number for company in companies}
    write_table(folder / CUSTOMERS, (customer_row(company) for company in companies))
    write_table(
        folder / SUBSCRIPTIONS,
        (subscription_row(subscription, customer_number=numbers[subscription.customer_id]) for subscription in ledger.subscriptions),
    )


def _write_documents(folder: Path, documents: Sequence[Document], *, today: date) -> None:
    first_electronic = old_system_ends(today=today)
    table: list[Document] = []
    electronic: list[Document] = []
    for document in documents:
        in_table = document.invoice.issued_on < first_electronic or document.invoice.disputed_on is not None
        (table if in_table else electronic).append(document)
    write_table(folder / INVOICE_TABLE, (row for document in table for row in invoice_rows(document)))
    for document in electronic:
        place = folder / INVOICES / f"{document.invoice.issued_on:%Y-%m}"
        place.mkdir(parents=True, exist_ok=True)
        write_ubl(place / f"{document.invoice.number}.xml", document)


def _write_statements(folder: Path, received: Sequence[Receipt], *, today: date) -> None:
    """Write one statement a month and account; that of the present month goes up to today."""
    folder.mkdir(parents=True, exist_ok=True)
    tomorrow = today + days(1)
    for currency in SELLER_ACCOUNTS:
        entries = [receipt for receipt in received if receipt.amount.currency == currency]
        start, balance = entries[0].received_on.replace(day=1), _OPENING[currency]
        while start < tomorrow:
            span = Span(start, min(add_months(start, 1), tomorrow))
            within = [receipt for receipt in entries if receipt.received_on in span]
            path = folder / f"{currency}-{start:%Y-%m}.xml"
            balance = write_statement(path, currency=currency, span=span, opening=balance, receipts=within)
            start = add_months(start, 1)
