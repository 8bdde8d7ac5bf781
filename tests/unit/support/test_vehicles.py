"""Which way to Microsoft a case takes, and why none of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shared.words import Words
from bot.support.families import Platform
from bot.support.vehicles import (
    OF_HOLDING,
    Coverage,
    Ground,
    Holding,
    Issue,
    IssueKind,
    Membership,
    Obstacle,
    Severity,
    Vehicle,
    VehicleKind,
    choose_vehicle,
)

TODAY = date(2026, 3, 2)
WORDS = Words(en="x", hu="x")
HOURS = ((Severity.CRITICAL, 2), (Severity.MODERATE, 4), (Severity.MINIMAL, 8))
HELD = Holding(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), contract="C-1")


def vehicle(
    kind: VehicleKind, *kinds: IssueKind, platforms: tuple[Platform, ...] = (Platform.CLOUD,), holding: Holding | None = None
) -> Vehicle:
    coverage = Coverage(kinds=kinds, platforms=platforms, families=(), not_families=(), response_hours=HOURS)
    return Vehicle(key=kind.value, kind=kind, name=WORDS, where=WORDS, coverage=coverage, holding=holding)


COMMERCIAL = vehicle(VehicleKind.COMMERCIAL, IssueKind.BILLING, IssueKind.SUBSCRIPTION, platforms=tuple(Platform))
SIGNATURE = vehicle(
    VehicleKind.SIGNATURE, IssueKind.TECHNICAL, holding=replace(HELD, contract="", membership=Membership.GOLD, incidents_left=3)
)
ADVANCED = vehicle(VehicleKind.ADVANCED, IssueKind.TECHNICAL, IssueKind.ADVICE, holding=HELD)
PREMIER = vehicle(VehicleKind.PREMIER, IssueKind.TECHNICAL, IssueKind.ADVICE, platforms=(Platform.CLOUD, Platform.ON_PREMISES))
INCIDENTS = vehicle(
    VehicleKind.PRODUCT_INCIDENTS,
    IssueKind.TECHNICAL,
    platforms=(Platform.ON_PREMISES,),
    holding=replace(HELD, contract="", membership=Membership.GOLD, incidents_left=20),
)
ALL = (COMMERCIAL, SIGNATURE, ADVANCED, PREMIER, INCIDENTS)


def issue(
    kind: IssueKind = IssueKind.TECHNICAL,
    *,
    product: str = "Exchange Online (Plan 1)",
    platform: Platform = Platform.CLOUD,
    severity: Severity = Severity.MODERATE,
) -> Issue:
    return Issue(kind=kind, product=product, platform=platform, severity=severity)


def with_holding(one: Vehicle, **changes: object) -> Vehicle:
    assert one.holding is not None
    return replace(one, holding=replace(one.holding, **changes))  # type: ignore[arg-type]


class TestChosenVehicle:
    @pytest.mark.parametrize(
        ("case", "expected"),
        [
            (issue(IssueKind.BILLING), COMMERCIAL),
            (issue(IssueKind.SUBSCRIPTION, platform=Platform.ON_PREMISES), COMMERCIAL),
            (issue(IssueKind.BILLING, platform=Platform.PUBLISHER), COMMERCIAL),
            (issue(), SIGNATURE),
            (issue(IssueKind.ADVICE), ADVANCED),
            (issue(product="Windows Server", platform=Platform.ON_PREMISES), INCIDENTS),
            (issue(IssueKind.ADVICE, product="Windows Server", platform=Platform.ON_PREMISES), None),
            (issue(platform=Platform.PUBLISHER), None),
        ],
    )
    def test_is_the_first_that_covers_the_case_and_is_held(self, case: Issue, expected: Vehicle | None) -> None:
        assert choose_vehicle(vehicles=ALL, issue=case, today=TODAY).vehicle == expected

    @pytest.mark.parametrize(
        ("one", "ground"), [(COMMERCIAL, Ground.EVERY_PARTNER), (SIGNATURE, Ground.MEMBERSHIP), (ADVANCED, Ground.CONTRACT)]
    )
    def test_comes_with_the_right_to_it(self, one: Vehicle, ground: Ground) -> None:
        kind = one.coverage.kinds[0]

        assert choose_vehicle(vehicles=(one,), issue=issue(kind), today=TODAY).ground is ground

    def test_leaves_the_later_ones_for_another_time(self) -> None:
        passed = {one.vehicle: one.obstacle for one in choose_vehicle(vehicles=ALL, issue=issue(), today=TODAY).passed_over}

        assert passed == {
            COMMERCIAL: Obstacle.KIND_NOT_COVERED,
            ADVANCED: Obstacle.ANOTHER_FIRST,
            PREMIER: Obstacle.NOT_HELD,
            INCIDENTS: Obstacle.PLATFORM_NOT_COVERED,
        }

    @pytest.mark.parametrize(
        ("day", "held"), [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 12, 31), True), (date(2027, 1, 1), False)]
    )
    def test_can_be_used_from_the_first_to_the_last_day(self, day: date, held: bool) -> None:
        assert (choose_vehicle(vehicles=(ADVANCED,), issue=issue(), today=day).vehicle is not None) is held


class TestPassedOver:
    @pytest.mark.parametrize(
        ("one", "obstacle", "day"),
        [
            (replace(ADVANCED, holding=None), Obstacle.NOT_HELD, None),
            (with_holding(ADVANCED, first_day=date(2026, 4, 1)), Obstacle.NOT_BEGUN, date(2026, 4, 1)),
            (with_holding(ADVANCED, last_day=date(2026, 3, 1)), Obstacle.ENDED, date(2026, 3, 1)),
            (with_holding(SIGNATURE, incidents_left=0), Obstacle.USED_UP, None),
            (replace(ADVANCED, coverage=replace(ADVANCED.coverage, families=("Azure",))), Obstacle.PRODUCT_NOT_COVERED, None),
            (replace(ADVANCED, coverage=replace(ADVANCED.coverage, not_families=("Exchange Online",))), Obstacle.PRODUCT_NOT_COVERED, None),
            (replace(ADVANCED, coverage=replace(ADVANCED.coverage, response_hours=HOURS[:1])), Obstacle.SEVERITY_NOT_COVERED, None),
        ],
    )
    def test_has_its_reason_and_the_day_that_matters(self, one: Vehicle, obstacle: Obstacle, day: date | None) -> None:
        (passed,) = choose_vehicle(vehicles=(one,), issue=issue(), today=TODAY).passed_over

        assert (passed.obstacle, passed.day) == (obstacle, day)

    def test_is_needed_when_holding_it_would_help(self) -> None:
        vehicles = (COMMERCIAL, with_holding(ADVANCED, last_day=date(2026, 3, 1)), PREMIER, INCIDENTS)

        needed = choose_vehicle(vehicles=vehicles, issue=issue(), today=TODAY).needed

        assert [(one.vehicle.key, one.obstacle) for one in needed] == [("advanced", Obstacle.ENDED), ("premier", Obstacle.NOT_HELD)]

    def test_is_not_needed_where_the_publisher_helps(self) -> None:
        assert choose_vehicle(vehicles=ALL, issue=issue(platform=Platform.PUBLISHER), today=TODAY).needed == ()


class TestResponseHours:
    def test_are_longer_for_advice(self) -> None:
        advising = replace(ADVANCED, coverage=replace(ADVANCED.coverage, advice_hours=24))

        assert advising.response_hours(kind=IssueKind.ADVICE, severity=Severity.CRITICAL) == 24
        assert advising.response_hours(kind=IssueKind.TECHNICAL, severity=Severity.CRITICAL) == 2


holdings = st.none() | st.builds(
    Holding,
    first_day=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    last_day=st.none() | st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    incidents_left=st.none() | st.integers(0, 2),
)
coverages = st.builds(
    Coverage,
    kinds=st.sets(st.sampled_from(IssueKind), min_size=1).map(tuple),
    platforms=st.sets(st.sampled_from(Platform), min_size=1).map(tuple),
    families=st.sets(st.sampled_from(["Azure", "Exchange Online", "Visio"])).map(tuple),
    not_families=st.sets(st.sampled_from(["Azure", "Exchange"])).map(tuple),
    response_hours=st.sets(st.sampled_from(HOURS), min_size=1).map(tuple),
)
fleets = st.lists(
    st.builds(
        Vehicle,
        key=st.just("v"),
        kind=st.sampled_from(VehicleKind),
        name=st.just(WORDS),
        where=st.just(WORDS),
        coverage=coverages,
        holding=holdings,
    ),
    max_size=5,
)
issues = st.builds(
    Issue,
    kind=st.sampled_from(IssueKind),
    product=st.sampled_from(["Azure plan", "Exchange Online (Plan 1)", "Visio Plan 2"]),
    platform=st.sampled_from(Platform),
    severity=st.sampled_from(Severity),
)
days = st.dates(date(2024, 12, 1), date(2027, 2, 1))


class TestAnyFleet:
    @given(fleet=fleets, case=issues, today=days)
    def test_is_accounted_for_one_by_one(self, fleet: list[Vehicle], case: Issue, today: date) -> None:
        choice = choose_vehicle(vehicles=fleet, issue=case, today=today)

        assert len(choice.passed_over) + (choice.vehicle is not None) == len(fleet)
        assert (choice.vehicle is None) == (choice.ground is None)

    @given(fleet=fleets, case=issues, today=days)
    def test_never_gives_one_that_ended_or_is_used_up(self, fleet: list[Vehicle], case: Issue, today: date) -> None:
        chosen = choose_vehicle(vehicles=fleet, issue=case, today=today).vehicle

        if chosen is not None and chosen.kind is not VehicleKind.COMMERCIAL:
            assert chosen.holding is not None
            assert chosen.holding.first_day <= today <= (chosen.holding.last_day or today)
            assert chosen.holding.incidents_left != 0

    @given(fleet=fleets, case=issues, today=days)
    def test_would_have_a_vehicle_once_what_is_needed_is_held(self, fleet: list[Vehicle], case: Issue, today: date) -> None:
        choice = choose_vehicle(vehicles=fleet, issue=case, today=today)

        for need in choice.needed:
            assert need.obstacle in OF_HOLDING
            held = replace(need.vehicle, holding=Holding(first_day=today, last_day=today + timedelta(days=1)))
            assert choose_vehicle(vehicles=(held,), issue=case, today=today).vehicle == held
