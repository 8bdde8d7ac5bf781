"""Single days as people name them, in English and Hungarian: "on Friday", "pénteken", "by month end", "15-ig", "jövő hét elején"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from bot.nlu import date_words as words
from bot.nlu.folding import fold
from bot.nlu.months import named_months
from bot.nlu.number_words import number_of
from bot.nlu.period_words import END, LEFT, NUMERIC_DAYS, months, numeric_day
from bot.nlu.spans import Span
from bot.nlu.tense import Tense, tense_at

_Place = Literal["begin", "mid", "end"]
_Reading = Callable[[re.Match[str], date, Tense | None], date | None]
_DEADLINE = re.compile(
    r"(?:by|until|till?|before|(?<!was )(?<!were )(?<!been )due(?:\s+(?:on|by))?|latest(?:\s+(?:on|by))?)\s+(?:the\s+|on\s+)?$"
)
_ONWARD = re.compile(r"(?:as\s+of|effective|after|to|for|starting|beyond)\s+(?:the\s+)?$")
_DATED = re.compile(r"(?:invoice|bill|payment|transfer|charge|statement|mail|letter|notice)\s+(?:of|from|dated)\s+(?:the\s+)?$")
_MONTH_BEFORE = re.compile(
    r"(?<![^\W_])(?:(?:ma|holnap(?:utan)?|delutan|delelott|este|reggel|hetfon|kedden|szerdan|csutortokon|penteken)\s|(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|szep|oct|okt|nov|dec)[a-z]{0,8}\.?\s?)$"
)
# "8-ig nyitva": the hour until which someone is there, not the day.
_HOURS = re.compile(r"nyitv|elerhet|ugyfelszolg|\bora|delelott|delutan|dolgoz|telefon|hivhat|hivj|vannak\s*\?|licen|felhaszn|db\b|emelet")
_SHORT_NUMERIC = re.compile(
    r"(?<![^\W_])(?:(?:(?<=on )|(?<=by )|(?<=until )|(?<=due )|(?<=before ))(?P<d>[0-3]?[0-9])/(?P<m>[01]?[0-9])(?![0-9/])"
    r"|(?P<hm>[01]?[0-9])\.\s?(?P<hd>[0-3]?[0-9])\.?-?j?(?:[ae]?ig|[ae]n|[ae]r[ae]|[ae]t[oe]l)(?![^\W_]))"
)


def _shifted(today: date, months_on: int, day: int | None = None) -> date:
    """Return the same or another day of the month ``months_on`` later, no later than that month's last day."""
    place = today.year * 12 + today.month - 1 + months_on
    first_after = date((place + 1) // 12, (place + 1) % 12 + 1, 1)
    last = (first_after - timedelta(days=1)).day
    return date(place // 12, place % 12 + 1, min(day or today.day, last))


def _last_day(today: date, months_on: int) -> date:
    return _shifted(today, months_on, 31)


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _nearest(today: date, month: int, day: int, tense: Tense | None) -> date | None:
    """Return the day of the year that the tense asks for, or the one nearest to today without it."""
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    if tense == "past":
        days = [one for one in days if one <= today]
    elif tense == "future":
        days = [one for one in days if one >= today]
    return min(days, key=lambda one: abs((one - today).days), default=None)


def _numeric(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    return numeric_day(match.groups())


def _short_numeric(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    return _nearest(today, int(match["m"] or match["hm"]), int(match["d"] or match["hd"]), tense)


def _weekday(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    name = match["day"]
    weekday = words.WEEKDAYS[name] if name else words.WEEKDAYS_SHORT[match["short"].rstrip(".")]
    of_this_week = today + timedelta(days=weekday - today.weekday())
    if match["next"] or match["next_after"] or match["en_next"]:
        return of_this_week + timedelta(days=7)
    if match["last"] or match["last_after"]:
        return of_this_week - timedelta(days=7)
    if match["this"] or match["this_after"]:
        return of_this_week
    if match["recent"] or (tense == "past" and not match["coming"]):
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _count(match: re.Match[str]) -> tuple[int, str] | None:
    word = next(match[name] for name in ("count", "count2", "count3") if match[name])
    unit = next(match[name] for name in ("unit", "unit2", "unit3") if match.groupdict().get(name))
    count = int(word) if word.isdecimal() else 1 if word in ("a", "an") else number_of(word)
    return None if count is None else (count, unit)


def _working_days_on(today: date, count: int) -> date:
    day = today
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def _in_a_while(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    counted = _count(match)
    if counted is None or (tense == "past" and match.group().startswith("in ")):
        # "We got three mails in one week" tells how long it took.
        return None
    count, unit = counted
    if unit.startswith(("working", "business", "munka")):
        return _working_days_on(today, count)
    if unit.startswith(("month", "ho")):
        return _shifted(today, count)
    return today + timedelta(days=count * (7 if unit.startswith(("week", "het")) else 1))


def _a_while_ago(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    counted = _count(match)
    return today - timedelta(days=counted[0] * (7 if counted[1].startswith(("week", "het")) else 1)) if counted else None


def _day_of_month(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    day = words.ORDINALS[match["ordinal"]] if match["ordinal"] else int(match["en"] or match["hu"])
    if match["en"] and day < 5 and not match["cued"]:
        # "the 1st", "the 2nd" count things more often than days.
        return None
    if match["hu"] and match.group().endswith("ig") and not match.group().endswith(("aig", "eig")) and _HOURS.search(match.string):
        return None
    step = 1 if match["next"] or match["en_next"] else -1 if match["last"] or match["en_last"] else 0
    if not 1 <= day <= 31 or match.group() == "4ig" or _MONTH_BEFORE.search(match.string, 0, match.start()):
        # 4iG is a company, "holnap 5-ig" an hour, and "February 30" no day of another month.
        return None
    if not step:
        step = 1 if tense != "past" and day < today.day else -1 if tense == "past" and day > today.day else 0
    found = _shifted(today, step, day)
    return found if found.day == day else None


def _part(place: _Place, unit: str, step: int, today: date) -> date:
    """Return the beginning, middle or end of a week, month, quarter or year ``step`` on; a week ends on its Friday."""
    end, begin = place == "end", place == "begin"
    if unit.startswith(("week", "het")):
        monday = today + timedelta(days=7 * step - today.weekday())
        return monday + timedelta(days=4 if end else 0 if begin else 2)
    if unit.startswith(("year", "ev")):
        return date(today.year + step, 12, 31) if end else date(today.year + step, 1 if begin else 7, 1)
    if unit.startswith(("quarter", "negyed")):
        closing = 2 - (today.month - 1) % 3 + 3 * step
        return _last_day(today, closing) if end else _shifted(today, closing - (2 if begin else 1), 1 if begin else 15)
    return _last_day(today, step) if end else _shifted(today, step, 1 if begin else 15)


def _part_said(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    groups = match.groupdict()
    if groups.get("early"):
        return _part("begin", match["of"], 1, today)
    if groups.get("short"):
        return _part("end", {"m": "month", "y": "year", "w": "week"}[match["short"][2]], 0, today)
    unit = groups.get("end2") or match["what"]
    place: _Place = "end" if groups["end"] or groups.get("end2") else "begin" if groups["begin"] else "mid"
    if groups["next"] or groups["last"]:
        return _part(place, unit, 1 if groups["next"] else -1, today)
    day = _part(place, unit, 0, today)
    if tense == "past" and day > today:
        return _part(place, unit, -1, today)
    # "The beginning of the month" that is over is the next one's, unless it is told as past.
    return _part(place, unit, 1, today) if day < today and tense != "past" else day


def _part_of_named(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    month = months()[next(match[name] for name in ("m1", "m2", "m3") if match[name])]
    first = _nearest(today, month, 1, tense)
    if first is None:
        return None
    if match["end"] or match["end2"]:
        return _last_day(first, 0)
    return first if match["begin"] or match["begin2"] else first.replace(day=15)


def _month_ordinal(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
    return _nearest(today, months()[match["month"]], words.ORDINALS[match["ordinal"]], tense)


def _relative(days: int) -> _Reading:
    def reading(match: re.Match[str], today: date, tense: Tense | None) -> date | None:
        return today + timedelta(days=days)

    return reading


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], _Reading], ...]:
    rules: list[tuple[str, _Reading]] = [
        *((rf"{LEFT}(?:{pattern}){END}", _relative(days)) for pattern, days in words.RELATIVE.items()),
        *((pattern, _numeric) for pattern in NUMERIC_DAYS),
        (_SHORT_NUMERIC.pattern, _short_numeric),
        (words.IN_A_WHILE, _in_a_while),
        (words.A_WHILE_AGO, _a_while_ago),
        (words.DAY_OF_MONTH, _day_of_month),
        (words.PART_EN, _part_said),
        (words.PART_HU, _part_said),
        (words.part_of_month(), _part_of_named),
        (words.month_ordinal(), _month_ordinal),
    ]
    return tuple((re.compile(pattern), reading) for pattern, reading in rules)


@lru_cache(maxsize=1)
def _weekday_pattern() -> re.Pattern[str]:
    return re.compile(words.WEEKDAY)


_HABIT = re.compile(words.HABIT_BEFORE)
_JOINED_BY_DASH = re.compile(r"-(?:mon|tue|wed|thu|fri|sat|sun|hetf|kedd|szer|csut|pent|szom|vas)")
_BETWEEN = re.compile(words.RANGE_BETWEEN)


def _tense(folded: str, start: int, end: int) -> Tense | None:
    """Return the tense of a place; a deadline ("by", "-ig") is to come whatever else is said."""
    before = folded[max(0, start - 20) : start]
    if _DEADLINE.search(before) or folded[start:end].endswith("ig"):
        return "future"
    if _DATED.search(before):
        return "past"
    tense = tense_at(folded, start, end)
    return "future" if tense is None and _ONWARD.search(before) else tense


def _weekdays(folded: str, today: date) -> Iterator[tuple[int, int, date]]:
    found = [match for match in _weekday_pattern().finditer(folded) if not _HABIT.search(folded[: match.start()])]
    # "Monday to Friday", "hétfőtől péntekig" are opening hours, not two days.
    ranges = {
        match
        for pair in pairwise(found)
        for match in pair
        if (
            (
                (between := folded[pair[0].end() : pair[1].start()])
                and (_BETWEEN.fullmatch(between) and between.strip() not in ("and", "es"))
            )
            or (between.isspace() and pair[0].group().endswith("tol") and pair[1].group().endswith("ig"))
        )
    }
    for match in found:
        if match not in ranges and not _JOINED_BY_DASH.match(folded, match.end()):
            day = _weekday(match, today, _tense(folded, *match.span()))
            if day:
                yield *match.span(), day


def _joined(folded: str, found: list[tuple[int, int, date]], weekdays: list[tuple[int, int, date]]) -> list[tuple[int, int, date]]:
    """Return the days with a weekday that stands beside a full date ("Friday, 13 March") taken into it."""
    joined = []
    for start, end, day in found:
        first, last = start, end
        for weekday_start, weekday_end, _ in weekdays:
            if folded[weekday_end:start].strip(" ,(") == "" and weekday_end <= start <= weekday_end + 4:
                first = weekday_start
            elif folded[end:weekday_start].strip(" ,(.") == "" and end <= weekday_start <= end + 3:
                last = weekday_end
        joined.append((first, last, day))
    return joined


def _named_days(folded: str, today: date, language: str) -> Iterator[tuple[int, int, date]]:
    for named in named_months(folded, today, language):
        if named.day is None:
            continue
        if named.year:
            day = _exact(named.year, named.month, named.day)
        else:
            day = _nearest(today, named.month, named.day, _tense(folded, named.start, named.end))
        if day:
            yield named.start, named.end, day


def _ruled_days(folded: str, today: date) -> Iterator[tuple[int, int, date]]:
    for pattern, reading in _rules():
        for match in pattern.finditer(folded):
            day = reading(match, today, _tense(folded, *match.span()))
            if day:
                yield *match.span(), day


def find_dates(text: str, today: date, language: str = "en") -> tuple[Span, ...]:
    """Return the single days that a message names.

    A weekday is the next one to come, or the most recent one where the verb nearest to it is in the past; today only by "today". "Next
    Friday" and "jövő pénteken" are next week's. A day of a month is the next to come likewise; a day with its month but no year is the
    nearest one. Weekdays that recur ("Fridays", "minden pénteken", "Monday to Friday") are none.

    Args:
        text: The message as typed.
        today: The calendar day in the partner's zone.
        language: ``en`` or ``hu``; decides over words that mean something else in the other.

    Returns:
        Spans of the entity ``date`` with an ISO day as value, in reading order, not overlapping; may be empty.
    """
    folded = fold(text)
    found = [*_named_days(folded, today, language), *_ruled_days(folded, today)]
    weekdays = list(_weekdays(folded, today))
    kept: list[tuple[int, int, date]] = []
    for start, end, day in sorted([*_joined(folded, found, weekdays), *weekdays], key=lambda one: (one[0] - one[1], one[0])):
        if all(end <= other_start or other_end <= start for other_start, other_end, _ in kept):
            kept.append((start, end, day))
    return tuple(Span(start, end, "date", day.isoformat()) for start, end, day in sorted(kept))
