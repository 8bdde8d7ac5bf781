"""What a piece of work will cost a customer: quoted and agreed to before it begins. Pure.

Source: ADR 0020; the partner's own prices stand in ``knowledge/offering.yml``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from bot.shared.errors import Conflict, NotFound
from bot.shared.money import Money, round_half_up
from bot.shared.words import Words
from bot.support.offering import Offering, PriceModel, SupportPlan, Work

_MINUTES_AN_HOUR = 60


class UnknownWork(NotFound):
    """The offering has no such work, or no such plan."""


class QuoteLapsed(Conflict):
    """The quote is no longer valid; a new one has to be given."""


class NotChargeable(Conflict):
    """There is nothing to agree to, since nothing is charged."""


class Charge(StrEnum):
    """How a piece of work is charged."""

    FREE = "free"
    INCLUDED = "included"
    RETAINER = "retainer"
    """All of it is taken from the hours that the plan's monthly fee pays for."""
    PER_INCIDENT = "per_incident"
    PER_HOUR = "per_hour"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a piece of work costs, net of tax.

    Attributes:
        work: Key of the work.
        plan: Key of the customer's plan, or None for none.
        unit: Price of one case or hour; None when nothing is charged.
        minutes_from_plan: What the plan's monthly fee pays for.
        minutes_charged: What is charged for, begun steps as whole ones; 0 when it is not by time.
        total: None exactly when nothing is charged.
        valid_until: Until when it can be agreed to (aware, exclusive).
    """

    work: str
    name: Words
    plan: str | None
    charge: Charge
    unit: Money | None
    minutes_from_plan: int
    minutes_charged: int
    total: Money | None
    valid_until: datetime

    @property
    def is_chargeable(self) -> bool:
        """Whether the customer has to agree before the work begins."""
        return self.total is not None


@dataclass(frozen=True, slots=True)
class Agreement:
    """That somebody agreed to a quote.

    Attributes:
        by: Who agreed, by id or mail address on file.
        at: When (aware).
        record: Where it can be read: id of the message or of the ticket's entry.
    """

    quote: Quote
    by: str
    at: datetime
    record: str

    def covers(self, *, minutes: int) -> bool:
        """Return whether work of ``minutes`` stays within what was agreed to; more needs a new quote."""
        if self.quote.charge is not Charge.PER_HOUR:
            return True
        return minutes <= self.quote.minutes_charged + self.quote.minutes_from_plan


def quote(*, offering: Offering, plan: str | None, work: str, now: datetime, minutes: int = 0, minutes_left: int | None = None) -> Quote:
    """Return what ``work`` costs a customer with ``plan``.

    A plan that includes the work makes it free of charge. Else a price of the plan's own goes before the general one. Of work by the hour,
    the minutes left of the plan's monthly hours are used first; the rest is charged in begun steps.

    Args:
        offering: All plans and work.
        plan: Key of the customer's support plan, or None.
        work: Key of the work.
        now: When it is quoted (aware).
        minutes: How long it is expected to take; matters for work by the hour only, where at least one step is charged.
        minutes_left: What this month leaves of the plan's hours; None takes all of them.

    Raises:
        UnknownWork: There is no such work or plan.
    """
    held = _plan(offering, plan)
    piece = next((one for one in offering.work if one.key == work), None)
    if piece is None:
        known = ", ".join(one.key for one in offering.work) or "nothing"
        raise UnknownWork(f"there is no work {work!r} under work in offering.yml; it has {known}")
    until = now + timedelta(days=offering.quotes_valid_days)
    if held is not None and work in held.includes:
        return _for_nothing(piece, plan, Charge.INCLUDED, until)
    price = (dict(held.prices).get(work) if held is not None else None) or piece.price
    if price.amount is None or price.model is PriceModel.FREE:
        return _for_nothing(piece, plan, Charge.FREE, until)
    if price.model is PriceModel.PER_INCIDENT:
        return Quote(piece.key, piece.name, plan, Charge.PER_INCIDENT, price.amount, 0, 0, round_half_up(price.amount), until)
    expected = max(minutes, 1)
    left = held.included_minutes if held is not None and minutes_left is None else minutes_left or 0
    from_plan = min(expected, left)
    if from_plan == expected:
        return _for_nothing(piece, plan, Charge.RETAINER, until, minutes_from_plan=from_plan)
    charged = _in_steps(expected - from_plan, price.step_minutes)
    total = round_half_up(price.amount * (Decimal(charged) / _MINUTES_AN_HOUR))
    return Quote(piece.key, piece.name, plan, Charge.PER_HOUR, price.amount, from_plan, charged, total, until)


def agree(*, quote: Quote, by: str, at: datetime, record: str) -> Agreement:
    """Return that ``by`` agreed to ``quote`` at ``at`` (aware), to be recorded.

    Raises:
        NotChargeable: Nothing is charged.
        QuoteLapsed: It is too late.
    """
    if not quote.is_chargeable:
        raise NotChargeable(f"{quote.work} is not charged ({quote.charge.value}); it can begin without an agreement")
    if at >= quote.valid_until:
        raise QuoteLapsed(f"the quote for {quote.work} was valid until {quote.valid_until:%Y-%m-%d %H:%M}; quote it anew")
    return Agreement(quote=quote, by=by, at=at, record=record)


def may_begin(*, quote: Quote, agreement: Agreement | None, now: datetime) -> bool:
    """Return whether the work may begin at ``now``: it is not charged, or this very quote was agreed to before."""
    if not quote.is_chargeable:
        return True
    return agreement is not None and agreement.quote == quote and agreement.at <= now


def _plan(offering: Offering, key: str | None) -> SupportPlan | None:
    if key is None:
        return None
    found = next((one for one in offering.plans if one.key == key), None)
    if found is None:
        raise UnknownWork(f"there is no plan {key!r} in offering.yml; it has {', '.join(one.key for one in offering.plans)}")
    return found


def _for_nothing(piece: Work, plan: str | None, charge: Charge, until: datetime, *, minutes_from_plan: int = 0) -> Quote:
    return Quote(piece.key, piece.name, plan, charge, None, minutes_from_plan, 0, None, until)


def _in_steps(minutes: int, step: int) -> int:
    return -(-minutes // step) * step
