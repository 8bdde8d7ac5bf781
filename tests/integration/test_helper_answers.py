"""A helper answers over real HTTP, and gets its ticket by a real webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.conversations.helpers import Dispatch
from bot.conversations.model import Conversation, Speaker, VerifiedBy
from bot.conversations.support_cases import Ending
from bot.helper_hooks import HEADER, HelperHooks
from bot.shared.clock import clock_from
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.ids import CustomerId, TicketId, new_conversation_id
from bot.support.diagnosis import Case, Outcome
from bot.web import make_app
from bot.wiring import Wired
from tests.builders import added_customer
from tests.conftest import NOW
from tests.scripted_engine import ScriptedEngine

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]
HOOKS = HelperHooks("s" * 32, clock=clock_from(NOW.isoformat()))
NIGHT = NOW.replace(hour=22)


@pytest.fixture
async def client(wired: Wired, aiohttp_client: MakeClient) -> Client:
    engine, services = ScriptedEngine(), replace(wired.services, helper_gate=HOOKS)
    return await aiohttp_client(make_app(services=services, engine=engine, actions=engine, store=wired.store, metrics_token=""))


@pytest.fixture
def number(wired: Wired) -> str:
    """Return the number of a ticket that went to the night desk."""
    customer_id = added_customer(wired.store)
    with wired.store.ledger.begin() as ledger:
        ledger.save_customer(replace(ledger.customer(CustomerId(customer_id)), support_plan="care"))
    where = Conversation(new_conversation_id(), "web", Speaker.BOT, "en", NIGHT, customer_id, "anna@minta.example", VerifiedBy.TOKEN)
    with wired.store.conversations.begin() as tx:
        tx.add_conversation(where)
    case = Case("it is down", "en", product="Microsoft 365 E3")
    facts = wired.services.support_cases.facts(customer_id=customer_id, case=case, now=NIGHT)
    opened = wired.services.support_cases.open(
        conversation_id=where.id,
        ending=Ending(case=case, facts=facts, outcome=Outcome.OWN_STAFF),
        subject="it is down",
        details="",
        title="it is down",
        now=NIGHT,
        today=NIGHT.date(),
    )
    assert opened.route.helper.key == "night_desk"
    return opened.ticket.number


async def send(
    client: Client, body: dict[str, object], *, helper: str = "night_desk", signed_by: str = "night_desk"
) -> tuple[int, dict[str, object]]:
    written = json.dumps(body).encode()
    headers = {HEADER: HOOKS.sign(helper=signed_by, body=written, at=NOW), "Content-Type": "application/json"}
    response = await client.post(f"/api/helpers/{helper}/answers", data=written, headers=headers)
    return response.status, await response.json()


class TestAnswering:
    async def test_takes_an_answer_once(self, client: Client, number: str) -> None:
        body: dict[str, object] = {"ticket": number, "id": "1", "text": "Restarted."}

        assert [await send(client, body) for _ in range(2)] == [(200, {"taken": True}), (200, {"taken": False})]

    @pytest.mark.parametrize(("helper", "signed_by", "status"), [("night_desk", "erp_house", 403), ("erp_house", "erp_house", 404)])
    async def test_takes_none_of_somebody_else(self, client: Client, number: str, helper: str, signed_by: str, status: int) -> None:
        got, _ = await send(client, {"ticket": number, "id": "1", "text": "x"}, helper=helper, signed_by=signed_by)

        assert got == status

    @pytest.mark.parametrize("body", [{}, {"ticket": "T-1", "id": 1, "text": "x"}, {"ticket": "T-1", "id": "1", "text": " "}])
    async def test_says_what_is_wrong_with_the_body(self, client: Client, number: str, body: dict[str, object]) -> None:
        status, answer = await send(client, body)

        assert status == 400
        assert "must be a text" in str(answer)

    async def test_of_a_ticket_that_is_not_theirs_finds_none(self, client: Client, number: str) -> None:
        status, _ = await send(client, {"ticket": "T-2026-9999", "id": "1", "text": "x"})

        assert status == 404


@dataclass
class Hook:
    """A helper's web server that answers with ``status`` and notes what it got."""

    status: int = 204
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def hook() -> Iterator[Hook]:
    served = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(served.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    served.url = f"http://127.0.0.1:{server.server_port}/tickets"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


class TestPassingOn:
    def dispatch(self, hook: Hook) -> Dispatch:
        return Dispatch("k1", TicketId("tkt_1"), "night_desk", hook.url, '{"ticket": "T-2026-0001"}', NOW)

    def test_is_signed_and_carries_its_key(self, hook: Hook) -> None:
        HOOKS.send(self.dispatch(hook))

        ((headers, body),) = hook.got
        assert headers["Idempotency-Key"] == "k1"
        HOOKS.check(helper="night_desk", body=body, header=headers[HEADER], at=NOW)

    @pytest.mark.parametrize(("status", "error"), [(500, Unavailable), (429, Unavailable), (302, Unavailable), (404, InvalidInput)])
    def test_tells_what_may_pass_from_what_will_not(self, hook: Hook, status: int, error: type[Exception]) -> None:
        hook.status = status

        with pytest.raises(error):
            HOOKS.send(self.dispatch(hook))

        assert len(hook.got) == 1
