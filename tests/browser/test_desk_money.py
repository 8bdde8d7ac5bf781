"""Overdue customers, payables and cases at Microsoft in a browser, in both widths, for everybody."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.billing.microsoft import MicrosoftDocument, MicrosoftInvoice
from bot.billing.model import CommerceKind
from bot.shared.money import Money
from bot.staff.model import Role
from bot.support.model import TicketKind, TicketPriority
from tests.browser.chat_site import CUSTOMER
from tests.browser.desk_site import AgentPage, DeskSite
from tests.builders import document, subscription

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenDesk = Callable[..., Awaitable[AgentPage]]
WIDTHS = (1280, 400)
# Where to keep pictures to look at; none are kept without it.
PICTURES = os.environ.get("CLEARLINE_TEST_PICTURES")


async def keep(agent: AgentPage, name: str) -> None:
    if PICTURES:
        await agent.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


async def looks_right(agent: AgentPage, name: str) -> None:
    """Look at the page in both widths: nothing sticks out, and axe finds nothing."""
    for width in WIDTHS:
        await agent.page.set_viewport_size({"width": width, "height": 900})
        assert await agent.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        assert await agent.faults() == [], f"{name} at {width}"
        await keep(agent, f"{name}-{width}")
    await agent.page.set_viewport_size({"width": 1280, "height": 900})


def owes(desk: DeskSite) -> None:
    """Give the customer invoices of all ages, and the partner a bill of Microsoft."""
    today = desk.services.today()
    with desk.services.ledger.begin() as tx:
        tx.save_subscription(subscription(CUSTOMER.id, "s1", product="Microsoft 365 Business Premium"))
        for place, late in enumerate((-10, 12, 45, 80)):
            due = today - timedelta(days=late)
            one = document(CUSTOMER.id, f"CL-{place}", payable=f"{200 + place}.50", issued_on=due - timedelta(days=14), due_on=due)
            tx.add_invoices([(one, one.number)])
    eur = Money(Decimal("1800.40"), "EUR")
    bills = [
        MicrosoftInvoice(f"G{late}", CommerceKind.NEW, MicrosoftDocument.INVOICE, today - timedelta(days=late), eur, Money.zero("EUR"))
        for late in (20, 70, 130)
    ]
    with desk.services.microsoft_records.begin() as tx:
        tx.save_invoices(bills, now=desk.services.now())


async def test_overdue_customers_and_a_suspension(desk: DeskSite, open_desk: OpenDesk) -> None:
    owes(desk)
    billing = desk.hire("Kardos Zsigmond", Role.BILLING_ADMIN)
    chief = await open_desk(desk.hire("Szentirmai Klára", Role.GLOBAL_ADMIN), "/desk/overdue")
    await looks_right(chief, "overdue")
    services = desk.services
    services.suspensions.propose(by=billing, customer_id=CUSTOMER.id, today=services.today(), now=services.now())

    await chief.page.goto(f"{desk.url}/desk/overdue/{CUSTOMER.id}")
    await looks_right(chief, "overdue-customer")
    await chief.page.get_by_label("Why").first.fill("Unpaid for months.")
    await chief.page.get_by_role("button", name="Approve: access stops").click()

    await expect(chief.page.get_by_text("Unpaid for months.")).to_be_visible()
    await expect(chief.page.get_by_text("Being suspended")).to_be_visible()


async def test_payables_are_noted(desk: DeskSite, open_desk: OpenDesk) -> None:
    owes(desk)
    agent = await open_desk(desk.hire("Kardos Zsigmond", Role.BILLING_ADMIN), "/desk/payables")
    await looks_right(agent, "payables")

    await agent.page.get_by_role("row", name="G130").get_by_text("Note", exact=True).click()
    await agent.page.get_by_role("row", name="G130").get_by_role("button", name="Paid").click()

    await expect(agent.page.get_by_role("row", name="G130").get_by_text("Paid").first).to_be_visible()


async def test_a_case_is_written_down_and_confirmed(desk: DeskSite, open_desk: OpenDesk) -> None:
    agent_member = desk.hire("Halmos Petra")
    services = desk.services
    ticket = services.ticket_desk.open(
        by=agent_member,
        customer_id=CUSTOMER.id,
        kind=TicketKind.TECHNICAL,
        priority=TicketPriority.NORMAL,
        subject="Nem tudunk belépni az Outlookba",
        details="",
        key="k",
        now=services.now(),
    )
    agent = await open_desk(agent_member, f"/desk/tickets/{ticket.number}/case")
    await looks_right(agent, "case-form")
    page = agent.page
    await page.get_by_label("Problem in one sentence").fill("Nobody can sign in to Outlook")
    await page.get_by_label("Product, as it is sold").fill("Windows Server")
    await page.get_by_label("Runs").select_option("on_premises")
    await page.get_by_label("What it does to the customer's business").select_option("partly_affected")
    for field in await page.locator("fieldset input").all():
        if not await field.input_value():
            await field.fill("none")
    await page.get_by_label("Customer agrees").select_option("yes")
    await page.get_by_role("button", name="Confirm").click()

    await expect(page.get_by_role("heading", name="Microsoft")).to_be_visible()
    await looks_right(agent, "case-ticket")
    await page.get_by_label("Number that Microsoft gave").fill("119")
    await page.get_by_role("button", name="Enter it").click()
    await expect(page.get_by_text("At Microsoft").first).to_be_visible()
    await page.goto(f"{desk.url}/desk/cases")
    await looks_right(agent, "cases")
