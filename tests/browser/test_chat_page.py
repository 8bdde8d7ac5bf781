"""The plain chat page in a real browser: what a visitor does and what comes of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from playwright.async_api import Route, expect

from bot.shared.ids import ConversationId
from tests.browser.chat_site import ChatPage, Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenChat = Callable[..., Awaitable[ChatPage]]


class TestAnonymousVisitor:
    async def test_reads_the_answer_under_what_was_written(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await chat.say("When are you open?")

        await expect(chat.texts).to_have_text([chat.greeting, "When are you open?", "You wrote: When are you open?"])
        await expect(chat.entries.nth(1).locator(".state")).to_have_text("Sent")
        assert chat.complaints == []

    async def test_keeps_the_conversation_and_its_secret_for_this_tab_only(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await chat.say("Hello")
        await expect(chat.entries).to_have_count(3)

        kept = await chat.kept()
        assert kept["conversation"]
        assert kept["secret"]
        assert await chat.page.evaluate("localStorage.length + document.cookie.length") == 0

    async def test_finds_everything_again_after_a_reload_and_goes_on(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        await chat.say("One")
        await expect(chat.entries).to_have_count(3)

        await chat.page.reload()
        await expect(chat.entries).to_have_count(3)
        await chat.say("Two")

        await expect(chat.texts).to_have_text([chat.greeting, "One", "You wrote: One", "Two", "You wrote: Two"])
        assert len({heard.conversation for heard in site.engine.heard}) == 1

    async def test_begins_anew_when_the_conversation_is_gone(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        await chat.page.evaluate("sessionStorage.setItem('clearline.chat', JSON.stringify({conversation: 'cnv_gone', secret: 'x'}))")
        await chat.page.reload()

        await chat.say("Hello")

        await expect(chat.texts.last).to_have_text("You wrote: Hello")

    async def test_sends_two_quick_messages_in_order_in_one_conversation(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        site.engine.gate.clear()

        await chat.say("One")
        await chat.say("Two")
        site.engine.gate.set()

        await expect(chat.texts).to_have_text([chat.greeting, "One", "Two", "You wrote: One", "You wrote: Two"])
        assert [heard.text for heard in site.engine.heard] == ["One", "Two"]
        assert len({heard.conversation for heard in site.engine.heard}) == 1

    async def test_is_served_on_a_plain_http_address_too(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(base_url=site.url.replace("127.0.0.1", "office.example"))
        assert not await chat.page.evaluate("isSecureContext")

        await chat.say("Hello")

        await expect(chat.texts).to_have_text([chat.greeting, "Hello", "You wrote: Hello"])


class TestSignedInVisitor:
    async def test_hands_the_token_on_and_takes_it_out_of_the_address(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(f"/#token={site.token()}")

        await chat.say("Hello")

        await expect(chat.texts.last).to_have_text("You wrote: Hello")
        await expect(chat.page.get_by_text("Signed in")).to_be_visible()
        assert chat.page.url == f"{site.url}/"
        conversation = site.services.conversations.get(conversation_id=ConversationId(site.engine.heard[0].conversation))
        assert conversation.customer_id == "cus_sheep"

    async def test_takes_a_token_pasted_into_the_address_of_the_open_page(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        await chat.say("Anonymous")
        await expect(chat.entries).to_have_count(3)

        await chat.page.goto(f"/#token={site.token()}")

        await expect(chat.page.get_by_text("Signed in")).to_be_visible()
        await expect(chat.texts).to_have_text([chat.greeting])
        assert chat.page.url == f"{site.url}/"

    async def test_finds_the_conversation_again_with_a_newer_token_of_the_same_person(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(f"/#token={site.token()}")
        await chat.say("Hello")
        await expect(chat.entries).to_have_count(3)

        await chat.page.evaluate("window.isEarlierPage = true")
        await chat.page.goto(f"/#token={site.token(valid_for=timedelta(minutes=14))}")
        await chat.page.wait_for_function("!window.isEarlierPage")

        await expect(chat.texts).to_have_text([chat.greeting, "Hello", "You wrote: Hello"])

    @pytest.mark.parametrize("token", ["forged.token.here", "expired", "árvíz"])
    async def test_may_go_on_without_signing_in_when_the_token_is_refused(self, token: str, site: Site, open_chat: OpenChat) -> None:
        given = site.token(valid_for=timedelta(minutes=-1)) if token == "expired" else token
        chat = await open_chat(f"/#token={given}")
        await chat.say("Hello")
        await expect(chat.last.locator(".error p")).to_have_text(
            "Your sign-in has expired or cannot be used. Please sign in again, or go on without signing in."
        )

        await chat.page.get_by_role("button", name="Go on without signing in").click()

        await expect(chat.texts).to_have_text([chat.greeting, "Hello", "You wrote: Hello"])
        await expect(chat.page.get_by_text("Signed in")).to_be_hidden()

    async def test_is_told_after_a_reload_that_the_token_has_expired(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(f"/#token={site.token()}")
        await chat.say("Hello")
        await expect(chat.entries).to_have_count(3)

        await chat.page.goto(f"/#token={site.token(valid_for=timedelta(minutes=-1))}")

        await expect(chat.page.locator("#notice p")).to_contain_text("Your sign-in has expired")


class TestSending:
    async def test_sends_on_enter_and_breaks_the_line_on_shift_enter(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await chat.box.press_sequentially("first")
        await chat.box.press("Shift+Enter")
        await chat.box.press_sequentially("second")
        await chat.box.press("Enter")

        await expect(chat.entries).to_have_count(3)
        assert site.engine.heard[0].text == "first\nsecond"
        assert await chat.texts.nth(1).inner_text() == "first\nsecond"
        await expect(chat.box).to_have_value("")

    async def test_sends_nothing_when_there_is_nothing(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()

        await chat.say("  \n ")
        await chat.say("Hello")

        await expect(chat.entries).to_have_count(3)
        assert [heard.text for heard in site.engine.heard] == ["Hello"]

    async def test_shows_that_the_assistant_is_writing_until_it_has_answered(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        site.engine.gate.clear()

        await chat.say("Hello")

        await expect(chat.page.locator("#typing")).to_have_text("The assistant is writing")
        await expect(chat.last.locator(".state")).to_have_text("Sending…")
        site.engine.gate.set()
        await expect(chat.texts.last).to_have_text("You wrote: Hello")
        await expect(chat.page.locator("#typing")).to_be_hidden()

    async def test_repeats_a_message_that_did_not_get_through_under_the_same_client_id(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        sent: list[str] = []

        async def lose_the_first_answer(route: Route) -> None:
            sent.append(json.loads(route.request.post_data or "{}")["client_id"])
            if len(sent) == 2:
                await route.fetch()
            await (route.abort() if len(sent) < 3 else route.continue_())

        await chat.say("Earlier")
        await expect(chat.entries).to_have_count(3)
        await chat.page.route("**/api/messages", lose_the_first_answer)
        await chat.say("Hello")
        await expect(chat.last.locator(".error p")).to_have_text(
            "The message did not get through. Please check your connection and try again."
        )
        await chat.page.get_by_role("button", name="Try again").click()
        await expect(chat.last.locator(".error")).to_be_visible()
        await chat.page.get_by_role("button", name="Try again").click()

        await expect(chat.texts).to_have_text([chat.greeting, "Earlier", "You wrote: Earlier", "Hello", "You wrote: Hello"])
        await expect(chat.entries.nth(3).locator(".state")).to_have_text("Sent")
        await expect(chat.box).to_be_focused()
        assert len(set(sent)) == 1
        assert [text for sender, text in site.log(site.engine.heard[0].conversation) if sender == "customer"] == ["Earlier", "Hello"]

    async def test_offers_an_unsent_message_again_after_a_reload(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        await chat.page.route("**/api/messages", lambda route: route.abort())
        await chat.say("Hello")
        await expect(chat.last.locator(".error")).to_be_visible()
        await chat.page.unroute_all()

        await chat.page.reload()
        await chat.page.get_by_role("button", name="Try again").click()

        await expect(chat.texts).to_have_text([chat.greeting, "Hello", "You wrote: Hello"])

    async def test_fetches_the_answer_to_a_message_that_was_on_its_way_when_the_page_was_reloaded(
        self, site: Site, open_chat: OpenChat
    ) -> None:
        chat = await open_chat()
        await chat.say("Earlier")
        await expect(chat.entries).to_have_count(3)
        site.engine.gate.clear()
        await chat.say("Hello")
        async with asyncio.timeout(10):
            while await site.engine.arrivals.get() != "Hello":
                pass

        await chat.page.reload()
        await expect(chat.entries).to_have_count(4)
        site.engine.gate.set()

        await expect(chat.texts).to_have_text([chat.greeting, "Earlier", "You wrote: Earlier", "Hello", "You wrote: Hello"])
        customer_texts = [text for sender, text in site.log(site.engine.heard[0].conversation) if sender == "customer"]
        assert customer_texts == ["Earlier", "Hello"]

    async def test_says_in_hungarian_that_a_message_is_too_long_and_offers_no_repeat(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(locale="hu-HU")

        await chat.say("a" * 20_001)

        await expect(chat.last.locator(".error p")).to_have_text("Ez az üzenet túl hosszú. Egyszerre legfeljebb 20 000 karaktert küldhet.")
        await expect(chat.last.locator(".error button")).to_have_count(0)

    async def test_says_so_when_something_between_answers_in_html(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat()
        await chat.page.route("**/api/messages", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))

        await chat.say("Hello")

        await expect(chat.last.locator(".error p")).to_have_text("Something went wrong on our side. Please try again in a few minutes.")
