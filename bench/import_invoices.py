"""How fast invoices enter the ledger: ``python bench/import_invoices.py [--invoices 100000] [--ubl 3000]``.

Makes files in a temporary folder, imports them on SQLite through the command itself, and prints documents per second and the peak
memory of the process. The target is 2,000 invoices a second from CSV, three lines each, on two cores.
"""

from __future__ import annotations

import argparse
import csv
import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from bot.commands.imports import import_group
from bot.shared.clock import Clock, SystemClock
from bot.store import Store, open_store

CUSTOMERS = 500
LINES = 3
SEATS = 10
DAYS = 730
TARGET = 2_000
_COLUMNS = (
    "number",
    "customer_number",
    "issued_on",
    "due_on",
    "currency",
    "net",
    "tax",
    "gross",
    "payable",
    "line",
    "charge_type",
    "description",
    "product",
    "subscription_id",
    "quantity",
    "unit_price",
    "line_net",
    "line_tax",
    "tax_rate",
    "tax_category",
    "line_period_start",
    "line_period_end",
)


@dataclass(frozen=True)
class BenchServices:
    """What the import commands need."""

    store: Store
    clock: Clock
    zone: ZoneInfo

    @property
    def ledger(self) -> object:
        """Return the ledger to import into."""
        return self.store.ledger


def write_customers(path: Path) -> None:
    """Write the customers that all the documents belong to."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["customer_number", "name"])
        writer.writerows((f"C{index:05d}", f"Company {index} Ltd") for index in range(CUSTOMERS))


def write_csv(path: Path, count: int) -> None:
    """Write ``count`` invoices of three lines each."""
    first = date(2024, 1, 1)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(_COLUMNS)
        for index in range(count):
            issued = first + timedelta(days=index % DAYS)
            prices = [5 + (index + line) % 40 for line in range(LINES)]
            nets = [price * SEATS for price in prices]
            net, tax = sum(nets), sum(nets) * 27
            head = [f"CL-{issued.year}-{index:06d}", f"C{index % CUSTOMERS:05d}", issued, issued + timedelta(days=8), "EUR"]
            totals = [f"{net}.00", _cents(tax), _cents(net * 100 + tax), _cents(net * 100 + tax)]
            for line, (price, line_net) in enumerate(zip(prices, nets, strict=True), start=1):
                product = f"Microsoft 365 plan {line}"
                line_part = [line, "cycle_fee", f"{product}, monthly fee", product, f"{index % CUSTOMERS:08d}-0000-4000-8000-{line:012d}"]
                amounts = [SEATS, f"{price}.00", f"{line_net}.00", _cents(line_net * 27), 27, "S", issued, issued + timedelta(days=30)]
                writer.writerow([*head, *totals, *line_part, *amounts])


def write_ubl(folder: Path, count: int) -> None:
    """Write ``count`` e-invoices of three lines each, a file each."""
    folder.mkdir()
    for index in range(count):
        lines = "".join(_UBL_LINE.format(line=line) for line in range(1, LINES + 1))
        text = _UBL.format(number=f"UBL-2026-{index:06d}", customer=f"C{index % CUSTOMERS:05d}", lines=lines)
        (folder / f"{index:06d}.xml").write_text(text, encoding="utf-8")


def run(services: BenchServices, *arguments: str) -> tuple[float, float]:
    """Run the import command and return the seconds it took, by the clock and of the processor; end with its output when it fails."""
    begun, begun_processor = time.perf_counter(), time.process_time()
    result = CliRunner().invoke(import_group, arguments, obj=services)
    if result.exit_code != 0:
        sys.exit(result.output or repr(result.exception))
    return time.perf_counter() - begun, time.process_time() - begun_processor


def main() -> None:
    """Run the benchmark and print the figures; leave with 1 when the target is missed."""
    parser = argparse.ArgumentParser(description="Measure the import of invoices on SQLite.")
    parser.add_argument("--invoices", type=int, default=100_000)
    parser.add_argument("--ubl", type=int, default=3_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="clearline-bench-") as name:
        folder = Path(name)
        store = open_store(f"sqlite:///{folder / 'bench.db'}")
        store.migrate()
        services = BenchServices(store, SystemClock(), ZoneInfo("Europe/Budapest"))
        write_customers(folder / "customers.csv")
        write_csv(folder / "invoices.csv", wanted.invoices)
        write_ubl(folder / "ubl", wanted.ubl)
        run(services, "customers", str(folder / "customers.csv"))
        before = _peak_mib()
        seconds, processor = run(services, "invoices", str(folder / "invoices.csv"))
        rate = wanted.invoices / seconds
        print(f"CSV: {wanted.invoices:,} invoices of {LINES} lines in {seconds:.1f} s: {rate:,.0f} a second (target {TARGET:,})")
        print(f"processor: {processor:.1f} s, {wanted.invoices / processor:,.0f} a second were the machine not shared")
        print(f"peak memory: {_peak_mib():.0f} MiB, {before:.0f} MiB before")
        if wanted.ubl:
            seconds, processor = run(services, "invoices", str(folder / "ubl"))
            print(f"UBL: {wanted.ubl:,} files in {seconds:.1f} s: {wanted.ubl / seconds:,.0f} a second; processor {processor:.1f} s")
            print(f"peak memory: {_peak_mib():.0f} MiB")
        store.close()
    sys.exit(0 if rate >= TARGET else 1)


def _cents(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


_UBL_LINE = """<cac:InvoiceLine><cbc:ID>{line}</cbc:ID><cbc:InvoicedQuantity unitCode="C62">10</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
<cac:InvoicePeriod><cbc:StartDate>2026-01-01</cbc:StartDate><cbc:EndDate>2026-01-31</cbc:EndDate></cac:InvoicePeriod>
<cac:Item><cbc:Name>Plan {line}</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>27</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">10.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
"""
_UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-01-31</cbc:IssueDate><cbc:DueDate>2026-02-08</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>Partner Kft.</cbc:RegistrationName>
</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyIdentification><cbc:ID>{customer}</cbc:ID></cac:PartyIdentification>
<cac:PartyLegalEntity><cbc:RegistrationName>Company</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>
</cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">81.00</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="EUR">300.00</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="EUR">81.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>27</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">300.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">300.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">381.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">381.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
{lines}</Invoice>
"""

if __name__ == "__main__":
    main()
