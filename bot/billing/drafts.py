"""What a reader of files hands to the intake: parts of the ledger not yet tied to it, and problems with their place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.billing.model import Address, Contact, Customer, Invoice, Payment, Subscription
from bot.shared.errors import InvalidInput
from bot.shared.ids import CustomerId

# Stands in a draft until the intake has found the customer; never stored.
UNRESOLVED_CUSTOMER = CustomerId("")


@dataclass(frozen=True, slots=True)
class Source:
    """Where in which file something stands.

    Attributes:
        file: Path as given on the command line.
        line: 1-based line in the file, or None for the file as a whole.
    """

    file: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a file is refused.

    Attributes:
        field: Column name or element path, or an empty string for the file as a whole.
        reason: What is wrong, with the values or figures.
        way_out: What to do about it, a sentence without its full stop.
    """

    source: Source
    field: str
    reason: str
    way_out: str

    def __str__(self) -> str:
        place = self.source.file if self.source.line is None else f"{self.source.file}:{self.source.line}"
        field = f" {self.field}:" if self.field else ""
        return f"{place}:{field} {self.reason}. {self.way_out}."


class FileRefused(InvalidInput):
    """A file cannot be imported; nothing of it is kept.

    Attributes:
        problems: Every problem found before reading stopped, in file order; at least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def refused(*, source: Source, field: str, reason: str, way_out: str) -> FileRefused:
    """Return the refusal of a file for a single problem."""
    return FileRefused((Problem(source=source, field=field, reason=reason, way_out=way_out),))


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer read from a file; its id counts only when the number is new."""

    customer: Customer
    source: Source


@dataclass(frozen=True, slots=True)
class SubscriptionDraft:
    """A subscription with the number of its customer; ``subscription.customer_id`` is not resolved yet."""

    subscription: Subscription
    customer_number: str
    source: Source


@dataclass(frozen=True, slots=True)
class BuyerDraft:
    """The buyer as an e-invoice describes it.

    Attributes:
        numbers: What may be the partner's customer number for the buyer, best first, upper-case; may be empty.
        tax_numbers: VAT and other tax numbers as printed; may be empty.
        identifiers: Electronic address, company number and further ids as printed; may be empty.
        language: ``en`` or ``hu``, guessed from the country.
    """

    numbers: tuple[str, ...]
    name: str
    tax_numbers: tuple[str, ...]
    identifiers: tuple[str, ...]
    language: str
    address: Address
    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True)
class InvoiceDraft:
    """An invoice or credit note; ``document.customer_id`` is not resolved yet.

    Attributes:
        customer_number: Upper-case; empty when ``buyer`` describes the customer instead.
    """

    document: Invoice
    customer_number: str
    buyer: BuyerDraft | None
    source: Source


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """A payment; ``customer_number`` is empty when the file does not say who paid."""

    payment: Payment
    customer_number: str
    source: Source


@dataclass(frozen=True, slots=True)
class FileMark:
    """By what a file is recognised when it comes again.

    Attributes:
        digest: SHA-256 of its bytes, hex.
        kind: ``customers``, ``subscriptions``, ``invoices`` or ``payments``.
        name: Name of the file, for people.
    """

    digest: str
    kind: str
    name: str
