"""Turns the validated files about support into the domain's own data classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.library.convert import week_from, words_from
from bot.library.models import WeekFile, WordsFile
from bot.library.service_models import AreaFile, EndFile, FixFile, QuestionFile, ServiceFile
from bot.library.support_models import HelperFile, HoldingFile, MicrosoftHoursFile, NeedsFile, StructureFile, VehicleFile, VehiclesFile
from bot.shared.text import fold
from bot.shared.words import Words
from bot.support.catalogue import Area, Condition, End, Fix, Option, Question, Service
from bot.support.leads import Need
from bot.support.model import OpeningHours
from bot.support.structure import Helper, Rule, Structure
from bot.support.vehicles import Coverage, Holding, Vehicle


def vehicles_from(file: VehiclesFile) -> tuple[Vehicle, ...]:
    """Return the vehicles of ``vehicles.yml``, in its order."""
    return tuple(_vehicle(vehicle) for vehicle in file.vehicles)


def structure_from(file: StructureFile, *, desk: OpeningHours) -> Structure:
    """Return the structure of ``structure.yml``; ``desk`` are the hours of the partner's own desk."""
    return Structure(
        helpers=tuple(_helper(helper, desk) for helper in file.helpers),
        rules=tuple(
            Rule(helper=rule.helper, families=rule.products, kinds=rule.kinds, plans=rule.plans, when=rule.when) for rule in file.rules
        ),
    )


def needs_from(file: NeedsFile) -> tuple[Need, ...]:
    """Return the needs of ``needs.yml``, in its order."""
    return tuple(
        Need(
            key=need.key,
            name=words_from(need.name),
            said_as_en=_folded(need.said_as.en),
            said_as_hu=_folded(need.said_as.hu),
            ask_first=need.ask_first,
        )
        for need in file.needs
    )


def service_from(key: str, file: ServiceFile) -> Service:
    """Return the service that the file called ``key`` describes; the first questions go before those of each area."""
    return Service(key=key, name=words_from(file.name), families=file.families, areas=tuple(_area(file, area) for area in file.areas))


def _vehicle(file: VehicleFile) -> Vehicle:
    covers = file.covers
    return Vehicle(
        key=file.key,
        kind=file.kind,
        name=words_from(file.name),
        where=words_from(file.where),
        coverage=Coverage(
            kinds=covers.kinds,
            platforms=covers.platforms,
            families=covers.products,
            not_families=covers.not_products,
            response_hours=tuple(covers.first_response_hours.items()),
            advice_hours=covers.advice_hours,
        ),
        hours=_microsoft_hours(file.hours) if isinstance(file.hours, MicrosoftHoursFile) else None,
        holding=_holding(file.held) if file.held is not None else None,
        has_api=file.has_api,
    )


def _holding(file: HoldingFile) -> Holding:
    return Holding(**file.model_dump())


def _microsoft_hours(file: MicrosoftHoursFile) -> OpeningHours:
    return OpeningHours(zone=file.zone, country=file.holidays_of, week=week_from(file.week))


def _helper(file: HelperFile, desk: OpeningHours) -> Helper:
    hours = desk if file.hours == "desk" else None
    if isinstance(file.hours, WeekFile):
        hours = replace(desk, week=week_from(file.hours))
    return Helper(key=file.key, kind=file.kind, name=words_from(file.name), pass_by=file.pass_by, address=file.address, hours=hours)


def _area(service: ServiceFile, file: AreaFile) -> Area:
    return Area(
        key=file.key,
        name=words_from(file.name),
        platform=file.platform or service.platform,
        said_as_en=_folded(file.said_as.en),
        said_as_hu=_folded(file.said_as.hu),
        partner_does=_all_words(file.partner_does),
        microsoft_does=_all_words(file.microsoft_does),
        questions=tuple(_question(question) for question in (*service.first_questions, *file.questions)),
        fixes=tuple(_fix(fix) for fix in file.fixes),
        collect=_all_words(file.collect),
        ends=tuple(_end(end) for end in file.ends),
    )


def _question(file: QuestionFile) -> Question:
    options = tuple(Option(key=option.key, name=words_from(option.name)) for option in file.options)
    return Question(key=file.key, ask=words_from(file.ask), kind=file.answer, options=options)


def _fix(file: FixFile) -> Fix:
    return Fix(key=file.key, say=words_from(file.say), link=file.link, when=_conditions(file.when))


def _end(file: EndFile) -> End:
    return End(ending=file.ending, work=file.work, when=_conditions(file.when))


def _conditions(when: dict[str, tuple[str, ...]]) -> tuple[Condition, ...]:
    return tuple(Condition(question, answers) for question, answers in when.items())


def _all_words(texts: Iterable[WordsFile]) -> tuple[Words, ...]:
    return tuple(words_from(text) for text in texts)


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fold(word) for word in words))
