"""The floor bot: stock Rasa and its stock action server, started as anyone would (see floor_bot/README.md)."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import aiohttp
import yaml

from bench.load import Turn, converse, open_session
from bench.processes import ROOT, STATE, BenchError, Child, Cost, clean_environment, free_ports, note, run_command

FOLDER = ROOT / "bench" / "floor_bot"
MODELS = STATE / "floor"
_MODEL = MODELS / "floor.tar.gz"
_STAMP = MODELS / "floor.fingerprint"
_START_SECONDS = 180.0
_PROBE_SECONDS = 0.1
_ACTION_TEXT = "Your balance"


@dataclass(frozen=True)
class FloorBot:
    """A running floor bot; ``started_in`` is how many seconds its start took, action server and Rasa together."""

    address: str
    children: tuple[Child, ...]
    started_in: float
    name: str = "floor"

    def scripts(self) -> tuple[tuple[Turn, ...], ...]:
        """Return its one conversation."""
        turns = yaml.safe_load((FOLDER / "script.yml").read_text(encoding="utf-8"))
        return (tuple(Turn(turn["say"], (turn["expect"],), acts=turn["expect"].startswith(_ACTION_TEXT)) for turn in turns),)

    async def say(self, session: aiohttp.ClientSession, conversation: str | None, turn: Turn) -> tuple[str, str]:
        """Send one message; return the conversation's id and the answer."""
        conversation = conversation or uuid.uuid4().hex
        body = {"sender": conversation, "message": turn.say}
        async with session.post(f"{self.address}/webhooks/rest/webhook", json=body) as response:
            response.raise_for_status()
            return conversation, "\n".join(message.get("text", "") for message in await response.json())

    async def parse(self, session: aiohttp.ClientSession, text: str) -> str:
        """Return the intent that its engine finds in ``text``."""
        async with session.post(f"{self.address}/model/parse", json={"text": text}) as response:
            response.raise_for_status()
            return str((await response.json())["intent"]["name"])


def train_floor(*, cache: Path) -> Cost:
    """Train its model from scratch into var/bench/floor and return what it cost. Raises: BenchError."""
    MODELS.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "rasa", "train", "--fixed-model-name", "floor", "--out", str(MODELS)]
    _, cost = run_command("training of the floor bot", command, cwd=FOLDER, env=clean_environment({"RASA_CACHE_DIRECTORY": str(cache)}))
    _STAMP.write_text(_fingerprint())
    return cost


def start_floor(*, folder: Path, children: list[Child]) -> FloorBot:
    """Start it, its model trained first if stale, and wait until it answers; ``folder`` is for logs. Raises: BenchError."""
    if not _MODEL.exists() or not _STAMP.exists() or _STAMP.read_text() != _fingerprint():
        note("training the floor bot")
        train_floor(cache=folder / "floor-cache")
    note("starting the floor bot")
    port, actions_port = free_ports(2)
    env = clean_environment({"FLOOR_ACTIONS_PORT": str(actions_port), "SANIC_HOST": "127.0.0.1"})
    began = time.perf_counter()
    actions = [sys.executable, "-m", "rasa_sdk", "--actions", "floor_actions", "--port", str(actions_port)]
    children.append(Child("the floor bot's action server", actions, cwd=FOLDER, env=env, log=folder / "floor-actions.log"))
    engine = [sys.executable, "-m", "rasa", "run", "--enable-api", "--interface", "127.0.0.1", "--port", str(port), "--model", str(_MODEL)]
    children.append(Child("the floor bot's Rasa", engine, cwd=FOLDER, env=env, log=folder / "floor-rasa.log"))
    bot = FloorBot(f"http://127.0.0.1:{port}", tuple(children[-2:]), 0.0)
    asyncio.run(_until_ready(bot))
    return replace(bot, started_in=time.perf_counter() - began)


async def _until_ready(bot: FloorBot) -> None:
    """Return as soon as it answers both kinds of turn. Raises: BenchError."""
    deadline = time.monotonic() + _START_SECONDS
    async with open_session() as session:
        while True:
            for child in bot.children:
                child.check()
            _, samples = await converse(session, bot, bot.scripts()[0])
            if not any(sample.problem for sample in samples):
                return
            if time.monotonic() > deadline:
                raise BenchError(f"the floor bot gave no right answers within {_START_SECONDS:.0f} s:\n{bot.children[-1].last_words()}")
            await asyncio.sleep(_PROBE_SECONDS)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for file in sorted([*FOLDER.glob("*.yml"), *(FOLDER / "data").glob("*.yml"), ROOT / "requirements.lock"]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
