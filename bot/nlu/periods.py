"""Months, quarters, years and stretches between two days as people name them, in English and Hungarian, with or without accents.

A single day is a ``date`` (``bot.nlu.dates``); here it counts only as the beginning or end of a stretch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.nlu.folding import fold
from bot.nlu.months import month_begun, named_months, year_of
from bot.nlu.period_words import (
    AFTER_YEAR,
    CASE,
    DIGITS_YEAR,
    END,
    HALF,
    HALVES,
    LAST,
    LEFT,
    LENGTHS,
    MONTH_UNIT,
    NEXT,
    NUMBER,
    NUMBERS,
    NUMERIC_DAYS,
    QUARTER,
    QUARTERS,
    THIS,
    YEAR_WORD,
    month_names,
    months,
    numeric_day,
)


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A stretch of time named in a message.

    Attributes:
        start: Index of the first character.
        end: Index after the last character (exclusive).
        period_start: First day.
        period_end: Day after the last day (exclusive).
        text: The characters as typed.
    """

    start: int
    end: int
    period_start: date
    period_end: date
    text: str


_Range = tuple[date, date]


def _months_from(year: int, month: int, count: int = 1) -> _Range:
    """Return ``count`` whole months; ``month`` may lie outside 1-12 and carries into the year."""
    first = year * 12 + month - 1
    last = first + count
    return date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[" ".join(word.split())]


def _numeric_day(match: re.Match[str], today: date) -> _Range | None:
    first = numeric_day(match.groups())
    return (first, first + timedelta(days=1)) if first else None


def _numeric_month(match: re.Match[str], today: date) -> _Range | None:
    year, month = match["y"] or match["y2"], match["m"] or match["m2"]
    return _months_from(int(year), int(month))


def _relative_month(match: re.Match[str], today: date) -> _Range | None:
    step = -1 if match["last"] else 1 if match["next"] else 0
    return _months_from(today.year, today.month + step)


def _months_ago(match: re.Match[str], today: date) -> _Range | None:
    return _months_from(today.year, today.month - _number(next(group for group in match.groups() if group)))


def _month_before_last(match: re.Match[str], today: date) -> _Range | None:
    return _months_from(today.year, today.month - 2)


def _last_months(match: re.Match[str], today: date) -> _Range | None:
    count = _number(match["n"])
    return _months_from(today.year, today.month - count, count + 1)


def _half_year(match: re.Match[str], today: date) -> _Range | None:
    return _months_from(today.year, today.month - 6, 7)


def _half_of_year(match: re.Match[str], today: date) -> _Range | None:
    number = HALVES[next(group for group in (match["h"], match["h2"], match["h3"]) if group)]
    year = year_of(match["w1"] or match["w2"], match["y1"] or match["y2"], today)
    return _months_from(month_begun(today, number * 6 - 5) if year is None else year, number * 6 - 5, 6)


def _quarter(match: re.Match[str], today: date) -> _Range | None:
    number = QUARTERS[next(group for group in (match["q"], match["q2"]) if group)]
    year = year_of(match["w1"] or match["w2"], match["y1"] or match["y2"], today)
    return _months_from(month_begun(today, number * 3 - 2) if year is None else year, number * 3 - 2, 3)


def _closing_quarter(match: re.Match[str], today: date) -> _Range | None:
    return _months_from(int(match["y1"] or match["y2"]), 10, 3)


def _relative_quarter(match: re.Match[str], today: date) -> _Range | None:
    step = -3 if match["last"] else 3 if match["next"] else 0
    return _months_from(today.year, (today.month - 1) // 3 * 3 + 1 + step, 3)


def _week(match: re.Match[str], today: date) -> _Range | None:
    step = -7 if match["last"] else 7 if match["next"] else 0
    monday = today - timedelta(days=today.weekday()) + timedelta(days=step)
    return monday, monday + timedelta(days=7)


def _year(match: re.Match[str], today: date) -> _Range | None:
    year = None if match["w"] in LENGTHS else year_of(match["w"], match["y"], today)
    return None if year is None else (date(year, 1, 1), date(year + 1, 1, 1))


_STEP = rf"(?:(?P<last>{LAST})|(?P<next>{NEXT})|(?P<this>{THIS}))\s?"
_WHICH_YEAR = rf"(?:(?:(?P<y1>{DIGITS_YEAR})(?:{AFTER_YEAR}|(?=[/-]))|(?P<w1>{YEAR_WORD}))\s?[/-]?\s?)?"
_WHICH_YEAR_AFTER = rf"(?(y1)|(?(w1)|(?:(?:,?\s(?:of\s|in\s|for\s)?|\s?[/-]\s?)(?:(?P<y2>{DIGITS_YEAR})|(?P<w2>{YEAR_WORD})|the\s+year)(?:-?[bn][ae]n|-?[aeo]s)?{END})?))"
# Of "Q4-2025" the year still belongs to the quarter.
_UNIT_END = r"(?![^\W_])(?!-?[0-9](?<!-2)|-2(?!0[0-9]{2}(?![0-9])))"
_QUARTER_UNIT = rf"(?:(?<=q[1-4])(?:-?[aeo]s)?{CASE}|(?<=[1-4])q|\.?\s?(?:quarters?(?:'?s)?|(?:negyed\s?ev|n\.?\s?ev){CASE}))"
_HALF_UNIT = rf"(?:\.?\s?(?:half(?:[\s-]?years?(?:'s)?)|fel\s?ev{CASE}))"
_RULES: tuple[tuple[str, Callable[[re.Match[str], date], _Range | None]], ...] = (
    *((pattern, _numeric_day) for pattern in NUMERIC_DAYS),
    (
        (
            rf"{LEFT}(?:(?P<y>20[0-9]{{2}})\s?[-./]\s?(?P<m>0?[1-9]|1[0-2])(?:\.?\s?havi|\.?\s?ho{CASE}|-?[aeo]?s|-?[aeio]{CASE})?"
            rf"|(?P<m2>0?[1-9]|1[0-2])[-./](?P<y2>20[0-9]{{2}})(?:-?[aeo]s)?)(?![/-]?[0-9])(?![^\W_])"
        ),
        _numeric_month,
    ),
    (rf"{LEFT}(?:the\s+)?month\s+before\s+last{END}|{LEFT}mult\s?elotti\s+(?:havi|honap){CASE}{END}", _month_before_last),
    (rf"{LEFT}(?:the\s+)?{_STEP}{MONTH_UNIT}{END}", _relative_month),
    (
        rf"{LEFT}({NUMBER})\s+months?\s+(?:ago|back){END}|{LEFT}({NUMBER})\s+honap(?:ja|pal\s+ezelott{CASE}|pal\s+korabbi{CASE}){END}",
        _months_ago,
    ),
    (rf"{LEFT}(?:(?:the|az?)\s+)?{LAST}\s+(?P<n>{NUMBER})\s+(?:months?|honap{CASE}|havi{CASE}){END}", _last_months),
    (rf"{LEFT}(?:(?:the|az?)\s+)?{LAST}\s+(?:half\s+(?:a\s+)?year|six\s+months|fel\s?ev{CASE}){END}", _half_year),
    (
        (
            rf"{LEFT}(?:the\s+)?{_WHICH_YEAR}(?:(?P<h>{HALF}){_HALF_UNIT}|h(?P<h2>[12])(?:-?[aeo]s)?{CASE}"
            rf"|(?P<h3>{HALF})\s+half(?=(?:'?s)?,?\s+(?:of\s+|in\s+|for\s+)?(?:the\s+year|{DIGITS_YEAR}|{YEAR_WORD}){END}))"
            rf"{_UNIT_END}{_WHICH_YEAR_AFTER}"
        ),
        _half_of_year,
    ),
    (rf"{LEFT}{_WHICH_YEAR}(?:(?P<q>{QUARTER}){_QUARTER_UNIT}|quarter\s(?P<q2>{QUARTER})){_UNIT_END}{_WHICH_YEAR_AFTER}", _quarter),
    (
        (
            rf"{LEFT}(?P<y1>{DIGITS_YEAR}){AFTER_YEAR}\s(?:utolso|last)\s(?:quarter|negyedev{CASE}){END}"
            rf"|{LEFT}(?:the\s)?last\squarter\s(?:of|in)\s(?P<y2>{DIGITS_YEAR}){END}"
        ),
        _closing_quarter,
    ),
    (rf"{LEFT}(?:the\s+)?{_STEP}(?:quarter(?:'?s)?|negyedev{CASE}){END}", _relative_quarter),
    (rf"{LEFT}(?:the\s+)?{_STEP}(?:week'?s|heti{CASE}){END}", _week),
    (
        (
            rf"{LEFT}(?<!['/#-])(?:(?P<w>{YEAR_WORD})|(?P<y>{DIGITS_YEAR})(?:-?[aeo]s|-?[bn][ae]n|-?[aeo]?t|-?[br][aeo]l?|\.?\s?ev[ei]?{CASE}|\.)?){END}"
            r"(?![/-][0-9])(?!\s?(?:ft|forint|eur|euro|huf|usd|%|licen|seat|user|felhaszn|db))"
        ),
        _year,
    ),
)
_BILLED = re.compile(r"invoic|bill|szaml|szla|fizet|paid|pay|charge")
_YEAR_SAID = re.compile(rf"{DIGITS_YEAR}|{YEAR_WORD}")
_WORD = re.compile(r"[^\W\d_]{6,}")
_TO = re.compile(r"\s*(?:-|to|through|till|until|thru)\s*")


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], _Range | None]], ...]:
    return tuple((re.compile(pattern), reading) for pattern, reading in _RULES)


def _named_months(folded: str, today: date, language: str) -> Iterator[tuple[int, int, _Range]]:
    for named in named_months(folded, today, language):
        year = month_begun(today, named.month) if named.year is None else named.year
        try:
            first = date(year, named.month, named.day) if named.day else None
        except ValueError:
            first = None
        yield named.start, named.end, (first, first + timedelta(days=1)) if first else _months_from(year, named.month)


@lru_cache(maxsize=2048)
def _mended(word: str) -> str | None:
    """Return the month that a mistyped word of at least six letters means, with its ending, or None."""
    names = [name for name in month_names() if len(name) >= 6 and name[0] == word[0]]
    if any(word.startswith(name) and re.fullmatch(CASE, word[len(name) :]) for name in names):
        return None
    for name in names:
        for length in (len(name), len(name) - 1, len(name) + 1):
            ending = word[length:]
            if len(word) >= length and OSA.distance(word[:length], name, score_cutoff=1) <= 1 and re.fullmatch(CASE, ending):
                return name
    return None


def _mistyped_months(folded: str, today: date) -> Iterator[tuple[int, int, _Range]]:
    for match in _WORD.finditer(folded):
        name = _mended(match.group())
        if name:
            yield *match.span(), _months_from(month_begun(today, months()[name]), months()[name])


def _ranges_joined(folded: str, found: list[tuple[int, int, _Range]]) -> list[tuple[int, int, _Range]]:
    joined: list[tuple[int, int, _Range]] = []
    for start, end, (first, last) in found:
        if joined:
            before_start, before_end, (before_first, before_last) = joined[-1]
            between = folded[before_end:start]
            begun = between.strip(" .-") == "tol" or (not between.strip(" .,") and re.search(r"t[oe]l\W*$", folded[:before_end]))
            ended = folded[:end].endswith("ig") or re.match(r"-?ig(?![^\W_])", folded[end:])
            hungarian = bool(begun and ended)
            both = between.strip() in ("and", "es") and (
                folded[:before_start].endswith("between ") or folded[end:].lstrip().startswith(("kozott", "kozt"))
            )
            if (_TO.fullmatch(between) or hungarian or both) and before_first != first and (before_last <= last or before_first > first):
                if before_first > first and not _YEAR_SAID.search(folded[before_start:before_end]):
                    # "november to january": the first of the two was meant a year earlier.
                    before_first = before_first.replace(year=first.year - (before_first.month > first.month))
                if before_first >= first:
                    joined.append((start, end, (first, last)))
                    continue
                joined[-1] = (before_start, end, (before_first, last))
                continue
        joined.append((start, end, (first, last)))
    return joined


def _is_since(folded: str, start: int, end: int) -> bool:
    return folded[:start].endswith(("since ", "since the ")) or folded[start:end].endswith("tol") or folded[end:].lstrip().startswith("ota")


def _until_now(folded: str, today: date, start: int, end: int, period: _Range) -> _Range | None:
    """Return a period that "since" or "óta" keeps open up to the end of the present month; any other as it is.

    "Customers since 2019" names no invoices, so a year or day since which something is so counts only where money is talked about.
    """
    first, last = period
    if not _is_since(folded, start, end) or first > today:
        return period
    if ((last - first).days > 360 or (last - first).days == 1) and not _BILLED.search(folded):
        return None
    return first, max(last, _months_from(today.year, today.month)[1])


def find_periods(text: str, today: date, language: str = "en") -> tuple[FoundPeriod, ...]:
    """Return the stretches of time a message names; "last invoice" is none, "last month's invoice" has one.

    A single day is none, two days with "to" between them are one. A month or quarter without a year is the most recent one that has begun. "Last three months" includes the present one. Words of
    both languages are known whatever ``language`` is; it decides only over words that mean something else in the other ("mar").

    Args:
        text: The message as typed.
        today: The calendar day in the partner's zone.
        language: ``en`` or ``hu``, the language of the message.

    Returns:
        Periods in reading order that do not overlap, the longest reading of each; may be empty.
    """
    folded = fold(text)
    found = [*_named_months(folded, today, language), *_mistyped_months(folded, today)]
    for pattern, reading in _rules():
        for match in pattern.finditer(folded):
            period = reading(match, today)
            if period:
                found.append((*match.span(), period))
    kept: list[tuple[int, int, _Range]] = []
    for start, end, period in sorted(found, key=lambda item: (item[0] - item[1], item[0])):
        if all(end <= other_start or other_end <= start for other_start, other_end, _ in kept):
            kept.append((start, end, period))
    joined = _ranges_joined(folded, sorted(kept))
    opened = ((start, end, _until_now(folded, today, start, end, period)) for start, end, period in joined)
    return tuple(
        FoundPeriod(start, end, *period, text[start:end]) for start, end, period in opened if period and (period[1] - period[0]).days > 1
    )
