"""Our CSV of invoices and credit notes: one row a line, the rows of a document together. The format is docs/import-formats.md."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from bot.billing import invoice_number
from bot.billing.drafts import UNRESOLVED_CUSTOMER, FileRefused, InvoiceDraft, Problem
from bot.billing.model import ChargeType, DocumentKind, Invoice, InvoiceLine
from bot.ledger_files.csv_table import Columns, read_table
from bot.ledger_files.csv_values import ProblemList, Row, rows_of
from bot.shared.ids import SubscriptionId, new_invoice_id

_DOCUMENT_REQUIRED = ("number", "customer_number", "issued_on", "due_on", "currency", "net", "tax", "gross", "payable")
_DOCUMENT_OPTIONAL = (
    "kind",
    "prepaid",
    "rounding",
    "billing_references",
    "disputed_on",
    "period_start",
    "period_end",
    "payment_reference",
    "purchase_order",
    "issuer",
)
INVOICE_COLUMNS = Columns(
    required=(*_DOCUMENT_REQUIRED, "line", "charge_type", "description", "quantity", "unit_price", "line_net", "line_tax"),
    optional=(
        *_DOCUMENT_OPTIONAL,
        "product",
        "subscription_id",
        "tax_rate",
        "tax_category",
        "line_period_start",
        "line_period_end",
    ),
)
_DOCUMENT_COLUMNS = (*_DOCUMENT_REQUIRED, *_DOCUMENT_OPTIONAL)
_MAX_LINES = 10_000
_HUNDRED = Decimal(100)
_ONE_CHARGE = {str(charge): charge for charge in ChargeType}


def read_invoices(*, path: Path, label: str) -> Iterator[InvoiceDraft]:
    """Yield the documents in the file, one after the other; memory is bounded by one document.

    Raises:
        FileRefused: After the last row when rows or totals are at fault.
    """
    table = read_table(path=path, label=label, columns=INVOICE_COLUMNS)
    problems = ProblemList()
    for rows in _documents(rows_of(table=table, problems=problems)):
        draft = problems.attempt(_draft, rows)
        if draft is not None and not problems.found:
            yield draft
    problems.settle()


def _documents(rows: Iterator[Row]) -> Iterator[list[Row]]:
    together: list[Row] = []
    for row in rows:
        if together and (row.fields["number"] != together[0].fields["number"] or not row.text("number")):
            yield together
            together = []
        together.append(row)
        if len(together) > _MAX_LINES:
            raise row.refusal("number", f"the document has more than {_MAX_LINES} lines", "Split the document")
    if together:
        yield together


def _draft(rows: list[Row]) -> InvoiceDraft:
    head = rows[0]
    for row in rows[1:]:
        _check_repeated(head, row)
    currency = head.currency("currency")
    lines = tuple(_line(row, position, currency) for position, row in enumerate(rows, start=1))
    document = _document(head, currency, lines)
    problems = list(_total_problems(head, document))
    if problems:
        raise FileRefused(problems)
    return InvoiceDraft(document=document, customer_number=head.required("customer_number").upper(), buyer=None, source=head.source())


def _check_repeated(head: Row, row: Row) -> None:
    theirs, ours = head.fields, row.fields
    differing = [column for column in _DOCUMENT_COLUMNS if theirs.get(column) != ours.get(column)]
    if differing:
        column = differing[0]
        raise row.refusal(
            column,
            f"the rows of {head.text('number')} differ: {head.text(column)!r} on line {head.line}, {row.text(column)!r} here",
            "Repeat the columns of the document on each of its rows",
        )


def _document(head: Row, currency: str, lines: tuple[InvoiceLine, ...]) -> Invoice:
    return Invoice(
        id=new_invoice_id(),
        kind=head.choice("kind", DocumentKind) if head.text("kind") else DocumentKind.INVOICE,
        number=invoice_number.parse(head.required("number")),
        customer_id=UNRESOLVED_CUSTOMER,
        issued_on=head.day("issued_on"),
        due_on=head.day("due_on"),
        currency=currency,
        net=head.money("net", currency),
        tax=head.money("tax", currency),
        gross=head.money("gross", currency),
        prepaid=head.money_or_zero("prepaid", currency),
        rounding=head.money_or_zero("rounding", currency),
        payable=head.money("payable", currency),
        lines=lines,
        period_start=head.day_or_none("period_start"),
        period_end=head.day_or_none("period_end"),
        billing_references=tuple(invoice_number.parse(number) for number in head.several("billing_references")),
        disputed_on=head.day_or_none("disputed_on"),
        issuer=head.text("issuer"),
        payment_reference=head.text("payment_reference"),
        purchase_order=head.text("purchase_order"),
    )


def _line(row: Row, position: int, currency: str) -> InvoiceLine:
    if row.text("line") != str(position):
        raise row.refusal(
            "line", f"{row.text('line')!r} stands where {position} is expected", "Keep the rows of a document together and in order"
        )
    net, tax = row.money("line_net", currency), row.money("line_tax", currency)
    start, end = row.day_or_none("line_period_start"), row.day_or_none("line_period_end")
    if start and end and end <= start:
        raise row.refusal("line_period_end", f"the period ends on {end}, not after it starts on {start}", "Give the day after the last day")
    return InvoiceLine(
        position=position,
        charge_type=_ONE_CHARGE.get(row.text("charge_type")) or row.choice("charge_type", ChargeType),
        description=row.required("description"),
        product=row.text("product") or None,
        quantity=row.decimal("quantity"),
        unit_price=row.exact_money("unit_price", currency),
        net=net,
        tax=tax,
        gross=net + tax,
        tax_rate=_rate(row),
        tax_category=row.text("tax_category").upper(),
        period_start=start,
        period_end=end,
        subscription_id=SubscriptionId(row.text("subscription_id").lower()) if row.text("subscription_id") else None,
    )


def _rate(row: Row) -> Decimal | None:
    if not row.text("tax_rate"):
        return None
    rate = row.decimal("tax_rate")
    if not 0 <= rate <= _HUNDRED:
        raise row.refusal("tax_rate", f"the rate is {rate}, not from 0 to 100", "Write the percentage, 27 for 27 %")
    return rate


def _total_problems(head: Row, document: Invoice) -> Iterator[Problem]:
    # Bare decimals: everything here is in the document's one currency, and a hundred thousand documents are checked.
    net, tax, gross, currency = document.net.amount, document.tax.amount, document.gross.amount, document.currency
    checks = (
        ("net", net, sum([line.net.amount for line in document.lines]), "the lines add up to"),
        ("tax", tax, sum([line.tax.amount for line in document.lines]), "the tax of the lines adds up to"),
        ("gross", gross, net + tax, "net plus tax is"),
        (
            "payable",
            document.payable.amount,
            gross - document.prepaid.amount + document.rounding.amount,
            "gross less prepaid plus rounding is",
        ),
    )
    for column, stated, calculated, words in checks:
        if stated != calculated:
            reason = f"{document.number} states {stated:f} {currency}, but {words} {calculated:f} {currency}"
            yield Problem(head.source(), column, reason, "Correct the figure or the lines")
    if document.gross.amount < 0:
        yield Problem(
            head.source(), "gross", f"{document.number} states {document.gross}, below zero", "Make it a credit note with positive totals"
        )
