"""Makes things of the ledger with only what a test is about spelled out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.billing.model import (
    Allocation,
    BillingPlan,
    ChargeType,
    CommerceKind,
    Customer,
    DocumentKind,
    Invoice,
    InvoiceLine,
    Payment,
    Subscription,
    SubscriptionStatus,
)
from bot.shared.ids import CustomerId, PaymentId, SubscriptionId, new_customer_id, new_invoice_id, new_payment_id
from bot.shared.money import Money
from bot.store import Store


def money(amount: str, currency: str = "EUR") -> Money:
    """Return an amount."""
    return Money(Decimal(amount), currency)


def added_customer(
    store: Store, number: str = "C-1", *, tax_numbers: tuple[str, ...] = (), identifiers: tuple[str, ...] = ()
) -> CustomerId:
    """Put a customer into the ledger and return its id."""
    customer = Customer(id=new_customer_id(), number=number, name=f"Customer {number}", tax_numbers=tax_numbers, identifiers=identifiers)
    with store.ledger.begin() as tx:
        tx.save_customer(customer)
    return customer.id


def line(position: int = 1, *, net: str = "100", currency: str = "EUR", unit_price: str = "10.0625") -> InvoiceLine:
    """Return a line without tax."""
    return InvoiceLine(
        position=position,
        charge_type=ChargeType.CYCLE_FEE,
        description="Seats of the month",
        product="Microsoft 365 Business Premium",
        quantity=Decimal("9.5"),
        unit_price=money(unit_price, currency),
        net=money(net, currency),
        tax=money("0", currency),
        gross=money(net, currency),
        tax_rate=Decimal("0"),
        tax_category="Z",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 2, 1),
        subscription_id=SubscriptionId("sub-1"),
    )


def document(
    customer_id: CustomerId,
    number: str,
    *,
    payable: str = "100",
    currency: str = "EUR",
    kind: DocumentKind = DocumentKind.INVOICE,
    issued_on: date = date(2026, 1, 10),
    due_on: date = date(2026, 1, 25),
    references: tuple[str, ...] = (),
    lines: int = 1,
) -> Invoice:
    """Return a document; its totals are on the first line."""
    amount, nothing = money(payable, currency), money("0", currency)
    return Invoice(
        id=new_invoice_id(),
        kind=kind,
        number=number,
        customer_id=customer_id,
        issued_on=issued_on,
        due_on=due_on,
        currency=currency,
        net=amount,
        tax=nothing,
        gross=amount,
        prepaid=nothing,
        rounding=nothing,
        payable=amount,
        lines=tuple(line(position, net=payable if position == 1 else "0", currency=currency) for position in range(1, lines + 1)),
        billing_references=references,
    )


def credit_note(
    customer_id: CustomerId, number: str, *, payable: str, references: tuple[str, ...], issued_on: date = date(2026, 1, 12)
) -> Invoice:
    """Return a credit note that names the invoices ``references``."""
    return document(customer_id, number, payable=payable, kind=DocumentKind.CREDIT_NOTE, references=references, issued_on=issued_on)


def add(store: Store, *documents: Invoice) -> None:
    """Put documents into the ledger in one call."""
    with store.ledger.begin() as tx:
        tx.add_invoices([(each, f"print of {each.number}") for each in documents])


def payment(
    reference: str,
    amount: str = "100",
    *,
    currency: str = "EUR",
    customer_id: CustomerId | None = None,
    received_on: date = date(2026, 1, 20),
) -> Payment:
    """Return a payment."""
    return Payment(
        id=new_payment_id(),
        reference=reference,
        received_on=received_on,
        amount=money(amount, currency),
        payer_name="Payer",
        payer_account="HU42",
        remittance="CL-1",
        customer_id=customer_id,
    )


def allocation(paid: Payment, invoice: Invoice, amount: str) -> Allocation:
    """Return the part ``amount`` of a payment that settles an invoice."""
    return Allocation(PaymentId(paid.id), invoice.id, money(amount, paid.amount.currency), paid.received_on)


def subscription(customer_id: CustomerId, identifier: str = "sub-1", *, product: str = "Visio", quantity: int = 5) -> Subscription:
    """Return an active subscription."""
    return Subscription(
        id=SubscriptionId(identifier),
        customer_id=customer_id,
        product=product,
        commerce=CommerceKind.NEW,
        quantity=quantity,
        term="P1Y",
        billing_plan=BillingPlan.MONTHLY,
        status=SubscriptionStatus.ACTIVE,
        bought_on=date(2025, 3, 1),
        started_on=date(2025, 3, 1),
        ends_on=date(2026, 3, 1),
        auto_renew=True,
    )
