"""Clearline as a whole, started as ``make demo`` starts it, in a folder of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp

from bench.load import Turn
from bench.processes import ROOT, Child, clean_environment, free_ports, note, processor_seconds, run_command
from bot.library.phrasebook import Phrasebook
from bot.settings import SECRETS_FILE, read_secrets
from bot.shared.formats import show_date

_START_SECONDS = 200.0
_MINUTES = "240"
_CUSTOMER_SAYS = {
    "en": ("hello there", "what is our latest invoice?", "and when is it due?", "was that one paid?", "what do we owe you?"),
    "hu": ("jó napot!", "mennyi a legutóbbi számlánk?", "és mikorra kell kifizetni?", "azt kifizettük már?", "mennyi a tartozásunk?"),
}


@dataclass(frozen=True)
class Product:
    """A running Clearline with its demo data, and a customer's token.

    Attributes:
        facts: What ``clearline demo facts`` tells: the truth to check answers against.
        first_load: Seconds that setting up and loading the demo data took.
        second_start: Seconds of a second ``make demo``: all its commands, the last one until it says ``ready``.
        up_seconds: Of these, those of ``clearline up``.
        up_processor: Processor seconds that ``clearline up`` and what it starts had used until then.
    """

    address: str
    engine: str
    engine_token: str
    children: tuple[Child, ...]
    token: str
    facts: Mapping[str, Any]
    first_load: float
    second_start: float
    up_seconds: float
    up_processor: float
    name: str = "clearline"

    def scripts(self) -> tuple[tuple[Turn, ...], ...]:
        """Return one conversation in each language: a greeting and four questions that the ledger answers."""
        phrases = Phrasebook.load(ROOT / "data" / "responses")
        return tuple(self._script(language, phrases.say("utter_greet", language).text) for language in _CUSTOMER_SAYS)

    async def say(self, session: aiohttp.ClientSession, conversation: str | None, turn: Turn) -> tuple[str, str]:
        """Send one message to the front door; return the conversation's id and the answer."""
        body = {"text": turn.say, **({"conversation": conversation} if conversation else {"lang": turn.language})}
        headers = {"Authorization": f"Bearer {self.token}"}
        async with session.post(f"{self.address}/api/messages", json=body, headers=headers) as response:
            response.raise_for_status()
            answer = await response.json()
            return answer["conversation"], "\n".join(message["text"] for message in answer["messages"] if message["from"] == "bot")

    async def parse(self, session: aiohttp.ClientSession, text: str) -> str:
        """Return the intent that the engine finds in ``text``."""
        url = f"{self.engine}/model/parse?token={self.engine_token}"
        async with session.post(url, json={"text": text}) as response:
            response.raise_for_status()
            return str((await response.json())["intent"]["name"])

    def _script(self, language: str, greeting: str) -> tuple[Turn, ...]:
        latest, owed = self.facts["latest_invoice"], self.facts["open_balance"]
        number, amount = latest["number"], latest["amount_text"][language]
        # A Hungarian sentence may bend the day's ending, so only what stands before it is looked for.
        due = show_date(date.fromisoformat(latest["due_on"]), language).rstrip(".")
        expected = ((greeting,), (number, amount), (number, due), (number, amount), (owed["amount_text"][language], *owed["invoices"]))
        says = _CUSTOMER_SAYS[language]
        return tuple(
            Turn(say, expect, acts=place > 0, language=language) for place, (say, expect) in enumerate(zip(says, expected, strict=True))
        )


def start_product(*, folder: Path, children: list[Child], train: bool) -> Product:
    """Set Clearline up below ``folder``, load the demo data, and start it a second time as ``make demo`` would.

    Args:
        train: Whether a stale model is trained anew first; without, the model that is there is measured.

    Raises:
        BenchError: A command failed.
    """
    http_port, rasa_port, actions_port = free_ports(3)
    state = folder / "clearline"
    env = clean_environment(
        {
            "CLEARLINE_VAR": str(state),
            "CLEARLINE_HTTP_PORT": str(http_port),
            "CLEARLINE_RASA_PORT": str(rasa_port),
            "CLEARLINE_ACTIONS_PORT": str(actions_port),
        }
    )
    note("setting Clearline up and loading the demo data")
    first_load = _clearline(env, "setup")[1] + _clearline(env, "demo", "load")[1]
    if train:
        note("training Clearline's model if it is stale")
        _clearline(env, "train", "--if-stale")
    note("starting Clearline")
    began = time.perf_counter()
    for command in (("setup",), ("demo", "load"), *((("train", "--if-stale"),) if train else ())):
        _clearline(env, *command)
    up = time.perf_counter()
    child = Child("clearline up", _command("up"), cwd=ROOT, env=env, log=folder / "up.log")
    children.append(child)
    child.wait_for_line("ready", seconds=_START_SECONDS)
    ready = time.perf_counter()
    up_processor = processor_seconds([child])
    facts = json.loads(_clearline(env, "demo", "facts", "--json")[0])
    token = _clearline(env, "token", facts["customer"]["number"], "--minutes", _MINUTES)[0].strip()
    return Product(
        address=f"http://127.0.0.1:{http_port}",
        engine=f"http://127.0.0.1:{rasa_port}",
        engine_token=read_secrets(state / SECRETS_FILE)["CLEARLINE_RASA_TOKEN"],
        children=(child,),
        token=token,
        facts=facts,
        first_load=first_load,
        second_start=ready - began,
        up_seconds=ready - up,
        up_processor=up_processor,
    )


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot.cli", *arguments]


def _clearline(env: Mapping[str, str], *arguments: str) -> tuple[str, float]:
    said, cost = run_command(f"clearline {' '.join(arguments)}", _command(*arguments), cwd=ROOT, env=env)
    return said, cost.wall
