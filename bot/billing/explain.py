"""Why an invoice is what it is, and why it differs from the one before: pure arithmetic over the lines.

The parts always add up to the difference, to the last minor unit; what no rule explains is a part of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.billing.model import ChargeType, Invoice, InvoiceLine, Subscription
from bot.shared.errors import Conflict
from bot.shared.money import Money, round_half_up, total


class NotComparable(Conflict):
    """The two invoices are in different currencies, so no difference can be told."""


class Cause(StrEnum):
    """Why an amount is on the invoice, or changed since the one before."""

    QUANTITY = "quantity"
    PRICE = "price"
    STARTED = "started"
    ENDED = "ended"
    PRORATION = "proration"
    USAGE = "usage"
    ONE_TIME = "one_time"
    CREDIT = "credit"
    TAX = "tax"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Part:
    """One reason with what it amounts to.

    Attributes:
        product: Product or description it is about; empty for tax and rounding.
        amount: Signed; positive makes the invoice higher.
        before: Quantity before, for ``QUANTITY`` and ``PRICE``.
        after: Quantity now, for ``QUANTITY`` and ``PRICE``.
        price_before: Price of one unit before, net, for ``PRICE``.
        price_after: Price of one unit now, net, for ``PRICE``.
        days: Days charged for in this invoice, for ``PRORATION``; 0 when no period is given.
    """

    cause: Cause
    product: str
    amount: Money
    before: Decimal = Decimal(0)
    after: Decimal = Decimal(0)
    price_before: Money | None = None
    price_after: Money | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why ``current`` is ``difference`` more (or less) than ``previous``.

    Attributes:
        parts: Largest first (by size, whatever the sign), none of them zero; they sum to ``difference``.
    """

    current: Invoice
    previous: Invoice
    difference: Money
    parts: tuple[Part, ...]


_CAUSES = {
    ChargeType.PRORATION: Cause.PRORATION,
    ChargeType.USAGE: Cause.USAGE,
    ChargeType.ONE_TIME: Cause.ONE_TIME,
    ChargeType.CREDIT: Cause.CREDIT,
    ChargeType.TAX: Cause.TAX,
}


def explain_difference(*, current: Invoice, previous: Invoice) -> Explanation:
    """Return why ``current`` asks for another amount than ``previous``; parts in payable terms, tax apart.

    Raises:
        NotComparable: The invoices are in different currencies.
    """
    if current.currency != previous.currency:
        raise NotComparable(f"{current.number} is in {current.currency}, {previous.number} in {previous.currency}")
    difference = current.payable - previous.payable
    parts = [*_fees(current, previous), *_others(current, previous)]
    parts.append(Part(Cause.TAX, "", current.tax - previous.tax))
    explained = total(tuple(part.amount for part in parts), currency=current.currency)
    parts.append(Part(Cause.ROUNDING, "", difference - explained))
    return Explanation(current, previous, difference, _largest_first(parts))


def comparable_before(*, current: Invoice, earlier: Iterable[Invoice]) -> Invoice | None:
    """Return the invoice that ``current`` is best compared with, or None when there is none in its currency.

    The newest earlier one that charges a regular fee or usage for the same products; a bill for a single purchase between two
    monthly ones explains nothing. Where no earlier one does, the newest in the same currency.

    Args:
        earlier: Invoices before ``current``, newest first; what is in another currency, or no invoice, is passed over.
    """
    candidates = [item for item in earlier if item.currency == current.currency and item.kind is current.kind and item.id != current.id]
    wanted = _recurring(current)
    alike = (item for item in candidates if wanted & _recurring(item))
    return next(alike, next(iter(candidates), None))


def _recurring(invoice: Invoice) -> frozenset[str]:
    kinds = (ChargeType.CYCLE_FEE, ChargeType.USAGE)
    return frozenset(line.product or line.description for line in invoice.lines if line.charge_type in kinds)


def last_unit_price(*, subscription: Subscription, invoices: Iterable[Invoice]) -> Money | None:
    """Return the net price of one unit on the newest invoice that charges a regular fee for ``subscription``; None when none does.

    Args:
        invoices: The customer's, newest first.
    """
    for invoice in invoices:
        fees = [line for line in invoice.lines if line.charge_type is ChargeType.CYCLE_FEE]
        own = [line for line in fees if line.subscription_id == subscription.id]
        for line in own or [line for line in fees if line.subscription_id is None and line.product == subscription.product]:
            return line.unit_price
    return None


def _largest_first(parts: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted((part for part in parts if part.amount), key=lambda part: (-abs(part.amount.amount), part.cause, part.product)))


def _fees(current: Invoice, previous: Invoice) -> list[Part]:
    """Split the change of each product's regular fee into quantity and price."""
    now, then = _by_product(current, ChargeType.CYCLE_FEE), _by_product(previous, ChargeType.CYCLE_FEE)
    parts: list[Part] = []
    for product in sorted(now.keys() | then.keys()):
        after, before = _Fee.of(now.get(product, ()), current.currency), _Fee.of(then.get(product, ()), current.currency)
        if product not in then:
            parts.append(Part(Cause.STARTED, product, after.net, after=after.quantity))
        elif product not in now:
            parts.append(Part(Cause.ENDED, product, -before.net, before=before.quantity))
        else:
            parts += _quantity_and_price(product, before, after)
    return parts


@dataclass(frozen=True, slots=True)
class _Fee:
    quantity: Decimal
    net: Money

    @classmethod
    def of(cls, lines: Iterable[InvoiceLine], currency: str) -> _Fee:
        found = tuple(lines)
        return cls(sum((line.quantity for line in found), Decimal(0)), total(tuple(line.net for line in found), currency=currency))

    @property
    def price(self) -> Money:
        return Money(self.net.amount / self.quantity, self.net.currency) if self.quantity else Money.zero(self.net.currency)


def _quantity_and_price(product: str, before: _Fee, after: _Fee) -> list[Part]:
    change = after.net - before.net
    # The seats that came or went count at the old price; what is left is the new price on all seats of now.
    by_quantity = round_half_up(before.price * (after.quantity - before.quantity))
    by_price = change - by_quantity
    old_price, new_price = round_half_up(before.price), round_half_up(after.price)
    if old_price == new_price and by_quantity:
        by_quantity, by_price = change, Money.zero(change.currency)
    return [
        Part(Cause.QUANTITY, product, by_quantity, before.quantity, after.quantity),
        Part(Cause.PRICE, product, by_price, before.quantity, after.quantity, old_price, new_price),
    ]


def _others(current: Invoice, previous: Invoice) -> list[Part]:
    """Compare every charge that is not a regular fee, product by product."""
    parts = []
    for kind, cause in _CAUSES.items():
        now, then = _by_product(current, kind), _by_product(previous, kind)
        for product in sorted(now.keys() | then.keys()):
            after = total(tuple(line.net for line in now.get(product, ())), currency=current.currency)
            before = total(tuple(line.net for line in then.get(product, ())), currency=current.currency)
            parts.append(Part(cause, product, after - before, days=_days(now.get(product, ()))))
    return parts


def _by_product(invoice: Invoice, kind: ChargeType) -> Mapping[str, tuple[InvoiceLine, ...]]:
    found: dict[str, tuple[InvoiceLine, ...]] = defaultdict(tuple)
    for line in invoice.lines:
        if line.charge_type is kind:
            found[line.product or line.description] += (line,)
    return found


def _days(lines: Iterable[InvoiceLine]) -> int:
    spans = [(line.period_end - line.period_start).days for line in lines if line.period_start and line.period_end]
    return max(spans, default=0)
