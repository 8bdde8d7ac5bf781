"""Tickets, customers, search and figures over HTTP, for each role."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import process_time

import pytest

from bot.conversations.model import Sender
from bot.services import Services
from bot.staff.model import Role, StaffMember
from bot.support.model import TicketState
from bot.wiring import Wired
from tests.conftest import MovingClock
from tests.integration.desk_browser import DeskBrowser
from tests.integration.desk_records import CUSTOMER, Ledger, filled, talked

People = Mapping[Role, StaffMember]
_KEY = re.compile(r'name="key" value="([^"]+)"')
MONEY = ("1,284.55", "350.00", "CL-2026-0117")


@pytest.fixture
def ledger(wired: Wired) -> Ledger:
    return filled(wired)


def mails(wired: Wired) -> list[Path]:
    return list(Path(wired.settings.mail_url.removeprefix("file:")).glob("*.eml"))


def key_of(browser: DeskBrowser) -> str:
    found = _KEY.search(browser.text)
    assert found
    return found.group(1)


@pytest.mark.usefixtures("ledger")
class TestCustomer:
    async def test_is_shown_with_money_and_where_it_stands_to_who_may_see_it(
        self, browser: DeskBrowser, clocked: Services, people: People
    ) -> None:
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])

        response = await browser.get(f"/desk/customers/{CUSTOMER.id}")

        assert response.status == 200
        assert "€1,374.55" in browser.text  # open
        assert "€1,284.55" in browser.text  # overdue
        assert "5 Feb 2026" in browser.text  # overdue since
        assert "Final notice" in browser.text or "Suspension" in browser.text
        assert "€50.00 not placed: no match" in browser.text
        assert "New commerce" in browser.text
        assert "anna@minta.example" in browser.text

    @pytest.mark.parametrize("part", ["", "/panel"])
    async def test_is_shown_without_money_to_sales(self, browser: DeskBrowser, clocked: Services, people: People, part: str) -> None:
        browser.take_session(clocked, people[Role.SALES_AGENT])

        response = await browser.get(f"/desk/customers/{CUSTOMER.id}{part}?invoice=CL-2026-0117")
        page = browser.text
        lines = await browser.get(f"/desk/customers/{CUSTOMER.id}/invoice?number=CL-2026-0117")

        assert (response.status, lines.status) == (200, 403)
        assert "Visio" in page
        assert not [amount for amount in MONEY if amount in page or amount in browser.text]
        assert [one.entry.action for one in clocked.audit.entries(subject=CUSTOMER.id)] == []

    async def test_is_nothing_for_who_manages_the_staff(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        browser.take_session(clocked, people[Role.USER_ADMIN])

        for path in ("", f"/{CUSTOMER.id}", f"/{CUSTOMER.id}/panel", f"/{CUSTOMER.id}/invoice?number=CL-2026-0117"):
            response = await browser.get(f"/desk/customers{path}")
            assert response.status == 403
            assert "Minta" not in browser.text

    async def test_escapes_what_customers_are_called(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        browser.take_session(clocked, people[Role.BILLING_ADMIN])

        response = await browser.get(f"/desk/customers/{CUSTOMER.id}")

        assert "<b>Kft" not in await response.text()

    async def test_leaves_one_audit_entry_in_ten_minutes_for_each_who_looks(
        self, browser: DeskBrowser, clocked: Services, clock: MovingClock, people: People
    ) -> None:
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])
        for minutes in (0, 9, 10):
            clock.at += timedelta(minutes=minutes) - timedelta(minutes=0)
            await browser.get(f"/desk/customers/{CUSTOMER.id}/panel")
        browser.take_session(clocked, people[Role.BILLING_ADMIN])
        await browser.get(f"/desk/customers/{CUSTOMER.id}")

        found = [(one.entry.action, one.entry.actor) for one in clocked.audit.entries(subject=CUSTOMER.id)]

        assert found == [("money.read", people[Role.BILLING_ADMIN].id), *[("money.read", people[Role.HELPDESK_AGENT].id)] * 2]
        assert "Who looked and what was done" in browser.text

    async def test_comes_with_the_invoice_at_issue_first_and_open(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        conversation_id, _ = talked(clocked)
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])

        # The time of this process, which is the front door too: what else the machine does is not its fault.
        started = process_time()
        await browser.get(f"/desk/customers/{CUSTOMER.id}/panel?conversation={conversation_id}")
        took = process_time() - started

        assert browser.text.index("CL-2026-0117 <span") < browser.text.index("CL-2026-0301")
        assert "At issue" in browser.text
        assert "Still open" in browser.text
        assert took < 1

    async def test_that_is_not_there_is_not_found(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        browser.take_session(clocked, people[Role.BILLING_ADMIN])

        assert (await browser.get("/desk/customers/cus_nobody/panel")).status == 404

    async def test_is_found_by_part_of_name_contact_and_tax_number(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        browser.take_session(clocked, people[Role.SALES_AGENT])

        for text, count in (("mint", 1), ("KISS", 1), ("12345678242", 1), ("c-10001", 1), ("%", 0), ("_inta", 0), ("nobody", 0)):
            await browser.get(f"/desk/customers?q={text}".replace("%", "%25"))
            assert browser.text.count(f"/desk/customers/{CUSTOMER.id}") == count, text


@pytest.mark.usefixtures("ledger")
class TestTicket:
    async def test_is_opened_worked_on_answered_and_closed(
        self, browser: DeskBrowser, wired: Wired, clocked: Services, people: People
    ) -> None:
        agent = people[Role.HELPDESK_AGENT]
        browser.take_session(clocked, agent)
        await browser.get("/desk/tickets/new?customer=C-10001")
        fields = {"customer": "C-10001", "kind": "complaint", "priority": "urgent", "subject": "Wrong <address>", "details": "By phone."}
        opened = await browser.post("/desk/tickets", {**fields, "key": key_of(browser)})
        place = opened.headers["Location"]

        await browser.post(f"{place}/owner", {"owner": agent.id})
        await browser.post(f"{place}/priority", {"priority": "high"})
        await browser.post(f"{place}/remark", {"text": "Called back."})
        await browser.get(place)
        await browser.post(f"{place}/answer", {"text": "It is mended.", "then": "waiting", "key": key_of(browser)})
        await browser.post(f"{place}/close", {"outcome": "resolved"})
        page = await browser.get(place)

        assert (opened.status, page.status) == (303, 200)
        for shown in (
            "opened it",
            "gave it to",
            "changed the priority",
            "Called back.",
            "It is mended.",
            "sent the answer by mail",
            "closed it",
        ):
            assert shown in browser.text
        assert "<address>" not in await page.text()
        assert len(mails(wired)) == 1
        await browser.post(f"{place}/reopen")
        await browser.get(place)
        assert "Reopened" in browser.text

    async def test_of_a_chat_is_answered_there_too(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        conversation_id, ticket = talked(clocked)
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])
        await browser.get(f"/desk/tickets/{ticket.number}")

        await browser.post(f"/desk/tickets/{ticket.number}/answer", {"text": "One is a copy.", "then": "closed", "key": key_of(browser)})

        messages = clocked.conversations.messages_after(conversation_id=conversation_id, after=0)
        assert [one.text for one in messages if one.sender is Sender.AGENT] == ["One is a copy."]
        assert clocked.ticket_desk.view(by=people[Role.HELPDESK_AGENT], number=ticket.number).ticket.state is TicketState.CLOSED

    async def test_is_read_but_not_worked_on_by_sales(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        _, ticket = talked(clocked)
        browser.take_session(clocked, people[Role.SALES_AGENT])

        page = await browser.get(f"/desk/tickets/{ticket.number}")
        shown = browser.text
        await browser.get("/desk/tickets")
        refused = await browser.post(f"/desk/tickets/{ticket.number}/remark", {"text": "x"})

        assert (page.status, refused.status) == (200, 403)
        assert '<form method="post" action="/desk/tickets' not in shown

    @pytest.mark.parametrize(
        ("deed", "fields"),
        [
            ("owner", {"owner": "stf_nobody"}),
            ("priority", {"priority": "very"}),
            ("state", {"state": ""}),
            ("close", {"outcome": "x"}),
            ("answer", {"text": "x", "then": "waiting", "key": ""}),
            ("remark", {"text": "  "}),
        ],
    )
    async def test_takes_no_choice_that_was_not_offered(
        self, browser: DeskBrowser, clocked: Services, people: People, deed: str, fields: dict[str, str]
    ) -> None:
        _, ticket = talked(clocked)
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])

        response = await browser.post(f"/desk/tickets/{ticket.number}/{deed}", fields)

        assert response.status == 400

    async def test_is_listed_late_ones_first_and_narrowed(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        _, ticket = talked(clocked)
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])

        found = {}
        for query in ("", "late=1", "kind=technical", "owner=me", "owner=nobody", "customer=C-10001", "state=closed", "state=any"):
            await browser.get(f"/desk/tickets?{query}")
            found[query] = ticket.number in browser.text
        wrong = await browser.get("/desk/tickets?customer=C-9")

        assert found == {
            "": True,
            "late=1": True,
            "kind=technical": False,
            "owner=me": False,
            "owner=nobody": True,
            "customer=C-10001": True,
            "state=closed": False,
            "state=any": True,
        }
        assert wrong.status == 400

    async def test_is_on_the_board_of_the_unanswered_until_it_is_answered(
        self, browser: DeskBrowser, clocked: Services, people: People
    ) -> None:
        _, ticket = talked(clocked)
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])

        await browser.get("/desk/unanswered")
        before = browser.text
        await browser.get(f"/desk/tickets/{ticket.number}")
        await browser.post(f"/desk/tickets/{ticket.number}/answer", {"text": "Yes.", "then": "waiting", "key": key_of(browser)})
        await browser.get("/desk/unanswered")

        assert ticket.number in before
        assert "Late" in before
        assert "Every question has been answered." in browser.text

    async def test_tells_who_may_read_no_chats_nothing_of_what_was_written(
        self, browser: DeskBrowser, clocked: Services, people: People
    ) -> None:
        _, ticket = talked(clocked)
        browser.take_session(clocked, people[Role.HELPDESK_AGENT])
        await browser.get(f"/desk/tickets/{ticket.number}")
        fields = {"text": "You owe 1284.55.", "then": "waiting", "key": key_of(browser)}
        await browser.post(f"/desk/tickets/{ticket.number}/answer", fields)
        seen = {}

        for role in (Role.BILLING_ADMIN, Role.SALES_AGENT):
            browser.take_session(clocked, people[role])
            await browser.get(f"/desk/tickets/{ticket.number}")
            seen[role] = "You owe 1284.55." in browser.text

        assert seen == {Role.BILLING_ADMIN: True, Role.SALES_AGENT: False}


@pytest.mark.usefixtures("ledger")
class TestSearch:
    async def test_finds_what_the_member_may_see(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        talked(clocked)
        seen = {}
        for role in Role:
            browser.take_session(clocked, people[role])
            for text in ("minta", "cl 2026/117", "two invoices"):
                await browser.get(f"/desk/search?q={text.replace(' ', '+')}")
                seen[role, text] = {
                    name
                    for name, sign in (
                        ("customer", f'/desk/customers/{CUSTOMER.id}">'),
                        ("invoice", "invoice=CL-2026-0117"),
                        ("ticket", 'href="/desk/tickets/T-'),
                        ("chat", 'href="/desk/chats/cnv_'),
                    )
                    if sign in browser.text
                }

        everybody = {Role.GLOBAL_ADMIN, Role.HELPDESK_AGENT, Role.BILLING_ADMIN}
        for role in Role:
            assert seen[role, "minta"] == (set() if role is Role.USER_ADMIN else {"customer"})
            assert seen[role, "cl 2026/117"] == ({"invoice"} if role in everybody else set())
            assert seen[role, "two invoices"] == (
                {"ticket", "chat"} if role in everybody else {"ticket"} if role is Role.SALES_AGENT else set()
            )

    @pytest.mark.parametrize("text", ["%", "a", "%25%25", "__", "\\\\", "' OR 1=1", "\x00\x00\x00"])
    async def test_takes_wildcards_and_quotes_for_what_they_are(
        self, browser: DeskBrowser, clocked: Services, people: People, text: str
    ) -> None:
        talked(clocked)
        browser.take_session(clocked, people[Role.GLOBAL_ADMIN])

        response = await browser.client.get("/desk/search", params={"q": text})

        assert response.status == 200
        assert "/desk/customers/cus_" not in await response.text()

    async def test_in_a_place_that_is_not_theirs_is_refused(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        browser.take_session(clocked, people[Role.SALES_AGENT])

        assert (await browser.get("/desk/search?q=CL-2026&in=invoices")).status == 403


@pytest.mark.usefixtures("ledger")
class TestFigures:
    async def test_are_shown_and_downloaded_by_who_may_read_them(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        talked(clocked)
        browser.take_session(clocked, people[Role.BILLING_ADMIN])

        page = await browser.get("/desk/figures")
        shown = browser.text
        file = await browser.get("/desk/figures.csv?from=2026-03-01&to=2026-03-10")

        rows = list(csv.DictReader(io.StringIO(browser.text.lstrip("\ufeff"))))
        told = {(row["section"], row["group"], row["figure"]): row["value"] for row in rows}
        assert (page.status, file.status) == (200, 200)
        assert "Asked for a person" in shown
        assert 'style="' not in shown
        assert told["total", "", "conversations"] == "1"
        assert told["total", "", "answered by the bot alone"] == "0"
        assert told["reason", "asked", "handed over"] == "1"
        assert 'filename="clearline-figures-2026-03-01-2026-03-10.csv"' in file.headers["Content-Disposition"]

    @pytest.mark.parametrize("query", ["from=2026-03-02&to=2026-03-01", "from=2020-01-01&to=2026-03-01", "from=yesterday"])
    async def test_of_no_period_are_refused(self, browser: DeskBrowser, clocked: Services, people: People, query: str) -> None:
        browser.take_session(clocked, people[Role.BILLING_ADMIN])

        assert (await browser.get(f"/desk/figures?{query}")).status == 400

    async def test_are_nothing_for_the_others(self, browser: DeskBrowser, clocked: Services, people: People) -> None:
        for role in (Role.HELPDESK_AGENT, Role.SALES_AGENT, Role.USER_ADMIN):
            browser.take_session(clocked, people[role])
            assert (await browser.get("/desk/figures")).status == 403
            assert (await browser.get("/desk/figures.csv")).status == 403
