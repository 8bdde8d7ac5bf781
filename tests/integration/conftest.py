"""The desk with a member of staff in each role, and browsers that open it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest
from aiohttp.test_utils import TestServer

from bot.desk import DeskOptions
from bot.services import Services
from bot.staff.model import Role, StaffMember
from bot.web import make_app
from bot.wiring import Wired
from tests.desk_people import add_people
from tests.integration.desk_browser import DeskBrowser, NewBrowser
from tests.scripted_engine import ScriptedEngine


@pytest.fixture
def people(clocked: Services) -> Mapping[Role, StaffMember]:
    return add_people(clocked)


@pytest.fixture
async def new_browser(wired: Wired, clocked: Services, people: Mapping[Role, StaffMember]) -> AsyncIterator[NewBrowser]:
    engine = ScriptedEngine()
    options = DeskOptions(trusted_proxies=("127.0.0.1",))
    app = make_app(services=clocked, engine=engine, actions=engine, store=wired.store, metrics_token="", desk=options)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(TestServer(app))

        async def new_browser() -> DeskBrowser:
            browser = DeskBrowser(server)
            stack.push_async_callback(browser.client.session.close)
            return browser

        yield new_browser


@pytest.fixture
async def browser(new_browser: NewBrowser) -> DeskBrowser:
    return await new_browser()
