"""How many licences a customer means: a total ("12-re", "12 in all") or a difference ("3 more", "kettővel kevesebb")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.shared.text import fold


class Meaning(StrEnum):
    """How a number is meant."""

    TOTAL = "total"
    MORE = "more"
    FEWER = "fewer"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of licences as it was said; ``number`` is not negative."""

    meaning: Meaning
    number: int

    def total(self, present: int) -> int:
        """Return how many licences there would be then, ``present`` being how many there are; may be below zero."""
        match self.meaning:
            case Meaning.MORE:
                return present + self.number
            case Meaning.FEWER:
                return present - self.number
            case _:
                return self.number


_ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "dozen": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "hundred": 100,
}  # fmt: skip
_TENS_EN = tuple(word for word, number in _ENGLISH.items() if number in range(20, 100, 10))
_UNITS_HU = {"egy": 1, "ketto": 2, "ket": 2, "harom": 3, "negy": 4, "ot": 5, "hat": 6, "het": 7, "nyolc": 8, "kilenc": 9}
_TENS_HU = {
    "tizen": 10,
    "huszon": 20,
    "harminc": 30,
    "negyven": 40,
    "otven": 50,
    "hatvan": 60,
    "hetven": 70,
    "nyolcvan": 80,
    "kilencven": 90,
}
_HUNGARIAN = {
    **_UNITS_HU,
    "harmat": 3,
    "tiz": 10,
    "husz": 20,
    "szaz": 100,
    "tucat": 12,
    **{tens: number for tens, number in _TENS_HU.items() if number > 20},
    **{tens + unit: ten + number for tens, ten in _TENS_HU.items() for unit, number in _UNITS_HU.items()},
}
# With what a Hungarian number may end: "kettővel", "hárommal", "hússzal", "tizenkettőre", "12-ről", "12-t".
_ENDING = r"(?:-?(?:[a-z]{0,2}[ae]l|r[ae]|r[oe]l|[aeo]?t|b[ae]n?|es|os|as|db|fo))?"
_WORD = "|".join(sorted((*_ENGLISH, *_HUNGARIAN), key=len, reverse=True))
_TENS_AND_UNIT = rf"(?:{'|'.join(_TENS_EN)})[ -](?:one|two|three|four|five|six|seven|eight|nine)"
_NUMBER = (
    rf"(?<![\w.,/+-])(?P<sign>[+-]\s?)?(?P<number>\d{{1,5}}(?![\d.,/]?\d)|{_TENS_AND_UNIT}"
    rf"|(?:{_WORD})(?={_ENDING}(?![a-z])))(?P<ending>{_ENDING})(?![a-z])"
)
_NUMBERS = re.compile(_NUMBER)

# Numbers that are no quantity: parts of product names, of money, of time and of other numbers.
_OTHER = re.compile(
    r"(?:microsoft|office|ms|m|o|dynamics)[ -]?365|(?:(?<=\ba )|(?<=\bthe ))365\b|\b365(?= (?:business|apps|copilot|e\d|f\d|basic|standard|premium)\b)|\b[efgap]-?\d\b(?!\d)|\bplan ?\d|\bp\d\b|windows \d+|\d+[- ]?(?:gb|tb)\b"
    r"|\b(?:a|an) \w+ one\b|\b(?:this|that|which|the|no|any|every|some)(?: \w+)? one\b|\bone of\b|\bone (?:question|thing|moment)\b"
    r"|\begy (?:kerdes|dolog|pillanat|masik|olyan|ilyen)\w*"
    r"|\b(?:hat\W+)(?=.*\d)"
    rf"|\b(?:\d+(?:[.,]\d+)?|{_WORD})[- ]?(?:eur|euros?|usd|huf|ft|forint\w*|%|percent|szazalek\w*|days?|nap\w*|weeks?|het(?:e[sn]?"
    r"|ig)?\b(?! licenc)|months?|ho(?:nap)?\w*|years?|ev\w*|"
    r"hours?|ora\w*|minutes?|perc\w*)\b|[€$]\s?\d+(?:[.,]\d+)*|\b20\d\d\b(?:[./-]\s?\d+)*|\b[a-z]{1,4}-\d[\d/-]*"
)
_MORE = re.compile(
    r"\b(?:more|additional\w*|extra|add|adds|adding|added|another|plus|increase|raise|grow|expand|buy|purchase|order|further|new)\b"
    r"|\b(?:tobb\w*|plusz\w*|tovabbi\w*|ujabb|uj|bovit\w*|novel\w*|hozza\w*|emel\w*|vesz(?:unk|ek)|vennenk|vennek"
    r"|vasarol\w*|rendel\w*)\b|\+"
    rf"|\bmeg(?= (?:(?:kell\w*|ker\w+|szeretn\w+) )?(?:\d|(?:{_WORD}){_ENDING}\b))"
)
_FEWER = re.compile(
    r"\b(?:fewer|less|remove|removing|reduce|drop|minus|cut|decrease|lower|take off|take away|give back|return|get rid"
    r"|cancel|lose|off)\b"
    r"|\b(?:kevesebb\w*|csokkent\w*|le(?:vesz|venn|vegy|ven|mond|epit|ad)\w*|elvesz\w*|kivesz\w*|(?:mond|vegy|vesz|ad"
    r"|teg?y)\w* (?:le|vissza|el|ki)|minusz\w*|torol\w*|vissza\w*|elhagy\w*)\b"
)
_TOTAL_BEFORE = re.compile(
    r"(?:\bto|\btotal(?: of| is)?|\bin all|\bexactly|\baltogether|\bmake it|\bshould be|\bosszesen|\blegyen|\bmaradjon"
    r"|\bpontosan|\bonly keep|\bkeep)\s*(?:be|a|az|csak|only)?\s*$"
)
_TOTAL_AFTER = re.compile(
    r"^\s*(?:\w+\s){0,2}?(?:in total|in all|altogether|total\b|all together|osszesen|legyen|maradjon|kellene? osszesen)"
)
_REJECTED_BEFORE = re.compile(r"(?:\bnot|\binstead of|\brather than|\bfrom|\bnem)\s*(?:a|az|the)?\s*$")
_REJECTED_AFTER = re.compile(r"^\s*(?:\w+\s)?helyett\b")
_PREFERRED_BEFORE = re.compile(
    r"(?:\bmeant?|\bbut|\brather|\binstead|\bhanem|\binkabb|\bsorry|\bbocsanat|\bakarom mondani|\bakartam)\W*(?:a|az|the|to"
    r"|me[gm]|csak)?\s*$"
)
_ALL = re.compile(r"^(?:\W*(?:remove|cancel|take off|drop)\s)?\W*(?:all(?: of (?:them|it))?|mind(?:et|egyiket)|az osszeset|osszeset)\b")


_WELL = re.compile(r"\bhát\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Found:
    number: int
    start: int
    end: int
    sign: str
    ending: str


def find_quantity(text: str, *, present: int | None = None) -> Quantity | None:
    """Return how many licences ``text`` asks for, or None when it says no number.

    Numbers within product names, dates, sums and other numbers are passed over. Of "from 10 to 12" and "12, not 10" it is the 12.
    A number without a word for more, fewer or in all is ``Meaning.UNSAID``.

    Args:
        text: The message as typed, in English or Hungarian.
        present: How many there are, so that "all of them" has a number; None when that is not known.
    """
    # These two double their last letter before an ending: "eggyel", "hússzal".
    # "Hát" is no number, though without its accent it looks like one.
    folded = fold(_WELL.sub(" ", text)).replace("eggy", "egy").replace("hussz", "husz")
    hidden = _OTHER.sub(lambda match: " " * len(match.group()), folded)
    found = tuple(_numbers(hidden))
    if not found:
        everything = present is not None and _ALL.search(folded)
        return Quantity(Meaning.FEWER, present) if everything and present is not None else None
    chosen = _chosen(hidden, found)
    return Quantity(_meaning(hidden, chosen, alone=len(found) == 1), chosen.number)


def rejected_number(text: str) -> int | None:
    """Return the number that ``text`` turns down, the 2 of "three instead of two" or "12, not 2"; None when there is none."""
    hidden = _OTHER.sub(lambda match: " " * len(match.group()), fold(_WELL.sub(" ", text)).replace("eggy", "egy").replace("hussz", "husz"))
    return next((one.number for one in _numbers(hidden) if _is_rejected(hidden, one)), None)


def _numbers(folded: str) -> Iterator[_Found]:
    for match in _NUMBERS.finditer(folded):
        word = match["number"]
        # "egy" and "one" are mostly an article or a pronoun; they count beside a word that makes them a number.
        if word in ("egy", "one") and not match["ending"] and not _counts(folded, match):
            continue
        yield _Found(_value(word), match.start("number"), match.end(), (match["sign"] or "").strip(), match["ending"])


def _counts(folded: str, match: re.Match[str]) -> bool:
    around = folded[: match.start()][-12:] + " " + folded[match.end() :][:18]
    alone = not re.search(r"[a-z]", folded[: match.start()] + folded[match.end() :])
    beside = (
        r"more|less|fewer|extra|additional|licen\w*|seat|user|tobb|kevesebb|plusz|minusz|felhasznalo|fo\b|hely|darab|db|meg\b"
        r"|only|just|csak"
    )
    return alone or re.search(rf"\b(?:{beside})", around) is not None


def _value(word: str) -> int:
    if word.isdigit():
        return int(word)
    if word in _HUNGARIAN:
        return _HUNGARIAN[word]
    return sum(_ENGLISH[part] for part in re.split(r"[ -]", word))


def _chosen(text: str, found: tuple[_Found, ...]) -> _Found:
    preferred = [one for one in found if _PREFERRED_BEFORE.search(text[: one.start])]
    if preferred:
        return preferred[0]
    kept = [one for one in found if not _is_rejected(text, one)]
    totals = [one for one in kept if _is_total(text, one)]
    return (totals or kept or list(found))[0]


def _is_rejected(text: str, one: _Found) -> bool:
    if _REJECTED_BEFORE.search(text[: one.start]) or _REJECTED_AFTER.search(text[one.end :]):
        return True
    return re.fullmatch(r"-?r[oe]l", one.ending) is not None


def _is_total(text: str, one: _Found) -> bool:
    before, after = text[: one.start], text[one.end :]
    if re.fullmatch(r"-?r[ae]", one.ending) or _TOTAL_AFTER.search(after):
        return True
    return _TOTAL_BEFORE.search(before) is not None and not re.match(r"\s*(?:\w+\s)?(?:more|fewer|less|extra|additional)\b", after)


def _meaning(text: str, one: _Found, *, alone: bool) -> Meaning:
    if one.sign:
        return Meaning.MORE if one.sign == "+" else Meaning.FEWER
    near = text[one.end :][:24]
    # The word right behind the number says most: "10 more", "kettővel kevesebb".
    for meaning, pattern in (
        (Meaning.MORE, r"(?:\w+\s)?(?:more|extra|additional|tobb|tovabbi)\b"),
        (Meaning.FEWER, r"(?:\w+\s)?(?:fewer|less|kevesebb)\b"),
    ):
        if re.match(rf"\s*{pattern}", near):
            return meaning
    if _is_total(text, one):
        return Meaning.TOTAL
    fewer, more = _FEWER.search(text), _MORE.search(text)
    if fewer and more:
        return Meaning.FEWER if fewer.start() > more.start() else Meaning.MORE
    if fewer:
        return Meaning.FEWER
    if more:
        return Meaning.MORE
    return Meaning.UNSAID if alone else Meaning.TOTAL
