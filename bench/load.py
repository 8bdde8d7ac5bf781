"""Talks to a bot as many customers at once, and keeps how long each answer took and whether it was the right one."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import aiohttp

from bench.processes import Child

ANSWER_SECONDS = 30.0


@dataclass(frozen=True)
class Turn:
    """One message of a script.

    Attributes:
        expect: Texts that all have to be in the answer.
        acts: Whether it takes a custom action, and not a fixed answer alone.
    """

    say: str
    expect: tuple[str, ...]
    acts: bool
    language: str = "en"

    def problem(self, answer: str) -> str | None:
        """Return what is wrong with ``answer``, or None."""
        missing = [text for text in self.expect if text not in answer]
        return f"{self.say!r} was answered {answer!r}, without {missing}" if missing or not answer else None


class Bot(Protocol):
    """Something to talk to."""

    @property
    def name(self) -> str:
        """Return what it is called in the tables."""
        ...

    @property
    def children(self) -> tuple[Child, ...]:
        """Return its processes."""
        ...

    def scripts(self) -> Sequence[Sequence[Turn]]:
        """Return the conversations to have with it."""
        ...

    async def say(self, session: aiohttp.ClientSession, conversation: str | None, turn: Turn) -> tuple[str, str]:
        """Send one message, in a new conversation where there is none; return the conversation's id and the answer."""
        ...


@dataclass(frozen=True)
class Sample:
    """One turn: which of the script (from 0), how long it took in milliseconds, and what was wrong with the answer."""

    turn: int
    acts: bool
    milliseconds: float
    problem: str | None


@dataclass(frozen=True)
class Run:
    """Turns taken together, and the seconds from the first message to the last answer."""

    samples: tuple[Sample, ...]
    seconds: float

    @property
    def rate(self) -> float:
        """Return answered turns per second."""
        return len(self.samples) / self.seconds

    @property
    def median(self) -> float:
        """Return the median of a turn in milliseconds."""
        return statistics.median(sample.milliseconds for sample in self.samples)

    @property
    def p95(self) -> float:
        """Return the time in milliseconds that 95 of 100 turns keep within."""
        ordered = sorted(sample.milliseconds for sample in self.samples)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]

    @property
    def problems(self) -> tuple[str, ...]:
        """Return what was wrong with answers."""
        return tuple(sample.problem for sample in self.samples if sample.problem)


def open_session() -> aiohttp.ClientSession:
    """Return a client that keeps its connections alive and ignores proxies."""
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    return aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0), trust_env=False)


async def converse(
    session: aiohttp.ClientSession, bot: Bot, script: Sequence[Turn], *, conversation: str | None = None
) -> tuple[str, list[Sample]]:
    """Send one script, each message after the answer to the one before; return the conversation's id and the samples."""
    samples = []
    for place, turn in enumerate(script):
        began = time.perf_counter()
        try:
            conversation, answer = await bot.say(session, conversation, turn)
            problem = turn.problem(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = f"{turn.say!r} failed: {type(error).__name__} {error}"
        samples.append(Sample(place, turn.acts, (time.perf_counter() - began) * 1000, problem))
    return conversation or "", samples


async def load(bot: Bot, *, concurrency: int, conversations: int) -> Run:
    """Have ``concurrency`` customers talk at once, each ``conversations`` times one after the other."""
    scripts = bot.scripts()

    async def customer(session: aiohttp.ClientSession, number: int) -> list[Sample]:
        samples = []
        for place in range(conversations):
            samples += (await converse(session, bot, scripts[(number + place) % len(scripts)]))[1]
        return samples

    async with open_session() as session:
        began = time.perf_counter()
        parts = await asyncio.gather(*(customer(session, number) for number in range(concurrency)))
        return Run(tuple(sample for part in parts for sample in part), time.perf_counter() - began)
