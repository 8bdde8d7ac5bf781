"""Keeping credit notes applied and the open part of invoices up to date, in whatever order documents and payments come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update

from bot.billing.credits import CreditNote, apply_credits
from bot.billing.model import DocumentKind, Invoice
from bot.shared.ids import InvoiceId
from bot.shared.money import Money
from bot.store.engine import write_alone
from bot.store.sql import batches, grouped
from bot.store.tables import allocations, billing_references, credit_applications, documents

_LOCK_KEY = 0x434C_0003
_CREDIT_NOTE = DocumentKind.CREDIT_NOTE.value

_PAID = (
    select(func.coalesce(func.sum(allocations.c.amount_minor), 0))
    .where(allocations.c.invoice_id == documents.c.id)
    .correlate(documents)
    .scalar_subquery()
)
_CREDITED = (
    select(func.coalesce(func.sum(credit_applications.c.amount_minor), 0))
    .where(credit_applications.c.invoice_id == documents.c.id)
    .correlate(documents)
    .scalar_subquery()
)


def refresh_open(connection: Connection, invoice_ids: Iterable[str]) -> None:
    """Compute anew what is open of these invoices; to be called after their payments or credits changed."""
    for batch in batches(sorted(set(invoice_ids))):
        # The rows are locked by a statement of their own, so that the sums see what another transaction has just written.
        connection.execute(select(documents.c.id).where(documents.c.id.in_(batch)).order_by(documents.c.id).with_for_update())
        connection.execute(
            update(documents)
            .where(documents.c.id.in_(batch), documents.c.kind == DocumentKind.INVOICE.value)
            .values(open_minor=documents.c.payable_minor - _PAID - _CREDITED)
        )


def reapply_credits(connection: Connection, added: Sequence[Invoice]) -> None:
    """Set credit notes against invoices again wherever a document just added takes part: as the note, or as what a note names."""
    # Two imports at once, one with the invoice and one with its credit note, would otherwise not see each other.
    write_alone(connection, key=_LOCK_KEY)
    note_ids = {document.id for document in added if document.kind is DocumentKind.CREDIT_NOTE and document.billing_references}
    found = _naming(connection, {document.number for document in added}) | note_ids
    if not found:
        return
    notes, references = _together(connection, found)
    targets = _targets(connection, {row.number for rows in references.values() for row in rows})
    # Notes take effect by their date of issue, so that the order of importing makes no difference.
    ordered = sorted(notes.values(), key=lambda note: (note.issued_on, note.number))
    applications = apply_credits(
        notes=[
            CreditNote(
                id=InvoiceId(note.id),
                amount=Money.from_minor(note.payable_minor, note.currency),
                invoice_ids=_of_same_customer(note, references.get(note.id, []), targets),
            )
            for note in ordered
        ],
        payables={InvoiceId(row.id): Money.from_minor(row.payable_minor, row.currency) for row in targets.values()},
    )
    for batch in batches(notes):
        connection.execute(delete(credit_applications).where(credit_applications.c.credit_note_id.in_(batch)))
    if applications:
        connection.execute(
            insert(credit_applications),
            [
                {"credit_note_id": part.credit_note_id, "invoice_id": part.invoice_id, "amount_minor": part.amount.to_minor()}
                for part in applications
            ],
        )
    refresh_open(connection, (row.id for row in targets.values()))


def _naming(connection: Connection, numbers: set[str]) -> set[InvoiceId]:
    """Return the ids of credit notes that name any of ``numbers``."""
    found: set[InvoiceId] = set()
    for batch in batches(sorted(numbers)):
        query = (
            select(billing_references.c.document_id)
            .join(documents, and_(documents.c.id == billing_references.c.document_id, documents.c.kind == _CREDIT_NOTE))
            .where(billing_references.c.number.in_(batch))
        )
        found.update(InvoiceId(document_id) for document_id in connection.scalars(query))
    return found


def _together(connection: Connection, start: set[InvoiceId]) -> tuple[dict[str, Row[Any]], dict[str, list[Row[Any]]]]:
    """Return ``start`` and every further credit note that shares an invoice with one of them, each with its references in order."""
    notes: dict[str, Row[Any]] = {}
    references: dict[str, list[Row[Any]]] = {}
    fresh = start
    while fresh:
        for batch in batches(sorted(fresh)):
            query = select(documents).where(documents.c.id.in_(batch))
            notes.update((row.id, row) for row in connection.execute(query))
            named = (
                select(billing_references)
                .where(billing_references.c.document_id.in_(batch))
                .order_by(billing_references.c.document_id, billing_references.c.position)
            )
            references.update(grouped(connection.execute(named).all(), "document_id"))
        numbers = {row.number for note_id in fresh for row in references.get(note_id, [])}
        fresh = {note_id for note_id in _naming(connection, numbers) if note_id not in notes}
    return notes, references


def _targets(connection: Connection, numbers: set[str]) -> dict[str, Row[Any]]:
    """Return number -> row of those invoices that are in the ledger."""
    found: dict[str, Row[Any]] = {}
    for batch in batches(sorted(numbers)):
        query = select(documents).where(documents.c.number.in_(batch), documents.c.kind == DocumentKind.INVOICE.value)
        found.update((row.number, row) for row in connection.execute(query))
    return found


def _of_same_customer(note: Row[Any], references: Sequence[Row[Any]], targets: dict[str, Row[Any]]) -> tuple[InvoiceId, ...]:
    named = (targets.get(reference.number) for reference in references)
    return tuple(InvoiceId(row.id) for row in named if row is not None and row.customer_id == note.customer_id)
