"""Managing the staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest

from bot.shared.errors import Conflict, InvalidInput, NotAllowed
from bot.shared.ids import StaffId
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.permissions import PermissionMissing
from bot.staff.ports import StaffKnown, StaffNotFound
from bot.staff.service import OPERATOR, Author, LastGlobalAdmin, NotOverGlobalAdmins, OwnAccount, WrongCode
from bot.staff.totp import new_offer, offer_of
from tests.unit.staff.fakes import NOW, PASSWORD, Desk, member_of

GLOBAL, USER, AGENT, BILLING, SALES = Role.GLOBAL_ADMIN, Role.USER_ADMIN, Role.HELPDESK_AGENT, Role.BILLING_ADMIN, Role.SALES_AGENT
Change = Callable[[Desk, Author, StaffId], object]
CHANGES: dict[str, Change] = {
    "role": lambda desk, by, whom: desk.service.set_role(by=by, staff_id=whom, role=SALES, now=NOW),
    "disable": lambda desk, by, whom: desk.service.disable(by=by, staff_id=whom, now=NOW),
    "enable": lambda desk, by, whom: desk.service.enable(by=by, staff_id=whom, now=NOW),
    "password": lambda desk, by, whom: desk.service.reset_password(by=by, staff_id=whom, password="another password", now=NOW),
    "second factor": lambda desk, by, whom: desk.service.drop_second_factor(by=by, staff_id=whom, now=NOW),
    "sign out": lambda desk, by, whom: desk.service.sign_out(by=by, staff_id=whom, now=NOW),
}
changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)


def add(desk: Desk, by: Author, role: Role = AGENT, **how: str) -> StaffMember:
    given = {"name": "Új Kolléga", "email": "uj@example.com", "password": "a fine password", **how}
    return desk.service.add(by=by, role=role, now=NOW, **given)


class TestEveryChange:
    @changes
    @pytest.mark.parametrize("role", [AGENT, BILLING, SALES])
    def test_needs_the_permission(self, desk: Desk, change: Change, role: Role) -> None:
        with pytest.raises(PermissionMissing):
            change(desk, desk.member(role), desk.ids[AGENT if role is not AGENT else SALES])

        assert desk.audit.entries == []

    @changes
    @pytest.mark.parametrize("role", [GLOBAL, USER])
    def test_is_refused_on_ones_own_account(self, desk: Desk, change: Change, role: Role) -> None:
        with pytest.raises(OwnAccount):
            change(desk, desk.member(role), desk.ids[role])

    @changes
    def test_of_a_global_admin_is_refused_to_a_user_admin(self, desk: Desk, change: Change) -> None:
        with pytest.raises(NotOverGlobalAdmins):
            change(desk, desk.member(USER), desk.ids[GLOBAL])

    @changes
    def test_is_refused_to_somebody_who_was_disabled_a_moment_ago(self, desk: Desk, change: Change) -> None:
        user_admin = desk.member(USER)
        desk.service.disable(by=OPERATOR, staff_id=user_admin.id, now=NOW)

        with pytest.raises(PermissionMissing):
            change(desk, user_admin, desk.ids[AGENT])

    @changes
    def test_is_taken_down_with_who_did_it_and_to_whom(self, desk: Desk, change: Change) -> None:
        change(desk, desk.member(USER), desk.ids[AGENT])

        assert [(entry.actor, entry.subject) for entry in desk.audit.entries] == [(desk.ids[USER], desk.ids[AGENT])]
        assert "@" not in repr(desk.audit.entries)

    @pytest.mark.parametrize("change", [CHANGES[name] for name in CHANGES if name != "enable"])
    def test_ends_the_sessions_of_the_member(self, desk: Desk, change: Change) -> None:
        secrets, other = [desk.signed_in(AGENT) for _ in range(2)], desk.signed_in(BILLING)

        change(desk, desk.member(GLOBAL), desk.ids[AGENT])

        assert [desk.is_signed_in(secret) for secret in (*secrets, other)] == [False, False, True]

    @changes
    def test_of_nobody_is_not_found(self, desk: Desk, change: Change) -> None:
        with pytest.raises(StaffNotFound):
            change(desk, OPERATOR, StaffId("stf_nobody"))


class TestAdding:
    def test_lets_the_new_member_sign_in(self, desk: Desk) -> None:
        added = add(desk, desk.member(USER), email=" Uj@Example.com ")

        assert desk.sign_in.with_password(email="uj@example.com", password="a fine password", code="", now=NOW).member.id == added.id
        assert desk.audit.entries[0].details == (("role", "helpdesk_agent"),)

    def test_needs_the_permission(self, desk: Desk) -> None:
        with pytest.raises(PermissionMissing):
            add(desk, desk.member(BILLING))

    def test_of_a_global_admin_needs_one(self, desk: Desk) -> None:
        with pytest.raises(NotOverGlobalAdmins):
            add(desk, desk.member(USER), GLOBAL)

        assert add(desk, desk.member(GLOBAL), GLOBAL).role is GLOBAL

    def test_refuses_an_address_that_is_taken(self, desk: Desk) -> None:
        with pytest.raises(StaffKnown):
            add(desk, OPERATOR, email="SALES_AGENT@example.com")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", "  "),
            ("name", "x" * 101),
            ("name", "a\nb"),
            ("email", "nobody"),
            ("email", "a@b@c"),
            ("email", "a b@example.com"),
            ("email", "@example.com"),
            ("password", "short"),
            ("password", "aaaaaaaaaaaaaaaa"),
            ("password", "uj@example.com"),
        ],
    )
    def test_refuses_what_cannot_be_used(self, desk: Desk, field: str, value: str) -> None:
        with pytest.raises(InvalidInput):
            add(desk, OPERATOR, **{field: value})


class TestRole:
    def test_is_given_by_a_user_admin_but_not_that_of_a_global_admin(self, desk: Desk) -> None:
        assert desk.service.set_role(by=desk.member(USER), staff_id=desk.ids[AGENT], role=USER, now=NOW).role is USER

        with pytest.raises(NotOverGlobalAdmins):
            desk.service.set_role(by=desk.member(USER), staff_id=desk.ids[SALES], role=GLOBAL, now=NOW)

    def test_of_the_same_kind_changes_nothing(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)

        desk.service.set_role(by=OPERATOR, staff_id=desk.ids[AGENT], role=AGENT, now=NOW)

        assert desk.is_signed_in(secret)
        assert desk.audit.entries == []


class TestLastGlobalAdmin:
    @pytest.mark.parametrize("change", [CHANGES["role"], CHANGES["disable"]])
    def test_stays_one(self, desk: Desk, change: Change) -> None:
        second = member_of(GLOBAL, "second@example.com")
        desk.staff.add(second)
        change(desk, OPERATOR, second.id)

        with pytest.raises(LastGlobalAdmin):
            change(desk, OPERATOR, desk.ids[GLOBAL])

        assert desk.member(GLOBAL).role is GLOBAL

    @changes
    def test_of_two_may_be_changed_by_the_other(self, desk: Desk, change: Change) -> None:
        second = member_of(GLOBAL, "second@example.com")
        desk.staff.add(second)

        change(desk, desk.member(GLOBAL), second.id)


class TestDisabling:
    def test_keeps_the_first_date_and_enabling_takes_it_away(self, desk: Desk) -> None:
        desk.service.disable(by=OPERATOR, staff_id=desk.ids[AGENT], now=NOW)
        later = desk.service.disable(by=OPERATOR, staff_id=desk.ids[AGENT], now=NOW + timedelta(days=1))

        enabled = desk.service.enable(by=OPERATOR, staff_id=desk.ids[AGENT], now=NOW)

        assert (later.disabled_at, enabled.disabled_at) == (NOW, None)

    def test_ends_and_enabling_lifts_a_lock(self, desk: Desk) -> None:
        locked = {"failed_sign_ins": 0, "locked_until": NOW + timedelta(minutes=15)}
        desk.staff.change(staff_id=desk.ids[SALES], decide=lambda one, _: replace(one, **locked))

        desk.service.enable(by=OPERATOR, staff_id=desk.ids[SALES], now=NOW)

        assert desk.sign_in.with_password(email="sales_agent@example.com", password=PASSWORD, code="", now=NOW)


class TestOwnPassword:
    def test_is_changed_with_the_present_one_and_ends_every_session(self, desk: Desk) -> None:
        secret = desk.signed_in(AGENT)

        desk.service.change_own_password(member=desk.member(AGENT), current=PASSWORD, new="a finer password", now=NOW)

        assert not desk.is_signed_in(secret)
        assert desk.sign_in.with_password(email="helpdesk_agent@example.com", password="a finer password", code="", now=NOW)

    @pytest.mark.parametrize(("current", "new", "error"), [("wrong", "a finer password", NotAllowed), (PASSWORD, "short", InvalidInput)])
    def test_stays_when_something_is_wrong(self, desk: Desk, current: str, new: str, error: type[Exception]) -> None:
        before = desk.member(AGENT)

        with pytest.raises(error):
            desk.service.change_own_password(member=before, current=current, new=new, now=NOW)

        assert desk.member(AGENT) == before


def code(secret: str, when: datetime = NOW) -> str:
    return pyotp.TOTP(secret).at(int(when.timestamp()))


class TestSecondFactor:
    def test_is_offered_as_text_and_as_address(self) -> None:
        offer = new_offer(email="anna@example.com", issuer="Dunakapu Felhő Kft.")

        assert len(offer.secret) == 32
        assert offer.uri.startswith("otpauth://totp/")
        assert f"secret={offer.secret}" in offer.uri
        assert offer.secret not in repr(offer)
        assert offer_of(offer.secret, email="anna@example.com", issuer="Dunakapu Felhő Kft.") == offer

    def test_of_the_browsers_own_making_is_refused(self) -> None:
        with pytest.raises(InvalidInput):
            offer_of("AAAA", email="anna@example.com", issuer="x")

    def test_comes_into_force_with_a_code_that_is_used_up_by_it(self, desk: Desk) -> None:
        secret = new_offer(email="x@example.com", issuer="x").secret

        desk.service.add_second_factor(member=desk.member(AGENT), secret=secret, code=code(secret), now=NOW)

        with pytest.raises(NotAllowed):
            desk.sign_in.with_password(email="helpdesk_agent@example.com", password=PASSWORD, code=code(secret), now=NOW)
        later = NOW + timedelta(seconds=30)
        assert desk.sign_in.with_password(email="helpdesk_agent@example.com", password=PASSWORD, code=code(secret, later), now=later)

    def test_does_not_come_into_force_with_a_wrong_code(self, desk: Desk) -> None:
        with pytest.raises(WrongCode):
            desk.service.add_second_factor(member=desk.member(AGENT), secret="A" * 32, code="000000", now=NOW)

        assert desk.member(AGENT).totp_secret is None

    def test_is_not_replaced_unnoticed(self, desk: Desk) -> None:
        desk.service.add_second_factor(member=desk.member(AGENT), secret="A" * 32, code=code("A" * 32), now=NOW)

        with pytest.raises(Conflict):
            desk.service.add_second_factor(member=desk.member(AGENT), secret="B" * 32, code=code("B" * 32), now=NOW)

    def test_is_dropped_with_the_password_only(self, desk: Desk) -> None:
        desk.service.add_second_factor(member=desk.member(AGENT), secret="A" * 32, code=code("A" * 32), now=NOW)

        with pytest.raises(NotAllowed):
            desk.service.drop_own_second_factor(member=desk.member(AGENT), current="wrong", now=NOW)
        desk.service.drop_own_second_factor(member=desk.member(AGENT), current=PASSWORD, now=NOW)

        assert desk.member(AGENT).totp_secret is None


class TestPresence:
    def test_has_the_date_since_which_it_holds(self, desk: Desk) -> None:
        desk.service.set_presence(member=desk.member(AGENT), presence=Presence.AVAILABLE, now=NOW)
        desk.service.set_presence(member=desk.member(AGENT), presence=Presence.AVAILABLE, now=NOW + timedelta(hours=1))

        assert (desk.member(AGENT).presence, desk.member(AGENT).presence_since) == (Presence.AVAILABLE, NOW)
