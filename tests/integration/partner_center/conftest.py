"""A sandbox on loopback, the client that talks to it, and what a test does to both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry

from bot.partner_center.client import PartnerCenter, PartnerCenterClient
from bot.partner_center.metrics import CallMetrics
from bot.partner_center.options import PartnerCenterOptions
from bot.partner_center.sandbox.app import make_sandbox
from bot.partner_center.sandbox.control import FAULTS
from bot.partner_center.sandbox.seed import seed
from bot.partner_center.sandbox.state import State
from bot.partner_center.sandbox.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, SIGN_IN, STATE, TENANT, SignIn
from bot.shared.aio import in_thread
from bot.shared.clock import FrozenClock
from bot.shared.ids import SubscriptionId, TenantId
from tests.conftest import NOW

MINTA, PELDA = TenantId("aa11bb22-0000-4000-8000-000000000001"), TenantId("aa11bb22-0000-4000-8000-000000000002")
NEW, NEW_OLD, LEGACY, ADD_ON = (SubscriptionId(f"5b000000-0000-4000-8000-00000000000{number}") for number in range(1, 5))
SEED: dict[str, Any] = {
    "customers": [
        {
            "tenant": MINTA,
            "name": "Minta Kft.",
            "city": "Pécs",
            "subscriptions": [
                {"id": NEW, "product": "Microsoft 365 Business Basic", "quantity": 10, "bought_on": "2026-03-06"},
                {"id": NEW_OLD, "product": "Microsoft 365 E3", "quantity": 5, "bought_on": "2025-09-01"},
                {"id": LEGACY, "product": "Office 365 E1", "commerce": "legacy", "quantity": 8, "bought_on": "2025-05-02"},
                {"id": ADD_ON, "product": "Exchange Online Archiving", "commerce": "legacy", "quantity": 8, "parent": LEGACY},
            ],
        },
        {"tenant": PELDA, "name": "Példa Zrt."},
    ],
    "invoices": [
        {
            "number": "G000000001",
            "issued_on": "2026-03-08",
            "period_start": "2026-02-01",
            "period_end": "2026-03-01",
            "lines": [
                {
                    "tenant": MINTA,
                    "customer": "Minta Kft.",
                    "subscription": NEW_OLD,
                    "product": "Microsoft 365 E3",
                    "quantity": 5,
                    "unit_price": "29.90",
                    "start": "2026-02-01",
                    "end": "2026-03-01",
                }
            ],
        },
        {
            "number": "D000000002",
            "commerce": "legacy",
            "issued_on": "2026-02-04",
            "lines": [
                {
                    "tenant": MINTA,
                    "subscription": LEGACY,
                    "product": "Office 365 E1",
                    "quantity": 8,
                    "unit_price": "7.70",
                    "start": "2026-02-02",
                    "end": "2026-03-02",
                }
            ],
        },
    ],
}


@dataclass
class Sandbox:
    """The sandbox from outside (its address) and from inside (its state)."""

    server: TestServer
    options: PartnerCenterOptions
    state: State
    sign_in: SignIn

    def fail(self, kind: str, **asked: object) -> None:
        """Set a fault."""
        self.server.app[FAULTS].add({"kind": kind, **asked})

    def asked(self, method: str, path: str) -> list[dict[str, Any]]:
        """Return the requests of that kind, oldest first."""
        return [one for one in self.state.requests if one["method"] == method and one["path"] == path]


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    app = make_sandbox(clock=FrozenClock(NOW))
    async with TestServer(app) as server:
        seed(app[STATE], SEED)
        address = str(server.make_url("")).rstrip("/")
        options = PartnerCenterOptions(
            tenant=TENANT,
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            refresh_token=REFRESH_TOKEN,
            token_file=tmp_path / "token.json",
            api_url=address,
            login_url=address,
            first_pause_seconds=0.01,
            requests_per_minute=100_000,
            try_seconds=5.0,
            deadline_seconds=10.0,
        )
        yield Sandbox(server, options, app[STATE], app[SIGN_IN])


@pytest.fixture
async def partner_center(sandbox: Sandbox) -> AsyncIterator[PartnerCenter]:
    """The synchronous face, as the domain has it; to be called from a thread."""
    reached = PartnerCenter(sandbox.options)
    yield reached
    await in_thread(reached.close)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def new_client(sandbox: Sandbox, registry: CollectorRegistry) -> AsyncIterator[Callable[..., PartnerCenterClient]]:
    """Make clients with the sandbox's options, some of them changed."""
    made: list[PartnerCenterClient] = []
    metrics = CallMetrics(registry)

    def new_client(**changes: Any) -> PartnerCenterClient:
        made.append(PartnerCenterClient(replace(sandbox.options, **changes), metrics=metrics))
        return made[-1]

    yield new_client
    for client in made:
        await client.close()


@pytest.fixture
def client(new_client: Callable[..., PartnerCenterClient]) -> PartnerCenterClient:
    return new_client()
