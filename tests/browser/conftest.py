"""The page under test: the real front door on a real SQLite file, a scripted engine behind it, Chromium before it."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, async_playwright, expect

from bot.settings import Settings
from bot.staff.model import StaffMember
from bot.store import open_store
from bot.web import make_app
from bot.wiring import Wired, wire
from tests.browser.chat_site import CUSTOMER, NOW, ChatPage, ScriptedEngine, Site
from tests.browser.desk_site import AgentPage, DeskSite, sign_in

ROOT = Path(__file__).parents[2]
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # A name that is not this machine's own: pages there are no secure context, as on a plain http address in an office.
    "--host-resolver-rules=MAP office.example 127.0.0.1",
)
# On a busy machine a page may take longer than the five seconds that are the default.
expect.set_options(timeout=15_000)
OpenChat = Callable[..., Awaitable[ChatPage]]


def _chromium() -> str | None:
    """Return Debian's Chromium, or any other on the path."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium for all tests; each opens a context of its own."""
    path = _chromium()
    if path is None:
        pytest.skip("there is no Chromium here; 'apt-get install chromium' brings one")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        await browser.close()


def settings_in(folder: Path, **more: str) -> Settings:
    """Return settings whose state is in ``folder``."""
    return Settings.from_env(
        {
            "CLEARLINE_VAR": str(folder),
            "CLEARLINE_KNOWLEDGE": str(ROOT / "knowledge"),
            "CLEARLINE_RESPONSES": str(ROOT / "data" / "responses"),
            "CLEARLINE_SECRET_KEY": "a key of the tests, of no use elsewhere",
            "CLEARLINE_MAIL_URL": f"file:{folder / 'mail'}",
            **more,
        }
    )


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """The front door with an empty log and one customer."""
    wired = _wired(settings_in(tmp_path, CLEARLINE_NOW=NOW.isoformat()))
    with wired.services.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
    engine = ScriptedEngine()
    engine.gate.set()
    app = make_app(services=wired.services, engine=engine, actions=engine, store=wired.store, metrics_token="")
    async with TestServer(app) as server:
        yield Site(str(server.make_url("")).rstrip("/"), wired.services, engine)
        engine.gate.set()
    wired.store.close()


def _wired(settings: Settings) -> Wired:
    store = open_store(settings.database_url)
    store.migrate()
    store.close()
    return wire(settings)


@pytest_asyncio.fixture(loop_scope="session")
async def open_chat(browser: Browser, site: Site) -> AsyncIterator[OpenChat]:
    """Return a function that opens the page in a fresh context; its keywords are those of Playwright's ``new_context``."""
    async with AsyncExitStack() as stack:

        async def open_chat(address: str = "/", *, clock: bool = False, expect_greeting: bool = True, **context: Any) -> ChatPage:
            opened = await browser.new_context(**{"base_url": site.url, "locale": "en-GB", **context})
            stack.push_async_callback(opened.close)
            page = await opened.new_page()
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            if clock:
                await page.clock.install()
            await page.goto(address)
            if expect_greeting:
                await page.locator("#messages > li").first.wait_for()
            return ChatPage(page, complaints)

        yield open_chat


@pytest_asyncio.fixture(loop_scope="session")
async def desk(tmp_path: Path) -> AsyncIterator[DeskSite]:
    """The front door with a clock that goes, one customer, and two seconds for taking a reply back."""
    wired = _wired(settings_in(tmp_path, CLEARLINE_UNDO_SECONDS="2"))
    with wired.services.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
    engine = ScriptedEngine()
    engine.gate.set()
    app = make_app(services=wired.services, engine=engine, actions=engine, store=wired.store, metrics_token="")
    async with TestServer(app) as server:
        yield DeskSite(str(server.make_url("")).rstrip("/"), wired.services, engine)
        engine.gate.set()
    wired.store.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_desk(browser: Browser, desk: DeskSite) -> AsyncIterator[Callable[..., Awaitable[AgentPage]]]:
    """Return a function that opens a page of the desk in a fresh context, signed in as a member of staff."""
    async with AsyncExitStack() as stack:

        async def open_desk(member: StaffMember, address: str = "/desk/chats", **context: Any) -> AgentPage:
            wanted = {"base_url": desk.url, "locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **context}
            opened = await browser.new_context(**wanted)
            stack.push_async_callback(opened.close)
            await sign_in(opened, desk, member)
            page = await opened.new_page()
            complaints: list[str] = []
            page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(address)
            return AgentPage(page, complaints)

        yield open_desk


@pytest_asyncio.fixture(loop_scope="session")
async def open_visitor(browser: Browser, desk: DeskSite) -> AsyncIterator[Callable[[], Awaitable[ChatPage]]]:
    """Return a function that opens the chat page of the desk's front door, as another visitor each time."""
    async with AsyncExitStack() as stack:

        async def open_visitor() -> ChatPage:
            opened = await browser.new_context(base_url=desk.url, locale="en-GB")
            stack.push_async_callback(opened.close)
            page = await opened.new_page()
            await page.goto("/")
            await page.locator("#messages > li").first.wait_for()
            return ChatPage(page, [])

        yield open_visitor
