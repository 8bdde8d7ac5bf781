"""The engine client against a real server on loopback that speaks the channel's protocol, well and badly."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.conversations.model import Attachment, Button
from bot.engine.client import READY_PATH, TURN_PATH, EngineClient, EngineReply
from bot.shared.errors import Unavailable

ANSWER: dict[str, Any] = {
    "messages": [
        {
            "text": "Fizetve.",
            "language": "hu",
            "buttons": [{"title": "Másik", "payload": "/other"}],
            "attachments": [{"title": "CL-1.pdf", "url": "https://x.test/d/1", "media_type": "application/pdf"}],
            "understood": False,
        },
        {"text": "Még valami?", "language": "hu", "buttons": [], "attachments": [], "understood": True},
    ],
    "language": "hu",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Engine:
    """A stand-in engine: answers with what the test puts into ``answer``."""

    def __init__(self) -> None:
        self.answer: Handler = self._good
        self.seen: list[dict[str, Any]] = []
        self.connections: set[object] = set()

    async def turn(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        if request.headers.get("Authorization") != "Bearer right":
            return web.json_response({}, status=401)
        self.seen.append(await request.json())
        return await self.answer(request)

    async def ready(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({}, status=200 if request.headers.get("Authorization") == "Bearer right" else 401)

    async def _good(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(ANSWER)


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest_asyncio.fixture
async def server(engine: Engine) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_post(TURN_PATH, engine.turn)
    app.router.add_get(READY_PATH, engine.ready)
    async with TestServer(app) as running:
        yield running


@pytest_asyncio.fixture
async def client(server: TestServer) -> AsyncIterator[EngineClient]:
    one = EngineClient(base_url=str(server.make_url("")), token="right", timeout_seconds=30)
    yield one
    await one.close()


@pytest_asyncio.fixture
async def hasty_client(server: TestServer) -> AsyncIterator[EngineClient]:
    """Give a client that hardly waits; only for the test of waiting, since a busy machine is slow to answer anything."""
    one = EngineClient(base_url=str(server.make_url("")), token="right", timeout_seconds=0.5)
    yield one
    await one.close()


class TestAsk:
    async def test_reads_texts_buttons_attachments_and_languages(self, client: EngineClient, engine: Engine) -> None:
        turn = await client.ask(conversation_id="cnv_1", text="kifizettük?", language="hu", number=4)

        assert turn.language == "hu"
        assert turn.replies == (
            EngineReply(
                text="Fizetve.",
                language="hu",
                buttons=(Button(title="Másik", payload="/other"),),
                attachments=(Attachment(title="CL-1.pdf", url="https://x.test/d/1", media_type="application/pdf"),),
                understood=False,
            ),
            EngineReply(text="Még valami?", language="hu"),
        )
        assert engine.seen == [{"conversation": "cnv_1", "text": "kifizettük?", "language": "hu", "payload": None, "number": 4}]

    async def test_sends_the_payload_of_a_button(self, client: EngineClient, engine: Engine) -> None:
        await client.ask(conversation_id="cnv_1", text="Other", language="en", payload="/other")

        assert engine.seen[0]["payload"] == "/other"

    async def test_keeps_its_connection(self, client: EngineClient, engine: Engine) -> None:
        for _ in range(3):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")

        assert len(engine.connections) == 1

    async def test_gives_up_on_a_slow_engine(self, hasty_client: EngineClient, engine: Engine) -> None:
        never = asyncio.Event()

        async def slow(_: web.Request) -> web.StreamResponse:
            await asyncio.wait_for(never.wait(), 3)
            return web.json_response(ANSWER)

        engine.answer = slow

        with pytest.raises(Unavailable, match="Timeout"):
            await hasty_client.ask(conversation_id="cnv_1", text="hi", language="en")
        never.set()

    @pytest.mark.parametrize("status", [401, 404, 500, 503])
    async def test_takes_another_status_as_unavailable(self, client: EngineClient, engine: Engine, status: int) -> None:
        async def failing(_: web.Request) -> web.StreamResponse:
            return web.json_response(ANSWER, status=status)

        engine.answer = failing

        with pytest.raises(Unavailable, match=str(status)):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "not json",
            "[]",
            "null",
            "{}",
            '{"messages": null, "language": "en"}',
            '{"messages": ["hi"], "language": "en"}',
            '{"messages": [], "language": 5}',
            json.dumps(ANSWER | {"messages": [ANSWER["messages"][0] | {"text": None}]}),
            json.dumps(ANSWER | {"messages": [ANSWER["messages"][0] | {"buttons": [{"title": "x"}]}]}),
            json.dumps(ANSWER | {"messages": [ANSWER["messages"][0] | {"attachments": "x"}]}),
        ],
    )
    async def test_takes_garbage_as_unavailable(self, client: EngineClient, engine: Engine, content: str) -> None:
        async def garbled(_: web.Request) -> web.StreamResponse:
            return web.Response(text=content, content_type="application/json")

        engine.answer = garbled

        with pytest.raises(Unavailable):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")

    async def test_takes_bytes_that_are_no_text_as_unavailable(self, client: EngineClient, engine: Engine) -> None:
        async def garbled(_: web.Request) -> web.StreamResponse:
            return web.Response(body=b"\xff\xfe\x00", content_type="application/json", charset="utf-8")

        engine.answer = garbled

        with pytest.raises(Unavailable):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")

    async def test_takes_a_broken_connection_as_unavailable(self, client: EngineClient, engine: Engine) -> None:
        async def breaking(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            request.transport.abort()
            return web.json_response(ANSWER)

        engine.answer = breaking

        with pytest.raises(Unavailable):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")

    async def test_recovers_when_the_engine_is_back(self, client: EngineClient, engine: Engine) -> None:
        async def failing(_: web.Request) -> web.StreamResponse:
            return web.json_response({}, status=500)

        good, engine.answer = engine.answer, failing
        with pytest.raises(Unavailable):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")
        engine.answer = good

        assert (await client.ask(conversation_id="cnv_1", text="hi", language="en")).replies

    async def test_takes_a_refused_connection_as_unavailable(self, unused_tcp_port: int) -> None:
        client = EngineClient(base_url=f"http://127.0.0.1:{unused_tcp_port}", token="right")

        with pytest.raises(Unavailable):
            await client.ask(conversation_id="cnv_1", text="hi", language="en")
        await client.close()

    async def test_does_not_put_the_text_into_the_error(self, client: EngineClient, engine: Engine) -> None:
        async def echoing(request: web.Request) -> web.StreamResponse:
            return web.Response(text=(await request.text()), status=500)

        engine.answer = echoing

        with pytest.raises(Unavailable) as caught:
            await client.ask(conversation_id="cnv_1", text="very private", language="en")
        assert "private" not in str(caught.value)


class TestReady:
    async def test_is_true_for_an_engine_that_knows_our_token(self, client: EngineClient) -> None:
        assert await client.ready()

    async def test_is_false_for_another_token(self, server: TestServer) -> None:
        client = EngineClient(base_url=str(server.make_url("")), token="wrong")

        assert not await client.ready()
        await client.close()

    async def test_is_false_when_nothing_listens(self, unused_tcp_port: int) -> None:
        client = EngineClient(base_url=f"http://127.0.0.1:{unused_tcp_port}", token="right")

        assert not await client.ready()
        await client.close()

    async def test_works_again_after_closing(self, client: EngineClient) -> None:
        await client.close()

        assert await client.ready()
