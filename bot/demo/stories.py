"""The customers without a part to play: what they have bought, how their seats changed, how they pay."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from bot.billing.model import BillingPlan, CommerceKind
from bot.demo.companies import Company
from bot.demo.dates import Span, add_months, days, monthly_spans
from bot.demo.identifiers import rng
from bot.demo.plans import Extra, Habit, Plan, Story
from bot.demo.products import AZURE_LEGACY, AZURE_PLAN, SETUP, TRAINING, WORK

MONTHS = 24
_NEW = (
    "Microsoft 365 Business Basic",
    "Microsoft 365 Business Standard",
    "Microsoft 365 Business Premium",
    "Microsoft 365 Apps for business",
    "Microsoft 365 E3",
    "Microsoft 365 F3",
    "Exchange Online (Plan 1)",
    "Microsoft Teams Essentials",
    "Microsoft Defender for Business",
    "Microsoft Entra ID P1",
    "Power BI Pro",
    "Visio Plan 2",
    "Project Plan 3",
    "Dynamics 365 Business Central Essentials",
    "Windows 365 Business 2 vCPU, 8 GB, 128 GB",
)
_LEGACY = ("Office 365 E1", "Office 365 E3", "Exchange Online (Plan 2)", "Exchange Online Archiving", "Microsoft Intune Plan 1")
_YEARLY = ("Microsoft 365 Copilot", "Microsoft Teams Phone Standard", "Dynamics 365 Sales Professional", "Microsoft 365 E5")


def calendar_months(company: Company, *, today: date, months: int = MONTHS) -> tuple[tuple[Span, ...], int]:
    """Return calendar months up to the newest that is invoiced by ``today``, and the days from their start to the invoice."""
    after = int(company.number[2:]) % 7
    return monthly_spans(date(2020, 1, 1), last=today - days(after), count=months), after


def anniversary_months(anchor: date, *, today: date, months: int = MONTHS) -> tuple[Span, ...]:
    """Return months on the anniversary days of ``anchor``, invoiced on their first day, up to ``today``."""
    return monthly_spans(anchor, last=today, count=months)


def _changes(
    source: Random, spans: tuple[Span, ...], *, seats: int, commerce: CommerceKind, monthly_term: bool
) -> Iterator[tuple[date, int]]:
    """Invent changes of seats; fewer seats only where the commerce system allows it. Source: the two systems' rules on reductions."""
    present = seats
    for span in spans[1:]:
        day = span.start + days(1 + source.randrange(20))
        chance = source.random()
        if chance < 0.09:
            more = 1 + source.randrange(max(seats // 5, 2))
            yield day, more
            present += more
            if commerce is CommerceKind.NEW and more > 1 and chance < 0.03:
                # New commerce lets go of seats only in the seven days after they were added.
                yield day + days(3), -1
                present -= 1
        elif chance > 0.95 and present > 4 and (commerce is CommerceKind.LEGACY or monthly_term):
            yield (day if commerce is CommerceKind.LEGACY else span.start), -2
            present -= 2


def seat_plan(source: Random, spans: tuple[Span, ...], product: str, *, commerce: CommerceKind, today: date, plan: BillingPlan) -> Plan:
    """Return a subscription to ``product`` with an invented history that is older than, or begins within, ``spans``."""
    seats = 3 + source.randrange(12) * (1 + source.randrange(3))
    late = source.random() < 0.2
    start = spans[source.randrange(2, len(spans) - 2)].start if late else add_months(spans[0].start, -source.randrange(1, 20))
    bought_on = start + days(source.randrange(1, 25))
    monthly_term = commerce is CommerceKind.NEW and plan is BillingPlan.MONTHLY and source.random() < 0.35
    later = tuple(span for span in spans if span.start > bought_on)
    changes = tuple(
        (day, difference)
        for day, difference in _changes(source, later, seats=seats, commerce=commerce, monthly_term=monthly_term)
        if day <= today
    )
    return Plan(
        product=product,
        bought_on=bought_on,
        seats=seats,
        commerce=commerce,
        term_months=1 if monthly_term else 12,
        billing_plan=plan,
        changes=changes,
        auto_renew=source.random() < 0.85,
        discount=10 if source.random() < 0.08 else 0,
    )


def usual_plans(company: Company, spans: tuple[Span, ...], *, today: date) -> tuple[Plan, ...]:
    """Return what a customer of no particular part has bought."""
    source, place = rng("plans", company.number), int(company.number[2:])
    plans = [
        seat_plan(source, spans, product, commerce=CommerceKind.NEW, today=today, plan=BillingPlan.MONTHLY)
        for product in source.sample(_NEW, 1 + source.randrange(1, 4))
    ]
    if place % 3 == 0:
        legacy = source.sample(_LEGACY, 1 + source.randrange(2))
        plans += [seat_plan(source, spans, item, commerce=CommerceKind.LEGACY, today=today, plan=BillingPlan.MONTHLY) for item in legacy]
    if place % 4 == 0:
        product = source.choice(_YEARLY)
        plans.append(seat_plan(source, spans, product, commerce=CommerceKind.NEW, today=today, plan=BillingPlan.ANNUAL))
    if place % 3 == 1:
        plans.append(usage_plan(spans, legacy=place % 2 == 0))
    return tuple(plans)


def usage_plan(spans: tuple[Span, ...], *, legacy: bool = False) -> Plan:
    """Return an Azure subscription that is older than ``spans``."""
    return Plan(
        product=AZURE_LEGACY if legacy else AZURE_PLAN,
        bought_on=add_months(spans[0].start, -7),
        seats=0,
        commerce=CommerceKind.LEGACY if legacy else CommerceKind.NEW,
        term_months=1,
        billing_plan=BillingPlan.NONE,
    )


def _extras(company: Company, months: int) -> tuple[Extra, ...]:
    source = rng("extras", company.number)
    extras = [Extra(SETUP, 1, index=months - 1)] if months < MONTHS else []
    extras.append(Extra(WORK, 1 + source.randrange(6), index=source.randrange(1, months)))
    if source.random() < 0.4:
        extras.append(Extra(TRAINING, 1 + source.randrange(3), index=source.randrange(1, months)))
    if source.random() < 0.3:
        extras.append(Extra("Windows Server 2022 CAL (1 User)", 5 + source.randrange(20), index=source.randrange(1, months)))
    return tuple(extras)


def usual_story(company: Company, *, today: date) -> Story:
    """Return the two years (or less) of a customer of no particular part: all due invoices are paid."""
    source, place = rng("story", company.number), int(company.number[2:])
    months = MONTHS if place % 6 else 8 + source.randrange(14)
    if place % 5 == 0:
        spans, after = anniversary_months(date(2020, 1, 1 + source.randrange(28)), today=today, months=months), 0
    else:
        spans, after = calendar_months(company, today=today, months=months)
    return Story(
        company=company,
        spans=spans,
        issue_after=after,
        plans=usual_plans(company, spans, today=today),
        habit=Habit.OTHER_BANK if place % 13 == 0 else Habit.REFERENCE,
        extras=_extras(company, months),
        rebate=3 if company.country in ("AT", "CH") else 0,
    )
