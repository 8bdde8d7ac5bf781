"""Where the compact conversations lie: one row each, in SQLite or PostgreSQL."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Protocol

import psycopg

from bot.shared.errors import Conflict, InvalidInput, Unavailable

_TABLE = """
CREATE TABLE IF NOT EXISTS engine_conversations (
    conversation TEXT PRIMARY KEY,
    version BIGINT NOT NULL,
    changed_at DOUBLE PRECISION NOT NULL,
    content TEXT NOT NULL
)
"""
_SELECT = "SELECT version, content FROM engine_conversations WHERE conversation = ?"
_INSERT = "INSERT INTO engine_conversations (conversation, version, changed_at, content) VALUES (?, 1, ?, ?) ON CONFLICT DO NOTHING"
_UPDATE = "UPDATE engine_conversations SET version = version + 1, changed_at = ?, content = ? WHERE conversation = ? AND version = ?"
_DELETE = "DELETE FROM engine_conversations WHERE conversation = ?"
_KEYS = "SELECT conversation FROM engine_conversations ORDER BY changed_at"
_BUSY_SECONDS = 2.0
_CONNECT_SECONDS = 3


class StaleConversation(Conflict):
    """Another turn of the conversation was stored since this one was read; this one must not overwrite it."""


class TrackerRows(Protocol):
    """A table of one row a conversation, with compare-and-set on its version."""

    async def read(self, conversation: str) -> tuple[int, str] | None:
        """Return its version (1 and up) and content, or None. Raises: Unavailable."""
        ...

    async def write(self, conversation: str, *, content: str, base: int, at: float) -> int:
        """Store ``content`` over version ``base`` (0 = must be new) and return the new version.

        Args:
            at: When, in seconds since the epoch.

        Raises:
            StaleConversation: The stored version is not ``base``.
            Unavailable: The database does not take it.
        """
        ...

    async def delete(self, conversation: str) -> None:
        """Forget the conversation, if it is known. Raises: Unavailable."""
        ...

    async def keys(self) -> list[str]:
        """Return all conversation ids, the longest unchanged first. Raises: Unavailable."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class SqliteRows:
    """Rows in a file that only this process writes, so that a statement never waits for another writer.

    Called on the event loop itself: a read or a write takes less time than a hop to a worker thread.
    """

    def __init__(self, path: Path) -> None:
        """Open or make the file at ``path``; its folder is made too.

        Raises:
            InvalidInput: The file cannot be opened or written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_TABLE)
        except (OSError, sqlite3.Error) as error:
            raise InvalidInput(f"the engine cannot keep its conversations in {path}: {error}; see CLEARLINE_VAR") from error

    async def read(self, conversation: str) -> tuple[int, str] | None:
        """Return version and content, or None (see ``TrackerRows``)."""
        row = self._execute(_SELECT, (conversation,)).fetchone()
        return (int(row[0]), str(row[1])) if row else None

    async def write(self, conversation: str, *, content: str, base: int, at: float) -> int:
        """Compare and set (see ``TrackerRows``)."""
        if base == 0:
            done = self._execute(_INSERT, (conversation, at, content))
        else:
            done = self._execute(_UPDATE, (at, content, conversation, base))
        if done.rowcount != 1:
            raise StaleConversation(f"conversation {conversation} is no longer at version {base}")
        return base + 1

    async def delete(self, conversation: str) -> None:
        """Forget it (see ``TrackerRows``)."""
        self._execute(_DELETE, (conversation,))

    async def keys(self) -> list[str]:
        """Return all ids (see ``TrackerRows``)."""
        return [str(row[0]) for row in self._execute(_KEYS, ()).fetchall()]

    async def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _execute(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise Unavailable(f"the engine's conversation file does not answer: {error}") from error


class PostgresRows:
    """Rows in PostgreSQL over one connection, opened at first use and again when it was lost."""

    def __init__(self, url: str) -> None:
        """Remember where the database is: ``postgresql://…``."""
        self._url = url
        self._one_at_a_time = asyncio.Lock()
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None

    async def read(self, conversation: str) -> tuple[int, str] | None:
        """Return version and content, or None (see ``TrackerRows``)."""
        _, rows = await self._execute(_SELECT, (conversation,))
        return (int(str(rows[0][0])), str(rows[0][1])) if rows else None

    async def write(self, conversation: str, *, content: str, base: int, at: float) -> int:
        """Compare and set (see ``TrackerRows``)."""
        if base == 0:
            count, _ = await self._execute(_INSERT, (conversation, at, content))
        else:
            count, _ = await self._execute(_UPDATE, (at, content, conversation, base))
        # A write that was repeated after a lost connection may find that its first try had arrived.
        if count != 1 and await self.read(conversation) != (base + 1, content):
            raise StaleConversation(f"conversation {conversation} is no longer at version {base}")
        return base + 1

    async def delete(self, conversation: str) -> None:
        """Forget it (see ``TrackerRows``)."""
        await self._execute(_DELETE, (conversation,))

    async def keys(self) -> list[str]:
        """Return all ids (see ``TrackerRows``)."""
        _, rows = await self._execute(_KEYS, ())
        return [str(row[0]) for row in rows]

    async def close(self) -> None:
        """Close the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _execute(self, statement: str, values: tuple[object, ...]) -> tuple[int, list[tuple[object, ...]]]:
        async with self._one_at_a_time:
            try:
                return await self._try(statement, values)
            except psycopg.OperationalError:
                await self.close()
            try:
                return await self._try(statement, values)
            except psycopg.Error as error:
                await self.close()
                raise Unavailable(f"the engine's conversation database does not answer: {type(error).__name__}") from error

    async def _try(self, statement: str, values: tuple[object, ...]) -> tuple[int, list[tuple[object, ...]]]:
        if self._connection is None:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, connect_timeout=_CONNECT_SECONDS)
            await self._connection.execute(_TABLE)
        cursor = await self._connection.execute(statement.replace("?", "%s").encode(), values)
        return cursor.rowcount, await cursor.fetchall() if cursor.description else []


def open_rows(*, url: str | None, var: Path) -> TrackerRows:
    """Return the rows at ``url``, or in ``engine.sqlite3`` of the state folder ``var`` when there is no URL.

    Raises:
        InvalidInput: The URL is of another kind of database, or the file cannot be opened.
    """
    if not url:
        return SqliteRows(var / "engine.sqlite3")
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return SqliteRows(Path(rest.removeprefix("/")))
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        return PostgresRows(f"postgresql://{rest}")
    raise InvalidInput(f"CLEARLINE_TRACKER_URL starts with {scheme!r}; it may be sqlite:///… or postgresql://…")
