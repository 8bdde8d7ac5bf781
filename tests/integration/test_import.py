"""Files into the ledger, by the commands an operator types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from bot.billing.model import Invoice, Payment
from bot.billing.ports import Ledger
from bot.commands.imports import import_group
from bot.shared.clock import Clock, FrozenClock
from bot.store import Store, open_store
from tests.conftest import NOW

FIXTURES = Path(__file__).parents[1] / "fixtures" / "ledger_files"
CUSTOMERS = "customer_number,name,bank_accounts\nC1,Bagoly Nyomda Zrt.,HU93116000060000000012345676\nC2,Holló Bt.,\n"
HEAD = (
    "number,kind,customer_number,issued_on,due_on,currency,net,tax,gross,payable,billing_references,line,charge_type,description,"
    "quantity,unit_price,line_net,line_tax\n"
)


def _row(number: str, net: str, *, kind: str = "invoice", customer: str = "C1", refers: str = "", currency: str = "EUR") -> str:
    return f"{number},{kind},{customer},2026-01-05,2026-01-13,{currency},{net},0,{net},{net},{refers},1,cycle_fee,Seats,1,{net},{net},0\n"


def _payment(reference: str, amount: str, text: str, *, name: str = "Bagoly Nyomda", customer: str = "", currency: str = "EUR") -> str:
    return f"{reference},2026-02-01,{amount},{currency},{name},{text},{customer}\n"


PAYMENT_HEAD = "reference,received_on,amount,currency,payer_name,remittance,customer_number\n"


@dataclass(frozen=True)
class ImportRun:
    """What the commands need, over a store of the test's own."""

    store: Store
    folder: Path
    clock: Clock
    zone: ZoneInfo

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.store.ledger

    def command(self, *arguments: str | Path) -> Result:
        """Run ``clearline import`` with these arguments."""
        return CliRunner().invoke(import_group, [str(argument) for argument in arguments], obj=self)

    def files(self, what: str, *contents: str) -> Result:
        """Import files with these contents."""
        paths = []
        for content in contents:
            path = self.folder / f"{what}-{len(list(self.folder.iterdir()))}.csv"
            path.write_text(content, encoding="utf-8")
            paths.append(path)
        return self.command(what, *paths)

    def open_numbers(self, customer: str) -> dict[str, str]:
        """Return what is open of each unsettled invoice of the customer."""
        with self.store.ledger.begin() as tx:
            customer_id = tx.customer_by_number(customer).id
            invoices = tx.unsettled_invoices(customer_id=customer_id)
            settled = tx.settlements(customer_id=customer_id, invoices=invoices)
            return {invoice.number: str(invoice.payable - settled[invoice.id].paid - settled[invoice.id].credited) for invoice in invoices}

    def invoice(self, number: str) -> Invoice:
        """Return the document."""
        with self.store.ledger.begin() as tx:
            return tx.invoice_by_number(number)

    def reasons(self) -> dict[str, str | None]:
        """Return the reason of every payment that is not wholly placed, by reference."""
        with self.store.ledger.begin() as tx:
            return {payment.reference: payment.unallocated_reason for payment, _ in tx.unallocated_payments()}

    def payments(self, customer: str) -> tuple[Payment, ...]:
        """Return the customer's payments."""
        with self.store.ledger.begin() as tx:
            return tx.payments(customer_id=tx.customer_by_number(customer).id)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[ImportRun]:
    """Return a run over an empty ledger."""
    store = open_store(f"sqlite:///{tmp_path / 'ledger.db'}")
    store.migrate()
    folder = tmp_path / "in"
    folder.mkdir()
    yield ImportRun(store, folder, FrozenClock(NOW), ZoneInfo("Europe/Budapest"))
    store.close()


@pytest.fixture
def filled(run: ImportRun) -> ImportRun:
    """Return a run over a ledger with two customers and four open invoices."""
    assert run.files("customers", CUSTOMERS).exit_code == 0
    invoices = (
        _row("CL-2026-0117", "161.00") + _row("CL-2026-0118", "50") + _row("CL-2026-0119", "20") + _row("CL-2026-0200", "50", customer="C2")
    )
    assert run.files("invoices", HEAD + invoices).exit_code == 0
    return run


class TestImportInvoices:
    def test_takes_e_invoices_and_makes_their_unknown_buyers_customers(self, run: ImportRun) -> None:
        result = run.command("invoices", FIXTURES / "invoice_full.xml", FIXTURES / "credit_note.xml", FIXTURES / "invoice_bare.xml")

        assert result.exit_code == 0, result.output
        assert "invoices: 3 added; customers created: UG-1001, LITEN KUND 11122; files: 3 taken, 0 refused." in result.output
        invoice = run.invoice("FC-2026-0042")
        assert (str(invoice.payable), len(invoice.lines)) == ("161.00 EUR", 6)
        assert run.invoice("FC-2026-0043").customer_id == invoice.customer_id

    def test_finds_the_buyer_by_its_tax_number_too(self, run: ImportRun) -> None:
        run.files("customers", "customer_number,name,tax_numbers\nC9,Bagoly,HU-12345676\n")

        result = run.command("invoices", FIXTURES / "invoice_full.xml")

        assert "customers created" not in result.output
        with run.ledger.begin() as tx:
            assert run.invoice("FC-2026-0042").customer_id == tx.customer_by_number("C9").id

    def test_refuses_a_buyer_that_fits_two_customers(self, run: ImportRun) -> None:
        run.files("customers", "customer_number,name,tax_numbers\nUG-1001,Somebody,HU99999999\nC9,Bagoly,HU12345676\n")

        result = run.command("invoices", FIXTURES / "invoice_full.xml")

        assert result.exit_code == 1
        assert "the buyer fits more than one customer: C9, UG-1001" in result.output

    def test_makes_no_customers_when_told_not_to(self, run: ImportRun) -> None:
        result = run.command("invoices", "--no-create-customers", FIXTURES / "invoice_full.xml")

        assert result.exit_code == 1
        assert "no customer is known under UG-1001, HU12345676" in result.output

    def test_changes_nothing_when_a_file_comes_twice(self, filled: ImportRun) -> None:
        path = next(filled.folder.glob("invoices-*.csv"))

        result = filled.command("invoices", path)

        assert "invoices: 0 added; files: 1 taken (1 imported before), 0 refused." in result.output

    def test_changes_nothing_when_a_document_comes_again_in_another_file(self, filled: ImportRun) -> None:
        result = filled.files("invoices", HEAD + _row("CL-2026-0117", "161") + _row("CL-2026-0300", "5"))

        assert "invoices: 1 added, 1 unchanged;" in result.output

    def test_refuses_a_known_number_with_other_content_and_says_what_differs(self, filled: ImportRun) -> None:
        result = filled.files("invoices", HEAD + _row("CL-2026-0300", "5") + _row("CL-2026-0117", "99"))

        assert result.exit_code == 1
        assert (
            ".csv:3: number: CL-2026-0117 is known with other content: 161.00 EUR of 2026-01-05 there, 99 EUR of 2026-01-05 here"
            in result.output
        )
        assert "CL-2026-0300" not in filled.open_numbers("C1")

    def test_refuses_one_number_twice_with_other_content_in_one_file(self, filled: ImportRun) -> None:
        result = filled.files("invoices", HEAD + _row("CL-1", "5") + _row("CL-2", "5") + _row("CL-1", "6"))

        assert result.exit_code == 1
        assert "CL-1" not in filled.open_numbers("C1")

    def test_leaves_no_trace_of_a_file_with_an_error_and_takes_the_others(self, filled: ImportRun) -> None:
        bad = HEAD + "".join(_row(f"CL-A{index}", "5") for index in range(1200)) + _row("CL-B", "5", customer="C404")

        result = filled.files("invoices", bad, HEAD + _row("CL-GOOD", "7"))

        assert result.exit_code == 1
        assert ":1202: customer_number: there is no customer 'C404'." in result.output
        assert "invoices: 1 added; files: 1 taken, 1 refused." in result.output
        assert set(filled.open_numbers("C1")) == {"CL-2026-0117", "CL-2026-0118", "CL-2026-0119", "CL-GOOD"}

    def test_takes_a_refused_file_once_it_is_mended(self, run: ImportRun) -> None:
        run.files("customers", CUSTOMERS)
        path = run.folder / "mended.csv"
        path.write_text(HEAD + _row("CL-1", "5", customer="C404"))
        assert run.command("invoices", path).exit_code == 1

        path.write_text(HEAD + _row("CL-1", "5"))

        assert run.command("invoices", path).exit_code == 0

    def test_reads_a_folder_with_all_its_files(self, run: ImportRun) -> None:
        folder = run.folder / "year" / "month"
        folder.mkdir(parents=True)
        for name in ("invoice_full.xml", "credit_note.xml"):
            (folder / name).write_bytes((FIXTURES / name).read_bytes())
        (folder / "notes.txt").write_text("not imported")

        assert "invoices: 2 added;" in run.command("invoices", run.folder).output

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("a.csv", None, "the file cannot be read (No such file or directory)"),
            ("a.pdf", "%PDF-1.7", "the file is a PDF"),
            ("a.xml", "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>", "the file is a camt.053 bank statement"),
        ],
    )
    def test_says_what_is_wrong_with_a_file_it_cannot_take(self, run: ImportRun, name: str, content: str | None, words: str) -> None:
        if content is not None:
            (run.folder / name).write_text(content)

        result = run.command("invoices", run.folder / name)

        assert result.exit_code == 1
        assert words in result.output

    def test_sets_a_credit_note_against_the_invoice_it_names(self, filled: ImportRun) -> None:
        filled.files("invoices", HEAD + _row("CR-1", "50", kind="credit_note", refers="CL-2026-0118"))

        assert "CL-2026-0118" not in filled.open_numbers("C1")


class TestImportPayments:
    def test_places_a_statement_and_says_what_it_left_out(self, filled: ImportRun) -> None:
        path = filled.folder / "statement.xml"
        path.write_text((FIXTURES / "statement_02.xml").read_text().replace("fc 2026/42", "cl 2026/117"))

        result = filled.command("payments", path)

        assert result.exit_code == 0, result.output
        assert "payments: 3 added; payments placed: 1; not (wholly) placed: 2 (2 unknown_payer)" in result.output
        assert "statement entries left out: 1 debits, 1 reversals (look at them), 1 not booked" in result.output
        assert "CL-2026-0117" not in filled.open_numbers("C1")

    @pytest.mark.parametrize(
        ("row", "still_open", "reason"),
        [
            (_payment("P", "161", "cl 2026/117"), {"CL-2026-0118": "50.00 EUR", "CL-2026-0119": "20.00 EUR"}, None),
            (_payment("P", "100", "CL-2026-0117"), {"CL-2026-0117": "61.00 EUR"}, None),
            (_payment("P", "60", "CL-2026-0118"), {"CL-2026-0117": "161.00 EUR", "CL-2026-0119": "20.00 EUR"}, "overpaid"),
            (_payment("P", "70", "CL-2026-0118 CL-2026-0119"), {"CL-2026-0117": "161.00 EUR"}, None),
            (_payment("P", "50", "thanks"), {"CL-2026-0117": "161.00 EUR"}, None),
            (_payment("P", "50", "CL-2026-0118", currency="HUF"), {"CL-2026-0118": "50.00 EUR"}, "wrong_currency"),
            (_payment("P", "50", "thanks", name="Nobody"), {"CL-2026-0118": "50.00 EUR"}, "unknown_payer"),
            (_payment("P", "50", "CL-2026-0118", name="Nobody"), {"CL-2026-0117": "161.00 EUR"}, None),
            (_payment("P", "33", "thanks"), {"CL-2026-0118": "50.00 EUR"}, "no_matching_invoice"),
        ],
    )
    def test_places_what_can_be_placed(self, filled: ImportRun, row: str, still_open: dict[str, str], reason: str | None) -> None:
        result = filled.files("payments", PAYMENT_HEAD + row)

        assert result.exit_code == 0, result.output
        assert still_open.items() <= filled.open_numbers("C1").items()
        assert filled.reasons() == ({"P": reason} if reason else {})

    def test_does_not_pay_an_invoice_twice(self, filled: ImportRun) -> None:
        filled.files("payments", PAYMENT_HEAD + _payment("P1", "50", "CL-2026-0118") + _payment("P2", "50", "CL-2026-0118"))

        assert filled.reasons() == {"P2": "already_paid"}

    def test_says_so_when_two_open_invoices_fit_the_amount(self, filled: ImportRun) -> None:
        filled.files("invoices", HEAD + _row("CL-2026-0120", "50"))

        filled.files("payments", PAYMENT_HEAD + _payment("P", "50", "thanks"))

        assert filled.reasons() == {"P": "ambiguous"}

    def test_changes_nothing_when_a_payment_comes_again(self, filled: ImportRun) -> None:
        filled.files("payments", PAYMENT_HEAD + _payment("P1", "50", "CL-2026-0118"))

        result = filled.files("payments", PAYMENT_HEAD + _payment("P1", "50", "CL-2026-0118") + _payment("P2", "20", "CL-2026-0119"))

        assert "payments: 1 added, 1 unchanged;" in result.output
        assert len(filled.payments("C1")) == 2

    def test_places_a_payment_that_came_before_its_invoice(self, filled: ImportRun) -> None:
        filled.files("payments", PAYMENT_HEAD + _payment("P", "77", "CL-2026-0400"))
        assert filled.reasons() == {"P": "no_matching_invoice"}

        result = filled.files("invoices", HEAD + _row("CL-2026-0400", "77"))

        assert "earlier payments placed: 1" in result.output
        assert filled.reasons() == {}
        assert "CL-2026-0400" not in filled.open_numbers("C1")

    def test_believes_the_file_about_who_paid(self, filled: ImportRun) -> None:
        filled.files("payments", PAYMENT_HEAD + _payment("P", "50", "thanks", customer="C2"))

        assert filled.open_numbers("C2") == {}
        assert [payment.reference for payment in filled.payments("C2")] == ["P"]

    def test_refuses_a_file_with_an_unknown_customer(self, filled: ImportRun) -> None:
        result = filled.files("payments", PAYMENT_HEAD + _payment("P1", "50", "CL-2026-0118") + _payment("P", "50", "x", customer="C404"))

        assert result.exit_code == 1
        assert filled.payments("C1") == ()


class TestImportCustomersAndSubscriptions:
    HEAD = "subscription_id,customer_number,product,commerce,quantity,term,billing_plan,status,bought_on,started_on,auto_renew\n"
    ROW = "S-1,C1,Visio,legacy,3,P1Y,annual,active,2025-03-01,2026-03-01,yes\n"

    def test_adds_changes_and_leaves_alone(self, filled: ImportRun) -> None:
        assert "subscriptions: 1 added;" in filled.files("subscriptions", self.HEAD + self.ROW).output
        assert "subscriptions: 0 added, 1 changed;" in filled.files("subscriptions", self.HEAD + self.ROW.replace(",3,", ",4,")).output
        again = filled.files("customers", CUSTOMERS + "C3,New Kft.,\n")
        assert "customers: 1 added, 2 unchanged;" in again.output

    def test_refuses_a_subscription_of_another_customer(self, filled: ImportRun) -> None:
        filled.files("subscriptions", self.HEAD + self.ROW)

        result = filled.files("subscriptions", self.HEAD + self.ROW.replace("C1", "C2"))

        assert result.exit_code == 1
        assert "subscription s-1 belongs to another customer than C2" in result.output

    def test_sends_an_e_invoice_to_the_right_command(self, run: ImportRun) -> None:
        result = run.command("customers", FIXTURES / "invoice_full.xml")

        assert "the file is a UBL e-invoice; customers come as CSV. Use clearline import invoices." in result.output


class TestAFileThatIsImportedTwiceAtOnce:
    def test_counts_once(self, run: ImportRun) -> None:
        path = FIXTURES / "invoice_full.xml"

        result = run.command("invoices", path, path)

        assert "invoices: 1 added;" in result.output
        assert "files: 2 taken (1 imported before), 0 refused." in result.output
