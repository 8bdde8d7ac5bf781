"""What the sandbox begins with: a JSON document in words of our own, made from a file or from the ledger.

``{"currency": "EUR", "customers": [{"tenant", "name", "domain", "country", "subscriptions": [{"id", "product", "commerce", "quantity",
"status", "bought_on", "started_on", "ends_on", "term", "billing_plan", "auto_renew", "suspended_on", "parent"}]}], "invoices": [{"number",
"commerce", "issued_on", "period_start", "period_end", "lines": [{"tenant", "customer", "subscription", "product", "charge_type",
"quantity", "unit_price", "start", "end"}]}], "many": {"customers", "subscriptions_each"}}``. Only ``tenant`` and ``name`` of a customer,
``id`` and ``product`` of a subscription and the number, date and lines of an invoice must be there. Ends are exclusive.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.billing.microsoft import NET_DAYS
from bot.billing.model import ChargeType, CommerceKind, DocumentKind, Invoice, Subscription
from bot.billing.ports import Ledger
from bot.partner_center.sandbox.lifecycle import NEW_COMMERCE, WINDOW
from bot.partner_center.sandbox.state import Resource, State, etag, wire_day
from bot.shared.errors import InvalidInput
from bot.shared.money import Money, round_half_up

_SEEDS = uuid.UUID("1a1f6f9e-7f5b-4f5e-8d2a-5b3d8e1c0f42")
_STATUSES = {"cancelled": "deleted"}
_MOST_CUSTOMERS = 100_000
# What the partner pays of what its customers pay; the demo's margin.
_PARTNERS_SHARE = Decimal("0.82")
_FORINT_FOR_A_EURO = Decimal(400)
_INVOICED_DAYS = timedelta(days=100)
_CENTS = Decimal("0.01")


def seed(state: State, content: Resource) -> None:
    """Add to the sandbox what ``content`` lists. Raises: InvalidInput."""
    try:
        state.currency = str(content.get("currency", state.currency))
        for customer in [*content.get("customers", []), *_many(state, content.get("many"))]:
            _add_customer(state, customer)
        for invoice in content.get("invoices", []):
            _add_invoice(state, invoice)
        total = sum((Decimal(str(one["totalCharges"])) for one in state.invoices.values()), Decimal(0))
        state.balance = str(content.get("balance", total))
        if not state.support_profile:
            state.support_profile = {
                "email": "support@partner.example",
                "telephone": "+36 1 555 0100",
                "website": "https://partner.example",
                "profileType": "support_profile",
            }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidInput(f"the seed cannot be used: {type(error).__name__} {error}; see docs/partner-center.md") from error


def _add_customer(state: State, given: Resource) -> None:
    tenant, name = str(given["tenant"]).lower(), str(given["name"])
    domain = given.get("domain") or f"{tenant[:8]}.onmicrosoft.com"
    state.customers[tenant] = {
        "id": tenant,
        "commerceId": tenant,
        "companyProfile": {
            "tenantId": tenant,
            "domain": domain,
            "companyName": name,
            "organizationRegistrationNumber": given.get("registration_number", ""),
            "attributes": {"etag": etag(tenant, 1), "objectType": "CustomerCompanyProfile"},
        },
        "billingProfile": {
            "id": str(uuid.uuid5(_SEEDS, f"billing {tenant}")),
            "firstName": given.get("first_name", "Anna"),
            "lastName": given.get("last_name", "Minta"),
            "email": given.get("email", f"billing@{domain}"),
            "culture": "hu-HU" if given.get("country", "HU") == "HU" else "en-US",
            "language": "hu" if given.get("country", "HU") == "HU" else "en",
            "companyName": name,
            "defaultAddress": {
                "country": given.get("country", "HU"),
                "city": given.get("city", ""),
                "addressLine1": given.get("street", ""),
                "postalCode": given.get("postal_code", ""),
            },
            "attributes": {"etag": etag(tenant, 1), "objectType": "CustomerBillingProfile"},
        },
        "relationshipToPartner": "reseller",
        "allowDelegatedAccess": True,
        "attributes": {"objectType": "Customer"},
    }
    state.agreements[tenant] = [
        {"type": "MicrosoftCustomerAgreement", "dateAgreed": wire_day(state.now() - timedelta(days=400)), "templateId": "998b88de"}
    ]
    state.subscriptions[tenant] = {one["id"]: one for one in (_subscription(state, sold) for sold in given.get("subscriptions", []))}


def _subscription(state: State, given: Resource) -> Resource:
    identifier, product = str(given["id"]).lower(), str(given["product"])
    is_new = given.get("commerce", CommerceKind.NEW.value) == CommerceKind.NEW.value
    now = state.now()
    bought = _moment(given.get("bought_on"), now)
    begins = _moment(given.get("started_on"), bought)
    ends = _moment(given["ends_on"], now) if given.get("ends_on") else begins + timedelta(days=365)
    quantity, window = int(given.get("quantity", 1)), max(bought, begins) + WINDOW
    status = _STATUSES.get(str(given.get("status", "active")), str(given.get("status", "active")))
    product_id = uuid.uuid5(_SEEDS, product).hex[:12].upper()
    made: Resource = {
        "id": identifier,
        "offerId": f"{product_id}:0001:{product_id[::-1]}" if is_new else str(uuid.uuid5(_SEEDS, f"offer {product}")),
        "offerName": product,
        "friendlyName": product,
        "quantity": quantity,
        "unitType": "Licenses" if quantity else "Usage-based",
        "creationDate": wire_day(bought),
        "effectiveStartDate": wire_day(begins),
        "commitmentEndDate": wire_day(ends - timedelta(days=1)),
        "status": status,
        "autoRenewEnabled": bool(given.get("auto_renew", True)) and status == "active",
        "billingType": "license" if quantity else "usage",
        "billingCycle": str(given.get("billing_plan", "monthly")),
        "contractType": "subscription",
        "orderId": uuid.uuid5(_SEEDS, f"order {identifier}").hex[:12],
        "suspensionReasons": ["CustomerCancellation"] if status == "suspended" else [],
        "links": {"self": {"uri": f"/subscriptions/{identifier}", "method": "GET", "headers": []}},
        "attributes": {"etag": etag(identifier, 1), "objectType": "Subscription"},
    }
    if is_new:
        refundable = [{"quantity": quantity, "allowedUntilDateTime": wire_day(window)}] if window >= now else []
        made |= {
            "productType": {"id": NEW_COMMERCE, "displayName": NEW_COMMERCE},
            "termDuration": str(given.get("term", "P1Y")),
            "cancellationAllowedUntilDate": wire_day(window),
            "refundableQuantity": {"totalQuantity": quantity if refundable else 0, "details": refundable},
        }
    if given.get("parent"):
        made["parentSubscriptionId"] = str(given["parent"]).lower()
    if status == "suspended":
        made["_suspendedAt"] = wire_day(_moment(given.get("suspended_on"), now))
    return made


def _add_invoice(state: State, given: Resource) -> None:
    number = str(given["number"]).upper()
    is_new = given.get("commerce", CommerceKind.NEW.value if number.startswith("G") else "") == CommerceKind.NEW.value
    issued = _moment(given["issued_on"], state.now())
    provider = "onetime" if is_new else "office"
    lines = [(_new_line if is_new else _legacy_line)(number, line, state.currency) for line in given.get("lines", [])]
    total = sum((line["TotalForCustomer" if is_new else "totalForCustomer"] for line in lines), Decimal(0))
    invoice: Resource = {
        "id": number,
        "invoiceDate": wire_day(issued),
        "totalCharges": given.get("total", total),
        "paidAmount": given.get("total", total) if given.get("is_paid") else given.get("paid", 0.0),
        "currencyCode": state.currency,
        "currencySymbol": "€" if state.currency == "EUR" else state.currency,
        "invoiceDetails": [
            {"invoiceLineItemType": "billing_line_items", "billingProvider": "one_time" if is_new else "office", "links": {}},
        ],
        "documentType": "invoice",
        "invoiceType": "OneTime" if is_new else "Recurring",
        "status": "active",
        "attributes": {"objectType": "Invoice"},
    }
    if given.get("period_start") and given.get("period_end"):
        invoice["billingPeriodStartDate"] = wire_day(_moment(given["period_start"], issued))
        invoice["billingPeriodEndDate"] = wire_day(_moment(given["period_end"], issued) - timedelta(days=1))
    state.invoices[number] = invoice
    state.lines[number, provider, "billinglineitems"] = lines


def _figures(line: Resource) -> tuple[Decimal, Decimal, Decimal]:
    quantity, price = Decimal(str(line["quantity"])), Decimal(str(line["unit_price"]))
    return quantity, price, (quantity * price).quantize(_CENTS)


def _new_line(number: str, line: Resource, currency: str) -> Resource:
    quantity, price, total = _figures(line)
    # This list is written in PascalCase, as documented.
    return {
        "PartnerId": "00000000-0000-4000-8000-0000000000aa",
        "CustomerId": line["tenant"],
        "CustomerName": line.get("customer", ""),
        "InvoiceNumber": number,
        "MpnId": 1234567,
        "OrderId": uuid.uuid5(_SEEDS, f"order {line['subscription']}").hex[:12],
        "ProductName": line["product"],
        "SkuName": line["product"],
        "ChargeType": line.get("charge_type", "cycleCharge"),
        "UnitPrice": price,
        "EffectiveUnitPrice": price,
        "Quantity": quantity,
        "Subtotal": total,
        "TaxTotal": 0.0,
        "TotalForCustomer": total,
        "Currency": currency,
        "SubscriptionId": line["subscription"],
        "ChargeStartDate": f"{line['start']}T00:00:00Z",
        "ChargeEndDate": f"{date.fromisoformat(line['end']) - timedelta(days=1)}T00:00:00Z",
        "TermAndBillingCycle": line.get("term", ""),
        "PriceAdjustmentDescription": "[]",
    }


def _legacy_line(number: str, line: Resource, currency: str) -> Resource:
    quantity, price, total = _figures(line)
    return {
        "partnerId": "00000000-0000-4000-8000-0000000000aa",
        "customerId": line["tenant"],
        "customerName": line.get("customer", ""),
        "mpnId": 1234567,
        "tier2MpnId": 0,
        "orderId": str(uuid.uuid5(_SEEDS, f"order {line['subscription']}")),
        "subscriptionId": uuid.uuid5(_SEEDS, f"short {line['subscription']}").hex[:16],
        "syndicationPartnerSubscriptionNumber": line["subscription"],
        "offerName": line["product"],
        "billingCycleType": "MONTHLY",
        "chargeType": line.get("charge_type", "Cycle fee"),
        "chargeStartDate": f"{line['start']}T00:00:00",
        "chargeEndDate": f"{date.fromisoformat(line['end']) - timedelta(days=1)}T00:00:00",
        "unitPrice": price,
        "quantity": quantity,
        "amount": total,
        "subtotal": total,
        "tax": 0.0,
        "totalForCustomer": total,
        "currency": currency,
        "invoiceLineItemType": "billing_line_items",
        "billingProvider": "office",
    }


def _many(state: State, asked: Resource | None) -> list[Resource]:
    """Return so many customers with so many subscriptions each, always the same ones."""
    if not asked:
        return []
    count, each = int(asked["customers"]), int(asked.get("subscriptions_each", 1))
    if not 0 < count <= _MOST_CUSTOMERS:
        raise InvalidInput(f"between 1 and {_MOST_CUSTOMERS} customers can be made")
    begun = (state.now() - timedelta(days=100)).date().isoformat()
    return [
        {
            "tenant": str(uuid.uuid5(_SEEDS, f"tenant {number}")),
            "name": f"Customer {number:05}",
            "subscriptions": [
                {
                    "id": str(uuid.uuid5(_SEEDS, f"subscription {number} {place}")),
                    "product": "Microsoft 365 Business Basic",
                    "commerce": CommerceKind.LEGACY.value if place % 5 == 4 else CommerceKind.NEW.value,
                    "quantity": 1 + (number + place) % 40,
                    "bought_on": begun,
                }
                for place in range(each)
            ],
        }
        for number in range(count)
    ]


def _moment(text: object, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+00:00") if text else otherwise


def seed_of_ledger(ledger: Ledger, *, today: date) -> Resource:
    """Return a seed with the customers of the ledger that have a tenant, their subscriptions, and what Microsoft billed for them.

    What Microsoft bills is made up: the partner's margin is taken off the lines of the last hundred days, and forint are turned
    into euro, the currency in which Microsoft bills partners in Hungary.
    """
    customers: list[Resource] = []
    lines: dict[tuple[date, CommerceKind], list[Resource]] = defaultdict(list)
    with ledger.begin() as tx:
        for customer in tx.all_customers():
            if customer.tenant_id is None:
                continue
            sold = tx.subscriptions(customer_id=customer.id)
            customers.append(
                {
                    "tenant": customer.tenant_id,
                    "name": customer.name,
                    "country": customer.address.country or "HU",
                    "city": customer.address.city,
                    "street": customer.address.street,
                    "postal_code": customer.address.postal_code,
                    "subscriptions": [_seed_of(subscription) for subscription in sold],
                }
            )
            commerce = {subscription.id: subscription.commerce for subscription in sold}
            issued = tx.invoices(customer_id=customer.id, kind=DocumentKind.INVOICE, issued_from=today - _INVOICED_DAYS)
            for month, kind, line in _microsofts_lines(issued, commerce, {"tenant": customer.tenant_id, "customer": customer.name}):
                lines[month, kind].append(line)
    ordered = sorted(lines.items(), key=lambda item: (item[0][0], item[0][1].value))
    bills = [_invoice_of(*key, found) for key, found in ordered]
    # The partner has paid what was due; of one bill it has not, so that the demo has something to warn of.
    due = [bill for bill in bills if date.fromisoformat(bill["issued_on"]) + NET_DAYS < today]
    for bill in due[:-1]:
        bill["is_paid"] = True
    return {"currency": "EUR", "customers": customers, "invoices": [bill for bill in bills if bill["issued_on"] <= today.isoformat()]}


def _seed_of(subscription: Subscription) -> Resource:
    return {
        "id": subscription.id,
        "product": subscription.product,
        "commerce": subscription.commerce.value,
        "quantity": subscription.quantity,
        "status": subscription.status.value,
        "bought_on": subscription.bought_on.isoformat(),
        "started_on": subscription.started_on.isoformat(),
        "ends_on": subscription.ends_on.isoformat() if subscription.ends_on else None,
        "term": subscription.term,
        "billing_plan": subscription.billing_plan.value,
        "auto_renew": subscription.auto_renew,
        "suspended_on": subscription.suspended_on.isoformat() if subscription.suspended_on else None,
    }


def _microsofts_lines(
    issued: tuple[Invoice, ...], commerce: dict[Any, CommerceKind], whose: Resource
) -> list[tuple[date, CommerceKind, Resource]]:
    found = []
    for invoice in issued:
        for line in invoice.lines:
            kind = commerce.get(line.subscription_id)
            if kind is None or line.charge_type is ChargeType.USAGE or line.period_start is None or line.period_end is None:
                continue
            share = line.unit_price.amount * _PARTNERS_SHARE / (_FORINT_FOR_A_EURO if line.unit_price.currency == "HUF" else 1)
            billed = {
                **whose,
                "subscription": line.subscription_id,
                "product": line.product or line.description,
                "quantity": str(line.quantity),
                "unit_price": str(round_half_up(Money(share, "EUR")).amount),
                "start": line.period_start.isoformat(),
                "end": line.period_end.isoformat(),
            }
            found.append((line.period_start.replace(day=1), kind, billed))
    return found


def _invoice_of(month: date, kind: CommerceKind, lines: list[Resource]) -> Resource:
    following = (month + timedelta(days=32)).replace(day=1)
    letter = "G" if kind is CommerceKind.NEW else "D"
    return {
        "number": f"{letter}{month:%y%m}{'00001' if kind is CommerceKind.NEW else '00002'}",
        "commerce": kind.value,
        "issued_on": (following + timedelta(days=7 if kind is CommerceKind.NEW else 1)).isoformat(),
        "period_start": month.isoformat(),
        "period_end": following.isoformat(),
        "lines": lines,
    }
