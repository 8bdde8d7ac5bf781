"""Opening a database, one transaction, and what its failures mean to everybody above."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, func, make_url, select

from bot.shared.errors import BotError, Conflict, InvalidInput, Unavailable

BUSY_TIMEOUT = 5  # seconds a statement waits for another writer, on both databases
_CONNECT_TIMEOUT = 5  # seconds
_POOL_TIMEOUT = 15  # seconds a caller waits for a free connection
_READS = ("SELECT", "PRAGMA", "BEGIN")
_MISSING_TABLE = "42P01"  # SQLSTATE undefined_table


def open_engine(url: str) -> Engine:
    """Return an engine for ``url`` without connecting yet.

    Args:
        url: ``sqlite:///path/to/file`` (its folder is made when missing) or ``postgresql+psycopg://user@host/name``.

    Raises:
        InvalidInput: The URL cannot be used, or the folder of the SQLite file cannot be written to.
    """
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise InvalidInput(
            "the database URL cannot be read; it is sqlite:///path/to/file or postgresql+psycopg://user@host:5432/name"
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        return _open_sqlite(parsed)
    if backend in ("postgresql", "postgres"):
        return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise InvalidInput(f"the database URL names {backend!r}; only sqlite and postgresql+psycopg can be used")


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise InvalidInput("the database URL names no file; use sqlite:///path/to/file")
    folder = Path(url.database).resolve().parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"the folder {folder} of the database cannot be made: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InvalidInput(f"the folder {folder} of the database cannot be written to; give it to the user that runs this program")
    if Path(url.database).is_dir():
        raise InvalidInput(f"{url.database} is a folder; the database URL must name a file in it")
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        hide_parameters=True,
        pool_timeout=_POOL_TIMEOUT,
        connect_args={"timeout": BUSY_TIMEOUT},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "before_cursor_execute", _begin_when_writing)
    return engine


def _open_postgresql(url: URL) -> Engine:
    if not url.database:
        raise InvalidInput("the database URL names no database; use postgresql+psycopg://user@host:5432/name")
    # A wait for somebody's lock ends as it does on SQLite. A URL with options of its own is left alone.
    options = {} if "options" in url.query else {"options": f"-c lock_timeout={BUSY_TIMEOUT * 1000} -c timezone=UTC"}
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=5,
        pool_timeout=_POOL_TIMEOUT,
        connect_args={"connect_timeout": _CONNECT_TIMEOUT, **options},
    )


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions on its own: _begin_when_writing does.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    try:
        # Changing the journal mode needs the file alone, so it is asked for only where it is not set yet.
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -16384")
    finally:
        cursor.close()


def _begin_when_writing(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    """Begin the SQLite transaction at its first write, taking the write lock at once.

    Until then each query stands alone, as it does under PostgreSQL's READ COMMITTED. A reader therefore never waits for a
    long import, and a transaction that reads and then writes waits for its turn instead of failing on an old snapshot.
    """
    if not statement.startswith(_READS) and not _in_transaction(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _in_transaction(connection: Connection) -> bool:
    return bool(connection.connection.dbapi_connection.in_transaction)  # type: ignore[union-attr] # sqlite3's own attribute


def write_alone(connection: Connection, *, key: int) -> None:
    """Let nobody else pass this point with the same ``key`` until the transaction ends; for read-then-write."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(key)))
    elif not _in_transaction(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction: committed when the block ends well, rolled back otherwise.

    Raises:
        Unavailable: The database does not answer, is locked for too long, is full or has no tables yet.
        Conflict: What was written contradicts what is stored.
        InvalidInput: A value cannot be stored (too large, or not text).
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (exc.DBAPIError, exc.TimeoutError) as error:
        expected = _meaning(error, engine.url)
        if expected is None:
            raise
        raise expected from error
    except UnicodeEncodeError as error:
        raise InvalidInput("a text holds characters that are not Unicode and cannot be stored") from error


def _meaning(error: exc.DBAPIError | exc.TimeoutError, url: URL) -> BotError | None:
    where = url.render_as_string(hide_password=True)
    if isinstance(error, exc.TimeoutError):
        return Unavailable(f"every connection to the database {where} is in use")
    if isinstance(error, exc.IntegrityError):
        return Conflict(_contradiction(str(error.orig)))
    if isinstance(error, exc.DataError):
        return InvalidInput("a value cannot be stored: it is too large, or its text holds a NUL character")
    if isinstance(error, exc.ProgrammingError):
        if getattr(error.orig, "sqlstate", None) == _MISSING_TABLE:
            return Unavailable(f"the database {where} has no tables yet, or older ones; it must be migrated first")
        return None
    if isinstance(error, exc.OperationalError | exc.InterfaceError) or type(error) is exc.DatabaseError:
        return Unavailable(_trouble(str(error.orig), where))
    return None


def _contradiction(cause: str) -> str:
    if "foreign key" in cause.lower():
        return "what is to be stored names something that is not in the store"
    return "what is to be stored is there already"


def _trouble(cause: str, where: str) -> str:
    causes = {
        "locked": f"the database {where} is busy: another program has been writing for more than {BUSY_TIMEOUT} seconds",
        "lock timeout": f"the database {where} is busy: another program has been writing for more than {BUSY_TIMEOUT} seconds",
        "deadlock": f"the database {where} is busy; try again",
        "No space left": f"the disk of the database {where} is full; free some space",
        "full": f"the disk of the database {where} is full; free some space",
        "readonly": f"the database {where} cannot be written to; give it to the user that runs this program",
        "unable to open": f"the database {where} cannot be opened; is its folder there, and may this program write to it?",
        "no such table": f"the database {where} has no tables yet; it must be migrated first",
        "no such column": f"the database {where} has older tables; it must be migrated first",
        "not a database": f"{where} is not a database; name another file or move this one away",
    }
    for sign, meaning in causes.items():
        if sign in cause:
            return meaning
    return f"the database {where} does not answer"
