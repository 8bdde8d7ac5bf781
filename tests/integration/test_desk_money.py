"""The desk's pages about money that is late: collections and payables, by role, with what they change and take down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.billing.microsoft import LineKind, MicrosoftDocument, MicrosoftInvoice, MicrosoftLine, TenantCustomer
from bot.billing.model import CommerceKind
from bot.overdue.suspending import SuspensionState
from bot.services import Services
from bot.shared.ids import TenantId
from bot.shared.money import Money
from bot.staff.model import Role, StaffMember
from bot.wiring import Wired
from tests.integration.desk_browser import DeskBrowser, NewBrowser
from tests.integration.desk_records import CUSTOMER, filled

TENANT = TenantId("tenant-1")
TODAY = date(2026, 3, 10)


def with_bills(wired: Wired) -> None:
    """Put a bill of Microsoft that is overdue into the records, with a line of the customer."""
    eur = Money(Decimal(800), "EUR")
    bill = MicrosoftInvoice("G001", CommerceKind.NEW, MicrosoftDocument.INVOICE, TODAY - timedelta(days=70), eur, Money.zero("EUR"))
    line = MicrosoftLine(LineKind.ONE_TIME, "G001", TENANT, "Minta", None, "E3", "cycleFee", Decimal(1), None, eur, None, eur)
    with wired.store.microsoft.begin() as tx:
        tx.save_customers([TenantCustomer(TENANT, "Minta", "minta.example")], owners={TENANT: CUSTOMER.id}, run=1)
        tx.save_invoices([bill], now=wired.services.now())
        tx.add_lines(number="G001", first=1, lines=[line])


@pytest.fixture
async def browsers(new_browser: NewBrowser, clocked: Services, people: Mapping[Role, StaffMember]) -> dict[Role, DeskBrowser]:
    opened = {}
    for role in Role:
        opened[role] = await new_browser()
        opened[role].take_session(clocked, people[role])
    return opened


class TestPayables:
    async def test_are_for_finance_roles_only(self, wired: Wired, browsers: dict[Role, DeskBrowser]) -> None:
        with_bills(wired)

        seen = {}
        for role, browser in browsers.items():
            await browser.get("/desk/payables")
            seen[role] = "G001" in browser.text
            await browser.get("/desk/search?q=G001")
            assert "800" not in browser.text

        assert seen == {role: role in (Role.GLOBAL_ADMIN, Role.BILLING_ADMIN) for role in Role}

    async def test_can_be_noted_as_disputed_and_paid(self, wired: Wired, clocked: Services, browsers: dict[Role, DeskBrowser]) -> None:
        with_bills(wired)
        browser = browsers[Role.BILLING_ADMIN]
        await browser.get("/desk/payables")
        assert "10 days ago" in browser.text

        assert (await browser.post("/desk/payables/G001", {"what": "disputed", "reason": ""})).status == 400
        await browser.get("/desk/payables")
        await browser.post("/desk/payables/G001", {"what": "disputed", "reason": "Charged twice."})
        await browser.get("/desk/payables")
        assert "Charged twice." in browser.text

        await browser.post("/desk/payables/G001", {"what": "paid", "day": "2026-03-09"})
        await browser.get("/desk/payables")
        assert "Paid" in browser.text
        actions = [one.entry.action for one in clocked.audit.entries(subject="microsoft")]
        assert {"payables.read", "payables.disputed", "payables.paid"} <= set(actions)

    async def test_warn_those_who_may_see_them_once(self, wired: Wired, clocked: Services, people: Mapping[Role, StaffMember]) -> None:
        with_bills(wired)

        counts = [clocked.payables.warn(today=TODAY, now=clocked.now()) for _ in range(2)]

        assert counts == [2, 0]
        with wired.store.conversations.begin() as tx:
            mails = tx.claim_mails(now=clocked.now(), until=clocked.now() + timedelta(hours=1), limit=9)
        assert {mail.to for mail in mails} == {people[Role.GLOBAL_ADMIN].email, people[Role.BILLING_ADMIN].email}
        assert all("G001" in mail.body and "9 March" not in mail.subject for mail in mails)

    async def test_come_as_csv(self, wired: Wired, browsers: dict[Role, DeskBrowser]) -> None:
        with_bills(wired)
        browser = browsers[Role.GLOBAL_ADMIN]

        await browser.get("/desk/payables.csv")

        assert "G001" in browser.text
        assert browser.text.startswith("\ufeffnumber,issued,due")


class TestOverdue:
    async def test_is_proposed_approved_and_held_through_forms(
        self, wired: Wired, clocked: Services, browsers: dict[Role, DeskBrowser]
    ) -> None:
        filled(wired)
        billing, chief = browsers[Role.BILLING_ADMIN], browsers[Role.GLOBAL_ADMIN]
        place = f"/desk/overdue/{CUSTOMER.id}"
        await billing.get("/desk/overdue")
        assert "Minta" in billing.text

        await billing.get(place)
        await billing.post(f"{place}/propose")
        await billing.get(place)
        assert "You proposed it" in billing.text
        with wired.store.conversations.begin() as tx:
            suspension = tx.suspensions_of(customer_id=CUSTOMER.id)[0].suspension
        refused = await billing.post(f"/desk/suspensions/{suspension.id}/approve", {"reason": "x"})
        assert refused.status == 403

        await chief.get(place)
        await chief.post(f"/desk/suspensions/{suspension.id}/approve", {"reason": "Unpaid for a month."})
        await chief.get(place)
        assert "Unpaid for a month." in chief.text
        with wired.store.conversations.begin() as tx:
            assert tx.suspensions_of(customer_id=CUSTOMER.id)[0].suspension.state is SuspensionState.APPROVED

        await billing.get(place)
        await billing.post(f"{place}/hold", {"number": "CL-2026-0117", "until": "2026-03-20", "reason": "In talks."})
        await billing.get(place)
        assert "In talks." in billing.text
        hold = billing.text.split('name="hold" value="')[1].split('"')[0]
        await billing.post(f"{place}/lift", {"hold": hold})
        await billing.get(place)
        assert "In talks." not in billing.text
        assert not clocked.audit.verify()

    async def test_is_read_by_helpdesk_agents_who_decide_nothing(self, wired: Wired, browsers: dict[Role, DeskBrowser]) -> None:
        filled(wired)
        agent = browsers[Role.HELPDESK_AGENT]

        await agent.get(f"/desk/overdue/{CUSTOMER.id}")

        assert "CL-2026-0117" in agent.text
        assert "Propose to suspend" not in agent.text
        assert (await agent.post(f"/desk/overdue/{CUSTOMER.id}/propose")).status == 403

    async def test_comes_as_csv(self, wired: Wired, browsers: dict[Role, DeskBrowser]) -> None:
        filled(wired)
        browser = browsers[Role.BILLING_ADMIN]

        await browser.get("/desk/overdue.csv")

        assert "1284.55" in browser.text
