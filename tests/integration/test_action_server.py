"""The action server as it is started, in a process of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

ROOT = Path(__file__).parents[2]
TOKEN = {"Authorization": "Bearer right"}
ACTIONS = """
from rasa_sdk import Action

class Greet(Action):
    def name(self):
        return "action_greet"
    async def run(self, dispatcher, tracker, domain):
        if tracker.get_slot("fail"):
            raise RuntimeError("private words")
        dispatcher.utter_message(response="utter_greet", name=tracker.sender_id)
        return []
"""


def words_in(log: Path) -> str:
    return log.read_text()


def call(**slots: str) -> dict[str, object]:
    tracker = {
        "sender_id": "cnv_1",
        "slots": slots,
        "latest_message": {"text": "private words"},
        "events": [],
        "paused": False,
        "followup_action": None,
        "active_loop": {},
        "latest_action_name": None,
    }
    return {"next_action": "action_greet", "sender_id": "cnv_1", "tracker": tracker, "version": "3.6.21"}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "actions.log"


@pytest.fixture
def url(tmp_path: Path, log: Path, unused_tcp_port: int) -> Iterator[str]:
    (tmp_path / "toy_actions.py").write_text(ACTIONS)
    environment = os.environ | {"CLEARLINE_RASA_TOKEN": "right", "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "bot.engine.action_server", "--actions", "toy_actions", "--port", str(unused_tcp_port)]
    with log.open("w") as output, subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=output, stderr=output) as process:
        yield f"http://127.0.0.1:{unused_tcp_port}"
        process.terminate()


@pytest_asyncio.fixture
async def session(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=url) as one, asyncio.timeout(60):
        while True:
            try:
                async with one.get("/health") as response:
                    assert response.status == 200
                    break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
        yield one


class TestActionServer:
    async def test_runs_actions_only_for_those_who_know_the_token(self, session: aiohttp.ClientSession, log: Path) -> None:
        async with session.post("/webhook", json=call(), headers=TOKEN) as response:
            answer = await response.json()
        assert answer["responses"][0]["response"] == "utter_greet"
        assert answer["responses"][0]["name"] == "cnv_1"

        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "right2"}):
            for method, path in (("POST", "/webhook"), ("GET", "/actions"), ("GET", "/nothing")):
                async with session.request(method, path, json=call(), headers=headers) as response:
                    assert response.status == 401

        assert "actions.started" in words_in(log)

    async def test_does_not_echo_what_it_was_sent(self, session: aiohttp.ClientSession, log: Path) -> None:
        for body, status in ((b"{private words", 400), (b"", 400)):
            async with session.post("/webhook", data=body, headers=TOKEN) as response:
                assert response.status == status
                assert "private" not in await response.text()
        async with session.post("/webhook", json=call(fail="yes"), headers=TOKEN) as response:
            assert response.status == 500
            assert await response.json() == {"error": "failed"}
        async with session.post("/webhook", json=call() | {"next_action": "action_other"}, headers=TOKEN) as response:
            assert response.status == 404

        words = words_in(log)
        assert "action.failed" in words
        # The message of the error itself is the action's own doing; the tracker and its text must not be there.
        assert "latest_message" not in words

    async def test_does_not_start_without_a_token(self, tmp_path: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "CLEARLINE_RASA_TOKEN"} | {"PYTHONPATH": str(ROOT)}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "bot.engine.action_server", "--actions", "json"),
            cwd=tmp_path,
            env=environment,
            stderr=subprocess.PIPE,
        )

        _, error = await process.communicate()

        assert process.returncode == 1
        assert b"CLEARLINE_RASA_TOKEN is not set" in error
