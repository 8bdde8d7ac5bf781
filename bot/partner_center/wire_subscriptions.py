"""Subscriptions on the wire."""

from __future__ import annotations

from bot.billing.microsoft import MicrosoftStatus, MicrosoftSubscription, RefundableSeats, SupportContact
from bot.billing.model import BillingPlan, CommerceKind
from bot.partner_center.wire import Flag, Instant, Text, Whole, Wire, WireAttributes, Word, day, day_after
from bot.shared.ids import SubscriptionId, TenantId

_NEW_COMMERCE = "onlineservicesnce"
_PARTS_OF_NEW_OFFER = 3
_STATUS = {status.value: status for status in MicrosoftStatus} | {
    # By number: what older versions of the interface wrote.
    "1": MicrosoftStatus.ACTIVE,
    "2": MicrosoftStatus.SUSPENDED,
    "3": MicrosoftStatus.DELETED,
    "4": MicrosoftStatus.EXPIRED,
    "5": MicrosoftStatus.PENDING,
    "6": MicrosoftStatus.DISABLED,
}
_PLANS = {plan.value: plan for plan in BillingPlan}


class WireProductType(Wire):
    """``productType``."""

    id: Word = ""


class WireRefundable(Wire):
    """One part of ``refundableQuantity``."""

    quantity: Whole = 0
    allowed_until_date_time: Instant = None


class WireRefundableQuantity(Wire):
    """``refundableQuantity``."""

    details: tuple[WireRefundable, ...] = ()


class WireSubscription(Wire):
    """A subscription."""

    id: Text
    offer_id: Text = ""
    offer_name: Text = ""
    friendly_name: Text = ""
    product_type: WireProductType = WireProductType()
    quantity: Whole = 0
    unit_type: Text = ""
    parent_subscription_id: Text = ""
    creation_date: Instant = None
    effective_start_date: Instant = None
    commitment_end_date: Instant = None
    cancellation_allowed_until_date: Instant = None
    status: Word = ""
    auto_renew_enabled: Flag = None
    billing_cycle: Word = ""
    term_duration: Text = ""
    is_trial: Flag = None
    suspension_reasons: tuple[Text, ...] = ()
    refundable_quantity: WireRefundableQuantity = WireRefundableQuantity()
    order_id: Text = ""
    attributes: WireAttributes = WireAttributes()

    def is_new_commerce(self) -> bool:
        """Return whether it is a new-commerce one. Source: Partner Center: get-a-subscription-by-id (2023-10)."""
        return self.product_type.id == _NEW_COMMERCE or len(self.offer_id.split(":")) == _PARTS_OF_NEW_OFFER

    def subscription(self, *, tenant_id: TenantId) -> MicrosoftSubscription:
        """Return the subscription of that customer."""
        return MicrosoftSubscription(
            id=SubscriptionId(self.id.lower()),
            tenant_id=tenant_id,
            offer_id=self.offer_id,
            name=self.friendly_name or self.offer_name,
            offer_name=self.offer_name,
            commerce=CommerceKind.NEW if self.is_new_commerce() else CommerceKind.LEGACY,
            quantity=self.quantity,
            status=_STATUS.get(self.status, MicrosoftStatus.UNKNOWN),
            auto_renew=bool(self.auto_renew_enabled),
            billing_plan=_PLANS.get(self.billing_cycle, BillingPlan.NONE),
            term=self.term_duration.upper(),
            unit_type=self.unit_type,
            created_at=self.creation_date,
            started_on=day(self.effective_start_date),
            ends_on=day_after(self.commitment_end_date),
            cancel_until=self.cancellation_allowed_until_date,
            refundable=tuple(RefundableSeats(part.quantity, part.allowed_until_date_time) for part in self.refundable_quantity.details),
            parent_id=SubscriptionId(self.parent_subscription_id.lower()) if self.parent_subscription_id else None,
            order_id=self.order_id,
            is_trial=bool(self.is_trial),
            suspension_reasons=self.suspension_reasons,
            etag=self.attributes.etag,
        )


class WireSupportContact(Wire):
    """Which partner supports a subscription."""

    support_tenant_id: Text = ""
    support_mpn_id: Text = ""
    name: Text = ""

    def contact(self) -> SupportContact:
        """Return the contact."""
        return SupportContact(tenant_id=self.support_tenant_id, partner_id=self.support_mpn_id, name=self.name)
