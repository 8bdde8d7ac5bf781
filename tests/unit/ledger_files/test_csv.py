"""Our CSV formats."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.drafts import FileRefused, Problem
from bot.billing.model import BillingPlan, ChargeType, CommerceKind, Contact, DocumentKind, SubscriptionStatus
from bot.ledger_files.csv_files import read_customers, read_payments, read_subscriptions
from bot.ledger_files.csv_invoices import read_invoices

INVOICES = (
    "number,customer_number,issued_on,due_on,currency,net,tax,gross,payable,line,charge_type,description,quantity,unit_price,line_net,line_tax\n"
    "CL-1,c1,2026-01-05,2026-01-13,EUR,150.00,40.50,190.50,190.50,1,cycle_fee,Seats,10,12.5,125.00,33.75\n"
    "CL-1,c1,2026-01-05,2026-01-13,EUR,150.00,40.50,190.50,190.50,2,one_time,Help,1,25,25.00,6.75\n"
    "CL-2,c1,2026-01-06,2026-01-14,HUF,100,27,127,127,1,usage,Azure,1,100,100,27\n"
)


def _file(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "in.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _problems(tmp_path: Path, content: str | bytes, reader: object = read_invoices) -> tuple[Problem, ...]:
    with pytest.raises(FileRefused) as caught:
        list(reader(path=_file(tmp_path, content), label="in.csv"))  # type: ignore[operator]
    return caught.value.problems


class TestReadCustomers:
    def test_reads_every_column(self, tmp_path: Path) -> None:
        text = (
            "customer_number,name,language,tenant_id,tax_numbers,identifiers,bank_accounts,street,postal_code,city,country,contacts\n"
            "c-1,Bagoly Zrt.,hu,5C8D0F3A-0000-4000-8000-000000000001,12345676-2-08|HU12345676,9910:x,hu42 1177|HU421177,"
            "Fő u. 1.,9021,Győr,hu,Kiss Anna <anna@example.com> hu|bob@example.com\n"
        ).replace("bob@example.com", "<bob@example.com> en")

        customer = next(read_customers(path=_file(tmp_path, text), label="in.csv")).customer

        assert (customer.number, customer.name, customer.language) == ("C-1", "Bagoly Zrt.", "hu")
        assert customer.tenant_id == "5c8d0f3a-0000-4000-8000-000000000001"
        assert customer.tax_numbers == ("12345676-2-08", "HU12345676")
        assert customer.bank_accounts == ("HU421177",)
        assert customer.address.country == "HU"
        assert customer.contacts == (
            Contact("Kiss Anna", "anna@example.com", "hu"),
            Contact("bob@example.com", "bob@example.com", "en"),
        )

    @pytest.mark.parametrize(
        ("row", "field", "words"),
        [
            ("C1,,,,", "name", "empty"),
            ("C1,N,de,,", "language", "'de' is not known"),
            ("C1,N,,123,", "tenant_id", "not a GUID"),
            ("C1,N,,,Anna anna@example.com", "contacts", "not a contact"),
            ("C1,N,,,<a@b.hu>|<A@b.hu>", "contacts", "stands twice"),
        ],
    )
    def test_names_the_value_that_is_wrong(self, tmp_path: Path, row: str, field: str, words: str) -> None:
        problem = _problems(tmp_path, f"customer_number,name,language,tenant_id,contacts\n{row}\n", read_customers)[0]

        assert (problem.field, problem.source.line) == (field, 2)
        assert words in problem.reason


class TestReadSubscriptions:
    HEADER = "subscription_id,customer_number,product,commerce,quantity,term,billing_plan,status,bought_on,started_on,ends_on,auto_renew\n"

    def test_reads_a_row(self, tmp_path: Path) -> None:
        row = "ABC,c1,Visio,new_commerce,3,p1y,monthly,active,2025-03-01,2026-03-01,2027-03-01,yes\n"

        draft = next(read_subscriptions(path=_file(tmp_path, self.HEADER + row), label="in.csv"))

        subscription = draft.subscription
        assert (subscription.id, draft.customer_number, subscription.term) == ("abc", "C1", "P1Y")
        assert (subscription.commerce, subscription.billing_plan) == (CommerceKind.NEW, BillingPlan.MONTHLY)
        assert (subscription.status, subscription.auto_renew) == (SubscriptionStatus.ACTIVE, True)

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            ("new_commerce", "nce", "commerce"),
            (",3,", ",-3,", "quantity"),
            ("p1y", "1 year", "term"),
            ("yes", "true", "auto_renew"),
            ("2027-03-01", "2026-03-01", "ends_on"),
            ("2025-03-01", "2025-02-30", "bought_on"),
        ],
    )
    def test_names_the_value_that_is_wrong(self, tmp_path: Path, old: str, new: str, field: str) -> None:
        row = "ABC,c1,Visio,new_commerce,3,p1y,monthly,active,2025-03-01,2026-03-01,2027-03-01,yes\n".replace(old, new)

        assert _problems(tmp_path, self.HEADER + row, read_subscriptions)[0].field == field


class TestReadPayments:
    def test_reads_a_decimal_comma_in_a_semicolon_file_with_a_bom(self, tmp_path: Path) -> None:
        text = "\ufeffreference;received_on;amount;currency;payer_account\nA1;2026-01-02;1284,55;EUR;hu42 1177\n"

        payment = next(read_payments(path=_file(tmp_path, text), label="in.csv")).payment

        assert (str(payment.amount), payment.received_on) == ("1284.55 EUR", date(2026, 1, 2))
        assert payment.payer_account == "HU421177"

    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            ("1 284,55", "is not a number"),
            ("1.284,55", "is not a number"),
            ("1e3", "is not a number"),
            ("0", "only money received"),
            ("1.005", "decimals"),
        ],
    )
    def test_refuses_amounts_that_could_be_misread(self, tmp_path: Path, amount: str, words: str) -> None:
        text = f"reference;received_on;amount;currency\nA1;2026-01-02;{amount};EUR\n"

        problem = _problems(tmp_path, text, read_payments)[0]

        assert (problem.field, problem.source.line) == ("amount", 2)
        assert words in problem.reason


class TestReadInvoices:
    def test_gathers_the_rows_of_a_document(self, tmp_path: Path) -> None:
        first, second = (draft.document for draft in read_invoices(path=_file(tmp_path, INVOICES), label="in.csv"))

        assert (first.number, first.kind, len(first.lines)) == ("CL-1", DocumentKind.INVOICE, 2)
        assert (first.lines[0].charge_type, first.lines[0].unit_price.amount) == (ChargeType.CYCLE_FEE, Decimal("12.5"))
        assert str(first.lines[1].gross) == "31.75 EUR"
        assert (second.number, second.currency) == ("CL-2", "HUF")

    @pytest.mark.parametrize(
        ("old", "new", "field", "figures"),
        [
            ("EUR,150.00", "EUR,151.00", "net", ("151.00", "150.00")),
            ("40.50", "41.50", "tax", ("41.50", "40.50")),
            ("190.50,190.50", "191.50,191.50", "gross", ("191.50", "190.50")),
            ("190.50,190.50", "190.50,180.50", "payable", ("180.50", "190.50")),
        ],
    )
    def test_refuses_totals_that_do_not_add_up(self, tmp_path: Path, old: str, new: str, field: str, figures: tuple[str, str]) -> None:
        problems = _problems(tmp_path, INVOICES.replace(old, new))

        problem = next(problem for problem in problems if problem.field == field)
        assert problem.source.line == 2
        assert all(figure in problem.reason for figure in figures)

    def test_refuses_rows_of_a_document_that_differ(self, tmp_path: Path) -> None:
        problem = _problems(
            tmp_path, INVOICES.replace("2026-01-13,EUR,150.00,40.50,190.50,190.50,2", "2026-01-14,EUR,150.00,40.50,190.50,190.50,2")
        )[0]

        assert (problem.field, problem.source.line) == ("due_on", 3)
        assert "'2026-01-13' on line 2, '2026-01-14' here" in problem.reason

    def test_refuses_rows_of_a_document_that_do_not_stand_together(self, tmp_path: Path) -> None:
        head, one, two, other = INVOICES.splitlines(keepends=True)

        problems = _problems(tmp_path, head + one + other + two)

        assert [problem.field for problem in problems if problem.source.line == 4] == ["line"]

    def test_lists_the_problems_of_several_rows_at_once(self, tmp_path: Path) -> None:
        problems = _problems(tmp_path, INVOICES.replace("usage", "magic").replace("12.5,", "x,"))

        assert [(problem.field, problem.source.line) for problem in problems] == [("unit_price", 2), ("charge_type", 4)]


class TestTheTableItself:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "the file is empty"),
            ("reference,amount,currency,received_on\nő,1,EUR,2026-01-01\n".encode("cp1250"), "it looks like Windows-1250"),
            ("reference,amount,currency,received_on\n".encode("utf-16"), "UTF-16"),
            (b"reference,received_on,amount,currency\na\0b,2026-01-01,1,EUR\n", "NUL character"),
            (b"reference,received_on,amount,currency\nA1,2026-01-01,1\n", "the row has 3 fields, the header 4"),
            (b"reference,received_on,amount,currency\nA1,2026-01-01,1,EUR,more\n", "the row has 5 fields, the header 4"),
            (b"reference,received_on,ammount,currency\n", "Did you mean amount?"),
            (b"reference,received_on,amount,currency,amount\n", "stands twice in the header"),
            (b"reference,received_on,amount\n", "required columns are missing: currency"),
            (b"reference\treceived_on\tamount\tcurrency\n", "separated by tabs"),
            (b'reference,"received_on\n', "quotation mark that is not closed"),
            (b'reference,received_on,amount,currency\n"A1,2026-01-01,1,EUR\n', "quotation mark that is not closed"),
        ],
    )
    def test_is_refused_by_name(self, tmp_path: Path, content: bytes, words: str) -> None:
        with pytest.raises(FileRefused) as caught:
            list(read_payments(path=_file(tmp_path, content), label="in.csv"))

        assert words in str(caught.value)

    def test_says_on_which_line_a_byte_is_wrong(self, tmp_path: Path) -> None:
        good = "A,2026-01-01,1,EUR\n" * 5000
        content = b"reference,received_on,amount,currency\n" + good.encode() + b"\xf5,2026-01-01,1,EUR\n"

        assert _problems(tmp_path, content, read_payments)[-1].source.line == 5002

    def test_counts_lines_right_after_a_field_with_line_breaks(self, tmp_path: Path) -> None:
        text = 'reference,received_on,amount,currency,remittance\nA1,2026-01-01,1,EUR,"one\ntwo"\nA2,never,1,EUR,\n'

        assert _problems(tmp_path, text, read_payments)[0].source.line == 4

    @given(content=st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)), header=st.booleans())
    def test_is_read_or_refused_whatever_it_holds(self, content: bytes, header: bool) -> None:
        with TemporaryDirectory() as folder:
            path = _file(Path(folder), (b"reference,received_on,amount,currency\n" if header else b"") + content)
            try:
                payments = list(read_payments(path=path, label="in.csv"))
            except FileRefused as error:
                assert error.problems  # noqa: PT017 -- either outcome is right; any other exception fails the test
            else:
                assert all(draft.payment.amount.amount > 0 for draft in payments)

    def test_passes_over_empty_rows(self, tmp_path: Path) -> None:
        text = "reference,received_on,amount,currency\n\nA1,2026-01-01,1,EUR\n \n"

        assert len(list(read_payments(path=_file(tmp_path, text), label="in.csv"))) == 1
