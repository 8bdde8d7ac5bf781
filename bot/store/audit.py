"""The audit log over SQL: append-only, each entry sealed with the hash of the one before."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select

from bot.shared.audit import GENESIS_HASH, AuditEntry, chain_hash, details_json
from bot.store.engine import transaction, write_alone
from bot.store.tables import audit_log

_LOCK_KEY = 0x434C_0002
_AT_ONCE = 500  # rows held in memory while verifying


class SqlAudit:
    """Writes and verifies the audit log."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, entry: AuditEntry) -> None:
        """Append an entry to the chain, in a transaction of its own. Raises: Unavailable."""
        details = details_json(entry.details)
        with transaction(self._engine) as connection:
            # The last hash must stay the last until ours is written.
            write_alone(connection, key=_LOCK_KEY)
            previous = connection.scalar(select(audit_log.c.hash).order_by(audit_log.c.id.desc()).limit(1)) or GENESIS_HASH
            seal = chain_hash(
                at=entry.at, actor=entry.actor, action=entry.action, subject=entry.subject, details=details, previous_hash=previous
            )
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
