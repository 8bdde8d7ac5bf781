"""From a customer's story to its invoices and credit notes, still without numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.billing.model import ChargeType, DocumentKind
from bot.demo.charges import Charge, Month, month_charges, once
from bot.demo.companies import Company
from bot.demo.dates import Span, days
from bot.demo.plans import Credit, Story
from bot.demo.products import wording
from bot.shared.money import round_half_up

_PRICE_RISE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Draft:
    """A document before it has a number.

    Attributes:
        index: The monthly invoice's place, 0 the newest; None for others.
        rebate: Percent (0-100) off the whole document.
        corrects: The draft that a credit note gives money back for.
        paid: Whether the customer pays it by and by.
    """

    company: Company
    kind: DocumentKind
    issued_on: date
    due_on: date
    charges: tuple[Charge, ...]
    span: Span | None = None
    index: int | None = None
    rebate: int = 0
    corrects: Draft | None = None
    disputed_on: date | None = None
    paid: bool = True


def _monthly_drafts(story: Story, *, today: date) -> Iterator[Draft]:
    count = len(story.spans)
    for place, span in enumerate(story.spans):
        index = count - 1 - place
        before = story.spans[place - 1] if place else Span(span.start - days(30), span.start)
        month = Month(story.company, span, before, early=index >= _PRICE_RISE_MONTHS)
        charges = month_charges(story, month, index=index)
        if not charges or sum(charge.net.amount for charge in charges) <= 0:
            continue
        issued_on = span.start + days(story.issue_after)
        yield Draft(
            company=story.company,
            kind=DocumentKind.INVOICE,
            issued_on=issued_on,
            due_on=issued_on + days(story.company.terms_days),
            charges=charges,
            span=span,
            index=index,
            rebate=story.rebate,
            disputed_on=min(issued_on + days(4), today) if index in story.disputed else None,
            paid=index >= story.unpaid and index not in story.disputed,
        )


def _credit_note(draft: Draft, how: Credit, *, today: date) -> Draft:
    """Return the credit note that gives back all of ``draft``, or two seats of its first line."""
    first = draft.charges[0]
    two = Decimal(min(2, int(first.quantity)))
    refund = Charge(
        kind=ChargeType.CREDIT,
        description=wording("refund", draft.company.customer.language, product=first.product or ""),
        product=first.product,
        quantity=two,
        unit_price=first.unit_price,
        net=round_half_up(first.unit_price * two),
        span=first.span,
        subscription_id=first.subscription_id,
    )
    issued_on = min(draft.issued_on + days(6), today)
    return Draft(
        company=draft.company,
        kind=DocumentKind.CREDIT_NOTE,
        issued_on=issued_on,
        due_on=issued_on,
        charges=draft.charges if how is Credit.FULL else (refund,),
        span=draft.span,
        rebate=draft.rebate if how is Credit.FULL else 0,
        corrects=draft,
    )


def drafts_of(story: Story, *, today: date) -> tuple[Draft, ...]:
    """Return all documents of one customer, in no particular order."""
    monthly = tuple(_monthly_drafts(story, today=today))
    notes = tuple(_credit_note(draft, story.credits[draft.index], today=today) for draft in monthly if draft.index in story.credits)
    single = tuple(
        Draft(
            company=story.company,
            kind=DocumentKind.INVOICE,
            issued_on=extra.issued_on,
            due_on=extra.issued_on + days(extra.terms_days),
            charges=(once(story.company, extra),),
            paid=extra.paid,
        )
        for extra in story.extras
        if extra.issued_on is not None
    )
    return monthly + notes + single
