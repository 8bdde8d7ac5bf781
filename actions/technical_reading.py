"""What the customer's words answer to a question of the service catalogue."""

from __future__ import annotations

import re

from actions.task_model import Heard
from bot.shared.text import fold
from bot.support.answers import choose, is_bare
from bot.support.catalogue import NO, YES, AnswerKind, Area, Option, Question
from bot.support.catalogue import UNKNOWN as NOT_KNOWN
from bot.support.substance import people_named

_LONGEST_TEXT = 600
_ALL = re.compile(r"\b(?:every|all of|the whole|no one|nobody|senki|mindenki|mindannyi|mindnyaj|az egesz|osszes)")
_ONE = re.compile(r"\b(?:only me|just me|myself|csak en|csak nalam|csak nekem|one|egy)\b|^1\b")
_HELPED = re.compile(
    r"\b(?:it )?(?:helped|works now|fixed|solved|resolved)\b|\b(?:mukodik|megjavult|megoldodott|segitett|sikerult|jo lett)\b"
)
_DID_NOT = re.compile(
    r"\b(?:did ?n.?t|does ?n.?t|still|no luck|not)\b|\b(?:nem|sem|meg mindig|tovabbra)\b.*\b(?:segit|mukod|jo|sikerul|megy|oldod|javult)\w*"
)


def to_question(heard: Heard, question: Question, pressed: str | None, *, unsure: bool) -> str:
    """Return the answer as it is kept; empty when the words are none."""
    if pressed is not None:
        return pressed if question.takes(pressed) else ""
    if unsure:
        return NOT_KNOWN
    if question.kind is AnswerKind.YES_NO:
        return "" if heard.answer is None else YES if heard.answer else NO
    if question.kind is AnswerKind.NUMBER:
        digits = re.search(r"\d+", heard.text)
        return digits.group() if digits else ""
    if question.kind is AnswerKind.TEXT:
        return "" if not heard.text or is_bare(heard.text) else heard.text.strip()[:_LONGEST_TEXT]
    return _option(heard, question)


def _option(heard: Heard, question: Question) -> str:
    if question.key == "affected" and (said := affected(heard.text, question.options)):
        return said
    names = [option.name.say(heard.turn.language) for option in question.options]
    place = choose(heard.text, names) if heard.text else None
    if place is not None and 0 <= place < len(names):
        return question.options[place].key
    return ""


def affected(said: str, options: tuple[Option, ...]) -> str:
    """Return which of one, some and all the words say, where the options are those; else an empty text."""
    folded = fold(said)
    meant = "all" if _ALL.search(folded) else "one" if _ONE.search(folded) else "some" if people_named(said) else ""
    return meant if any(option.key == meant for option in options) else ""


def names_area(area: Area, text: str) -> bool:
    """Return whether the words of ``text`` are about ``area``."""
    plain = f" {fold(text)}"
    return any(f" {word}" in plain for word in (*area.said_as_en, *area.said_as_hu))


def says_helped(text: str) -> bool | None:
    """Return whether a fix helped, or None when the words do not say."""
    folded = fold(text)
    if _DID_NOT.search(folded):
        return False
    return True if _HELPED.search(folded) else None
