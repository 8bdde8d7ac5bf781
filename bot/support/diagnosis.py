"""A case on its way through the service catalogue: what is asked or offered next, and where it ends. Pure.

The order is that of the support chain: the product, whether its subscription works, the health of the service, then the questions and
fixes of its area.
Source: docs/support.md, "How a case is diagnosed".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.shared.errors import InvalidInput
from bot.support.catalogue import NO, UNKNOWN, YES, Area, Catalogue, Ending, Fix, Question, area_by_key, areas_for, end_of, holds

MOST_AREAS = 4
"""So many areas are offered to choose from; more would not be read."""


class AnswerNotTaken(InvalidInput):
    """The question does not take this answer."""


class SubscriptionState(StrEnum):
    """How the subscription stands that the case is about."""

    ACTIVE = "active"
    UNPAID = "unpaid"
    """Suspended because invoices were not paid."""
    SUSPENDED = "suspended"
    """Suspended for another reason, or ended."""
    NOT_OURS = "not_ours"
    """The customer has none of it from the partner."""
    NOT_KNOWN = "not_known"


class Outcome(StrEnum):
    """Where a case ends."""

    SOLVED = "solved"
    OWN_STAFF = "own_staff"
    ESCALATE = "escalate"
    CHARGEABLE = "chargeable"
    KNOWN_INCIDENT = "known_incident"
    UNPAID = "unpaid"
    SUSPENDED = "suspended"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class Incident:
    """A published incident of the service: it may affect the customer, which is not certain.

    Attributes:
        id: Microsoft's number, such as ``EX123456``.
        title: As Microsoft published it.
    """

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the partner's records say; asked for again at each step, since it changes.

    Attributes:
        subscription: Of the product named in the case.
        incident: A published incident of its service, or None.
        health_known: Whether the health of the service could be read at all; a ticket says so.
        included_work: Keys of work that the customer's plan includes, which is not charged.
    """

    subscription: SubscriptionState
    incident: Incident | None = None
    health_known: bool = False
    included_work: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is kept: ``yes``, ``no``, ``unknown``, the key of an option, digits, or what was typed."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A fix that was offered, and whether it helped."""

    fix: str
    helped: bool


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a case.

    Attributes:
        text: The customer's first words, as typed.
        product: As it is sold, or None.
        product_asked: Whether the product was asked for, so that "I don't know" is accepted.
        area: Key of the area, or None.
        area_asked: Whether the area was asked for.
        same_as: The incident that was put to the customer, with whether it is the same; None before.
        answers: One for each question answered, in order.
        tried: One for each fix offered, in order.
    """

    text: str
    language: str
    product: str | None = None
    product_asked: bool = False
    area: str | None = None
    area_asked: bool = False
    same_as: tuple[str, bool] | None = None
    answers: tuple[Answer, ...] = ()
    tried: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class AskProduct:
    """Ask which product it is."""


@dataclass(frozen=True, slots=True)
class AskIncident:
    """Tell of the incident and ask whether that is what the customer sees."""

    incident: Incident


@dataclass(frozen=True, slots=True)
class AskArea:
    """Ask which of the areas it is."""

    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a question of the area."""

    area: Area
    question: Question


@dataclass(frozen=True, slots=True)
class Offer:
    """Offer a fix, and ask whether it helped."""

    area: Area
    fix: Fix


@dataclass(frozen=True, slots=True)
class Done:
    """The case has ended.

    Attributes:
        area: None when it ended before one was known.
        work: What is to be quoted and agreed to first, for chargeable ones only.
        incident: For known incidents only.
    """

    outcome: Outcome
    area: Area | None = None
    work: str | None = None
    incident: Incident | None = None


Step = AskProduct | AskIncident | AskArea | Ask | Offer | Done
_BLOCKED = {
    SubscriptionState.UNPAID: Outcome.UNPAID,
    SubscriptionState.SUSPENDED: Outcome.SUSPENDED,
    SubscriptionState.NOT_OURS: Outcome.NOT_OURS,
}
_OUTCOMES = {Ending.OWN_STAFF: Outcome.OWN_STAFF, Ending.ESCALATE: Outcome.ESCALATE, Ending.CHARGEABLE: Outcome.CHARGEABLE}


def next_step(*, case: Case, catalogue: Catalogue, facts: Facts) -> Step:
    """Return what is to be asked, offered or told next.

    Every step is answered by one of the functions below, and a case that is answered always ends: a question is asked once, a fix offered
    once. A subscription that does not work ends the case at once, whatever was asked before.
    """
    if facts.subscription in _BLOCKED:
        return Done(_BLOCKED[facts.subscription], area=_area(case, catalogue))
    if case.product is None and not case.product_asked:
        return AskProduct()
    if facts.incident is not None:
        if case.same_as is None or case.same_as[0] != facts.incident.id:
            return AskIncident(facts.incident)
        if case.same_as[1]:
            return Done(Outcome.KNOWN_INCIDENT, area=_area(case, catalogue), incident=facts.incident)
    return _within_area(case, catalogue, facts)


def with_product(*, case: Case, product: str | None) -> Case:
    """Return ``case`` with the product named, or with it being known that the customer cannot name one."""
    return replace(case, product=product, product_asked=True)


def with_incident(*, case: Case, incident: Incident, is_it: bool) -> Case:
    """Return ``case`` with whether ``incident`` is what the customer sees."""
    return replace(case, same_as=(incident.id, is_it))


def with_area(*, case: Case, area: str | None) -> Case:
    """Return ``case`` with the area chosen, or None when it is none of those offered; answers of another area are left out."""
    if area == case.area:
        return replace(case, area_asked=True)
    return replace(case, area=area, area_asked=True, answers=(), tried=())


def with_answer(*, case: Case, step: Ask, answer: str) -> Case:
    """Return ``case`` with the answer to the question of ``step``; one given before is replaced.

    Raises:
        AnswerNotTaken: The question does not take ``answer``.
    """
    question = step.question
    if not question.takes(answer):
        raise AnswerNotTaken(f"question {question.key!r} of {step.area.key!r} takes {_takes(question)} or {UNKNOWN}, not {answer!r}")
    others = tuple(given for given in case.answers if given.question != question.key)
    return replace(case, area=step.area.key, answers=(*others, Answer(question.key, answer)))


def with_fix(*, case: Case, step: Offer, helped: bool) -> Case:
    """Return ``case`` with whether the fix of ``step`` helped."""
    others = tuple(tried for tried in case.tried if tried.fix != step.fix.key)
    return replace(case, area=step.area.key, tried=(*others, Tried(step.fix.key, helped)))


def in_words(*, case: Case, area: Area, language: str) -> tuple[tuple[str, str], ...]:
    """Return the questions and answers of ``case`` as (asked, answered) for a ticket, in ``language``; may be empty.

    A choice is written out; ``yes``, ``no`` and ``unknown`` stay as they are, for the face to say.
    """
    given = {answer.question: answer.answer for answer in case.answers}
    return tuple(
        (question.ask.say(language), _answer_in_words(question, given[question.key], language))
        for question in area.questions
        if question.key in given
    )


def answer_in_words(*, case: Case, area: Area, question: str, language: str) -> str:
    """Return what was answered to one question, as ``in_words`` has it; empty where it was not asked, or not known."""
    asked = next((one for one in area.questions if one.key == question), None)
    answer = next((given.answer for given in case.answers if given.question == question), UNKNOWN)
    return "" if asked is None or answer == UNKNOWN else _answer_in_words(asked, answer, language)


def _within_area(case: Case, catalogue: Catalogue, facts: Facts) -> Step:
    area = _area(case, catalogue)
    if area is None:
        if case.area is not None or case.area_asked:
            return Done(Outcome.OWN_STAFF)
        offered = areas_for(catalogue=catalogue, product=case.product, text=case.text, language=case.language)
        if len(offered) != 1:
            return AskArea(offered[:MOST_AREAS]) if offered else Done(Outcome.OWN_STAFF)
        area = offered[0]
    answers = {given.question: given.answer for given in case.answers}
    waiting = next((question for question in area.questions if question.key not in answers), None)
    if waiting is not None:
        return Ask(area, waiting)
    if any(tried.helped for tried in case.tried):
        return Done(Outcome.SOLVED, area=area)
    offered_before = {tried.fix for tried in case.tried}
    fix = next((fix for fix in area.fixes if fix.key not in offered_before and holds(fix.when, answers)), None)
    if fix is not None:
        return Offer(area, fix)
    end = end_of(area, answers)
    if end.ending is Ending.CHARGEABLE and end.work in facts.included_work:
        return Done(Outcome.OWN_STAFF, area=area)
    return Done(_OUTCOMES[end.ending], area=area, work=end.work)


def _area(case: Case, catalogue: Catalogue) -> Area | None:
    return area_by_key(catalogue=catalogue, key=case.area) if case.area is not None else None


def _takes(question: Question) -> str:
    if question.options:
        return ", ".join(option.key for option in question.options)
    return {"yes_no": f"{YES}, {NO}", "number": "digits", "text": "a text that is not empty", "choice": ""}[question.kind.value]


def _answer_in_words(question: Question, answer: str, language: str) -> str:
    return next((option.name.say(language) for option in question.options if option.key == answer), answer)
