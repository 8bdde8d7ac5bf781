"""The plain chat page for everybody: languages, keyboard, contrast, small windows, and the site's policy."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Route, expect

from bot.conversations.model import Attachment, Button
from tests.browser.chat_site import ChatPage, Site, answer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenChat = Callable[..., Awaitable[ChatPage]]
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8")


class TestLanguage:
    @pytest.mark.parametrize(
        ("locale", "language", "heading"),
        [("hu-HU", "hu", "Számlázási asszisztens"), ("en-GB", "en", "Billing assistant"), ("de-AT", "en", "Billing assistant")],
    )
    async def test_follows_the_browser(self, locale: str, language: str, heading: str, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(locale=locale)

        await chat.say("123")
        await expect(chat.entries).to_have_count(3)

        await expect(chat.page.get_by_role("heading", name=heading)).to_be_visible()
        assert await chat.page.evaluate("document.documentElement.lang") == language
        assert site.engine.heard[0].language == language

    async def test_is_changed_by_the_switch_and_stays_after_a_reload(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await chat.page.get_by_role("button", name="Magyar").click()
        await chat.page.reload()

        await expect(chat.page.get_by_role("button", name="Küldés")).to_be_visible()
        await expect(chat.page.get_by_role("button", name="Magyar")).to_have_attribute("aria-pressed", "true")
        await expect(chat.page.get_by_text("Amivel foglalkozunk")).to_be_visible()
        await expect(chat.page.get_by_text("What we do")).to_be_hidden()

    async def test_of_the_chat_follows_the_conversation(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.answers["Szia"] = answer("Üdvözlöm!", language="hu")
        chat = await open_chat()

        await chat.say("Szia")

        await expect(chat.page.get_by_role("button", name="Küldés")).to_be_visible()
        await expect(chat.texts.last).to_have_attribute("lang", "hu")
        await expect(chat.page.get_by_text("What we do")).to_be_visible()

    async def test_has_every_word_in_both(self, open_chat: OpenChat) -> None:
        chat = await open_chat()

        rows = await chat.page.locator("#words").evaluate(
            "(words) => [...words.content.children].map((row) => [...row.children].map((one) => [one.lang, one.textContent]))"
        )

        assert rows
        assert all([language for language, _ in row] == ["en", "hu"] and all(text.strip() for _, text in row) for row in rows)


class TestEverybody:
    @pytest.mark.parametrize("locale", ["en-GB", "hu-HU"])
    async def test_finds_names_contrast_sizes_and_room_in_every_state(self, locale: str, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(locale=locale)
        faults = {}

        for state in (_nothing, _fill):
            await state(site, chat)
            for width in (320, 400, 1280):
                await chat.page.set_viewport_size({"width": width, "height": 800})
                for scheme in ("light", "dark"):
                    await chat.page.emulate_media(color_scheme=scheme)
                    faults[state.__name__, width, scheme] = await chat.page.evaluate(AUDIT)

        assert {case: found for case, found in faults.items() if found} == {}

    async def test_hears_new_messages_but_not_the_old_ones_again(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        log = chat.page.get_by_role("log", name="Conversation")

        await expect(log).to_have_attribute("aria-live", "polite")
        await expect(chat.page.locator("#typing")).to_have_attribute("role", "status")
        assert 'aria-live="off"' in await (await chat.page.request.get("/")).text()

    async def test_reaches_everything_by_keyboard_in_the_order_it_is_seen(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        order = []

        for _ in range(11):
            await chat.page.keyboard.press("Tab")
            order.append(await chat.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"))

        assert order[:4] == ["Skip to the chat", "English", "Magyar", "Conversation"]
        assert order[4:8] == ["What do I owe?", "My latest invoice", "When are you open?", "I want to talk to a person"]
        assert order[8:] == ["", "Send", "+36 1 555 0142"]

    async def test_skips_to_the_chat(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await chat.page.keyboard.press("Tab")
        await chat.page.keyboard.press("Enter")

        await expect(chat.box).to_be_focused()

    async def test_sees_no_movement_who_wants_none(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.gate.clear()
        moving = await open_chat()
        still = await open_chat(reduced_motion="reduce")

        animations = []
        for chat in (moving, still):
            await chat.say("Hello")
            await expect(chat.page.locator("#typing")).to_be_visible()
            animations.append(await chat.page.evaluate("getComputedStyle(document.getElementById('typing'), '::after').animationName"))

        assert animations == ["breathe", "none"]

    async def test_gets_a_telephone_number_without_scripts(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(java_script_enabled=False, expect_greeting=False)

        await expect(chat.page.get_by_text("The chat needs JavaScript.")).to_be_visible()
        await expect(chat.box).to_be_hidden()


class TestSite:
    async def test_runs_under_its_policy_without_complaints(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await _fill(site, chat)

        policy = (await chat.page.request.get("/")).headers["content-security-policy"]
        assert "unsafe" not in policy
        assert [line for line in chat.complaints if "net::ERR_FAILED" not in line] == []

    async def test_asks_nobody_but_itself(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        addresses: list[str] = []
        chat.page.on("request", lambda request: addresses.append(request.url))

        await chat.page.reload()
        await chat.say("Hello")
        await expect(chat.entries).to_have_count(3)

        assert [address for address in addresses if not address.startswith((site.url, "data:"))] == []

    async def test_names_the_partner_as_its_files_do(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        address = site.services.partner.address
        values = {method.kind: method.value for method in site.services.offering.contact_methods}

        body = await chat.page.inner_text("body")

        assert site.services.partner.name in body
        assert values["phone"] in body
        assert values["mail"] in body
        assert f"{address.postal_code} {address.city}, {address.street}" in body


async def _nothing(site: Site, chat: ChatPage) -> None:
    """Leave the log as it is at first."""


async def _fill(site: Site, chat: ChatPage) -> None:
    """Bring every kind of entry into the log: an answer with all it can have, a failed message, one that waits."""
    site.engine.answers["Hello"] = answer(
        f"Invoice CL-2026-0117: €1,284.55.\nThe copy: {site.url}/documents/{'abc.' * 60}",
        buttons=(Button("Talk to a person", "/request_agent"), Button("A long title that has to go over more than one line", "/x")),
        attachments=(Attachment("CL-2026-0117.pdf", f"{site.url}/documents/abc", "application/pdf"),),
    )
    site.engine.on_text["A person"] = site.hand_over
    await chat.say("Hello")
    await expect(chat.entries).to_have_count(3)

    async def fail(route: Route) -> None:
        await route.abort()

    await chat.page.route("**/api/messages", fail)
    await chat.say("does-not-get-through-" * 10)
    await expect(chat.last.locator(".error")).to_be_visible()
    await chat.page.unroute_all()
    site.engine.gate.clear()
    await chat.say("A person")
    await expect(chat.page.locator("#typing")).to_be_visible()
