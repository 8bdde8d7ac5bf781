"""The catalogue, a diagnosed ticket and the leads in a browser, in both widths."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.conversations.support_cases import Ending
from bot.shared.ids import ConversationId
from bot.staff.model import Role
from bot.support.catalogue import area_by_key
from bot.support.diagnosis import Answer, Case, Outcome, Tried
from bot.support.model import Ticket
from tests.browser.chat_site import CUSTOMER
from tests.browser.desk_site import AgentPage, DeskSite
from tests.builders import subscription

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
OpenDesk = Callable[..., Awaitable[AgentPage]]
WIDTHS = (1280, 400)
# Where to keep pictures to look at; none are kept without it.
PICTURES = os.environ.get("CLEARLINE_TEST_PICTURES")


async def keep(agent: AgentPage, name: str) -> None:
    if PICTURES:
        await agent.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def diagnosed(desk: DeskSite) -> Ticket:
    """Open the ticket of a case whose price was agreed to."""
    services, now = desk.services, desk.services.now()
    with services.ledger.begin() as tx:
        tx.save_subscription(subscription(CUSTOMER.id, "s1", product="Microsoft 365 Business Premium"))
    where = desk.chat("Outlook does not open", known=True, hand_over=False)
    case = Case(
        "Outlook does not open since the update",
        "en",
        product="Microsoft 365 Business Premium",
        area="mail",
        answers=(Answer("affected", "one"), Answer("since", "since the update"), Answer("web", "yes"), Answer("what", "outlook")),
        tried=(Tried("safe_mode", helped=False),),
    )
    quote = services.support_cases.offer(conversation_id=where, customer_id=CUSTOMER.id, work="repair", now=now)
    facts = services.support_cases.facts(customer_id=CUSTOMER.id, case=case, now=now)
    ending = Ending(case=case, facts=facts, outcome=Outcome.CHARGEABLE, area="mail", quote_id=quote.id)
    opened = services.support_cases.open(
        conversation_id=where,
        ending=ending,
        subject="Outlook does not open since the update",
        details="Product: Microsoft 365",
        title="Outlook does not open",
        now=now,
        today=services.today(),
    )
    return opened.ticket


def heard(desk: DeskSite) -> ConversationId:
    """Let the customer mention something that needs no consent."""
    where = desk.chat("Our contract ends soon", known=True, hand_over=False)
    desk.services.leads.listen(conversation=desk.now_of(where), text="our contract ends next month", now=desk.services.now())
    return where


class TestContacts:
    @pytest.mark.parametrize("width", WIDTHS)
    async def test_the_catalogue_is_read_by_who_works_on_tickets(self, desk: DeskSite, open_desk: OpenDesk, width: int) -> None:
        catalogue = desk.services.support_cases.catalogue
        area = area_by_key(catalogue=catalogue, key="mail")
        assert area is not None

        agent = await open_desk(desk.hire("Petra Halmos"), "/desk/services?area=mail", viewport={"width": width, "height": 800})

        await keep(agent, f"services-{width}")
        await expect(agent.page.locator("#area-mail")).to_contain_text(area.questions[-1].ask.say("en"))
        assert await agent.faults() == []
        assert await agent.page.evaluate("document.documentElement.scrollWidth") <= width
        assert not agent.complaints

    @pytest.mark.parametrize("width", WIDTHS)
    async def test_a_ticket_shows_answers_and_price(self, desk: DeskSite, open_desk: OpenDesk, width: int) -> None:
        ticket = diagnosed(desk)

        agent = await open_desk(desk.hire("Petra Halmos"), f"/desk/tickets/{ticket.number}", viewport={"width": width, "height": 800})

        await keep(agent, f"diagnosis-{width}")
        shown = agent.page.locator(".diagnosis")
        await expect(shown).to_contain_text("One person")
        await expect(shown).to_contain_text("did not help")
        await expect(shown).to_contain_text("18,500")
        assert await agent.faults() == []
        assert await agent.page.evaluate("document.documentElement.scrollWidth") <= width

    async def test_a_sales_agent_sees_the_ticket_without_its_price(self, desk: DeskSite, open_desk: OpenDesk) -> None:
        ticket = diagnosed(desk)

        agent = await open_desk(desk.hire("Kis Sára", role=Role.SALES_AGENT), f"/desk/tickets/{ticket.number}")

        await expect(agent.page.locator("h1")).to_contain_text(ticket.number)
        assert "18,500" not in await agent.page.content()

    @pytest.mark.parametrize("width", WIDTHS)
    async def test_sales_decides_a_lead(self, desk: DeskSite, open_desk: OpenDesk, width: int) -> None:
        heard(desk)

        agent = await open_desk(desk.hire("Kis Sára", role=Role.SALES_AGENT), "/desk/leads", viewport={"width": width, "height": 800})
        await keep(agent, f"leads-{width}")
        assert await agent.faults() == []
        assert await agent.page.evaluate("document.documentElement.scrollWidth") <= width
        await agent.page.get_by_label(f"Outcome for {CUSTOMER.name}", exact=True).select_option("won")
        await agent.page.get_by_role("button", name="Set the outcome").click()

        await expect(agent.page.locator("td .pill")).to_have_text("Won")
        assert "lead.decided" in [one.entry.action for one in desk.services.audit.entries(subject=CUSTOMER.id, limit=5)]
