"""The plain chat page in a real browser: how answers are shown, and waiting for a person's."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from bot.conversations.model import Attachment, Button
from tests.browser.chat_site import ChatPage, Site, answer

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenChat = Callable[..., Awaitable[ChatPage]]
POLL_MILLISECONDS = 5_000
# On how many lines each occurrence of a text lies, by the heights of its characters.
LINES_OF = """(node, wanted) => {
  let text = "";
  const places = [];
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (let at = 0; at < walker.currentNode.data.length; at += 1) places.push([walker.currentNode, at]);
    text += walker.currentNode.data;
  }
  const lines = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    const tops = places.slice(at, at + wanted.length).map(([inside, from]) => {
      const range = document.createRange();
      range.setStart(inside, from);
      range.setEnd(inside, from + 1);
      return Math.round(range.getBoundingClientRect().top);
    });
    lines.push(new Set(tops).size);
  }
  return lines;
}"""


class TestAnswers:
    async def test_send_a_buttons_payload_with_its_title_as_the_text(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.answers["Hello"] = answer("What now?", buttons=(Button("My latest invoice", "/ask_invoice"),))
        chat = await open_chat()
        await chat.say("Hello")

        await chat.last.get_by_role("button", name="My latest invoice").click()

        await expect(chat.texts.last).to_have_text("You wrote: My latest invoice")
        assert [(heard.text, heard.payload) for heard in site.engine.heard] == [("Hello", None), ("My latest invoice", "/ask_invoice")]

    async def test_show_attachments_as_links_but_never_a_script(self, site: Site, open_chat: OpenChat) -> None:
        url = f"{site.url}/documents/abc"
        files = (Attachment("CL-2026-0117.pdf", url, "application/pdf"), Attachment("evil", "javascript:alert(1)", "text/html"))
        site.engine.answers["Hello"] = answer("Here it is.", attachments=files)
        chat = await open_chat()

        await chat.say("Hello")

        link = chat.last.get_by_role("link")
        await expect(link).to_have_count(1)
        await expect(link).to_have_text("CL-2026-0117.pdf")
        assert await link.get_attribute("href") == url
        assert await link.get_attribute("rel") == "noopener noreferrer"

    async def test_make_links_of_our_documents_only(self, site: Site, open_chat: OpenChat) -> None:
        ours = f"{site.url}/documents/abc.def-_x"
        text = f"Ours: {ours}.\nNot: https://evil.example/documents/x, {site.url}/other, {site.url}@evil.example/documents/x"
        site.engine.answers["Hello"] = answer(text)
        chat = await open_chat()

        await chat.say("Hello")

        await expect(chat.texts.last).to_have_text(text)
        assert await chat.last.get_by_role("link").evaluate_all("links => links.map((link) => link.href)") == [ours]

    async def test_show_markup_as_the_characters_it_is_made_of(self, site: Site, open_chat: OpenChat) -> None:
        markup = "<img src=x onerror=alert(1)><b>bold</b> &amp; <script>alert(2)</script>"
        site.engine.answers[markup] = answer(markup)
        chat = await open_chat()

        await chat.say(markup)

        await expect(chat.texts).to_have_text([chat.greeting, markup, markup])
        assert await chat.page.locator("#messages").locator("img, b, script").count() == 0

    async def test_keep_their_lines(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.answers["Hello"] = answer("Your invoices:\n- CL-1\n- CL-2")
        chat = await open_chat()

        await chat.say("Hello")

        await expect(chat.entries).to_have_count(3)
        assert await chat.texts.last.inner_text() == "Your invoices:\n- CL-1\n- CL-2"

    async def test_never_break_an_amount_or_a_number_in_the_middle(self, site: Site, open_chat: OpenChat) -> None:
        wholes = (
            "€1,284.55",
            "HUF 128,455",
            "-€12.00",
            "128 455 Ft",
            "1 284,55 EUR",
            "-1 128 455,50 EUR",
            "1284,5 EUR",
            "CL-2026-0117",
            "2 March 2026",
            "2026. március 2-án",
            "2026. 03. 02.",
        )
        text = "\n".join("x" * length + f" {whole}" for whole in wholes for length in range(1, 36))
        site.engine.answers["Hello"] = answer(text)
        chat = await open_chat(viewport={"width": 400, "height": 800})

        await chat.say("Hello")

        await expect(chat.texts.last).to_have_text(text)
        broken = {whole: lines for whole in wholes if (lines := await chat.texts.last.evaluate(LINES_OF, whole)) != [1] * 35}
        assert broken == {}


class TestWaitingForAPerson:
    async def test_sees_the_agents_answer_within_five_seconds(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.on_text["A person, please"] = site.hand_over
        chat = await open_chat(clock=True)
        await chat.say("A person, please")
        await expect(chat.page.locator("#speaker")).to_have_text("Passed on to our colleagues. You can go on writing.")
        site.agent_says(site.engine.heard[0].conversation, "Good morning, this is Réka.")

        await chat.page.clock.run_for(POLL_MILLISECONDS)

        await expect(chat.texts.last).to_have_text("Good morning, this is Réka.")
        await expect(chat.page.locator("#speaker")).to_have_text("A colleague is answering.")
        await expect(chat.entries).to_have_count(4)

    async def test_may_go_on_writing_and_sees_nothing_twice(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.on_text["A person, please"] = site.hand_over
        chat = await open_chat(clock=True)
        await chat.say("A person, please")
        await expect(chat.entries).to_have_count(3)

        await chat.say("It is about my last invoice")
        await expect(chat.last.locator(".state")).to_have_text("Sent")
        site.agent_says(site.engine.heard[0].conversation, "I am looking at it.")
        await chat.page.clock.run_for(POLL_MILLISECONDS)

        await expect(chat.texts).to_have_text(
            [chat.greeting, "A person, please", "You wrote: A person, please", "It is about my last invoice", "I am looking at it."]
        )

    async def test_is_told_when_the_chat_cannot_be_reached_and_catches_up_later(self, site: Site, open_chat: OpenChat) -> None:
        site.engine.on_text["A person, please"] = site.hand_over
        chat = await open_chat(clock=True)
        await chat.say("A person, please")
        await expect(chat.entries).to_have_count(3)
        await chat.page.route("**/api/messages?*", lambda route: route.abort())
        await chat.page.clock.run_for(POLL_MILLISECONDS)
        await expect(chat.page.locator("#notice p")).to_contain_text("We cannot reach the chat at the moment.")
        await chat.page.unroute_all()
        site.agent_says(site.engine.heard[0].conversation, "Here I am.")

        await chat.page.clock.run_for(2 * POLL_MILLISECONDS)

        await expect(chat.texts.last).to_have_text("Here I am.")
        await expect(chat.page.locator("#notice")).to_be_hidden()

    async def test_is_looked_for_seldom_while_the_bot_speaks(self, site: Site, open_chat: OpenChat) -> None:
        chat = await open_chat(clock=True)
        asked: list[str] = []
        chat.page.on("request", lambda request: asked.append(request.method))
        await chat.say("Hello")
        await expect(chat.entries).to_have_count(3)

        await chat.page.clock.run_for(10 * POLL_MILLISECONDS)

        assert asked[0] == "POST"
        assert 1 <= asked.count("GET") <= 2
