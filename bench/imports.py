"""``python -m bench import``: how fast invoices enter the ledger (bench/import_invoices.py)."""

from __future__ import annotations

import re
import sys

from bench.processes import ROOT, BenchError, clean_environment, note, run_command
from bench.report import Part, Row

_LEAST_RATE = 2_000
_RATE = re.compile(r"(CSV|UBL): ([\d,]+) .*?: ([\d,]+) a second", re.M)
_ALONE = re.compile(r"^processor: .*?([\d,]+) a second", re.MULTILINE)
_PEAK = re.compile(r"peak memory: (\d+) MiB")


def measure_import(*, invoices: int) -> Part:
    """Return how many invoices a second are imported on SQLite. Raises: BenchError."""
    note(f"importing {invoices:,} invoices")
    command = [sys.executable, "-m", "bench.import_invoices", "--invoices", str(invoices)]
    # It leaves with 1 when its target is missed, which is a measurement here and not a failure.
    said, _ = run_command("the import", command, cwd=ROOT, env=clean_environment({}), codes=(0, 1))
    rates = {kind: (count, int(rate.replace(",", ""))) for kind, count, rate in _RATE.findall(said)}
    if "CSV" not in rates:
        raise BenchError(f"the import did not tell its speed: {said}")
    count, rate = rates["CSV"]
    rows = [Row(f"import of {count} invoices (CSV), SQLite", f"{rate:,} /s", budget=f"≥ {_LEAST_RATE:,} /s", kept=rate >= _LEAST_RATE)]
    alone = _ALONE.search(said)
    if alone:
        rows.append(Row("the same, by processor time", f"{alone[1]} /s"))
    if "UBL" in rates:
        rows.append(Row(f"import of {rates['UBL'][0]} e-invoices (UBL), SQLite", f"{rates['UBL'][1]:,} /s"))
    peaks = _PEAK.findall(said)
    if peaks:
        rows.append(Row("import, peak memory", f"{max(map(int, peaks))} MiB"))
    return Part(tuple(rows), f"## Import\n\n```\n{said.strip()}\n```\n")
