"""The lines of a UBL document, and its allowances and charges, which become lines as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.billing.drafts import Problem
from bot.billing.model import ChargeType
from bot.ledger_files.ubl_node import Node
from bot.shared.money import exponent

# The slack the official rule gives a line, in major units. Source: Peppol BIS Billing 3.0, PEPPOL-EN16931-R120.
LINE_SLACK = Decimal("0.02")
_PRICE_STEP = Decimal("0.00000001")
_HUNDRED = Decimal(100)
_WITHOUT_RATE = frozenset({"O"})
_ZERO_RATED = frozenset({"Z", "E", "AE", "K", "G"})


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line before its tax is known.

    Attributes:
        net: In major units, as exact as written; negative for an allowance.
        rate: Percent as 0-100, or None where the document gives none.
        period: Start and exclusive end.
    """

    node: Node
    charge_type: ChargeType
    description: str
    product: str | None
    subscription_id: str
    quantity: Decimal
    unit_price: Decimal
    net: Decimal
    category: str
    rate: Decimal | None
    period: tuple[date | None, date | None]


def read_tax_category(node: Node) -> tuple[str, Decimal | None]:
    """Return category code and rate of a ``TaxCategory`` or ``ClassifiedTaxCategory``.

    A category that can only be taxed at nothing has rate 0 when none is written; O never has one. Source: EN 16931 BR-O-05, BR-E-05.
    """
    category = node.required("cbc:ID", "BR-CO-04").value().upper()
    stated = node.child("cbc:Percent")
    if category in _WITHOUT_RATE:
        return category, None
    if stated is None or not stated.value():
        return category, Decimal(0) if category in _ZERO_RATED else None
    return category, stated.decimal()


def read_line(node: Node, *, quantity_name: str, gives_back: bool) -> tuple[RawLine, Problem | None]:
    """Return an ``InvoiceLine`` or ``CreditNoteLine``, and what does not add up in it, if anything.

    Args:
        node: The line.
        quantity_name: ``InvoicedQuantity`` or ``CreditedQuantity``.
        gives_back: Whether a positive line gives money back.

    Raises:
        FileRefused: A mandatory part is missing or unreadable.
    """
    quantity = node.required(f"cbc:{quantity_name}", "BR-22").decimal()
    net = node.required("cbc:LineExtensionAmount", "BR-24").amount()
    price, base = _price(node)
    item = node.required("Item", "BR-25")
    category, rate = read_tax_category(item.required("ClassifiedTaxCategory", "BR-CO-04"))
    period = node.period("InvoicePeriod")
    properties = _properties(item)
    unit_price = price / base
    line = RawLine(
        node=node,
        charge_type=_charge_type(node, properties.get("chargetype", ""), gives_back=(net > 0) is gives_back and bool(net), period=period),
        description=_description(item),
        product=properties.get("product") or item.text("cbc:Name") or None,
        subscription_id=properties.get("subscriptionid", "").lower(),
        quantity=quantity,
        unit_price=unit_price if unit_price == unit_price.quantize(_PRICE_STEP) else unit_price.quantize(_PRICE_STEP, ROUND_HALF_UP),
        net=net,
        category=category,
        rate=rate,
        period=period,
    )
    return line, _line_problem(line, price=price, base=base)


def read_allowance_charge(node: Node) -> RawLine:
    """Return a document-level allowance (a negative credit line) or charge (a one-time line).

    Raises:
        FileRefused: A mandatory part is missing or unreadable.
    """
    charge = is_charge(node)
    amount = node.required("cbc:Amount", "BR-36" if charge else "BR-31").amount()
    category, rate = read_tax_category(node.required("TaxCategory", "BR-37" if charge else "BR-32"))
    net = amount if charge else -amount
    reason = (
        node.text("cbc:AllowanceChargeReason") or node.required("cbc:AllowanceChargeReasonCode", "BR-38" if charge else "BR-33").value()
    )
    return RawLine(
        node=node,
        charge_type=ChargeType.ONE_TIME if charge else ChargeType.CREDIT,
        description=reason,
        product=None,
        subscription_id="",
        quantity=Decimal(1),
        unit_price=net,
        net=net,
        category=category,
        rate=rate,
        period=(None, None),
    )


def is_charge(node: Node) -> bool:
    """Return whether an ``AllowanceCharge`` is a charge. Raises: FileRefused."""
    indicator = node.required("cbc:ChargeIndicator", "UBL 2.1")
    text = indicator.value().lower()
    if text not in {"true", "false", "1", "0"}:
        raise indicator.refusal(reason=f"{text!r} is neither true nor false", way_out="Ask the issuer for a corrected document")
    return text in {"true", "1"}


def _price(node: Node) -> tuple[Decimal, Decimal]:
    price = node.required("Price", "BR-26").required("cbc:PriceAmount", "BR-26").amount()
    stated = node.child("Price/cbc:BaseQuantity")
    base = stated.decimal() if stated is not None and stated.value() else Decimal(1)
    if base <= 0 and stated is not None:
        raise stated.refusal(
            reason=f"the base quantity is {base}; it must be above zero", way_out="Ask the issuer for a corrected document"
        )
    return price, base


def _properties(item: Node) -> dict[str, str]:
    return {
        entry.text("cbc:Name").replace(" ", "").replace("_", "").lower(): entry.text("cbc:Value")
        for entry in item.children("AdditionalItemProperty")
    }


def _description(item: Node) -> str:
    name, longer = item.required("cbc:Name", "BR-25").value(), item.text("cbc:Description")
    return name if not longer or longer == name else f"{name}: {longer}"


def _charge_type(node: Node, stated: str, *, gives_back: bool, period: tuple[date | None, date | None]) -> ChargeType:
    if stated:
        try:
            return ChargeType(stated.strip().lower().replace(" ", "_").replace("-", "_"))
        except ValueError as error:
            known = ", ".join(ChargeType)
            raise node.refusal(
                reason=f"the item property ChargeType is {stated!r}", way_out=f"Use one of {known}, or leave it out"
            ) from error
    if gives_back:
        return ChargeType.CREDIT
    return ChargeType.CYCLE_FEE if period != (None, None) else ChargeType.ONE_TIME


def _line_problem(line: RawLine, *, price: Decimal, base: Decimal) -> Problem | None:
    extras = Decimal(0)
    for entry in line.node.children("AllowanceCharge"):
        amount = entry.required("cbc:Amount", "BR-41").amount()
        extras += amount if is_charge(entry) else -amount
    exact = line.quantity * price / base + extras
    step = Decimal(1).scaleb(-exponent(line.node.currency))
    if abs(line.net - exact) <= max(LINE_SLACK, step / 2):
        return None
    calculated = exact.quantize(step, ROUND_HALF_UP)
    return line.node.required("cbc:LineExtensionAmount", "BR-24").problem(
        reason=f"stated is {line.net:f}, but quantity times price with allowances and charges is {calculated:f} (PEPPOL-EN16931-R120)",
        way_out="Ask the issuer for a corrected document",
    )
