"""What came in on the partner's accounts: who paid what, when, and with which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from bot.billing.model import DocumentKind
from bot.demo.cast import OTHER
from bot.demo.companies import Company
from bot.demo.dates import days
from bot.demo.identifiers import digits, rng
from bot.demo.ledger import DemoLedger, Document
from bot.demo.plans import Habit, Story
from bot.shared.money import Money

# Days after the due date on which a usual payment arrives; most are early or in time.
_DELAYS = (-6, -4, -3, -3, -2, -2, -1, -1, 0, 0, 0, 1, 2, 4)
_WORDS = ("{number}", "Számla: {number}", "{number} kiegyenlítése", "Szla.sz. {number}", "Invoice {number}", "{number} {customer}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """One credit entry.

    Attributes:
        reference: The bank's id of the entry; set when all receipts are known.
        structured: Whether the words are in the reference field of a statement, not in the free text.
        other_bank: Received on the account at the bank that gives no statements in XML.
    """

    received_on: date
    amount: Money
    payer_name: str
    payer_account: str
    words: str
    company: Company | None = None
    structured: bool = False
    other_bank: bool = False
    reference: str = ""


def _receipt(company: Company, *, on: date, amount: Money, words: str, structured: bool = False, other_bank: bool = False) -> Receipt:
    customer = company.customer
    return Receipt(on, amount, customer.name, customer.bank_accounts[0], words, company, structured, other_bank)


def _percent(amount: Money, percent: int) -> Money:
    step = Decimal(1) if amount.currency == "HUF" else Decimal("0.01")
    return Money((amount.amount * percent / 100).quantize(step), amount.currency)


def _paid_on(document: Document, *, today: date) -> date | None:
    """Return when a customer of usual habits pays, or None when that is still to come."""
    invoice = document.invoice
    delay = rng("delay", invoice.number).choice(_DELAYS)
    day = max(invoice.due_on + days(delay), invoice.issued_on + days(1))
    if day <= today:
        return day
    return today if invoice.due_on < today else None


def _words(document: Document) -> tuple[str, bool]:
    """Return what the payer writes, and whether in the structured field."""
    source = rng("words", document.invoice.number)
    if source.random() < 0.15:
        return document.invoice.number, True
    pattern = source.choice(_WORDS)
    return pattern.format(number=document.invoice.number, customer=document.draft.company.number), False


def _usual(story: Story, document: Document, amount: Money, *, today: date) -> Iterator[Receipt]:
    """Pay one invoice: whole, in two parts, or twice by mistake."""
    company, index, issued_on = story.company, document.draft.index, document.invoice.issued_on
    words, structured = ("", False) if story.habit is Habit.NO_REFERENCE else _words(document)
    other_bank = story.habit is Habit.OTHER_BANK
    percent = story.partly.get(index, 0) if index is not None else 0
    if percent:
        part = _percent(amount, percent)
        yield _receipt(company, on=min(issued_on + days(3), today), amount=part, words=words)
        amount -= part
    day = _paid_on(document, today=today)
    if day is None or (percent and index == 0):
        return
    yield _receipt(company, on=day, amount=amount, words=words, structured=structured, other_bank=other_bank)
    if index in story.paid_twice:
        yield _receipt(company, on=min(day + days(2), today), amount=amount, words=words)


def _in_pairs(story: Story, payable: Sequence[tuple[Document, Money]], *, today: date) -> Iterator[Receipt]:
    """Pay every second invoice together with the one before it."""
    by_index = {document.draft.index: (document, amount) for document, amount in payable if document.draft.index is not None}
    for newer, older in zip(range(1, len(story.spans), 2), range(2, len(story.spans) + 1, 2), strict=False):
        both = [by_index[index] for index in (older, newer) if index in by_index]
        if both:
            numbers = ", ".join(document.invoice.number for document, _ in both)
            amount = sum((amount.amount for _, amount in both), Decimal(0))
            on = min(both[-1][0].invoice.due_on, today)
            yield _receipt(story.company, on=on, amount=Money(amount, story.company.currency), words=numbers)


def _of_story(story: Story, documents: Sequence[Document], *, today: date) -> Iterator[Receipt]:
    credited: dict[int, Money] = {}
    for document in documents:
        if document.draft.corrects is not None:
            credited[id(document.draft.corrects)] = document.invoice.payable
    payable = []
    for document in documents:
        if document.draft.kind is DocumentKind.INVOICE and document.draft.paid:
            amount = document.invoice.payable - credited.get(id(document.draft), Money.zero(document.invoice.currency))
            if amount.amount > 0:
                payable.append((document, amount))
    if story.habit is Habit.PAIRS:
        yield from _in_pairs(story, payable, today=today)
        return
    for document, amount in payable:
        yield from _usual(story, document, amount, today=today)


def _strays(known: Company, *, today: date) -> tuple[Receipt, ...]:
    """Return money that nobody can place: unknown payers, a number that does not exist, an amount that fits nothing."""
    return (
        Receipt(today - days(17), Money(Decimal(64000), "HUF"), "Fellegi Géza e.v.", "", "köszönjük"),
        Receipt(today - days(33), Money(Decimal("41.30"), "EUR"), "Nordwind Treuhand", "DE36999999990000004711", "Vielen Dank"),
        Receipt(today - days(50), Money(Decimal(118110), "HUF"), "Kerekerdő Társasház", "", "CL-2019-9999"),
        replace(_receipt(known, on=today - days(8), amount=Money(Decimal(7777), known.currency), words="előleg"), structured=False),
    )


def receipts(ledger: DemoLedger, *, today: date) -> tuple[Receipt, ...]:
    """Return all receipts by day, each with its reference."""
    documents: dict[str, list[Document]] = {}
    for document in ledger.documents:
        documents.setdefault(document.draft.company.number, []).append(document)
    found: list[Receipt] = []
    for story in ledger.stories:
        found += _of_story(story, documents[story.company.number], today=today)
    known = next(story.company for story in ledger.stories if story.company.number == OTHER)
    found += _strays(known, today=today)
    ordered = sorted(found, key=lambda receipt: (receipt.received_on, receipt.payer_name, receipt.words, receipt.amount.amount))
    return tuple(replace(receipt, reference=_reference(receipt, place)) for place, receipt in enumerate(ordered))


def _reference(receipt: Receipt, place: int) -> str:
    """Return an id as banks form them: the day, and a number of the entry."""
    kind = "OB" if receipt.other_bank else "BT"
    return f"{kind}{receipt.received_on:%y%m%d}{digits(f'{place}', 4)}{place:05d}"
