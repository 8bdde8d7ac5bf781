"""Puts the demo data into the ledger, with the readers and rules by which ``clearline import`` does it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.billing.drafts import CustomerDraft, FileMark, InvoiceDraft, PaymentDraft, SubscriptionDraft
from bot.billing.intake import Intake
from bot.billing.intake_report import IntakeReport
from bot.billing.ports import CustomerNotFound
from bot.demo.cast import MAIN
from bot.demo.generate import CUSTOMERS, INVOICE_TABLE, INVOICES, PAYMENT_TABLE, STATEMENTS, SUBSCRIPTIONS
from bot.demo.people import add_staff, add_tickets
from bot.ledger_files.camt053 import Skipped, read_camt053
from bot.ledger_files.csv_files import read_customers, read_payments, read_subscriptions
from bot.ledger_files.csv_invoices import read_invoices
from bot.ledger_files.ubl import read_ubl
from bot.services import Services


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one kind that go in together, all or none.

    Attributes:
        kind: ``customers``, ``subscriptions``, ``invoices`` or ``payments``.
    """

    kind: str
    paths: tuple[Path, ...]


Progress = Callable[[Sequence[Batch]], Iterable[Batch]]


def is_loaded(services: Services) -> bool:
    """Return whether the demo data is in the database to its last part; False after a loading that was broken off."""
    try:
        with services.ledger.begin() as tx:
            main = tx.customer_by_number(MAIN)
    except CustomerNotFound:
        return False
    # Tickets are added last.
    with services.conversation_store.begin() as conversations:
        return bool(conversations.tickets(customer_id=main.id, include_closed=True))


def load(folder: Path, *, services: Services, progress: Progress = iter) -> IntakeReport:
    """Import what ``generate`` wrote into ``folder``, add the demo's tickets and staff, and return what the imports did.

    Doing it again with the same files changes nothing.

    Args:
        folder: Where the files are.
        services: Of the database to fill.
        progress: Passes on the batches of files it is given, and may show how many are done.

    Raises:
        FileRefused: A file has been changed so that it cannot be imported.
    """
    intake, now = Intake(services.ledger), services.now()
    report = IntakeReport()
    for batch in progress(_batches(folder)):
        mark = _mark(batch)
        if batch.kind == "customers":
            report += intake.customers(drafts=chain.from_iterable(map(_customers, batch.paths)), file=mark, now=now)
        elif batch.kind == "subscriptions":
            report += intake.subscriptions(drafts=chain.from_iterable(map(_subscriptions, batch.paths)), file=mark, now=now)
        elif batch.kind == "payments":
            report += intake.payments(drafts=chain.from_iterable(map(_payments, batch.paths)), file=mark, now=now)
        else:
            report += intake.invoices(drafts=chain.from_iterable(map(_invoices, batch.paths)), file=mark, now=now, create_customers=False)
    add_staff(services)
    add_tickets(services)
    # What the policy has for the days before went out long ago.
    services.overdue.adopt(until=services.today(), now=now)
    return report


def _batches(folder: Path) -> tuple[Batch, ...]:
    """Return the files in the order in which they would come in: month by month, what was issued before what was paid.

    A month's files make one batch, since a transaction for each of more than a thousand files would double the time.
    """
    batches = [Batch("customers", (folder / CUSTOMERS,)), Batch("subscriptions", (folder / SUBSCRIPTIONS,))]
    batches.append(Batch("invoices", (folder / INVOICE_TABLE,)))
    issued, paid = _by_month(folder / INVOICES, "*/*.xml"), _by_month(folder / STATEMENTS, "*.xml")
    for month in sorted(issued.keys() | paid.keys()):
        batches += [Batch(kind, paths) for kind, paths in (("invoices", issued.get(month)), ("payments", paid.get(month))) if paths]
    return (*batches, Batch("payments", (folder / PAYMENT_TABLE,)))


def _by_month(folder: Path, pattern: str) -> dict[str, tuple[Path, ...]]:
    """Return the files by year and month, which the folder of an invoice and the name of a statement end with."""
    found: dict[str, tuple[Path, ...]] = {}
    for path in sorted(folder.glob(pattern)):
        name = path.stem if path.parent == folder else path.parent.name
        month = name[-len("2026-03") :]
        found[month] = (*found.get(month, ()), path)
    return found


def _mark(batch: Batch) -> FileMark:
    digest = hashlib.sha256()
    for path in batch.paths:
        digest.update(path.read_bytes())
    last = batch.paths[-1]
    return FileMark(digest=digest.hexdigest(), kind=batch.kind, name=last.name)


def _customers(path: Path) -> Iterator[CustomerDraft]:
    return read_customers(path=path, label=str(path))


def _subscriptions(path: Path) -> Iterator[SubscriptionDraft]:
    return read_subscriptions(path=path, label=str(path))


def _invoices(path: Path) -> Iterator[InvoiceDraft]:
    if path.suffix == ".xml":
        yield read_ubl(path=path, label=str(path))
    else:
        yield from read_invoices(path=path, label=str(path))


def _payments(path: Path) -> Iterator[PaymentDraft]:
    if path.suffix == ".xml":
        return read_camt053(path=path, label=str(path), skipped=Skipped())
    return read_payments(path=path, label=str(path))
