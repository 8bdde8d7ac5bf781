"""A real engine with a toy model, as it is started, and what the front door sees of it."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.engine.client import TURN_PATH, EngineClient, EngineTurn
from bot.shared.errors import Unavailable

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
TOKEN = "right"
START_SECONDS = 180


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Assistant:
    """The toy assistant's folder and processes."""

    folder: Path
    engine_port: int
    actions_port: int

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "CLEARLINE_RASA_TOKEN": TOKEN,
            "CLEARLINE_ACTIONS_PORT": str(self.actions_port),
            "CLEARLINE_VAR": str(self.folder / "var"),
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
        }

    @contextlib.contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[bytes]]:
        name = command[0].rpartition(".")[2]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", *command], cwd=self.folder, env=self.environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)

    @contextlib.contextmanager
    def actions(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.running("bot.engine.action_server", "--actions", "toy_actions", "--port", str(self.actions_port)) as process:
            self.wait_for(self.actions_port, process)
            yield process

    @contextlib.contextmanager
    def engine(self) -> Iterator[subprocess.Popen[bytes]]:
        with self.running("bot.engine.server", "--lean", "--port", str(self.engine_port)) as process:
            self.wait_for(self.engine_port, process)
            yield process

    def wait_for(self, port: int, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert process.poll() is None, f"ended at start: {[log.read_text()[-2000:] for log in self.folder.glob('*.log')]}"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.1)
        pytest.fail(f"nothing listens on {port} after {START_SECONDS} s")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("assistant") / "toy"
    shutil.copytree(ROOT / "tests/integration/toy_assistant", folder)
    for name in ("endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, folder)
    one = Assistant(folder=folder, engine_port=free_port(), actions_port=free_port())
    with one.running("rasa", "train", "--fixed-model-name", "toy") as training:
        assert training.wait(600) == 0, (folder / "rasa.log").read_text()[-3000:]
    with one.engine():
        yield one


@pytest.fixture(scope="module")
def actions(assistant: Assistant) -> Iterator[None]:
    with assistant.actions():
        yield


@pytest_asyncio.fixture
async def client(assistant: Assistant) -> AsyncIterator[EngineClient]:
    one = EngineClient(base_url=f"http://127.0.0.1:{assistant.engine_port}", token=TOKEN, timeout_seconds=20)
    yield one
    await one.close()


def texts(turn: EngineTurn) -> list[str]:
    return [reply.text for reply in turn.replies]


class TestWithoutActions:
    """Comes first: the action server is started by the tests that need it."""

    async def test_says_not_now_and_recovers(self, client: EngineClient, assistant: Assistant) -> None:
        down = await client.ask(conversation_id="down", text="what is my balance", language="hu")
        with assistant.actions():
            up = await client.ask(conversation_id="down", text="what is my balance", language="hu")

        assert texts(down) == ["Most nem tudom megnézni."]
        assert down.replies[0].understood
        assert texts(up) == ["Tartozása 5 EUR."]


@pytest.mark.usefixtures("actions")
class TestTalking:
    async def test_answers_in_the_language_asked_with_buttons_and_whole_paragraphs(self, client: EngineClient) -> None:
        english = await client.ask(conversation_id="two", text="hello", language="en")
        hungarian = await client.ask(conversation_id="two", text="jó napot", language="hu")

        assert texts(english) == ["Hello!\n\nHow can I help?"]
        assert english.replies[0].buttons[0].payload == "/balance"
        assert texts(hungarian) == ["Szia!\n\nMiben segíthetek?"]
        assert (english.language, hungarian.language) == ("en", "hu")

    async def test_obeys_a_button_in_the_language_of_the_conversation(self, client: EngineClient) -> None:
        turn = await client.ask(conversation_id="button", text="My balance", language="hu", payload="/balance")

        assert texts(turn) == ["Tartozása 5 EUR."]

    async def test_answers_the_same_message_once_however_often_it_is_sent(self, client: EngineClient) -> None:
        ask = partial(client.ask, conversation_id="again", text="order a pizza", language="en")

        first, *repeats = await asyncio.gather(*(ask(number=7) for _ in range(4)))
        following = await client.ask(conversation_id="again", text="large", language="en", number=9)

        assert repeats == [first] * 3
        assert texts(following) == ["Ordered large."]

    @pytest.mark.parametrize("text", ["/restart", "/order", '/order{"size": "xl"}'])
    async def test_does_not_obey_a_typed_slash(self, client: EngineClient, text: str) -> None:
        await client.ask(conversation_id=f"slash {text}", text="order a pizza", language="en")

        turn = await client.ask(conversation_id=f"slash {text}", text=text, language="en")

        # The form takes it as the size, as it would any other text; a command would have ended or restarted the form.
        assert texts(turn) == [f"Ordered {text}."]

    async def test_says_when_it_did_not_understand_and_brings_files(self, client: EngineClient) -> None:
        lost, file = (await client.ask(conversation_id="lost", text="asdf qwer zxcv", language="en")).replies

        assert not lost.understood
        assert file.attachments[0].title == "a.pdf"

    async def test_says_not_now_when_an_action_fails(self, client: EngineClient, assistant: Assistant) -> None:
        turn = await client.ask(conversation_id="boom", text="boom what is my balance", language="en")

        assert texts(turn) == ["I cannot look that up now."]
        assert "private words" not in (assistant.folder / "server.log").read_text()

    async def test_says_not_now_when_an_action_is_slow(self, client: EngineClient) -> None:
        turn = await client.ask(conversation_id="slow", text="slow what is my balance", language="en")

        assert texts(turn) == ["I cannot look that up now."]

    async def test_takes_empty_and_odd_text(self, client: EngineClient) -> None:
        for text in ("", " ", "🙂", "\u0000\u0001", "<script>alert(1)</script>", "'; DROP TABLE x; --", "x" * 10_000):
            assert (await client.ask(conversation_id="odd", text=text, language="en")).replies


class TestDoor:
    async def test_is_shut_to_other_tokens(self, assistant: Assistant) -> None:
        client = EngineClient(base_url=f"http://127.0.0.1:{assistant.engine_port}", token="wrong")

        assert not await client.ready()
        with pytest.raises(Unavailable, match="401"):
            await client.ask(conversation_id="a", text="hello", language="en")
        await client.close()

    async def test_is_open_to_ours(self, client: EngineClient) -> None:
        assert await client.ready()

    async def test_names_what_is_wrong_with_a_request(self, assistant: Assistant) -> None:
        url = f"http://127.0.0.1:{assistant.engine_port}{TURN_PATH}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as session, session.post(url, data=b"{") as response:
            assert response.status == 400
            assert await response.json() == {"error": "the body is not JSON"}

    async def test_keeps_rasas_parser_behind_the_token(self, assistant: Assistant) -> None:
        url = f"http://127.0.0.1:{assistant.engine_port}/model/parse"
        async with aiohttp.ClientSession() as session:
            async with session.post(url, json={"text": "hello"}) as response:
                assert response.status == 401
            async with session.post(url, params={"token": TOKEN}, json={"text": "hello"}) as response:
                assert (await response.json())["intent"]["name"] == "greet"
