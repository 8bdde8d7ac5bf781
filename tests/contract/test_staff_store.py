"""The staff store keeps its promises on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.shared.audit import AuditEntry
from bot.shared.ids import new_staff_id
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.ports import StaffKnown, StaffNotFound
from bot.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def member(email: str = "Anna@Example.com", role: Role = Role.HELPDESK_AGENT) -> StaffMember:
    return StaffMember(id=new_staff_id(), name="Anna", email=email, role=role, password_hash="$argon2id$…", created_at=NOW)


class TestStaff:
    @pytest.mark.parametrize("role", list(Role))
    def test_is_found_by_address_in_any_case_and_has_it_lower_case(self, store: Store, role: Role) -> None:
        anna = member(role=role)

        store.staff.add(anna)

        assert store.staff.by_email(" ANNA@example.com ") == replace(anna, email="anna@example.com")

    def test_has_one_member_an_address(self, store: Store) -> None:
        store.staff.add(member())

        with pytest.raises(StaffKnown):
            store.staff.add(member("anna@example.com"))

    def test_is_listed_by_address(self, store: Store) -> None:
        for email in ("b@example.com", "a@example.com"):
            store.staff.add(member(email))

        assert [each.email for each in store.staff.list()] == ["a@example.com", "b@example.com"]

    def test_unknown_is_not_found(self, store: Store) -> None:
        with pytest.raises(StaffNotFound):
            store.staff.by_email("nobody@example.com")
        with pytest.raises(StaffNotFound):
            store.staff.by_id(staff_id=new_staff_id())
        with pytest.raises(StaffNotFound):
            store.staff.by_subject(subject="issuer|nobody")
        with pytest.raises(StaffNotFound):
            store.staff.change(staff_id=new_staff_id(), decide=lambda one, _: one)

    def test_changed_is_found_changed_in_every_way(self, store: Store) -> None:
        anna = member()
        store.staff.add(anna)
        wanted = replace(
            anna,
            email="anna@example.com",
            role=Role.BILLING_ADMIN,
            disabled_at=NOW,
            presence=Presence.CLOSING,
            presence_since=NOW,
            totp_secret="A" * 32,
            totp_used_step=2**33,
            failed_sign_ins=3,
            locked_until=NOW + timedelta(minutes=15),
            external_subject="https://issuer.example|1",
        )

        changed = store.staff.change(staff_id=anna.id, decide=lambda _, everybody: wanted)

        assert changed == wanted
        assert store.staff.by_id(staff_id=anna.id) == wanted
        assert store.staff.by_subject(subject="https://issuer.example|1") == wanted

    def test_is_decided_upon_with_everybody_in_view(self, store: Store) -> None:
        for email in ("b@example.com", "a@example.com"):
            store.staff.add(member(email))
        seen = []

        def decide(one: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            seen.extend(each.email for each in everybody)
            return one

        store.staff.change(staff_id=store.staff.by_email("b@example.com").id, decide=decide)

        assert seen == ["a@example.com", "b@example.com"]

    def test_stays_as_it_was_when_the_decision_fails(self, store: Store) -> None:
        anna = member("anna@example.com")
        store.staff.add(anna)

        def refuse(one: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            raise StaffKnown("no")

        with pytest.raises(StaffKnown):
            store.staff.change(staff_id=anna.id, decide=refuse)

        assert store.staff.by_id(staff_id=anna.id) == anna

    def test_counts_changes_at_the_same_time_one_by_one(self, store: Store) -> None:
        anna = member("anna@example.com")
        store.staff.add(anna)

        def count() -> None:
            store.staff.change(staff_id=anna.id, decide=lambda one, _: replace(one, failed_sign_ins=one.failed_sign_ins + 1))

        with ThreadPoolExecutor(8) as pool:
            for done in [pool.submit(count) for _ in range(24)]:
                done.result()

        assert store.staff.by_id(staff_id=anna.id).failed_sign_ins == 24

    def test_does_not_show_the_password_hash_in_its_representation(self) -> None:
        assert "argon2" not in repr(member())


class TestDeed:
    def test_is_taken_down_with_the_new_member(self, store: Store) -> None:
        anna = member()

        store.staff.add(anna, deed=AuditEntry(NOW, "operator", "staff.added", anna.id))

        assert [one.entry.action for one in store.audit.entries(subject=anna.id)] == ["staff.added"]

    def test_of_a_member_who_cannot_be_added_is_not_taken_down(self, store: Store) -> None:
        store.staff.add(member())
        twin = member()

        with pytest.raises(StaffKnown):
            store.staff.add(twin, deed=AuditEntry(NOW, "operator", "staff.added", twin.id))

        assert store.audit.entries(subject=twin.id) == ()

    def test_knows_the_member_before_and_after_the_change(self, store: Store) -> None:
        anna = member()
        store.staff.add(anna)

        store.staff.change(
            staff_id=anna.id,
            decide=lambda one, _: replace(one, role=Role.BILLING_ADMIN),
            deed=lambda old, new, _: AuditEntry(
                NOW, "operator", "staff.role_changed", new.id, (("from", old.role.value), ("to", new.role.value))
            ),
        )

        (entry,) = store.audit.entries(subject=anna.id)
        assert dict(entry.entry.details) == {"from": "helpdesk_agent", "to": "billing_admin"}
        assert store.audit.verify() == ()

    def test_that_cannot_be_told_leaves_the_member_unchanged(self, store: Store) -> None:
        anna = member()
        store.staff.add(anna)

        def fail(old: StaffMember, new: StaffMember, ended: int) -> AuditEntry:
            raise RuntimeError("the trail cannot be written")

        with pytest.raises(RuntimeError):
            store.staff.change(staff_id=anna.id, decide=lambda one, _: replace(one, role=Role.BILLING_ADMIN), deed=fail)

        assert store.staff.by_id(staff_id=anna.id).role is Role.HELPDESK_AGENT
