"""E-invoices in UBL 2.1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.billing.drafts import FileRefused, InvoiceDraft
from bot.billing.model import ChargeType, Contact, DocumentKind
from bot.ledger_files.ubl import read_ubl
from bot.ledger_files.xml_safe import MAX_DOCUMENT_BYTES

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ledger_files"
CREDIT_NOTE_NS = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., InvoiceDraft]:
    """Return a reader of a fixture in which texts were replaced; each must stand in it."""

    def read(*replacements: tuple[str, str], name: str = "invoice_full.xml") -> InvoiceDraft:
        text = (FIXTURES / name).read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_ubl(path=path, label=name)

    return read


def _refusal(read: Callable[..., InvoiceDraft], *replacements: tuple[str, str], name: str = "invoice_full.xml") -> str:
    with pytest.raises(FileRefused) as caught:
        read(*replacements, name=name)
    return str(caught.value)


class TestReadUbl:
    def test_reads_number_dates_totals_and_references(self, changed: Callable[..., InvoiceDraft]) -> None:
        document = changed().document

        assert (document.kind, document.number, document.currency) == (DocumentKind.INVOICE, "FC-2026-0042", "EUR")
        assert (document.issued_on, document.due_on) == (date(2026, 2, 3), date(2026, 2, 11))
        assert (document.period_start, document.period_end) == (date(2026, 2, 1), date(2026, 3, 1))
        assert str(document.net) == "174.78 EUR"
        assert str(document.tax) == "36.39 EUR"
        assert str(document.gross) == "211.17 EUR"
        assert str(document.payable) == "161.00 EUR"
        assert document.payable == document.gross - document.prepaid + document.rounding
        assert (document.issuer, document.payment_reference, document.purchase_order) == ("Felhőcske Kft.", "RF18 0042", "PO-77")

    def test_reads_the_buyer_with_all_its_numbers_but_not_with_placeholders(self, changed: Callable[..., InvoiceDraft]) -> None:
        buyer = changed().buyer

        assert buyer is not None
        assert (buyer.name, buyer.language) == ("Bagoly Nyomda Zrt.", "hu")
        assert buyer.numbers == ("UG-1001", "HU12345676")
        assert buyer.identifiers == ("ug-1001", "08-10-001234", "HU12345676")
        assert buyer.address.street == "Fő utca 3., II. emelet"
        assert buyer.contacts == (Contact("Nagy Éva", "eva@bagoly.example", "hu"),)

    def test_lets_item_properties_say_product_charge_type_and_subscription(self, changed: Callable[..., InvoiceDraft]) -> None:
        line = changed().document.lines[0]

        assert line.charge_type is ChargeType.PRORATION
        assert line.product == "Microsoft 365 Business Premium"
        assert line.subscription_id == "5c8d0f3a-0000-4000-8000-000000000001"
        assert line.description == "Business Premium: Ten seats in February"
        assert line.unit_price.amount == Decimal("12.33333333")
        assert (line.period_start, line.period_end) == (date(2026, 2, 1), date(2026, 3, 1))

    def test_infers_the_charge_type_from_sign_and_period(self, changed: Callable[..., InvoiceDraft]) -> None:
        lines = changed().document.lines

        assert [line.charge_type for line in lines[1:4]] == [ChargeType.CYCLE_FEE, ChargeType.CREDIT, ChargeType.ONE_TIME]

    def test_makes_lines_of_document_allowances_and_charges(self, changed: Callable[..., InvoiceDraft]) -> None:
        allowance, charge = changed().document.lines[4:]

        assert (allowance.charge_type, str(allowance.net), allowance.description) == (ChargeType.CREDIT, "-10.00 EUR", "Loyalty")
        assert (charge.charge_type, str(charge.net), charge.description) == (ChargeType.ONE_TIME, "5.00 EUR", "FC")

    def test_gives_every_line_tax_that_adds_up_to_the_subtotal_of_its_category(self, changed: Callable[..., InvoiceDraft]) -> None:
        document = changed(("36.39", "36.42"), ("211.17", "211.20"), ("-0.17", "-0.20")).document

        standard = [line for line in document.lines if line.tax_category == "S"]
        reverse = [line for line in document.lines if line.tax_category == "AE"]
        assert sum(line.tax.amount for line in standard) == Decimal("36.42")
        assert sum(line.tax.amount for line in reverse) == 0
        assert sum(line.net.amount for line in document.lines) == document.net.amount
        assert all(line.gross == line.net + line.tax for line in document.lines)

    def test_reads_a_credit_note_with_other_prefixes_and_a_breakdown_without_rate(self, changed: Callable[..., InvoiceDraft]) -> None:
        document = changed(name="credit_note.xml").document

        assert document.kind is DocumentKind.CREDIT_NOTE
        assert document.due_on == date(2026, 3, 1)
        assert document.billing_references == ("FC-2026-0040",)
        assert (str(document.gross), document.lines[0].charge_type) == ("1270.00 HUF", ChargeType.CREDIT)
        assert document.issuer == "Felhőcske"

    def test_takes_a_document_without_due_date_rate_or_buyer_number(self, changed: Callable[..., InvoiceDraft]) -> None:
        draft = changed(name="invoice_bare.xml")

        assert draft.document.due_on == draft.document.issued_on
        assert draft.document.lines[0].tax_rate is None
        assert draft.buyer is not None
        assert draft.buyer.numbers == ("LITEN KUND 11122",)

    def test_turns_a_negative_invoice_into_a_credit_note_with_positive_totals(self, changed: Callable[..., InvoiceDraft]) -> None:
        negative = ((">300</cbc:", ">-300</cbc:"), (">300.0<", ">-300.0<"), (">2</cbc:Inv", ">-2</cbc:Inv"))

        document = changed(*negative, name="invoice_bare.xml").document

        assert document.kind is DocumentKind.CREDIT_NOTE
        assert (str(document.gross), str(document.lines[0].net)) == ("300.00 SEK", "300.00 SEK")
        assert (document.lines[0].quantity, document.lines[0].charge_type) == (Decimal(2), ChargeType.CREDIT)

    @pytest.mark.parametrize(
        ("code", "kind"),
        [("381", DocumentKind.CREDIT_NOTE), ("384", DocumentKind.INVOICE), ("389", DocumentKind.INVOICE), ("386", DocumentKind.INVOICE)],
    )
    def test_decides_the_kind_by_the_type_code(self, changed: Callable[..., InvoiceDraft], code: str, kind: DocumentKind) -> None:
        document = changed((">380<", f">{code}<")).document

        assert document.kind is kind
        assert document.gross.amount > 0

    def test_reads_a_document_in_a_peppol_envelope(self, tmp_path: Path) -> None:
        text = (FIXTURES / "invoice_full.xml").read_text(encoding="utf-8").split("?>", 1)[1]
        path = tmp_path / "envelope.xml"
        path.write_text(f'<s:StandardBusinessDocument xmlns:s="urn:sbdh"><s:Header/>{text}</s:StandardBusinessDocument>', encoding="utf-8")

        assert read_ubl(path=path, label="envelope.xml").document.number == "FC-2026-0042"

    def test_rounds_net_amounts_finer_than_the_currency_without_losing_a_cent(self, changed: Callable[..., InvoiceDraft]) -> None:
        finer = (
            (
                ">40.00</cbc:LineExtensionAmount>\n    <cac:Item>\n      <cbc:Name>Mig",
                ">40.0049</cbc:LineExtensionAmount>\n    <cac:Item>\n      <cbc:Name>Mig",
            ),
        )

        document = changed(*finer).document

        assert sum(line.net.amount for line in document.lines) == document.net.amount
        assert all(line.net.amount == line.net.amount.quantize(Decimal("0.01")) for line in document.lines)

    def test_takes_the_trading_name_where_there_is_no_registered_one(self, changed: Callable[..., InvoiceDraft]) -> None:
        buyer = changed(("Bagoly Nyomda Zrt.", "")).buyer

        assert buyer is not None
        assert buyer.name == "Bagoly"


class TestTotalsThatDoNotAddUp:
    @pytest.mark.parametrize(
        ("old", "new", "field", "figures"),
        [
            (">179.78<", ">179.79<", "LegalMonetaryTotal/LineExtensionAmount", ("179.79", "179.78")),
            (">174.78<", ">175.78<", "LegalMonetaryTotal/TaxExclusiveAmount", ("175.78", "174.78")),
            (">211.17<", ">211.18<", "LegalMonetaryTotal/TaxInclusiveAmount", ("211.18", "211.17")),
            (">161.00<", ">161.10<", "LegalMonetaryTotal/PayableAmount", ("161.10", "161.00")),
            (">134.78<", ">136.78<", "TaxSubtotal[1]/TaxableAmount", ("136.78", "134.78")),
            ("36.39</cbc:TaxAmount>\n    <cac", "36.40</cbc:TaxAmount>\n    <cac", "TaxTotal[2]/TaxAmount", ("36.40", "36.39")),
            (">36.39<", ">38.39<", "TaxSubtotal[1]/TaxAmount", ("38.39", "36.39")),
            (">10.00</cbc:Amount>", ">11.00</cbc:Amount>", "LegalMonetaryTotal/AllowanceTotalAmount", ("10.00", "11.00")),
            (">3.55<", ">3.35<", "InvoiceLine[1]/LineExtensionAmount", ("119.78", "119.98")),
        ],
    )
    def test_are_refused_with_both_figures_the_element_and_its_line(
        self, changed: Callable[..., InvoiceDraft], old: str, new: str, field: str, figures: tuple[str, str]
    ) -> None:
        with pytest.raises(FileRefused) as caught:
            changed((old, new))

        problem = next(problem for problem in caught.value.problems if problem.field.endswith(field))
        assert all(figure in problem.reason for figure in figures)
        assert problem.source.line is not None
        lines = (FIXTURES / "invoice_full.xml").read_text(encoding="utf-8").splitlines()
        assert problem.field.rsplit("/", 1)[1] in lines[problem.source.line - 1]

    def test_are_taken_within_the_slack_of_the_official_rules(self, changed: Callable[..., InvoiceDraft]) -> None:
        document = changed((">3.55<", ">3.56<")).document

        assert str(document.lines[0].net) == "119.78 EUR"

    def test_are_not_measured_by_line_prices_in_a_document_of_the_bare_standard(self, changed: Callable[..., InvoiceDraft]) -> None:
        assert str(changed(name="invoice_bare.xml").document.lines[0].unit_price) == "300 SEK"
        bare = "urn:cen.eu:en16931:2017<"
        assert "R120" in _refusal(changed, (bare, "urn:cen.eu:en16931:2017#compliant#x<"), name="invoice_bare.xml")

    def test_are_refused_when_a_category_is_not_in_the_breakdown(self, changed: Callable[..., InvoiceDraft]) -> None:
        message = _refusal(changed, ("<cbc:ID>AE</cbc:ID><cac", "<cbc:ID>K</cbc:ID><cac"))

        assert "tax category K at 0 % is not in the tax breakdown" in message


class TestWhatIsMissingOrWrong:
    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("<cbc:ID>fc-2026-0042</cbc:ID>", "", "ID is missing (BR-02)"),
            (">2026-02-03<", "><", "IssueDate is missing (BR-03)"),
            (">2026-02-03<", ">03.02.2026<", "'03.02.2026' is not a date"),
            ("<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", "", "InvoiceTypeCode is missing (BR-04)"),
            ('currencyID="EUR">161.00', 'currencyID="USD">161.00', "the amount is in USD, the document in EUR"),
            (">161.00<", ">161,00<", "'161,00' is not a number"),
            (">161.00<", ">NaN<", "'NaN' is not a number"),
            ("<cbc:Name>Migration</cbc:Name>", "", "Name is missing (BR-25)"),
            ('unitCode="C62">3<', 'unitCode="C62">0<', "the base quantity is 0"),
            (">Proration<", ">Magic<", "the item property ChargeType is 'Magic'"),
            ("<cbc:EndDate>2026-02-28</cbc:EndDate>", "<cbc:EndDate>2026-01-28</cbc:EndDate>", "before it starts"),
            (">EUR</cbc:DocumentCurrencyCode>", ">EURO</cbc:DocumentCurrencyCode>", "DocumentCurrencyCode: 'EURO' is not an ISO 4217"),
        ],
    )
    def test_is_named(self, changed: Callable[..., InvoiceDraft], old: str, new: str, words: str) -> None:
        message = _refusal(changed, (old, new))

        assert words in message
        assert message.startswith("invoice_full.xml:")

    def test_is_a_wrong_root_element(self, changed: Callable[..., InvoiceDraft]) -> None:
        message = _refusal(changed, (CREDIT_NOTE_NS, "urn:something-else"), name="credit_note.xml")

        assert "not a UBL 2.1 Invoice or CreditNote" in message


class TestXmlFromStrangers:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_is_refused_when_it_declares_a_document_type(self, tmp_path: Path, encoding: str) -> None:
        secret = tmp_path / "secret.txt"
        secret.write_text("hidden")
        path = tmp_path / "bad.xml"
        path.write_text(f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n<Invoice>&x;</Invoice>', encoding=encoding)

        with pytest.raises(FileRefused, match="DOCTYPE: the file declares a document type") as caught:
            read_ubl(path=path, label="bad.xml")
        assert "hidden" not in str(caught.value)

    def test_is_refused_when_it_is_cut_off(self, changed: Callable[..., InvoiceDraft]) -> None:
        assert "not well-formed XML" in _refusal(changed, ("</Invoice>", ""))

    def test_is_refused_when_it_is_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "large.xml"
        with path.open("wb") as stream:
            stream.truncate(MAX_DOCUMENT_BYTES + 1)

        with pytest.raises(FileRefused, match="an e-invoice may have at most 20,971,520"):
            read_ubl(path=path, label="large.xml")
