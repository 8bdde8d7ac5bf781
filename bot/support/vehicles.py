"""Which way to Microsoft's support a case can take: the first vehicle that covers it and is held on the day. Pure.

Source: docs/support.md and ADR 0020; the vehicles are those of Partner Center's pages on billing and technical support (2021 and 2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.shared.words import Words
from bot.support.families import Platform, is_of_family
from bot.support.model import OpeningHours


class IssueKind(StrEnum):
    """What a case for Microsoft is about: the first two are commercial, the others technical."""

    BILLING = "billing"
    SUBSCRIPTION = "subscription"
    TECHNICAL = "technical"
    ADVICE = "advice"
    """A question about how something is done; nothing is broken."""


class Severity(StrEnum):
    """How badly the customer's business suffers, in the words of Microsoft's interface."""

    CRITICAL = "critical"
    MODERATE = "moderate"
    MINIMAL = "minimal"

    @property
    def letter(self) -> str:
        """The letter by which support people call it: A, B or C."""
        return {"critical": "A", "moderate": "B", "minimal": "C"}[self.value]


class VehicleKind(StrEnum):
    """The kinds of way to Microsoft's support."""

    COMMERCIAL = "commercial"
    PREMIER = "premier"
    ADVANCED = "advanced"
    SIGNATURE = "signature"
    PRODUCT_INCIDENTS = "product_incidents"


class Ground(StrEnum):
    """Why the partner may use a vehicle."""

    EVERY_PARTNER = "every_partner"
    CONTRACT = "contract"
    MEMBERSHIP = "membership"


GROUNDS = {
    VehicleKind.COMMERCIAL: Ground.EVERY_PARTNER,
    VehicleKind.PREMIER: Ground.CONTRACT,
    VehicleKind.ADVANCED: Ground.CONTRACT,
    VehicleKind.SIGNATURE: Ground.MEMBERSHIP,
    VehicleKind.PRODUCT_INCIDENTS: Ground.MEMBERSHIP,
}
"""What gives the right to each kind."""


class Membership(StrEnum):
    """Levels of Microsoft's partner programme that bring technical support."""

    ACTION_PACK = "action_pack"
    SILVER = "silver"
    GOLD = "gold"
    SOLUTIONS_PARTNER = "solutions_partner"


@dataclass(frozen=True, slots=True)
class Holding:
    """The partner's own right to a vehicle.

    Attributes:
        first_day: First day on which it can be used.
        last_day: Last day on which it can be used, or None when it does not end.
        contract: Number of the contract, or empty.
        access_id: Microsoft asks for it at a first request; kept out of the representation; may be empty.
        membership: The level that brings it, or None for a contract.
        incidents_left: How many more requests may be made, or None for any number.
        counted_on: Day on which ``incidents_left`` was right; requests made since are taken off. None: the first day.
    """

    first_day: date
    last_day: date | None
    contract: str = ""
    access_id: str = field(default="", repr=False)
    membership: Membership | None = None
    incidents_left: int | None = None
    counted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a vehicle is good for.

    Attributes:
        kinds: Never empty.
        platforms: Never empty.
        families: Product families, or empty for all products of ``platforms``.
        not_families: Families left out of those.
        response_hours: (severity, hours) until Microsoft's first response; a severity left out is not covered; never empty.
        advice_hours: The same for advice, or None when it is that of the severity.
    """

    kinds: tuple[IssueKind, ...]
    platforms: tuple[Platform, ...]
    families: tuple[str, ...]
    not_families: tuple[str, ...]
    response_hours: tuple[tuple[Severity, int], ...]
    advice_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A way to Microsoft's support.

    Attributes:
        key: Stable name, unique.
        where: Where a request is made, for the colleague who makes it.
        coverage: What it is good for.
        hours: When Microsoft works on it; None for always.
        holding: The partner's right to it, or None when it has none (and needs none where ``kind`` is commercial).
        has_api: Whether requests can be made by program.
    """

    key: str
    kind: VehicleKind
    name: Words
    where: Words
    coverage: Coverage
    hours: OpeningHours | None = None
    holding: Holding | None = None
    has_api: bool = False

    @property
    def ground(self) -> Ground:
        """What gives the right to use it."""
        return GROUNDS[self.kind]

    def response_hours(self, *, kind: IssueKind, severity: Severity) -> int:
        """Return within how many hours Microsoft means to respond first. It is a target, no promise. Raises: KeyError when not covered."""
        if kind is IssueKind.ADVICE and self.coverage.advice_hours is not None:
            return self.coverage.advice_hours
        return dict(self.coverage.response_hours)[severity]


@dataclass(frozen=True, slots=True)
class Issue:
    """What a vehicle is looked for.

    Attributes:
        product: As it is sold, such as ``Microsoft 365 Business Basic``.
    """

    kind: IssueKind
    product: str
    platform: Platform
    severity: Severity


class Obstacle(StrEnum):
    """Why a vehicle is not the one: the first four cannot be helped, the next four can, the last needs no help."""

    KIND_NOT_COVERED = "kind_not_covered"
    PLATFORM_NOT_COVERED = "platform_not_covered"
    PRODUCT_NOT_COVERED = "product_not_covered"
    SEVERITY_NOT_COVERED = "severity_not_covered"
    NOT_HELD = "not_held"
    NOT_BEGUN = "not_begun"
    ENDED = "ended"
    USED_UP = "used_up"
    ANOTHER_FIRST = "another_first"


OF_HOLDING = frozenset({Obstacle.NOT_HELD, Obstacle.NOT_BEGUN, Obstacle.ENDED, Obstacle.USED_UP})
"""Obstacles that a contract, a renewal, patience or more incidents remove."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A vehicle that was not chosen.

    Attributes:
        obstacle: The first reason; what is not covered comes before what is not held.
        day: The day that matters: on which it begins, or the last on which it could be used; else None.
    """

    vehicle: Vehicle
    obstacle: Obstacle
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The vehicle to take, with the reasons.

    Attributes:
        vehicle: None when there is none to take.
        ground: What gives the right to it; None without a vehicle.
        passed_over: All the others, in the order of the file; may be empty.
    """

    vehicle: Vehicle | None
    ground: Ground | None
    passed_over: tuple[PassedOver, ...]

    @property
    def needed(self) -> tuple[PassedOver, ...]:
        """What would have to be obtained so that there is a vehicle, in the order of preference.

        Empty when there is one, and when none covers such a case, whatever the partner holds.
        """
        if self.vehicle is not None:
            return ()
        return tuple(passed for passed in self.passed_over if passed.obstacle in OF_HOLDING)


def choose_vehicle(*, vehicles: Sequence[Vehicle], issue: Issue, today: date) -> Choice:
    """Return the first of ``vehicles`` that covers ``issue`` and may be used on ``today``, and why it is none of the others.

    Args:
        vehicles: In the order of preference; may be empty.
        issue: The case.
        today: In the partner's time zone.
    """
    chosen: Vehicle | None = None
    passed: list[PassedOver] = []
    for vehicle in vehicles:
        hindrance = _hindrance(vehicle, issue, today)
        if hindrance is not None:
            passed.append(hindrance)
        elif chosen is None:
            chosen = vehicle
        else:
            passed.append(PassedOver(vehicle, Obstacle.ANOTHER_FIRST))
    return Choice(vehicle=chosen, ground=chosen.ground if chosen is not None else None, passed_over=tuple(passed))


def _hindrance(vehicle: Vehicle, issue: Issue, today: date) -> PassedOver | None:
    missing = _not_covered(vehicle.coverage, issue)
    if missing is not None:
        return PassedOver(vehicle, missing)
    if vehicle.ground is Ground.EVERY_PARTNER:
        return None
    held = vehicle.holding
    if held is None:
        return PassedOver(vehicle, Obstacle.NOT_HELD)
    if today < held.first_day:
        return PassedOver(vehicle, Obstacle.NOT_BEGUN, held.first_day)
    if held.last_day is not None and today > held.last_day:
        return PassedOver(vehicle, Obstacle.ENDED, held.last_day)
    if held.incidents_left is not None and held.incidents_left < 1:
        return PassedOver(vehicle, Obstacle.USED_UP)
    return None


def _not_covered(coverage: Coverage, issue: Issue) -> Obstacle | None:
    if issue.kind not in coverage.kinds:
        return Obstacle.KIND_NOT_COVERED
    if issue.platform not in coverage.platforms:
        return Obstacle.PLATFORM_NOT_COVERED
    named = not coverage.families or is_of_family(product=issue.product, families=coverage.families)
    if not named or is_of_family(product=issue.product, families=coverage.not_families):
        return Obstacle.PRODUCT_NOT_COVERED
    if issue.severity not in dict(coverage.response_hours):
        return Obstacle.SEVERITY_NOT_COVERED
    return None
