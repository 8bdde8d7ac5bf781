"""Signing in at the desk over real HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pyotp
import pytest

from bot.services import Services
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.sessions import SessionEnded
from tests.conftest import NOW, MovingClock
from tests.desk_people import COOKIE, PASSWORD, email_of
from tests.integration.desk_browser import DeskBrowser, NewBrowser

AGENT = Role.HELPDESK_AGENT
FORM_COOKIE = "__Host-clearline-desk-form"


def actions(services: Services) -> list[str]:
    return [one.entry.action for one in reversed(services.audit.entries())]


class TestSignIn:
    async def test_leads_to_the_page_that_was_wanted(self, browser: DeskBrowser) -> None:
        turned_away = await browser.get("/desk/audit?subject=cus_1")
        assert turned_away.headers["Location"] == "/desk/sign-in?next=/desk/audit?subject%3Dcus_1"

        answer = await browser.sign_in(Role.BILLING_ADMIN, wanted="/desk/audit?subject=cus_1")

        assert (answer.status, answer.headers["Location"]) == (303, "/desk/audit?subject=cus_1")
        assert (await browser.get("/desk/audit?subject=cus_1")).status == 200
        assert "Kardos Zsigmond" in browser.text

    @pytest.mark.parametrize(
        "wanted",
        ["https://evil.example/desk", "//evil.example/desk", "/desk\\@evil.example", "/\\evil.example", "javascript:alert(1)", "/deskevil"],
    )
    async def test_never_leads_to_another_website(self, browser: DeskBrowser, wanted: str) -> None:
        assert (await browser.sign_in(AGENT, wanted=wanted)).headers["Location"] == "/desk"

    async def test_gives_a_cookie_that_scripts_and_other_sites_do_not_get(self, browser: DeskBrowser) -> None:
        answer = await browser.sign_in(AGENT)

        (cookie,) = [one for one in answer.headers.getall("Set-Cookie") if one.startswith(f"{COOKIE}=")]
        parts = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert parts == {"secure", "httponly", "samesite=lax", "path=/"}

    async def test_ends_the_session_that_the_browser_had(self, browser: DeskBrowser, clocked: Services) -> None:
        await browser.get("/desk/sign-in")
        form = browser.csrf
        mark = browser.cookie(FORM_COOKIE)
        await browser.sign_in(AGENT)
        before = browser.cookie(COOKIE)

        # As a form does that was left open in another tab.
        browser.put_cookie(FORM_COOKIE, mark or "")
        await browser.post("/desk/sign-in", {"email": email_of(Role.SALES_AGENT), "password": PASSWORD}, csrf=form)

        assert browser.cookie(COOKIE) != before
        with pytest.raises(SessionEnded):
            clocked.sessions.resume(secret=before or "", now=NOW)

    async def test_is_passed_by_when_signed_in(self, browser: DeskBrowser) -> None:
        await browser.sign_in(AGENT)

        assert (await browser.get("/desk/sign-in")).headers["Location"] == "/desk"

    async def test_says_the_same_for_an_unknown_address_and_a_wrong_password(self, browser: DeskBrowser, clocked: Services) -> None:
        await browser.get("/desk/sign-in")
        unknown = await browser.post("/desk/sign-in", {"email": "x@example.com", "password": "wrong"})
        unknown_text = browser.text.replace("x@example.com", "ADDRESS")
        wrong = await browser.post("/desk/sign-in", {"email": email_of(AGENT), "password": "wrong"})

        assert (unknown.status, wrong.status) == (401, 401)
        assert unknown_text == browser.text.replace(email_of(AGENT), "ADDRESS")
        assert browser.cookie(COOKIE) is None
        assert actions(clocked) == ["sign_in.failed", "sign_in.failed"]

    async def test_locks_after_five_wrong_tries(self, browser: DeskBrowser, clock: MovingClock) -> None:
        await browser.get("/desk/sign-in")
        for _ in range(5):
            await browser.post("/desk/sign-in", {"email": email_of(AGENT), "password": "wrong"})

        assert (await browser.sign_in(AGENT)).status == 401
        clock.at += timedelta(minutes=15)
        assert (await browser.sign_in(AGENT)).status == 303

    async def test_asks_for_the_code_of_the_app(self, browser: DeskBrowser, clocked: Services, people: Mapping[Role, StaffMember]) -> None:
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        code = pyotp.TOTP(secret).at(int(NOW.timestamp()))
        earlier = NOW - timedelta(seconds=60)
        clocked.staff_service.add_second_factor(
            member=people[AGENT], secret=secret, code=pyotp.TOTP(secret).at(int(earlier.timestamp())), now=earlier
        )

        without = await browser.sign_in(AGENT)
        with_it = await browser.sign_in(AGENT, code=code)
        await browser.get("/desk/me")
        await browser.post("/desk/sign-out")
        again = await browser.sign_in(AGENT, code=code)

        assert (without.status, with_it.status, again.status) == (401, 303, 401)

    async def test_warns_where_browsers_would_not_keep_the_cookie(self, browser: DeskBrowser) -> None:
        await browser.get("/desk/sign-in", Host="office.example:8080")
        assert "plain http" in browser.text

        await browser.get("/desk/sign-in")
        assert "plain http" not in browser.text


class TestForm:
    async def test_is_refused_without_the_token_of_this_browser(self, browser: DeskBrowser, new_browser: NewBrowser) -> None:
        other = await new_browser()
        await other.get("/desk/sign-in")
        await browser.get("/desk/sign-in")
        fields = {"email": email_of(AGENT), "password": PASSWORD}

        answers = [await browser.post("/desk/sign-in", fields, csrf=csrf) for csrf in ("", "x", other.csrf)]

        assert [answer.status for answer in answers] == [403, 403, 403]
        assert browser.cookie(COOKIE) is None

    async def test_is_refused_from_another_website(self, browser: DeskBrowser) -> None:
        await browser.get("/desk/sign-in")
        fields = {"email": email_of(AGENT), "password": PASSWORD}

        for origin in ("https://evil.example", "null"):
            assert (await browser.post("/desk/sign-in", fields, headers={"Origin": origin})).status == 403

        assert browser.cookie(COOKIE) is None


class TestRateLimit:
    async def test_stops_an_address_that_tries_many_accounts_and_no_other(self, browser: DeskBrowser) -> None:
        await browser.get("/desk/sign-in")

        async def status(address: str, number: int) -> int:
            fields = {"email": f"{number}@example.com", "password": ""}
            return (await browser.post("/desk/sign-in", fields, headers={"X-Forwarded-For": f"203.0.113.9, {address}"})).status

        statuses = [await status("198.51.100.7", number) for number in range(21)]
        other = await status("198.51.100.8", 0)

        assert statuses == [401] * 20 + [429]
        assert other == 401

    async def test_does_not_count_what_succeeds_and_ends_in_ten_minutes(self, browser: DeskBrowser, clock: MovingClock) -> None:
        await browser.sign_in(AGENT)
        await browser.get("/desk/me")
        await browser.post("/desk/sign-out")
        await browser.get("/desk/sign-in")
        for _ in range(20):
            await browser.post("/desk/sign-in", {"email": "x@example.com", "password": ""})

        refused = await browser.sign_in(AGENT)
        assert (refused.status, refused.headers["Retry-After"]) == (429, "600")
        clock.at += timedelta(minutes=10)
        assert (await browser.sign_in(AGENT)).status == 303


class TestSession:
    async def test_ends_by_rest(self, browser: DeskBrowser, clock: MovingClock) -> None:
        await browser.sign_in(AGENT)

        clock.at += timedelta(minutes=29)
        assert (await browser.get("/desk/me")).status == 200
        clock.at += timedelta(minutes=30)
        assert (await browser.get("/desk/me")).status == 303

    async def test_ends_by_age(self, browser: DeskBrowser, clock: MovingClock) -> None:
        await browser.sign_in(AGENT)
        for _ in range(29):
            clock.at += timedelta(minutes=20)
            assert (await browser.get("/desk/me")).status == 200

        clock.at += timedelta(minutes=20)

        assert (await browser.get("/desk/me")).status == 303

    async def test_over_is_401_for_parts_of_pages_and_for_forms(self, browser: DeskBrowser) -> None:
        part = await browser.get("/desk/me", **{"HX-Request": "true"})
        form = await browser.post("/desk/presence", {"presence": "away"})

        assert (part.status, part.headers["HX-Redirect"], form.status) == (401, "/desk/sign-in", 401)
        assert "<html" not in await part.text()

    async def test_is_ended_by_signing_out_here_only(self, browser: DeskBrowser, new_browser: NewBrowser) -> None:
        other = await new_browser()
        await browser.sign_in(AGENT)
        await other.sign_in(AGENT)
        await browser.get("/desk/me")
        kept = browser.cookie(COOKIE)

        answer = await browser.post("/desk/sign-out")

        assert answer.headers["Location"] == "/desk/sign-in?said=signed-out"
        assert browser.cookie(COOKIE) is None
        browser.put_cookie(COOKIE, kept or "")
        assert (await browser.get("/desk/me")).status == 303
        assert (await other.get("/desk/me")).status == 200

    async def test_is_ended_everywhere(self, browser: DeskBrowser, new_browser: NewBrowser, clocked: Services) -> None:
        other = await new_browser()
        await browser.sign_in(AGENT)
        await other.sign_in(AGENT)
        await browser.get("/desk/me")

        await browser.post("/desk/sign-out-everywhere")

        assert (await other.get("/desk/me")).status == 303
        assert actions(clocked)[-1] == "sign_out.done_everywhere"

    @pytest.mark.parametrize("csrf", ["", "x" * 43])
    async def test_takes_no_form_without_its_token(self, browser: DeskBrowser, clocked: Services, csrf: str) -> None:
        await browser.sign_in(AGENT)

        answer = await browser.post("/desk/presence", {"presence": "available"}, csrf=csrf)

        assert answer.status == 403
        assert clocked.staff.by_email(email_of(AGENT)).presence is Presence.AWAY

    async def test_takes_no_form_with_the_token_of_another_session(self, browser: DeskBrowser, new_browser: NewBrowser) -> None:
        other = await new_browser()
        await browser.sign_in(AGENT)
        await other.sign_in(AGENT)
        await other.get("/desk/me")

        assert (await browser.post("/desk/presence", {"presence": "available"}, csrf=other.csrf)).status == 403

    async def test_takes_no_form_from_another_website(self, browser: DeskBrowser) -> None:
        await browser.sign_in(AGENT)
        await browser.get("/desk/me")

        answer = await browser.post("/desk/presence", {"presence": "available"}, headers={"Origin": "https://evil.example"})

        assert answer.status == 403

    async def test_takes_the_token_as_a_header_too(self, browser: DeskBrowser, clocked: Services) -> None:
        await browser.sign_in(AGENT)
        await browser.get("/desk/me")
        token = browser.csrf

        answer = await browser.post(
            "/desk/presence", {"presence": "available"}, csrf="", headers={"X-CSRF-Token": token, "HX-Request": "true"}
        )

        assert answer.status == 200
        assert 'value="available" aria-pressed="true"' in browser.text
        assert "<html" not in browser.text
        assert clocked.staff.by_email(email_of(AGENT)).presence is Presence.AVAILABLE


class TestHeaders:
    @pytest.mark.parametrize("path", ["/desk/sign-in", "/desk/me", "/desk/nowhere"])
    async def test_are_strict_on_every_page(self, browser: DeskBrowser, path: str) -> None:
        await browser.sign_in(AGENT)

        headers = (await browser.get(path)).headers

        policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
        assert policy["default-src"] == "'none'"
        assert policy["form-action"] == policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"

    async def test_let_files_be_kept_for_good_under_their_present_address_only(self, browser: DeskBrowser) -> None:
        await browser.get("/desk/sign-in")
        address = browser.text.partition('<link rel="stylesheet" href="')[2].partition('"')[0]

        now = await browser.get(address)
        older = await browser.get(address.replace(address.split("/")[3], "0" * 16))
        readme = await browser.get(f"/desk/static/{'0' * 16}/vendor/README.md")
        outside = await browser.get(f"/desk/static/{'0' * 16}/..%2f__init__.py")

        assert "immutable" in now.headers["Cache-Control"]
        assert (older.status, older.headers["Cache-Control"]) == (200, "no-cache")
        assert (readme.status, outside.status) == (404, 404)


class TestErrors:
    async def test_are_pages_in_plain_words(self, browser: DeskBrowser) -> None:
        await browser.sign_in(AGENT)

        missing = await browser.get("/desk/staff")
        assert missing.status == 403
        assert "Your role, Helpdesk agent, does not let you manage the staff" in browser.text
        nowhere = await browser.get("/desk/nowhere")
        assert (nowhere.status, nowhere.content_type) == (404, "text/html")
        wrong_way = await browser.get("/desk/presence")
        assert (wrong_way.status, wrong_way.content_type) == (405, "text/html")
