"""The audit log over SQL: append-only, each entry sealed with the hash of the one before."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select

from bot.shared.audit import GENESIS_HASH, AuditEntry, RecordedEntry, chain_hash, details_json
from bot.store.engine import transaction, write_alone
from bot.store.tables import audit_log

_LOCK_KEY = 0x434C_0002
_AT_ONCE = 500  # rows held in memory while verifying


def append(connection: Connection, entry: AuditEntry) -> None:
    """Append an entry to the chain within the running transaction, for what must not be stored without it."""
    details = details_json(entry.details)
    # The last hash must stay the last until ours is written.
    write_alone(connection, key=_LOCK_KEY)
    previous = connection.scalar(select(audit_log.c.hash).order_by(audit_log.c.id.desc()).limit(1)) or GENESIS_HASH
    seal = chain_hash(at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject, details=details, previous_hash=previous)
    connection.execute(
        insert(audit_log).values(
            at=entry.at,
            actor=entry.actor,
            action=entry.action,
            subject=entry.subject,
            details=details,
            previous_hash=previous,
            hash=seal,
        )
    )


class SqlAudit:
    """Writes, reads and verifies the audit log; a ``bot.shared.audit.AuditTrail``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, entry: AuditEntry) -> None:
        """Append an entry to the chain, in a transaction of its own. Raises: Unavailable."""
        with transaction(self._engine) as connection:
            append(connection, entry)

    def entries(
        self, *, subject: str | tuple[str, ...] | None = None, actor: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[RecordedEntry, ...]:
        """Return the last ``limit`` entries, the newest first; may be empty.

        Args:
            subject: Only what was done to this, or to one of these; None means everything.
            actor: Only what this one did.
            before: Only entries with smaller numbers, to turn the page.
        """
        wanted = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
        if subject is not None:
            wanted = wanted.where(audit_log.c.subject.in_((subject,) if isinstance(subject, str) else subject))
        if actor is not None:
            wanted = wanted.where(audit_log.c.actor == actor)
        if before is not None:
            wanted = wanted.where(audit_log.c.id < before)
        with transaction(self._engine) as connection:
            return tuple(map(_entry_from, connection.execute(wanted)))

    def verify(self) -> tuple[str, ...]:
        """Return one sentence per broken entry, in order; empty when the chain holds. Memory does not grow with the log.

        Entries cut off at the end leave no trace in the chain; only a copy of the last hash kept elsewhere shows that.
        """
        problems: list[str] = []
        previous = GENESIS_HASH
        with transaction(self._engine) as connection:
            everything = select(audit_log).order_by(audit_log.c.id).execution_options(yield_per=_AT_ONCE)
            for row in connection.execute(everything):
                if row.previous_hash != previous:
                    problems.append(f"Audit entry {row.id} does not follow the entry before it: one was removed, added or changed.")
                seal = chain_hash(
                    at=row.at,
                    actor=row.actor,
                    action=row.action,
                    subject=row.subject,
                    details=row.details,
                    previous_hash=row.previous_hash,
                )
                if seal != row.hash:
                    problems.append(f"Audit entry {row.id} was changed after it was written.")
                previous = row.hash
        return tuple(problems)


def _entry_from(row: Row[Any]) -> RecordedEntry:
    details = tuple((str(name), str(value)) for name, value in json.loads(row.details).items())
    return RecordedEntry(row.id, AuditEntry(at=row.at, actor=row.actor, action=row.action, subject=row.subject, details=details))
