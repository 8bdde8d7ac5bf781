"""What the domain asks of Partner Center, and how that can fail. ``bot.partner_center`` implements it.

Lists that may be long are iterators that fetch a page at a time. Every method may raise ``MicrosoftUnavailable`` (with its children)
and ``MicrosoftNotAllowed``; what else is said with the method.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Protocol

from bot.billing.microsoft import (
    BillingProfile,
    CompanyProfile,
    CustomerAgreement,
    LineKind,
    MicrosoftBalance,
    MicrosoftDeed,
    MicrosoftInvoice,
    MicrosoftLine,
    MicrosoftSubscription,
    ServiceCost,
    StatusChange,
    SupportContact,
    TenantCustomer,
)
from bot.shared.errors import Conflict, NotAllowed, NotFound, Unavailable
from bot.shared.ids import SubscriptionId, TenantId


class MicrosoftUnavailable(Unavailable):
    """Partner Center does not answer, or answers what cannot be read."""


class MicrosoftBusy(MicrosoftUnavailable):
    """Too many requests were made.

    Attributes:
        retry_after: Seconds to wait.
    """

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(MicrosoftUnavailable):
    """A change was sent and its answer lost: it may or may not have been carried out. Look before asking again."""


class MicrosoftNotFound(NotFound):
    """Partner Center has no such thing, or the partner has no relationship with that customer."""


class MicrosoftNotAllowed(NotAllowed):
    """Partner Center refuses this application or this user."""


class RelationshipMissing(MicrosoftNotAllowed):
    """The customer is not, or no longer, a customer of this partner at Microsoft."""


class ConsentMissing(MicrosoftNotAllowed):
    """Nobody has consented, or the consent was revoked or has run out."""


class MicrosoftRefused(Conflict):
    """Partner Center understood and will not do it.

    Attributes:
        code: Its error code, or empty.
        description: What it wrote, in its own words; for staff, not for logs.
    """

    def __init__(self, message: str, *, code: str = "", description: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.description = description


class ChangedMeanwhile(MicrosoftRefused):
    """Somebody else changed the thing since it was read (the ETag is outdated)."""


class OperationPending(MicrosoftRefused):
    """An earlier change of the same thing is not finished yet; try later."""


class MicrosoftCommerce(Protocol):
    """Customers, subscriptions and bills at Microsoft."""

    def customers(self, *, name_begins: str = "") -> Iterator[TenantCustomer]:
        """Yield the partner's customers, those whose company name begins so."""
        ...

    def customer(self, *, tenant_id: TenantId) -> TenantCustomer:
        """Return one customer. Raises: MicrosoftNotFound."""
        ...

    def company_profile(self, *, tenant_id: TenantId) -> CompanyProfile:
        """Return the company behind a tenant. Raises: MicrosoftNotFound."""
        ...

    def billing_profile(self, *, tenant_id: TenantId) -> BillingProfile:
        """Return whom Microsoft has on file for bills. Raises: MicrosoftNotFound."""
        ...

    def agreements(self, *, tenant_id: TenantId) -> tuple[CustomerAgreement, ...]:
        """Return the agreements confirmed for a customer; may be empty. Raises: MicrosoftNotFound."""
        ...

    def service_costs(self, *, tenant_id: TenantId) -> tuple[ServiceCost, ...]:
        """Return what the customer cost the partner in the most recent period. Raises: MicrosoftNotFound."""
        ...

    def subscriptions(self, *, tenant_id: TenantId) -> tuple[MicrosoftSubscription, ...]:
        """Return all subscriptions of a customer, ended ones too; may be empty. Raises: MicrosoftNotFound."""
        ...

    def subscription(self, *, tenant_id: TenantId, subscription_id: SubscriptionId) -> MicrosoftSubscription:
        """Return one subscription. Raises: MicrosoftNotFound."""
        ...

    def suspend(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange:
        """Take the users' access away. In new commerce the partner is billed on and auto-renew goes off.

        Args:
            key: Of the planned deed; the same deed asked again carries the same key, so it is done once.

        Raises:
            MicrosoftNotFound: There is no such subscription.
            OperationPending: An earlier change is not finished.
            MicrosoftRefused: Its state does not allow it.
            OutcomeUnknown: It is not known whether it was done; look.
        """
        ...

    def reactivate(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange:
        """Give access back; in new commerce auto-renew stays off. Arguments and errors as of ``suspend``."""
        ...

    def support_contact(self, *, tenant_id: TenantId, subscription_id: SubscriptionId) -> SupportContact:
        """Return which partner supports the subscription. Raises: MicrosoftNotFound."""
        ...

    def set_support_contact(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, contact: SupportContact) -> SupportContact:
        """Name the partner that supports the subscription. Raises: MicrosoftNotFound, MicrosoftRefused."""
        ...

    def invoices(self, *, since: date | None = None) -> Iterator[MicrosoftInvoice]:
        """Yield Microsoft's bills, those issued on or after ``since``; in the order Microsoft gives them."""
        ...

    def invoice(self, *, number: str) -> MicrosoftInvoice:
        """Return one bill. Raises: MicrosoftNotFound."""
        ...

    def invoice_lines(self, *, number: str, kind: LineKind) -> Iterator[MicrosoftLine]:
        """Yield the lines of one list of a bill. Raises: MicrosoftNotFound."""
        ...

    def invoice_statement(self, *, number: str) -> bytes:
        """Return a bill as PDF. Raises: MicrosoftNotFound."""
        ...

    def balances(self) -> tuple[MicrosoftBalance, ...]:
        """Return what the partner owes, one for each currency; may be empty."""
        ...

    def deeds(self, *, since: date, until: date | None = None, tenant_id: TenantId | None = None) -> Iterator[MicrosoftDeed]:
        """Yield what was done in Partner Center from ``since`` to ``until`` (both days included).

        Microsoft keeps 90 days; an earlier ``since`` is refused. Raises: MicrosoftRefused.
        """
        ...
