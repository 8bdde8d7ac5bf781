"""Whether something is told as past or as to come, as far as a date needs to know: by the nearest words that say so."""

from __future__ import annotations

import re
from typing import Literal

Tense = Literal["past", "future"]

_EN_FUTURE = (
    r"(?:will|shall|can|could|may|might|must|should|would|is|are|be|being|get|gets|needs?|wants?)\s+(?:\w+\s+){0,2}?(?:be\s+|get\s+)?"
    r"(?:\w{2,}ed|paid|sent|made)"
    r"|(?:will|shall|going\s+to\s+(?!you|us|the|our|your)|gonna|would|can|could|may|might|must|should|let's|please|is|are|am|due|starting|wait|pay|send|transfer"
    r"|settle|wire|cancel|expect|renew(?:s|al)?|ends?|expires?|extends?|leaves?|goes|arrives?|starts?|stops?|closes?|closed|open|scheduled"
    r"|promis\w*)|if\s+\w+\s+(?:\w+\s+)?(?:\w+ed|paid|sent|were)|[a-z]+'(?:ll|m|re)|to\s+(?![0-9]|some|any|every|(?:the|you|our|us|an?|your|my|me|them|him|his|her|their|this|that|it|one|whom)(?![a-z]))\w+"
)
_EN_PAST = (
    r"did(?:n't|\s+not)?\s+(?:\w+\s+)?\w+|(?:was|were|has|have|had|been|'ve)\s+(?:\w+\s+)?due|paid|sent|was|were|had|got|made|went|left|came"
    r"|wrote|spoke|told|said|bought|took|gave|fell|(?!need|indeed|exceed|proceed|speed|feed|seed|unpaid|promis|clos|schedul)\w{2,}ed"
)
_HU_FUTURE = (
    r"fog(?:om|juk|ok|unk|nak|ja)?|majd|lesz(?:nek)?|tud(?:ok|unk|om|juk|nak)|(?:ki|be|meg|at|el)?(?:fizetek|fizetunk|fizetjuk|utalok|utalunk"
    r"|utaljuk|utalom|kuldom|kuldjuk|rendezem|rendezzuk)|kell(?:ene)?|esedekes|lejar|jar|zarva|nyitva|szunnap|\w{2,}n[ea]n[ek]k|\w{3,}n(?:ek|enk|ank|am|em)|\w{3,}ni"
)
_HU_PREFIX = r"(?:ki|be|meg|at|el|le|fel|vissza|ra|oda|hozza|tul|jova|lejart)?"
_HU_PAST = (
    r"(?!pentek|szerintem|szerintuk|szerintunk|ertem|ertek|system)\w*[bcdfghjklmnprstvz]t(?:am|em|unk|uk|atok|etek|ak|ek)"
    rf"|{_HU_PREFIX}(?:erkezett|jott|volt|kellett|ment|fizetett|fizette|utalt|utalta|kuldott|kuldte|lett|kapott|tortent|szolt|irt|irta"
    r"|mondta|igert|igerte|jart|vont|vonta|telefonalt|hivott|sikerult|indult|allitott|kert|beszelt)"
    r"|(?!delelott|kozott|mellett|elott|helyett|folott|felett|miatt|alatt|ezelott|azelott|tegnapelott|mogott|egyutt)\w{2,}(?:ott|ett)"
)
_CUES = re.compile(rf"(?<![^\W_])(?:(?P<future>{_EN_FUTURE}|{_HU_FUTURE})|(?P<past>{_EN_PAST}|{_HU_PAST}))(?![^\W_])")
_SENTENCE = re.compile(r"[.!?;\n]\s")
_PART = re.compile(r",\s|\s(?:-|and|but|es|de)\s")
_REACH = 120


def tense_at(folded: str, start: int, end: int) -> Tense | None:
    """Return how the words nearest to a place tell it, in the same part of the sentence first, then in all of it, or None when none says.

    Args:
        folded: The message, folded.
        start: Where the words in question begin.
        end: Where they end (exclusive).
    """
    before = _SENTENCE.split(folded[max(0, start - _REACH) : start])[-1]
    after = _SENTENCE.split(folded[end : end + _REACH])[0]
    return _nearest(_PART.split(before)[-1], _PART.split(after)[0]) or _nearest(before, after)


def _nearest(before: str, after: str) -> Tense | None:
    near: list[tuple[int, int, Tense]] = []
    for text, is_before in ((before, True), (after, False)):
        for match in _CUES.finditer(text):
            gap = len(text) - match.end() if is_before else match.start()
            is_past = match["past"] is not None
            # Of two just as near the one to come is meant: a wrong past day is worse than asking for a day ahead.
            near.append((gap, int(is_past), "past" if is_past else "future"))
    return min(near)[2] if near else None
