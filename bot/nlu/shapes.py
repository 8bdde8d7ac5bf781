"""Numbers of a fixed shape: customer numbers, ticket numbers and one-time codes, however they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.nlu.folding import fold
from bot.nlu.spans import Span
from bot.shared.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Shape:
    """How one kind of number is recognised and written.

    Attributes:
        entity: Name of the entity.
        pattern: Regular expression over small letters without accents; its groups are the parts of the number.
        form: Format string over the groups, such as ``T-{0}-{1:0>4}``.
    """

    entity: str
    pattern: str
    form: str


_LEFT = r"(?<![^\W_])(?<![^\W_]['/-])"
_RIGHT = r"(?![0-9])(?!-?[0-9])(?![/.,][0-9])"
_SUFFIX = r"(?=(?:-?(?:[aeo]?s)?(?:[aeo]?t|r[aeo]l?|n[ae]k|h[oe]z|b[ae]n?|[vt][ae]l|[aeio])?)?(?![^\W_]))"
_NUMBER_WORD = r"(?:number|num|no\b|nr\b|id\b|code\b)?\s?\.?"
_CUSTOMER_CUE = (
    rf"(?:(?:customer|client|account)\s?{_NUMBER_WORD}|(?:ugyfel|vevo|partner|szerzodo)[a-z]{{0,6}}\s?(?:szam|kod|azonosito)[a-z]{{0,4}})"
    r"(?:\s?(?:is|az|a|:|=|-))?\s+"
)
_TICKET_CUE = rf"(?:ticket|case|(?:hiba)?jegy|bejelentes|ugy)[a-z]{{0,4}}\s?(?:{_NUMBER_WORD}|szam[a-z]{{0,3}})\s?[:#]?\s?"

CUSTOMER_NUMBER = Shape("customer_number", r"c[\s-]?([0-9]{4,6})", "C-{0}")
TICKET_NUMBER = Shape("ticket_number", r"t[\s/-]?(20[0-9]{2})[\s/-]?([0-9]{1,6})", "T-{0}-{1:0>4}")

_CODE = r"(?:[0-9]{3}[\s-]?[0-9]{3}|[0-9]{2}[\s-][0-9]{2}[\s-][0-9]{2})"
_CODE_CUE = (
    r"(?:(?:pass|log-?in-?|access-?|security-?|sms-?)?code|pin(?:-?k?od[a-z]{0,4}|code)?|otp|jelszo[a-z]{0,3}"
    r"|(?:(?:be)?lepo|(?:be)?lepesi|bejelentkezo|bejelentkezesi|ellenorzo|biztonsagi|hitelesito|megerosito|hozzaferesi|sms-?)?-?kod[a-z]{0,4})"
)
_LEAD = (
    r"(?:(?:it'?s|it\s+is|here(?:'s|\s+it\s+is|\s+you\s+(?:go|are))?|itt(?:\s+van)?|tessek|ez\s+az|ez|az|a|the|ok|oke|yes|igen|szia|hi"
    r"|this(?:\s+is)?|i\s+got|it\s+says|got|ezt\s+kaptam|kaptam|ezt\s+irja|irja)[\s,:.]*){0,3}"
)
_LOGIN_CODE = re.compile(
    rf"^\s*{_LEAD}{_LEFT}(?P<whole>{_CODE})[\s.!?,]*(?:az|volt|lesz|all\s+benne|van\s+benne|az\s+all\s+benne|thanks|thank\s+you|thx|koszi|koszonom|kosz)?[\s.!]*$"
    rf"|(?<![^\W_]){_CODE_CUE}\b(?:\s+(?:i\s+got|you\s+sent|amit\s+kaptam|it))?\s*(?:is|was|az|a|ez|:|=|-)*\s*(?P<after>{_CODE}){_RIGHT}"
    rf"|(?<![^\W_])(?:got|received|says|reads|kaptam|kaptunk|jott|erkezett|kuldtek|irja)\b[^0-9]{{0,25}}{_LEFT}(?P<got>{_CODE}){_RIGHT}(?!\s?(?:ft|forint|eur|huf|usd|%))"
    rf"|{_LEFT}(?P<before>{_CODE})(?=\s+(?:is\s+(?:the|my)\s+code|a\s+kod|az\s+a\s+kod))"
)


@lru_cache(maxsize=32)
def _compiled(shape: Shape) -> re.Pattern[str]:
    try:
        return re.compile(f"{_LEFT}(?:{shape.pattern}){_RIGHT}{_SUFFIX}")
    except re.error as error:
        raise InvalidInput(f"the pattern {shape.pattern!r} of {shape.entity} is not a regular expression: {error}") from error


_CUED_CUSTOMER = re.compile(rf"(?<![^\W_]){_CUSTOMER_CUE}(?P<number>[0-9]{{4,6}}){_RIGHT}{_SUFFIX}")
_TICKET_BEFORE = re.compile(rf"{_LEFT}(?P<number>(20[0-9]{{2}})[/-]([0-9]{{1,6}}))(?=(?:-?[aeo]s)?\s+(?:szamu\s+)?(?:hiba)?jegy)")
_CUED_TICKET = re.compile(rf"(?<![^\W_]){_TICKET_CUE}(?P<number>(20[0-9]{{2}})[\s/-]([0-9]{{1,6}})){_RIGHT}{_SUFFIX}")


def _cued(folded: str, shape: Shape) -> Iterable[Span]:
    cues = {"customer_number": (_CUED_CUSTOMER,), "ticket_number": (_CUED_TICKET, _TICKET_BEFORE)}.get(shape.entity, ())
    for match in (match for cue in cues for match in cue.finditer(folded)):
        start, end = match.span("number")
        groups = match.groups()[1:] or (match["number"],)
        # The word before says what it is, so that the prefix may be missing; a partner's other form then says nothing here.
        if shape.form.count("{") == len(groups):
            yield Span(start, end, shape.entity, shape.form.format(*groups))


def find_login_codes(text: str) -> tuple[Span, ...]:
    """Return the one-time code in a message: six digits, perhaps parted, that are all of it or stand beside "code" or "kód".

    Returns:
        Spans of the entity ``login_code`` whose value is the six digits; may be empty.
    """
    spans = []
    for match in _LOGIN_CODE.finditer(fold(text)):
        name = next(name for name in ("whole", "after", "got", "before") if match[name])
        spans.append(Span(*match.span(name), "login_code", re.sub(r"[^0-9]", "", match[name])))
    return tuple(spans)


def find_shapes(text: str, shapes: Iterable[Shape] = (CUSTOMER_NUMBER, TICKET_NUMBER)) -> tuple[Span, ...]:
    """Return the customer and ticket numbers in a message, with the value written as the partner writes it.

    Args:
        text: The message as typed.
        shapes: What to look for.

    Raises:
        InvalidInput: A pattern is not a regular expression.
    """
    folded = fold(text)
    spans: list[Span] = []
    for shape in shapes:
        spans += [Span(*match.span(), shape.entity, shape.form.format(*match.groups())) for match in _compiled(shape).finditer(folded)]
        taken = {(span.start, span.end) for span in spans}
        spans += [span for span in _cued(folded, shape) if (span.start, span.end) not in taken]
    return tuple(spans)
