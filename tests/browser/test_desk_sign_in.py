"""Signing in and managing the staff in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Browser, Page, expect

from bot.staff.model import Presence, Role, StaffMember
from tests.browser.chat_site import Site
from tests.desk_people import COOKIE, PASSWORD, add_people, browser_cookie, email_of, opened_session

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
AXE = Path(AXE_FILE_PATH).read_text(encoding="utf-8")
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")
OpenPage = Callable[..., Awaitable[Page]]
WIDTHS = pytest.mark.parametrize("width", [400, 1280])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture
def people(site: Site) -> Mapping[Role, StaffMember]:
    return add_people(site.services)


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, site: Site) -> AsyncIterator[OpenPage]:
    """Return a function that opens a page in a fresh browser, signed in as a member or not; complaints of the browser fail the test."""
    complaints: list[str] = []
    async with AsyncExitStack() as stack:

        async def open_page(path: str, member: StaffMember | None = None, *, width: int = 1280, scheme: str = "light") -> Page:
            context = await browser.new_context(
                base_url=site.url, locale="en-GB", viewport={"width": width, "height": 900}, color_scheme=scheme
            )
            stack.push_async_callback(context.close)
            if member is not None:
                secret, _ = opened_session(site.services, member)
                await context.add_cookies([browser_cookie(site.url, secret)])
            page = await context.new_page()
            page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            await page.goto(path)
            return page

        yield open_page
    assert [one for one in complaints if "status of 40" not in one] == []


async def faults(page: Page) -> list[str]:
    """Return what axe-core finds at WCAG 2.2 AA, and what our own audit finds."""
    await page.evaluate(AXE)
    run = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    found = await page.evaluate(f"{run}.then((done) => done.violations)")
    told = [f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]]
    return told + [str(one) for one in await page.evaluate(AUDIT)]


class TestSignIn:
    async def test_works_on_plain_http_on_this_machine_with_the_keyboard_only(
        self, people: Mapping[Role, StaffMember], open_page: OpenPage
    ) -> None:
        page = await open_page("/desk/staff")
        await expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()

        await page.keyboard.type(email_of(Role.USER_ADMIN))
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")

        await expect(page).to_have_url("/desk/staff")
        (cookie,) = [one for one in await page.context.cookies() if one["name"] == COOKIE]
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
        assert await page.evaluate("document.cookie") == ""
        await page.get_by_role("button", name="Sign out", exact=True).press("Enter")
        await expect(page.get_by_role("status")).to_have_text("You are signed out.")
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()

    async def test_tells_what_went_wrong_and_keeps_the_address(self, people: Mapping[Role, StaffMember], open_page: OpenPage) -> None:
        page = await open_page("/desk/sign-in")

        await page.get_by_label("Mail address").fill(email_of(Role.USER_ADMIN))
        await page.get_by_label("Password").fill("wrong")
        await page.get_by_role("button", name="Sign in").click()

        await expect(page.get_by_role("alert")).to_contain_text("That did not work")
        await expect(page.get_by_label("Mail address")).to_have_value(email_of(Role.USER_ADMIN))
        await expect(page.get_by_label("Password")).to_be_focused()
        assert await faults(page) == []

    @WIDTHS
    @SCHEMES
    async def test_is_without_barriers(self, site: Site, open_page: OpenPage, width: int, scheme: str) -> None:
        page = await open_page("/desk/sign-in", width=width, scheme=scheme)

        assert await faults(page) == []


class TestStaff:
    @WIDTHS
    @SCHEMES
    async def test_pages_are_without_barriers(
        self, site: Site, people: Mapping[Role, StaffMember], open_page: OpenPage, width: int, scheme: str
    ) -> None:
        page = await open_page("/desk/staff", people[Role.GLOBAL_ADMIN], width=width, scheme=scheme)
        for summary in await page.locator("summary").all():
            await summary.click()
        found = {"/desk/staff": await faults(page)}
        for path in ("/desk/me", "/desk/me/second-factor", "/desk/audit", "/desk/nowhere"):
            await page.goto(path)
            found[path] = await faults(page)

        assert {path: told for path, told in found.items() if told} == {}

    async def test_is_managed_with_the_keyboard_only(self, site: Site, people: Mapping[Role, StaffMember], open_page: OpenPage) -> None:
        page = await open_page("/desk/staff", people[Role.USER_ADMIN])
        petra = page.get_by_role("listitem").filter(has_text="Halmos Petra")

        await petra.locator("summary").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Bill")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("status")).to_have_text("Halmos Petra has another role and was signed out.")
        assert site.services.staff.by_id(staff_id=people[Role.HELPDESK_AGENT].id).role is Role.BILLING_ADMIN

    async def test_added_gets_a_password_shown_once(self, people: Mapping[Role, StaffMember], open_page: OpenPage) -> None:
        page = await open_page("/desk/staff", people[Role.USER_ADMIN], width=400)

        await page.get_by_label("Name").fill("Új Kolléga")
        await page.get_by_label("Mail address").fill("uj@example.com")
        await page.get_by_role("button", name="Add").click()

        await expect(page.get_by_role("heading")).to_have_text("Új Kolléga was added")
        assert await faults(page) == []

    async def test_presence_is_switched_in_place(self, site: Site, people: Mapping[Role, StaffMember], open_page: OpenPage) -> None:
        page = await open_page("/desk/me", people[Role.HELPDESK_AGENT])
        await page.evaluate("window.same = true")

        await page.get_by_role("button", name="Available").press("Enter")

        await expect(page.get_by_role("button", name="Available")).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_role("button", name="Available")).to_be_focused()
        assert await page.evaluate("window.same")
        assert site.services.staff.by_id(staff_id=people[Role.HELPDESK_AGENT].id).presence is Presence.AVAILABLE
        assert await faults(page) == []
