"""An empty database, and a store with its tables, once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import delete

from bot.store import Store, open_store
from bot.store.tables import metadata

_SERVER = os.environ.get("CLEARLINE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
_BOTH = ("sqlite", "postgresql")


@contextmanager
def _new_postgresql_database() -> Iterator[str]:
    try:
        admin = psycopg.connect(_SERVER.replace("+psycopg", ""), connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers; set CLEARLINE_TEST_POSTGRESQL to postgresql+psycopg://user@host:port/name")
    name = f"clearline_test_{secrets.token_hex(6)}"
    with admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{_SERVER.rpartition('/')[0]}/{name}"
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _migrated(url: str) -> str:
    opened = open_store(url)
    opened.migrate()
    opened.close()
    return url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    template = tmp_path_factory.mktemp("template") / "clearline.db"
    _migrated(f"sqlite:///{template}")
    return template


@pytest.fixture(scope="session")
def _postgresql_with_tables() -> Iterator[str]:
    with _new_postgresql_database() as url:
        yield _migrated(url)


@pytest.fixture(params=_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store' / 'clearline.db'}"
    else:
        with _new_postgresql_database() as url:
            yield url


@pytest.fixture(params=_BOTH)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return a store with empty tables."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("_sqlite_template"), tmp_path / "clearline.db")
        opened = open_store(f"sqlite:///{tmp_path / 'clearline.db'}")
    else:
        opened = open_store(request.getfixturevalue("_postgresql_with_tables"))
        with opened.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(delete(table))
    yield opened
    opened.close()
