"""``python -m bench nlu``: how long understanding one message takes, over the engine's HTTP and without it."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Sequence

import aiohttp
import yaml

from bench.floor import FloorBot
from bench.load import open_session
from bench.processes import ROOT, clean_environment, note, run_command
from bench.product import Product
from bench.report import Part, Row, ratio_row
from bot.commands.train import MODEL

_HELD_OUT = ("heldout_en.yml", "heldout_more_en.yml", "heldout_hu.yml", "heldout_more_hu.yml")
_MESSAGES = 100


def messages() -> tuple[str, ...]:
    """Return held-out messages of both languages, spread over all intents."""
    texts = []
    for name in _HELD_OUT:
        entries = yaml.safe_load((ROOT / "tests" / "nlu" / name).read_text(encoding="utf-8"))
        texts += [entry["text"] for entry in entries[:: max(1, len(entries) * len(_HELD_OUT) // _MESSAGES)]]
    return tuple(texts)


def measure_understanding(product: Product, floor: FloorBot, *, repetitions: int) -> Part:
    """Return the median time of understanding one message. Raises: BenchError."""
    pairs = asyncio.run(_over_http(product, floor, repetitions))
    note("understanding inside one process")
    command = [sys.executable, "-m", "bench.parse_inside", str(MODEL)]
    said, _ = run_command("understanding inside one process", command, cwd=ROOT, env=clean_environment({}))
    inside = statistics.median(json.loads(said.splitlines()[-1]))
    over_http = ratio_row("understanding, /model/parse, median", "ms", pairs)
    return Part((over_http, Row("understanding, without HTTP, median", f"{inside:.1f} ms")))


async def _over_http(product: Product, floor: FloorBot, repetitions: int) -> list[tuple[float, float]]:
    texts, floor_texts = messages(), [turn.say for turn in floor.scripts()[0]]
    pairs = []
    async with open_session() as session:
        for number in range(repetitions):
            note(f"understanding, repetition {number + 1}")
            ours = await _median(session, product, texts)
            pairs.append((ours, await _median(session, floor, floor_texts * (len(texts) // len(floor_texts)))))
    return pairs


async def _median(session: aiohttp.ClientSession, bot: Product | FloorBot, texts: Sequence[str]) -> float:
    times = []
    for text in texts:
        began = time.perf_counter()
        await bot.parse(session, text)
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)
