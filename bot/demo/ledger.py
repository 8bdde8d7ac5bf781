"""The whole demo ledger: stories told, documents numbered in the order of issue, taxes counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from bot.billing.model import ChargeType, DocumentKind, Invoice, InvoiceLine, Subscription
from bot.demo.cast import stories
from bot.demo.charges import Charge
from bot.demo.companies import SELLER_LEGAL_NAME
from bot.demo.dates import add_months
from bot.demo.documents import Draft, drafts_of
from bot.demo.identifiers import guid
from bot.demo.plans import Story
from bot.demo.products import wording
from bot.shared.ids import InvoiceId
from bot.shared.money import Money, round_half_up, total

_DOMESTIC, _REVERSE_CHARGE, _OUTSIDE, _EXEMPT = "S", "AE", "O", "E"
_DOMESTIC_RATE = Decimal(27)
_OUTSIDE_COUNTRIES = ("GB", "CH")
# Documents a month; gives the first, incomplete year a plausible first number.
_USUAL_MONTH = 58


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or credit note of the demo.

    Attributes:
        rebate: The line of ``invoice`` that is an allowance on the whole document, or None.
    """

    draft: Draft
    invoice: Invoice
    rebate: InvoiceLine | None


@dataclass(frozen=True, slots=True)
class DemoLedger:
    """Everything the demo files are written from; documents in the order of their numbers."""

    stories: tuple[Story, ...]
    subscriptions: tuple[Subscription, ...]
    documents: tuple[Document, ...]


def _category(draft: Draft, charge: Charge) -> tuple[str, Decimal | None]:
    """Return VAT category and rate. Source: EN 16931 categories; services to businesses abroad are taxed by the buyer."""
    country = draft.company.country
    if country == "HU":
        return (_EXEMPT, Decimal(0)) if charge.exempt else (_DOMESTIC, _DOMESTIC_RATE)
    return (_OUTSIDE, None) if country in _OUTSIDE_COUNTRIES else (_REVERSE_CHARGE, Decimal(0))


def _untaxed_lines(draft: Draft) -> Iterator[InvoiceLine]:
    nothing = Money.zero(draft.company.currency)
    gives_back = draft.kind is DocumentKind.CREDIT_NOTE
    for place, charge in enumerate(draft.charges, start=1):
        category, rate = _category(draft, charge)
        yield InvoiceLine(
            position=place,
            charge_type=ChargeType.CREDIT if gives_back else charge.kind,
            description=charge.description,
            product=charge.product,
            quantity=charge.quantity,
            unit_price=charge.unit_price,
            net=charge.net,
            tax=nothing,
            gross=charge.net,
            tax_rate=rate,
            tax_category=category,
            period_start=charge.span.start if charge.span else None,
            period_end=charge.span.end if charge.span else None,
            subscription_id=charge.subscription_id,
        )
    if draft.rebate:
        # Only customers abroad have one, and they have a single VAT category.
        net = sum((charge.net.amount for charge in draft.charges), Decimal(0))
        off = -round_half_up(Money(net * draft.rebate / 100, draft.company.currency))
        category, rate = _category(draft, draft.charges[0])
        words = wording("discount", draft.company.customer.language)
        yield InvoiceLine(len(draft.charges) + 1, ChargeType.CREDIT, words, None, Decimal(1), off, off, nothing, off, rate, category)


def _with_tax(line: InvoiceLine, tax: Money) -> InvoiceLine:
    values = {name: getattr(line, name) for name in line.__slots__}
    return InvoiceLine(**{**values, "tax": tax, "gross": line.net + tax})


def _tax_lines(lines: Sequence[InvoiceLine], currency: str) -> tuple[InvoiceLine, ...]:
    """Share the tax of each category among its lines so that the sum is the tax of the category's rounded total."""
    taxed: list[InvoiceLine] = []
    for _, group in groupby(sorted(lines, key=lambda line: (line.tax_category, line.position)), key=lambda line: line.tax_category):
        before = total_before = Money.zero(currency)
        for line in group:
            total_before += line.net
            after = round_half_up(total_before * ((line.tax_rate or Decimal(0)) / 100))
            taxed.append(_with_tax(line, after - before))
            before = after
    return tuple(sorted(taxed, key=lambda line: line.position))


def _document(draft: Draft, number: str, *, corrects: str | None) -> Document:
    currency = draft.company.currency
    lines = _tax_lines(tuple(_untaxed_lines(draft)), currency)
    net = total(tuple(line.net for line in lines), currency=currency)
    tax = total(tuple(line.tax for line in lines), currency=currency)
    gross = net + tax
    # Forints are paid without fillér, so the payable amount is rounded to whole ones.
    payable = Money(gross.amount.quantize(Decimal(1)), currency) if currency == "HUF" else gross
    invoice = Invoice(
        id=InvoiceId(f"inv_{guid('invoice', number).replace('-', '')}"),
        kind=draft.kind,
        number=number,
        customer_id=draft.company.customer.id,
        issued_on=draft.issued_on,
        due_on=draft.due_on,
        currency=currency,
        net=net,
        tax=tax,
        gross=gross,
        prepaid=Money.zero(currency),
        rounding=payable - gross,
        payable=payable,
        lines=lines,
        # The period of a document has to hold those of its lines. Source: Peppol BIS Billing 3.0, PEPPOL-EN16931-R110 and R111.
        period_start=min((line.period_start for line in lines if line.period_start), default=None),
        period_end=max((line.period_end for line in lines if line.period_end), default=None),
        billing_references=(corrects,) if corrects else (),
        disputed_on=draft.disputed_on,
        issuer=SELLER_LEGAL_NAME,
        payment_reference=number,
        purchase_order=f"PO-{draft.company.number[2:]}" if draft.company.country == "DE" else "",
    )
    return Document(draft=draft, invoice=invoice, rebate=lines[-1] if draft.rebate else None)


def _numbered(drafts: Sequence[Draft]) -> tuple[Document, ...]:
    """Number ``drafts`` by year in the order of issue; a credit note comes after the invoice it corrects."""
    ordered = sorted(
        drafts, key=lambda draft: (draft.issued_on, draft.kind is DocumentKind.CREDIT_NOTE, draft.company.number, draft.index or 0)
    )
    first = ordered[0].issued_on
    counters = Counter({first.year: (first.month - 1) * _USUAL_MONTH})
    numbers: dict[int, str] = {}
    documents = []
    for draft in ordered:
        counters[draft.issued_on.year] += 1
        number = numbers[id(draft)] = f"CL-{draft.issued_on.year}-{counters[draft.issued_on.year]:04d}"
        documents.append(_document(draft, number, corrects=numbers[id(draft.corrects)] if draft.corrects else None))
    return tuple(documents)


def demo_ledger(*, today: date, customers: int | None = None) -> DemoLedger:
    """Return the demo data as of ``today`` (a date in the partner's zone); the same day gives the same ledger.

    Args:
        today: Everything is counted from it.
        customers: How many of the customers, None for all. The parts are played by the first twenty.
    """
    told = stories(today=today)[:customers]
    drafts = [draft for story in told for draft in drafts_of(story, today=today)]
    subscriptions = tuple(plan.subscription(story.company, today=today) for story in told for plan in story.plans)
    return DemoLedger(stories=told, subscriptions=subscriptions, documents=_numbered(drafts))


def old_system_ends(*, today: date) -> date:
    """Return the day from which documents are e-invoices; older ones exist only as a table."""
    return add_months(today.replace(day=1), -20)
