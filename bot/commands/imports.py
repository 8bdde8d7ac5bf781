"""``clearline import``: customers, subscriptions, invoices and payments from files into the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import click

from bot.billing.drafts import InvoiceDraft, PaymentDraft
from bot.billing.intake import Intake
from bot.billing.intake_report import IntakeReport
from bot.billing.ports import Ledger
from bot.commands.import_run import InputFile, finish, progress, run_files
from bot.ledger_files.camt053 import Skipped, read_camt053
from bot.ledger_files.csv_files import read_customers, read_payments, read_subscriptions
from bot.ledger_files.csv_invoices import read_invoices
from bot.ledger_files.sniff import FileKind
from bot.ledger_files.ubl import read_ubl
from bot.shared.clock import Clock

_PATHS = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


class ImportServices(Protocol):
    """What the commands need of ``ctx.obj``."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger to import into."""
        ...

    @property
    def clock(self) -> Clock:
        """Return the clock that says when a file was imported."""
        ...

    @property
    def zone(self) -> ZoneInfo:
        """Return the partner's time zone."""
        ...


@click.group("import")
def import_group() -> None:
    """Bring files into the ledger; each file goes in whole or not at all."""


@import_group.command("customers")
@_PATHS
@click.pass_context
def import_customers(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Import customers from CSV files or folders (PATHS)."""
    services: ImportServices = context.obj
    intake = Intake(services.ledger)

    def take(files: Sequence[InputFile]) -> IntakeReport:
        (file,) = files
        drafts = progress(read_customers(path=file.path, label=file.label), unit="customer")
        return intake.customers(drafts=drafts, file=file.mark, now=services.clock.now())

    outcome = run_files(paths=paths, what="customers", kinds=(FileKind.CSV,), take=take)
    finish(context=context, outcome=outcome, what="customers")


@import_group.command("subscriptions")
@_PATHS
@click.pass_context
def import_subscriptions(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Import subscriptions from CSV files or folders (PATHS)."""
    services: ImportServices = context.obj
    intake = Intake(services.ledger)

    def take(files: Sequence[InputFile]) -> IntakeReport:
        (file,) = files
        drafts = progress(read_subscriptions(path=file.path, label=file.label), unit="subscription")
        return intake.subscriptions(drafts=drafts, file=file.mark, now=services.clock.now())

    outcome = run_files(paths=paths, what="subscriptions", kinds=(FileKind.CSV,), take=take)
    finish(context=context, outcome=outcome, what="subscriptions")


@import_group.command("invoices")
@_PATHS
@click.option(
    "--create-customers/--no-create-customers",
    default=True,
    show_default=True,
    help="Whether the unknown buyer of an e-invoice becomes a customer.",
)
@click.pass_context
def import_invoices(context: click.Context, paths: tuple[Path, ...], create_customers: bool) -> None:
    """Import invoices and credit notes from UBL 2.1 or CSV files or folders (PATHS)."""
    services: ImportServices = context.obj
    intake = Intake(services.ledger)

    def take(files: Sequence[InputFile]) -> IntakeReport:
        marked = tuple((file.mark, _invoice_drafts(file)) for file in files)
        return intake.invoice_files(files=marked, now=services.clock.now(), create_customers=create_customers)

    outcome = run_files(paths=paths, what="invoices", kinds=(FileKind.UBL, FileKind.CSV), take=take)
    extras = []
    if outcome.report.added:
        # A payment may have come before its invoice.
        retried = intake.retry_payments()
        extras = [f"earlier payments placed: {retried.placed}"] if retried.placed else []
    finish(context=context, outcome=outcome, what="invoices", extras=extras)


@import_group.command("payments")
@_PATHS
@click.pass_context
def import_payments(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Import payments from camt.053 bank statements or CSV files or folders (PATHS)."""
    services: ImportServices = context.obj
    intake = Intake(services.ledger)
    skipped = Skipped()

    def take(files: Sequence[InputFile]) -> IntakeReport:
        (file,) = files
        # Counted apart first, so that a file that is refused or known leaves no trace in the summary.
        of_file = Skipped()
        report = intake.payments(drafts=_payment_drafts(file, of_file), file=file.mark, now=services.clock.now())
        skipped.add(of_file)
        return report

    outcome = run_files(paths=paths, what="payments", kinds=(FileKind.CAMT053, FileKind.CSV), take=take)
    finish(context=context, outcome=outcome, what="payments", extras=_left_out(skipped))


def _invoice_drafts(file: InputFile) -> Iterator[InvoiceDraft]:
    if file.kind is FileKind.UBL:
        yield read_ubl(path=file.path, label=file.label)
    else:
        yield from progress(read_invoices(path=file.path, label=file.label), unit="invoice")


def _payment_drafts(file: InputFile, skipped: Skipped) -> Iterator[PaymentDraft]:
    if file.kind is FileKind.CAMT053:
        drafts = read_camt053(path=file.path, label=file.label, skipped=skipped)
    else:
        drafts = read_payments(path=file.path, label=file.label)
    return progress(drafts, unit="payment")


def _left_out(skipped: Skipped) -> list[str]:
    counts = {
        "debits": skipped.debits,
        "reversals (look at them)": skipped.reversals,
        "not booked": skipped.not_booked,
        "repeated": skipped.repeated,
    }
    named = [f"{count} {name}" for name, count in counts.items() if count]
    return [f"statement entries left out: {', '.join(named)}"] if named else []
