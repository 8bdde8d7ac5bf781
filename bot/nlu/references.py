"""Which document is meant when it is named by its place: the latest, the one before, the next."""

from __future__ import annotations

import re

from bot.nlu.folding import fold
from bot.nlu.spans import Span

# "last month" and "előző havi" are periods, "last three invoices" a number of them, "last time" an occasion.
_EN_TIME = (
    r"(?!\s+(?:month|year|quarter|week|night|time|name|minute|day|chance|resort|row|line|item|thing|person|job|question|company|supplier|straw|call|mail|e-?mail|message|in\s+(?:the\s+)?(?:queue|line)|couple|few|[0-9]|two|three|four|five|six|twelve"
    r"|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))"
)
_HU_TIME = (
    r"(?!\s+(?:ho\b|hav|honap|ev\b|ev[ei]|negyedev|felev|het\b|heti|hete|nap|alkalom|alkalmi|[0-9]|ket\b|ketto|harom|negy\b|ot\b|hat\b|par\b|nehany"
    r"|idoszak|pillanat|kerdes|munkahely|ceg|hely|alka|ember|szallito|beszelget|kolleg|lepes|a\s+sorban|januar|februar|marcius|aprilis|majus|junius|julius|augusztus|szeptember|oktober|november|december))"
)
_CASE = r"[a-z]{0,6}"
_WORDS: tuple[tuple[str, str], ...] = (
    # The last but one is the one before; these come first since they contain words of the others.
    (
        "previous",
        rf"(?:utolso|legutobbi|utobbi|mostani|jelenlegi)\s?elotti{_CASE}|before\s+the\s+(?:current|present|latest|last)\s+one|(?:last|latest|newest)\s+but\s+one|next\s+to\s+last|(?:one|bill|invoice)\s+before\s+last",
    ),
    (
        "previous",
        r"(?:the\s+)?(?:one|bill|invoice)\s+(?:right\s+|just\s+)?before(?:\s+(?:that|this|it|the\s+last))?(?:\s+one)?|before\s+that",
    ),
    ("previous", rf"(?:previous|preceding|prior){_EN_TIME}|the\s+earlier\s+(?:one|bill|invoice)"),
    (
        "previous",
        rf"(?:eloz[oe]{_CASE}|azelotti{_CASE}|(?:az\s+)?azt\s+megelozo{_CASE}|megelozo{_CASE}|eggyel\s+(?:korabbi|elotti|elobbi){_CASE}){_HU_TIME}",
    ),
    ("previous", rf"(?:ami|az)\s+elotte\s+(?:volt|jott)|elotte\s+levo{_CASE}|(?:az\s+)?elotte\s+(?:valo|kuldott){_CASE}"),
    (
        "latest",
        r"latest|lastest|lattest|latets|newest|most\s+recent(?:ly)?|recent\s+(?=(?:invoice|bill|one)(?![a-z]))|last\s+but\s+not\s+least",
    ),
    ("latest", rf"(?<!\bat )(?<!\bbut )(?<!\bto )last{_EN_TIME}|current\s+(?=invoice|bill|one)"),
    (
        "latest",
        rf"legutobb(?=.*(?:szaml|szla|mennyi|fizet))|legutobb?i{_CASE}{_HU_TIME}|legutols[oó]{_CASE}|leg(?:frissebb|ujabb){_CASE}{_HU_TIME}|(?:a\s+)?multkori{_CASE}",
    ),
    ("latest", rf"utols[oó]{_CASE}{_HU_TIME}|(?:aktualis|mostani|jelenlegi)\s+(?=szamla|szla)"),
    (
        "next",
        rf"(?:the\s+)?(?:one|bill|invoice)\s+after(?:\s+(?:that|this|it))?|following\s+(?=one|invoice|bill)|upcoming|next{_EN_TIME}(?!\s+(?:door|to\b))",
    ),
    ("next", rf"(?:soron\s+)?kovetkezo(?!k){_CASE}{_HU_TIME}"),
)
_PATTERN = re.compile("|".join(rf"(?P<{value}{place}>(?<![^\W_])(?:{words})(?![^\W_]))" for place, (value, words) in enumerate(_WORDS)))


def find_references(text: str) -> tuple[Span, ...]:
    """Return the words of a message that name a document by its place.

    Returns:
        Spans of the entity ``which`` with the value ``latest``, ``previous`` or ``next``, in reading order; may be empty.
    """
    spans = []
    for match in _PATTERN.finditer(fold(text)):
        name = match.lastgroup or ""
        found = match.group().rstrip()
        spans.append(Span(match.start(), match.start() + len(found), "which", name.rstrip("0123456789")))
    return tuple(spans)
