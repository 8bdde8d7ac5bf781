"""The things of the ledger. Frozen; every collection is a tuple; money is ``Money``; periods end exclusively."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from bot.shared.ids import CustomerId, InvoiceId, PaymentId, SubscriptionId
from bot.shared.money import Money


class CommerceKind(StrEnum):
    """Which of Microsoft's two commerce systems a subscription is in; never guessed."""

    LEGACY = "legacy"
    NEW = "new_commerce"


class SubscriptionStatus(StrEnum):
    """Life-cycle state of a subscription. Source: Partner Center subscription life cycle."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    DISABLED = "disabled"
    CANCELLED = "cancelled"


class BillingPlan(StrEnum):
    """How often the term is billed."""

    MONTHLY = "monthly"
    ANNUAL = "annual"
    TRIENNIAL = "triennial"
    NONE = "none"


class ChargeType(StrEnum):
    """What a line of an invoice charges for."""

    CYCLE_FEE = "cycle_fee"
    PRORATION = "proration"
    CREDIT = "credit"
    USAGE = "usage"
    ONE_TIME = "one_time"
    TAX = "tax"


class DocumentKind(StrEnum):
    """An invoice asks for money, a credit note gives it back; both carry positive totals."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Standing(StrEnum):
    """Where an invoice stands today; decided by ``bot.billing.standing``."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    CREDITED = "credited"
    IN_DISPUTE = "in_dispute"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer who may ask about money.

    Attributes:
        email: Compared without case; unique within the customer.
        language: ``en`` or ``hu``.
    """

    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; ``country`` is ISO 3166 alpha-2. Parts may be empty."""

    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A company the partner bills.

    Attributes:
        number: The partner's own customer number, upper-case, unique.
        tenant_id: Microsoft tenant GUID, lower-case, or None when the customer has none yet.
        language: ``en`` or ``hu``; the language of its documents.
        tax_numbers: Domestic and EU tax numbers as printed; may be empty.
        identifiers: Other ids by which files name the customer (electronic address, company number).
        bank_accounts: IBANs or account numbers it pays from, without spaces, upper-case.
        support_plan: Key of its support plan in ``offering.yml``, or None for none.
    """

    id: CustomerId
    number: str
    name: str
    language: str = "en"
    tenant_id: str | None = None
    tax_numbers: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    bank_accounts: tuple[str, ...] = ()
    address: Address = Address()
    contacts: tuple[Contact, ...] = ()
    support_plan: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A Microsoft subscription that the partner resells.

    Attributes:
        id: Microsoft's subscription id, lower-case.
        quantity: Seats, or 0 for usage-based products.
        term: ISO 8601 duration of the commitment (``P1M``, ``P1Y``, ``P3Y``).
        started_on: First day of the present term.
        ends_on: Day after the last day of the term (exclusive); the day it renews when ``auto_renew``.
        bought_on: Day of the purchase; the new-commerce window counts from the later of this and the renewal.
        suspended_on: Set while suspended.
        suspension_reason: ``non_payment``, ``customer_request``, ``fraud`` or None.
    """

    id: SubscriptionId
    customer_id: CustomerId
    product: str
    commerce: CommerceKind
    quantity: int
    term: str
    billing_plan: BillingPlan
    status: SubscriptionStatus
    bought_on: date
    started_on: date
    ends_on: date | None
    auto_renew: bool
    suspended_on: date | None = None
    suspension_reason: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line. ``net + tax == gross``; document-level allowances and charges are lines too.

    Attributes:
        position: 1-based order on the document.
        unit_price: Net price of one unit before line allowances; may have more decimals than the currency.
        period_start: First day charged for, or None.
        period_end: Day after the last day charged for (exclusive), or None.
        tax_rate: Percent as 0-100, or None where the document gives none.
        tax_category: EN 16931 VAT category code (S, Z, E, AE, K, G, O, …) or an empty string.
        subscription_id: Microsoft's id of the subscription charged for, or None.
    """

    position: int
    charge_type: ChargeType
    description: str
    product: str | None
    quantity: Decimal
    unit_price: Money
    net: Money
    tax: Money
    gross: Money
    tax_rate: Decimal | None = None
    tax_category: str = ""
    period_start: date | None = None
    period_end: date | None = None
    subscription_id: SubscriptionId | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note as issued. ``payable == gross - prepaid + rounding``.

    Attributes:
        number: As printed, upper-case, unique in the ledger.
        billing_references: Numbers of the invoices a credit note (or correction) refers to; may be empty.
        disputed_on: Day since which the customer disputes it, or None.
        issuer: Name of the seller on the document, or an empty string.
        payment_reference: What the payer is asked to quote; empty when none is printed.
        purchase_order: The customer's order number, or an empty string.
    """

    id: InvoiceId
    kind: DocumentKind
    number: str
    customer_id: CustomerId
    issued_on: date
    due_on: date
    currency: str
    net: Money
    tax: Money
    gross: Money
    prepaid: Money
    rounding: Money
    payable: Money
    lines: tuple[InvoiceLine, ...]
    period_start: date | None = None
    period_end: date | None = None
    billing_references: tuple[str, ...] = ()
    disputed_on: date | None = None
    issuer: str = ""
    payment_reference: str = ""
    purchase_order: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received.

    Attributes:
        reference: The bank's own id of the entry, unique in the ledger: the same payment twice changes nothing.
        remittance: What the payer wrote (közlemény).
        payer_account: IBAN or account number without spaces, upper-case; may be empty.
        unallocated_reason: Why a rest could not be placed, a code of ``bot.billing.allocation``; None when all is placed.
    """

    id: PaymentId
    reference: str
    received_on: date
    amount: Money
    payer_name: str
    payer_account: str
    remittance: str
    customer_id: CustomerId | None = None
    unallocated_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """The part of one payment that settles one invoice."""

    payment_id: PaymentId
    invoice_id: InvoiceId
    amount: Money
    received_on: date


@dataclass(frozen=True, slots=True)
class Settlement:
    """What has been set against one invoice so far.

    Attributes:
        paid: Sum of allocations.
        credited: Sum of the credit notes that name it.
        last_paid_on: Day of the latest allocated payment, or None.
    """

    paid: Money
    credited: Money
    last_paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class InvoiceView:
    """An invoice with where it stands, as the faces show it.

    Attributes:
        open_amount: What is still to be paid; never negative.
        days_overdue: Days past the due date while something is open, else 0.
    """

    invoice: Invoice
    standing: Standing
    paid: Money
    credited: Money
    open_amount: Money
    days_overdue: int
    last_paid_on: date | None


@dataclass(frozen=True, slots=True)
class OpenBalance:
    """All that a customer still owes.

    Attributes:
        invoices: Oldest due date first; may be empty.
        totals: One sum per currency, sorted by currency; empty when nothing is open.
        overdue_totals: The part of it that is past due, one sum per currency.
    """

    invoices: tuple[InvoiceView, ...]
    totals: tuple[Money, ...]
    overdue_totals: tuple[Money, ...]
