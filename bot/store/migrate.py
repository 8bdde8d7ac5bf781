"""Bringing a database to the present tables, from wherever the package is installed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from bot.store.engine import transaction, write_alone

_FOLDER = Path(__file__).parent / "migrations"
_LOCK_KEY = 0x434C_0001


def configuration() -> Config:
    """Return the settings by which Alembic finds the migrations; the caller adds a connection to its attributes."""
    config = Config()
    # A percent sign in the path would otherwise be read as an interpolation.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(engine: Engine) -> None:
    """Bring the tables up to date in one transaction; harmless when they are, and when several processes do it at once.

    Raises:
        Unavailable: The database does not answer.
    """
    config = configuration()
    with transaction(engine) as connection:
        write_alone(connection, key=_LOCK_KEY)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(engine: Engine) -> bool:
    """Return whether the tables are those this version of the program works with.

    Raises:
        Unavailable: The database does not answer.
    """
    with transaction(engine) as connection:
        return _heads_of(connection) == set(ScriptDirectory.from_config(configuration()).get_heads())


def _heads_of(connection: Connection) -> set[str]:
    return set(MigrationContext.configure(connection).get_current_heads())
