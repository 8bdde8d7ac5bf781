"""Whatever is missing or odd in an XML file, the reader takes it or refuses it by name, and never fails otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from bot.billing.drafts import FileRefused
from bot.ledger_files.camt053 import Skipped, read_camt053
from bot.ledger_files.ubl import read_ubl

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ledger_files"
ODD = ("", " ", "x", "-1", "0", "1e9", "9" * 30, "٣", "2026-02-30", "\u200b", "None")


def _read_ubl(path: Path) -> None:
    read_ubl(path=path, label="file.xml")


def _read_camt(path: Path) -> None:
    list(read_camt053(path=path, label="file.xml", skipped=Skipped()))


def _damaged(original: bytes) -> Iterator[bytes]:
    count = len(list(etree.fromstring(original).iter(etree.Element)))
    for index in range(1, count):
        root = etree.fromstring(original)
        element = list(root.iter(etree.Element))[index]
        if not len(element):
            element.text = ODD[index % len(ODD)]
            yield etree.tostring(root)
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
        yield etree.tostring(root)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("invoice_full.xml", _read_ubl),
        ("credit_note.xml", _read_ubl),
        ("invoice_bare.xml", _read_ubl),
        ("statement_02.xml", _read_camt),
        ("statement_08.xml", _read_camt),
    ],
)
class TestADamagedFile:
    def test_is_taken_or_refused_with_its_place(self, tmp_path: Path, name: str, read: Callable[[Path], None]) -> None:
        path = tmp_path / name
        taken, refusals = 0, []

        for content in _damaged((FIXTURES / name).read_bytes()):
            path.write_bytes(content)
            try:
                read(path)
                taken += 1
            except FileRefused as error:
                refusals.extend(error.problems)

        assert taken
        assert refusals
        assert all(problem.source.file == "file.xml" and problem.reason for problem in refusals)
