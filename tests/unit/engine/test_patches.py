"""Our changes of Rasa: that Rasa is still the one they were written for, and what each of them does."""

import ast
import asyncio
import hashlib
import importlib.util
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction
from rasa.core.agent import Agent
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.events import BotUttered, SlotSet
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.endpoints import EndpointConfig

from bot.engine import patches
from bot.engine.action_calls import ActionCalls
from bot.engine.nlg import PhrasebookNlg
from bot.engine.tracker_store import CompactTrackerStore
from bot.engine.turn import Collector
from tests.unit.engine.talks import DOMAIN, said, start, tracker_of, turn

# What was read when the change beside it was written (Rasa 3.6.21). Another hash: read the function again, then change this.
READ = {
    "rasa.core.actions.action:RemoteAction.run": "d6fce6bdb0ea0fc7",
    "rasa.core.actions.action:RemoteAction._action_call_format": "409f22eda85a452b",
    "rasa.core.actions.action:RemoteAction._utter_responses": "28ec07a89e2a73f9",
    "rasa.core.actions.action:create_bot_utterance": "5e572d6c66741437",
    "rasa.core.agent:Agent._create_tracker_store": "9f2419421b0ab801",
    "rasa.core.processor:MessageProcessor.handle_message": "d2924d8676b99058",
    "rasa.core.processor:MessageProcessor.log_message": "23702f4895f09934",
    "rasa.core.processor:MessageProcessor.parse_message": "da2a5459b9475884",
    "rasa.engine.runner.dask:DaskGraphRunner.run": "bed88ec4349160ba",
    "rasa.nlu.classifiers.regex_message_handler:RegexMessageHandler.process": "45ac97f4949b2f2d",
    "rasa.shared.nlu.training_data.message:Message.fingerprint": "10b259f052af8ff4",
    "rasa.cli.run:run": "06ec8abf3b18be71",
    "rasa.api:run": "a13fe4b067c680b0",
}


def source_hash(place: str) -> str:
    """Return a hash of a function's code without comments, docstrings and layout, read from the installed file."""
    module, _, name = place.partition(":")
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    node: Any = ast.parse(Path(found.origin).read_text())
    for part in name.split("."):
        node = next(one for one in node.body if getattr(one, "name", None) == part)
    if isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant):
        node.body = node.body[1:]
    return hashlib.sha256(ast.dump(node).encode()).hexdigest()[:16]


class TestRasa:
    @pytest.mark.parametrize("place", READ)
    def test_is_the_one_the_changes_were_written_for(self, place: str) -> None:
        assert source_hash(place) == READ[place], f"{place} is not what bot.engine was written for"


class ActionServer:
    """A stand-in action server whose next answer the test gives."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answer: Callable[[], Awaitable[web.StreamResponse]] = self.nothing

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert request.headers["Authorization"] == "Bearer right"
        self.asked.append(await request.json())
        return await self.answer()

    async def nothing(self) -> web.StreamResponse:
        return web.json_response({"events": [], "responses": []})


def answering(content: object, status: int = 200) -> Callable[[], Awaitable[web.StreamResponse]]:
    async def answer() -> web.StreamResponse:
        return web.json_response(content, status=status)

    return answer


@pytest.fixture
def nlg(tmp_path: Path) -> PhrasebookNlg:
    for language, words in (("en", "Not now."), ("hu", "Most nem.")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "all.yml").write_text(
            f"responses: {{utter_unavailable: [{{text: {words}}}], utter_sum: [{{text: '{{sum}}'}}]}}"
        )
    return PhrasebookNlg(EndpointConfig(folder=str(tmp_path)))


@pytest.fixture
def action_server() -> ActionServer:
    return ActionServer()


@pytest_asyncio.fixture
async def calls(action_server: ActionServer) -> AsyncIterator[ActionCalls]:
    app = web.Application()
    app.router.add_post("/webhook", action_server.handle)
    async with TestServer(app) as server:
        one = ActionCalls(url=str(server.make_url("/webhook")), token="right", timeout_seconds=30)
        patches.install(calls=one)
        yield one
        await one.close()


@pytest_asyncio.fixture
async def hasty_calls(calls: ActionCalls) -> AsyncIterator[ActionCalls]:
    """Give calls that hardly wait; only for the test of waiting, since a busy machine is slow to answer anything."""
    one = ActionCalls(url=calls.url, token="right", timeout_seconds=0.3)
    patches.install(calls=one)
    yield one
    await one.close()


async def run_action(nlg: PhrasebookNlg, *, language: str = "hu") -> list[Any]:
    tracker = tracker_of([*start(), *turn(1), *turn(2), *turn(3), *said("ask", language=language)])
    return await RemoteAction("action_answer", None).run(Collector(language="en"), nlg, tracker, DOMAIN)


@pytest.mark.usefixtures("calls")
class TestRunningAnAction:
    async def test_brings_messages_and_events(self, action_server: ActionServer, nlg: PhrasebookNlg) -> None:
        action_server.answer = answering(
            {"events": [{"event": "slot", "name": "focus", "value": "CL-9"}], "responses": [{"response": "utter_sum", "sum": "5 EUR"}]}
        )

        message, slot = await run_action(nlg)

        assert message.text == "5 EUR"
        assert slot == SlotSet("focus", "CL-9")

    async def test_sends_the_last_turns_and_not_the_domain(self, action_server: ActionServer, nlg: PhrasebookNlg) -> None:
        await run_action(nlg)

        asked = action_server.asked[0]
        assert (asked["next_action"], asked["sender_id"]) == ("action_answer", "cnv_1")
        assert asked["tracker"]["latest_message"]["language"] == "hu"
        assert asked["tracker"]["slots"]["focus"] == "CL-3"
        assert sum(event["event"] == "user" for event in asked["tracker"]["events"]) == 2
        assert "domain" not in asked

    async def test_keeps_that_plain_text_was_not_understood(self, action_server: ActionServer, nlg: PhrasebookNlg) -> None:
        action_server.answer = answering({"events": [], "responses": [{"text": "Sorry?", "understood": False}]})
        collector = Collector(language="en")

        (message,) = await run_action(nlg)
        await collector.send_response("cnv_1", message.message())

        assert collector.messages[0]["understood"] is False

    @pytest.mark.parametrize(
        ("content", "status"),
        [
            ({"error": "failed"}, 500),
            ({"error": "no such action"}, 404),
            ({"error": "not allowed"}, 401),
            (None, 200),
            ([], 200),
            ({"events": "x"}, 200),
            ({"events": [{}]}, 200),
            ({"events": [{"event": "slot"}]}, 200),
            ({"events": [], "responses": ["hi"]}, 200),
        ],
    )
    async def test_says_not_now_when_the_action_fails(
        self, action_server: ActionServer, nlg: PhrasebookNlg, content: object, status: int
    ) -> None:
        action_server.answer = answering(content, status)

        events = await run_action(nlg)

        assert [(type(event), event.text) for event in events] == [(BotUttered, "Most nem.")]

    async def test_says_so_in_the_language_of_the_message(self, action_server: ActionServer, nlg: PhrasebookNlg) -> None:
        action_server.answer = answering({"error": "failed"}, 500)

        assert [event.text for event in await run_action(nlg, language="en")] == ["Not now."]

    @pytest.mark.usefixtures("hasty_calls")
    async def test_says_not_now_when_the_action_is_too_slow(self, action_server: ActionServer, nlg: PhrasebookNlg) -> None:
        never = asyncio.Event()

        async def wait() -> web.StreamResponse:
            await asyncio.wait_for(never.wait(), 3)
            return web.json_response({})

        action_server.answer = wait

        assert [event.text for event in await run_action(nlg)] == ["Most nem."]
        never.set()

    async def test_says_not_now_when_nothing_listens(self, nlg: PhrasebookNlg, unused_tcp_port: int) -> None:
        deaf = ActionCalls(url=f"http://127.0.0.1:{unused_tcp_port}/webhook", token="right")
        patches.install(calls=deaf)

        assert [event.text for event in await run_action(nlg)] == ["Most nem."]
        await deaf.close()

    async def test_lets_an_action_decline(self, action_server: ActionServer, nlg: PhrasebookNlg) -> None:
        action_server.answer = answering({"action_name": "action_answer", "error": "not mine"}, 400)

        with pytest.raises(ActionExecutionRejection):
            await run_action(nlg)


@pytest.mark.usefixtures("calls")
class TestSlashes:
    @pytest.mark.parametrize("text", ["/restart", "/ask", '/ask{"focus": "CL-1"}', " /restart "])
    def test_are_plain_text_when_typed(self, text: str) -> None:
        message = Message({"text": text, "metadata": {"is_payload": False}})

        assert RegexMessageHandler().process([message], DOMAIN) == [message]

    def test_are_obeyed_from_a_button(self) -> None:
        message = Message({"text": "/ask", "metadata": {"is_payload": True}})

        (parsed,) = RegexMessageHandler().process([message], DOMAIN)

        assert parsed.get("intent")["name"] == "ask"

    def test_are_obeyed_where_rasa_tests_itself(self) -> None:
        (parsed,) = RegexMessageHandler().process([Message({"text": "/ask"})], DOMAIN)

        assert parsed.get("intent")["name"] == "ask"


@pytest.mark.usefixtures("calls")
class TestTrackerStore:
    async def test_is_ours_bare_so_that_a_failure_is_not_hidden(self, tmp_path: Path) -> None:
        ours = CompactTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'engine.sqlite3'}")

        assert Agent._create_tracker_store(ours, DOMAIN) is ours
        assert isinstance(Agent._create_tracker_store(InMemoryTrackerStore(DOMAIN), DOMAIN), FailSafeTrackerStore)
        await ours.rows.close()


class Doubling(GraphComponent):
    """A graph component for the test: doubles what it is given."""

    @classmethod
    def create(cls, config: Any, model_storage: Any, resource: Any, execution_context: Any) -> "Doubling":
        return cls()

    def double(self, value: int) -> int:
        return value * 2

    def add(self, one: int, other: int) -> int:
        return one + other


@pytest.mark.usefixtures("calls")
class TestGraph:
    def test_runs_what_a_target_needs_in_order(self) -> None:
        def node(function: str, needs: dict[str, str]) -> SchemaNode:
            return SchemaNode(needs=needs, uses=Doubling, constructor_name="create", fn=function, config={}, eager=True)

        schema = GraphSchema(
            {
                "sum": node("add", {"one": "four", "other": "two"}),
                "four": node("double", {"value": "two"}),
                "two": node("double", {"value": "__start__"}),
                "unwanted": node("double", {"value": "sum"}),
            }
        )
        runner = DaskGraphRunner.create(schema, None, ExecutionContext(schema))

        assert runner.run(inputs={"__start__": 1}, targets=["sum"]) == {"sum": 6}
        assert runner.run(inputs={"__start__": 10}, targets=["sum", "two"]) == {"sum": 60, "two": 20}
