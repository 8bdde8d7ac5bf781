"""A message of several requests, taken apart: which parts it may have, and which of them are worth an answer of their own. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

CLEAR = 0.45
"""From which confidence (0-1) on a part is taken for a request of its own."""
CLEAR_ALONE = 0.6
"""The same for the only request in a message that is not understood as a whole."""
CLEAR_TASK = 0.7
"""The same for a part that would begin to change something."""
MOST_SERVED = 3
MOST_PARTS = 10

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+|;\s+")
_AND = re.compile(
    r",?\s+(?:and(?: also)?|plus|also|as well as|és|es|valamint|továbbá|tovabba|meg(?= (?:azt|ki|mi|mennyi|hogy)))\s+", re.IGNORECASE
)
_FEWEST_WORDS = 2
_MAIL_HEAD = re.compile(
    r"\s*(?:from|sent|to|cc|bcc|date|subject|feladó|felado|küldve|kuldve|címzett|cimzett|dátum|datum|tárgy|targy)\s*:", re.IGNORECASE
)
_QUOTED_FROM = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|eredeti üzenet|forwarded message|továbbított üzenet).*"
    r"|on .{0,80} wrote:|.{0,80} ezt írta.{0,40}:)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
# Their answer is the same whatever stands around them.
_COURTESY = frozenset({"greet", "thank", "goodbye", "affirm", "deny"})
# They concern the whole talk: whatever else is asked, a person reads it.
_OUTRANK = frozenset({"request_agent", "complain"})
_NOTHING = frozenset({"out_of_scope", "nlu_fallback", "inform", "follow_up", "identify", "switch_language", "bot_challenge", "ask_help"})
_TASKS = frozenset(
    {
        "report_payment_problem",
        "request_refund",
        "cancel_subscription",
        "change_seats",
        "change_renewal",
        "promise_payment",
        "request_payment_extension",
        "change_billing_details",
        "report_technical_problem",
    }
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message as it was understood by itself.

    Attributes:
        confidence: Of the intent, 0-1.
        entities: What was found, values by name; may be empty.
    """

    text: str
    intent: str
    confidence: float
    entities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Served:
    """What of a message is answered, each by itself and in this order, and what is only named.

    Attributes:
        parts: At least one.
        left: Texts of further requests, in order; empty when all are answered.
    """

    parts: tuple[Part, ...]
    left: tuple[str, ...] = ()


def split(text: str) -> tuple[str, ...]:
    """Return the parts that ``text`` may have: its sentences, and those around an "and"; the text alone when it has no two."""
    sentences = [one.strip() for one in _SENTENCE.split(text) if one.strip()]
    found: list[str] = []
    for sentence in sentences:
        found += _clauses(sentence)
    # So many are a pasted document or thread, in which not every sentence is meant for us.
    return tuple(found) if 0 < len(found) <= MOST_PARTS else (text,)


def body_of(text: str) -> str:
    """Return what a pasted mail says itself: without its head and what it quotes; ``text`` where nothing else would be left."""
    own = _QUOTED_FROM.split(text, maxsplit=1)[0] if _QUOTED_FROM.search(text) else text
    lines = [line for line in own.splitlines() if not line.lstrip().startswith(">") and not _MAIL_HEAD.match(line)]
    body = "\n".join(lines).strip()
    return body if len(body.split()) > _FEWEST_WORDS else text


def choose(whole: Part, parts: Sequence[Part]) -> Served | None:
    """Return what is to be answered by itself, or None when the message is to be taken as the whole that it is.

    A whole that is about a person or a complaint stays one, and so does one whose parts do not differ. Courtesies are left out where
    something is asked besides, a remark that is no request as well. Of several changes only one can be collected at a time: the
    others are named. It comes last, so that its question is the last thing said.
    """
    if whole.intent in _OUTRANK or any(one.intent in _OUTRANK and one.confidence >= CLEAR for one in parts):
        return None
    rest = [one for one in parts if one.intent not in _COURTESY]
    if whole.intent in _COURTESY and len(rest) == 1 and len(rest[0].text.split()) > _FEWEST_WORDS:
        # "Thank you. And which one is overdue?" is no thanks, however little of the rest is understood.
        return Served((rest[0],))
    clear = _different([one for one in parts if one.confidence >= _needed(one) and one.intent not in _COURTESY | _NOTHING])
    if len(clear) < 2:
        only = clear[0] if clear else None
        beside = all(one.intent in _COURTESY for one in parts if one is not only)
        if only is None or len(parts) < 2 or whole.intent not in _COURTESY | {"nlu_fallback"}:
            return None
        # Where the whole says nothing, one question that is plain enough is worth its answer whatever stands around it.
        return Served((only,)) if beside or (only.intent not in _TASKS and only.confidence >= CLEAR_ALONE) else None
    tasks = [one for one in clear if one.intent in _TASKS]
    if len(tasks) > 1 or (whole.intent in _TASKS and not tasks):
        return None
    told = [one for one in clear if one.intent not in _TASKS]
    served = told[: MOST_SERVED - len(tasks)]
    return Served((*served, *tasks), tuple(one.text for one in told if one not in served))


def _clauses(sentence: str) -> list[str]:
    """Return what stands around an "and"; what is too short to be a request stays with what follows it, or with what is before."""
    clauses: list[str] = []
    short = ""
    for one in _AND.split(sentence):
        clause = f"{short}, {one.strip()}" if short else one.strip()
        short = clause if len(clause.split()) <= _FEWEST_WORDS else ""
        if not short:
            clauses.append(clause)
    if short and clauses:
        return [sentence] if len(clauses) == 1 else [*clauses[:-1], f"{clauses[-1]}, {short}"]
    return clauses if len(clauses) > 1 else [sentence]


def _needed(part: Part) -> float:
    """Return the confidence from which the part is a request: something begun for nothing is worse than something told for nothing."""
    return CLEAR_TASK if part.intent in _TASKS else CLEAR


def _different(parts: Sequence[Part]) -> list[Part]:
    """Return the parts but for those that ask what one before asks, of the same things."""
    kept: list[Part] = []
    for part in parts:
        if not any(one.intent == part.intent and (one.entities == part.entities or not part.entities) for one in kept):
            kept.append(part)
    return kept
