"""Whether a message says what the matter is, or only that there is one; and how many people it touches. Pure."""

from __future__ import annotations

import re
import unicodedata

from bot.shared.text import fold

_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Words with which people only announce something. Beginnings, since Hungarian adds endings.
_EMPTY = re.compile(
    r"(?:i|i'm|i'd|i've|we|we're|we'd|we've|you|he|it|it's|they|me|us|my|our|your|the|a|an|this|that|there|there's|some"
    r"|something|any|one"
    r"|is|are|was|were|be|been|am|has|have|had|do|does|did|can|could|would|will|may|might|need|want|like|make|get|got|give"
    r"|having|seems?"
    r"|to|of|for|with|about|on|in|at|and|or|so|but|as|by|from|please|pls|hello|hi|hey|dear|thanks?|sorry|urgent(?:ly)?|asap"
    r"|today|now|again"
    r"|problems?|issues?|trouble|errors?|faults?|wrong|questions?|help|support|technical|report(?:ing)?|ticket|case|open"
    r"|raise|request(?:ing)?"
    r"|payments?|pay|paying|paid|refund(?:s|ed)?|reimburse\w*|money|back|invoices?|bills?|change|changing|update|details"
    r"|data|billing|not|doesn't|don't|isn't|work(?:s|ing)?"
    r"|en|mi|nekem|nekunk|on|onok|a|az|egy|ez|ezt|azt|es|is|de|hogy|meg|kell(?:ene)?|van|volt|lenne|lesz|nincs|nem|ne"
    r"|valami\w*|ugy\w*|miatt|kapcsolatban"
    r"|jo|napot|udv\w*|szia\w*|hello|kosz\w*|kerem|kerek|kernek|kernem|kernenk|szeretn\w+|akar\w*|tud\w*|legyen|surgos\w*"
    r"|most|ujra|megint"
    r"|gond\w*|problem\w*|hib(?:a|at|ak|ank|ara|aval|ajel\w*)|baj\w*|kerdes\w*|segit\w*|technikai|muszaki|bejelent\w*"
    r"|jegy\w*|nyit\w*|mukodik|megy"
    r"|fizet\w*|befizet\w*|kifizet\w*|visszaterit\w*|penz\w*|vissza\w*|szaml\w*|szamlazasi|modosit\w*|valtoz\w*|adat\w*)"
)
_PEOPLE = re.compile(
    r"\b(?P<number>\d+|one|two|three|four|five|six|seven|eight|nine|ten|egy|ket|ketto|harom|negy|ot|hat|het|nyolc|kilenc"
    r"|tiz)\s+(?:of\s+)?(?:our\s+|the\s+)?"
    r"(?:users?|people|persons?|colleagues?|employees?|seats?|felhasznalo\w*|kollega\w*|ember\w*|munkatars\w*|dolgozo\w*|fo)\b"
    r"|\b(?P<all>every(?:one|body)|all (?:of us|users|our users|people|staff)|the whole (?:company|team|office)"
    r"|no(?: one|body)(?: here| of us)? can|senki (?:sem|se)"
    r"|mindenki\w*|mindannyi\w*|mindnyajunk\w*|az egesz (?:ceg|csapat|iroda)\w*|osszes felhasznalo\w*)\b"
    r"|\b(?P<self>only me|just me|myself|csak en(?:nekem|nalam)?|csak nalam|csak nekem)\b"
)
_PART_OF_DAY = r"(?:morning|noon|afternoon|evening|night|reggel|delelott|del|delutan|este|ejjel)"
_SINCE = re.compile(
    rf"\b(?:since|as of) (?:(?:this|last|the|early|late) )?[\w./-]+(?: (?:of )?(?:{_PART_OF_DAY}|\d{{1,2}}(?:st|nd|rd|th)?\b|ago\b))*"
    r"|\bfor (?:the (?:last|past) )?(?:about |almost |over )?(?:\w+ )?(?:minutes?|hours?|days?|weeks?|months?)\b"
    rf"|\b(?:(?:tegnap|ma|mult|tegnapelott|ket|par|nehany|\d+|harom|negy|ot|egy) )?(?:[\w./-]+ )?(?:{_PART_OF_DAY} )?ota\b"
    r"|\b(?:\d+|egy|ket|par|nehany|harom|negy|ot|hat) (?:perce|oraja|napja|hete|honapja)\b"
)


def substance(text: str, *, besides: str = "") -> int:
    """Return how many words of ``text`` say more than that there is a matter; 0 for "I have a technical problem".

    Args:
        besides: Words that say nothing either, such as the name of the product it is about.
    """
    known = set(_WORDS.findall(fold(besides)))
    return sum(1 for word in _WORDS.findall(fold(text)) if word not in known and not _EMPTY.fullmatch(word))


def people_named(text: str) -> str | None:
    """Return the words of ``text`` that say how many people are touched, as typed; None when there are none."""
    return _as_typed(text, _PEOPLE)


def since_named(text: str) -> str | None:
    """Return the words of ``text`` that say since when, as typed; None when there are none."""
    return _as_typed(text, _SINCE)


def _as_typed(text: str, pattern: re.Pattern[str]) -> str | None:
    folded, typed = fold(text), " ".join(unicodedata.normalize("NFC", text).split())
    found = pattern.search(folded)
    if found is None:
        return None
    # Folding takes accents away and leaves the places of letters, but for rare ones such as the German sharp s.
    return typed[found.start() : found.end()] if len(typed) == len(folded) else found.group()
