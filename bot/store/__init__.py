"""The store: the only user of SQLAlchemy. SQLite by default, PostgreSQL by URL, the same code for both."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine, text

from bot.store.audit import SqlAudit
from bot.store.conversations import SqlConversations
from bot.store.engine import open_engine, transaction
from bot.store.ledger import SqlLedger
from bot.store.microsoft import SqlMicrosoft
from bot.store.migrate import is_current, migrate
from bot.store.sessions import SqlSessions
from bot.store.staff import SqlStaff

__all__ = ["Store", "open_store"]


@dataclass(frozen=True, slots=True)
class Store:
    """One database and what is kept in it; safe to share between threads."""

    engine: Engine
    ledger: SqlLedger
    conversations: SqlConversations
    staff: SqlStaff
    sessions: SqlSessions
    audit: SqlAudit
    microsoft: SqlMicrosoft

    def migrate(self) -> None:
        """Bring the tables up to date; harmless when they are. Raises: Unavailable."""
        migrate(self.engine)

    def schema_is_current(self) -> bool:
        """Return whether the tables are those this version of the program works with. Raises: Unavailable."""
        return is_current(self.engine)

    def ping(self) -> None:
        """Return when the database answers. Raises: Unavailable when it does not."""
        with transaction(self.engine) as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Return the store at ``url`` without connecting, and without migrating: see ``Store.migrate``.

    Args:
        url: ``sqlite:///path/to/file`` (its folder is made when missing) or ``postgresql+psycopg://user@host:5432/name``.

    Raises:
        InvalidInput: The URL cannot be used, or the folder of the SQLite file cannot be written to.
    """
    engine = open_engine(url)
    return Store(
        engine=engine,
        ledger=SqlLedger(engine),
        conversations=SqlConversations(engine),
        staff=SqlStaff(engine),
        sessions=SqlSessions(engine),
        audit=SqlAudit(engine),
        microsoft=SqlMicrosoft(engine),
    )
