"""Full names anywhere in a message: a given name of our list with a surname, in either order, with or without a Hungarian ending."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.nlu.folding import fold
from bot.nlu.given_names import given_names
from bot.nlu.name_words import NOT_ALONE, NOT_PERSON, OPENING, STOP, WEEKDAYS
from bot.nlu.period_words import month_names
from bot.nlu.spans import Span
from bot.nlu.surnames import surnames
from bot.nlu.words import Word

_ENDING = re.compile(r"-?(?:ek|ekn[ae]k|ekkel|[aeo]?t|n[ae]k|[a-z]?v?[ae]l|h[oe]z|r[ao]l?|r[ea]|t[oe]l|b[oe]l|n[ae]l|ert|ek?et)|'s")
# "Györggyel", "Balázzsal": of a letter written with two signs only the first is doubled.
_DOUBLED = re.compile(r"([a-z])\1([ysz])[ae]l")
# Endings that no surname has by itself; "Ebert" and "Bennett" rule out the shorter ones.
_SURNAME_ENDING = re.compile(r"(?:n[ae]k|t[oe]l|h[oe]z|r[oe]l|n[ae]l|b[oe]l|v[ae]l|([b-df-hj-np-tv-z])\1[ae]l)$")
_ER_TAKEN = re.compile(r"(?<!b)ert$")
_HYPHENATED = re.compile(r"-(?:[aeo]?t|n[ae]k|t[oe]l|h[oe]z|r[aeo]l?|n[ae]l|b[oe]l|[a-z]{1,2}[ae]l|ert)$")
_LIKE_SURNAME = re.compile(r"(?:[^aeiou]i|y|th|cz|ff|ne|-[a-z]+)$")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OPENS = re.compile(r"(?:^|[.!?…\n])[\s\"'(„“]*$")
_FIRM = re.compile(
    r"\s(?:&|es\s(?:tarsa|fia)|and\ssons|(?:kft|zrt|bt|nyrt|rt|kkt|ltd|limited|gmbh|inc|llc|ag|kg|plc|co|corp|s\.?r\.?o|street|st|road|rd|avenue|square|lane"
    r"|u(?=\.)|uti?|(?:utca|utja|ter|tere|korut|koz|setany|rakpart|hid|utcaba|utcan|utcat?ol|utcara|uton|utra|teren|terre|iskola|gimnazium|egyetem|korhaz)[a-z]{0,4})(?![^\W_]))"
)
_CAPITALS_AFTER = re.compile(r"\s([A-ZÁÉÍÓÖŐÚÜŰ][^\W\d_]+)")
_LONGEST_ENDING = 7


def _short(stem: str) -> str:
    """Return a stem without the lengthening of its last vowel: "Anná" of "Annának" gives "Anna"."""
    return stem[:-1] + {"á": "a", "é": "e", "Á": "A", "É": "E"}.get(stem[-1], stem[-1])


def _capital(word: str) -> str:
    if word.isupper() and len(word) > 1:
        return word.title()
    return word if word[0].isupper() else word[0].upper() + word[1:]


@lru_cache(maxsize=4096)
def given_of(word: str) -> str | None:
    """Return a given name as it is written, with a capital, when ``word`` is one, perhaps with an ending ("Annát"), else None."""
    names, folded = given_names(), fold(word)
    if folded in names or (folded.endswith("ne") and folded[:-2] in names):
        return _capital(word)
    doubled = _DOUBLED.search(folded)
    if doubled and doubled.end() == len(folded) and folded[: doubled.start()] + "".join(doubled.groups()) in names:
        return _capital(word[: doubled.start() + 1] + word[doubled.start() + 2 : -2])
    for length in range(1, min(_LONGEST_ENDING, len(folded) - 2)):
        stem = folded[:-length]
        if (stem in names or (stem.endswith("ne") and stem[:-2] in names)) and _ENDING.fullmatch(folded[-length:]):
            # A listed name may end in a long vowel itself ("Zoé"); otherwise the ending has made it long.
            whole = names.get(stem, word[:-length])
            return _capital(word[:-length] if whole[-1] in "áé" else _short(word[:-length]))
    return None


def _surname_of(word: str, language: str) -> str:
    """Return a surname without its ending, as far as one can be told from the name."""
    bare = word.removesuffix("'s").removesuffix("’s")
    if match := _HYPHENATED.search(fold(bare)):
        return _short(bare[: match.start()])
    known, folded = surnames(), fold(bare)
    if folded in known:
        return bare
    for length in range(1, min(_LONGEST_ENDING, len(folded) - 2)):
        if folded[:-length] in known and _ENDING.fullmatch(folded[-length:]):
            return _short(bare[:-length]) if language == "hu" else bare
    if language == "hu" and len(folded) > 5:
        if match := _SURNAME_ENDING.search(folded):
            return _short(bare[: match.start() + (1 if match[1] else 0)])
        if _ER_TAKEN.search(folded):
            return bare[:-1]
    return bare


def _is_surname(word: str, language: str) -> bool:
    return fold(_surname_of(word, language)) in surnames()


def _is_bare_given(word: str) -> bool:
    return all(part in given_names() for part in fold(word).split("-"))


@lru_cache(maxsize=4096)
def _is_other(word: str) -> bool:
    """Tell whether a word cannot be part of a person's name."""
    folded = fold(word)
    return (
        (folded in STOP and not (word.istitle() and _is_bare_given(word)))
        or folded in NOT_PERSON
        or folded.endswith(("'m", "'ve", "'ll", "'re"))
        or folded in WEEKDAYS
        or (any(folded.startswith(name) for name in month_names()) and not _is_bare_given(word))
    )


def _is_title(word: str) -> bool:
    return word[0].isupper() and len(word) > 1 and (any(character.islower() for character in word))


def _count(words: Sequence[Word], *, opens: bool, language: str) -> int:
    """Return how many words, from the first on, are one person's name: 0, 2 or 3.

    Args:
        words: Up to three words with one blank between them, none of which cannot be part of a name.
        opens: Whether the first begins a sentence, so that its capital says nothing.
        language: ``en`` or ``hu``.
    """
    if len(words) < 2:
        return 0
    first, second = words[0].text, words[1].text
    third = words[2].text if len(words) > 2 else None
    if _is_title(first) and _is_title(second):
        third = third if third and _is_title(third) else None
        return _count_title(first, second, third, opens=opens, language=language)
    if (first.islower() and second.islower()) or (first.isupper() and second.isupper()):
        # Without the help of capitals both names must be known, and neither mean anything else.
        order = [(first, second)] if _is_surname(first, "en") else []
        order += [(second, first)] if _is_surname(second, language) and _is_bare_given(first) else []
        return 2 if any(given_of(given) and _plain(given) not in NOT_ALONE for _, given in order) else 0
    return 0


def _plain(given: str) -> str:
    return fold(given_of(given) or given)


def _count_title(first: str, second: str, third: str | None, *, opens: bool, language: str) -> int:
    sure = _is_surname(first, "en")
    if _is_bare_given(first) and not (sure and given_of(second)):
        if fold(first) in NOT_ALONE and opens and not _is_surname(second, language):
            return 0
        if third and _is_bare_given(second) and (_is_surname(third, language) or language == "en"):
            return 3
        return 0 if fold(first) in month_names() and not _is_surname(second, language) else 2
    if given_of(second):
        if fold(second) in month_names() or (_plain(second) in NOT_ALONE and not sure):
            return 0
        if third and _is_bare_given(second):
            if given_of(third):
                return 3
            if not sure and (language == "en" or _is_surname(third, language)):
                # "Vienna Thomas Reiter": the name begins with the next word.
                return 0
        if opens and not sure:
            known = fold(first) in OPENING
            return 0 if known or language == "en" or not _LIKE_SURNAME.search(fold(first)) else 2
        return 2 if fold(first) not in OPENING else 0
    married = fold(first).endswith("ne") or (sure and _is_surname(second, "en"))
    return 3 if third and married and given_of(third) else 0


def written(words: Sequence[Word], language: str) -> str:
    """Return a name of one word or more with capitals and without the ending of its last word."""
    parts = [_capital(word.text) for word in words]
    last = words[-1].text
    # After a given name the last word is a surname, unless it can only be a second given name.
    surname_last = (
        len(words) > 1
        and _is_bare_given(words[0].text)
        and (not given_of(last) or _is_surname(last, language))
        and not _is_surname(words[0].text, "en")
    )
    parts[-1] = _capital(_surname_of(last, language) if surname_last or not given_of(last) else given_of(last) or last)
    return " ".join(parts)


def _runs(text: str) -> Iterator[list[Word]]:
    """Yield the words of a message in rows with one blank between two, parted where a word cannot be part of a name."""
    run: list[Word] = []
    for match in _WORD.finditer(text):
        if run and text[run[-1].end : match.start()] != " ":
            yield run
            run = []
        if _is_other(match.group()):
            yield run
            run = []
        else:
            run.append(Word(match.group(), *match.span()))
    yield run


def _is_company(text: str, end: int) -> bool:
    """Tell whether what follows a name makes it a firm or a place: "Kovács Péter Kft.", "Kossuth Lajos utca", "Anna & Co"."""
    after = text[end : end + 40]
    folded = fold(after)
    if _FIRM.match(folded):
        return True
    following = _CAPITALS_AFTER.match(after)
    # "Kovács Péter Bau Kft.": a word may stand between, if it has a capital.
    return following is not None and (fold(following[1]) in NOT_PERSON or bool(_FIRM.match(folded, following.end())))


def find_full_names(text: str, language: str) -> tuple[Span, ...]:
    """Return the full names in a message, wherever they stand.

    With capitals one of the two names has to be in our list of given names and the other may be anything that is no company, product,
    month or place; without capitals both have to be known.

    Args:
        text: The message as typed.
        language: ``en`` or ``hu``.

    Returns:
        Spans of the entity ``person`` over the words with their endings, in reading order; may be empty.
    """
    found: list[Span] = []
    for run in _runs(text):
        place = 0
        while place < len(run) - 1:
            count = _count(run[place : place + 3], opens=bool(_OPENS.search(text[: run[place].start])), language=language)
            words = run[place : place + count]
            if count and not _is_company(text, words[-1].end):
                found.append(Span(words[0].start, words[-1].end, "person", written(words, language)))
            place += count or 1
    return tuple(found)
