"""A case on its way to Microsoft: who lets it go, what may follow what, and the clock."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shared.errors import BotError, InvalidInput
from bot.shared.ids import CustomerId, StaffId, TicketId
from bot.shared.words import Words
from bot.staff.model import Role, StaffMember
from bot.staff.permissions import PermissionMissing
from bot.support.checklist import Checklist, Impact, Item, Override, Topic, checklist
from bot.support.escalation import (
    FOLLOWED_BY,
    ChecklistIncomplete,
    Escalation,
    EscalationPolicy,
    EscalationState,
    NotConfirmed,
    PolicyForbids,
    VehicleDoesNotFit,
    WrongState,
    closed,
    closed_at_microsoft,
    confirm,
    confirm_by_policy,
    confirmed_by_microsoft,
    first_response,
    idempotency_key,
    mirrored,
    propose,
    sent,
    withdrawn,
)
from bot.support.families import Platform
from bot.support.model import OpeningHours, Ticket, TicketKind, TicketState
from bot.support.vehicles import Coverage, Holding, Issue, IssueKind, Severity, Vehicle, VehicleKind

NOW = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WORDS = Words(en="Advanced", hu="Advanced")
VEHICLE = Vehicle(
    key="advanced",
    kind=VehicleKind.ADVANCED,
    name=WORDS,
    where=WORDS,
    coverage=Coverage(
        kinds=(IssueKind.TECHNICAL,),
        platforms=(Platform.CLOUD,),
        families=(),
        not_families=(),
        response_hours=((Severity.CRITICAL, 2), (Severity.MODERATE, 4), (Severity.MINIMAL, 8)),
    ),
    holding=Holding(first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), contract="C-1"),
)
TICKET = Ticket(
    id=TicketId("tkt_1"),
    number="T-2026-0042",
    kind=TicketKind.TECHNICAL,
    state=TicketState.OPEN,
    subject="mail is down",
    opened_at=NOW,
    answer_by=NOW,
    customer_id=CustomerId("cus_1"),
)
AT_ONCE = EscalationPolicy(critical_at_once_when_closed=True)


def complete(*without: Item, override: Override | None = None) -> Checklist:
    values = [(item, "yes") for item in Item if item not in without]
    return checklist(kind=IssueKind.TECHNICAL, topic=Topic.OTHER, values=values, override=override)


def issue(severity: Severity = Severity.CRITICAL) -> Issue:
    return Issue(kind=IssueKind.TECHNICAL, product="Exchange Online", platform=Platform.CLOUD, severity=severity)


def planned(
    *,
    ticket: Ticket = TICKET,
    impact: Impact = Impact.PRODUCTION_DOWN,
    severity: Severity = Severity.CRITICAL,
    vehicle: Vehicle = VEHICLE,
    known: Checklist | None = None,
    title: str = "No mail arrives",
    today: date = TODAY,
) -> Escalation:
    return propose(
        ticket=ticket,
        issue=issue(severity),
        impact=impact,
        vehicle=vehicle,
        title=title,
        description="Nothing arrives.",
        checklist=known or complete(),
        by=None,
        now=NOW,
        today=today,
    )


def member(role: Role) -> StaffMember:
    return StaffMember(id=StaffId("stf_1"), name="Anna", email="anna@example.test", role=role, password_hash="x", created_at=NOW)


def on_its_way() -> Escalation:
    return sent(escalation=confirm(escalation=planned(), by=member(Role.HELPDESK_AGENT), now=NOW), now=NOW)


class TestProposal:
    def test_is_planned_and_waits_for_a_person(self) -> None:
        proposed = planned()

        assert (proposed.state, proposed.go, proposed.customer_id) == (EscalationState.PLANNED, None, "cus_1")

    def test_needs_a_complete_checklist(self) -> None:
        with pytest.raises(ChecklistIncomplete, match="lacks tenant, tried; fill it in or override"):
            planned(known=complete(Item.TENANT, Item.TRIED))

    def test_needs_the_customers_consent(self) -> None:
        override = Override(reason="urgent", by=StaffId("stf_1"), at=NOW)

        with pytest.raises(ChecklistIncomplete, match="nothing overrides"):
            planned(known=complete(Item.CONSENT, override=override))

    def test_needs_a_vehicle_that_is_held_on_the_day(self) -> None:
        with pytest.raises(VehicleDoesNotFit, match="ended"):
            planned(today=date(2027, 1, 1))

    def test_takes_the_severity_of_the_impact(self) -> None:
        with pytest.raises(InvalidInput, match="makes severity C, not A"):
            planned(impact=Impact.STILL_USABLE)

    @pytest.mark.parametrize(
        ("changes", "reason"), [({"ticket": replace(TICKET, customer_id=None)}, "has no customer"), ({"title": " "}, "needs a title")]
    )
    def test_needs_a_customer_and_a_title(self, changes: dict[str, object], reason: str) -> None:
        with pytest.raises(InvalidInput, match=reason):
            planned(**changes)  # type: ignore[arg-type]


class TestConfirming:
    @pytest.mark.parametrize("role", [Role.HELPDESK_AGENT, Role.BILLING_ADMIN, Role.GLOBAL_ADMIN])
    def test_is_for_helpdesk_agents_and_those_above(self, role: Role) -> None:
        confirmed = confirm(escalation=planned(), by=member(role), now=NOW)

        assert confirmed.go is not None
        assert confirmed.go.by == "stf_1"

    @pytest.mark.parametrize("role", [Role.SALES_AGENT, Role.USER_ADMIN])
    def test_is_not_for_the_others(self, role: Role) -> None:
        with pytest.raises(PermissionMissing):
            confirm(escalation=planned(), by=member(role), now=NOW)

    def test_keeps_the_first_who_confirmed(self) -> None:
        once = confirm(escalation=planned(), by=member(Role.HELPDESK_AGENT), now=NOW)

        assert confirm(escalation=once, by=member(Role.GLOBAL_ADMIN), now=NOW + timedelta(hours=1)) == once

    def test_comes_before_sending(self) -> None:
        with pytest.raises(NotConfirmed):
            sent(escalation=planned(), now=NOW)

    def test_is_left_to_the_policy_for_critical_cases_out_of_hours(self) -> None:
        confirmed = confirm_by_policy(escalation=planned(), policy=AT_ONCE, desk_is_open=False, now=NOW)

        assert confirmed.go is not None
        assert confirmed.go.by is None
        assert sent(escalation=confirmed, now=NOW).state is EscalationState.SENT

    @pytest.mark.parametrize(
        ("proposed", "policy", "is_open", "reason"),
        [
            (planned(), EscalationPolicy(critical_at_once_when_closed=False), False, "sends nothing without a person"),
            (planned(), AT_ONCE, True, "the desk is open"),
            (planned(impact=Impact.PARTLY_AFFECTED, severity=Severity.MODERATE), AT_ONCE, False, "not critical"),
            (planned(known=complete(Item.TRACES, override=Override("urgent", StaffId("stf_1"), NOW))), AT_ONCE, False, "overridden"),
        ],
    )
    def test_waits_for_a_person_otherwise(self, proposed: Escalation, policy: EscalationPolicy, is_open: bool, reason: str) -> None:
        with pytest.raises(PolicyForbids, match=reason):
            confirm_by_policy(escalation=proposed, policy=policy, desk_is_open=is_open, now=NOW)


class TestKey:
    def test_stays_the_same_for_ticket_vehicle_and_round(self) -> None:
        assert planned().key == planned().key
        assert uuid.UUID(planned().key).version == 5

    @pytest.mark.parametrize("other", [("tkt_2", "advanced", 1), ("tkt_1", "premier", 1), ("tkt_1", "advanced", 2)])
    def test_is_another_for_another_request(self, other: tuple[str, str, int]) -> None:
        ticket, vehicle, number = other

        assert idempotency_key(ticket_id=TicketId(ticket), vehicle=vehicle, round=number) != planned().key


class TestLife:
    def test_goes_from_plan_to_close(self) -> None:
        later = NOW + timedelta(hours=3)

        at_microsoft = confirmed_by_microsoft(escalation=on_its_way(), number=" 615112491160012 ")
        answered = mirrored(escalation=at_microsoft, at=later, responded=True)
        ended = closed(escalation=closed_at_microsoft(escalation=answered, at=later), because="mended by Microsoft", at=later)

        assert at_microsoft.microsoft_number == "615112491160012"
        assert (ended.state, ended.responded_at, ended.ended_because) == (EscalationState.CLOSED, later, "mended by Microsoft")

    def test_takes_the_same_number_twice_and_no_other(self) -> None:
        at_microsoft = confirmed_by_microsoft(escalation=on_its_way(), number="615")

        assert confirmed_by_microsoft(escalation=at_microsoft, number="615") == at_microsoft
        with pytest.raises(WrongState):
            confirmed_by_microsoft(escalation=at_microsoft, number="616")

    def test_goes_on_when_microsoft_opens_it_again(self) -> None:
        at_microsoft = confirmed_by_microsoft(escalation=on_its_way(), number="615")

        again = mirrored(escalation=closed_at_microsoft(escalation=at_microsoft, at=NOW), at=NOW, responded=True)

        assert again.state is EscalationState.MIRRORED

    def test_ends_with_a_reason_only(self) -> None:
        with pytest.raises(InvalidInput, match="with a reason"):
            withdrawn(escalation=planned(), because="", at=NOW)

    @given(deeds=st.lists(st.integers(0, 7), max_size=12))
    def test_never_takes_a_way_that_is_not_allowed(self, deeds: list[int]) -> None:
        doable: tuple[Callable[[Escalation], Escalation], ...] = (
            lambda one: confirm(escalation=one, by=member(Role.HELPDESK_AGENT), now=NOW),
            lambda one: sent(escalation=one, now=NOW),
            lambda one: confirmed_by_microsoft(escalation=one, number="615"),
            lambda one: mirrored(escalation=one, at=NOW, responded=False),
            lambda one: mirrored(escalation=one, at=NOW, responded=True),
            lambda one: closed_at_microsoft(escalation=one, at=NOW),
            lambda one: closed(escalation=one, because="done", at=NOW),
            lambda one: withdrawn(escalation=one, because="not needed", at=NOW),
        )
        one = planned()

        for deed in deeds:
            before = one
            try:
                one = doable[deed](one)
            except BotError:
                assert one == before
            assert one.state == before.state or one.state in FOLLOWED_BY[before.state]
            assert one.sent_at is None or one.go is not None
            assert one.state is not EscalationState.CLOSED or one.microsoft_number == "615"


class TestClock:
    def test_has_not_begun_before_it_is_sent(self) -> None:
        assert first_response(escalation=planned(), vehicle=VEHICLE) is None

    @pytest.mark.parametrize(
        ("impact", "severity", "hours"),
        [
            (Impact.PRODUCTION_DOWN, Severity.CRITICAL, 2),
            (Impact.PARTLY_AFFECTED, Severity.MODERATE, 4),
            (Impact.STILL_USABLE, Severity.MINIMAL, 8),
        ],
    )
    def test_runs_by_severity(self, impact: Impact, severity: Severity, hours: int) -> None:
        one = sent(
            escalation=confirm(escalation=planned(impact=impact, severity=severity), by=member(Role.HELPDESK_AGENT), now=NOW), now=NOW
        )

        clock = first_response(escalation=one, vehicle=VEHICLE)

        assert clock is not None
        assert clock.target == NOW + timedelta(hours=hours)

    def test_stands_still_while_microsoft_does_not_work(self) -> None:
        week = tuple((day, time(8), time(17)) for day in range(5))
        weekdays = replace(VEHICLE, hours=OpeningHours(zone="UTC", country="IE", week=week))

        clock = first_response(escalation=on_its_way(), vehicle=weekdays)

        assert clock is not None
        assert clock.target == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

    @pytest.mark.parametrize(("responded_after", "looked_after", "late"), [(1, 5, False), (3, 5, True), (None, 1, False), (None, 3, True)])
    def test_says_whether_the_target_was_missed(self, responded_after: int | None, looked_after: int, late: bool) -> None:
        one = on_its_way()
        responded = NOW + timedelta(hours=responded_after) if responded_after is not None else None

        clock = first_response(escalation=replace(one, responded_at=responded), vehicle=VEHICLE)

        assert clock is not None
        assert clock.is_late(now=NOW + timedelta(hours=looked_after)) is late
