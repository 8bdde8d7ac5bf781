"""What is asked, tried and collected when a service does not work, by area. Pure.

The partner writes it in ``knowledge/services/``; how a case goes through it is in ``bot.support.diagnosis``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.shared.text import fold
from bot.shared.words import Words
from bot.support.families import Platform, is_of_family

YES, NO, UNKNOWN = "yes", "no", "unknown"
"""Answers as they are kept; ``unknown`` stands for "I don't know", which every question takes and no condition names."""


class AnswerKind(StrEnum):
    """What an answer looks like."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"
    TEXT = "text"


class Ending(StrEnum):
    """Where a case goes that the fixes did not solve."""

    OWN_STAFF = "own_staff"
    ESCALATE = "escalate"
    CHARGEABLE = "chargeable"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    key: str
    name: Words


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the customer.

    Attributes:
        key: Unique in its area.
        options: The answers of a choice; empty for the other kinds.
    """

    key: str
    ask: Words
    kind: AnswerKind
    options: tuple[Option, ...] = ()

    def takes(self, answer: str) -> bool:
        """Return whether ``answer`` can be kept as an answer to it."""
        if answer == UNKNOWN:
            return True
        if self.kind is AnswerKind.YES_NO:
            return answer in (YES, NO)
        if self.kind is AnswerKind.CHOICE:
            return any(option.key == answer for option in self.options)
        if self.kind is AnswerKind.NUMBER:
            return answer.isascii() and answer.isdigit()
        return bool(answer.strip())


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when the question was answered by one of ``answers``; one that was not asked or not known does not."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fix:
    """Something the customer can try, with Microsoft's page about it; offered where all of ``when`` holds."""

    key: str
    say: Words
    link: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class End:
    """Where a case goes when all of ``when`` holds; ``work`` names what is charged, for chargeable ones only."""

    ending: Ending
    work: str | None = None
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a service that fails for its own reasons.

    Attributes:
        key: Unique in the whole catalogue.
        platform: Who runs it.
        said_as_en: Beginnings of words by which it is recognised, folded; never empty.
        said_as_hu: The same in Hungarian; there the English ones count as well.
        partner_does: The partner's part, inside its boundary; never empty.
        microsoft_does: What lies outside of it; never empty.
        questions: In the order they are asked; never empty.
        fixes: In the order they are offered.
        collect: What Microsoft asks for first; never empty.
        ends: In their order; the last one has no condition.
    """

    key: str
    name: Words
    platform: Platform
    said_as_en: tuple[str, ...]
    said_as_hu: tuple[str, ...]
    partner_does: tuple[Words, ...]
    microsoft_does: tuple[Words, ...]
    questions: tuple[Question, ...]
    fixes: tuple[Fix, ...]
    collect: tuple[Words, ...]
    ends: tuple[End, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """A family of products with its areas; ``key`` is the name of its file."""

    key: str
    name: Words
    families: tuple[str, ...]
    areas: tuple[Area, ...]


Catalogue = tuple[Service, ...]


def area_by_key(*, catalogue: Catalogue, key: str) -> Area | None:
    """Return the area called ``key``, or None when the partner has taken it out since."""
    return next((area for service in catalogue for area in service.areas if area.key == key), None)


def areas_for(*, catalogue: Catalogue, product: str | None, text: str, language: str) -> tuple[Area, ...]:
    """Return the areas a customer may mean, the likeliest first; empty when nothing tells.

    Words decide: an area counts by the letters of the different beginnings found in ``text``. Where the product belongs to services of the
    catalogue, only their areas are looked at, and when no word tells among them, all of them are returned to choose from.

    Args:
        catalogue: All services.
        product: The product named, or None.
        text: As typed, with or without accents.
        language: ``en`` or ``hu``; Hungarians use English words too.
    """
    of_product = tuple(service for service in catalogue if product is not None and is_of_family(product=product, families=service.families))
    areas = tuple(area for service in of_product or catalogue for area in service.areas)
    plain = fold(text)
    scored = [(_letters(area, plain, language), area) for area in areas]
    told = [(letters, area) for letters, area in scored if letters]
    if told:
        return tuple(area for _, area in sorted(told, key=lambda pair: -pair[0]))
    return areas if of_product else ()


def holds(when: Iterable[Condition], answers: Mapping[str, str]) -> bool:
    """Return whether all of ``when`` holds with the ``answers`` by question."""
    return all(answers.get(condition.question) in condition.answers for condition in when)


def end_of(area: Area, answers: Mapping[str, str]) -> End:
    """Return the first end of ``area`` that fits the ``answers``; the last one always does."""
    return next(end for end in area.ends if holds(end.when, answers))


def _letters(area: Area, plain: str, language: str) -> int:
    beginnings: Sequence[str] = (*area.said_as_en, *area.said_as_hu) if language == "hu" else area.said_as_en
    found = {word for word in beginnings if re.search(rf"\b{re.escape(word)}", plain)}
    # "mail" says nothing more where "mailbox" was found.
    return sum(len(word) for word in found if not any(word != other and word in other for other in found))
