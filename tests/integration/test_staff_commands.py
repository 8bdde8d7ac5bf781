"""``clearline staff`` over an empty database."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands.staff import staff
from bot.shared.errors import BotError
from bot.staff.model import Role
from bot.staff.service import LastGlobalAdmin
from bot.staff.sign_in import SignInRefused
from bot.wiring import Wired
from tests.conftest import NOW
from tests.desk_people import opened_session

PASSWORD = "a fine password"


@pytest.fixture(autouse=True)
def environment(wired: Wired, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARLINE_VAR", str(tmp_path))
    monkeypatch.setenv("CLEARLINE_SECRET_KEY", "k" * 40)
    monkeypatch.setenv("CLEARLINE_NOW", NOW.isoformat())


def run(*words: str) -> Result:
    result = CliRunner().invoke(staff, words)
    if isinstance(result.exception, BotError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def added(email: str = "anna@example.com", role: Role = Role.HELPDESK_AGENT) -> None:
    run("add", email, "--name", "Anna", "--role", role.value, "--password", PASSWORD)


class TestStaffCommands:
    def test_add_and_list(self, wired: Wired) -> None:
        added()
        opened_session(wired.services, wired.services.staff.by_email("anna@example.com"))

        assert run("list").output == "anna@example.com  Anna  helpdesk_agent  active  signed in, away\n"

    def test_add_refuses_a_short_password(self) -> None:
        with pytest.raises(BotError, match="at least 12 characters"):
            run("add", "anna@example.com", "--name", "Anna", "--role", "sales_agent", "--password", "short")

    def test_disable_ends_sessions_and_enable_lets_in_again(self, wired: Wired) -> None:
        added()
        opened_session(wired.services, wired.services.staff.by_email("anna@example.com"))

        run("disable", "anna@example.com")
        assert "disabled since 2026-03-10" in run("list").output
        assert wired.services.sessions.signed_in(now=NOW) == frozenset()
        run("enable", "anna@example.com")
        assert "active" in run("list").output

    def test_role_changes_it_but_leaves_a_global_admin(self, wired: Wired) -> None:
        added(role=Role.GLOBAL_ADMIN)

        with pytest.raises(LastGlobalAdmin):
            run("role", "anna@example.com", "sales_agent")
        added("béla@example.com", Role.GLOBAL_ADMIN)
        run("role", "anna@example.com", "sales_agent")

        assert wired.services.staff.by_email("anna@example.com").role is Role.SALES_AGENT

    def test_reset_password_opens_with_the_new_one_only(self, wired: Wired) -> None:
        added()

        run("reset-password", "anna@example.com", "--password", "another fine one", "--drop-second-factor")

        sign_in = wired.services.sign_in.with_password
        with pytest.raises(SignInRefused):
            sign_in(email="anna@example.com", password=PASSWORD, code="", now=NOW)
        assert sign_in(email="anna@example.com", password="another fine one", code="", now=NOW)

    def test_sign_out_says_how_many_sessions_that_ended(self, wired: Wired) -> None:
        added()
        for _ in range(2):
            opened_session(wired.services, wired.services.staff.by_email("anna@example.com"))

        assert run("sign-out", "anna@example.com").output == "anna@example.com is signed out; sessions ended: 2\n"

    def test_are_taken_down_as_the_operators(self, wired: Wired) -> None:
        added()
        run("disable", "anna@example.com")

        entries = [one.entry for one in wired.services.audit.entries()]
        assert [(one.actor, one.action) for one in entries] == [("operator", "staff.disabled"), ("operator", "staff.added")]
        assert wired.services.audit.verify() == ()
