"""Managing the staff and one's own account over real HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyotp
import pytest

from bot.services import Services
from bot.shared.audit import AuditEntry
from bot.staff.model import Role, StaffMember
from tests.conftest import NOW
from tests.desk_people import PASSWORD, email_of
from tests.integration.desk_browser import DeskBrowser, NewBrowser

AGENT, GLOBAL, USER = Role.HELPDESK_AGENT, Role.GLOBAL_ADMIN, Role.USER_ADMIN
People = Mapping[Role, StaffMember]


async def opened(new_browser: NewBrowser, services: Services, member: StaffMember, page: str = "/desk/staff") -> DeskBrowser:
    browser = await new_browser()
    browser.take_session(services, member)
    await browser.get(page)
    return browser


@pytest.fixture
async def user_admin(new_browser: NewBrowser, clocked: Services, people: People) -> DeskBrowser:
    return await opened(new_browser, clocked, people[USER])


@pytest.fixture
async def agent(new_browser: NewBrowser, clocked: Services, people: People) -> DeskBrowser:
    return await opened(new_browser, clocked, people[AGENT], "/desk/me")


class TestStaffPage:
    async def test_lists_everybody_with_role_and_standing(self, user_admin: DeskBrowser) -> None:
        text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", user_admin.text))

        assert "Halmos Petra helpdesk_agent@example.com Helpdesk agent not signed in" in text
        assert "Baranyai Olivér user_admin@example.com User admin signed in, away" in text

    async def test_offers_a_user_admin_nothing_over_global_admins_and_themselves(self, user_admin: DeskBrowser, people: People) -> None:
        assert f"/desk/staff/{people[AGENT].id}/role" in user_admin.text
        assert f"/desk/staff/{people[GLOBAL].id}/role" not in user_admin.text
        assert f"/desk/staff/{people[USER].id}/role" not in user_admin.text
        assert '<option value="global_admin"' not in user_admin.text

    async def test_adds_somebody_who_signs_in_with_the_password_shown_once(self, user_admin: DeskBrowser, new_browser: NewBrowser) -> None:
        fields = {"name": "Új <b>Kolléga</b>", "email": "uj@example.com", "role": "sales_agent"}
        answer = await user_admin.post("/desk/staff", fields)

        assert answer.status == 200
        assert "Új &lt;b&gt;Kolléga&lt;/b&gt; was added" in await answer.text()
        password = re.search(r'id="password">([^<]+)<', user_admin.text)
        assert password
        colleague = await new_browser()
        await colleague.get("/desk/sign-in")
        signed_in = await colleague.post("/desk/sign-in", {"email": "uj@example.com", "password": password.group(1)})
        assert signed_in.status == 303
        await user_admin.get("/desk/staff")
        assert password.group(1) not in user_admin.text

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"name": "X", "email": "helpdesk_agent@example.com", "role": "sales_agent"}, "already has that address"),
            ({"name": "X", "email": "nobody", "role": "sales_agent"}, "mail address"),
            ({"name": "X", "email": "x@example.com", "role": "king"}, "one of the five roles"),
        ],
    )
    async def test_says_what_is_wrong_and_keeps_what_was_typed(self, user_admin: DeskBrowser, fields: dict[str, str], said: str) -> None:
        answer = await user_admin.post("/desk/staff", fields)

        assert answer.status == 400
        assert said in user_admin.text
        assert f'value="{fields["email"]}"' in user_admin.text

    @pytest.mark.parametrize(
        ("what", "action"),
        [
            ("role", "staff.role_changed"),
            ("disable", "staff.disabled"),
            ("password", "staff.password_reset"),
            ("second-factor/drop", "staff.second_factor_dropped"),
            ("sign-out", "staff.signed_out"),
        ],
    )
    async def test_changes_a_colleague_who_is_signed_out_by_it(
        self, user_admin: DeskBrowser, agent: DeskBrowser, clocked: Services, what: str, action: str
    ) -> None:
        people = {role: clocked.staff.by_email(email_of(role)) for role in Role}
        answer = await user_admin.post(f"/desk/staff/{people[AGENT].id}/{what}", {"role": "billing_admin"})

        assert answer.status in (200, 303)
        assert (await agent.get("/desk/me")).status == 303
        (newest, *_) = clocked.audit.entries()
        assert (newest.entry.action, newest.entry.actor, newest.entry.subject) == (action, people[USER].id, people[AGENT].id)
        if answer.status == 303:
            await user_admin.get(answer.headers["Location"])
            assert '<p class="good" role="status">Halmos Petra' in user_admin.text

    async def test_lets_somebody_disabled_sign_in_again(self, user_admin: DeskBrowser, people: People, browser: DeskBrowser) -> None:
        await user_admin.post(f"/desk/staff/{people[AGENT].id}/disable")
        assert (await browser.sign_in(AGENT)).status == 401

        await user_admin.post(f"/desk/staff/{people[AGENT].id}/enable")

        assert (await browser.sign_in(AGENT)).status == 303

    @pytest.mark.parametrize("whom", [GLOBAL, USER])
    async def test_refuses_a_user_admin_global_admins_and_themselves(
        self, user_admin: DeskBrowser, people: People, clocked: Services, whom: Role
    ) -> None:
        answer = await user_admin.post(f"/desk/staff/{people[whom].id}/disable")

        assert answer.status == 403
        assert clocked.staff.by_id(staff_id=people[whom].id).disabled_at is None

    async def test_of_nobody_is_not_found(self, user_admin: DeskBrowser) -> None:
        assert (await user_admin.post("/desk/staff/stf_nobody/disable")).status == 404


class TestOwnAccount:
    async def test_changes_the_password_and_signs_out(self, agent: DeskBrowser) -> None:
        fields = {"current": PASSWORD, "new": "another fine one", "again": "another fine one"}
        answer = await agent.post("/desk/me/password", fields)

        assert answer.headers["Location"] == "/desk/sign-in?said=password"
        assert (await agent.get("/desk/me")).status == 303
        assert (await agent.sign_in(AGENT, password="another fine one")).status == 303

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"current": "wrong", "new": "another fine one", "again": "another fine one"}, "present password is wrong"),
            ({"current": PASSWORD, "new": "another fine one", "again": "another one"}, "typed differently"),
            ({"current": PASSWORD, "new": "short", "again": "short"}, "at least 12 characters"),
        ],
    )
    async def test_keeps_the_password_when_something_is_wrong(self, agent: DeskBrowser, fields: dict[str, str], said: str) -> None:
        answer = await agent.post("/desk/me/password", fields)

        assert answer.status == 400
        assert said in agent.text
        assert (await agent.get("/desk/me")).status == 200

    async def test_sets_up_an_app_with_a_secret_shown_once(self, agent: DeskBrowser, clocked: Services) -> None:
        await agent.get("/desk/me/second-factor")
        secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', agent.text)
        assert secret
        assert "otpauth://totp/" in agent.text
        code = pyotp.TOTP(secret.group(1)).at(int(NOW.timestamp()))

        wrong = await agent.post("/desk/me/second-factor", {"secret": secret.group(1), "code": "000000"})
        assert wrong.status == 400
        right = await agent.post("/desk/me/second-factor", {"secret": secret.group(1), "code": code})

        assert right.headers["Location"] == "/desk/me?said=second-factor"
        assert clocked.staff.by_email(email_of(AGENT)).totp_secret == secret.group(1)
        await agent.get("/desk/me")
        assert secret.group(1) not in agent.text
        assert (await agent.get("/desk/me/second-factor")).headers["Location"] == "/desk/me"
        assert (await agent.post("/desk/me/second-factor/drop", {"current": PASSWORD})).status == 303
        assert clocked.staff.by_email(email_of(AGENT)).totp_secret is None

    async def test_takes_no_secret_of_the_browsers_own_making(self, agent: DeskBrowser) -> None:
        assert (await agent.post("/desk/me/second-factor", {"secret": "AAAA", "code": "000000"})).status == 400

    async def test_leads_back_to_a_page_of_the_desk_only_after_changing_presence(self, agent: DeskBrowser) -> None:
        for back, leads in (
            ("/desk/me", "/desk/me"),
            ("https://evil.example/desk/x", "/desk"),
            ("//evil.example/x", "/desk"),
            ("", "/desk"),
        ):
            answer = await agent.post("/desk/presence", {"presence": "available", "back": back})
            assert answer.headers["Location"] == leads


class TestAuditPage:
    async def test_shows_who_did_what_to_whom_a_page_at_a_time(self, new_browser: NewBrowser, clocked: Services, people: People) -> None:
        clocked.staff_service.set_role(by=people[GLOBAL], staff_id=people[AGENT].id, role=Role.SALES_AGENT, now=NOW)
        for number in range(60):
            clocked.audit.record(AuditEntry(NOW, "system", "ticket.closed", f"tkt_{number}"))
        auditor = await opened(new_browser, clocked, people[Role.BILLING_ADMIN], "/desk/audit")

        assert "tkt_59" in auditor.text
        assert "tkt_9<" not in auditor.text
        older = re.search(r'href="(/desk/audit\?[^"]*before=\d+)"', auditor.text)
        assert older
        await auditor.get(older.group(1))
        assert "role changed" in auditor.text
        assert "Szentirmai Klára" in auditor.text

        await auditor.get(f"/desk/audit?subject={people[AGENT].id}")
        assert "after: sales_agent, before: helpdesk_agent" in auditor.text
        assert "tkt_" not in auditor.text

    @pytest.mark.parametrize("before", ["x", "-1", "9" * 16])
    async def test_refuses_a_page_that_is_none(self, new_browser: NewBrowser, clocked: Services, people: People, before: str) -> None:
        auditor = await opened(new_browser, clocked, people[GLOBAL], "/desk/audit")

        assert (await auditor.get(f"/desk/audit?before={before}")).status == 400
