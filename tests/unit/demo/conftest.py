"""The demo data in a database of its own, on awkward days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.billing.intake_report import IntakeReport
from bot.billing.model import InvoiceView
from bot.billing.standing import view
from bot.demo.generate import generate
from bot.demo.load import load
from bot.services import Services
from bot.settings import Settings
from bot.store import open_store
from bot.wiring import wire

ROOT = Path(__file__).parents[3]
# Twenty customers play every part; all sixty are loaded on one of the days.
CASES = [("2028-02-29T09:00:00+00:00", 20), ("2027-01-01T09:00:00+00:00", 20), ("2026-03-31T09:00:00+00:00", 60)]


@dataclass(frozen=True)
class Loaded:
    services: Services
    files: Path
    report: IntakeReport
    customers: int
    views: tuple[tuple[str, InvoiceView], ...]


@pytest.fixture(scope="package", params=CASES, ids=[case[0][:10] for case in CASES])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    now, customers = request.param
    var = tmp_path_factory.mktemp("var")
    settings = Settings.from_env(
        {
            "CLEARLINE_VAR": str(var),
            "CLEARLINE_NOW": now,
            "CLEARLINE_SECRET_KEY": "a key that only this test knows, 32+",
            "CLEARLINE_KNOWLEDGE": str(ROOT / "knowledge"),
            "CLEARLINE_RESPONSES": str(ROOT / "data" / "responses"),
        }
    )
    store = open_store(settings.database_url)
    store.migrate()
    store.close()
    wired = wire(settings)
    files = var / "files"
    generate(files, now=wired.services.now(), zone=wired.services.zone, customers=customers)
    report = load(files, services=wired.services)
    yield Loaded(wired.services, files, report, customers, tuple(_views(wired.services)))
    wired.store.close()


def _views(services: Services) -> Iterator[tuple[str, InvoiceView]]:
    """Yield every document with the number of its customer."""
    with services.ledger.begin() as tx:
        for customer in tx.all_customers():
            documents = tx.invoices(customer_id=customer.id)
            settled = tx.settlements(customer_id=customer.id, invoices=documents)
            for item in documents:
                yield customer.number, view(invoice=item, settlement=settled[item.id], today=services.today())
