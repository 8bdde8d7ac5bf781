"""Calendar arithmetic of the demo: months that clamp, terms, shares of a period."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


def add_months(day: date, months: int) -> date:
    """Return ``day`` shifted by ``months`` (may be negative), clamped to the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(earlier: date, later: date) -> int:
    """Return the greatest n with ``add_months(earlier, n) <= later``; negative when ``later`` comes first."""
    count = (later.year - earlier.year) * 12 + later.month - earlier.month
    return count if add_months(earlier, count) <= later else count - 1


def present_term(bought_on: date, *, months: int, today: date) -> tuple[date, date]:
    """Return the term of ``months`` length that holds ``today``: its first day and its exclusive end."""
    passed = max(months_between(bought_on, today), 0) // months
    return add_months(bought_on, passed * months), add_months(bought_on, (passed + 1) * months)


def days(count: int) -> timedelta:
    """Return a span of ``count`` days."""
    return timedelta(days=count)


@dataclass(frozen=True, slots=True)
class Span:
    """A period with an exclusive end."""

    start: date
    end: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day < self.end

    def share_from(self, day: date) -> Decimal:
        """Return which part of the period is left from ``day`` on, counted in days: 1 at its start, 0 at its end."""
        return Decimal((self.end - day).days) / Decimal((self.end - self.start).days)


def monthly_spans(anchor: date, *, last: date, count: int) -> tuple[Span, ...]:
    """Return ``count`` months in a row on the anniversary days of ``anchor``, oldest first; the newest starts on or before ``last``."""
    newest = months_between(anchor, last)
    return tuple(Span(add_months(anchor, step), add_months(anchor, step + 1)) for step in range(newest - count + 1, newest + 1))
