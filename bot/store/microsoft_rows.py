"""Rows of Microsoft's side to and from its data classes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.billing.microsoft import (
    LineKind,
    MicrosoftDocument,
    MicrosoftInvoice,
    MicrosoftLine,
    MicrosoftSubscription,
    TenantCustomer,
)
from bot.billing.microsoft_records import Difference, DifferenceKind, SubscriptionRecord, TenantRecord
from bot.billing.model import CommerceKind
from bot.shared.ids import CustomerId, SubscriptionId, TenantId
from bot.shared.money import Money, round_half_up
from bot.store.desk_rows import pairs_from, pairs_json

Values = dict[str, Any]
# The whole of a subscription is kept as JSON: nothing searches by most of it, and Microsoft adds to it.
_SUBSCRIPTION = TypeAdapter(MicrosoftSubscription)


def customer_values(customer: TenantCustomer, *, owner: CustomerId | None, run: int) -> Values:
    """Return the row of a customer seen in ``run`` for the first time: its subscriptions are still to be read."""
    return {
        "tenant_id": customer.tenant_id,
        "customer_id": owner,
        "name": customer.name,
        "domain": customer.domain,
        "relationship": customer.relationship,
        "seen_run": run,
        "is_wanted": True,
        "synced_at": None,
        "gone_at": None,
        "trouble": "",
    }


def tenant_from(row: Row[Any]) -> TenantRecord:
    """Return the customer of a row."""
    return TenantRecord(
        customer=TenantCustomer(TenantId(row.tenant_id), row.name, row.domain, row.relationship),
        customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
        synced_at=row.synced_at,
        gone_at=row.gone_at,
        trouble=row.trouble,
    )


def subscription_values(subscription: MicrosoftSubscription) -> Values:
    """Return the row of a subscription that Microsoft tells of now."""
    return {
        "id": subscription.id,
        "tenant_id": subscription.tenant_id,
        "status": subscription.status.value,
        "facts": _SUBSCRIPTION.dump_json(subscription).decode(),
        "gone_at": None,
    }


def subscription_from(row: Row[Any]) -> SubscriptionRecord:
    """Return the subscription of a row."""
    return SubscriptionRecord(_SUBSCRIPTION.validate_json(row.facts), row.gone_at)


def difference_values(difference: Difference, *, tenant_id: TenantId, now: datetime) -> Values:
    """Return the row of a difference found now."""
    return {
        "key": difference.key,
        "tenant_id": tenant_id,
        "customer_id": difference.customer_id,
        "kind": difference.kind.value,
        "subscription_id": difference.subscription_id,
        "product": difference.product,
        "ours": difference.ours,
        "theirs": difference.theirs,
        "found_at": now,
    }


def difference_from(row: Row[Any]) -> Difference:
    """Return the difference of a row."""
    return Difference(
        kind=DifferenceKind(row.kind),
        subscription_id=SubscriptionId(row.subscription_id),
        product=row.product,
        customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
        ours=row.ours,
        theirs=row.theirs,
    )


def invoice_values(invoice: MicrosoftInvoice, *, now: datetime) -> Values:
    """Return the row of a bill; its lines are still to be read."""
    currency = invoice.total.currency
    return {
        "number": invoice.number,
        "commerce": invoice.commerce.value,
        "document": invoice.document.value,
        "issued_on": invoice.issued_on,
        "currency": currency,
        "total_minor": round_half_up(invoice.total).to_minor(),
        "paid_minor": round_half_up(invoice.paid).to_minor(),
        "period_start": invoice.period_start,
        "period_end": invoice.period_end,
        "line_kinds": ",".join(kind.value for kind in invoice.line_kinds),
        "amends": invoice.amends,
        "is_void": invoice.is_void,
        "seen_at": now,
        "lines_read_at": None,
    }


def invoice_from(row: Row[Any]) -> MicrosoftInvoice:
    """Return the bill of a row."""
    return MicrosoftInvoice(
        number=row.number,
        commerce=CommerceKind(row.commerce),
        document=MicrosoftDocument(row.document),
        issued_on=row.issued_on,
        total=Money.from_minor(row.total_minor, row.currency),
        paid=Money.from_minor(row.paid_minor, row.currency),
        period_start=row.period_start,
        period_end=row.period_end,
        line_kinds=tuple(LineKind(kind) for kind in row.line_kinds.split(",") if kind),
        amends=row.amends,
        is_void=row.is_void,
    )


def line_values(line: MicrosoftLine, *, number: str, position: int) -> Values:
    """Return the row of a line; all amounts of a line are in one currency."""
    amounts = {"unit_price": line.unit_price, "subtotal": line.subtotal, "tax": line.tax, "total": line.total}
    currencies = {money.currency for money in amounts.values() if money is not None}
    return {
        "number": number,
        "kind": line.kind.value,
        "position": position,
        "tenant_id": line.tenant_id,
        "customer_name": line.customer_name,
        "subscription_id": line.subscription_id,
        "product": line.product,
        "charge_type": line.charge_type,
        "quantity": format(line.quantity, "f"),
        "currency": next(iter(currencies), None),
        **{name: None if money is None else format(money.amount, "f") for name, money in amounts.items()},
        "order_id": line.order_id,
        "unit": line.unit,
        "charge_start": line.charge_start,
        "charge_end": line.charge_end,
        "used_on": line.used_on,
        "extra": pairs_json(line.extra),
    }


def line_from(row: Row[Any]) -> MicrosoftLine:
    """Return the line of a row."""

    def money(text: str | None) -> Money | None:
        return None if text is None else Money(Decimal(text), row.currency)

    return MicrosoftLine(
        kind=LineKind(row.kind),
        invoice_number=row.number,
        tenant_id=None if row.tenant_id is None else TenantId(row.tenant_id),
        customer_name=row.customer_name,
        subscription_id=None if row.subscription_id is None else SubscriptionId(row.subscription_id),
        product=row.product,
        charge_type=row.charge_type,
        quantity=Decimal(row.quantity),
        unit_price=money(row.unit_price),
        subtotal=money(row.subtotal),
        tax=money(row.tax),
        total=money(row.total),
        order_id=row.order_id,
        unit=row.unit,
        charge_start=row.charge_start,
        charge_end=row.charge_end,
        used_on=row.used_on,
        extra=pairs_from(row.extra),
    )


def sums(found: Iterable[Row[Any]]) -> tuple[Money, ...]:
    """Return the sum of the rows' ``total``, one for each ``currency``, rounded to its minor unit."""
    totals: dict[str, Decimal] = {}
    for row in found:
        totals[row.currency] = totals.get(row.currency, Decimal(0)) + Decimal(row.total)
    return tuple(round_half_up(Money(total, currency)) for currency, total in sorted(totals.items()))
