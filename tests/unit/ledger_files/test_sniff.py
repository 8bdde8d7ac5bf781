"""Telling files apart by their content."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.billing.drafts import FileRefused
from bot.ledger_files.sniff import FileKind, sniff

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ledger_files"


class TestSniff:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("invoice_full.xml", FileKind.UBL),
            ("credit_note.xml", FileKind.UBL),
            ("statement_02.xml", FileKind.CAMT053),
            ("statement_08.xml", FileKind.CAMT053),
        ],
    )
    def test_knows_our_kinds(self, name: str, kind: FileKind) -> None:
        assert sniff(path=FIXTURES / name, label=name) is kind

    def test_takes_plain_text_for_csv(self, tmp_path: Path) -> None:
        path = tmp_path / "export.txt"
        path.write_text("number;net\n")

        assert sniff(path=path, label="export.txt") is FileKind.CSV

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-1.7", "the file is a PDF"),
            (b"PK\x03\x04...", "a ZIP archive or an Excel workbook"),
            (b" \n", "the file is empty"),
            (b"<rsm:CrossIndustryInvoice xmlns:rsm='x'/>", "neither a UBL invoice"),
            (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.052.001.02'/>", "neither a UBL invoice"),
        ],
    )
    def test_names_what_is_not_imported(self, tmp_path: Path, content: bytes, words: str) -> None:
        path = tmp_path / "file"
        path.write_bytes(content)

        with pytest.raises(FileRefused, match=words):
            sniff(path=path, label="file")
