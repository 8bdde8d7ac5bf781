"""What kind of file this is, by its first bytes; names only help where bytes do not tell."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from bot.billing.drafts import Source, refused

_HEAD_BYTES = 65_536
_BINARY = {b"%PDF": "a PDF", b"PK\x03\x04": "a ZIP archive or an Excel workbook", b"\xd0\xcf\x11\xe0": "an old Excel workbook"}
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_NOISE = re.compile(r"<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)")


class FileKind(StrEnum):
    """How a file is to be read."""

    CSV = "csv"
    UBL = "ubl"
    CAMT053 = "camt053"


def sniff(*, path: Path, label: str) -> FileKind:
    """Return how the file is to be read.

    Raises:
        FileRefused: It is empty, or of a kind that is not imported, which the message names.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if not head.strip():
        raise refused(source=Source(label), field="", reason="the file is empty", way_out="Export it again")
    for mark, name in _BINARY.items():
        if head.startswith(mark):
            raise refused(source=Source(label), field="", reason=f"the file is {name}", way_out="Give the XML or CSV file itself")
    text = head.decode("utf-16" if head.startswith(_UTF16) else "utf-8-sig", errors="replace").lstrip()
    return _xml_kind(text, label) if text.startswith("<") else FileKind.CSV


def _xml_kind(text: str, label: str) -> FileKind:
    root = _ROOT.search(_NOISE.sub("", text))
    name = root[1] if root else ""
    if name in {"Invoice", "CreditNote", "StandardBusinessDocument"}:
        return FileKind.UBL
    if name == "Document" and ("camt.053" in text or "BkToCstmrStmt" in text):
        return FileKind.CAMT053
    if "<!DOCTYPE" in text:
        # The reader refuses the declaration by name, which says more than the root element does.
        return FileKind.UBL
    raise refused(
        source=Source(label),
        field=name,
        reason="the file is XML, but neither a UBL invoice or credit note nor a camt.053 bank statement",
        way_out="Export e-invoices as UBL 2.1 (Peppol BIS Billing 3.0) and statements as camt.053",
    )
