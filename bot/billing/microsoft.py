"""What Microsoft knows: customers, subscriptions, what it bills the partner. Frozen; read from Partner Center, never computed.

Microsoft bills the partner, not the customer: every amount here is between Microsoft and the partner and is no customer's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.billing.model import BillingPlan, CommerceKind
from bot.shared.ids import SubscriptionId, TenantId
from bot.shared.money import Money

NET_DAYS = timedelta(days=60)


class MicrosoftStatus(StrEnum):
    """State of a subscription as Microsoft tells it."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"
    EXPIRED = "expired"
    PENDING = "pending"
    DISABLED = "disabled"
    UNKNOWN = "unknown"


class ChangeOutcome(StrEnum):
    """What a change asked of Microsoft led to."""

    CHANGED = "changed"
    ALREADY_SO = "already_so"
    PENDING = "pending"


class LineKind(StrEnum):
    """Which list of an invoice a line is from."""

    LICENSE = "license"
    USAGE = "usage"
    DAILY_USAGE = "daily_usage"
    ONE_TIME = "one_time"
    DAILY_RATED = "daily_rated"


class MicrosoftDocument(StrEnum):
    """What kind of document Microsoft issued."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    VOID_NOTE = "void_note"
    ADJUSTMENT_NOTE = "adjustment_note"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MicrosoftAddress:
    """A postal address as Microsoft keeps it; parts may be empty. ``country`` is ISO 3166 alpha-2."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class TenantCustomer:
    """A customer of the partner.

    Attributes:
        relationship: ``reseller``, ``advisor``, ``none`` … in lower case.
        allows_delegated_access: None where Microsoft does not say (in lists).
    """

    tenant_id: TenantId
    name: str
    domain: str
    relationship: str = ""
    allows_delegated_access: bool | None = None


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """The company behind a tenant. ``etag`` must be given back with a change; empty when Microsoft gave none."""

    tenant_id: TenantId
    name: str
    domain: str
    registration_number: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class BillingProfile:
    """Whom Microsoft has on file for a customer's bills: no payment method, tax number or balance is among it."""

    company_name: str
    first_name: str
    last_name: str
    email: str
    language: str
    culture: str
    address: MicrosoftAddress
    etag: str = ""


@dataclass(frozen=True, slots=True)
class CustomerAgreement:
    """An agreement with Microsoft that the partner has confirmed for a customer."""

    kind: str
    agreed_at: datetime | None
    template_id: str = ""


@dataclass(frozen=True, slots=True)
class ServiceCost:
    """What one subscription cost the partner in the most recent billing period; the period's end is exclusive."""

    subscription_id: SubscriptionId | None
    product: str
    charge_type: str
    quantity: Decimal
    net: Money
    tax: Money
    gross: Money
    period_start: date | None
    period_end: date | None


@dataclass(frozen=True, slots=True)
class RefundableSeats:
    """So many seats may still be given back until then (aware)."""

    quantity: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class MicrosoftSubscription:
    """A subscription as Microsoft has it.

    Attributes:
        id: Lower-case.
        name: What the partner calls it, else the name of the offer.
        commerce: New commerce by the product type or a three-part offer id.
        term: ISO 8601 duration, empty for legacy.
        started_on: First day of the present term.
        ends_on: Day after the last day of the term; None where there is none, or it is a date without meaning far ahead.
        cancel_until: Until when cancelling is allowed, or None.
        refundable: Seats that may still be given back; may be empty.
        parent_id: The subscription that this one is an add-on to.
        suspension_reasons: Microsoft's words, such as ``CustomerCancellation``; may be empty.
        etag: Version, to be given back with a change.
    """

    id: SubscriptionId
    tenant_id: TenantId
    offer_id: str
    name: str
    offer_name: str
    commerce: CommerceKind
    quantity: int
    status: MicrosoftStatus
    auto_renew: bool
    billing_plan: BillingPlan
    term: str = ""
    unit_type: str = ""
    created_at: datetime | None = None
    started_on: date | None = None
    ends_on: date | None = None
    cancel_until: datetime | None = None
    refundable: tuple[RefundableSeats, ...] = ()
    parent_id: SubscriptionId | None = None
    order_id: str = ""
    is_trial: bool = False
    suspension_reasons: tuple[str, ...] = ()
    etag: str = ""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The subscription after a change was asked for, and what came of it; while ``PENDING`` it may still look as before."""

    subscription: MicrosoftSubscription
    outcome: ChangeOutcome


@dataclass(frozen=True, slots=True)
class SupportContact:
    """Which partner supports a subscription."""

    tenant_id: str
    partner_id: str
    name: str


@dataclass(frozen=True, slots=True)
class MicrosoftInvoice:
    """A bill of Microsoft to the partner.

    Attributes:
        number: ``D…`` legacy, ``G…`` new commerce.
        total: May be negative in a month of credits.
        paid: As Microsoft writes it; its sign after a payment is not documented reliably.
        period_end: Day after the last day (exclusive), or None.
        line_kinds: Which lists of lines there are; empty where Microsoft does not say.
        amends: Number of the document it corrects, or empty.
        is_void: True when Microsoft took it back.
    """

    number: str
    commerce: CommerceKind
    document: MicrosoftDocument
    issued_on: date
    total: Money
    paid: Money
    period_start: date | None = None
    period_end: date | None = None
    line_kinds: tuple[LineKind, ...] = ()
    amends: str = ""
    is_void: bool = False

    @property
    def due_on(self) -> date:
        """Return the day by which the partner pays: net 60 days. Source: Partner Center: billing-basics (2023-10)."""
        return self.issued_on + NET_DAYS


@dataclass(frozen=True, slots=True)
class MicrosoftBalance:
    """What the partner owes Microsoft in one currency; a negative balance is a credit."""

    balance: Money
    latest_invoice_at: datetime | None
    last_payment_at: datetime | None
    last_payment: Money | None


@dataclass(frozen=True, slots=True)
class MicrosoftLine:
    """One line of a bill of Microsoft, whichever list it is from.

    Attributes:
        subscription_id: The GUID that subscriptions have, lower-case; None where the line has none.
        charge_type: As Microsoft writes it.
        unit_price: None where the line has none (usage is priced in another way).
        subtotal: Before tax; daily usage of legacy Azure has no amounts at all.
        charge_end: As Microsoft writes it: the last moment charged for.
        used_on: Day of the use, for daily lines.
        extra: Whatever else the line says, as (name, text) in the order received; may be empty.
    """

    kind: LineKind
    invoice_number: str
    tenant_id: TenantId | None
    customer_name: str
    subscription_id: SubscriptionId | None
    product: str
    charge_type: str
    quantity: Decimal
    unit_price: Money | None
    subtotal: Money | None
    tax: Money | None
    total: Money | None
    order_id: str = ""
    unit: str = ""
    charge_start: datetime | None = None
    charge_end: datetime | None = None
    used_on: date | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MicrosoftDeed:
    """One entry of Partner Center's own record of what was done (an audit record).

    Attributes:
        operation: Such as ``update_subscription``.
        status: ``succeeded``, ``failed`` or ``progress``.
        by: Sign-in name of the person, or id of the application.
        before: The resource before, as JSON text; may be empty.
        after: The resource afterwards, as JSON text; may be empty.
    """

    at: datetime
    operation: str
    resource: str
    status: str
    tenant_id: TenantId | None
    customer_name: str
    by: str
    before: str = ""
    after: str = ""
    details: tuple[tuple[str, str], ...] = ()
