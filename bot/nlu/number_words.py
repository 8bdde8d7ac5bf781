"""Numbers written as words, in English and in Hungarian with the endings that a number takes ("kettőt", "tízről", "tizenkettőre")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_EN_SMALL = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_EN_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
# Of each number: bare, before a noun where that differs, and the endings of what is taken, with, onto and from it.
_HU_UNITS = (
    ("egy", "egyet", "eggyel", "egyre", "egyrol"),
    ("ketto", "ket", "kettot", "kettovel", "kettore", "kettorol"),
    ("harom", "harmat", "harommal", "haromra", "haromrol"),
    ("negy", "negyet", "neggyel", "negyre", "negyrol"),
    ("ot", "otot", "ottel", "otre", "otrol"),
    ("hat", "hatot", "hattal", "hatra", "hatrol"),
    ("het", "hetet", "hettel", "hetre", "hetrol"),
    ("nyolc", "nyolcat", "nyolccal", "nyolcra", "nyolcrol"),
    ("kilenc", "kilencet", "kilenccel", "kilencre", "kilencrol"),
)
_HU_TENS = (
    ("tiz", "tizen", "tizet", "tizzel", "tizre", "tizrol"),
    ("husz", "huszon", "huszat", "husszal", "huszra", "huszrol"),
    ("harminc", "harminc", "harmincat", "harminccal", "harmincra", "harmincrol"),
    ("negyven", "negyven", "negyvenet", "negyvennel", "negyvenre", "negyvenrol"),
    ("otven", "otven", "otvenet", "otvennel", "otvenre", "otvenrol"),
    ("hatvan", "hatvan", "hatvanat", "hatvannal", "hatvanra", "hatvanrol"),
    ("hetven", "hetven", "hetvenet", "hetvennel", "hetvenre", "hetvenrol"),
    ("nyolcvan", "nyolcvan", "nyolcvanat", "nyolcvannal", "nyolcvanra", "nyolcvanrol"),
    ("kilencven", "kilencven", "kilencvenet", "kilencvennel", "kilencvenre", "kilencvenrol"),
)
_HU_HUNDRED = ("szaz", "szazat", "szazzal", "szazra", "szazrol")
_HU_HUNDREDS = ("", "ket", "harom", "negy", "ot", "hat", "het", "nyolc", "kilenc")
_GREAT = {"ezer": 1_000, "ezret": 1_000, "thousand": 1_000, "millio": 1_000_000, "milliot": 1_000_000, "million": 1_000_000}
_TAKEN = re.compile(r"[aeo]t$")
_NUMBER = re.compile(
    r"(?<![^\W_])(?<![^\W_][-/.,])(?P<digits>[0-9]{1,3}(?:[ .,][0-9]{3})+(?![0-9])|[0-9]{1,5})(?![0-9])(?![.,/:][0-9])(?!-[0-9])"
    r"|(?<![^\W_])(?<![^\W_]-)(?:(?:half\s+a|a)\s+dozen|dozen|[^\W\d_]{2,}(?:[-\s](?:one|two|three|four|five|six|seven|eight|nine)(?![^\W_]))?)"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a message.

    Attributes:
        start: Index of the first character.
        end: Index after the last one (exclusive); an ending after digits ("10-ről") is left out, one of a word is within.
        value: What it is worth.
        word: The folded word, or None for digits.
    """

    start: int
    end: int
    value: int
    word: str | None

    @property
    def is_taken(self) -> bool:
        """Whether it is a Hungarian word in the accusative, which stands for a noun ("kettőt kérek")."""
        return self.word is not None and bool(_TAKEN.search(self.word)) and self.word not in ("hat", "het", "ket", "eight")


def _hungarian() -> Iterator[tuple[str, int]]:
    below: list[tuple[str, int]] = [(form, value) for value, forms in enumerate(_HU_UNITS, start=1) for form in forms]
    for tens, (bare, joined, *endings) in enumerate(_HU_TENS, start=1):
        below += [(form, tens * 10) for form in (bare, *endings)]
        below += [(joined + form, tens * 10 + value) for value, forms in enumerate(_HU_UNITS, start=1) for form in forms]
    yield from below
    for count, prefix in enumerate(_HU_HUNDREDS, start=1):
        yield from ((prefix + form, count * 100) for form in _HU_HUNDRED)
        yield from ((f"{prefix}szaz{form}", count * 100 + value) for form, value in below)


def _english() -> Iterator[tuple[str, int]]:
    yield from ((word, value) for value, word in enumerate(_EN_SMALL, start=1))
    for tens, word in enumerate(_EN_TENS, start=2):
        yield word, tens * 10
        for value, unit in enumerate(_EN_SMALL[:9], start=1):
            yield from ((f"{word}{sign}{unit}", tens * 10 + value) for sign in ("-", " ", ""))
    yield from ((f"{unit} hundred", value * 100) for value, unit in enumerate(("a", *_EN_SMALL[1:9]), start=1))
    yield from (("dozen", 12), ("a dozen", 12), ("half a dozen", 6), ("tucat", 12), ("tucatnyi", 12), ("hundred", 100))


@lru_cache(maxsize=1)
def _words() -> dict[str, int]:
    return dict((*_hungarian(), *_english()))


def number_of(word: str) -> int | None:
    """Return what a folded word is worth (1-999), or None when it is no number."""
    return _words().get(" ".join(word.split()))


@lru_cache(maxsize=512)
def great_number_of(words: str) -> int | None:
    """Return what folded words with thousands or millions are worth: "százötvenezer", "two thousand", "ötszáz"; None for no number."""
    plain = " ".join(words.replace("-", " ").split())
    for word, worth in sorted(_GREAT.items(), key=lambda item: (-item[1], -len(item[0]))):
        head, found, tail = plain.partition(word)
        if found:
            count = number_of(head.strip()) if head.strip() else 1
            rest = great_number_of(tail.strip()) if tail.strip() else 0
            return None if count is None or rest is None else count * worth + rest
    return number_of(plain)


def find_numbers(folded: str) -> Iterator[Number]:
    """Yield the whole numbers of a folded text in order, in digits (up to six, perhaps grouped by thousands) and in words."""
    for match in _NUMBER.finditer(folded):
        digits = match["digits"]
        if digits:
            yield Number(*match.span(), int("".join(filter(str.isdecimal, digits))), None)
            continue
        word = match.group()
        value = number_of(word)
        if value is None and re.search(r"[-\s]", word):
            # "need one": only the second of the two words is a number.
            start = match.end() - len(re.split(r"[-\s]+", word)[-1])
            value, word = number_of(folded[start : match.end()]), folded[start : match.end()]
        if value is not None:
            yield Number(match.end() - len(word), match.end(), value, word)
