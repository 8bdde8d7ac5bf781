"""Rows of the ledger to and from its data classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from bot.billing.model import (
    Address,
    Allocation,
    BillingPlan,
    ChargeType,
    CommerceKind,
    Contact,
    Customer,
    DocumentKind,
    Invoice,
    InvoiceLine,
    Payment,
    Subscription,
    SubscriptionStatus,
)
from bot.shared.errors import InvalidInput
from bot.shared.ids import CustomerId, InvoiceId, PaymentId, SubscriptionId
from bot.shared.money import CurrencyMismatch, Money

Values = dict[str, Any]
_LARGEST = 2**63 - 1
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")

TAX_NUMBER = "tax_number"
IDENTIFIER = "identifier"
BANK_ACCOUNT = "bank_account"


def lookup_form(identifier: str) -> str:
    """Return ``identifier`` upper-case without spaces and punctuation, as identifiers are compared."""
    return _NOT_ALPHANUMERIC.sub("", identifier).upper()


def minor(money: Money, currency: str) -> int:
    """Return ``money`` in minor units of ``currency``.

    Raises:
        CurrencyMismatch: It is in another currency.
        InexactAmount: It has more decimals than the currency.
        InvalidInput: It is larger than can be stored.
    """
    if money.currency != currency:
        raise CurrencyMismatch(f"an amount in {money.currency} stands in a document in {currency}")
    units = money.to_minor()
    if abs(units) > _LARGEST:
        raise InvalidInput(f"an amount in {currency} is larger than can be stored")
    return units


def _exact(value: Decimal) -> str:
    return format(value, "f")


def customer_values(customer: Customer) -> Values:
    """Return the row of ``customers`` for a customer."""
    return {
        "id": customer.id,
        "number": customer.number,
        "name": customer.name,
        "language": customer.language,
        "tenant_id": customer.tenant_id,
        "street": customer.address.street,
        "postal_code": customer.address.postal_code,
        "city": customer.address.city,
        "country": customer.address.country,
        "support_plan": customer.support_plan,
    }


def contact_values(customer: Customer) -> list[Values]:
    """Return the rows of ``customer_contacts``, in the customer's order."""
    return [
        {"customer_id": customer.id, "position": position, "name": contact.name, "email": contact.email, "language": contact.language}
        for position, contact in enumerate(customer.contacts, 1)
    ]


def identifier_values(customer: Customer) -> list[Values]:
    """Return the rows of ``customer_identifiers``: tax numbers, identifiers and bank accounts, each in the customer's order."""
    kinds = ((TAX_NUMBER, customer.tax_numbers), (IDENTIFIER, customer.identifiers), (BANK_ACCOUNT, customer.bank_accounts))
    return [
        {"customer_id": customer.id, "kind": kind, "position": position, "value": value, "lookup": lookup_form(value)}
        for kind, values in kinds
        for position, value in enumerate(values, 1)
    ]


def customer_from(row: Row[Any], contacts: Sequence[Row[Any]], identifiers: Sequence[Row[Any]]) -> Customer:
    """Return the customer of a row and of its contacts and identifiers, each in order of position."""

    def of_kind(kind: str) -> tuple[str, ...]:
        return tuple(identifier.value for identifier in identifiers if identifier.kind == kind)

    return Customer(
        id=CustomerId(row.id),
        number=row.number,
        name=row.name,
        language=row.language,
        tenant_id=row.tenant_id,
        tax_numbers=of_kind(TAX_NUMBER),
        identifiers=of_kind(IDENTIFIER),
        bank_accounts=of_kind(BANK_ACCOUNT),
        address=Address(street=row.street, postal_code=row.postal_code, city=row.city, country=row.country),
        contacts=tuple(Contact(contact.name, contact.email, contact.language) for contact in contacts),
        support_plan=row.support_plan,
    )


def subscription_values(subscription: Subscription) -> Values:
    """Return the row of ``subscriptions`` for a subscription."""
    return {
        "id": subscription.id,
        "customer_id": subscription.customer_id,
        "product": subscription.product,
        "commerce": subscription.commerce.value,
        "quantity": subscription.quantity,
        "term": subscription.term,
        "billing_plan": subscription.billing_plan.value,
        "status": subscription.status.value,
        "bought_on": subscription.bought_on,
        "started_on": subscription.started_on,
        "ends_on": subscription.ends_on,
        "auto_renew": subscription.auto_renew,
        "suspended_on": subscription.suspended_on,
        "suspension_reason": subscription.suspension_reason,
    }


def subscription_from(row: Row[Any]) -> Subscription:
    """Return the subscription of a row."""
    return Subscription(
        id=SubscriptionId(row.id),
        customer_id=CustomerId(row.customer_id),
        product=row.product,
        commerce=CommerceKind(row.commerce),
        quantity=row.quantity,
        term=row.term,
        billing_plan=BillingPlan(row.billing_plan),
        status=SubscriptionStatus(row.status),
        bought_on=row.bought_on,
        started_on=row.started_on,
        ends_on=row.ends_on,
        auto_renew=row.auto_renew,
        suspended_on=row.suspended_on,
        suspension_reason=row.suspension_reason,
    )


def document_values(document: Invoice, fingerprint: str) -> Values:
    """Return the row of ``documents``; all of an invoice is open at first. Raises: as ``minor``."""
    currency = document.currency
    payable = minor(document.payable, currency)
    return {
        "id": document.id,
        "kind": document.kind.value,
        "number": document.number,
        "customer_id": document.customer_id,
        "issued_on": document.issued_on,
        "due_on": document.due_on,
        "currency": currency,
        "net_minor": minor(document.net, currency),
        "tax_minor": minor(document.tax, currency),
        "gross_minor": minor(document.gross, currency),
        "prepaid_minor": minor(document.prepaid, currency),
        "rounding_minor": minor(document.rounding, currency),
        "payable_minor": payable,
        "open_minor": payable if document.kind is DocumentKind.INVOICE else 0,
        "period_start": document.period_start,
        "period_end": document.period_end,
        "disputed_on": document.disputed_on,
        "issuer": document.issuer,
        "payment_reference": document.payment_reference,
        "purchase_order": document.purchase_order,
        "fingerprint": fingerprint,
    }


def line_values(document: Invoice) -> list[Values]:
    """Return the rows of ``document_lines``. Raises: as ``minor``."""
    currency = document.currency
    document_id = document.id
    return [
        {
            "document_id": document_id,
            "position": line.position,
            "charge_type": line.charge_type.value,
            "description": line.description,
            "product": line.product,
            "quantity": _exact(line.quantity),
            "unit_price": _exact(line.unit_price.amount),
            "net_minor": minor(line.net, currency),
            "tax_minor": minor(line.tax, currency),
            "gross_minor": minor(line.gross, currency),
            "tax_rate": None if line.tax_rate is None else _exact(line.tax_rate),
            "tax_category": line.tax_category,
            "period_start": line.period_start,
            "period_end": line.period_end,
            "subscription_id": line.subscription_id,
        }
        for line in document.lines
    ]


def reference_values(document: Invoice) -> list[Values]:
    """Return the rows of ``billing_references``, in the order the document lists them."""
    return [
        {"document_id": document.id, "position": position, "number": number}
        for position, number in enumerate(document.billing_references, 1)
    ]


def line_from(row: Row[Any], currency: str) -> InvoiceLine:
    """Return the line of a row of a document in ``currency``."""
    return InvoiceLine(
        position=row.position,
        charge_type=ChargeType(row.charge_type),
        description=row.description,
        product=row.product,
        quantity=Decimal(row.quantity),
        unit_price=Money(Decimal(row.unit_price), currency),
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
        gross=Money.from_minor(row.gross_minor, currency),
        tax_rate=None if row.tax_rate is None else Decimal(row.tax_rate),
        tax_category=row.tax_category,
        period_start=row.period_start,
        period_end=row.period_end,
        subscription_id=None if row.subscription_id is None else SubscriptionId(row.subscription_id),
    )


def document_from(row: Row[Any], lines: Iterable[Row[Any]], references: tuple[str, ...]) -> Invoice:
    """Return the document of a row, of its lines in order of position and of the numbers it refers to."""
    currency = row.currency
    return Invoice(
        id=InvoiceId(row.id),
        kind=DocumentKind(row.kind),
        number=row.number,
        customer_id=CustomerId(row.customer_id),
        issued_on=row.issued_on,
        due_on=row.due_on,
        currency=currency,
        net=Money.from_minor(row.net_minor, currency),
        tax=Money.from_minor(row.tax_minor, currency),
        gross=Money.from_minor(row.gross_minor, currency),
        prepaid=Money.from_minor(row.prepaid_minor, currency),
        rounding=Money.from_minor(row.rounding_minor, currency),
        payable=Money.from_minor(row.payable_minor, currency),
        lines=tuple(line_from(line, currency) for line in lines),
        period_start=row.period_start,
        period_end=row.period_end,
        billing_references=references,
        disputed_on=row.disputed_on,
        issuer=row.issuer,
        payment_reference=row.payment_reference,
        purchase_order=row.purchase_order,
    )


def payment_values(payment: Payment) -> Values:
    """Return the row of ``payments``. Raises: as ``minor``."""
    return {
        "id": payment.id,
        "reference": payment.reference,
        "received_on": payment.received_on,
        "amount_minor": minor(payment.amount, payment.amount.currency),
        "currency": payment.amount.currency,
        "payer_name": payment.payer_name,
        "payer_account": payment.payer_account,
        "remittance": payment.remittance,
        "customer_id": payment.customer_id,
        "unallocated_reason": payment.unallocated_reason,
    }


def payment_from(row: Row[Any]) -> Payment:
    """Return the payment of a row."""
    return Payment(
        id=PaymentId(row.id),
        reference=row.reference,
        received_on=row.received_on,
        amount=Money.from_minor(row.amount_minor, row.currency),
        payer_name=row.payer_name,
        payer_account=row.payer_account,
        remittance=row.remittance,
        customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
        unallocated_reason=row.unallocated_reason,
    )


def allocation_from(row: Row[Any]) -> Allocation:
    """Return the allocation of a row."""
    return Allocation(
        payment_id=PaymentId(row.payment_id),
        invoice_id=InvoiceId(row.invoice_id),
        amount=Money.from_minor(row.amount_minor, row.currency),
        received_on=row.received_on,
    )
