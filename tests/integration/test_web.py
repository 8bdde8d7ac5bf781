"""The front door over real HTTP, with a scripted engine behind it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from bot.billing.model import Contact
from bot.conversations.tokens import DocumentGrant, Visitor
from bot.shared.ids import CustomerId
from bot.staff.model import Role
from bot.web import make_app
from bot.wiring import Wired
from tests.builders import add, added_customer, document
from tests.conftest import NOW
from tests.desk_people import COOKIE, add_people, opened_session
from tests.scripted_engine import ScriptedEngine

Client = TestClient[web.Request, web.Application]
MakeClient = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
async def client(wired: Wired, engine: ScriptedEngine, aiohttp_client: MakeClient) -> Client:
    app = make_app(services=wired.services, engine=engine, actions=engine, store=wired.store, metrics_token="metrics-token")
    return await aiohttp_client(app)


def bearer(wired: Wired, customer_id: CustomerId, *, minutes: int = 15, contact: str | None = None) -> dict[str, str]:
    visitor = Visitor(customer_id, contact)
    token = wired.services.tokens.for_visitor(visitor=visitor, now=NOW, valid_for=timedelta(minutes=minutes))
    return {"Authorization": f"Bearer {token}"}


async def post(client: Client, body: dict[str, Any], headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    response = await client.post("/api/messages", json=body, headers=headers)
    return response.status, await response.json()


class TestAnonymousVisitor:
    async def test_gets_an_answer_a_conversation_and_a_secret(self, client: Client) -> None:
        status, answer = await post(client, {"text": "hi"})

        assert status == 200
        assert (answer["speaker"], [message["text"] for message in answer["messages"]]) == ("bot", ["echo: hi"])
        assert answer["messages"][0]["from"] == "bot"
        assert len(answer["secret"]) >= 24

    @pytest.mark.parametrize("where", ["body", "header"])
    async def test_goes_on_with_the_secret(self, client: Client, where: str) -> None:
        _, first = await post(client, {"text": "hi"})
        body = {"text": "again", "conversation": first["conversation"]}
        headers = {"X-Conversation-Secret": first["secret"]} if where == "header" else {}

        status, answer = await post(client, {**body, "secret": first["secret"]} if where == "body" else body, headers)

        assert (status, answer["conversation"]) == (200, first["conversation"])
        assert "secret" not in answer

    @pytest.mark.parametrize("secret", [None, "wrong"])
    async def test_cannot_go_on_without_it_and_sees_no_difference_to_a_missing_conversation(
        self, client: Client, secret: str | None
    ) -> None:
        _, first = await post(client, {"text": "hi"})

        refused = await post(client, {"text": "x", "conversation": first["conversation"], "secret": secret})
        missing = await post(client, {"text": "x", "conversation": "cnv_" + "0" * 32, "secret": secret})

        assert refused == missing
        assert refused[0] == 404

    async def test_catches_up_by_id(self, client: Client) -> None:
        _, first = await post(client, {"text": "one"})
        await post(client, {"text": "two", "conversation": first["conversation"], "secret": first["secret"]})

        response = await client.get(
            "/api/messages",
            params={"conversation": first["conversation"], "after": "2"},
            headers={"X-Conversation-Secret": first["secret"]},
        )

        messages = (await response.json())["messages"]
        assert [(one["id"], one["from"], one["text"]) for one in messages] == [("3", "customer", "two"), ("4", "bot", "echo: two")]

    async def test_is_answered_once_for_a_repeat(self, client: Client, engine: ScriptedEngine) -> None:
        _, first = await post(client, {"text": "hi", "client_id": "a"})
        body = {"text": "two", "client_id": "b", "conversation": first["conversation"], "secret": first["secret"]}

        answers = [await post(client, body) for _ in range(3)]

        assert answers[0] == answers[1] == answers[2]
        assert len(engine.asked) == 2

    async def test_opens_one_conversation_when_the_first_message_is_repeated(self, client: Client, engine: ScriptedEngine) -> None:
        body = {"text": "hi", "client_id": "3d0e9b0e-6f3b-4a55-9a0a-0f4b5a6f7c11"}

        answers = [await post(client, body) for _ in range(2)]

        assert answers[0] == answers[1]
        assert len(engine.asked) == 1


class TestTokenOf:
    async def test_a_customer_binds_the_conversation(self, client: Client, wired: Wired) -> None:
        customer = added_customer(wired.store)

        status, answer = await post(client, {"text": "hi"}, bearer(wired, customer))

        found = wired.services.conversations.get(conversation_id=answer["conversation"])
        assert (status, found.customer_id) == (200, customer)
        assert "secret" not in answer

    async def test_another_customer_does_not_open_the_conversation(self, client: Client, wired: Wired) -> None:
        mine, other = added_customer(wired.store, "C-1"), added_customer(wired.store, "C-2")
        _, first = await post(client, {"text": "hi"}, bearer(wired, mine))

        status, answer = await post(client, {"text": "x", "conversation": first["conversation"]}, bearer(wired, other))

        assert (status, answer["error"]["code"]) == (404, "not_found")

    async def test_another_contact_of_the_same_customer_does_not_open_it(self, client: Client, wired: Wired) -> None:
        mine = added_customer(wired.store)
        _, first = await post(client, {"text": "hi"}, bearer(wired, mine, contact="a@x.example"))

        status, _ = await post(client, {"text": "x", "conversation": first["conversation"]}, bearer(wired, mine, contact="b@x.example"))

        assert status == 404

    async def test_nobody_we_know_is_refused(self, client: Client, wired: Wired) -> None:
        status, answer = await post(client, {"text": "hi"}, bearer(wired, CustomerId("cus_gone")))

        assert (status, answer["error"]["code"]) == (401, "token_refused")

    async def test_a_person_begins_in_their_language(self, client: Client, wired: Wired, engine: ScriptedEngine) -> None:
        customer = added_customer(wired.store)
        with wired.services.ledger.begin() as tx:
            tx.save_customer(replace(tx.customer(customer), contacts=(Contact("Anna", "anna@x.example", "hu"),)))

        engine.silent = True
        _, answer = await post(client, {"text": "123"}, bearer(wired, customer, contact="anna@x.example"))

        assert answer["messages"][0]["lang"] == "hu"


class TestBadToken:
    @pytest.mark.parametrize(
        "header",
        [
            "Bearer ",
            "Bearer x.y.z",
            "Basic abc",
            "Bearer " + jwt.encode({"sub": "cus_1"}, "k" * 40, algorithm="HS256"),
            "Bearer " + jwt.encode({"sub": "cus_1", "aud": "clearline:visitor", "exp": 9999999999, "iat": 1}, "x" * 40, algorithm="HS256"),
            "Bearer " + jwt.encode({"sub": "cus_1", "aud": "clearline:visitor", "exp": 9999999999, "iat": 1}, None, algorithm="none"),
        ],
    )
    async def test_is_refused_with_a_reason(self, client: Client, engine: ScriptedEngine, header: str) -> None:
        status, answer = await post(client, {"text": "hi"}, {"Authorization": header})

        assert (status, answer["error"]["code"]) == (401, "token_refused")
        assert engine.asked == []

    async def test_that_has_expired_is_refused(self, client: Client, wired: Wired) -> None:
        status, answer = await post(client, {"text": "hi"}, bearer(wired, added_customer(wired.store), minutes=0))

        assert (status, answer["error"]["message"]) == (401, "the token has expired; sign in again")


class TestBadBody:
    @pytest.mark.parametrize(
        ("raw", "status", "code"),
        [
            (b"", 400, "bad_request"),
            (b"not json", 400, "bad_request"),
            (b"[1,2]", 400, "bad_request"),
            (b"\xff\xfe\x00", 400, "bad_request"),
            (b"[" * 50_000, 400, "bad_request"),
            (b"{}", 400, "bad_request"),
            (b'{"text": 5}', 400, "bad_request"),
            (b'{"text": ""}', 400, "empty_text"),
            (b'{"text": "\\u0000\\u0001"}', 400, "empty_text"),
            (b'{"text": "hi", "conversation": 7}', 400, "bad_request"),
            (b'{"text": "hi", "client_id": ""}', 400, "bad_request"),
            (b'{"text": "hi", "payload": "/restart"}', 400, "unknown_button"),
            (json.dumps({"text": "a" * 30_000}).encode(), 413, "text_too_long"),
            (json.dumps({"text": "a" * 200_000}).encode(), 413, "too_large"),
        ],
    )
    async def test_is_refused_with_a_reason(self, client: Client, raw: bytes, status: int, code: str) -> None:
        response = await client.post("/api/messages", data=raw, headers={"Content-Type": "application/json"})

        answer = await response.json()
        assert (response.status, answer["error"]["code"]) == (status, code)
        assert "Traceback" not in answer["error"]["message"]

    @pytest.mark.parametrize(
        "text", ["🙂🙂", "<script>alert(1)</script>", "'; DROP TABLE invoices; --", "/restart", "a" * 10_000, "\ud83d ok"]
    )
    async def test_that_is_only_odd_text_is_answered(self, client: Client, text: str) -> None:
        status, answer = await post(client, {"text": text})

        assert status == 200
        assert answer["messages"]

    @pytest.mark.parametrize("after", ["-1", "x", "1e9", "9" * 30])
    async def test_with_an_odd_message_id_is_refused(self, client: Client, after: str) -> None:
        response = await client.get("/api/messages", params={"conversation": "cnv_1", "after": after})

        assert response.status == 400

    async def test_by_another_method_is_refused(self, client: Client) -> None:
        assert (await client.delete("/api/messages")).status == 405


class TestFailure:
    async def test_inside_shows_no_stack_trace(self, client: Client, wired: Wired, engine: ScriptedEngine) -> None:
        def explode() -> None:
            raise ZeroDivisionError("secret detail")

        engine.during = explode

        response = await client.post("/api/messages", json={"text": "hi"})

        text = await response.text()
        assert (response.status, "secret detail" in text, "Traceback" in text) == (500, False, False)

    async def test_of_the_database_says_unavailable(self, client: Client, wired: Wired) -> None:
        with wired.store.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE conversations RENAME TO gone")

        status, answer = await post(client, {"text": "hi"})

        assert (status, answer["error"]["code"]) == (503, "unavailable")


class TestDocumentLink:
    async def test_opens_the_pdf(self, client: Client, wired: Wired) -> None:
        customer = added_customer(wired.store)
        add(wired.store, document(customer, "CL-2026-0117"))
        token = wired.services.tokens.for_document(
            grant=DocumentGrant(customer, "CL-2026-0117", "hu"), now=NOW, valid_for=timedelta(minutes=15)
        )

        response = await client.get(f"/documents/{token}")

        assert (response.status, response.content_type) == (200, "application/pdf")
        assert (await response.read()).startswith(b"%PDF")

    @pytest.mark.parametrize("case", ["expired", "another customer's", "forged"])
    async def test_is_refused_when_it_is(self, client: Client, wired: Wired, case: str) -> None:
        mine, other = added_customer(wired.store, "C-1"), added_customer(wired.store, "C-2")
        add(wired.store, document(mine, "CL-1", issued_on=date(2026, 1, 1)))
        grant = DocumentGrant(other if case == "another customer's" else mine, "CL-1", "en")
        token = wired.services.tokens.for_document(grant=grant, now=NOW, valid_for=timedelta(minutes=0 if case == "expired" else 5))

        response = await client.get(f"/documents/{token}{'x' if case == 'forged' else ''}")

        assert response.status == 404


class TestHealth:
    async def test_is_alive_without_the_engine(self, client: Client, engine: ScriptedEngine) -> None:
        engine.dead = True

        assert (await client.get("/healthz")).status == 200

    async def test_is_ready_only_with_database_engine_and_actions(self, client: Client, engine: ScriptedEngine) -> None:
        ready = await client.get("/readyz")
        engine.dead = True
        not_ready = await client.get("/readyz")

        assert (ready.status, not_ready.status) == (200, 503)
        assert (await not_ready.json())["checks"] == {"database": True, "engine": False, "actions": False}

    async def test_gives_metrics_to_who_has_the_token_only(self, client: Client) -> None:
        await post(client, {"text": "hi"})

        refused = await client.get("/metrics")
        allowed = await client.get("/metrics", headers={"Authorization": "Bearer metrics-token"})

        assert (refused.status, allowed.status) == (401, 200)
        assert 'clearline_requests_total{route="/api/messages",status="200"} 1.0' in await allowed.text()

    async def test_counts_a_stream_and_does_not_time_it(self, wired: Wired, engine: ScriptedEngine, aiohttp_client: MakeClient) -> None:
        async def stream(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
            await response.prepare(request)
            return response

        app = make_app(services=wired.services, engine=engine, actions=engine, store=wired.store, metrics_token="metrics-token")
        app.router.add_get("/stream", stream)
        client = await aiohttp_client(app)
        await client.get("/stream")

        metrics = await (await client.get("/metrics", headers={"Authorization": "Bearer metrics-token"})).text()

        assert 'clearline_requests_total{route="/stream",status="200"} 1.0' in metrics
        assert 'clearline_request_seconds_count{route="/stream"}' not in metrics

    async def test_tells_how_many_pages_of_the_desk_listen(self, wired: Wired, client: Client) -> None:
        agent = add_people(wired.services)[Role.HELPDESK_AGENT]
        cookie, _ = opened_session(wired.services, agent)

        async def listening() -> str:
            metrics = await (await client.get("/metrics", headers={"Authorization": "Bearer metrics-token"})).text()
            return next(line for line in metrics.splitlines() if line.startswith("clearline_open_streams "))

        before = await listening()
        async with client.get("/desk/live", headers={"Cookie": f"{COOKIE}={cookie}"}) as stream:
            assert stream.content_type == "text/event-stream"
            during = await listening()

        assert (before, during) == ("clearline_open_streams 0.0", "clearline_open_streams 1.0")


class TestPage:
    async def test_is_served_under_a_strict_policy(self, client: Client) -> None:
        response = await client.get("/")

        assert response.status == 200
        assert "'unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
