"""How long planning collections takes: ``python -m bench.plan_collections [--cases 50000]``.

Fills a ledger on SQLite with that many open invoices of all ages, plans them, plans them again, and prints the times and the peak memory of
the process. The target is 50,000 cases in 60 seconds on two cores.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.billing.model import Contact, Customer, DocumentKind, Invoice
from bot.conversations.collections import Collections
from bot.conversations.collections_notices import CollectionsNotices
from bot.conversations.staff_tasks import StaffTasks
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money
from bot.store import Store, open_store

TARGET_SECONDS = 60
CASES_EACH = 5
_TODAY = date(2026, 3, 10)
_AT_ONCE = 1000


def main() -> int:
    """Measure and print; return 1 when the target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=50_000)
    cases = parser.parse_args().cases
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'ledger.sqlite3'}")
        store.migrate()
        _fill(store, cases)
        before = _peak_mib()
        knowledge = load_knowledge(Path("knowledge"))
        collections = Collections(
            store=store.conversations,
            ledger=store.ledger,
            policies=knowledge.collections,
            notices=CollectionsNotices(sentences=Phrasebook.load(Path("data/responses")), partner=knowledge.partner),
            tasks=StaffTasks(store=store.conversations, offering=knowledge.offering),
        )
        now = datetime(2026, 3, 10, 9, tzinfo=UTC)
        spent = []
        for what in ("first", "again"):
            began = time.perf_counter()
            planned = collections.plan(today=_TODAY, now=now, progress=_tell)
            spent.append(time.perf_counter() - began)
            print(f"\r{what}: {planned.looked:,} cases in {spent[-1]:.1f} s, {planned.intended:,} steps newly due")
        print(f"peak memory: {_peak_mib():.0f} MiB, {before:.0f} MiB before")
        store.close()
    return 0 if max(spent) * 50_000 / cases <= TARGET_SECONDS else 1


def _fill(store: Store, cases: int) -> None:
    customers = [CustomerId(f"cus_{number:06}") for number in range(cases // CASES_EACH)]
    with store.ledger.begin() as tx:
        for number, customer in enumerate(customers):
            tx.save_customer(Customer(customer, f"C-{number}", f"Company {number}", contacts=(Contact("A", f"a@c{number}.example", "en"),)))
    batch = []
    for number in range(cases):
        batch.append((_invoice(number, customers[number % len(customers)]), f"f{number}"))
        if len(batch) == _AT_ONCE or number == cases - 1:
            with store.ledger.begin() as tx:
                tx.add_invoices(batch)
            batch = []
            _tell(number + 1)


def _invoice(number: int, customer: CustomerId) -> Invoice:
    due = _TODAY - timedelta(days=number % 100 - 10)
    amount = Money(Decimal(100 + number % 900), "EUR")
    nothing = Money.zero("EUR")
    return Invoice(
        id=InvoiceId(f"inv_{number:08}"),
        kind=DocumentKind.INVOICE,
        number=f"CL-{number:08}",
        customer_id=customer,
        issued_on=due - timedelta(days=14),
        due_on=due,
        currency="EUR",
        net=amount,
        tax=nothing,
        gross=amount,
        prepaid=nothing,
        rounding=nothing,
        payable=amount,
        lines=(),
    )


def _tell(count: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{count:,}", end="", file=sys.stderr)


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
