"""The demo's CSV files, in the formats of docs/import-formats.md."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from bot.billing.model import Contact, InvoiceLine, Subscription
from bot.demo.companies import Company
from bot.demo.ledger import Document
from bot.demo.receipts import Receipt


def _text(value: object) -> str:
    """Return ``value`` as the formats want it; None is empty."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def write_table(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write ``rows``, all with the same columns, as UTF-8 CSV with a header; at least one row is needed."""
    every = [{name: _text(value) for name, value in row.items()} for row in rows]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(every[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(every)


def _contact(contact: Contact) -> str:
    return f"{contact.name} <{contact.email}> {contact.language}"


def customer_row(company: Company) -> dict[str, object]:
    """Return a row of customers.csv."""
    customer = company.customer
    return {
        "customer_number": customer.number,
        "name": customer.name,
        "language": customer.language,
        "tenant_id": customer.tenant_id,
        "tax_numbers": "|".join(customer.tax_numbers),
        "identifiers": "|".join(customer.identifiers),
        "bank_accounts": "|".join(customer.bank_accounts),
        "street": customer.address.street,
        "postal_code": customer.address.postal_code,
        "city": customer.address.city,
        "country": customer.address.country,
        "contacts": "|".join(_contact(contact) for contact in customer.contacts),
        "support_plan": customer.support_plan or "",
    }


def subscription_row(subscription: Subscription, *, customer_number: str) -> dict[str, object]:
    """Return a row of subscriptions.csv."""
    return {
        "subscription_id": subscription.id,
        "customer_number": customer_number,
        "product": subscription.product,
        "commerce": subscription.commerce,
        "quantity": subscription.quantity,
        "term": subscription.term,
        "billing_plan": subscription.billing_plan,
        "status": subscription.status,
        "bought_on": subscription.bought_on,
        "started_on": subscription.started_on,
        "ends_on": subscription.ends_on,
        "auto_renew": subscription.auto_renew,
        "suspended_on": subscription.suspended_on,
        "suspension_reason": subscription.suspension_reason,
    }


def _line(line: InvoiceLine) -> dict[str, object]:
    return {
        "line": line.position,
        "charge_type": line.charge_type,
        "description": line.description,
        "product": line.product,
        "subscription_id": line.subscription_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount,
        "line_net": line.net.amount,
        "line_tax": line.tax.amount,
        "tax_rate": line.tax_rate,
        "tax_category": line.tax_category,
        "line_period_start": line.period_start,
        "line_period_end": line.period_end,
    }


def invoice_rows(document: Document) -> Iterator[dict[str, object]]:
    """Yield the rows of one document for invoices.csv, one for each line."""
    invoice = document.invoice
    head: dict[str, object] = {
        "number": invoice.number,
        "kind": invoice.kind,
        "customer_number": document.draft.company.number,
        "issued_on": invoice.issued_on,
        "due_on": invoice.due_on,
        "currency": invoice.currency,
        "net": invoice.net.amount,
        "tax": invoice.tax.amount,
        "gross": invoice.gross.amount,
        "prepaid": invoice.prepaid.amount,
        "rounding": invoice.rounding.amount,
        "payable": invoice.payable.amount,
        "billing_references": "|".join(invoice.billing_references),
        "disputed_on": invoice.disputed_on,
        "period_start": invoice.period_start,
        "period_end": invoice.period_end,
        "payment_reference": invoice.payment_reference,
        "purchase_order": invoice.purchase_order,
        "issuer": invoice.issuer,
    }
    for line in invoice.lines:
        yield {**head, **_line(line)}


def payment_row(receipt: Receipt) -> dict[str, object]:
    """Return a row of payments.csv."""
    return {
        "reference": receipt.reference,
        "received_on": receipt.received_on,
        "amount": receipt.amount.amount,
        "currency": receipt.amount.currency,
        "payer_name": receipt.payer_name,
        "payer_account": receipt.payer_account,
        "remittance": receipt.words,
        "customer_number": receipt.company.number if receipt.company else "",
    }
