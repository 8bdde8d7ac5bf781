"""Bank statements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.billing.drafts import FileRefused
from bot.billing.model import Payment
from bot.ledger_files.camt053 import Skipped, read_camt053

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ledger_files"
ACCOUNT = "HU42117730161111101800000000"


def _read(path: Path, skipped: Skipped | None = None) -> list[Payment]:
    return [draft.payment for draft in read_camt053(path=path, label=path.name, skipped=skipped or Skipped())]


def _changed(tmp_path: Path, old: str, new: str, name: str = "statement_02.xml") -> Path:
    text = (FIXTURES / name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / name
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


class TestReadCamt053:
    def test_makes_a_payment_of_a_booked_credit(self) -> None:
        payment = _read(FIXTURES / "statement_02.xml")[0]

        assert payment.reference == f"{ACCOUNT}/BANK-1"
        assert (str(payment.amount), payment.received_on) == ("161.00 EUR", date(2026, 3, 2))
        assert (payment.payer_name, payment.payer_account) == ("Bagoly Nyomda Zrt.", "HU93116000060000000012345676")
        assert payment.remittance == "fc 2026/42 köszönjük"

    def test_makes_a_payment_of_each_transaction_of_a_batch(self) -> None:
        first, second = _read(FIXTURES / "statement_02.xml")[1:]

        assert [str(first.amount), str(second.amount)] == ["10.00 EUR", "20.00 EUR"]
        assert [first.reference, second.reference] == [f"{ACCOUNT}/BANK-2/1", f"{ACCOUNT}/BANK-2/2"]
        assert [first.remittance, second.remittance] == ["RF18 0001", "second"]

    def test_counts_what_is_no_payment(self) -> None:
        skipped = Skipped()

        _read(FIXTURES / "statement_02.xml", skipped)

        assert skipped == Skipped(debits=1, reversals=1, not_booked=1, repeated=0)

    def test_reads_the_later_versions(self) -> None:
        payment = _read(FIXTURES / "statement_08.xml")[0]

        assert payment.reference == "11773016-11111018/2026-042/1"
        assert (payment.payer_name, payment.payer_account) == ("Bagoly Nyomda", "12345678-87654321")
        assert payment.remittance == "INV-2026-0040"

    def test_tells_entries_without_any_reference_apart_and_alike_on_every_reading(self) -> None:
        once = [payment.reference for payment in _read(FIXTURES / "statement_08.xml")]
        again = [payment.reference for payment in _read(FIXTURES / "statement_08.xml")]

        assert len(set(once)) == len(once) == 3
        assert once == again

    def test_reads_an_entry_that_stands_twice_only_once(self, tmp_path: Path) -> None:
        text = (FIXTURES / "statement_02.xml").read_text(encoding="utf-8")
        statement = text[text.index("    <Stmt>") : text.index("  </BkToCstmrStmt>")]
        path = tmp_path / "twice.xml"
        path.write_text(text.replace(statement, statement * 2), encoding="utf-8")
        skipped = Skipped()

        payments = _read(path, skipped)

        assert (len(payments), skipped.repeated) == (3, 3)

    def test_tells_entries_with_one_bank_reference_apart_by_what_they_say(self, tmp_path: Path) -> None:
        payments = _read(_changed(tmp_path, "BANK-2", "BANK-1"))

        assert len({payment.reference for payment in payments}) == 3

    def test_refuses_a_batch_that_does_not_add_up_with_both_figures(self, tmp_path: Path) -> None:
        path = _changed(tmp_path, '"EUR">20.00<', '"EUR">21.00<')

        with pytest.raises(FileRefused, match=r"statement_02.xml:\d+: .*Ntry: the entry is 30.00 EUR, .* add up to 31.00 EUR"):
            _read(path)

    @pytest.mark.parametrize(
        ("old", "new", "words"),
        [
            ("<CdtDbtInd>DBIT</CdtDbtInd><Sts>", "<Sts>", "neither CRDT nor DBIT"),
            ("<Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-03</Dt>", "<Dt>soon</Dt></BookgDt><ValDt><Dt>x</Dt>", "'soon' is not a date"),
            ('Ccy="EUR">161.00', 'Ccy="EUR">161.001', "more decimals"),
            ('Ccy="EUR">161.00', 'Ccy="EUR">-161.00', "is not an amount"),
            ("<Stmt>", "<Rpt>", "well-formed"),
        ],
    )
    def test_names_what_is_wrong(self, tmp_path: Path, old: str, new: str, words: str) -> None:
        with pytest.raises(FileRefused, match=words):
            _read(_changed(tmp_path, old, new))

    def test_refuses_a_document_type_declaration(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.xml"
        path.write_text('<!DOCTYPE Document [<!ENTITY x "y">]><Document><Stmt>&x;</Stmt></Document>')

        with pytest.raises(FileRefused, match="DOCTYPE"):
            _read(path)

    def test_refuses_a_file_without_a_statement(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.xml"
        path.write_text("<Document><BkToCstmrStmt/></Document>")

        with pytest.raises(FileRefused, match="no account statement"):
            _read(path)
