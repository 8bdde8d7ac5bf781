"""Who helps with what: the partner's own desk, an outsourced one or a company whose support is resold. Pure.

The first rule that fits decides (ADR 0020). A structure has a rule without conditions, so somebody always helps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product as combinations

from bot.shared.words import Words
from bot.support.families import is_of_family
from bot.support.hours import state_at
from bot.support.model import OpeningHours, TicketKind

# Stands for every product that no list knows; no family begins with it.
_ANY_OTHER = "\N{REPLACEMENT CHARACTER}"


class HelperKind(StrEnum):
    """How the partner comes by a desk."""

    OWN = "own"
    OUTSOURCED = "outsourced"
    RESOLD = "resold"


class PassBy(StrEnum):
    """How a ticket gets to a helper."""

    QUEUE = "queue"
    MAIL = "mail"
    WEBHOOK = "webhook"


class Told(StrEnum):
    """What the customer is told about who helps; the names of the answers end with these words."""

    OWN = "own"
    OWN_CLOSED = "own_closed"
    ON_BEHALF = "on_behalf"
    ON_BEHALF_CLOSED = "on_behalf_closed"
    OTHER_COMPANY = "other_company"
    OTHER_COMPANY_CLOSED = "other_company_closed"


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who supports customers.

    Attributes:
        key: Stable name, unique.
        name: As a customer is told it.
        pass_by: How tickets get there; the own desk takes them from the queue.
        address: Mail address or link of the webhook; empty for the queue.
        hours: When somebody is there; None for always.
    """

    key: str
    kind: HelperKind
    name: Words
    pass_by: PassBy
    address: str = ""
    hours: OpeningHours | None = None


class When(StrEnum):
    """Whether a rule holds while the partner's own desk is open, while it is closed, or both."""

    ANY = "any"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who helps where all of this holds; what is empty does not narrow.

    Attributes:
        families: Beginnings of product names.
        kinds: Kinds of ticket.
        plans: Keys of support plans.
        helper: Key of who helps.
    """

    helper: str
    families: tuple[str, ...] = ()
    kinds: tuple[TicketKind, ...] = ()
    plans: tuple[str, ...] = ()
    when: When = When.ANY

    @property
    def is_for_all(self) -> bool:
        """Whether it has no condition."""
        return not (self.families or self.kinds or self.plans) and self.when is When.ANY


@dataclass(frozen=True, slots=True)
class Structure:
    """The partner's whole support structure.

    Attributes:
        helpers: Never empty.
        rules: In their order; the last ones catch what the first leave; one of them is for all.
    """

    helpers: tuple[Helper, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes.

    Attributes:
        rule: The rule that decided, counted from 1.
        told: What the customer is told.
        is_there: Whether somebody of the helper is there now.
    """

    helper: Helper
    rule: int
    told: Told
    is_there: bool


def route(
    *, structure: Structure, desk_hours: OpeningHours, product: str | None, kind: TicketKind, plan: str | None, now: datetime
) -> Route:
    """Return who helps with a case at ``now`` (aware).

    Args:
        structure: Has a rule for all.
        desk_hours: Of the partner's own desk; rules for open or closed hours go by them.
        product: As it is sold, or None when it is not known; then rules for a product do not fit.
        kind: What the ticket is about.
        plan: Key of the customer's support plan, or None.
        now: The instant.

    Raises:
        NeverOpen: A desk does not open within a year.
    """
    is_open = state_at(hours=desk_hours, now=now).is_open
    number, rule = next(
        (number, rule)
        for number, rule in enumerate(structure.rules, start=1)
        if _fits(rule, product=product, kind=kind, plan=plan, is_open=is_open)
    )
    helper = next(helper for helper in structure.helpers if helper.key == rule.helper)
    is_there = helper.hours is None or state_at(hours=helper.hours, now=now).is_open
    return Route(helper=helper, rule=number, told=_told(helper, is_there=is_there), is_there=is_there)


def rules_never_used(*, structure: Structure, products: Iterable[str], plans: Sequence[str]) -> tuple[int, ...]:
    """Return the numbers, from 1, of rules that earlier ones leave nothing to; may be empty.

    Args:
        structure: Has a rule for all.
        products: Every product known by name. Each family named in a rule, and a product nobody knows, is tried as well.
        plans: Keys of every support plan.
    """
    families = {family for rule in structure.rules for family in rule.families}
    names = (*dict.fromkeys((*products, *sorted(families))), _ANY_OTHER)
    used: set[int] = set()
    for product, kind, plan, is_open in combinations(names, TicketKind, (*plans, None), (True, False)):
        fitting = (
            number
            for number, rule in enumerate(structure.rules, start=1)
            if _fits(rule, product=product, kind=kind, plan=plan, is_open=is_open)
        )
        used.update([next(fitting)])
    return tuple(number for number in range(1, len(structure.rules) + 1) if number not in used)


def _fits(rule: Rule, *, product: str | None, kind: TicketKind, plan: str | None, is_open: bool) -> bool:
    return (
        (not rule.families or (product is not None and is_of_family(product=product, families=rule.families)))
        and (not rule.kinds or kind in rule.kinds)
        and (not rule.plans or plan in rule.plans)
        and rule.when in (When.ANY, When.OPEN if is_open else When.CLOSED)
    )


def _told(helper: Helper, *, is_there: bool) -> Told:
    of_kind = {
        HelperKind.OWN: (Told.OWN, Told.OWN_CLOSED),
        HelperKind.OUTSOURCED: (Told.ON_BEHALF, Told.ON_BEHALF_CLOSED),
        HelperKind.RESOLD: (Told.OTHER_COMPANY, Told.OTHER_COMPANY_CLOSED),
    }
    there, away = of_kind[helper.kind]
    return there if is_there else away
