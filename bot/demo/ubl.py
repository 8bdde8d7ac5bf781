"""The demo's e-invoices: UBL 2.1 as Peppol BIS Billing 3.0 wants it. Source: docs.peppol.eu/poacc/billing/3.0."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from lxml import etree

from bot.billing.model import Address, DocumentKind, InvoiceLine
from bot.demo.companies import (
    SELLER_ACCOUNTS,
    SELLER_ADDRESS,
    SELLER_BIC,
    SELLER_COMPANY_NUMBER,
    SELLER_LEGAL_NAME,
    SELLER_MAIL,
    SELLER_NAME,
    SELLER_VAT_ID,
    Company,
)
from bot.demo.dates import days
from bot.demo.identifiers import rng
from bot.demo.ledger import Document
from bot.demo.xml_parts import CAC, CBC, Writer
from bot.shared.money import Money, round_half_up, total

_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_COMMERCIAL_INVOICE, _CREDIT_NOTE, _CREDIT_TRANSFER = "380", "381", "30"
# Electronic address schemes of VAT ids by country. Source: Peppol code list EAS.
_SCHEMES = {"HU": "9910", "AT": "9914", "DE": "9930", "SK": "9950", "CZ": "9929", "RO": "9947", "IE": "9935", "GB": "9932", "CH": "9927"}
_EXEMPTIONS = {
    "AE": ("VATEX-EU-AE", "Reverse charge"),
    "E": ("VATEX-EU-132-1I", "Education exempt from VAT"),
    "O": ("VATEX-EU-O", "Not subject to VAT"),
}
_OUTSIDE = "O"
_HOURS, _PIECES = "HUR", "C62"


def write_ubl(path: Path, document: Document) -> None:
    """Write one invoice or credit note as an XML file."""
    invoice = document.invoice
    is_note = invoice.kind is DocumentKind.CREDIT_NOTE
    name = "CreditNote" if is_note else "Invoice"
    own = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    namespaces: dict[str | None, str] = {None: own, "cac": CAC, "cbc": CBC}
    root = etree.Element(f"{{{own}}}{name}", nsmap=namespaces)  # type: ignore[arg-type]  # the stubs do not know that None stands for the default namespace
    writer = Writer(root, aggregate=CAC, basic=CBC)
    _head(writer, document, is_note=is_note)
    # EN 16931 wants no VAT ids on a document that is outside the scope of VAT (BR-O-02).
    taxed = all(line.tax_category != _OUTSIDE for line in invoice.lines)
    _seller(writer, taxed=taxed)
    _buyer(writer, document.draft.company, taxed=taxed)
    means = writer.part("PaymentMeans").text("PaymentMeansCode", _CREDIT_TRANSFER)
    means.text("PaymentID", invoice.payment_reference)
    account = means.part("PayeeFinancialAccount").text("ID", SELLER_ACCOUNTS[invoice.currency]).text("Name", SELLER_NAME)
    account.part("FinancialInstitutionBranch").text("ID", SELLER_BIC)
    if document.rebate is not None:
        _rebate(writer, document, document.rebate)
    _tax(writer, document)
    _totals(writer, document)
    for line in invoice.lines:
        if line is not document.rebate:
            _line(writer, line, is_note=is_note)
    writer.save(path)


def _head(writer: Writer, document: Document, *, is_note: bool) -> None:
    invoice = document.invoice
    writer.text("CustomizationID", _CUSTOMIZATION).text("ProfileID", _PROFILE).text("ID", invoice.number).text(
        "IssueDate", invoice.issued_on
    )
    if is_note:
        writer.text("CreditNoteTypeCode", _CREDIT_NOTE)
    else:
        writer.text("DueDate", invoice.due_on).text("InvoiceTypeCode", _COMMERCIAL_INVOICE)
    writer.text("DocumentCurrencyCode", invoice.currency)
    writer.text("TaxCurrencyCode", "HUF" if _has_forint_tax(document) else None)
    writer.text("BuyerReference", document.draft.company.number)
    if invoice.period_start and invoice.period_end:
        writer.part("InvoicePeriod").text("StartDate", invoice.period_start).text("EndDate", invoice.period_end - days(1))
    if invoice.purchase_order:
        writer.part("OrderReference").text("ID", invoice.purchase_order)
    for number in invoice.billing_references:
        writer.path("BillingReference/InvoiceDocumentReference").text("ID", number)


def _has_forint_tax(document: Document) -> bool:
    """Hungarian law wants the tax in forints as well where the document is in another currency."""
    return document.draft.company.country == "HU" and document.invoice.currency != "HUF"


def _address(party: Writer, address: Address) -> None:
    postal = party.part("PostalAddress").text("StreetName", address.street).text("CityName", address.city)
    postal.text("PostalZone", address.postal_code).part("Country").text("IdentificationCode", address.country)


def _seller(writer: Writer, *, taxed: bool) -> None:
    party = writer.path("AccountingSupplierParty/Party").text("EndpointID", SELLER_VAT_ID[:10], schemeID=_SCHEMES["HU"])
    party.part("PartyName").text("Name", SELLER_NAME)
    _address(party, SELLER_ADDRESS)
    if taxed:
        party.part("PartyTaxScheme").text("CompanyID", SELLER_VAT_ID).part("TaxScheme").text("ID", "VAT")
    party.part("PartyLegalEntity").text("RegistrationName", SELLER_LEGAL_NAME).text("CompanyID", SELLER_COMPANY_NUMBER)
    party.part("Contact").text("Name", SELLER_NAME).text("ElectronicMail", SELLER_MAIL)


def _buyer(writer: Writer, company: Company, *, taxed: bool) -> None:
    customer = company.customer
    vat_id = customer.tax_numbers[-1]
    party = writer.path("AccountingCustomerParty/Party").text("EndpointID", vat_id, schemeID=_SCHEMES[company.country])
    party.part("PartyIdentification").text("ID", customer.number)
    party.part("PartyName").text("Name", customer.name)
    _address(party, customer.address)
    if taxed:
        party.part("PartyTaxScheme").text("CompanyID", vat_id).part("TaxScheme").text("ID", "VAT")
    party.part("PartyLegalEntity").text("RegistrationName", customer.name)
    contact = customer.contacts[0]
    party.part("Contact").text("Name", contact.name).text("ElectronicMail", contact.email)


def _category(writer: Writer, name: str, line: InvoiceLine, *, reasoned: bool = False) -> None:
    category = writer.part(name).text("ID", line.tax_category).text("Percent", line.tax_rate)
    if reasoned and line.tax_category in _EXEMPTIONS:
        code, reason = _EXEMPTIONS[line.tax_category]
        category.text("TaxExemptionReasonCode", code).text("TaxExemptionReason", reason)
    category.part("TaxScheme").text("ID", "VAT")


def _rebate(writer: Writer, document: Document, line: InvoiceLine) -> None:
    base = document.invoice.net - line.net
    allowance = writer.part("AllowanceCharge").text("ChargeIndicator", "false").text("AllowanceChargeReason", line.description)
    allowance.text("MultiplierFactorNumeric", document.draft.rebate).amount("Amount", -line.net).amount("BaseAmount", base)
    _category(allowance, "TaxCategory", line)


def _by_category(lines: Sequence[InvoiceLine]) -> list[list[InvoiceLine]]:
    ordered = sorted(lines, key=lambda line: line.tax_category)
    return [list(group) for _, group in groupby(ordered, key=lambda line: line.tax_category)]


def _tax(writer: Writer, document: Document) -> None:
    invoice = document.invoice
    tax = writer.part("TaxTotal").amount("TaxAmount", invoice.tax)
    for lines in _by_category(invoice.lines):
        subtotal = tax.part("TaxSubtotal")
        subtotal.amount("TaxableAmount", total(tuple(line.net for line in lines), currency=invoice.currency))
        subtotal.amount("TaxAmount", total(tuple(line.tax for line in lines), currency=invoice.currency))
        _category(subtotal, "TaxCategory", lines[0], reasoned=True)
    if _has_forint_tax(document):
        rate = Decimal(rng("rate", f"{invoice.issued_on:%m-%d}").randrange(38200, 41200)) / 100
        writer.part("TaxTotal").amount("TaxAmount", round_half_up(Money(invoice.tax.amount * rate, "HUF")))


def _totals(writer: Writer, document: Document) -> None:
    invoice, rebate = document.invoice, document.rebate
    totals = writer.part("LegalMonetaryTotal").amount("LineExtensionAmount", invoice.net - rebate.net if rebate else invoice.net)
    totals.amount("TaxExclusiveAmount", invoice.net).amount("TaxInclusiveAmount", invoice.gross)
    if rebate:
        totals.amount("AllowanceTotalAmount", -rebate.net)
    if invoice.rounding:
        totals.amount("PayableRoundingAmount", invoice.rounding)
    totals.amount("PayableAmount", invoice.payable)


def _line(writer: Writer, line: InvoiceLine, *, is_note: bool) -> None:
    part = writer.part("CreditNoteLine" if is_note else "InvoiceLine").text("ID", line.position)
    unit = _PIECES if line.product else _HOURS
    part.text("CreditedQuantity" if is_note else "InvoicedQuantity", f"{line.quantity:f}", unitCode=unit).amount(
        "LineExtensionAmount", line.net
    )
    if line.period_start and line.period_end:
        part.part("InvoicePeriod").text("StartDate", line.period_start).text("EndDate", line.period_end - days(1))
    off = round_half_up(line.unit_price * line.quantity) - line.net
    if off:
        allowance = part.part("AllowanceCharge").text("ChargeIndicator", "false").text("AllowanceChargeReasonCode", "95")
        allowance.text("AllowanceChargeReason", "Discount").amount("Amount", off)
    item = part.part("Item").text("Name", line.description)
    _category(item, "ClassifiedTaxCategory", line)
    for name, value in (("ChargeType", line.charge_type), ("SubscriptionId", line.subscription_id), ("Product", line.product)):
        if value:
            item.part("AdditionalItemProperty").text("Name", name).text("Value", value)
    part.part("Price").text("PriceAmount", f"{line.unit_price.amount:f}", currencyID=line.unit_price.currency)
