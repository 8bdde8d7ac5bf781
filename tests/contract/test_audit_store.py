"""The audit log shows tampering, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select, update

from bot.shared.audit import AuditEntry
from bot.store import Store
from bot.store.tables import audit_log

NOW = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)


def entry(number: int) -> AuditEntry:
    return AuditEntry(at=NOW, actor="stf_1", action="staff.added", subject=f"stf_{number}", details=(("role", "sales_agent"), ("név", "Ő")))


def recorded(store: Store, count: int) -> list[int]:
    for number in range(count):
        store.audit.record(entry(number))
    with store.engine.connect() as connection:
        return list(connection.scalars(select(audit_log.c.id).order_by(audit_log.c.id)))


class TestAudit:
    def test_holds_when_nothing_was_recorded(self, store: Store) -> None:
        assert store.audit.verify() == ()

    def test_holds_when_nothing_was_changed(self, store: Store) -> None:
        assert len(recorded(store, 3)) == 3
        assert store.audit.verify() == ()

    def test_names_an_entry_that_was_changed(self, store: Store) -> None:
        ids = recorded(store, 3)
        with store.engine.begin() as connection:
            connection.execute(update(audit_log).where(audit_log.c.id == ids[1]).values(actor="stf_2"))

        assert store.audit.verify() == (f"Audit entry {ids[1]} was changed after it was written.",)

    def test_names_the_entry_after_one_that_was_removed(self, store: Store) -> None:
        ids = recorded(store, 3)
        with store.engine.begin() as connection:
            connection.execute(delete(audit_log).where(audit_log.c.id == ids[0]))

        (problem,) = store.audit.verify()

        assert problem.startswith(f"Audit entry {ids[1]} does not follow")

    def test_names_an_entry_that_was_slipped_in(self, store: Store) -> None:
        ids = recorded(store, 2)
        with store.engine.begin() as connection:
            copied = dict(connection.execute(select(audit_log).where(audit_log.c.id == ids[0])).one()._mapping)
            connection.execute(insert(audit_log).values({**copied, "id": ids[1] + 7}))

        (problem,) = store.audit.verify()

        assert problem.startswith(f"Audit entry {ids[1] + 7} does not follow")

    def test_stays_one_chain_when_eight_record_at_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(store.audit.record, map(entry, range(40))))

        with store.engine.connect() as connection:
            assert len(connection.execute(select(audit_log.c.id)).all()) == 40
        assert store.audit.verify() == ()


class TestEntries:
    def test_are_read_newest_first_a_page_at_a_time(self, store: Store) -> None:
        ids = recorded(store, 5)

        first = store.audit.entries(limit=2)
        second = store.audit.entries(limit=2, before=first[-1].number)

        assert [one.number for one in (*first, *second)] == ids[:0:-1]
        assert first[0].entry.subject == "stf_4"
        assert dict(first[0].entry.details) == dict(entry(4).details)
        assert first[0].entry.at == NOW

    def test_are_read_by_subject_and_by_actor(self, store: Store) -> None:
        recorded(store, 5)
        store.audit.record(AuditEntry(at=NOW, actor="stf_9", action="money.read", subject="cus_1"))

        assert [one.entry.subject for one in store.audit.entries(subject="stf_2")] == ["stf_2"]
        assert [one.entry.subject for one in store.audit.entries(subject=("stf_1", "cus_1"))] == ["cus_1", "stf_1"]
        assert [one.entry.action for one in store.audit.entries(actor="stf_9")] == ["money.read"]
        assert store.audit.entries(subject=()) == ()
