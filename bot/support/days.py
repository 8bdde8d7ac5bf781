"""Days that a wish or a promise is about: they lie ahead, whatever was nearest. Pure."""

from __future__ import annotations

import re
from datetime import date, timedelta

_YEAR = re.compile(r"\b(?:19|20)\d\d\b|\b(?:tavaly\w*|last year)\b", re.IGNORECASE)
_BEGINNING = re.compile(r"\b(?:from|as of|starting|effective|beginning)\b|\w{3,}t[oóöő]l\b", re.IGNORECASE)
_FROM_RENEWAL = re.compile(
    r"\b(?:from|at|on|with|as of|starting (?:at|with)) (?:the |its |our |my )?(?:next |coming )?(?:renewal|anniversary)\b"
    r"|\b(?:fordul[oó]\w*|meg[uú]jul[aá]s\w*|meg[uú]j[ií]t[aá]s\w*)(?:t[oó]l|kor|n[aá]l|ra|val|ig)\b",
    re.IGNORECASE,
)
_MONTH = timedelta(days=31)


def day_ahead(*, start: date, end: date, today: date, text: str) -> date:
    """Return the day meant by a period named for something to come: its first, or its last where it has begun already.

    A month named without its year is taken from the past by those who look for invoices; here the next one is meant.

    Args:
        start: First day of the period.
        end: Day after its last (exclusive).
        text: The message, to see whether it names a year.

    Returns:
        The day; before ``today`` only when the period is meant to be past.
    """
    if end <= today and end - start <= _MONTH and not _YEAR.search(text):
        start, end = _next_year(start), _next_year(end)
    return start if start >= today else end - timedelta(days=1)


def from_renewal(text: str) -> bool:
    """Return whether ``text`` wishes for something from the renewal on ("from the next renewal", "a fordulónaptól")."""
    return _FROM_RENEWAL.search(text) is not None


def names_a_beginning(text: str) -> bool:
    """Return whether ``text`` says from when something is to hold ("from April", "áprilistól")."""
    return _BEGINNING.search(text) is not None


def _next_year(day: date) -> date:
    # A month begins on its first day, so there is no 29 February to be lost but at the end of a few named days.
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)
