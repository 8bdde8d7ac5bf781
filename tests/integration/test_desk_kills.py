"""The front door is killed again and again while a customer and an agent write: every accepted message is there once, in order.

The environment variables ``DESK_KILLS`` and ``DESK_KILLS_SECONDS`` say how often, and for how many seconds at most.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from lxml import html

from bot.conversations.model import Sender
from bot.shared.clock import SystemClock
from bot.shared.ids import ConversationId
from bot.staff.model import Role
from bot.support.model import HandoverReason, TicketKind
from bot.wiring import Wired
from tests.desk_people import COOKIE, add_people, opened_session
from tests.killable_front_door import FrontDoor, killable_front_door

pytestmark = [pytest.mark.slow]
KILLS = int(os.environ.get("DESK_KILLS", "20"))
SECONDS = float(os.environ.get("DESK_KILLS_SECONDS", "25"))
_FEWEST_KILLS = 5
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


@pytest_asyncio.fixture
async def kept(tmp_path: Path) -> AsyncIterator[tuple[Wired, FrontDoor]]:
    """Return the store as this test opens it, and a front door over the same one."""
    async with killable_front_door(tmp_path) as both:
        yield both


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
            on_screen = await _seen_by_the_agent(session, f"{front_door.url}/desk/chats/{where}", colleague.headers)

    said = {sender: [text for who, text in seen if who == sender.value] for sender in (Sender.CUSTOMER, Sender.AGENT)}
    print(  # noqa: T201 -- shown by pytest -rP
        f"{kills} kills in {took:.0f} s, {len(customer.accepted)} and {len(colleague.accepted)} messages accepted, "
        f"{customer.tries + colleague.tries} requests"
    )
    assert said[Sender.CUSTOMER] == customer.accepted
    assert said[Sender.AGENT] == colleague.accepted
    assert [text for who, text in on_screen if who == "customer"] == customer.accepted
    assert [text for who, text in on_screen if who == "agent"] == colleague.accepted
    assert kills >= min(KILLS, _FEWEST_KILLS)


async def _seen_by_the_agent(session: aiohttp.ClientSession, page: str, headers: dict[str, str]) -> list[tuple[str, str]]:
    """Return the bubbles that the agent's page shows when it asks anew for all after the first."""
    async with session.get(f"{page}/parts", params={"after": "0"}, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        screen = html.fromstring(await answer.text())
    bubbles = screen.xpath("//li[starts-with(@class, 'bubble ')]")
    return [(bubble.get("class").split()[-1], bubble.xpath("p[@class='text']")[0].text_content()) for bubble in bubbles]


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
