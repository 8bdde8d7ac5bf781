"""The demo's files are the same for the same day, and fit for the importers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from lxml import etree

from bot.demo import companies
from bot.demo.generate import generate
from bot.ledger_files.camt053 import Skipped, read_camt053
from bot.ledger_files.ubl import read_ubl

BUDAPEST = ZoneInfo("Europe/Budapest")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PARTNER = Path(__file__).parents[3] / "knowledge" / "partner.yml"
_CAMT = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(folder, now=NOW, zone=BUDAPEST)
    return folder


def _digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


class TestGenerate:
    def test_writes_the_same_bytes_at_another_hour_of_the_same_day(self, files: Path, tmp_path: Path) -> None:
        # 23:30 in London of the day before is the same day in Budapest.
        generate(tmp_path, now=datetime(2026, 11, 19, 23, 30, tzinfo=UTC), zone=BUDAPEST)

        assert _digests(tmp_path) == _digests(files)

    def test_shifts_the_roles_with_the_day(self, files: Path, tmp_path: Path) -> None:
        generate(tmp_path, now=datetime(2027, 1, 1, 9, 0, tzinfo=UTC), zone=BUDAPEST)

        assert (tmp_path / "customers.csv").read_bytes() == (files / "customers.csv").read_bytes()
        assert (tmp_path / "subscriptions.csv").read_bytes() != (files / "subscriptions.csv").read_bytes()

    def test_writes_e_invoices_that_the_reader_accepts(self, files: Path) -> None:
        paths = sorted(files.glob("invoices/*/*.xml"))

        read = [read_ubl(path=path, label=path.name) for path in paths]

        assert len(read) > 1000
        assert {draft.document.number for draft in read} == {path.stem for path in paths}
        assert {draft.document.kind for draft in read} == {"invoice", "credit_note"}

    def test_writes_statements_whose_balances_follow_each_other(self, files: Path) -> None:
        for currency in ("HUF", "EUR"):
            balances = []
            for path in sorted((files / "statements").glob(f"{currency}-*.xml")):
                opening, closing = etree.parse(path).findall(f".//{_CAMT}Bal/{_CAMT}Amt")
                balances.append((opening.text, closing.text))

            assert len(balances) >= 23
            assert all(earlier[1] == later[0] for earlier, later in pairwise(balances))

    def test_writes_a_bank_fee_that_is_no_payment_into_each_statement(self, files: Path) -> None:
        skipped = Skipped()

        read = list(read_camt053(path=files / "statements" / "EUR-2026-10.xml", label="EUR", skipped=skipped))

        assert skipped.debits == 1
        assert read


class TestSeller:
    def test_is_the_partner_of_the_knowledge_files(self) -> None:
        partner = yaml.safe_load(PARTNER.read_text(encoding="utf-8"))
        accounts = {account["currency"]: account["iban"].replace(" ", "") for account in partner["bank_accounts"]}

        assert partner["name"] == companies.SELLER_NAME
        assert partner["legal_name"] == companies.SELLER_LEGAL_NAME
        assert partner["eu_tax_number"] == companies.SELLER_VAT_ID
        assert partner["company_number"] == companies.SELLER_COMPANY_NUMBER
        assert partner["sender"] == companies.SELLER_MAIL
        assert partner["address"]["street"] == companies.SELLER_ADDRESS.street
        assert accounts == companies.SELLER_ACCOUNTS
