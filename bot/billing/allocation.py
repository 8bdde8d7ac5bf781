"""Which invoices a payment settles: a pure decision that never gives out more than was paid, nor more than is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from bot.billing import invoice_number
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money

# Beyond so many open invoices sums that fit by chance become likely, and trying them all becomes slow.
_MAX_COMBINED = 12
_MIN_REFERENCE_CHARACTERS = 4
_MIN_REFERENCE_DIGITS = 5
_SEPARATORS = re.compile(r"[\W_]+")


class UnallocatedReason(StrEnum):
    """Why a payment, or a rest of it, is not placed. Stored with the payment; staff see it."""

    UNKNOWN_PAYER = "unknown_payer"
    NO_MATCHING_INVOICE = "no_matching_invoice"
    NOTHING_OPEN = "nothing_open"
    AMBIGUOUS = "ambiguous"
    WRONG_CURRENCY = "wrong_currency"
    ALREADY_PAID = "already_paid"
    OVERPAID = "overpaid"


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice as far as a payment is concerned.

    Attributes:
        open_amount: What is still to be paid; zero or above.
    """

    id: InvoiceId
    number: str
    customer_id: CustomerId
    payment_reference: str
    due_on: date
    open_amount: Money


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a remittance text says.

    Attributes:
        numbers: Invoice numbers it names, in reading order; may be empty.
        unclear: Groups of numbers of which it names one, but not which; each has two or more.
    """

    numbers: tuple[str, ...]
    unclear: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a payment goes.

    Attributes:
        parts: Amount by invoice, each above zero, no invoice twice; may be empty.
        reason: Why a rest is left, or None when there is none.
    """

    parts: tuple[tuple[OpenInvoice, Money], ...]
    reason: UnallocatedReason | None


def quoted_numbers(*, remittance: str, numbers: Sequence[str]) -> Quoted:
    """Return which of one customer's invoice ``numbers`` the remittance text names, however they are typed."""
    squashed = _squash(remittance)
    found = [number for number in numbers if _stands_in(number, remittance, squashed)]
    unclear: list[tuple[str, ...]] = []
    for candidate in invoice_number.find_candidates(remittance):
        matches = invoice_number.resolve(candidate.text, numbers)
        if len(matches) == 1:
            found.append(matches[0])
        elif len(matches) > 1 and not set(matches) & set(found):
            unclear.append(matches)
    return Quoted(numbers=tuple(dict.fromkeys(found)), unclear=tuple(unclear))


def quoted_by_reference(*, remittance: str, invoices: Iterable[OpenInvoice]) -> tuple[OpenInvoice, ...]:
    """Return those of ``invoices`` whose payment reference stands in the remittance text."""
    squashed = _squash(remittance)
    return tuple(invoice for invoice in invoices if _stands_in(invoice.payment_reference, remittance, squashed))


def place(
    *, amount: Money, quoted: Sequence[OpenInvoice], unclear: Sequence[Sequence[OpenInvoice]], payer_open: Sequence[OpenInvoice] | None
) -> Placement:
    """Decide which invoices ``amount`` settles.

    Invoices that are quoted come first, oldest due date first, until the money is used up. Where a quotation fits several invoices, the
    only open one is meant, or the only one with just this amount open. Without a quotation the amount decides: one invoice of the payer
    with just this amount open, else the only combination of them that adds up to it.

    Args:
        amount: What was paid and is not placed yet; above zero.
        quoted: Invoices the payer named, settled ones included; may be empty.
        unclear: Groups of invoices of which the payer named one; may be empty.
        payer_open: The payer's open invoices, or None when nobody knows who paid.

    Source: docs/import-formats.md, "How payments are placed".
    """
    meant = {invoice.id: invoice for invoice in quoted}
    doubtful = False
    for group in unclear:
        chosen = _only(group, amount)
        if chosen is None:
            doubtful = doubtful or any(invoice.open_amount for invoice in group)
        else:
            meant[chosen.id] = chosen
    if meant:
        return _place_on_named(amount, tuple(meant.values()), doubtful=doubtful)
    if doubtful:
        return Placement((), UnallocatedReason.AMBIGUOUS)
    if payer_open is None:
        return Placement((), UnallocatedReason.UNKNOWN_PAYER)
    return _place_by_amount(amount, payer_open)


def _only(group: Sequence[OpenInvoice], amount: Money) -> OpenInvoice | None:
    payable = [invoice for invoice in group if invoice.open_amount and invoice.open_amount.currency == amount.currency]
    exact = [invoice for invoice in payable if invoice.open_amount == amount]
    for choice in (payable, exact):
        if len(choice) == 1:
            return choice[0]
    return None


def _place_on_named(amount: Money, named: Sequence[OpenInvoice], *, doubtful: bool) -> Placement:
    same = [invoice for invoice in named if invoice.open_amount.currency == amount.currency]
    if not same:
        return Placement((), UnallocatedReason.WRONG_CURRENCY)
    payable = sorted((invoice for invoice in same if invoice.open_amount.amount > 0), key=lambda invoice: (invoice.due_on, invoice.number))
    if not payable:
        return Placement((), UnallocatedReason.ALREADY_PAID)
    rest, parts = amount, []
    for invoice in payable:
        part = min(rest, invoice.open_amount)
        if part.amount > 0:
            parts.append((invoice, part))
            rest -= part
    if not rest:
        return Placement(tuple(parts), None)
    return Placement(tuple(parts), UnallocatedReason.AMBIGUOUS if doubtful else UnallocatedReason.OVERPAID)


def _place_by_amount(amount: Money, payer_open: Sequence[OpenInvoice]) -> Placement:
    payable = [invoice for invoice in payer_open if invoice.open_amount.amount > 0]
    same = [invoice for invoice in payable if invoice.open_amount.currency == amount.currency]
    if not same:
        return Placement((), UnallocatedReason.WRONG_CURRENCY if payable else UnallocatedReason.NOTHING_OPEN)
    exact = [invoice for invoice in same if invoice.open_amount == amount]
    choices = [(invoice,) for invoice in exact] if exact else _combinations(amount, same)
    if not choices:
        return Placement((), UnallocatedReason.NO_MATCHING_INVOICE)
    if len(choices) > 1:
        return Placement((), UnallocatedReason.AMBIGUOUS)
    return Placement(tuple((invoice, invoice.open_amount) for invoice in choices[0]), None)


def _combinations(amount: Money, invoices: Sequence[OpenInvoice]) -> list[tuple[OpenInvoice, ...]]:
    """Return combinations of two or more that add up to ``amount``: all of them, or two when there are more."""
    wanted = amount.to_minor()
    minors = {invoice.id: invoice.open_amount.to_minor() for invoice in invoices}
    if sum(minors.values()) == wanted:
        return [tuple(invoices)]
    found: list[tuple[OpenInvoice, ...]] = []
    if len(invoices) > _MAX_COMBINED or sum(minors.values()) < wanted:
        return found
    for size in range(2, len(invoices)):
        for choice in combinations(invoices, size):
            if sum(minors[invoice.id] for invoice in choice) == wanted:
                found.append(choice)
                if len(found) > 1:
                    return found
    return found


def _squash(text: str) -> str:
    return _SEPARATORS.sub("", text).upper()


def _stands_in(name: str, text: str, squashed_text: str) -> bool:
    """Return whether ``name`` stands in ``text`` as a whole, whatever separators either is written with."""
    squashed = _squash(name)
    enough = _MIN_REFERENCE_DIGITS if squashed.isdigit() else _MIN_REFERENCE_CHARACTERS
    if len(squashed) < enough or squashed not in squashed_text:
        return False
    pattern = r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, squashed)) + r"(?![^\W_])"
    return re.search(pattern, text, re.IGNORECASE) is not None
