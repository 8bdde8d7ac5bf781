"""Invoice numbers: how they are stored, compared, found in running text and matched to the ledger.

Partners number invoices as they like, and customers type them as they like. What must not be taken for a number (dates, amounts,
telephone numbers, quantities, product names) is looked for first, by the patterns of ``bot.billing.invoice_number_noise``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.billing.invoice_number_noise import noise_spans
from bot.shared.errors import InvalidInput

_STOP = (
    "a|an|and|as|at|az|be|by|de|due|és|es|ez|for|ha|id|if|in|is|it|meg|mi|my|no|nr|of|on|or|our|sz|the|to|vs|was|we|you"
    "|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|már|ápr|máj|jún|júl|okt"
)
DEFAULT_PATTERNS: tuple[str, ...] = (
    # Microsoft's own numbers: G012345678, D0300ABCDE, E0400Z1A2B.
    r"[DEG][0-9][0-9A-Z]{7,9}",
    r"[DG][-\s]?[0-9]{3,5}[-\s][0-9]{3,6}",
    # One word of letters and digits that ends in digits: CL-2026-0117, 2026-CL-0117, SZ/A/2026/12, CL20260117, INV_0117.
    r"(?=[A-Z0-9])(?=[A-Z0-9/._-]*[A-Z][A-Z/._-]*[0-9])(?=(?:[^\s0-9]*[0-9]){3})[A-Z0-9]+(?:[-/._][A-Z0-9]+)*(?<=[0-9])",
    # A short prefix typed with spaces: "cl 2026/117", "CL 2026 0117".
    rf"(?!(?:{_STOP})\s)[A-Z]{{1,3}}\s?[-/]?\s?20[0-9]{{2}}\s?[-/\s]\s?[0-9]{{1,8}}",
    r"(?:INV|SZLA|CL)[\s.:-]{0,2}[0-9]{2,}",
    # Digits that begin with a zero are neither a quantity nor a year: "is 0117 paid?"
    r"0[0-9]{2,4}(?!\s[0-9]{3}(?![0-9]))",
    # Digits only, but in groups: 2026/000117, 117/2026.
    r"(?=(?:[-/]?[0-9]){6})[0-9]{1,10}(?:[-/][0-9]{1,10}){1,3}",
    r"#\s?(?=[A-Z/-]*[0-9][A-Z/-]*[0-9])[A-Z0-9]+(?:[-/][A-Z0-9]+)*",
)

_SUFFIX = (
    "(?:[aeoö]s|ás|és)?(?:[aeoö]?t|[aeoö]kat|ekről|okról|r[aáe]|r[oó]l|r[oöő]l|n[ae]k|h[oeö]z|b[ae]n|b[oóöő]l|b[ae]|(?:gy|sz|[cmnrstvz])[ae]l"
    "|t[oóöő]l|n[aá]l|n[eé]l|ig|[eo]n|ért|ert|é)?"
)
_LEFT = r"(?<![^\W_])(?<![^\W_][-/])"
_RIGHT = rf"(?=(?:-?{_SUFFIX})(?![^\W_]|[-/.,][0-9]))"
_HYPHENATED_SUFFIX = re.compile(rf"(?<=[0-9A-Z])-{_SUFFIX}$", re.IGNORECASE)

_CUE = (
    r"(?:invoice|bill|credit\ note|sz[aá]mlasz[aá]m|sz[aá]ml[aá]|bizonylat|jóváírás|inv\.)"
    r"(?:s|k|t|m|d|[aá]?t|[aá]?mat|[aá]m|[aá]nk|[aá]nkat|[aá]d|n[ae]k|r[aóo]l?|hoz|n|ok|ot|[aá]n|ja|[áa]t)?"
)
_NUMBER_WORD = r"(?:\s?(?:number|num|no|nr|id|sorsz[aá]m[aá]?|sz[aá]m[aá]?|sz)\b\.?)?"
_AFTER_CUE = re.compile(
    rf"(?<![^\W_])(?:{_CUE}|end(?:s|ing)?\s(?:in|with)){_NUMBER_WORD}\s?[:#]?\s?#?\s?(?P<number>(?=[^\s,;?!]*[0-9])[A-Z0-9]+(?:[-/._][A-Z0-9]+)*){_RIGHT}",
    re.IGNORECASE,
)
_CUE_AFTER = r"(?:invoice|bill|sz[aá]ml|bizonylat)"
_BEFORE_CUE = re.compile(
    rf"{_LEFT}(?P<number>[0-9]{{2,12}})"
    # Of "a 117-es és a 118-as számla" both are numbers.
    rf"(?:-?[aeoö]s(?=(?:(?:,|\s(?:[eé]s|meg|vagy))\s(?:az?\s)?[0-9]{{2,12}}-?[aeoö]s){{0,3}}\s{_CUE_AFTER})|\.?\s?(?:sz[aá]m[uú]|sz\.)|\s(?=(?<=[0-9]{{4}}\s)(?:invoice\b|bill\b|sz[aá]ml))"
    # "és a 117-es?": the adjective alone stands for the invoice when the clause ends with it.
    r"|(?:-?(?:[rt][ae]|m[ae]l|[cgs][ae]l))?\sv[eé]gz[oöő]d|(?<=[0-9]{3})-?[aeoö]s(?:t|r[eoöő]l|é)?\s?(?:[?!.,]|$))",
    re.IGNORECASE,
)
_WHOLE_MESSAGE = re.compile(r"\s*(?P<number>[0-9]{3,5}|[0-9]{7,12})\s*[.?!]?\s*")
_NOT_A_NUMBER = re.compile(r"(?:19|20)[0-9]{2}|365|(?:06|00)[0-9]{8,}")

_GENERIC_WORDS = frozenset({"INV", "INVOICE", "NO", "NR", "SZ", "SZLA", "SZAMLA", "SZÁMLA", "BILL", "NUMBER"})
_GROUPS = re.compile(r"[0-9]+|[^\W\d_]+")
_YEAR_RUN = re.compile(r"(20[0-9]{2})([0-9]{3,})")
# One character for one character, so that positions stay those of the message.
_PLAIN_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00ad", "-") | {"\u00a0": " ", "\u202f": " ", "\u2044": "/"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something in a message that looks like an invoice number.

    Attributes:
        start: Index of the first character in the message.
        end: Index after the last character (exclusive), before any Hungarian suffix.
        text: The characters as typed, with the ``#`` of "#12345".
    """

    start: int
    end: int
    text: str


def parse(text: str) -> str:
    """Return an invoice number as the ledger stores it: trimmed, single spaces, upper-case.

    Raises:
        InvalidInput: ``text`` is empty or only white space.
    """
    number = " ".join(text.split()).upper()
    if not number:
        raise InvalidInput("an invoice number is empty")
    return number


def key(number: str) -> tuple[str, ...]:
    """Return the groups of letters and digits by which two spellings of a number are compared.

    Separators, case and leading zeros do not count: ``CL-2026-0117``, ``cl 2026/117`` and ``CL20260117`` have one key. A long run of
    digits that begins with a year of this century is parted after the year, since that is how such numbers are made.

    Returns:
        The groups in order, upper-case; empty when there is neither letter nor digit.
    """
    groups: list[str] = []
    for group in _GROUPS.findall(number.upper()):
        year = _YEAR_RUN.fullmatch(group)
        parts = year.groups() if year else (group,)
        groups.extend((part.lstrip("0") or "0") if part[0].isdigit() else part for part in parts)
    return tuple(groups)


@lru_cache(maxsize=16)
def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(f"{_LEFT}(?P<number>{pattern}){_RIGHT}", re.IGNORECASE))
        except re.error as error:
            raise InvalidInput(f"the invoice number pattern {pattern!r} is not a regular expression: {error}") from error
    return tuple(compiled)


def _found(text: str, patterns: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for pattern in _compiled(patterns):
        yield from (match.span("number") for match in pattern.finditer(text))
    for context in (_AFTER_CUE, _BEFORE_CUE):
        yield from (match.span("number") for match in context.finditer(text))
    whole = _WHOLE_MESSAGE.fullmatch(text)
    if whole:
        yield whole.span("number")


def _trimmed(text: str, start: int, end: int) -> Candidate:
    found = text[start:end]
    # "CL-2026-0117-es" may be taken whole by a pattern that allows letters at the end.
    bare = _HYPHENATED_SUFFIX.sub("", found) if re.search(r"[0-9]", found.rpartition("-")[0]) else found
    return Candidate(start=start, end=start + len(bare), text=bare)


def _is_number(candidate: Candidate, noise: tuple[tuple[int, int], ...]) -> bool:
    digits = re.sub(r"[^0-9]", "", candidate.text)
    if not digits or _NOT_A_NUMBER.fullmatch(candidate.text) or (len(digits) == 1 and digits == candidate.text):
        return False
    for start, end in noise:
        inside = candidate.start < start and end <= candidate.end and candidate.text[0].isalpha()
        # A prefix makes "cl 2026/11" a number although "2026/11" alone is a month.
        if start < candidate.end and candidate.start < end and not inside:
            return False
    return True


def find_candidates(text: str, patterns: Iterable[str] = DEFAULT_PATTERNS) -> tuple[Candidate, ...]:
    """Return what looks like an invoice number in a message in English or Hungarian.

    Besides ``patterns``, a word with a digit directly after "invoice" or "számla", digits before it ("a 117-es számla") and a message
    of nothing but digits count. Years, dates, amounts, telephone numbers, quantities, six digits alone and product names do not.

    Args:
        text: The message as typed.
        patterns: Regular expressions of the number alone, read without case; the partner's own, or the default ones.

    Returns:
        Candidates in reading order that do not overlap; of two that do, the longer one. May be empty.

    Raises:
        InvalidInput: A pattern is not a regular expression.
    """
    plain = text.translate(_PLAIN_SIGNS)
    spans = {_trimmed(plain, start, end) for start, end in _found(plain, tuple(patterns))}
    if not spans:
        return ()
    noise = noise_spans(plain)
    kept: list[Candidate] = []
    for candidate in sorted(spans, key=lambda found: (found.start - found.end, found.start)):
        free = all(candidate.end <= other.start or other.end <= candidate.start for other in kept)
        if free and _is_number(candidate, noise):
            kept.append(Candidate(candidate.start, candidate.end, text[candidate.start : candidate.end]))
    return tuple(sorted(kept, key=lambda found: found.start))


def resolve(candidate_text: str, numbers: Iterable[str]) -> tuple[str, ...]:
    """Return those of a customer's invoice numbers that the typed text can mean.

    An exact match of the keys wins; otherwise the typed groups must be the last ones of the number, so that "117", "#117" and
    "2026/117" all mean CL-2026-0117. The caller asks back when more than one fits.

    Args:
        candidate_text: What was typed, such as ``Candidate.text``.
        numbers: Numbers the customer really has, as stored.

    Returns:
        Matching numbers in the given order; empty when none fits.
    """
    keys = {number: key(number) for number in numbers}
    typed = key(candidate_text)
    for wanted in (typed, typed[1:] if typed and typed[0] in _GENERIC_WORDS else ()):
        exact = tuple(number for number, groups in keys.items() if wanted and groups == wanted)
        if exact:
            return exact
        if any(group.isdigit() for group in wanted):
            ending = tuple(number for number, groups in keys.items() if groups[-len(wanted) :] == wanted)
            if ending:
                return ending
    return ()
