"""``python -m bench turn``: whole turns of Clearline and of the floor bot, by turns; growth, memory and start."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from bench.floor import FloorBot
from bench.load import Bot, Run, Sample, converse, load, open_session
from bench.processes import Memory, memory, note, processor_seconds
from bench.product import Product
from bench.report import Part, Row, limit_row, ratio_row

_MOST_TIMES_FLOOR = 2.5
_LEAST_RATE = 0.85
_MOST_GROWTH = 1.3
_MOST_MEMORY_MIB = 1.2 * 1024
_MOST_START_SECONDS = 30
_LATE, _EARLY = 200, 5
_SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        repetitions: Of the pair "Clearline, floor", at each concurrency.
        conversations: Of a repetition, for each customer, at concurrency 1, 8 and 32.
        aged: Conversations that are brought to turn 200.
        pairs: Young and old conversations compared for growth.
    """

    repetitions: int
    conversations: tuple[int, int, int]
    aged: int
    pairs: int


FULL = Size(repetitions=5, conversations=(16, 4, 2), aged=4, pairs=24)
QUICK = Size(repetitions=2, conversations=(6, 2, 1), aged=2, pairs=8)


@dataclass(frozen=True)
class Pair:
    """One repetition: the runs of both, and the processor time of a turn of each in milliseconds."""

    ours: Run
    floor: Run
    our_processor: float
    floor_processor: float


def measure_turns(product: Product, floor: FloorBot, size: Size) -> Part:
    """Return everything about turns, with both bots running."""
    return asyncio.run(_measure(product, floor, size))


async def _measure(product: Product, floor: FloorBot, size: Size) -> Part:
    note("warming both up")
    for bot in (product, floor):
        await load(bot, concurrency=4, conversations=3)
    await asyncio.sleep(_SETTLE_SECONDS)
    idle = (memory(product.children), memory(floor.children))
    at: dict[int, list[Pair]] = {}
    for concurrency, conversations in zip((1, 8, 32), size.conversations, strict=True):
        at[concurrency] = [await _pair(product, floor, concurrency, conversations, number) for number in range(1, size.repetitions + 1)]
    growth = [(await _growth(bot, size)) for bot in (product, floor)]
    rows = (*_single(at[1]), *_rates(at), _growth_row(*growth), *_standing_still(product, floor, idle))
    runs = [run for pairs in at.values() for pair in pairs for run in (pair.ours, pair.floor)]
    problems = [problem for run in runs for problem in run.problems] + [problem for one in growth for problem in one.problems]
    return Part(rows, _by_turn(product, floor, at[1]) + _latencies(at), tuple(problems))


async def _pair(product: Product, floor: FloorBot, concurrency: int, conversations: int, number: int) -> Pair:
    runs = []
    for bot in (product, floor):
        note(f"{concurrency} at once, repetition {number}, {bot.name}")
        before = processor_seconds(bot.children)
        run = await load(bot, concurrency=concurrency, conversations=conversations)
        runs.append((run, (processor_seconds(bot.children) - before) * 1000 / len(run.samples)))
    return Pair(runs[0][0], runs[1][0], runs[0][1], runs[1][1])


@dataclass(frozen=True)
class _Growth:
    """Medians in milliseconds of the same question as turn 5 and as turn 200 of conversations."""

    early: float
    late: float
    problems: tuple[str, ...]


async def _growth(bot: Bot, size: Size) -> _Growth:
    """Age some conversations, then ask the script's last question in a new one and in an old one by turns."""
    note(f"bringing {size.aged} conversations to turn {_LATE}, {bot.name}")
    scripts = bot.scripts()
    async with open_session() as session:

        async def age(number: int) -> tuple[str, list[Sample]]:
            script = scripts[number % len(scripts)]
            return await converse(session, bot, [turn for _ in range(_LATE // _EARLY - 1) for turn in script])

        aged = await asyncio.gather(*(age(number) for number in range(size.aged)))
        samples = [sample for _, part in aged for sample in part]
        early, late = [], []
        for number in range(size.pairs):
            place = number % size.aged
            script = scripts[place % len(scripts)]
            young = (await converse(session, bot, script))[1]
            old = (await converse(session, bot, script, conversation=aged[place][0]))[1]
            early.append(young[_EARLY - 1].milliseconds)
            late.append(old[_EARLY - 1].milliseconds)
            samples += [*young, *old]
    problems = tuple(sample.problem for sample in samples if sample.problem)
    return _Growth(statistics.median(early), statistics.median(late), problems)


def _growth_row(ours: _Growth, floor: _Growth) -> Row:
    ratio = ours.late / ours.early
    shown = f"{ours.late:.1f} / {ours.early:.1f} ms", f"{floor.late:.1f} / {floor.early:.1f} ms"
    return Row(
        f"turn {_LATE} of a conversation / turn {_EARLY}",
        *shown,
        f"{ratio:.2f} (of turn 5)",
        f"≤ {_MOST_GROWTH:g} ×",
        ratio <= _MOST_GROWTH,
    )


def _single(pairs: Sequence[Pair]) -> tuple[Row, ...]:
    return (
        ratio_row("turn, one conversation, median", "ms", [(one.ours.median, one.floor.median) for one in pairs], most=_MOST_TIMES_FLOOR),
        ratio_row("turn, one conversation, p95", "ms", [(one.ours.p95, one.floor.p95) for one in pairs]),
        ratio_row("turn with a custom action, median", "ms", [_medians(one, acts=True) for one in pairs]),
        ratio_row("turn with a fixed answer, median", "ms", [_medians(one, acts=False) for one in pairs]),
        ratio_row("turns a second, one conversation", "/s", [(one.ours.rate, one.floor.rate) for one in pairs]),
        ratio_row("processor time of a turn", "ms", [(one.our_processor, one.floor_processor) for one in pairs]),
    )


def _medians(pair: Pair, *, acts: bool) -> tuple[float, float]:
    ours, floor = (
        statistics.median(sample.milliseconds for sample in run.samples if sample.acts is acts) for run in (pair.ours, pair.floor)
    )
    return ours, floor


def _rates(at: dict[int, list[Pair]]) -> tuple[Row, ...]:
    return tuple(
        ratio_row(
            f"turns a second, {concurrency} at once", "/s", [(one.ours.rate, one.floor.rate) for one in at[concurrency]], least=_LEAST_RATE
        )
        for concurrency in (8, 32)
    )


def _standing_still(product: Product, floor: FloorBot, idle: tuple[Memory, Memory]) -> tuple[Row, ...]:
    ours, floors = idle
    return (
        limit_row(f"memory, idle, {ours.processes} processes (RSS)", ours.rss, "MiB", floor=floors.rss, most=_MOST_MEMORY_MIB),
        limit_row("memory, idle (USS: without what is shared)", ours.uss, "MiB", floor=floors.uss),
        limit_row(
            "second `make demo` until ready", product.second_start, "s", floor=floor.started_in, most=_MOST_START_SECONDS,
            extra=f" (up: {product.up_seconds:.0f} s, processor {product.up_processor:.0f} s)",
        ),
        limit_row("set-up and demo data, first time", product.first_load, "s"),
    )  # fmt: skip


def _by_turn(product: Product, floor: FloorBot, pairs: Sequence[Pair]) -> str:
    """Return the median of each message of the scripts, in the order they are sent."""
    lines = ["## Each message, one conversation, median", ""]
    for bot, runs in ((product, [pair.ours for pair in pairs]), (floor, [pair.floor for pair in pairs])):
        for place, turn in enumerate(bot.scripts()[0]):
            times = [sample.milliseconds for run in runs for sample in run.samples if sample.turn == place]
            lines.append(f"- {bot.name}: {turn.say!r}: {statistics.median(times):.1f} ms ({len(times)} times)")
    return "\n".join([*lines, ""])


def _latencies(at: dict[int, list[Pair]]) -> str:
    lines = ["", "## Latency under load, medians of the repetitions", ""]
    for concurrency, pairs in at.items():
        for name, runs in (("clearline", [pair.ours for pair in pairs]), ("floor", [pair.floor for pair in pairs])):
            median, p95 = statistics.median(run.median for run in runs), statistics.median(run.p95 for run in runs)
            lines.append(f"- {concurrency} at once, {name}: median {median:.0f} ms, p95 {p95:.0f} ms")
    return "\n".join([*lines, ""])
