"""The store of staff sessions keeps its promises on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.shared.audit import AuditEntry
from bot.shared.ids import new_staff_id
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.sessions import Session, SessionEnded
from bot.store import Store

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def added(store: Store, email: str = "anna@example.com") -> StaffMember:
    member = StaffMember(
        new_staff_id(), "Anna", email, Role.HELPDESK_AGENT, "$argon2id$…", NOW - timedelta(days=9), presence=Presence.AVAILABLE
    )
    store.staff.add(member)
    return member


def session_of(member: StaffMember, mark: str = "a", *, at: datetime = NOW) -> Session:
    return Session(mark * 64, member.id, "csrf", at, at, at + timedelta(hours=10))


class TestSession:
    def test_is_found_with_its_member(self, store: Store) -> None:
        anna = added(store)
        session = session_of(anna)

        store.sessions.add(session)

        assert store.sessions.find(secret_hash="a" * 64) == (session, anna)

    def test_unknown_is_ended(self, store: Store) -> None:
        with pytest.raises(SessionEnded):
            store.sessions.find(secret_hash="b" * 64)

    def test_remembers_when_it_was_used_last(self, store: Store) -> None:
        store.sessions.add(session_of(added(store)))

        store.sessions.note(secret_hash="a" * 64, seen_at=NOW + timedelta(minutes=7))

        assert store.sessions.find(secret_hash="a" * 64)[0].seen_at == NOW + timedelta(minutes=7)

    def test_ends_alone(self, store: Store) -> None:
        anna = added(store)
        for mark in "ab":
            store.sessions.add(session_of(anna, mark))

        store.sessions.end(secret_hash="a" * 64)
        store.sessions.end(secret_hash="a" * 64)

        with pytest.raises(SessionEnded):
            store.sessions.find(secret_hash="a" * 64)
        assert store.sessions.find(secret_hash="b" * 64)

    def test_ends_with_all_others_of_the_member_and_none_of_a_colleague(self, store: Store) -> None:
        anna, béla = added(store), added(store, "bela@example.com")
        for mark, member in (("a", anna), ("b", anna), ("c", béla)):
            store.sessions.add(session_of(member, mark))

        counts: list[int] = []
        for _ in range(2):
            store.staff.change(
                staff_id=anna.id, decide=lambda one, _: one, ends=lambda _, __: True, deed=lambda _, __, ended: counts.append(ended)
            )

        assert counts == [2, 0]
        assert store.sessions.find(secret_hash="c" * 64)[1] == béla

    def test_goes_on_when_the_change_that_ends_it_fails(self, store: Store) -> None:
        anna = added(store)
        store.sessions.add(session_of(anna, "a"))

        def fail(_: StaffMember, __: StaffMember, ___: int) -> AuditEntry:
            raise RuntimeError("the trail cannot be written")

        with pytest.raises(RuntimeError):
            store.staff.change(staff_id=anna.id, decide=lambda one, _: one, ends=lambda _, __: True, deed=fail)

        assert store.sessions.find(secret_hash="a" * 64)[1] == anna

    def test_is_dropped_when_another_begins_after_its_end(self, store: Store) -> None:
        anna = added(store)
        store.sessions.add(session_of(anna, "a"))

        store.sessions.add(session_of(anna, "b", at=NOW + timedelta(hours=11)))

        with pytest.raises(SessionEnded):
            store.sessions.find(secret_hash="a" * 64)

    def test_tells_who_was_seen_lately(self, store: Store) -> None:
        anna, béla = added(store), added(store, "bela@example.com")
        store.sessions.add(session_of(anna, "a"))
        store.sessions.add(session_of(anna, "b", at=NOW + timedelta(minutes=20)))
        store.sessions.add(session_of(béla, "c"))

        assert store.sessions.members_seen(since=NOW, now=NOW + timedelta(minutes=21)) == {anna.id}
        assert store.sessions.members_seen(since=NOW - timedelta(hours=1), now=NOW) == {anna.id, béla.id}
        assert store.sessions.members_seen(since=NOW - timedelta(hours=1), now=NOW + timedelta(hours=12)) == frozenset()
