"""Invoices and credit notes in the ledger, and what is set against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, text, tuple_

from bot.billing.model import DocumentKind, Invoice, Settlement
from bot.billing.ports import InvoiceNotFound, OpenDocument
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money
from bot.store import rows
from bot.store.ledger_credits import reapply_credits
from bot.store.sql import batches, grouped
from bot.store.tables import allocations, billing_references, credit_applications, document_lines, documents

_ADD_DOCUMENTS = insert(documents)
_ADD_LINES = insert(document_lines)
_ADD_REFERENCES = insert(billing_references)
_LINES = (
    select(document_lines)
    .where(document_lines.c.document_id.in_(bindparam("ids", expanding=True)))
    .order_by(document_lines.c.document_id, document_lines.c.position)
)
_REFERENCES = (
    select(billing_references)
    .where(billing_references.c.document_id.in_(bindparam("ids", expanding=True)))
    .order_by(billing_references.c.document_id, billing_references.c.position)
)
_PAID = (
    select(
        allocations.c.invoice_id, func.sum(allocations.c.amount_minor).label("minor"), func.max(allocations.c.received_on).label("last_on")
    )
    .join(documents, documents.c.id == allocations.c.invoice_id)
    .where(documents.c.customer_id == bindparam("customer_id"), allocations.c.invoice_id.in_(bindparam("ids", expanding=True)))
    .group_by(allocations.c.invoice_id)
)
_CREDITED = (
    select(credit_applications.c.invoice_id, func.sum(credit_applications.c.amount_minor).label("minor"))
    .join(documents, documents.c.id == credit_applications.c.invoice_id)
    .where(documents.c.customer_id == bindparam("customer_id"), credit_applications.c.invoice_id.in_(bindparam("ids", expanding=True)))
    .group_by(credit_applications.c.invoice_id)
)


class DocumentsTx:
    """The part of a ledger transaction that knows documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def invoice(self, *, customer_id: CustomerId, number: str) -> Invoice:
        """Return the customer's document of that exact number, with lines. Raises: InvoiceNotFound."""
        return self._document(select(documents).where(documents.c.number == number, documents.c.customer_id == customer_id))

    def invoice_by_number(self, number: str) -> Invoice:
        """Return the document of that number, whoever's it is. For payment allocation only. Raises: InvoiceNotFound."""
        return self._document(select(documents).where(documents.c.number == number))

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
        query = select(documents).where(documents.c.customer_id == customer_id)
        if kind is not None:
            query = query.where(documents.c.kind == kind.value)
        if issued_from is not None:
            query = query.where(documents.c.issued_on >= issued_from)
        if issued_before is not None:
            query = query.where(documents.c.issued_on < issued_before)
        return self._documents(query.order_by(documents.c.issued_on.desc(), documents.c.number.desc()).limit(limit))

    def unsettled_invoices(self, *, customer_id: CustomerId) -> tuple[Invoice, ...]:
        """Return invoices (not credit notes) whose payable exceeds paid + credited, oldest due date first (then number)."""
        # Written out, not bound: both databases use the index of unsettled invoices only for these very words.
        unsettled = text("documents.open_minor > 0")
        query = select(documents).where(documents.c.customer_id == customer_id, unsettled)
        return self._documents(query.order_by(documents.c.due_on, documents.c.number))

    def open_items_page(self, *, after: tuple[str, str], limit: int, customer_id: CustomerId | None = None) -> tuple[OpenDocument, ...]:
        """Return invoices with something left to pay, of everybody or of one customer, by customer id then invoice id."""
        mine = documents.c
        columns = (mine.id, mine.number, mine.customer_id, mine.issued_on, mine.due_on, mine.currency, mine.open_minor, mine.disputed_on)
        query = select(*columns).where(text("documents.open_minor > 0"), tuple_(mine.customer_id, mine.id) > after)
        if customer_id is not None:
            query = query.where(mine.customer_id == customer_id)
        found = self._connection.execute(query.order_by(mine.customer_id, mine.id).limit(limit))
        return tuple(
            OpenDocument(
                id=InvoiceId(row.id),
                number=row.number,
                customer_id=CustomerId(row.customer_id),
                issued_on=row.issued_on,
                due_on=row.due_on,
                open_amount=Money.from_minor(row.open_minor, row.currency),
                disputed_on=row.disputed_on,
            )
            for row in found
        )

    def invoice_numbers(self, *, customer_id: CustomerId) -> tuple[str, ...]:
        """Return the numbers of all the customer's documents, newest first."""
        query = select(documents.c.number).where(documents.c.customer_id == customer_id)
        return tuple(self._connection.scalars(query.order_by(documents.c.issued_on.desc(), documents.c.number.desc())))

    def settlements(self, *, customer_id: CustomerId, invoices: Sequence[Invoice]) -> Mapping[InvoiceId, Settlement]:
        """Return what is set against each of ``invoices``; every given id is a key."""
        paid: dict[str, Row[Any]] = {}
        credited: dict[str, int] = {}
        for batch in batches([invoice.id for invoice in invoices]):
            values = {"customer_id": customer_id, "ids": batch}
            paid.update((row.invoice_id, row) for row in self._connection.execute(_PAID, values))
            credited.update((row.invoice_id, int(row.minor)) for row in self._connection.execute(_CREDITED, values))
        settled: dict[InvoiceId, Settlement] = {}
        for invoice in invoices:
            row = paid.get(invoice.id)
            settled[invoice.id] = Settlement(
                paid=Money.from_minor(int(row.minor) if row else 0, invoice.currency),
                credited=Money.from_minor(credited.get(invoice.id, 0), invoice.currency),
                last_paid_on=row.last_on if row else None,
            )
        return settled

    def invoice_fingerprints(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Return number -> content fingerprint of those documents already in the ledger, whoever's they are."""
        known: dict[str, str] = {}
        for batch in batches(numbers):
            query = select(documents.c.number, documents.c.fingerprint).where(documents.c.number.in_(batch))
            known.update((row.number, row.fingerprint) for row in self._connection.execute(query))
        return known

    def add_invoices(self, documents: Sequence[tuple[Invoice, str]]) -> None:
        """Insert documents, each with its content fingerprint, and set credit notes against the invoices they name.

        Raises:
            Conflict: At the end of the transaction, when a number is known or a customer is not.
        """
        if not documents:
            return
        added = [document for document, _ in documents]
        lines = [values for document in added for values in rows.line_values(document)]
        references = [values for document in added for values in rows.reference_values(document)]
        self._connection.execute(_ADD_DOCUMENTS, [rows.document_values(document, fingerprint) for document, fingerprint in documents])
        if lines:
            self._connection.execute(_ADD_LINES, lines)
        if references:
            self._connection.execute(_ADD_REFERENCES, references)
        reapply_credits(self._connection, added)

    def _document(self, query: Select[Any]) -> Invoice:
        found = self._documents(query)
        if not found:
            raise InvoiceNotFound("no such invoice")
        return found[0]

    def _documents(self, query: Select[Any]) -> tuple[Invoice, ...]:
        loaded: list[Invoice] = []
        for batch in batches(self._connection.execute(query).all()):
            ids = {"ids": [row.id for row in batch]}
            lines = grouped(self._connection.execute(_LINES, ids).all(), "document_id")
            references = grouped(self._connection.execute(_REFERENCES, ids).all(), "document_id")
            loaded.extend(
                rows.document_from(row, lines.get(row.id, []), tuple(reference.number for reference in references.get(row.id, ())))
                for row in batch
            )
        return tuple(loaded)
