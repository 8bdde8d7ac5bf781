"""Signing in with password and code, and with what the provider says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pyotp
import pytest

from bot.staff.model import Presence, Role, StaffMember
from bot.staff.sign_in import ProvidedIdentity, ProviderStranger, SignedIn, SignInRefused
from tests.unit.staff.fakes import NOW, PASSWORD, Desk

MINUTE = timedelta(minutes=1)
AGENT = Role.HELPDESK_AGENT
EMAIL = "helpdesk_agent@example.com"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def tried(desk: Desk, *, email: str = EMAIL, password: str = PASSWORD, code: str = "", now: object = NOW) -> SignedIn:
    return desk.sign_in.with_password(email=email, password=password, code=code, now=now)


def refusal(desk: Desk, **how: object) -> str:
    with pytest.raises(SignInRefused) as refused:
        tried(desk, **how)
    return str(refused.value)


def reasons(desk: Desk) -> list[str]:
    return [dict(entry.details)["reason"] for entry in desk.audit.entries if entry.action == "sign_in.failed"]


def with_code(desk: Desk) -> None:
    desk.staff.change(staff_id=desk.ids[AGENT], decide=lambda one, _: replace(one, totp_secret=SECRET))


def code_at(when: object) -> str:
    return pyotp.TOTP(SECRET).at(int(when.timestamp()))


class TestPassword:
    def test_opens_a_session(self, desk: Desk) -> None:
        signed_in = tried(desk, email=" HelpDesk_Agent@Example.com ")

        assert signed_in.member.id == desk.ids[AGENT]
        assert desk.is_signed_in(signed_in.secret)
        assert desk.audit.actions == ["sign_in.succeeded"]

    def test_is_refused_in_the_same_words_whatever_the_reason(self, desk: Desk) -> None:
        desk.staff.change(staff_id=desk.ids[Role.SALES_AGENT], decide=lambda one, _: replace(one, disabled_at=NOW))
        desk.staff.change(
            staff_id=desk.ids[Role.BILLING_ADMIN], decide=lambda one, _: replace(one, locked_until=NOW + timedelta(seconds=1))
        )

        texts = {
            refusal(desk, email="nobody@example.com"),
            refusal(desk, password="wrong"),
            refusal(desk, email="sales_agent@example.com"),
            refusal(desk, email="billing_admin@example.com"),
        }

        assert len(texts) == 1
        assert reasons(desk) == ["unknown", "password", "disabled", "locked"]

    def test_takes_as_long_for_an_unknown_address(self, desk: Desk) -> None:
        def seconds(email: str) -> float:
            began = perf_counter()
            refusal(desk, email=email, password="wrong")
            return perf_counter() - began

        known = min(seconds(EMAIL) for _ in range(2))
        unknown = min(seconds("nobody@example.com") for _ in range(2))

        assert 0.4 < unknown / known < 2.5

    def test_takes_no_address_or_password_into_the_trail(self, desk: Desk) -> None:
        refusal(desk, email="nobody@example.com", password="my secret")
        refusal(desk, password="my secret")

        assert "example.com" not in repr(desk.audit.entries)
        assert "my secret" not in repr(desk.audit.entries)


def after_wrong_tries(desk: Desk, count: int) -> None:
    """Have ``count`` wrong tries behind: each real one costs a hash of 64 MiB."""
    desk.staff.change(staff_id=desk.ids[AGENT], decide=lambda one, _: replace(one, failed_sign_ins=count))


class TestLockout:
    def test_counts_each_wrong_try(self, desk: Desk) -> None:
        refusal(desk, password="wrong")
        refusal(desk, password="wrong")

        assert desk.member(AGENT).failed_sign_ins == 2

    def test_closes_the_account_after_five_wrong_tries_also_to_the_right_password(self, desk: Desk) -> None:
        after_wrong_tries(desk, 4)
        refusal(desk, password="wrong")

        refusal(desk, now=NOW + 15 * MINUTE - timedelta(seconds=1))

        assert desk.audit.actions.count("sign_in.locked") == 1
        assert tried(desk, now=NOW + 15 * MINUTE).member.id == desk.ids[AGENT]

    def test_counts_tries_in_a_row_only(self, desk: Desk) -> None:
        after_wrong_tries(desk, 4)
        tried(desk)
        refusal(desk, password="wrong")

        assert tried(desk)

    def test_is_not_prolonged_by_tries_meanwhile(self, desk: Desk) -> None:
        after_wrong_tries(desk, 4)
        for minute in (0, 14):
            refusal(desk, password="wrong", now=NOW + minute * MINUTE)

        assert tried(desk, now=NOW + 15 * MINUTE)

    def test_does_not_touch_a_colleague(self, desk: Desk) -> None:
        after_wrong_tries(desk, 4)
        refusal(desk, password="wrong")

        assert tried(desk, email="sales_agent@example.com")


class TestCode:
    def test_is_asked_for_once_there_is_an_app(self, desk: Desk) -> None:
        with_code(desk)

        refusal(desk)
        refusal(desk, code="000000")

        assert reasons(desk) == ["code", "code"]
        assert tried(desk, code=code_at(NOW))

    def test_may_be_typed_with_a_space_and_half_a_minute_late(self, desk: Desk) -> None:
        with_code(desk)
        code = code_at(NOW)

        assert tried(desk, code=f"{code[:3]} {code[3:]}", now=NOW + timedelta(seconds=30))

    def test_is_good_once(self, desk: Desk) -> None:
        with_code(desk)
        code = code_at(NOW)
        tried(desk, code=code)

        refusal(desk, code=code)
        refusal(desk, code=code_at(NOW - timedelta(seconds=30)))

        assert tried(desk, code=code_at(NOW + timedelta(seconds=30)))

    def test_is_old_after_a_minute(self, desk: Desk) -> None:
        with_code(desk)

        refusal(desk, code=code_at(NOW), now=NOW + timedelta(seconds=61))

    def test_does_not_open_without_the_password(self, desk: Desk) -> None:
        with_code(desk)

        refusal(desk, password="wrong", code=code_at(NOW))

        assert reasons(desk) == ["password"]

    def test_counts_towards_the_lock(self, desk: Desk) -> None:
        with_code(desk)
        after_wrong_tries(desk, 4)
        refusal(desk, code="000000")

        refusal(desk, code=code_at(NOW))


class TestProvider:
    def identity(self, subject: str = "https://issuer.example|1", email: str | None = EMAIL) -> ProvidedIdentity:
        return ProvidedIdentity(subject, email)

    def test_binds_the_member_with_the_address_once(self, desk: Desk) -> None:
        first = desk.sign_in.with_provider(identity=self.identity(), now=NOW)
        later = desk.sign_in.with_provider(identity=self.identity(email="renamed@example.com"), now=NOW)

        assert first.member.id == later.member.id == desk.ids[AGENT]
        assert desk.audit.actions == ["staff.bound_to_provider", "sign_in.succeeded", "sign_in.succeeded"]

    def test_does_not_let_another_subject_in_by_the_address_of_somebody_bound(self, desk: Desk) -> None:
        desk.sign_in.with_provider(identity=self.identity(), now=NOW)

        with pytest.raises(ProviderStranger):
            desk.sign_in.with_provider(identity=self.identity("https://issuer.example|2"), now=NOW)

    @pytest.mark.parametrize("email", ["stranger@example.com", None])
    def test_refuses_strangers(self, desk: Desk, email: str | None) -> None:
        with pytest.raises(ProviderStranger):
            desk.sign_in.with_provider(identity=self.identity(email=email), now=NOW)

        assert reasons(desk) == ["unknown"]

    def test_refuses_the_disabled_bound_or_not(self, desk: Desk) -> None:
        def disable(one: StaffMember, everybody: object) -> StaffMember:
            return replace(one, disabled_at=NOW)

        desk.sign_in.with_provider(identity=self.identity(), now=NOW)
        for role in (AGENT, Role.SALES_AGENT):
            desk.staff.change(staff_id=desk.ids[role], decide=disable)

        for identity in (self.identity(), self.identity("https://issuer.example|3", "sales_agent@example.com")):
            with pytest.raises(ProviderStranger):
                desk.sign_in.with_provider(identity=identity, now=NOW)


class TestSignOut:
    def test_ends_this_session_and_leaves_presence_while_another_is_open(self, desk: Desk) -> None:
        here, there = tried(desk), tried(desk)
        desk.service.set_presence(member=here.member, presence=Presence.AVAILABLE, now=NOW)

        desk.sign_in.sign_out(member=here.member, session=here.session, now=NOW)

        assert not desk.is_signed_in(here.secret)
        assert desk.is_signed_in(there.secret)
        assert desk.member(AGENT).presence is Presence.AVAILABLE

    def test_of_the_last_session_makes_the_member_away(self, desk: Desk) -> None:
        here = tried(desk)
        desk.service.set_presence(member=here.member, presence=Presence.AVAILABLE, now=NOW)

        desk.sign_in.sign_out(member=here.member, session=here.session, now=NOW)

        assert desk.member(AGENT).presence is Presence.AWAY

    def test_everywhere_ends_all_of_the_member_and_none_of_others(self, desk: Desk) -> None:
        mine, other = [tried(desk) for _ in range(3)], tried(desk, email="sales_agent@example.com")

        desk.sign_in.sign_out_everywhere(member=mine[0].member, now=NOW)

        assert [desk.is_signed_in(one.secret) for one in (*mine, other)] == [False, False, False, True]
