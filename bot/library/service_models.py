"""The shape of the files in ``knowledge/services/``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.library import fields
from bot.library.models import SaidAsFile, Strict, WordsFile, refuse_repeats
from bot.support.catalogue import NO, UNKNOWN, YES, AnswerKind, Ending
from bot.support.families import Platform

_KEY = re.compile(r"[a-z][a-z0-9_]*")


def _key(value: object) -> object:
    if isinstance(value, str) and not _KEY.fullmatch(value):
        raise ValueError(f"{value!r} is not a key; use small letters, digits and underscores, a letter first")
    return value


def _answers(value: object) -> object:
    return [value] if isinstance(value, str) else value


Key = Annotated[str, BeforeValidator(_key)]
When = dict[Key, Annotated[tuple[fields.Text, ...], BeforeValidator(_answers), Field(min_length=1)]]


class OptionFile(Strict):
    """One answer of a choice."""

    key: Key
    name: WordsFile


class QuestionFile(Strict):
    """A question to the customer."""

    key: Key
    ask: WordsFile
    answer: AnswerKind
    options: tuple[OptionFile, ...] = ()

    @model_validator(mode="after")
    def _has_options_for_a_choice(self) -> Self:
        refuse_repeats("options", (option.key for option in self.options))
        if self.answer is AnswerKind.CHOICE and len(self.options) < 2:
            raise ValueError("a choice needs two options at least; add them or take another kind of answer")
        if self.answer is not AnswerKind.CHOICE and self.options:
            raise ValueError(f"only a choice has options; leave them out or set answer: choice instead of {self.answer.value}")
        if any(option.key == UNKNOWN for option in self.options):
            raise ValueError("'unknown' stands for not knowing, which every question takes; leave that option out")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """The answers a condition can name; none for numbers and texts."""
        return (YES, NO) if self.answer is AnswerKind.YES_NO else tuple(option.key for option in self.options)


class FixFile(Strict):
    """Something the customer can try."""

    key: Key
    when: When = Field(default_factory=dict)
    say: WordsFile
    link: fields.Link


class EndFile(Strict):
    """Where a case goes that the fixes did not solve. ``with`` is a word of Python, hence the other name."""

    when: When = Field(default_factory=dict)
    ending: Ending = Field(alias="with")
    work: fields.Text | None = None

    @model_validator(mode="after")
    def _names_work_when_it_is_charged(self) -> Self:
        if (self.ending is Ending.CHARGEABLE) != (self.work is not None):
            raise ValueError("work names what is charged (a key under work in offering.yml); give it with chargeable, and only there")
        return self


class AreaFile(Strict):
    """A part of a service that fails for its own reasons."""

    key: Key
    platform: Platform | None = None
    name: WordsFile
    said_as: SaidAsFile
    partner_does: tuple[WordsFile, ...] = Field(min_length=1)
    microsoft_does: tuple[WordsFile, ...] = Field(min_length=1)
    questions: tuple[QuestionFile, ...] = Field(min_length=1)
    fixes: tuple[FixFile, ...] = ()
    collect: tuple[WordsFile, ...] = Field(min_length=1)
    ends: tuple[EndFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_always(self) -> Self:
        refuse_repeats("fixes", (fix.key for fix in self.fixes))
        bare = [index for index, end in enumerate(self.ends) if not end.when]
        if not bare:
            raise ValueError("ends: none is without when, so some cases would go nowhere; end with one that has only with")
        if bare[0] != len(self.ends) - 1:
            raise ValueError(f"ends[{bare[0]}] has no when, so what stands after it is never reached; put it last")
        return self


class ServiceFile(Strict):
    """A file of ``knowledge/services/``."""

    name: WordsFile
    platform: Platform
    families: tuple[fields.Text, ...] = Field(min_length=1)
    first_questions: tuple[QuestionFile, ...] = ()
    areas: tuple[AreaFile, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _asks_what_it_goes_by(self) -> Self:
        refuse_repeats("families", self.families)
        refuse_repeats("areas", (area.key for area in self.areas))
        for area in self.areas:
            questions = (*self.first_questions, *area.questions)
            refuse_repeats(f"first_questions and questions of {area.key!r}", (question.key for question in questions))
            answers = {question.key: question.answers for question in questions}
            for where, when in _conditions(area):
                _check_condition(f"{area.key!r}, {where}", when, answers)
        return self


def _conditions(area: AreaFile) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    for fix in area.fixes:
        yield f"fix {fix.key!r}", fix.when
    for index, end in enumerate(area.ends):
        yield f"ends[{index}]", end.when


def _check_condition(where: str, when: dict[str, tuple[str, ...]], answers: dict[str, tuple[str, ...]]) -> None:
    for question, wanted in when.items():
        if question not in answers:
            raise ValueError(f"{where}: there is no question {question!r}; asked are {', '.join(answers)}")
        if not answers[question]:
            raise ValueError(f"{where}: {question!r} takes any text or number, so nothing can depend on it; ask it as yes_no or choice")
        if unknown := [answer for answer in wanted if answer not in answers[question]]:
            raise ValueError(f"{where}: {unknown[0]!r} is no answer to {question!r}; it takes {', '.join(answers[question])}")
