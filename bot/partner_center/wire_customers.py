"""Customers, their profiles, agreements and costs on the wire."""

from __future__ import annotations

from decimal import Decimal

from bot.billing.microsoft import BillingProfile, CompanyProfile, CustomerAgreement, MicrosoftAddress, ServiceCost, TenantCustomer
from bot.partner_center.wire import Flag, Instant, Number, Text, Wire, WireAttributes, Word, day, day_after
from bot.shared.ids import SubscriptionId, TenantId
from bot.shared.money import Money


class WireCompany(Wire):
    """``companyProfile``."""

    tenant_id: Text = ""
    domain: Text = ""
    company_name: Text = ""
    organization_registration_number: Text = ""
    attributes: WireAttributes = WireAttributes()

    def profile(self, *, tenant_id: TenantId) -> CompanyProfile:
        """Return the company behind the tenant."""
        return CompanyProfile(
            tenant_id=tenant_id,
            name=self.company_name,
            domain=self.domain,
            registration_number=self.organization_registration_number,
            etag=self.attributes.etag,
        )


class WireCustomer(Wire):
    """A customer, in a list or by itself."""

    id: Text = ""
    company_profile: WireCompany = WireCompany()
    relationship_to_partner: Word = ""
    allow_delegated_access: Flag = None

    def customer(self) -> TenantCustomer:
        """Return the customer. Raises: ValueError when it has no id."""
        tenant = self.id or self.company_profile.tenant_id
        if not tenant:
            raise ValueError("a customer without an id")
        return TenantCustomer(
            tenant_id=TenantId(tenant.lower()),
            name=self.company_profile.company_name,
            domain=self.company_profile.domain,
            relationship=self.relationship_to_partner,
            allows_delegated_access=self.allow_delegated_access,
        )


class WireAddress(Wire):
    """A postal address."""

    address_line1: Text = ""
    address_line2: Text = ""
    city: Text = ""
    postal_code: Text = ""
    country: Text = ""
    phone_number: Text = ""

    def address(self) -> MicrosoftAddress:
        """Return the address."""
        return MicrosoftAddress(
            line1=self.address_line1,
            line2=self.address_line2,
            city=self.city,
            postal_code=self.postal_code,
            country=self.country.upper(),
            phone=self.phone_number,
        )


class WireBillingProfile(Wire):
    """``billingProfile``."""

    first_name: Text = ""
    last_name: Text = ""
    email: Text = ""
    language: Text = ""
    culture: Text = ""
    company_name: Text = ""
    default_address: WireAddress = WireAddress()
    attributes: WireAttributes = WireAttributes()

    def profile(self) -> BillingProfile:
        """Return whom Microsoft has on file."""
        return BillingProfile(
            company_name=self.company_name,
            first_name=self.first_name,
            last_name=self.last_name,
            email=self.email,
            language=self.language,
            culture=self.culture,
            address=self.default_address.address(),
            etag=self.attributes.etag,
        )


class WireAgreement(Wire):
    """An agreement with a customer."""

    type: Text = ""
    date_agreed: Instant = None
    template_id: Text = ""

    def agreement(self) -> CustomerAgreement:
        """Return the agreement."""
        return CustomerAgreement(kind=self.type, agreed_at=self.date_agreed, template_id=self.template_id)


class WireCostSummary(Wire):
    """``servicecosts/mostrecent``: needed for its currency."""

    currency_code: Text = ""


class WireCost(Wire):
    """A line of ``servicecosts/mostrecent/lineitems``."""

    subscription_id: Text = ""
    subscription_friendly_name: Text = ""
    offer_name: Text = ""
    charge_type: Text = ""
    quantity: Number = None
    pretax_total: Number = None
    tax: Number = None
    after_tax_total: Number = None
    start_date: Instant = None
    end_date: Instant = None

    def cost(self, *, currency: str) -> ServiceCost:
        """Return the cost in the currency of the summary."""
        net, tax = self.pretax_total or Decimal(0), self.tax or Decimal(0)
        return ServiceCost(
            subscription_id=SubscriptionId(self.subscription_id.lower()) if self.subscription_id else None,
            product=self.offer_name or self.subscription_friendly_name,
            charge_type=self.charge_type,
            quantity=self.quantity or Decimal(0),
            net=Money(net, currency),
            tax=Money(tax, currency),
            gross=Money(net + tax if self.after_tax_total is None else self.after_tax_total, currency),
            period_start=day(self.start_date),
            period_end=day_after(self.end_date),
        )
