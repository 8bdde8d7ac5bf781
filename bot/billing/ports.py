"""What the ledger needs from storage. ``bot.store`` implements it; ``begin()`` is one transaction.

The tenant wall is here: whatever is read for a customer is read by ``customer_id``, and another customer's
thing raises the same error as a missing one. Methods under "Intake" serve imports only, never a conversation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from bot.billing.model import Allocation, Customer, DocumentKind, Invoice, Payment, Settlement, Subscription
from bot.shared.errors import NotFound
from bot.shared.ids import CustomerId, InvoiceId, PaymentId
from bot.shared.money import Money


class CustomerNotFound(NotFound):
    """No customer with that id, number or identifier."""


class InvoiceNotFound(NotFound):
    """No invoice with that number for that customer."""


class Saved(StrEnum):
    """What an upsert did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class NumberHit:
    """A document that a search by number found, with whose it is."""

    number: str
    customer_id: CustomerId
    customer_name: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """An invoice with something left to pay, whoever's it is; ``open_amount`` is more than zero."""

    id: InvoiceId
    number: str
    customer_id: CustomerId
    issued_on: date
    due_on: date
    open_amount: Money
    disputed_on: date | None


@dataclass(frozen=True, slots=True)
class PlacedPart:
    """The part of a payment that settled the invoice with ``number``."""

    number: str
    amount: Money


class LedgerTx(Protocol):
    """One transaction on the ledger; committed when the ``with`` block ends well, rolled back otherwise."""

    # --- One customer's things -------------------------------------------------------------------

    def customer(self, customer_id: CustomerId) -> Customer:
        """Return the customer. Raises: CustomerNotFound."""
        ...

    def customer_by_number(self, number: str) -> Customer:
        """Return the customer with that number (compared upper-case, trimmed). Raises: CustomerNotFound."""
        ...

    def invoice(self, *, customer_id: CustomerId, number: str) -> Invoice:
        """Return the customer's document of that exact number, with lines. Raises: InvoiceNotFound."""
        ...

    def invoices(
        self,
        *,
        customer_id: CustomerId,
        kind: DocumentKind | None = None,
        issued_from: date | None = None,
        issued_before: date | None = None,
        limit: int | None = None,
    ) -> tuple[Invoice, ...]:
        """Return the customer's documents with lines, newest issue date first (then number, descending)."""
        ...

    def unsettled_invoices(self, *, customer_id: CustomerId) -> tuple[Invoice, ...]:
        """Return invoices (not credit notes) whose payable exceeds paid + credited, oldest due date first."""
        ...

    def invoice_numbers(self, *, customer_id: CustomerId) -> tuple[str, ...]:
        """Return the numbers of all the customer's documents, newest first; cheap, for loose matching."""
        ...

    def settlements(self, *, customer_id: CustomerId, invoices: Sequence[Invoice]) -> Mapping[InvoiceId, Settlement]:
        """Return what is set against each of ``invoices``; every given id is a key."""
        ...

    def subscriptions(self, *, customer_id: CustomerId) -> tuple[Subscription, ...]:
        """Return the customer's subscriptions, by product name then id."""
        ...

    def payments(self, *, customer_id: CustomerId, limit: int | None = None) -> tuple[Payment, ...]:
        """Return the customer's payments, newest first."""
        ...

    # --- Staff, never a conversation -------------------------------------------------------------

    def customers_page(self, *, text: str, limit: int, offset: int = 0) -> tuple[Customer, ...]:
        """Return customers with ``text`` in number, name, a contact's name or address, or a tax number; by number; all when empty."""
        ...

    def customers_with_contact(self, *, email: str) -> tuple[Customer, ...]:
        """Return the customers that have ``email`` among their contacts (compared without case), by number; may be empty."""
        ...

    def numbers_like(self, *, part: str, limit: int) -> tuple[NumberHit, ...]:
        """Return documents, whoever's they are, with ``part`` in their number, newest first."""
        ...

    def placed(self, *, payments: Sequence[Payment]) -> Mapping[PaymentId, tuple[PlacedPart, ...]]:
        """Return which invoices each payment settled, by number, whoever's they are; every given id is a key."""
        ...

    def open_items_page(self, *, after: tuple[str, str], limit: int, customer_id: CustomerId | None = None) -> tuple[OpenDocument, ...]:
        """Return invoices with something left to pay, of everybody or of one customer, by customer id then invoice id.

        Args:
            after: The (customer id, invoice id) behind which to begin; two empty texts for the beginning.
        """
        ...

    # --- Intake ----------------------------------------------------------------------------------

    def all_customers(self) -> tuple[Customer, ...]:
        """Return every customer, by number. For imports, staff and the demo."""
        ...

    def find_customer(self, *, identifiers: Iterable[str]) -> Customer:
        """Return the one customer known under any of these tax numbers or other identifiers.

        Compared upper-case without spaces. Raises: CustomerNotFound (also when two different customers match).
        """
        ...

    def save_customer(self, customer: Customer) -> Saved:
        """Insert or update by ``number``; an update keeps the stored id and compares everything else."""
        ...

    def save_subscription(self, subscription: Subscription) -> Saved:
        """Insert or update by ``id``. Raises: Conflict when the stored one belongs to another customer."""
        ...

    def invoice_fingerprints(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Return number -> content fingerprint of those documents already in the ledger, whoever's they are."""
        ...

    def add_invoices(self, documents: Sequence[tuple[Invoice, str]]) -> None:
        """Insert documents, each with its content fingerprint; bulk, some hundreds a call."""
        ...

    def invoice_by_number(self, number: str) -> Invoice:
        """Return the document of that number, whoever's it is. For payment allocation only. Raises: InvoiceNotFound."""
        ...

    def payment_references(self, references: Sequence[str]) -> frozenset[str]:
        """Return those of ``references`` that are already in the ledger."""
        ...

    def add_payment(self, payment: Payment, allocations: Sequence[Allocation]) -> None:
        """Insert a payment with its allocations. Raises: Conflict when the reference is known."""
        ...

    def place_payment(self, payment: Payment, allocations: Sequence[Allocation]) -> None:
        """Set the customer and the reason of a stored payment (by ``id``) and add these further allocations to it."""
        ...

    def unallocated_payments(self) -> tuple[tuple[Payment, tuple[Allocation, ...]], ...]:
        """Return payments of which a part is not allocated, oldest first, with what is allocated."""
        ...

    def file_known(self, *, digest: str) -> bool:
        """Return whether a file with this SHA-256 (hex) was imported before."""
        ...

    def remember_file(self, *, digest: str, kind: str, name: str, at: datetime) -> None:
        """Note that the file was imported."""
        ...


class Ledger(Protocol):
    """Opens transactions on the ledger."""

    def begin(self) -> AbstractContextManager[LedgerTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...
