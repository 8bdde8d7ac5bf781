"""Rules by which files enter the ledger: all of a file or nothing, the same thing twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from bot.billing.drafts import CustomerDraft, FileMark, InvoiceDraft, PaymentDraft, SubscriptionDraft, refused
from bot.billing.fingerprint import content_fingerprint, differing_fields
from bot.billing.intake_customers import CustomerFinder
from bot.billing.intake_payments import PaymentPlacer
from bot.billing.intake_report import IntakeReport, report_of
from bot.billing.model import Invoice
from bot.billing.ports import Ledger, LedgerTx
from bot.shared.errors import Conflict

_BATCH = 500
_T = TypeVar("_T")


class Intake:
    """Takes what readers read into the ledger; each call is one file and one transaction."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def customers(self, *, drafts: Iterable[CustomerDraft], file: FileMark, now: datetime) -> IntakeReport:
        """Add customers, or change known ones to what the file says.

        Raises:
            FileRefused: From ``drafts``.
        """
        with self._ledger.begin() as tx:
            if tx.file_known(digest=file.digest):
                return IntakeReport(known_files=1)
            report = report_of([tx.save_customer(draft.customer) for draft in drafts])
            _remember(tx, file, now)
        return report

    def subscriptions(self, *, drafts: Iterable[SubscriptionDraft], file: FileMark, now: datetime) -> IntakeReport:
        """Add subscriptions, or change known ones to what the file says.

        Raises:
            FileRefused: A customer is not known, a subscription is another customer's, or ``drafts`` refuses.
        """
        with self._ledger.begin() as tx:
            if tx.file_known(digest=file.digest):
                return IntakeReport(known_files=1)
            finder = CustomerFinder(tx, create=False)
            saved = []
            for draft in drafts:
                customer_id = finder.by_number(draft.customer_number, draft.source)
                try:
                    saved.append(tx.save_subscription(replace(draft.subscription, customer_id=customer_id)))
                except Conflict as error:
                    raise refused(
                        source=draft.source,
                        field="subscription_id",
                        reason=f"subscription {draft.subscription.id} belongs to another customer than {draft.customer_number}",
                        way_out="Correct the customer number",
                    ) from error
            _remember(tx, file, now)
        return report_of(saved)

    def invoices(self, *, drafts: Iterable[InvoiceDraft], file: FileMark, now: datetime, create_customers: bool = True) -> IntakeReport:
        """Add the invoices and credit notes of a file.

        Args:
            drafts: Read as they are needed, some hundreds at a time.
            file: By what the file is recognised when it comes again.
            now: The present instant.
            create_customers: Whether the unknown buyer of an e-invoice becomes a customer.

        Raises:
            FileRefused: A customer is not known, a number is taken by other content, or ``drafts`` refuses.
        """
        return self.invoice_files(files=((file, drafts),), now=now, create_customers=create_customers)

    def invoice_files(
        self, *, files: Sequence[tuple[FileMark, Iterable[InvoiceDraft]]], now: datetime, create_customers: bool = True
    ) -> IntakeReport:
        """Add the invoices and credit notes of several files in one transaction: all of them or, when one is refused, none.

        A transaction costs more than a small file, so a folder of e-invoices is taken by the hundred; a caller whose files are each to
        stand alone repeats a refused group file by file.

        Args:
            files: Each with its drafts, which are read as they are needed.
            now: The present instant.
            create_customers: Whether the unknown buyer of an e-invoice becomes a customer.

        Raises:
            FileRefused: A customer is not known, a number is taken by other content, or drafts refuse.
        """
        with self._ledger.begin() as tx:
            fresh_files = {file.digest: (file, drafts) for file, drafts in reversed(files) if not tx.file_known(digest=file.digest)}
            finder = CustomerFinder(tx, create=create_customers)
            added = unchanged = 0
            for batch in _batches(draft for _, drafts in reversed(fresh_files.values()) for draft in drafts):
                fresh = _fresh_documents(tx, finder, batch)
                tx.add_invoices(fresh)
                added += len(fresh)
                unchanged += len(batch) - len(fresh)
            for file, _ in fresh_files.values():
                _remember(tx, file, now)
        return IntakeReport(
            added=added, unchanged=unchanged, known_files=len(files) - len(fresh_files), created_customers=tuple(finder.created)
        )

    def payments(self, *, drafts: Iterable[PaymentDraft], file: FileMark, now: datetime) -> IntakeReport:
        """Add payments and place them on open invoices; what cannot be placed stays unallocated with its reason.

        Raises:
            FileRefused: A customer number is not known, or ``drafts`` refuses.
        """
        with self._ledger.begin() as tx:
            if tx.file_known(digest=file.digest):
                return IntakeReport(known_files=1)
            finder, placer = CustomerFinder(tx, create=False), PaymentPlacer(tx)
            report = IntakeReport()
            for batch in _batches(drafts):
                known = set(tx.payment_references([draft.payment.reference for draft in batch]))
                for draft in batch:
                    if draft.payment.reference in known:
                        report += IntakeReport(unchanged=1)
                        continue
                    known.add(draft.payment.reference)
                    customer_id = finder.by_number(draft.customer_number, draft.source) if draft.customer_number else None
                    report += placer.take(draft.payment, customer_id)
            _remember(tx, file, now)
        return report

    def retry_payments(self) -> IntakeReport:
        """Try again to place what is unallocated, since an invoice may come after its payment; ``placed`` and ``unallocated`` tell.

        To be called once after invoices were imported, not for every file of many.
        """
        with self._ledger.begin() as tx:
            waiting = tx.unallocated_payments()
            if not waiting:
                return IntakeReport()
            placer = PaymentPlacer(tx)
            report = IntakeReport()
            for payment, allocations in waiting:
                report += placer.retry(payment, allocations)
        return report


def _fresh_documents(tx: LedgerTx, finder: CustomerFinder, batch: Sequence[InvoiceDraft]) -> list[tuple[Invoice, str]]:
    """Return those documents of ``batch`` that are not in the ledger yet, with their fingerprints. Raises: FileRefused."""
    stored = tx.invoice_fingerprints([draft.document.number for draft in batch])
    fresh: dict[str, tuple[Invoice, str]] = {}
    for draft in batch:
        number = draft.document.number
        if draft.buyer is not None:
            customer_id = finder.by_buyer(draft.buyer, draft.source)
        else:
            customer_id = finder.by_number(draft.customer_number, draft.source)
        document = replace(draft.document, customer_id=customer_id)
        fingerprint = content_fingerprint(document)
        in_file = fresh.get(number)
        known = in_file[1] if in_file else stored.get(number)
        if known is None:
            fresh[number] = (document, fingerprint)
        elif known != fingerprint:
            earlier = in_file[0] if in_file else tx.invoice_by_number(number)
            _refuse_change(earlier, document, draft)
    return list(fresh.values())


def _refuse_change(earlier: Invoice, document: Invoice, draft: InvoiceDraft) -> None:
    differing = ", ".join(name.removesuffix("_id") for name in differing_fields(earlier, document))
    raise refused(
        source=draft.source,
        field="number",
        reason=(
            f"{document.number} is known with other content: {earlier.gross} of {earlier.issued_on} there, "
            f"{document.gross} of {document.issued_on} here; they differ in {differing}"
        ),
        way_out="A document never changes once issued; give the new one a number of its own, or correct the file",
    )


def _remember(tx: LedgerTx, file: FileMark, now: datetime) -> None:
    tx.remember_file(digest=file.digest, kind=file.kind, name=file.name, at=now)


def _batches(things: Iterable[_T]) -> Iterator[tuple[_T, ...]]:
    iterator = iter(things)
    while batch := tuple(islice(iterator, _BATCH)):
        yield batch
