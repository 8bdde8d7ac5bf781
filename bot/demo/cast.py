"""The customers with a part to play, by their fixed numbers. Every date is counted from today."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from bot.billing.model import BillingPlan, CommerceKind, SubscriptionStatus
from bot.demo.companies import Company, companies
from bot.demo.dates import Span, add_months, days, months_between
from bot.demo.plans import Credit, Extra, Habit, Plan, Story
from bot.demo.products import AZURE_LEGACY, AZURE_PLAN, SETUP, WORK
from bot.demo.stories import MONTHS, anniversary_months, usage_plan, usual_plans, usual_story
from bot.shared.errors import NotFound

MAIN, OTHER, SUSPENDED = "C-10001", "C-10002", "C-10003"
# Days past due of the oldest unpaid invoice; negative is before the due date. One for each step of a usual collections policy.
OVERDUE_DAYS = {"C-10004": -3, "C-10005": 3, "C-10006": 10, "C-10007": 20, "C-10008": 35, "C-10009": 50, SUSPENDED: 62}
PARTLY_PAID, DISPUTED, CREDITED, PAIRED, UNREFERENCED = "C-10010", "C-10011", "C-10012", "C-10013", "C-10014"
_LEGACY, _MONTHLY, _ANNUAL = CommerceKind.LEGACY, BillingPlan.MONTHLY, BillingPlan.ANNUAL


def _main(company: Company, today: date) -> Story:
    """The verified customer: newest invoice open, with a proration and a credit; the one before paid; one of its own overdue."""
    billed_on = today - days(6)
    spans = anniversary_months(billed_on, today=today)
    first, last = spans[0].start, spans[-2]
    added, removed = last.end - days(17), last.end - days(11)
    plans = (
        Plan(
            "Microsoft 365 Business Standard",
            bought_on=add_months(first, -8) + days(3),
            seats=38,
            term_months=1,
            changes=((spans[4].start + days(9), 4), (spans[13].start, -3), (added, 9)),
        ),
        Plan("Exchange Online (Plan 2)", bought_on=add_months(first, -14), seats=17, commerce=_LEGACY, changes=((removed, -2),)),
        Plan("Power BI Pro", bought_on=add_months(spans[9].start, -12) + days(12), seats=6, changes=((spans[17].start + days(5), 2),)),
        Plan("Microsoft 365 Copilot", bought_on=add_months(spans[6].start, -12) + days(7), seats=9, billing_plan=_ANNUAL),
        Plan("Microsoft Defender for Business", bought_on=today - days(3), seats=43, billing_plan=_MONTHLY),
        replace(usage_plan(spans), product=AZURE_PLAN),
    )
    extras = (
        Extra(SETUP, 1, index=MONTHS - 1),
        Extra(WORK, 5, index=7),
        Extra("SQL Server 2022 Standard (1 Server)", 2, issued_on=today - days(41), terms_days=30, paid=False),
    )
    return Story(company=company, spans=spans, issue_after=0, plans=plans, unpaid=1, extras=extras)


def _other(company: Company, today: date) -> Story:
    """A company that the main customer must never learn anything about."""
    spans = anniversary_months(today - days(9), today=today)
    plans = (
        Plan(
            "Microsoft 365 Business Premium", bought_on=add_months(spans[0].start, -5), seats=23, changes=((spans[15].start + days(8), 3),)
        ),
        Plan("Visio Plan 2", bought_on=add_months(spans[0].start, -2) + days(6), seats=4, discount=10),
        usage_plan(spans),
    )
    return Story(company=company, spans=spans, issue_after=0, plans=plans, unpaid=1)


def _due_spans(company: Company, today: date) -> tuple[tuple[Span, ...], int]:
    """Return months of which one is due as long ago as ``OVERDUE_DAYS`` says, and how many invoices there are from it on."""
    issued_on = today - days(OVERDUE_DAYS[company.number] + company.terms_days)
    return anniversary_months(issued_on, today=today), months_between(issued_on, today) + 1


def _debtor(company: Company, today: date) -> Story:
    """Somebody who has stopped paying, or is about to forget."""
    spans, unpaid = _due_spans(company, today)
    return replace(
        usual_story(company, today=today), spans=spans, issue_after=0, plans=usual_plans(company, spans, today=today), unpaid=unpaid
    )


def _suspended(company: Company, today: date) -> Story:
    """Access was stopped for non-payment, in both commerce systems; only new commerce goes on charging."""
    spans, unpaid = _due_spans(company, today)
    stopped = today - days(26)
    modern = Plan("Microsoft 365 Business Basic", bought_on=add_months(today, -29) - days(4), seats=14)
    legacy = Plan("Office 365 E1", bought_on=add_months(spans[0].start, -6) + days(5), seats=8, commerce=_LEGACY)
    plans = tuple(plan.suspended(on=stopped, reason="non_payment") for plan in (modern, legacy))
    return Story(company=company, spans=spans, issue_after=0, plans=plans, unpaid=unpaid)


def _with_fresh_invoice(company: Company, today: date, issued: int) -> Story:
    spans = anniversary_months(today - days(issued), today=today)
    return replace(usual_story(company, today=today), spans=spans, issue_after=0, plans=usual_plans(company, spans, today=today))


def _partly_paid(company: Company, today: date) -> Story:
    return replace(_with_fresh_invoice(company, today, 5), partly={0: 40, 1: 70}, habit=Habit.REFERENCE)


def _disputed(company: Company, today: date) -> Story:
    return replace(_with_fresh_invoice(company, today, 8), disputed=frozenset({1}), unpaid=1)


def _credited(company: Company, today: date) -> Story:
    return replace(_with_fresh_invoice(company, today, 7), credits={0: Credit.FULL, 3: Credit.PART, 9: Credit.PART})


def _paired(company: Company, today: date) -> Story:
    return replace(_with_fresh_invoice(company, today, 12), habit=Habit.PAIRS)


def _unreferenced(company: Company, today: date) -> Story:
    story = _with_fresh_invoice(company, today, 4)
    return replace(story, habit=Habit.NO_REFERENCE, plans=(*story.plans[:2], usage_plan(story.spans, legacy=True)))


def _stopped_on_request(company: Company, today: date) -> Story:
    """Stopped by the customer; its payments come by way of the bank that gives no statements."""
    story, stopped = usual_story(company, today=today), today - days(48)
    plan = Plan("Office 365 E3", bought_on=add_months(today, -31) + days(2), seats=12, commerce=_LEGACY)
    plan = plan.suspended(on=stopped, reason="customer_request")
    return replace(story, plans=(*story.plans, plan), habit=Habit.OTHER_BANK)


def _stopped_for_fraud(company: Company, today: date) -> Story:
    story = usual_story(company, today=today)
    usage = usage_plan(story.spans).suspended(on=today - days(2), reason="fraud")
    return replace(story, plans=(*(plan for plan in story.plans if plan.product not in (AZURE_PLAN, AZURE_LEGACY)), usage))


def _run_out(company: Company, today: date) -> Story:
    """One term ended twelve days ago and still works; another ended two months ago and does not."""
    story = usual_story(company, today=today)
    ended = (("Microsoft 365 E3", 12, SubscriptionStatus.EXPIRED), ("Project Plan 3", 61, SubscriptionStatus.DISABLED))
    plans = tuple(
        Plan(product, bought_on=add_months(today - days(ago), -24), seats=5, status=status, auto_renew=False, ended_on=today - days(ago))
        for product, ago, status in ended
    )
    return replace(story, plans=(*story.plans[:2], *plans))


def _cancelled(company: Company, today: date) -> Story:
    story = usual_story(company, today=today)
    bought_on = today - days(70)
    plan = Plan(
        "Dynamics 365 Sales Professional",
        bought_on=bought_on,
        seats=4,
        status=SubscriptionStatus.CANCELLED,
        auto_renew=False,
        ended_on=bought_on + days(3),
    )
    return replace(story, plans=(*story.plans, plan))


def _long_term(company: Company, today: date) -> Story:
    story = usual_story(company, today=today)
    bought_on = add_months(story.spans[5].start, 0) + days(3)
    plan = Plan("Microsoft 365 E5", bought_on=bought_on, seats=15, term_months=36, billing_plan=BillingPlan.TRIENNIAL)
    return replace(story, plans=(*story.plans, plan))


def _paid_twice(company: Company, today: date) -> Story:
    return replace(usual_story(company, today=today), paid_twice=frozenset({2}))


_PARTS: dict[str, Callable[[Company, date], Story]] = {
    MAIN: _main,
    OTHER: _other,
    **dict.fromkeys(OVERDUE_DAYS, _debtor),
    SUSPENDED: _suspended,
    PARTLY_PAID: _partly_paid,
    DISPUTED: _disputed,
    CREDITED: _credited,
    PAIRED: _paired,
    UNREFERENCED: _unreferenced,
    "C-10015": _stopped_on_request,
    "C-10016": _stopped_for_fraud,
    "C-10017": _run_out,
    "C-10018": _cancelled,
    "C-10019": _long_term,
    "C-10020": _paid_twice,
}


def story_of(company: Company, *, today: date) -> Story:
    """Return the part ``company`` plays."""
    part = _PARTS.get(company.number)
    return part(company, today) if part else usual_story(company, today=today)


def stories(*, today: date) -> tuple[Story, ...]:
    """Return the story of every customer, by number. Raises: NotFound if a part names a customer that does not exist."""
    everybody = companies()
    missing = _PARTS.keys() - {company.number for company in everybody}
    if missing:
        raise NotFound(f"no company for the parts of {sorted(missing)}")
    return tuple(story_of(company, today=today) for company in everybody)
