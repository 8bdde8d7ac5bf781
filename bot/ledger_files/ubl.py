"""E-invoices of EN 16931 in UBL 2.1: Invoice and CreditNote, as Peppol BIS Billing 3.0 and its sisters use them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from lxml import etree

from bot.billing import invoice_number
from bot.billing.drafts import UNRESOLVED_CUSTOMER, FileRefused, InvoiceDraft, Problem
from bot.billing.model import DocumentKind, Invoice, InvoiceLine
from bot.ledger_files.apportion import apportion
from bot.ledger_files.ubl_lines import RawLine, read_allowance_charge, read_line
from bot.ledger_files.ubl_node import Node, first
from bot.ledger_files.ubl_party import party_name, read_buyer
from bot.ledger_files.ubl_totals import Totals, check_totals, read_totals, tax_of_lines
from bot.ledger_files.xml_safe import local_name, parse_document
from bot.shared.ids import SubscriptionId, new_invoice_id

INVOICE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
CREDIT_NOTE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"
# UNTDID 1001 codes that give money back even when they stand in an Invoice; 384 (corrected invoice), 386 (prepayment), 389
# (self-billed) and the rest ask for money. Source: EN 16931 code lists, invoice and credit note type codes.
_CREDIT_CODES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
_TYPE_CODE = re.compile(r"[0-9]{1,3}")
# Documents of the bare standard are not held to quantity times price being the net amount: that rule came with Peppol BIS and
# the national profiles, and examples of the standard itself break it.
_BARE_STANDARD = "urn:cen.eu:en16931:2017"
_WAY_OUT = "Ask the issuer for a corrected document"


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the two document types differ, and whether the document gives money back."""

    line: str
    quantity: str
    type_code: str
    gives_back: bool


def read_ubl(*, path: Path, label: str) -> InvoiceDraft:
    """Return the document in the UBL file at ``path``.

    An Invoice with a credit code, or whose total is below zero, is a credit note: its amounts turn positive, as the ledger keeps
    them. A CreditNote whose total is below zero asks for money and becomes an invoice.

    Args:
        path: The file.
        label: How messages call it.

    Raises:
        FileRefused: It is no such document, lacks a mandatory part, or its figures do not add up.

    Source: EN 16931-1, UBL 2.1 syntax binding (CEN/TS 16931-3-2), Peppol BIS Billing 3.0.
    """
    element = document_element(parse_document(path=path, label=label))
    root = Node(element, label)
    code = root.required("cbc:DocumentCurrencyCode", "BR-05")
    # Tried once here, where the refusal can name the element.
    replace(code, currency=code.value()).money(Decimal(0))
    root = replace(root, currency=code.value())
    shape = _shape_of(root)
    totals = read_totals(root)
    lines, taxes = _checked_lines(root, shape, totals)
    negative = totals.gross < 0 or (totals.gross == 0 and totals.payable < 0)
    sign = -1 if negative else 1
    kind = DocumentKind.CREDIT_NOTE if shape.gives_back is not negative else DocumentKind.INVOICE
    document = _document(root, kind, totals, _ledger_lines(root, totals, lines, taxes, sign), sign)
    return InvoiceDraft(
        document=document,
        customer_number="",
        buyer=read_buyer(root.required("AccountingCustomerParty/Party", "BR-07")),
        source=root.source(),
    )


def document_element(root: etree._Element) -> etree._Element:
    """Return the Invoice or CreditNote that ``root`` is, or that a Peppol envelope (StandardBusinessDocument) holds."""
    if local_name(root) == "StandardBusinessDocument":
        for child in root:
            if child.tag in {INVOICE_ROOT, CREDIT_NOTE_ROOT}:
                return child
    return root


def _shape_of(root: Node) -> _Shape:
    if root.element.tag == INVOICE_ROOT:
        code = root.required("cbc:InvoiceTypeCode", "BR-04")
        shape = _Shape("InvoiceLine", "InvoicedQuantity", code.value(), gives_back=code.value() in _CREDIT_CODES)
    elif root.element.tag == CREDIT_NOTE_ROOT:
        code = root.required("cbc:CreditNoteTypeCode", "BR-04")
        shape = _Shape("CreditNoteLine", "CreditedQuantity", code.value(), gives_back=True)
    else:
        raise root.refusal(
            reason=f"the root element is {root.element.tag!r}, not a UBL 2.1 Invoice or CreditNote",
            way_out="Export the document as UBL 2.1 (Peppol BIS Billing 3.0)",
        )
    if not _TYPE_CODE.fullmatch(shape.type_code):
        raise code.refusal(reason=f"{shape.type_code!r} is not a document type code such as 380 or 381", way_out=_WAY_OUT)
    return shape


def _checked_lines(root: Node, shape: _Shape, totals: Totals) -> tuple[tuple[RawLine, ...], tuple[Decimal, ...]]:
    """Return lines, then allowances and charges, each with its tax; refuse whatever does not add up."""
    read = [read_line(node, quantity_name=shape.quantity, gives_back=shape.gives_back) for node in root.children(shape.line)]
    if not read:
        raise root.refusal(reason=f"there is no {shape.line} (BR-16)", way_out=_WAY_OUT)
    lines = [line for line, _ in read]
    extras = [read_allowance_charge(node) for node in root.children("AllowanceCharge")]
    problems: list[Problem] = []
    if root.text("cbc:CustomizationID") != _BARE_STANDARD:
        problems.extend(problem for _, problem in read if problem)
    problems.extend(check_totals(root=root, totals=totals, lines=lines, extras=extras))
    everything = (*lines, *extras)
    try:
        taxes = tax_of_lines(root=root, totals=totals, lines=everything)
    except FileRefused as error:
        raise FileRefused((*problems, *error.problems)) from error
    if problems:
        raise FileRefused(problems)
    return everything, taxes


def _ledger_lines(root: Node, totals: Totals, lines: Sequence[RawLine], taxes: Sequence[Decimal], sign: int) -> tuple[InvoiceLine, ...]:
    # A net amount written finer than the currency is rounded so that the lines still add up to the document's net amount.
    nets = apportion(total=totals.net, shares=[line.net for line in lines], currency=root.currency)
    return tuple(
        InvoiceLine(
            position=position,
            charge_type=line.charge_type,
            description=line.description,
            product=line.product,
            quantity=line.quantity * sign if line.quantity else line.quantity,
            unit_price=root.money(line.unit_price),
            net=root.money(net * sign),
            tax=root.money(tax * sign),
            gross=root.money((net + tax) * sign),
            tax_rate=line.rate,
            tax_category=line.category,
            period_start=line.period[0],
            period_end=line.period[1],
            subscription_id=SubscriptionId(line.subscription_id) if line.subscription_id else None,
        )
        for position, (line, net, tax) in enumerate(zip(lines, nets, taxes, strict=True), start=1)
    )


def _document(root: Node, kind: DocumentKind, totals: Totals, lines: tuple[InvoiceLine, ...], sign: int) -> Invoice:
    issued_on = root.required("cbc:IssueDate", "BR-03").day()
    period_start, period_end = root.period("InvoicePeriod")
    seller = root.required("AccountingSupplierParty/Party", "BR-06")
    return Invoice(
        id=new_invoice_id(),
        kind=kind,
        number=invoice_number.parse(root.required("cbc:ID", "BR-02").value()),
        customer_id=UNRESOLVED_CUSTOMER,
        issued_on=issued_on,
        due_on=_due_on(root, issued_on),
        currency=root.currency,
        net=root.money(totals.net * sign),
        tax=root.money(totals.tax * sign),
        gross=root.money(totals.gross * sign),
        prepaid=root.money(totals.prepaid * sign),
        rounding=root.money(totals.rounding * sign),
        payable=root.money(totals.payable * sign),
        lines=lines,
        period_start=period_start,
        period_end=period_end,
        billing_references=tuple(invoice_number.parse(number) for number in root.texts("BillingReference/InvoiceDocumentReference/cbc:ID")),
        issuer=party_name(seller),
        payment_reference=first(root.texts("PaymentMeans/cbc:PaymentID")),
        purchase_order=root.text("OrderReference/cbc:ID"),
    )


def _due_on(root: Node, issued_on: date) -> date:
    for path in ("cbc:DueDate", "PaymentMeans/cbc:PaymentDueDate"):
        found = root.child(path)
        if found is not None and found.value():
            return found.day()
    # Terms in words cannot be reckoned with; without a date the document is due when issued.
    return issued_on
