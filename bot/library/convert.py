"""Turns validated files into the domain's own data classes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from functools import partial

from bot.billing.model import Address
from bot.billing.partner import BankAccount, Partner, PaymentMethod
from bot.library import models
from bot.library.offering_models import OfferingFile, PlanFile, PriceFile, WorkPriceFile
from bot.overdue.model import CollectionsPolicy, HoldRules, PolicyStep, every_day
from bot.shared.money import Money
from bot.shared.text import fold
from bot.shared.words import Words
from bot.support.canned import CannedReply
from bot.support.hours import is_open_on
from bot.support.model import OpeningHours
from bot.support.offering import ContactMethod, FirstAnswer, Offering, Price, PriceModel, PriorityAnswer, SupportPlan, Work, WorkPrice
from bot.support.portals import Portal


def partner_from(file: models.PartnerFile, payment: models.PaymentFile) -> Partner:
    """Return the partner that ``partner.yml`` and ``payment.yml`` describe."""
    return Partner(
        name=file.name,
        legal_name=file.legal_name,
        address=Address(**file.address.model_dump()),
        tax_number=file.tax_number,
        eu_tax_number=file.eu_tax_number,
        company_number=file.company_number,
        time_zone=file.time_zone,
        country=file.country,
        default_language=file.default_language,
        currencies=file.currencies,
        bank_accounts=tuple(BankAccount(**account.model_dump()) for account in file.bank_accounts),
        payment_reference=words_from(file.payment_reference),
        payment_methods=tuple(
            PaymentMethod(key=method.key, accepted=method.accepted, label=words_from(method.label), note=words_from(method.note))
            for method in payment.methods
        ),
        invoice_number_patterns=file.invoice_number_patterns,
        website=file.website,
        sender=file.sender,
    )


def offering_from(file: OfferingFile, *, zone: str) -> Offering:
    """Return the offering that ``offering.yml`` describes, its hours in the IANA ``zone``."""
    desk = hours_from(file.hours, file.hours.week, zone)
    return Offering(
        hours=desk,
        contact_methods=tuple(_contact(method, file.hours, desk, zone) for method in file.contact_methods),
        plans=tuple(_plan(plan, file.hours, zone) for plan in file.plans),
        first_answers=tuple(FirstAnswer(kind=kind, open_minutes=minutes) for kind, minutes in file.first_answer_open_hours.items()),
        priority_answers=tuple(
            PriorityAnswer(priority=priority, open_minutes=minutes)
            for priority, minutes in file.first_answer_open_hours_by_priority.items()
        ),
        work=tuple(Work(key=piece.key, name=words_from(piece.name), price=_work_price(piece.price)) for piece in file.work),
        quotes_valid_days=file.quotes_valid_days,
    )


def policies_from(file: models.CollectionsFile, *, hours: OpeningHours) -> tuple[CollectionsPolicy, ...]:
    """Return the versions of the collections policy, the earliest first; ``hours`` say which days are open."""
    policies = (
        CollectionsPolicy(
            version=policy.version,
            in_force_from=policy.in_force_from,
            steps=tuple(
                PolicyStep(
                    key=step.key,
                    kind=step.kind,
                    days=step.days,
                    label=words_from(step.label),
                    effect=words_from(step.effect),
                    channels=step.channels,
                )
                for step in policy.steps
            ),
            access_note=words_from(policy.access_note),
            termination_note=words_from(policy.termination_note),
            customers=frozenset(number.strip().upper() for number in policy.customers),
            grace_days=policy.grace_days,
            minimums=_amounts(policy.minimum),
            four_eyes_above=_amounts(policy.four_eyes_above),
            interest=words_from(policy.interest) if policy.interest is not None else None,
            holds=HoldRules(**policy.holds.model_dump()),
            is_open_day=partial(_is_open_on, hours) if policy.only_on_open_days else every_day,
        )
        for policy in file.policies
    )
    return tuple(sorted(policies, key=lambda policy: policy.in_force_from))


def _amounts(file: Mapping[str, Decimal]) -> tuple[Money, ...]:
    return tuple(Money(amount, currency) for currency, amount in file.items())


def _is_open_on(hours: OpeningHours, day: date) -> bool:
    return is_open_on(hours=hours, day=day)


def canned_replies_from(file: models.CannedRepliesFile) -> tuple[CannedReply, ...]:
    """Return the replies of ``canned-replies.yml``, in its order; may be empty."""
    return tuple(CannedReply(key=reply.key, shortcut=reply.shortcut, text=words_from(reply.text)) for reply in file.replies)


def portals_from(file: models.PortalsFile) -> tuple[Portal, ...]:
    """Return the portals of ``portals.yml``, in its order."""
    return tuple(
        Portal(
            key=portal.key,
            bought=words_from(portal.bought),
            families=portal.families,
            said_as=tuple(dict.fromkeys(fold(word) for word in (*portal.said_as.en, *portal.said_as.hu))),
            name=words_from(portal.name),
            link_text=words_from(portal.link_text),
            link=portal.link or "",
            usual=portal.usual,
        )
        for portal in file.portals
    )


def words_from(file: models.WordsFile) -> Words:
    """Return the text of a file as the domain has it."""
    return Words(en=file.en, hu=file.hu)


def _price(file: PriceFile) -> Price:
    if file.amount is None or file.currency is None:
        return Price(model=file.model)
    return Price(model=file.model, amount=Money(file.amount, file.currency))


def _plan(file: PlanFile, hours: models.HoursFile, zone: str) -> SupportPlan:
    return SupportPlan(
        key=file.key,
        name=words_from(file.name),
        scope=tuple(words_from(item) for item in file.scope),
        price=_price(file.price),
        hours=hours_from(hours, file.hours, zone) if isinstance(file.hours, models.WeekFile) else None,
        contacts=file.contact_methods,
        first_answers=tuple(FirstAnswer(kind=kind, open_minutes=minutes) for kind, minutes in file.first_answer_open_hours.items()),
        includes=file.includes,
        prices=tuple((key, _work_price(price)) for key, price in file.prices.items()),
        included_minutes=file.included_hours or 0,
    )


def _work_price(file: WorkPriceFile) -> WorkPrice:
    amount = Money(file.amount, file.currency) if file.amount is not None and file.currency is not None else None
    return WorkPrice(model=PriceModel(file.model), amount=amount, step_minutes=file.step_minutes)


def _contact(file: models.ContactFile, hours: models.HoursFile, desk: OpeningHours, zone: str) -> ContactMethod:
    own = hours_from(hours, file.hours, zone) if isinstance(file.hours, models.WeekFile) else desk if file.hours == "desk" else None
    return ContactMethod(
        kind=file.kind,
        label=words_from(file.label),
        value=file.value,
        hours=own,
        note=words_from(file.note) if file.note is not None else None,
    )


def hours_from(file: models.HoursFile, week: models.WeekFile, zone: str) -> OpeningHours:
    """Return ``week`` as opening hours in the IANA ``zone``, with the holidays and exceptions of ``file``."""
    exceptions: list[tuple[date, time, time]] = []
    for day in file.extra_open:
        exceptions += [(day.date, opens, closes) for opens, closes in day.spans]
    return OpeningHours(
        zone=zone, country=file.holidays_of, week=week_from(week), extra_closed=file.extra_closed, extra_open=tuple(sorted(exceptions))
    )


def week_from(file: models.WeekFile) -> tuple[tuple[int, time, time], ...]:
    """Return the spans of ``file`` as (weekday, opens, closes), Monday 0."""
    spans: list[tuple[int, time, time]] = []
    for weekday, name in enumerate(models.WEEKDAYS):
        spans += [(weekday, opens, closes) for opens, closes in getattr(file, name)]
    return tuple(spans)
