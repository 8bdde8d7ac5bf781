"""The words of time in English and Hungarian, folded, and the regular expressions made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel.dates import get_month_names

from bot.nlu.folding import fold

MONTH_SHORT: dict[str, int] = {
    "jan": 1,
    "feb": 2,
    "febr": 2,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "szept": 9,
    "oct": 10,
    "okt": 10,
    "nov": 11,
    "dec": 12,
}
# "mar" is "already" in Hungarian, "maj" a liver and "may" a verb: these need their company.
MONTH_UNSURE: dict[str, int] = {"mar": 3, "marc": 3, "maj": 5, "may": 5}
NUMBERS: dict[str, int] = {
    "a": 1,
    "one": 1,
    "two": 2,
    "couple of": 2,
    "a couple of": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "nine": 9,
    "twelve": 12,
    "egy": 1,
    "ket": 2,
    "ketto": 2,
    "harom": 3,
    "negy": 4,
    "ot": 5,
    "hat": 6,
    "kilenc": 9,
    "tizenket": 12,
}
QUARTERS: dict[str, int] = {
    "q1": 1,
    "q2": 2,
    "q3": 3,
    "q4": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "elso": 1,
    "masodik": 2,
    "harmadik": 3,
    "negyedik": 4,
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
}
HALVES: dict[str, int] = {"first": 1, "1st": 1, "elso": 1, "i": 1, "1": 1, "second": 2, "2nd": 2, "masodik": 2, "ii": 2, "2": 2}
# -2 is the year before last.
YEARS: dict[str, int] = {
    "last year's": -1,
    "last year": -1,
    "previous year": -1,
    "this year's": 0,
    "this year": 0,
    "current year": 0,
    "next year": 1,
    "the year before last": -2,
    "year before last": -2,
    "tavalyelotti": -2,
    "tavalyelott": -2,
    "tavaly": -1,
    "tavalyi": -1,
    "mult evi": -1,
    "mult ev": -1,
    "mult evben": -1,
    "elozo evi": -1,
    "elozo ev": -1,
    "elozo evben": -1,
    "iden": 0,
    "idei": 0,
    "ez evi": 0,
    "ez ev": 0,
    "ebben az evben": 0,
    "ez az ev": 0,
    "jovo ev": 1,
    "jovo evi": 1,
    "jovore": 1,
    "jovo evben": 1,
}
_AGO_EN = {"a": 1, "one": 1, "1": 1, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4, "five": 5, "5": 5}
_AGO_HU = {"egy": 1, "1": 1, "ket": 2, "2": 2, "harom": 3, "3": 3, "negy": 4, "4": 4, "ot": 5, "5": 5}
YEARS |= {f"{word} year{'s' if count > 1 else ''} {ago}": -count for word, count in _AGO_EN.items() for ago in ("ago", "back")}
YEARS |= {f"{word} evvel ezelott{suffix}": -count for word, count in _AGO_HU.items() for suffix in ("", "i")}
# "Két éve ügyfelek vagyunk": alone it is a length of time.
LENGTHS: frozenset[str] = frozenset(f"{word} eve" for word in _AGO_HU)
YEARS |= {words: -_AGO_HU[words.partition(" ")[0]] for words in LENGTHS}

LEFT = r"(?<![^\W_])(?<![^\W_][-/])"
END = r"(?![^\W_])(?!-?[0-9])"
CASE = (
    r"(?:(?:-?(?:i|e|a|je|ja))?"
    r"(?:-?(?:[aeo]?t|[aeo]?kat|[aeo]?ket|ban|ben|bol|ra|re|rol|tol|ig|hoz|hez|nak|nek|nal|nel|ert|val|[b-z]al|[b-z]el|'?s))?)"
)
DIGITS_YEAR = r"20[0-9]{2}"
# A day in digits, year first or last; the groups are its parts as written.
NUMERIC_DAYS: tuple[str, ...] = (
    rf"{LEFT}(20[0-9]{{2}})\s?[-./]\s?([01]?[0-9])\s?[-./]\s?([0-3]?[0-9])(?![0-9])(?:\.?-?[aei][a-z]{{0,4}}\b|-j[ae][a-z]{{0,4}}\b|\.)?(?!-?[0-9])",
    rf"{LEFT}(?<![0-9][.])([0-3]?[0-9])\s?[-./]\s?([0-3]?[0-9])\s?[-./]\s?(20[0-9]{{2}}){END}",
)
AFTER_YEAR = r"(?:\.|-?[aeo]s|-?[bn][ae]n|,|'s)?(?:\s?evi)?"


def _alternatives(words: dict[str, int]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


YEAR_WORD = rf"(?:{_alternatives(YEARS)})"
NUMBER = rf"(?:[1-9][0-9]?|{_alternatives(NUMBERS)})"
HALF = rf"(?:{_alternatives(HALVES)})"
QUARTER = rf"(?:{_alternatives(QUARTERS)})"
LAST = r"(?:last|previous|prior|past|mult|elmult|elozo|legutobbi|utolso)"
THIS = r"(?:this|the\s+current|current|ez\s+a|ebben\s+a|ennek\s+a|erre\s+a|ezt\s+a|e|aktualis|folyo|mostani|jelen|jelenlegi)"
NEXT = r"(?:next|following|coming|jovo|kovetkezo|jovo\s+ho)"
MONTH_UNIT = rf"(?:months?(?:'?s)?|honap{CASE}|havi{CASE}|havi|ho{CASE})"


def numeric_day(parts: Iterable[str | None]) -> date | None:
    """Return the day that three groups of digits mean: year first, or as in most of Europe day first; None when it is no date.

    Month first is understood only where day first is no date.
    """
    numbers = [int(part) for part in parts if part]
    for year, month, day in [(0, 1, 2)] if numbers[0] > 31 else [(2, 1, 0), (2, 0, 1)]:
        try:
            return date(numbers[year], numbers[month], numbers[day])
        except ValueError:
            continue
    return None


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Return the full names of the months in both languages, folded, with their numbers, without "may" and "march"."""
    names = {fold(name): number for locale in ("en", "hu") for number, name in get_month_names("wide", locale=locale).items()}
    return {name: number for name, number in names.items() if name not in MONTH_UNSURE}


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Return every word for a month in both languages, folded, with its number."""
    return month_names() | MONTH_SHORT | MONTH_UNSURE


@lru_cache(maxsize=1)
def month_pattern() -> re.Pattern[str]:
    """Return the expression of a month or day with its year, before or after it, or none.

    Groups: ``y1`` and ``y2`` years of four digits, ``w1`` and ``w2`` words for a year, ``d1`` and ``d2`` days, ``month``, ``case``.
    """
    return re.compile(
        rf"(?<![^\W_])(?:(?:(?P<y1>{DIGITS_YEAR}){AFTER_YEAR}|(?P<w1>{YEAR_WORD}))\s?(?:(?<=ago\s|ear\s)in\s)?)?"
        rf"(?:(?P<d1>[0-3]?[0-9])(?:st|nd|rd|th)?\.?\s(?:of\s)?)?"
        rf"(?P<month>{_alternatives(months())})(?P<case>{CASE}|{CASE}(?:{CASE}))(?P<dot>\.)?{END}"
        rf"(?:(?:\s(?P<d2>[0-3]?[0-9])(?![0-9])(?!\s?(?:licen|seat|user|db|felhaszn|ft|eur|huf|%))(?:st\b|nd\b|rd\b|th\b|\.|-?[aei][a-z]{{0,4}}\b|-j[ae][a-z]{{0,4}}\b|-t[oe]l\b)?)?"
        rf"(?(y1)|(?(w1)|(?:,?\s(?:of\s)?(?:(?P<y2>{DIGITS_YEAR})(?:-?[bn][ae]n|-?[aeo]s|\.)?{END}|(?P<w2>{YEAR_WORD}){END}))?)))"
    )
