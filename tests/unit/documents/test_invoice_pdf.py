"""The copy of an invoice, read back as text."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from bot.billing.model import Address, ChargeType, Customer, DocumentKind, Invoice, InvoiceLine, Settlement
from bot.billing.standing import view
from bot.documents import LABELS, MissingLabel, invoice_pdf
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money

ROOT = Path(__file__).parents[3]
PARTNER = load_knowledge(ROOT / "knowledge").partner
BOOK = Phrasebook.load(ROOT / "data" / "responses")
CUSTOMER = Customer(
    id=CustomerId("cus_1"),
    number="C-10001",
    name="Őrségi Hűtőipari Zrt.",
    tax_numbers=("12345678-2-18",),
    address=Address("Fő út 3.", "9941", "Őriszentpéter", "HU"),
)


def labels(language: str) -> Mapping[str, str]:
    return {name: BOOK.say(name, language).text for name in LABELS}


def line(position: int, *, net: str = "100.00", rate: str = "27", category: str = "S", currency: str = "EUR") -> InvoiceLine:
    amount = Decimal(net)
    tax = amount * Decimal(rate) / 100
    return InvoiceLine(
        position=position,
        charge_type=ChargeType.PRORATION,
        description=f"Microsoft 365 E3, {position}. sor: őrült űrméret",
        product="Microsoft 365 E3",
        quantity=Decimal(10),
        unit_price=Money(amount / 10, currency),
        net=Money(amount, currency),
        tax=Money(tax, currency),
        gross=Money(amount + tax, currency),
        tax_rate=Decimal(rate),
        tax_category=category,
        period_start=date(2026, 3, 1),
        period_end=date(2026, 4, 1),
    )


def invoice(*lines: InvoiceLine, kind: DocumentKind = DocumentKind.INVOICE) -> Invoice:
    currency = lines[0].net.currency
    net, tax = sum((item.net.amount for item in lines), Decimal(0)), sum((item.tax.amount for item in lines), Decimal(0))
    gross, zero = Money(net + tax, currency), Money.zero(currency)
    return Invoice(
        id=InvoiceId("inv_1"),
        kind=kind,
        number="CL-2026-0117",
        customer_id=CUSTOMER.id,
        issued_on=date(2026, 3, 2),
        due_on=date(2026, 3, 10),
        currency=currency,
        net=Money(net, currency),
        tax=Money(tax, currency),
        gross=gross,
        prepaid=zero,
        rounding=zero,
        payable=gross,
        lines=lines,
        issuer="Dunakapu Felhő Kft.",
    )


def pdf(
    document: Invoice, language: str = "hu", *, paid: str = "0", today: date = date(2026, 3, 15), customer: Customer = CUSTOMER
) -> bytes:
    settlement = Settlement(paid=Money(Decimal(paid), document.currency), credited=Money.zero(document.currency))
    shown = view(invoice=document, settlement=settlement, today=today)
    return invoice_pdf(view=shown, customer=customer, partner=PARTNER, language=language, labels=labels(language))


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


class TestInvoicePdf:
    def test_prints_number_parties_and_totals_in_hungarian(self) -> None:
        text = text_of(pdf(invoice(line(1, net="1000.00"), line(2, net="11.46"))))

        for wanted in (
            "Számla CL-2026-0117",
            "Őrségi Hűtőipari Zrt.",
            "Dunakapu Felhő Szolgáltató Korlátolt",
            "őrült űrméret",
            "2026. március 10.",
            "2026. 03. 01. – 2026. 03. 31.",
            "Fizetendő 1 284,55 EUR",
            "Időarányos díj",
            "MÁSOLAT",
        ):
            assert wanted in text

    def test_prints_the_same_in_english(self) -> None:
        text = text_of(pdf(invoice(line(1, net="1000.00"), line(2, net="11.46")), "en"))

        for wanted in (
            "Invoice CL-2026-0117",
            "To be paid €1,284.55",
            "10 March 2026",
            "1 Mar 2026 – 31 Mar 2026",
            "Part-period charge",
            "COPY",
        ):
            assert wanted in text

    def test_prints_forints_without_decimals(self) -> None:
        assert "Fizetendő 127 000 Ft" in text_of(pdf(invoice(line(1, net="100000", currency="HUF"))))

    def test_says_where_the_invoice_stands(self) -> None:
        text = text_of(pdf(invoice(line(1)), "en", paid="27.00"))

        for wanted in ("Paid -€27.00", "Still open €100.00", "Status Overdue", "Days overdue 5"):
            assert wanted in text

    def test_sums_vat_by_category_and_rate(self) -> None:
        text = text_of(pdf(invoice(line(1), line(2), line(3, net="50.00", rate="0", category="AE"), line(4, net="10.00", rate="5")), "en"))

        assert "Reverse charge 0% €50.00 €0.00 €50.00" in text
        assert "Standard or reduced rate 5% €10.00 €0.50 €10.50" in text
        assert "Standard or reduced rate 27% €200.00 €54.00 €254.00" in text

    def test_names_the_account_of_the_invoices_currency(self) -> None:
        text = text_of(pdf(invoice(line(1))))

        assert "HU80 9990 1055 2004 2738 1900 0002" in text
        assert "HU61" not in text

    def test_goes_over_pages_with_the_titles_repeated(self) -> None:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf(invoice(*(line(n) for n in range(1, 201))), "en"))).pages]

        assert len(pages) > 5
        assert all("Unit price" in page for page in pages[:-1])
        assert all(f"{number} / {len(pages)}" in page for number, page in enumerate(pages, start=1))
        assert all(f"E3, {n}. sor" in " ".join(" ".join(pages).split()) for n in range(1, 201))

    def test_shows_a_credit_note_without_asking_for_money(self) -> None:
        note = replace(invoice(line(1), kind=DocumentKind.CREDIT_NOTE), billing_references=("CL-2026-0099",))

        text = text_of(pdf(note, "en"))

        assert "Credit note CL-2026-0117" in text
        assert "Refers to CL-2026-0099" in text
        assert "Credited €127.00" in text
        assert not any(word in text for word in ("To be paid", "Due on", "IBAN", "Still open"))

    def test_keeps_our_address_and_account_off_another_sellers_invoice(self) -> None:
        text = text_of(pdf(replace(invoice(line(1)), issuer="Más Eladó Bt.")))

        assert "Más Eladó Bt." in text
        assert not any(ours in text for ours in ("IBAN", "Rakpart", PARTNER.tax_number))

    def test_gives_the_same_bytes_each_time(self) -> None:
        assert pdf(invoice(line(1))) == pdf(invoice(line(1)))

    def test_survives_strange_text(self) -> None:
        odd = replace(line(1), description="x" * 5000 + "\n\x00\x1b[31m" + "<b>😀</b> 漢字")

        text = text_of(pdf(invoice(odd, line(2)), customer=replace(CUSTOMER, name="Név\nkét sorban", address=Address())))

        assert "Név két sorban" in text
        assert "2. sor" in text

    def test_shows_no_prepaid_row_unless_something_was_prepaid(self) -> None:
        document = invoice(line(1))
        prepaid = replace(document, prepaid=Money(Decimal(27), "EUR"), payable=Money(Decimal(100), "EUR"))

        assert "Prepaid -€27.00 To be paid €100.00" in text_of(pdf(prepaid, "en"))
        assert "Prepaid" not in text_of(pdf(document, "en"))

    def test_names_every_missing_word(self) -> None:
        shown = view(invoice=invoice(line(1)), settlement=Settlement(Money.zero("EUR"), Money.zero("EUR")), today=date(2026, 3, 15))
        words = {name: text for name, text in labels("en").items() if name not in {"utter_document_net", "utter_document_copy"}}

        with pytest.raises(MissingLabel, match="utter_document_copy, utter_document_net"):
            invoice_pdf(view=shown, customer=CUSTOMER, partner=PARTNER, language="en", labels=words)

    def test_does_not_import_matplotlib(self) -> None:
        check = "import sys, bot.documents.sheet as s; s._font_paths(); sys.exit('matplotlib' in sys.modules)"

        assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False, timeout=60).returncode == 0


class TestLabels:
    @pytest.mark.parametrize("language", ["en", "hu"])
    def test_are_all_in_the_phrasebook(self, language: str) -> None:
        assert all(BOOK.say(name, language).language == language for name in LABELS)

    def test_are_all_used(self) -> None:
        assert {name for name in BOOK.names if name.startswith("utter_document_")} == set(LABELS)
