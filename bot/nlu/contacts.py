"""Mail addresses and names of people: what a customer says when a contact changes or when they say who they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.nlu.folding import fold
from bot.nlu.name_words import NOT_ALONE, OPENING, STOP
from bot.nlu.names import find_full_names, given_of, written
from bot.nlu.spans import Span
from bot.nlu.words import Word

_EMAIL = re.compile(r"(?<![\w.+@-])[\w.+'-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,5}[^\W\d_]{2,24}(?![^\W_])(?!\.[^\W_])(?!@)")

_ROLE_EN = (
    r"(?:(?:new|our|the|billing|finance|main|technical|invoicing|accounting|primary|first)\s+){1,4}"
    r"(?:contact(?:\s+person)?|accountant|admin(?:istrator)?|cfo|ceo|controller|recipient|bookkeeper|(?:finance|office)\s+manager)"
)
_ROLE_HU = (
    r"(?:(?:az?|uj|mi|penzugyi|szamlazasi|technikai|elsodleges)\s+){0,4}"
    r"(?:kapcsolattarto|konyvelo|ugyintezo|penzugyes|rendszergazda|adminisztrator|ugyvezeto)(?:nk|unk|m|j[ae]|k[ae]nt|n[ae]k|jakent)?"
)
# What a name follows, with whether it is so clear that a name not in the list will do; then what a name comes before.
_NAME_AFTER = re.compile(
    r"(?<![^\W_])(?:(?P<clear>(?:my|his|her)\s+(?:full\s+)?name(?:\s+is|'s|:)|(?:the\s+)?name(?:'s|\s+is|:)|a\s+nev(?:em|e)|nevem|neve)"
    rf"|(?P<role>{_ROLE_EN}(?:\s+(?:is|will\s+be|from\s+now\s+on\s+is))?(?:\s+(?:now|called|named))?|{_ROLE_HU}(?:\s+(?:neve|mostantol|ezentul|lesz|lett))?)"
    r"|(?P<here>i\s+am|i'?m|this\s+is|it's|it\s+is|replace|instead\s+of|itt)|(?P<signed>udvozlettel|koszonettel|tisztelettel|udv|regards|sincerely|cheers))"
    r"(?:\s*[:,]\s*|\s+)(?:(?:dr|mrs?|ms|miss|ifj|id|ozv|prof)\.?\s+)?"
)
_NAME_BEFORE = re.compile(
    rf"(?<=\w)\s{{1,2}}(?:(?:will\s+be|is|becomes?|lesz|lett|az?)\s+(?:mostantol\s+)?(?:{_ROLE_EN}|{_ROLE_HU})|(?:takes|will\s+take|took|is\s+taking)\s+over|here"
    r"|a\s+nevem|vagyok|beszel|irok)(?![^\W_])"
)
_BEFORE_EMAIL = re.compile(r"(?<=[^\W\d_])(?=(?:\s?[,:;(<-]\s?|\s)\(?<?[\w.+'-]{1,64}@[\w-])")
_ALONE = re.compile(r"\s*(?P<name>[^\W\d_]+(?:['’-][^\W\d_]+)*(?: [^\W\d_]+(?:['’-][^\W\d_]+)*){1,2})\s*[.!]?\s*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ENDS = STOP | OPENING
_MOST_WORDS = 4


def find_emails(text: str) -> tuple[Span, ...]:
    """Return the mail addresses of a message as spans of ``email``, value in small letters and without a Hungarian ending."""
    return tuple(Span(*match.span(), "email", match.group().lower()) for match in _EMAIL.finditer(text))


def _count(words: Sequence[Word], *, clear: bool) -> int:
    """Return how many of the words, from the first on, are one person's name; 0 for none."""
    capitals = [word.text[0].isupper() for word in words]
    given = [given_of(word.text) for word in words]
    if not words:
        return 0
    if len(words) == 1 or (capitals[0] and not capitals[1] and not given[1]):
        return int(bool(given[0]) and (capitals[0] or clear) and fold(given[0] or "") not in NOT_ALONE)
    if not capitals[0] and not (given[0] or given[1]):
        return 0
    if capitals[0] != capitals[1]:
        # "Anna vagyok", "this is Tom speaking": a name and another word.
        return int(bool(given[0]) and capitals[0] and fold(given[0] or "") not in NOT_ALONE)
    if given[0]:
        return 3 if given[1] and len(words) > 2 and capitals[2] and capitals[0] and not words[2].text.islower() else 2
    if given[1]:
        return 3 if len(words) > 2 and given[2] and capitals[2] == capitals[0] else 2
    if len(words) > 2 and given[2] and capitals[2] and fold(words[0].text).endswith("ne"):
        return 3
    return min(len(words), 3) if clear and all(capitals[:2]) else 0


def _run(text: str, start: int) -> list[Word]:
    """Return up to four words from ``start`` on with one blank between them, none of which ends a name."""
    words: list[Word] = []
    while len(words) < _MOST_WORDS and (match := _WORD.match(text, start)) and fold(match.group()) not in _ENDS:
        words.append(Word(match.group(), *match.span()))
        if text[match.end() : match.end() + 1] != " ":
            break
        start = match.end() + 1
    return words


def _run_before(text: str, end: int) -> list[Word]:
    """Return up to four words before ``end`` in reading order, with one blank between them, none of which ends a name."""
    words: list[Word] = []
    for match in reversed(list(_WORD.finditer(text, max(0, end - 60), end))):
        if text[match.end() : words[0].start if words else end] != (" " if words else "") or fold(match.group()) in _ENDS:
            break
        words.insert(0, Word(match.group(), *match.span()))
        if len(words) == _MOST_WORDS:
            break
    return words


def _name_before(text: str, end: int, language: str) -> Span | None:
    words = _run_before(text, end)
    for first in range(len(words)):
        rest = words[first:]
        if _count(rest, clear=False) == len(rest):
            return Span(rest[0].start, rest[-1].end, "person", written(rest, language))
    return None


def _announced(text: str, language: str) -> dict[int, Span]:
    """Return the names beside words that announce one, by their start."""
    folded = fold(text)
    found: dict[int, Span] = {}
    for match in _NAME_AFTER.finditer(folded):
        words = _run(text, match.end())
        count = _count(words, clear=bool(match["clear"] or match["role"]))
        if not count and match["clear"] and words and words[0].text.istitle() and match["clear"].startswith(("my", "a nevem", "nevem")):
            # "My name is Zuzana": whatever has a capital there is a name, in our list or not.
            count = 1
        if count and (match["clear"] or match["role"] or match["signed"] or words[0].text[0].isupper()):
            found[words[0].start] = Span(words[0].start, words[count - 1].end, "person", written(words[:count], language))
    # Before "vagyok", before a mail address, and alone in a message a name is announced by where it stands.
    ends = [match.start() for match in _NAME_BEFORE.finditer(folded)]
    ends += [match.end() for match in _BEFORE_EMAIL.finditer(text)]
    ends += [match.end("name") for match in (_ALONE.fullmatch(text),) if match]
    for end in ends:
        span = _name_before(text, end, language)
        if span and all(span.end <= other.start or other.end <= span.start for other in found.values()):
            found[span.start] = span
    return found


def find_people(text: str, language: str = "hu") -> tuple[Span, ...]:
    """Return the people whom a message names: the writer, a contact that comes or goes, or anybody else with both names.

    A single name counts only beside words that announce one, and, where these are vague ("this is …", "… vagyok"), only when it is in
    our list. A given name of the list with a surname, in either order, counts wherever it stands.

    Args:
        text: The message as typed.
        language: ``en`` or ``hu``; in Hungarian an unknown surname may carry an ending.

    Returns:
        Spans of the entity ``person`` with the name in capitals and without a case ending as value, in reading order; may be empty.
    """
    kept: list[Span] = []
    for span in sorted(
        (*_announced(text, language).values(), *find_full_names(text, language)), key=lambda span: (span.start - span.end, span.start)
    ):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
