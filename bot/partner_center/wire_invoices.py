"""Microsoft's bills to the partner, and their lines, on the wire.

The lists of lines differ in their names for the same thing; one model knows all the names and takes the first that is there.
"""

from __future__ import annotations

from decimal import Decimal

from bot.billing.microsoft import LineKind, MicrosoftBalance, MicrosoftDeed, MicrosoftDocument, MicrosoftInvoice, MicrosoftLine
from bot.billing.model import CommerceKind
from bot.partner_center.wire import Instant, Number, Text, Wire, Word, day, day_after, extra_pairs
from bot.shared.ids import SubscriptionId, TenantId
from bot.shared.money import Money

# (billing provider, type of line) as folded words -> which list that is.
_KINDS = {
    ("office", "billinglineitems"): LineKind.LICENSE,
    ("azure", "billinglineitems"): LineKind.USAGE,
    ("azure", "usagelineitems"): LineKind.DAILY_USAGE,
    ("onetime", "billinglineitems"): LineKind.ONE_TIME,
    ("onetime", "usagelineitems"): LineKind.DAILY_RATED,
}
# Which list that is -> what to ask for.
LINE_QUERIES = {
    LineKind.LICENSE: ("office", "billinglineitems"),
    LineKind.USAGE: ("azure", "billinglineitems"),
    LineKind.DAILY_USAGE: ("azure", "usagelineitems"),
    LineKind.ONE_TIME: ("onetime", "billinglineitems"),
    LineKind.DAILY_RATED: ("onetime", "usagelineitems"),
}
_DOCUMENTS = {
    "invoice": MicrosoftDocument.INVOICE,
    "creditnote": MicrosoftDocument.CREDIT_NOTE,
    "voidnote": MicrosoftDocument.VOID_NOTE,
    "adjustmentnote": MicrosoftDocument.ADJUSTMENT_NOTE,
}


class WireInvoiceDetail(Wire):
    """Which list of lines an invoice has."""

    invoice_line_item_type: Word = ""
    billing_provider: Word = ""


class WireInvoice(Wire):
    """A bill."""

    id: Text
    invoice_date: Instant
    billing_period_start_date: Instant = None
    billing_period_end_date: Instant = None
    total_charges: Number = None
    paid_amount: Number = None
    currency_code: Text
    document_type: Word = ""
    invoice_type: Word = ""
    status: Word = ""
    amends_of: Text = ""
    invoice_details: tuple[WireInvoiceDetail, ...] = ()

    def invoice(self) -> MicrosoftInvoice:
        """Return the bill. Raises: ValueError when it has no date."""
        if self.invoice_date is None:
            raise ValueError("an invoice without a date")
        number, currency = self.id.upper(), self.currency_code.upper()
        is_new = self.invoice_type == "onetime" or (self.invoice_type != "recurring" and number.startswith("G"))
        kinds = (_KINDS.get((detail.billing_provider, detail.invoice_line_item_type)) for detail in self.invoice_details)
        return MicrosoftInvoice(
            number=number,
            commerce=CommerceKind.NEW if is_new else CommerceKind.LEGACY,
            document=_DOCUMENTS.get(self.document_type or "invoice", MicrosoftDocument.UNKNOWN),
            issued_on=self.invoice_date.date(),
            total=Money(self.total_charges or Decimal(0), currency),
            paid=Money(self.paid_amount or Decimal(0), currency),
            period_start=day(self.billing_period_start_date),
            period_end=day_after(self.billing_period_end_date),
            line_kinds=tuple(dict.fromkeys(kind for kind in kinds if kind is not None)),
            amends=self.amends_of.upper(),
            is_void=self.status == "void",
        )


class WireSummary(Wire):
    """What the partner owes in one currency."""

    balance_amount: Number = None
    currency_code: Text
    last_payment_date: Instant = None
    last_payment_amount: Number = None
    latest_invoice_date: Instant = None

    def balance(self) -> MicrosoftBalance:
        """Return the balance."""
        currency = self.currency_code.upper()
        paid = self.last_payment_amount
        return MicrosoftBalance(
            balance=Money(self.balance_amount or Decimal(0), currency),
            latest_invoice_at=self.latest_invoice_date,
            last_payment_at=self.last_payment_date,
            last_payment=None if paid is None or self.last_payment_date is None else Money(paid, currency),
        )


class WireLine(Wire):
    """A line of any of the lists."""

    customer_id: Text = ""
    customer_name: Text = ""
    customer_company_name: Text = ""
    invoice_number: Text = ""
    subscription_id: Text = ""
    syndication_partner_subscription_number: Text = ""
    order_id: Text = ""
    offer_name: Text = ""
    product_name: Text = ""
    sku_name: Text = ""
    service_name: Text = ""
    meter_name: Text = ""
    resource_name: Text = ""
    subscription_name: Text = ""
    charge_type: Text = ""
    quantity: Number = None
    consumed_quantity: Number = None
    unit: Text = ""
    unit_type: Text = ""
    unit_of_measure: Text = ""
    unit_price: Number = None
    list_price: Number = None
    subtotal: Number = None
    pre_tax_charges: Number = None
    billing_pre_tax_total: Number = None
    tax: Number = None
    tax_total: Number = None
    tax_amount: Number = None
    total_for_customer: Number = None
    post_tax_total: Number = None
    currency: Text = ""
    billing_currency: Text = ""
    pricing_currency: Text = ""
    charge_start_date: Instant = None
    charge_end_date: Instant = None
    usage_date: Instant = None

    def line(self, *, number: str, kind: LineKind) -> MicrosoftLine:
        """Return the line of that list of the bill ``number``."""
        currency = (self.currency or self.billing_currency).upper()
        # Legacy lines carry an id of their own; the one that partners know is in another field.
        subscription = self.syndication_partner_subscription_number or self.subscription_id
        return MicrosoftLine(
            kind=kind,
            invoice_number=(self.invoice_number or number).upper(),
            tenant_id=TenantId(self.customer_id.lower()) if self.customer_id else None,
            customer_name=self.customer_name or self.customer_company_name,
            subscription_id=SubscriptionId(subscription.lower()) if subscription else None,
            product=self._product(),
            charge_type=self.charge_type,
            quantity=_first(self.quantity, self.consumed_quantity) or Decimal(0),
            # Daily rated usage is priced in the currency of the price list, not of the bill.
            unit_price=_money(
                _first(self.unit_price, self.list_price), (kind is LineKind.DAILY_RATED and self.pricing_currency) or currency
            ),
            subtotal=_money(_first(self.subtotal, self.pre_tax_charges, self.billing_pre_tax_total), currency),
            tax=_money(_first(self.tax, self.tax_total, self.tax_amount), currency),
            total=_money(_first(self.total_for_customer, self.post_tax_total), currency),
            order_id=self.order_id,
            unit=self.unit or self.unit_of_measure or self.unit_type,
            charge_start=self.charge_start_date,
            charge_end=self.charge_end_date,
            used_on=day(self.usage_date),
            extra=extra_pairs(self),
        )

    def _product(self) -> str:
        names = (self.offer_name, self.product_name or self.sku_name, self.meter_name, self.service_name, self.resource_name)
        return next((name for name in names if name), self.subscription_name)


def _first(*numbers: Decimal | None) -> Decimal | None:
    return next((number for number in numbers if number is not None), None)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return Money(amount, currency.upper()) if amount is not None and currency else None


class WirePair(Wire):
    """A name with a value."""

    key: Text = ""
    value: Text = ""


class WireAudit(Wire):
    """One audit record."""

    customer_id: Text = ""
    customer_name: Text = ""
    user_principal_name: Text = ""
    application_id: Text = ""
    resource_type: Text = ""
    resource_old_value: Text = ""
    resource_new_value: Text = ""
    operation_type: Text = ""
    operation_date: Instant
    operation_status: Word = ""
    customized_data: tuple[WirePair, ...] = ()

    def deed(self) -> MicrosoftDeed:
        """Return what was done. Raises: ValueError when it has no date."""
        if self.operation_date is None:
            raise ValueError("an audit record without a date")
        return MicrosoftDeed(
            at=self.operation_date,
            operation=self.operation_type.lower(),
            resource=self.resource_type.lower(),
            status=self.operation_status,
            tenant_id=TenantId(self.customer_id.lower()) if self.customer_id else None,
            customer_name=self.customer_name,
            by=self.user_principal_name or self.application_id,
            before=self.resource_old_value,
            after=self.resource_new_value,
            details=tuple((pair.key, pair.value) for pair in self.customized_data),
        )
