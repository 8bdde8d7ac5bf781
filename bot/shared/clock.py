"""The one place that reads the clock. ``CLEARLINE_NOW`` freezes it for every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.shared.errors import InvalidInput


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FrozenClock:
    """A clock that stands still at ``at`` (aware)."""

    at: datetime

    def now(self) -> datetime:
        """Return the frozen instant in UTC."""
        return self.at.astimezone(UTC)


def clock_from(frozen_at: str | None) -> Clock:
    """Return the system clock, or one frozen at the ISO instant ``frozen_at``.

    Raises:
        InvalidInput: ``frozen_at`` is not an ISO 8601 instant. One without a zone is taken as UTC.
    """
    if not frozen_at:
        return SystemClock()
    try:
        at = datetime.fromisoformat(frozen_at)
    except ValueError as error:
        raise InvalidInput(f"CLEARLINE_NOW is {frozen_at!r}, not an ISO instant such as 2026-03-02T09:00:00Z") from error
    return FrozenClock(at if at.tzinfo else at.replace(tzinfo=UTC))


def today_in(now: datetime, zone: ZoneInfo) -> date:
    """Return the calendar date at ``now`` in the partner's ``zone``."""
    return now.astimezone(zone).date()
