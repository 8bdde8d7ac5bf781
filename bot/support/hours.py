"""When people answer: opening hours with public holidays, moved working days and clock changes. Pure.

A period is open from its opening instant (inclusive) to its closing instant (exclusive). A closing time of
midnight is the end of the day. Time is counted as it passes: the night the clocks go back has an hour more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from bot.shared.errors import InvalidInput
from bot.support.model import OpeningHours, OpenState

# Nobody waits longer for an answer; a desk that stays closed for so long is a mistake in the configuration.
_SCAN_DAYS = 366
_MINUTE = timedelta(minutes=1)
_MIDNIGHT = time(0, 0)


class NeverOpen(InvalidInput):
    """The opening hours hold too little open time within a year."""


@dataclass(frozen=True, slots=True)
class WeekGroup:
    """Weekdays next to each other (Monday 0 … Sunday 6, both inclusive) with the same hours; no spans means closed."""

    first: int
    last: int
    spans: tuple[tuple[time, time], ...]


def state_at(*, hours: OpeningHours, now: datetime) -> OpenState:
    """Say whether the desk is open at ``now`` (aware) and when that changes.

    Returns:
        When open: ``until`` is the closing instant, or None when it does not close within a year; ``opens_at`` is None.
        When closed: ``opens_at`` is the next opening instant and ``until`` is None.

    Raises:
        NeverOpen: The desk is closed and does not open within a year.
    """
    instant = _utc(now)
    for opens, closes in _open_periods(hours, instant):
        if closes <= instant:
            continue
        if opens > instant:
            return OpenState(is_open=False, until=None, opens_at=opens)
        endless = closes - instant >= timedelta(days=_SCAN_DAYS - 1)
        return OpenState(is_open=True, until=None if endless else closes, opens_at=None)
    raise NeverOpen(_never_open(hours))


def add_open_time(*, hours: OpeningHours, start: datetime, open_minutes: int) -> datetime:
    """Return the instant (UTC) at which ``open_minutes`` of open time have passed since ``start`` (aware).

    A deadline that would fall on an opening instant falls on the closing instant before it, since no open time lies between.
    With 0 minutes it is ``start`` itself when open, else the next opening.

    Raises:
        InvalidInput: ``open_minutes`` is negative.
        NeverOpen: A year from ``start`` holds too little open time.
    """
    if open_minutes < 0:
        raise InvalidInput(f"a deadline needs 0 or more open minutes, not {open_minutes}")
    instant = _utc(start)
    remaining = timedelta(minutes=open_minutes)
    for opens, closes in _open_periods(hours, instant):
        if closes <= instant:
            continue
        begins = max(opens, instant)
        if remaining <= closes - begins:
            return begins + remaining
        remaining -= closes - begins
    raise NeverOpen(_never_open(hours))


def open_time_between(*, hours: OpeningHours, start: datetime, end: datetime) -> timedelta:
    """Return how much open time lies between two aware instants; nothing when ``end`` is not after ``start``."""
    since, until = _utc(start), _utc(end)
    passed = timedelta(0)
    while since < until:
        # One look reaches a year ahead; what is longer is counted year by year.
        stop = min(until, since + timedelta(days=_SCAN_DAYS - 1))
        for opens, closes in _open_periods(hours, since):
            if opens >= stop:
                break
            passed += max(min(closes, stop) - max(opens, since), timedelta(0))
        since = stop
    return passed


def is_open_on(*, hours: OpeningHours, day: date) -> bool:
    """Return whether the desk is open for some time on ``day``, a date in its zone."""
    return bool(_spans_on(hours, ZoneInfo(hours.zone), day))


def is_public_holiday(*, country: str, day: date) -> bool:
    """Return whether ``day`` is a public holiday, or a day off moved by law, in ``country`` (ISO 3166 alpha-2).

    Raises:
        InvalidInput: The holidays of that country are not known.
    """
    return day in _public_holidays(country, day.year)


def week_groups(hours: OpeningHours) -> tuple[WeekGroup, ...]:
    """Return the usual week as runs of weekdays with the same hours, Monday first, closed days included."""
    groups: list[WeekGroup] = []
    for weekday in range(7):
        spans = _usual_spans(hours, weekday)
        if groups and groups[-1].spans == spans:
            groups[-1] = WeekGroup(first=groups[-1].first, last=weekday, spans=spans)
        else:
            groups.append(WeekGroup(first=weekday, last=weekday, spans=spans))
    return tuple(groups)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise InvalidInput("opening hours need an instant with a time zone")
    return instant.astimezone(UTC)


def _never_open(hours: OpeningHours) -> str:
    return (
        f"the opening hours in {hours.zone} have too little open time within {_SCAN_DAYS} days; "
        "give at least one weekday opening hours in knowledge/offering.yml"
    )


def _open_periods(hours: OpeningHours, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield open periods in UTC, in order, from the local day before ``instant`` on, with touching ones made one."""
    zone = ZoneInfo(hours.zone)
    first_day = instant.astimezone(zone).date() - timedelta(days=1)
    pending: tuple[datetime, datetime] | None = None
    for offset in range(_SCAN_DAYS + 1):
        for opens, closes in _spans_on(hours, zone, first_day + timedelta(days=offset)):
            if pending is not None and opens <= pending[1]:
                pending = (pending[0], max(pending[1], closes))
                continue
            if pending is not None:
                yield pending
            pending = (opens, closes)
    if pending is not None:
        yield pending


def _spans_on(hours: OpeningHours, zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    """Return the open periods that begin on the local ``day``, in UTC and in order."""
    spans = sorted((opens, closes) for exception, opens, closes in hours.extra_open if exception == day)
    if not spans:
        if day in hours.extra_closed or is_public_holiday(country=hours.country, day=day):
            return []
        spans = list(_usual_spans(hours, day.weekday()))
    periods = []
    for opens, closes in spans:
        closing_day = day + timedelta(days=1) if closes == _MIDNIGHT else day
        begins, ends = _instant(zone, day, opens, last=False), _instant(zone, closing_day, closes, last=closes != _MIDNIGHT)
        if begins < ends:
            periods.append((begins, ends))
    return periods


def _usual_spans(hours: OpeningHours, weekday: int) -> tuple[tuple[time, time], ...]:
    return tuple(sorted((opens, closes) for day, opens, closes in hours.week if day == weekday))


def _instant(zone: ZoneInfo, day: date, at: time, *, last: bool) -> datetime:
    """Return the instant at which the wall clock shows ``at``.

    When it shows it twice (clocks go back) the first such instant, or with ``last`` the second. When it never shows
    it (clocks go forward) the instant of the change.
    """
    wall = datetime.combine(day, at, tzinfo=zone)
    early, late = wall.replace(fold=0).astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if early <= late:
        return late if last else early
    # The wall time is skipped, and fold 0 and 1 lie after and before the change.
    change = late.replace(second=0, microsecond=0)
    while change.astimezone(zone).replace(tzinfo=None) < wall.replace(tzinfo=None):
        change += _MINUTE
    return change


@lru_cache(maxsize=256)
def _public_holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError as error:
        raise InvalidInput(f"the public holidays of {country!r} are not known; use an ISO 3166 code such as HU") from error
