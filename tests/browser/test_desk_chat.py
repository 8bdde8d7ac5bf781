"""A chat on the desk in a real browser: both sides at once, nothing lost, nothing doubled, nothing private told."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route, expect

from bot.staff.model import Presence, Role
from tests.browser.chat_site import CUSTOMER, ChatPage
from tests.browser.desk_site import AgentPage, DeskSite

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenDesk = Callable[..., Awaitable[AgentPage]]
OpenVisitor = Callable[[], Awaitable[ChatPage]]


class TestTwoAgentsAndTwoCustomers:
    # One talk from beginning to end, so that nothing can hide between its parts.
    async def test_go_through_a_handover_a_transfer_a_note_a_close_and_a_reopen(  # noqa: PLR0915 -- one conversation
        self, desk: DeskSite, open_desk: OpenDesk, open_visitor: OpenVisitor
    ) -> None:
        anna, bela = desk.hire("Kovács Anna"), desk.hire("Bodnár Béla")
        desk.hand_over_on("A person please")
        first, second = await open_visitor(), await open_visitor()
        board, other = await open_desk(anna), await open_desk(bela)

        # Both customers ask for a person; both boards show them without a reload.
        await first.say("Why is my invoice so high?")
        await first.say("A person please")
        await expect(board.list("queue")).to_have_count(1)
        await second.say("A person please")
        await expect(board.list("queue")).to_have_count(2)
        await expect(other.list("queue")).to_have_count(2)
        await expect(board.page).to_have_title(re.compile(r"^\(2\) Board"))

        # Each agent claims one; each sees the other's.
        await board.list("queue").first.get_by_role("button", name="Claim").click()
        await board.page.wait_for_url("**/desk/chats/cnv_*")
        await expect(other.list("queue")).to_have_count(1)
        await expect(other.list("others")).to_contain_text("Kovács Anna")
        await other.list("queue").first.get_by_role("button", name="Claim").click()
        await other.page.wait_for_url("**/desk/chats/cnv_*")
        a, b = board, other

        # Both talk at once.
        await a.reply("Hello, I am looking at your invoice.")
        await b.reply("Hello, how can I help?")
        await expect(first.last.locator(".text")).to_have_text("Hello, I am looking at your invoice.")
        await expect(second.last.locator(".text")).to_have_text("Hello, how can I help?")
        await expect(first.last.locator(".who")).to_contain_text("Kovács Anna")
        await first.say("Thank you!")
        await expect(a.page.locator("#log li").last).to_contain_text("Thank you!")

        # A private note, then the chat goes to Béla.
        await a.page.locator("#note").fill("Was billed for two extra seats")
        await a.page.get_by_role("button", name="Keep the note").click()
        await expect(a.page.locator(".notes")).to_contain_text("Was billed for two extra seats")
        await a.page.get_by_role("button", name="Pass on").click()
        await a.page.get_by_label("To", exact=True).select_option(label="Bodnár Béla (Helpdesk agent)")
        await a.page.get_by_label("What they need to know").fill("Knows the seats")
        await a.page.get_by_role("dialog").get_by_role("button", name="Pass on").click()
        await expect(a.page.locator("#owner")).to_have_text("With Bodnár Béla")
        await expect(a.page.locator("#reply")).to_be_disabled()
        await expect(first.last.locator(".text")).to_have_text("Bodnár Béla takes over from here.")

        # Béla goes on in it, and closes it.
        await b.page.goto(a.page.url)
        await expect(b.page.locator(".notes")).to_contain_text("Knows the seats")
        await b.reply("The two seats are credited.")
        await expect(first.texts.last).to_have_text("The two seats are credited.")
        await b.page.get_by_role("button", name="Close", exact=True).click()
        await b.page.get_by_role("button", name="Close the chat").click()
        await expect(b.page.get_by_role("button", name="Reopen")).to_be_visible()
        await expect(first.last.get_by_role("button", name="Skip")).to_be_visible()
        await first.last.get_by_role("button", name="5").click()
        await expect(first.texts.last).to_have_text("Thank you, noted.")

        # Anna opens it again.
        await a.page.get_by_role("button", name="Reopen").click()
        await expect(a.page.locator("#owner")).to_have_text("Your chat")
        await a.reply("One more thing: the credit note follows.")
        await expect(first.texts.last).to_have_text("One more thing: the credit note follows.", timeout=30_000)

        told = await first.page.locator("#messages").inner_text()
        assert "seats" in told
        assert not any(private in told for private in ("Was billed", "Knows the seats"))
        assert "You wrote" not in told.split("Kovács Anna has joined")[1]
        assert a.complaints == b.complaints == []


class TestReply:
    async def test_can_be_taken_back_and_leaves_no_trace(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.reply("You owe us everything!")
        await page.page.get_by_role("button", name="Undo").click()

        await expect(page.page.locator("#reply")).to_have_value("You owe us everything!")
        await page.page.wait_for_timeout(2_500)
        assert desk.texts_of(where, "agent") == []

    async def test_can_be_sent_at_once(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.reply("It is the yearly licence.")
        await page.page.get_by_role("button", name="Send now").click()

        await expect(page.page.locator("#log li").last).to_contain_text("It is the yearly licence.", timeout=1_500)

    async def test_waits_in_the_page_while_the_desk_cannot_be_reached_and_goes_once(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")
        # The first gets through, but its answer is lost; then nothing gets through.
        tries: list[str] = []

        async def lose(route: Route) -> None:
            tries.append(route.request.post_data or "")
            if len(tries) == 1:
                await route.fetch()
            await route.abort()

        await page.page.route("**/replies", lose)
        await page.reply("Are you still there?")
        await page.reply("I have the figures now.")
        await expect(page.page.locator("#unsent")).to_contain_text("I have the figures now.")
        await expect(page.page.locator("#unsent")).to_contain_text("cannot be reached")
        await page.page.reload()
        await page.page.unroute_all()
        await page.page.reload()

        await expect(page.page.locator("#log")).to_contain_text("I have the figures now.", timeout=15_000)
        await expect(page.page.locator("#unsent li")).to_have_count(0)
        assert desk.texts_of(where, "agent") == ["Are you still there?", "I have the figures now."]

    async def test_of_somebody_else_cannot_be_written(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna, bela, cili = desk.hire("Kovács Anna"), desk.hire("Bodnár Béla"), desk.hire("Cseh Cili", Role.BILLING_ADMIN)
        where = desk.claimed(anna)
        page, chief = await open_desk(bela, f"/desk/chats/{where}"), await open_desk(cili, f"/desk/chats/{where}")

        await expect(page.page.locator("#reply")).to_be_disabled()
        await expect(page.page.locator("#reach")).to_contain_text("Kovács Anna has this chat. Leave a private note.")
        await expect(page.page.get_by_role("button", name="Take over")).to_have_count(0)
        await chief.page.get_by_role("button", name="Take over").click()
        await chief.page.get_by_label("Why").fill("Anna is at lunch")
        await chief.page.get_by_role("dialog").get_by_role("button", name="Take over").click()

        await expect(chief.page.locator("#reply")).to_be_enabled()
        await chief.page.get_by_text("History", exact=True).click()
        await expect(chief.page.locator(".history")).to_contain_text("Cseh Cili took the chat over from Kovács Anna: Anna is at lunch")

    async def test_has_numbers_of_cards_masked_and_says_so(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.reply("You paid with 4111 1111 1111 1111, right?")

        await expect(page.page.locator("#problem")).to_contain_text("a card number")
        await expect(page.page.locator("#log")).to_contain_text("1111, right?")
        assert desk.texts_of(where, "agent") == ["You paid with **** **** **** 1111, right?"]


class TestDraft:
    async def test_is_there_again_after_a_reload(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.page.locator("#reply").fill("Dear customer, the inv")
        await expect(page.page.locator("#kept")).to_have_text("Draft kept")
        await page.page.reload()

        await expect(page.page.locator("#reply")).to_have_value("Dear customer, the inv")
        assert desk.texts_of(where, "agent") == []


class TestWriting:
    async def test_is_seen_by_the_other_side_and_by_colleagues(
        self, desk: DeskSite, open_desk: OpenDesk, open_visitor: OpenVisitor
    ) -> None:
        anna, bela = desk.hire("Kovács Anna"), desk.hire("Bodnár Béla")
        desk.hand_over_on("A person please")
        visitor = await open_visitor()
        await visitor.say("A person please")
        await expect(visitor.page.locator("#speaker")).to_contain_text("Passed on")
        where = desk.newest()
        desk.services.desk.claim(by=anna, conversation_id=where, now=desk.services.now())
        page, colleague = await open_desk(anna, f"/desk/chats/{where}"), await open_desk(bela, f"/desk/chats/{where}")

        await expect(page.page.locator(".presence-line")).to_contain_text("Bodnár Béla is looking")
        await page.page.locator("#reply").press_sequentially("Let me see")
        await expect(colleague.page.locator(".presence-line")).to_contain_text("Kovács Anna is writing")
        await expect(visitor.page.locator("#typing")).to_have_text("Kovács Anna is writing", timeout=10_000)
        await visitor.box.press_sequentially("And")
        await expect(page.page.locator(".presence-line")).to_contain_text("The customer is writing")
        await visitor.say("And the other one?")
        await expect(page.page.locator("#log")).to_contain_text("And the other one?")
        await expect(page.page.locator(".presence-line")).not_to_contain_text("The customer is writing")
        await colleague.page.goto("about:blank")
        await expect(page.page.locator(".presence-line")).not_to_contain_text("Bodnár Béla", timeout=3_000)


class TestCannedReply:
    async def test_comes_with_live_values_at_the_cursor(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        desk.bill("CL-2026-0117")
        where = desk.claimed(anna, known=True, about=(("invoice", "CL-2026-0117"),))
        page = await open_desk(anna, f"/desk/chats/{where}")
        await page.page.locator("#reply").fill("Dear Ilka, ")

        await page.page.get_by_role("button", name="Canned replies").click()
        await page.page.get_by_label("Find a canned reply").fill("invoice still open")
        await page.page.get_by_label("Find a canned reply").press("Enter")

        await expect(page.page.locator("#reply")).to_have_value(re.compile(r"^Dear Ilka, Invoice CL-2026-0117 is for €100\.00\. It is due"))
        # The panel beside the chat has read the customer's money as well: it is one look.
        actions = [recorded.entry.action for recorded in desk.services.audit.entries(subject=CUSTOMER.id)]
        assert actions.count("money.read") == 1

    async def test_with_a_gap_blocks_sending_here_and_at_the_server(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.page.get_by_role("button", name="Canned replies").click()
        await page.page.locator("#canned-balance").click()
        await page.page.locator("#reply").press("Control+Enter")

        await expect(page.page.locator("#gap")).to_have_text("Fill in ⟦balance⟧ before you send this.")
        await expect(page.page.locator("#send")).to_be_disabled()
        status = await page.page.evaluate(
            """async (where) => (await fetch(`/desk/chats/${where}/replies`, {method: "POST",
            headers: {"X-CSRF-Token": JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRF-Token"], "HX-Request": "true"},
            body: new URLSearchParams({client_id: "a", text: "You owe ⟦balance⟧"})})).status""",
            where,
        )
        assert status == 400
        assert desk.texts_of(where, "agent") == []


class TestSuggestion:
    async def test_is_a_draft_with_its_source_and_sends_nothing(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        where = desk.claimed(anna, "How long can I cancel a new subscription and get my money back?")
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.page.get_by_text("Suggested answer").click()
        await page.page.get_by_role("button", name="Insert as a draft").click(timeout=20_000)

        await expect(page.page.locator(".source a")).to_have_attribute("href", re.compile(r"^/articles/en/"))
        assert await page.page.locator("#reply").input_value()
        assert desk.texts_of(where, "agent") == []


class TestTransfer:
    async def test_offers_those_who_are_there_only(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("Kovács Anna")
        desk.hire("Bodnár Béla")
        desk.hire("Dobos Dóra", presence=Presence.AWAY)
        desk.hire("Eladó Elek", Role.SALES_AGENT)
        where = desk.claimed(anna)
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.page.get_by_role("button", name="Pass on").click()

        offered = page.page.get_by_label("To", exact=True).locator("option")
        await expect(offered).to_have_text(["Back to the queue, at its old place", "Bodnár Béla (Helpdesk agent)"])


class TestMarkup:
    async def test_in_messages_notes_and_names_stays_text(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        anna = desk.hire("<img src=x onerror=alert(1)>")
        payload = "<script>window.hit=1</script><img src=x onerror=window.hit=1>{{7*7}}"
        where = desk.claimed(anna, payload)
        desk.services.desk_replies.note(by=anna, conversation_id=where, text=payload, now=desk.services.now())
        page = await open_desk(anna, f"/desk/chats/{where}")

        await page.reply(payload)

        await expect(page.page.locator("#log li.agent .text")).to_have_text(payload)
        assert await page.page.evaluate("window.hit") is None
        assert page.complaints == []
