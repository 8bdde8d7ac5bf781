"""A chat on the desk stays open in a real browser while the front door is killed and started again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat_site import ScriptedEngine
from tests.browser.desk_site import AgentPage, DeskSite, sign_in
from tests.killable_front_door import killable_front_door

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


async def test_a_chat_goes_on_where_it_was_when_the_front_door_comes_back(browser: Browser, tmp_path: Path) -> None:
    async with killable_front_door(tmp_path) as (wired, front_door):
        desk = DeskSite(front_door.url, wired.services, ScriptedEngine())
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        context = await browser.new_context(base_url=desk.url, locale="en-GB")
        await sign_in(context, desk, anna)
        agent = AgentPage(await context.new_page(), [])
        page = agent.page
        async with front_door.running():
            await page.goto(f"/desk/chats/{where}")
            desk.customer_says(where, "Before it was killed")
            await expect(page.locator("#log")).to_contain_text("Before it was killed")

        # Both sides write while nothing answers.
        await expect(page.locator("#stream")).to_have_text("Connection lost. Trying again…")
        desk.customer_says(where, "First while it was down")
        desk.customer_says(where, "Second while it was down")
        await agent.reply("I am still here.")
        await expect(page.locator("#unsent")).to_contain_text("I am still here.")

        async with front_door.running():
            heard = page.locator("#log li", has_text="while it was down")
            await expect(heard).to_have_count(2, timeout=15_000)
            await expect(page.locator("#stream")).to_have_text("")
            await expect(page.locator("#log li", has_text="I am still here.")).to_have_count(1, timeout=15_000)
            await expect(page.locator("#unsent li")).to_have_count(0)
            desk.customer_says(where, "After it came back")
            await expect(page.locator("#log")).to_contain_text("After it came back")

            told = [text.split("\n") for text in await heard.all_inner_texts()]
            assert [next(line for line in lines if "while" in line) for lines in told] == [
                "First while it was down",
                "Second while it was down",
            ]
            assert desk.texts_of(where, "agent") == ["I am still here."]
        await context.close()
