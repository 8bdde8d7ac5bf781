"""The record screens in a browser: tickets, customers, search and figures, in both widths, for everybody."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.conversations.ratings import buttons_for
from bot.shared.aio import in_thread
from bot.shared.ids import ConversationId
from bot.staff.model import Role
from bot.support.model import Outcome, Ticket, TicketKind, TicketPriority, TicketState
from tests.browser.chat_site import CUSTOMER
from tests.browser.desk_site import AgentPage, DeskSite
from tests.builders import allocation, document, payment, subscription

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenDesk = Callable[..., Awaitable[AgentPage]]
# Where to keep pictures to look at; none are kept without it.
PICTURES = os.environ.get("CLEARLINE_TEST_PICTURES")


async def keep(agent: AgentPage, name: str) -> None:
    if PICTURES:
        await agent.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def fill(desk: DeskSite) -> ConversationId:
    """Give the customer invoices, payments, subscriptions, chats and tickets, and return the chat about an invoice."""
    today, services = desk.services.today(), desk.services
    ledger = services.ledger
    months = [(today.replace(day=1) - timedelta(days=30 * back)).replace(day=3) for back in range(8)]
    invoices = [
        document(
            CUSTOMER.id,
            f"CL-{day.year}-{1000 - place:04}",
            payable=f"{1284 + 31 * place}.55",
            issued_on=day,
            due_on=day + timedelta(days=14),
            lines=3,
        )
        for place, day in enumerate(months)
    ]
    with ledger.begin() as tx:
        tx.add_invoices([(one, one.number) for one in invoices])
        for place, one in enumerate(invoices[2:-1]):
            paid = payment(f"bank-{place}", str(one.payable.amount), customer_id=CUSTOMER.id, received_on=one.due_on)
            tx.add_payment(paid, [allocation(paid, one, str(one.payable.amount))])
        rest = replace(
            payment("bank-rest", "200", customer_id=CUSTOMER.id, received_on=today), unallocated_reason="no_match", remittance="köszönjük"
        )
        tx.add_payment(rest, [])
        for name, product in (("s1", "Microsoft 365 Business Premium"), ("s2", "Visio Plan 2")):
            tx.save_subscription(subscription(CUSTOMER.id, name, product=product))
    chat = desk.chat(
        "Why are there two invoices for Visio?",
        known=True,
        minutes_ago=300,
        about=(("invoice", invoices[1].number), ("intent", "ask_invoice")),
    )
    desk.chat("Mennyi a tartozásunk?", language="hu", known=True, minutes_ago=30)
    for place in range(3):
        desk.chat("When are you open?", hand_over=False, minutes_ago=60 * place)
    _rate(desk, chat)
    return chat


def _rate(desk: DeskSite, chat: ConversationId) -> None:
    services, now = desk.services, desk.services.now()
    done = desk.chat("When do you open?", "And on Friday?", hand_over=False, minutes_ago=10)
    rating = services.ratings.ask_about_bot(conversation_id=done, no_answers=frozenset(), now=now)
    assert rating is not None
    services.ratings.answer(
        conversation=desk.now_of(done),
        payload=buttons_for(rating, skip=())[3].payload,
        text="4",
        thanks="Thank you",
        client_id=None,
        now=now,
    )


def worked_on(desk: DeskSite) -> Ticket:
    """Open a ticket and do everything to it that can be done."""
    agent, services, now = desk.hire("Petra Halmos"), desk.services, desk.services.now()
    tickets = services.ticket_desk
    ticket = tickets.open(
        by=agent,
        customer_id=CUSTOMER.id,
        kind=TicketKind.COMPLAINT,
        priority=TicketPriority.HIGH,
        subject="The address on the invoice is the old one",
        details="Rang at nine. Wants a corrected invoice before the end of the month.",
        key="1",
        now=now,
    )
    tickets.assign(by=agent, number=ticket.number, to=agent, now=now)
    tickets.remark(by=agent, number=ticket.number, text="Microsoft has the new address since May.", now=now)
    tickets.answer(by=agent, number=ticket.number, text="We send a corrected invoice today.", key="a", then=TicketState.WAITING, now=now)
    return ticket


class TestEverybody:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    async def test_finds_no_fault_on_any_record_screen(self, desk: DeskSite, open_desk: OpenDesk, scheme: str) -> None:
        chat = fill(desk)
        ticket = worked_on(desk)
        closed = desk.services.ticket_desk.open(
            by=next(iter(desk.staff.values())),
            customer_id=None,
            kind=TicketKind.BILLING,
            priority=TicketPriority.LOW,
            subject="Closed",
            details="",
            key="2",
            now=desk.services.now(),
        )
        desk.services.ticket_desk.close(
            by=next(iter(desk.staff.values())), number=closed.number, outcome=Outcome.DUPLICATE, now=desk.services.now()
        )
        boss = desk.hire("Klára Szentirmai", Role.GLOBAL_ADMIN)
        pages = {
            "customers": "/desk/customers",
            "customer": f"/desk/customers/{CUSTOMER.id}?conversation={chat}",
            "tickets": "/desk/tickets?state=any",
            "ticket": f"/desk/tickets/{ticket.number}",
            "ticket-closed": f"/desk/tickets/{closed.number}",
            "ticket-new": "/desk/tickets/new",
            "unanswered": "/desk/unanswered",
            "search": "/desk/search?q=visio",
            "figures": "/desk/figures",
            "panel": f"/desk/chats/{chat}",
        }
        faults = {}
        agent = await open_desk(boss, "/desk/customers", color_scheme=scheme)
        for name, address in pages.items():
            for width in (1280, 400):
                await agent.page.set_viewport_size({"width": width, "height": 900})
                await agent.page.goto(address)
                if name == "panel":
                    await agent.page.locator("#panel .invoice").first.wait_for()
                await keep(agent, f"{name}-{width}-{scheme}")
                wide = await agent.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                found = await agent.faults() + (["the page scrolls sideways"] if wide else [])
                if found:
                    faults[name, width] = found

        assert faults == {}
        assert agent.complaints == []


class TestCustomer:
    async def test_gives_the_lines_of_an_invoice_when_it_is_opened(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        fill(desk)
        agent = await open_desk(desk.hire("Petra Halmos"), f"/desk/customers/{CUSTOMER.id}")
        invoice = agent.page.locator("details.invoice").first

        await invoice.locator("summary").focus()
        await agent.page.keyboard.press("Enter")

        await expect(invoice.get_by_role("region")).to_contain_text("To pay")
        assert agent.complaints == []

    async def test_stands_beside_the_chat_with_the_invoice_at_issue_open(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        chat = fill(desk)
        agent = await open_desk(desk.hire("Petra Halmos"), f"/desk/chats/{chat}")

        await expect(agent.page.locator("#panel .at-issue")).to_contain_text("Still open")

        await expect(agent.page.locator("#panel .invoice").first).to_contain_text("At issue")


class TestTicket:
    async def test_is_opened_answered_and_closed_by_keyboard(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        fill(desk)
        agent = await open_desk(desk.hire("Petra Halmos"), "/desk/tickets/new?customer=C-10001")

        await agent.page.get_by_label("Subject").press_sequentially("Wrong address")
        await agent.page.keyboard.press("Enter")
        await agent.page.get_by_label("Goes by mail").press_sequentially("We mend it today.")
        await agent.page.keyboard.press("Tab")
        await agent.page.keyboard.press("Tab")
        await agent.page.keyboard.press("Enter")

        await expect(agent.page.get_by_role("list").get_by_text("We mend it today.")).to_be_visible()
        await expect(agent.page.get_by_text("sent the answer by mail")).to_be_visible()
        await agent.page.get_by_role("button", name="Close the ticket").press("Enter")
        await expect(agent.page.get_by_role("button", name="Open it again")).to_be_visible()


class TestFigures:
    async def test_of_another_period_are_shown_and_downloaded(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        fill(desk)
        agent = await open_desk(desk.hire("Zsigmond Kardos", Role.BILLING_ADMIN), "/desk/figures")
        week = desk.services.today() - timedelta(days=6)

        await agent.page.get_by_label("From").fill(week.isoformat())
        await agent.page.get_by_role("button", name="Show").click()
        async with agent.page.expect_download() as started:
            await agent.page.get_by_role("link", name="Download as CSV").click()
        file = await (await started.value).path()

        text = await in_thread(Path(file).read_text, encoding="utf-8-sig")
        assert f"period,,first day,{week.isoformat()}," in text
