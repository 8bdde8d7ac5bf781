"""Sessions of staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.staff.model import Role
from bot.staff.sessions import SessionEnded
from tests.unit.staff.fakes import NOW, Desk

MINUTE = timedelta(minutes=1)
AGENT = Role.HELPDESK_AGENT


class TestSession:
    def test_is_opened_by_its_secret_only(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)

        session, member = desk.sessions.resume(secret=secret, now=NOW)

        assert member.id == desk.ids[AGENT]
        assert len(secret) >= 43  # 256 bits
        assert secret not in repr(session) + session.secret_hash
        for other in ("", secret[:-1], session.secret_hash, "x" * 5000):
            with pytest.raises(SessionEnded):
                desk.sessions.resume(secret=other, now=NOW)

    def test_has_a_secret_and_a_token_of_its_own(self, desk: Desk) -> None:
        first, second = (desk.sessions.open(member=desk.member(AGENT), now=NOW) for _ in range(2))

        assert first[0] != second[0]
        assert first[1].csrf_token != second[1].csrf_token

    def test_ends_after_half_an_hour_of_rest(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)

        assert desk.is_signed_in(secret, now=NOW + 29 * MINUTE)
        assert desk.is_signed_in(secret, now=NOW + 58 * MINUTE)
        assert not desk.is_signed_in(secret, now=NOW + 88 * MINUTE)

    def test_rests_while_only_the_browser_asks(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)

        for minutes in range(0, 30, 5):
            desk.sessions.resume(secret=secret, now=NOW + minutes * MINUTE, is_background=True)

        assert not desk.is_signed_in(secret, now=NOW + 30 * MINUTE)

    def test_ends_after_ten_hours_whatever_is_done(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)

        for minutes in range(0, 600, 20):
            assert desk.is_signed_in(secret, now=NOW + minutes * MINUTE)

        assert not desk.is_signed_in(secret, now=NOW + 600 * MINUTE)

    def test_of_a_disabled_member_is_over(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)
        desk.staff.change(staff_id=desk.ids[AGENT], decide=lambda one, _: replace(one, disabled_at=NOW))

        assert not desk.is_signed_in(secret)

    def test_shows_who_is_here(self, desk: Desk) -> None:
        desk.signed_in(AGENT)

        assert desk.sessions.signed_in(now=NOW + 29 * MINUTE) == {desk.ids[AGENT]}
        assert desk.sessions.signed_in(now=NOW + 30 * MINUTE) == frozenset()
