"""Payments, their allocation, and the files that were imported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from bot.billing.model import Allocation, Payment
from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId
from bot.shared.money import CurrencyMismatch
from bot.store import rows
from bot.store.ledger_credits import refresh_open
from bot.store.sql import batches, grouped, upsert
from bot.store.tables import allocations, documents, imported_files, payments


class PaymentsTx:
    """The part of a ledger transaction that knows payments and imported files."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def payments(self, *, customer_id: CustomerId, limit: int | None = None) -> tuple[Payment, ...]:
        """Return the customer's payments, newest first (then reference, descending)."""
        query = select(payments).where(payments.c.customer_id == customer_id)
        ordered = query.order_by(payments.c.received_on.desc(), payments.c.reference.desc()).limit(limit)
        return tuple(map(rows.payment_from, self._connection.execute(ordered)))

    def payment_references(self, references: Sequence[str]) -> frozenset[str]:
        """Return those of ``references`` that are already in the ledger."""
        known: set[str] = set()
        for batch in batches(references):
            known.update(self._connection.scalars(select(payments.c.reference).where(payments.c.reference.in_(batch))))
        return frozenset(known)

    def add_payment(self, payment: Payment, allocations: Sequence[Allocation]) -> None:
        """Insert a payment with its allocations.

        Raises:
            Conflict: The reference is known.
            CurrencyMismatch: An allocation is in another currency than the payment or its invoice.
        """
        statement = upsert(self._connection, payments).on_conflict_do_nothing(index_elements=["reference"]).returning(payments.c.id)
        if self._connection.scalar(statement, rows.payment_values(payment)) is None:
            raise Conflict("a payment with that reference is in the ledger already")
        if allocations:
            self._allocate(payment, allocations)

    def place_payment(self, payment: Payment, allocations: Sequence[Allocation]) -> None:
        """Set the customer and the reason of a stored payment (by ``id``) and add these further allocations to it.

        Raises:
            Conflict: There is no such payment.
            CurrencyMismatch: An allocation is in another currency than the payment or its invoice.
        """
        changed = update(payments).where(payments.c.id == payment.id)
        values = {"customer_id": payment.customer_id, "unallocated_reason": payment.unallocated_reason}
        if self._connection.execute(changed.values(**values)).rowcount != 1:
            raise Conflict("the payment to be placed is not in the ledger")
        if allocations:
            self._allocate(payment, allocations)

    def unallocated_payments(self) -> tuple[tuple[Payment, tuple[Allocation, ...]], ...]:
        """Return payments of which a part is not allocated, oldest first, with what is allocated."""
        allocated = (
            select(allocations.c.payment_id, func.sum(allocations.c.amount_minor).label("minor"))
            .group_by(allocations.c.payment_id)
            .subquery()
        )
        query = (
            select(payments)
            .outerjoin(allocated, allocated.c.payment_id == payments.c.id)
            .where(payments.c.amount_minor > func.coalesce(allocated.c.minor, 0))
            .order_by(payments.c.received_on, payments.c.reference)
        )
        loaded: list[tuple[Payment, tuple[Allocation, ...]]] = []
        for batch in batches(self._connection.execute(query).all()):
            of_batch = select(allocations).where(allocations.c.payment_id.in_([row.id for row in batch])).order_by(allocations.c.invoice_id)
            parts = grouped(self._connection.execute(of_batch).all(), "payment_id")
            loaded.extend((rows.payment_from(row), tuple(map(rows.allocation_from, parts.get(row.id, [])))) for row in batch)
        return tuple(loaded)

    def file_known(self, *, digest: str) -> bool:
        """Return whether a file with this SHA-256 (hex) was imported before."""
        return self._connection.scalar(select(imported_files.c.digest).where(imported_files.c.digest == digest)) is not None

    def remember_file(self, *, digest: str, kind: str, name: str, at: datetime) -> None:
        """Note that the file was imported; a second note of the same file changes nothing."""
        statement = upsert(self._connection, imported_files).on_conflict_do_nothing(index_elements=["digest"])
        self._connection.execute(statement.values(digest=digest, kind=kind, name=name, at=at))

    def _allocate(self, payment: Payment, parts: Sequence[Allocation]) -> None:
        currency = payment.amount.currency
        invoice_ids = sorted({part.invoice_id for part in parts})
        currencies = self._connection.scalars(select(documents.c.currency).where(documents.c.id.in_(invoice_ids)).distinct()).all()
        if any(other != currency for other in currencies):
            raise CurrencyMismatch(f"a payment in {currency} cannot settle an invoice in another currency")
        self._connection.execute(
            insert(allocations),
            [
                {
                    "payment_id": payment.id,
                    "invoice_id": part.invoice_id,
                    "amount_minor": rows.minor(part.amount, currency),
                    "currency": currency,
                    "received_on": part.received_on,
                }
                for part in parts
            ],
        )
        refresh_open(self._connection, invoice_ids)
