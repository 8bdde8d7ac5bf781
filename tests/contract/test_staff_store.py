"""The staff store keeps its promises on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.shared.ids import new_staff_id
from bot.staff.model import Role, StaffMember
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

    def test_disabled_keeps_the_first_date(self, store: Store) -> None:
        store.staff.add(member())

        store.staff.disable("anna@example.com", at=NOW)
        again = store.staff.disable("anna@example.com", at=NOW + timedelta(days=1))

        assert again.disabled_at == NOW
        assert store.staff.by_email("anna@example.com").disabled_at == NOW

    def test_unknown_is_not_found(self, store: Store) -> None:
        with pytest.raises(StaffNotFound):
            store.staff.by_email("nobody@example.com")
        with pytest.raises(StaffNotFound):
            store.staff.disable("nobody@example.com", at=NOW)

    def test_does_not_show_the_password_hash_in_its_representation(self) -> None:
        assert "argon2" not in repr(member())
