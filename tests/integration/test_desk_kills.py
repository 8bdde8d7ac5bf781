"""The front door is killed again and again while a customer and an agent write: every accepted message is there once, in order.

The environment variables ``DESK_KILLS`` and ``DESK_KILLS_SECONDS`` say how often, and for how many seconds at most.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.conversations.model import Sender
from bot.settings import Settings
from bot.shared.clock import SystemClock
from bot.shared.ids import ConversationId
from bot.staff.model import Role
from bot.store import open_store
from bot.support.model import HandoverReason, TicketKind
from bot.wiring import Wired, wire
from tests.desk_people import COOKIE, add_people, opened_session

pytestmark = [pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("DESK_KILLS", "20"))
SECONDS = float(os.environ.get("DESK_KILLS_SECONDS", "25"))
_FEWEST_KILLS = 5
_READY_SECONDS = 60.0
_ALIVE_SECONDS = 0.4
_TIMEOUT = aiohttp.ClientTimeout(total=3)


@dataclass
class Side:
    """Somebody who writes numbered texts, each under its own client id, until it is accepted."""

    url: str
    headers: dict[str, str]
    name: str
    accepted: list[str] = field(default_factory=list)
    tries: int = 0

    async def write(self, session: aiohttp.ClientSession, fields: dict[str, Any], *, as_json: bool, ended: asyncio.Event) -> None:
        """Go on until ``ended``; what was sent and not answered is sent again, as both pages do."""
        while not ended.is_set():
            text = f"{self.name} {len(self.accepted) + 1}"
            sent = {**fields, "text": text, "client_id": text.replace(" ", "-")}
            while True:
                self.tries += 1
                with suppress(aiohttp.ClientError, TimeoutError, ConnectionError):
                    body: dict[str, Any] = {"json": sent} if as_json else {"data": sent}
                    async with session.post(self.url, headers=self.headers, timeout=_TIMEOUT, **body) as answer:
                        assert answer.status in (200, 409, 503), await answer.text()
                        if answer.status == 200:
                            self.accepted.append(text)
                            break
                await asyncio.sleep(0.1)
            await asyncio.sleep(0.01)


@dataclass(frozen=True)
class FrontDoor:
    """A front door in a process of its own, on a port that stays the same; ``starter`` is ``front_doors.py``."""

    url: str
    starter: asyncio.subprocess.Process

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start it, wait until it answers, and kill it in the end, whatever it is doing."""
        assert self.starter.stdin is not None
        assert self.starter.stdout is not None
        self.starter.stdin.write(b"start\n")
        number = int(await self.starter.stdout.readline())
        try:
            deadline = monotonic() + _READY_SECONDS
            async with aiohttp.ClientSession() as session:
                while monotonic() < deadline:
                    with suppress(aiohttp.ClientError, TimeoutError):
                        async with session.get(f"{self.url}/healthz", timeout=_TIMEOUT) as answer:
                            if answer.status == 200:
                                break
                    await asyncio.sleep(0.02)
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
            assert await self.starter.stdout.readline() == b"ended\n"


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, FrontDoor]]:
    """Return the store as this test opens it, and a front door over the same one."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    mine = {
        "CLEARLINE_VAR": str(tmp_path),
        "CLEARLINE_SECRET_KEY": "k" * 40,
        "CLEARLINE_HTTP_PORT": str(port),
        "CLEARLINE_UNDO_SECONDS": "0.3",
        "CLEARLINE_LOG_LEVEL": "error",
    }
    settings = Settings.from_env(mine)
    store = open_store(settings.database_url)
    store.migrate()
    store.close()
    wired = wire(settings)
    starter = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("front_doors.py")),
        cwd=ROOT,
        env={**os.environ, **mine, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    yield wired, FrontDoor(f"http://127.0.0.1:{port}", starter)
    starter.terminate()
    await starter.wait()
    wired.store.close()


async def test_every_accepted_message_is_there_once_and_in_order(kept: tuple[Wired, FrontDoor]) -> None:
    wired, front_door = kept
    services = wired.services
    now = SystemClock().now()
    agent = add_people(services)[Role.HELPDESK_AGENT]
    cookie, csrf = opened_session(services, agent)
    where = services.conversations.open(channel="web", language="en", now=now, secret="secret").id
    services.conversations.ask_for_agent(
        conversation_id=where, reason=HandoverReason.ASKED, kind=TicketKind.BILLING, now=now, answer_by=now
    )
    services.desk.claim(by=agent, conversation_id=where, now=now)
    customer = Side(f"{front_door.url}/api/messages", {}, "customer")
    colleague = Side(
        f"{front_door.url}/desk/chats/{where}/replies",
        {"Cookie": f"{COOKIE}={cookie}", "X-CSRF-Token": csrf, "HX-Request": "true"},
        "agent",
    )

    ended = asyncio.Event()
    async with front_door.running():
        # What is imported is imported now.
        pass
    kills, began = 0, monotonic()
    async with aiohttp.ClientSession() as session:
        writing = [
            asyncio.create_task(customer.write(session, {"conversation": where, "secret": "secret"}, as_json=True, ended=ended)),
            asyncio.create_task(colleague.write(session, {}, as_json=False, ended=ended)),
        ]
        while kills < KILLS and monotonic() < began + SECONDS:
            async with front_door.running():
                await asyncio.sleep(_ALIVE_SECONDS)
            kills += 1
        took = monotonic() - began
        async with front_door.running():
            ended.set()
            await asyncio.gather(*writing)
            await asyncio.sleep(1.5)
            seen = await _seen_by_the_customer(session, front_door.url, where)

    said = {sender: [text for who, text in seen if who == sender.value] for sender in (Sender.CUSTOMER, Sender.AGENT)}
    print(  # noqa: T201 -- shown by pytest -rP
        f"{kills} kills in {took:.0f} s, {len(customer.accepted)} and {len(colleague.accepted)} messages accepted, "
        f"{customer.tries + colleague.tries} requests"
    )
    assert said[Sender.CUSTOMER] == customer.accepted
    assert said[Sender.AGENT] == colleague.accepted
    assert kills >= min(KILLS, _FEWEST_KILLS)


async def _seen_by_the_customer(session: aiohttp.ClientSession, url: str, where: ConversationId) -> list[tuple[str, str]]:
    """Return the whole log as a client catches up with it, by id."""
    seen: list[tuple[str, str]] = []
    after = 0
    while True:
        query = {"conversation": where, "secret": "secret", "after": str(after)}
        async with session.get(f"{url}/api/messages", params=query) as answer:
            messages = (await answer.json())["messages"]
        if not messages:
            return seen
        assert [int(one["id"]) for one in messages] == list(range(after + 1, after + 1 + len(messages)))
        after = int(messages[-1]["id"])
        seen += [(one["from"], one["text"]) for one in messages]
