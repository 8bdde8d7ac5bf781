"""What a customer is charged for in a month, line by line, before tax."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.billing.model import ChargeType, CommerceKind
from bot.demo.companies import Company
from bot.demo.dates import Span, days
from bot.demo.identifiers import rng
from bot.demo.plans import Extra, Plan, Story
from bot.demo.products import AZURE_LEGACY, AZURE_PLAN, METERS, SETUP, TRAINING, WORK, meter_price, monthly_price, single_price, wording
from bot.shared.ids import SubscriptionId
from bot.shared.money import Money, round_half_up


@dataclass(frozen=True, slots=True)
class Charge:
    """A line before tax. ``net`` is the rounded product of quantity and price, less the line's discount."""

    kind: ChargeType
    description: str
    product: str | None
    quantity: Decimal
    unit_price: Money
    net: Money
    span: Span | None = None
    subscription_id: SubscriptionId | None = None
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """What is needed to charge one month: the month itself, the one before it, and whether old prices hold."""

    company: Company
    span: Span
    before: Span
    early: bool

    def charge(self, plan: Plan, kind: ChargeType, words: str, *, quantity: int, price: Money, span: Span) -> Charge:
        """Return a line of ``plan`` for ``quantity`` seats (negative gives back) at ``price`` each, less the plan's discount."""
        discount = plan.discount
        if discount and quantity < 0:
            # An e-invoice has no negative allowance, so what is given back is priced after the discount.
            price, discount = _part(price, 1 - Decimal(discount) / 100), 0
        gross = round_half_up(price * quantity)
        return Charge(
            kind=kind,
            description=wording(words, self.company.customer.language, product=plan.product),
            product=plan.product,
            quantity=Decimal(quantity),
            unit_price=price,
            net=gross - round_half_up(gross * (Decimal(discount) / 100)),
            span=span,
            subscription_id=plan.id_for(self.company),
        )

    def price(self, plan: Plan) -> Money:
        """Return the price of a seat for the month."""
        return monthly_price(plan.product, self.company.currency, early=self.early)


def _part(price: Money, share: Decimal) -> Money:
    """Return the price of a part of a period, with four decimals as printed on the line."""
    return Money((price.amount * share).quantize(Decimal("0.0001")), price.currency)


def _monthly(month: Month, plan: Plan) -> Iterator[Charge]:
    """Charge the month ahead, and by days whatever changed in the month before."""
    price, before = month.price(plan), month.before
    if plan.charged_on(month.span.start):
        seats = plan.seats_on(month.span.start)
        yield month.charge(plan, ChargeType.CYCLE_FEE, "fee", quantity=seats, price=price, span=month.span)
    if before.start < plan.bought_on < before.end:
        share = before.share_from(plan.bought_on)
        rest = Span(plan.bought_on, before.end)
        yield month.charge(plan, ChargeType.PRORATION, "started", quantity=plan.seats, price=_part(price, share), span=rest)
    for day, difference in plan.changes:
        if before.start < day < before.end:
            yield _changed(month, plan, day=day, difference=difference, price=price, whole=before)
    if plan.commerce is CommerceKind.LEGACY and plan.ended_on is not None and before.start < plan.ended_on < before.end:
        seats, rest = plan.seats_on(plan.ended_on), Span(plan.ended_on, before.end)
        part = _part(price, before.share_from(plan.ended_on))
        yield month.charge(plan, ChargeType.CREDIT, "ended", quantity=-seats, price=part, span=rest)


def _changed(month: Month, plan: Plan, *, day: date, difference: int, price: Money, whole: Span) -> Charge:
    """Charge or credit ``difference`` seats for the rest of the period that was billed as a whole."""
    kind, words = (ChargeType.PRORATION, "added") if difference > 0 else (ChargeType.CREDIT, "removed")
    part = _part(price, whole.share_from(day))
    return month.charge(plan, kind, words, quantity=difference, price=part, span=Span(day, whole.end))


def _yearly(month: Month, plan: Plan) -> Iterator[Charge]:
    """Charge a year (or three) when it begins, and seats changed since the last invoice to the end of it."""
    words = "annual" if plan.billing_months == 12 else "triennial"
    price = month.price(plan) * plan.billing_months
    bought_before = plan.bought_on in month.before
    if bought_before or plan.bought_on <= month.span.start:
        fee = plan.fee_span(plan.bought_on if bought_before else month.span.end - days(1))
        if (bought_before or (fee.start in month.span and fee.start != plan.bought_on)) and plan.charged_on(fee.start):
            yield month.charge(plan, ChargeType.CYCLE_FEE, words, quantity=plan.seats_on(fee.start), price=price, span=fee)
    for day, difference in plan.changes:
        if day in month.before and day != plan.bought_on:
            yield _changed(month, plan, day=day, difference=difference, price=price, whole=plan.fee_span(day))


def _usage(month: Month, plan: Plan) -> Iterator[Charge]:
    """Charge what was used in the month before."""
    if not plan.charged_on(month.before.end - days(1)):
        return
    source = rng("usage", month.company.number, plan.product, str((month.span.end - month.span.start).days), str(month.before.start.month))
    for meter in METERS[:: source.choice((1, 2, 3))][: 3 + source.randrange(2)]:
        quantity = Decimal(meter.typical) * Decimal(source.randrange(350, 1650)) / 1000
        quantity = quantity.quantize(Decimal(1) if meter.typical < 10 else Decimal("0.01")) or Decimal(1)
        price = meter_price(meter, month.company.currency)
        yield Charge(
            kind=ChargeType.USAGE,
            description=wording("usage", month.company.customer.language, product=plan.product, meter=meter.name),
            product=plan.product,
            quantity=quantity,
            unit_price=price,
            net=round_half_up(price * quantity),
            span=month.before,
            subscription_id=plan.id_for(month.company),
        )


def once(company: Company, extra: Extra) -> Charge:
    """Return the line for something sold once."""
    price = single_price(extra.item, company.currency)
    ours = extra.item in (SETUP, TRAINING, WORK)
    language = company.customer.language
    return Charge(
        kind=ChargeType.ONE_TIME,
        description=wording(extra.item, language) if ours else wording("once", language, product=extra.item),
        product=None if ours else extra.item,
        quantity=Decimal(extra.quantity),
        unit_price=price,
        net=round_half_up(price * extra.quantity),
        # Adult education is exempt from VAT in Hungary; such an invoice has two categories.
        exempt=extra.item == TRAINING and company.country == "HU",
    )


def month_charges(story: Story, month: Month, *, index: int) -> tuple[Charge, ...]:
    """Return the lines of the invoice for ``month``, the one at place ``index`` counted from the newest (0); may be empty."""
    charges: list[Charge] = []
    for plan in story.plans:
        if plan.product in (AZURE_PLAN, AZURE_LEGACY):
            charges += _usage(month, plan)
        else:
            charges += _monthly(month, plan) if plan.billing_months == 1 else _yearly(month, plan)
    charges += [once(story.company, extra) for extra in story.extras if extra.index == index]
    return tuple(charges)
