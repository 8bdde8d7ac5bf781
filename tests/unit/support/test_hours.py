"""When the desk is open, checked against a clock-watcher that goes minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.library.policies import load_knowledge
from bot.shared.errors import InvalidInput
from bot.support.hours import NeverOpen, WeekGroup, add_open_time, is_public_holiday, open_time_between, state_at, week_groups
from bot.support.model import OpeningHours

_SHIPPED = Path(__file__).parents[3] / "knowledge"
BUDAPEST = ZoneInfo("Europe/Budapest")
WORKDAYS = tuple((weekday, time(8, 30), time(17, 0)) for weekday in range(5))
ROUND_THE_CLOCK = tuple((weekday, time(0, 0), time(0, 0)) for weekday in range(7))


def hours(week: tuple[tuple[int, time, time], ...] = WORKDAYS, **more: tuple[object, ...]) -> OpeningHours:
    return OpeningHours(zone="Europe/Budapest", country="HU", week=week, **more)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    """Return the instant at which the wall clock in Budapest shows ``text``."""
    return datetime.fromisoformat(text).replace(tzinfo=BUDAPEST).astimezone(UTC)


class TestStateAt:
    def test_is_open_from_the_opening_minute(self) -> None:
        state = state_at(hours=hours(), now=at("2026-03-02T08:30"))

        assert (state.is_open, state.until, state.opens_at) == (True, at("2026-03-02T17:00"), None)

    def test_is_closed_from_the_closing_minute(self) -> None:
        state = state_at(hours=hours(), now=at("2026-03-02T17:00"))

        assert (state.is_open, state.until, state.opens_at) == (False, None, at("2026-03-03T08:30"))

    def test_is_closed_over_the_weekend_until_monday(self) -> None:
        assert state_at(hours=hours(), now=at("2026-03-06T20:00")).opens_at == at("2026-03-09T08:30")

    @pytest.mark.parametrize("holiday", ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-08-20", "2026-10-23", "2026-12-25"])
    def test_is_closed_on_hungarian_public_holidays(self, holiday: str) -> None:
        assert not state_at(hours=hours(), now=at(f"{holiday}T10:00")).is_open

    def test_is_closed_on_a_day_off_moved_by_law(self) -> None:
        assert state_at(hours=hours(), now=at("2026-08-20T10:00")).opens_at == at("2026-08-24T08:30")

    def test_is_closed_on_an_extra_closed_day(self) -> None:
        closed = hours(extra_closed=(date(2026, 3, 3),))

        assert state_at(hours=closed, now=at("2026-03-03T10:00")).opens_at == at("2026-03-04T08:30")

    def test_is_open_on_a_moved_working_saturday(self) -> None:
        opened = hours(extra_open=((date(2026, 12, 12), time(9, 0), time(14, 0)),))

        assert state_at(hours=opened, now=at("2026-12-12T10:00")).until == at("2026-12-12T14:00")

    def test_lets_an_extra_open_day_outrank_a_public_holiday(self) -> None:
        opened = hours(extra_open=((date(2026, 10, 23), time(9, 0), time(12, 0)),))

        assert state_at(hours=opened, now=at("2026-10-23T11:00")).until == at("2026-10-23T12:00")

    def test_is_closed_in_a_break_at_noon(self) -> None:
        broken = hours(((0, time(13, 0), time(17, 0)), (0, time(8, 0), time(12, 0))))

        assert state_at(hours=broken, now=at("2026-03-02T12:30")).opens_at == at("2026-03-02T13:00")

    def test_stays_open_over_midnight_when_the_next_day_begins_open(self) -> None:
        nightly = hours(((0, time(18, 0), time(0, 0)), (1, time(0, 0), time(6, 0))))

        assert state_at(hours=nightly, now=at("2026-03-02T23:59")).until == at("2026-03-03T06:00")
        assert state_at(hours=nightly, now=at("2026-03-03T00:00")).until == at("2026-03-03T06:00")

    def test_names_no_closing_when_it_never_closes(self) -> None:
        # A country whose holidays all fall on days that are open by exception would do; an exception for each holiday is the same.
        holidays_open = tuple(
            (day, time(0, 0), time(0, 0))
            for day in (date(2026, 1, 1) + timedelta(days=offset) for offset in range(800))
            if is_public_holiday(country="HU", day=day)
        )
        always = hours(ROUND_THE_CLOCK, extra_open=holidays_open)

        assert state_at(hours=always, now=at("2026-03-02T12:00")).until is None

    def test_opens_by_the_wall_clock_on_both_sides_of_a_clock_change(self) -> None:
        assert state_at(hours=hours(), now=at("2026-03-27T18:00")).opens_at == datetime(2026, 3, 30, 6, 30, tzinfo=UTC)
        assert state_at(hours=hours(), now=at("2026-10-22T18:00")).opens_at == datetime(2026, 10, 26, 7, 30, tzinfo=UTC)

    def test_takes_an_opening_time_that_the_clock_skips_as_the_moment_of_the_change(self) -> None:
        early = hours(((6, time(2, 30), time(5, 0)),))

        assert state_at(hours=early, now=at("2026-03-28T12:00")).opens_at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)

    def test_takes_any_time_zone_of_the_instant(self) -> None:
        tokyo = at("2026-03-02T08:30").astimezone(ZoneInfo("Asia/Tokyo"))

        assert state_at(hours=hours(), now=tokyo).is_open

    def test_refuses_an_instant_without_a_zone(self) -> None:
        with pytest.raises(InvalidInput, match="time zone"):
            state_at(hours=hours(), now=at("2026-03-02T08:30").replace(tzinfo=None))

    def test_says_clearly_that_the_desk_never_opens(self) -> None:
        with pytest.raises(NeverOpen, match=r"366 days; give at least one weekday"):
            state_at(hours=hours(()), now=at("2026-03-02T12:00"))

    def test_refuses_a_country_whose_holidays_are_not_known(self) -> None:
        nowhere = OpeningHours(zone="Europe/Budapest", country="XX", week=WORKDAYS)

        with pytest.raises(InvalidInput, match="'XX'"):
            state_at(hours=nowhere, now=at("2026-03-02T12:00"))


class TestAddOpenTime:
    def test_counts_within_a_day(self) -> None:
        assert add_open_time(hours=hours(), start=at("2026-03-02T09:00"), open_minutes=240) == at("2026-03-02T13:00")

    def test_carries_the_rest_into_the_next_open_day(self) -> None:
        assert add_open_time(hours=hours(), start=at("2026-03-06T16:00"), open_minutes=240) == at("2026-03-09T11:30")

    def test_counts_from_the_opening_when_it_starts_closed(self) -> None:
        assert add_open_time(hours=hours(), start=at("2026-03-07T12:00"), open_minutes=60) == at("2026-03-09T09:30")

    def test_ends_at_the_closing_when_the_time_just_fits(self) -> None:
        assert add_open_time(hours=hours(), start=at("2026-03-06T16:00"), open_minutes=60) == at("2026-03-06T17:00")

    def test_skips_easter(self) -> None:
        assert add_open_time(hours=hours(), start=at("2026-04-02T16:30"), open_minutes=60) == at("2026-04-07T09:00")

    @pytest.mark.parametrize(("night", "elapsed"), [("2026-03-28", 23), ("2026-10-24", 25)])
    def test_counts_the_hours_that_pass_on_the_night_of_a_clock_change(self, night: str, elapsed: int) -> None:
        start = at(f"{night}T12:00")

        deadline = add_open_time(hours=hours(ROUND_THE_CLOCK), start=start, open_minutes=elapsed * 60)

        assert deadline == at((date.fromisoformat(night) + timedelta(days=1)).isoformat() + "T12:00")

    def test_with_no_minutes_is_the_start_or_the_next_opening(self) -> None:
        assert add_open_time(hours=hours(), start=at("2026-03-02T09:00"), open_minutes=0) == at("2026-03-02T09:00")
        assert add_open_time(hours=hours(), start=at("2026-03-02T07:00"), open_minutes=0) == at("2026-03-02T08:30")

    def test_refuses_negative_minutes(self) -> None:
        with pytest.raises(InvalidInput, match="not -1"):
            add_open_time(hours=hours(), start=at("2026-03-02T09:00"), open_minutes=-1)

    def test_stops_when_a_year_is_not_enough(self) -> None:
        with pytest.raises(NeverOpen):
            add_open_time(hours=hours(((0, time(9, 0), time(10, 0)),)), start=at("2026-03-02T09:00"), open_minutes=60 * 60)


def _watched(opening: OpeningHours, instant: datetime) -> bool:
    """Say whether the wall clock at ``instant`` is within the spans of its day, in the plainest way."""
    local = instant.astimezone(BUDAPEST)
    spans = [(opens, closes) for day, opens, closes in opening.extra_open if day == local.date()]
    if not spans:
        if local.date() in opening.extra_closed or is_public_holiday(country="HU", day=local.date()):
            return False
        spans = [(opens, closes) for weekday, opens, closes in opening.week if weekday == local.weekday()]
    return any(opens <= local.time() and (closes == time(0, 0) or local.time() < closes) for opens, closes in spans)


@st.composite
def _weeks(draw: st.DrawFn) -> tuple[tuple[int, time, time], ...]:
    spans: list[tuple[int, time, time]] = []
    for weekday in draw(st.sets(st.integers(0, 6), min_size=1)):
        marks = sorted(draw(st.sets(st.integers(0, 48), min_size=2, max_size=4)))
        clock = [time(mark % 48 // 2, mark % 2 * 30) for mark in marks]
        spans += [(weekday, clock[index], clock[index + 1]) for index in range(0, len(clock) - 1, 2)]
    return tuple(spans)


_openings = st.builds(
    lambda week, closed, opened: OpeningHours(
        zone="Europe/Budapest",
        country="HU",
        week=week,
        extra_closed=tuple(closed),
        extra_open=tuple((day, time(9, 0), time(0, 0)) for day in opened),
    ),
    _weeks(),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3),
)
# Days next to clock changes and year ends come up more often than chance would have them.
_instants = st.one_of(
    st.integers(0, 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from([datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 12, 30, tzinfo=UTC)]),
        st.integers(0, 3 * 24 * 60),
    ),
)


def _is_repeated_hour(instant: datetime) -> bool:
    wall = instant.astimezone(BUDAPEST)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


class TestAgainstTheClockWatcher:
    @given(opening=_openings, instant=_instants)
    @settings(max_examples=150, deadline=None)
    def test_state_agrees_now_and_at_the_change(self, opening: OpeningHours, instant: datetime) -> None:
        assume(not _is_repeated_hour(instant))

        state = state_at(hours=opening, now=instant)

        assert state.is_open == _watched(opening, instant)
        change = state.until if state.is_open else state.opens_at
        assert change is not None
        assert change > instant
        if not _is_repeated_hour(change) and not _is_repeated_hour(change - timedelta(minutes=1)):
            assert _watched(opening, change) != state.is_open
            assert _watched(opening, change - timedelta(minutes=1)) == state.is_open

    @given(opening=_openings, instant=_instants, open_minutes=st.integers(1, 900))
    @settings(max_examples=25, deadline=None)
    def test_a_deadline_has_exactly_so_many_open_minutes_before_it(
        self, opening: OpeningHours, instant: datetime, open_minutes: int
    ) -> None:
        deadline = add_open_time(hours=opening, start=instant, open_minutes=open_minutes)
        length = int((deadline - instant).total_seconds() // 60)
        assume(length < 15 * 24 * 60)
        minutes = [instant + timedelta(minutes=offset) for offset in range(length)]
        assume(not any(_is_repeated_hour(minute) for minute in minutes[::30]))

        assert sum(_watched(opening, minute) for minute in minutes) == open_minutes

    @given(opening=_openings, instant=_instants, first=st.integers(1, 600), second=st.integers(1, 600))
    @settings(max_examples=60, deadline=None)
    def test_two_spells_make_one(self, opening: OpeningHours, instant: datetime, first: int, second: int) -> None:
        halfway = add_open_time(hours=opening, start=instant, open_minutes=first)

        assert add_open_time(hours=opening, start=halfway, open_minutes=second) == add_open_time(
            hours=opening, start=instant, open_minutes=first + second
        )


class TestWeekGroups:
    def test_joins_days_with_the_same_hours(self) -> None:
        week = (*WORKDAYS[:4], (4, time(8, 30), time(15, 0)))

        assert week_groups(hours(week)) == (
            WeekGroup(first=0, last=3, spans=((time(8, 30), time(17, 0)),)),
            WeekGroup(first=4, last=4, spans=((time(8, 30), time(15, 0)),)),
            WeekGroup(first=5, last=6, spans=()),
        )


class TestOpenTimeBetween:
    @pytest.mark.parametrize(
        ("start", "end", "minutes"),
        [
            (datetime(2026, 3, 10, 10, 0, tzinfo=UTC), datetime(2026, 3, 10, 11, 30, tzinfo=UTC), 90),
            (datetime(2026, 3, 10, 15, 0, tzinfo=UTC), datetime(2026, 3, 11, 8, 30, tzinfo=UTC), 120),  # over a night
            (datetime(2026, 3, 13, 13, 30, tzinfo=UTC), datetime(2026, 3, 16, 8, 30, tzinfo=UTC), 120),  # over a weekend
            (datetime(2026, 3, 14, 9, 0, tzinfo=UTC), datetime(2026, 3, 15, 9, 0, tzinfo=UTC), 0),
            (datetime(2026, 3, 11, 9, 0, tzinfo=UTC), datetime(2026, 3, 10, 9, 0, tzinfo=UTC), 0),
        ],
    )
    def test_is_what_the_desk_was_open_for(self, start: datetime, end: datetime, minutes: int) -> None:
        opening = load_knowledge(_SHIPPED).offering.hours

        assert open_time_between(hours=opening, start=start, end=end) == timedelta(minutes=minutes)

    def test_over_three_years_is_that_of_each_year(self) -> None:
        opening = load_knowledge(_SHIPPED).offering.hours
        days = [datetime(year, 1, 2, 12, tzinfo=UTC) for year in (2024, 2025, 2026, 2027)]

        whole = open_time_between(hours=opening, start=days[0], end=days[-1])

        assert whole == sum((open_time_between(hours=opening, start=one, end=two) for one, two in pairwise(days)), timedelta(0))
