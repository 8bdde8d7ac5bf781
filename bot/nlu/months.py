"""Months named in a message, alone or with a day and a year; shared by dates and periods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.nlu.period_words import MONTH_UNSURE, YEARS, month_pattern, months

_UNSURE_BEFORE = re.compile(
    r"(?:^|\s)(?:in|for|of|from|since|until|till|by|last|this|about|and|or|early|late|mid|my|our|the|to|between|a|az|es|,)\s+$"
)
_UNSURE_AFTER = re.compile(r"(?:'s|’s)?\s*(?:invoice|bill|statement|charge|payment|total|amount|copy|[0-9]|szaml|havi|honap|[?!.,]|$)")
# "You may, of course", "we will march on": verbs. "June from accounting", "April told me": people.
_VERB_BEFORE = {
    "may": re.compile(r"(?:^|\s)(?:you|we|i|they|he|she|it|that|this|who|what|one|there|which|as)\s+$"),
    "march": re.compile(
        r"(?:^|\s)(?:will|we|they|i|you|must|can|could|shall|should|would|let's|let\s+us|we'll|they'll|i'll|just|not|people|and\s+then)\s+$"
    ),
}
_VERB_AFTER = {
    "may": re.compile(r"\s+(?:i|we|be|have|not|you|they|it|well|also|never|take|need|want)(?![^\W_])"),
    "march": re.compile(r"(?:ing|es|ed)(?![^\W_])|\s+(?:on(?!\s(?:the\s)?[0-9])|forward|ahead|off|along)(?![^\W_])"),
}
_PERSON_AFTER = re.compile(
    r"\s+(?:(?:from|in|at|of)\s+(?:your|our|their|my|accounting|accounts|finance|sales|billing|support|procurement|purchasing|hr|it)(?![^\W_])"
    r"(?!\s(?:inbox|mail|records?|books?|system|files?|portal|list|account|side))"
    r"|told|says|promised|wrote|called|asked|speaking|mentioned|confirmed|left\s+us)"
)
_NAMES = frozenset({"april", "may", "june"})
# Streets are named after days: "Október 6. utca", "a Március 15. téren".
_ADDRESS = re.compile(r"[.\s-]*(?:utca|ut\b|uti|ter\b|ter[eai]|koz\b|setany|street|square)")


@dataclass(frozen=True, slots=True)
class NamedMonth:
    """A month as named in a message.

    Attributes:
        start: Index of the first character.
        end: Index after the last one (exclusive).
        month: 1-12.
        year: The year said with it, or None.
        day: A day said with it that this month can have, or None.
    """

    start: int
    end: int
    month: int
    year: int | None
    day: int | None


def year_of(word: str | None, digits: str | None, today: date) -> int | None:
    """Return the year that four digits or a word such as "tavaly" mean, or None without either."""
    if digits:
        return int(digits)
    return today.year + YEARS[" ".join(word.split())] if word else None


def month_begun(today: date, month: int) -> int:
    """Return the year in which ``month`` began most recently."""
    return today.year if month <= today.month else today.year - 1


def _is_month(match: re.Match[str], folded: str, language: str) -> bool:
    """Tell whether a word that can also be something else is a month here."""
    word = match["month"]
    if _ADDRESS.match(folded, match.end()):
        return False
    dated = any(match[name] for name in ("y1", "y2", "w1", "w2", "d1", "d2"))
    if word in _VERB_BEFORE and not dated:
        doing = _VERB_BEFORE[word].search(folded[: match.start()]), _VERB_AFTER[word].match(folded, match.end())
        if all(doing) or (word == "may" and any(doing)):
            return False
    if word in _NAMES and not dated and not match["case"] and _PERSON_AFTER.match(folded, match.end()):
        return False
    if word not in MONTH_UNSURE:
        # "jan" and the like with a Hungarian ending of two letters are other words more often than months.
        return len(word) > 3 or dated or len(match["case"]) < 2 or match["case"].startswith("-")
    if dated:
        return True
    if word in ("mar", "marc", "maj"):
        return (word != "mar" or language == "en") and (bool(match["dot"]) or match["case"] == "i" or language == "en")
    before, after = folded[: match.start()], folded[match.end() :]
    return bool(_UNSURE_BEFORE.search(before)) or ((bool(before.strip()) or bool(after.strip())) and bool(_UNSURE_AFTER.match(after)))


def _day_in(month: int, day: str | None) -> int | None:
    try:
        return date(2024, month, int(day)).day if day else None
    except ValueError:
        return None


def named_months(folded: str, today: date, language: str) -> Iterator[NamedMonth]:
    """Yield the months that a folded message names, in order; ``language`` decides over words such as "mar"."""
    for match in month_pattern().finditer(folded):
        if not _is_month(match, folded, language):
            continue
        month = months()[match["month"]]
        # A full stop ends the sentence, not the month; it is kept only inside.
        end = match.end("dot") if match["dot"] and match.end() == match.end("dot") and match.end() < len(folded) else match.end()
        year = year_of(match["w1"] or match["w2"], match["y1"] or match["y2"], today)
        yield NamedMonth(match.start(), end, month, year, _day_in(month, match["d1"] or match["d2"]))
