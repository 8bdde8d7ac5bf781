"""Opening a database, and what its failures are called."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import event, exc, text

from bot.billing.model import Customer
from bot.conversations.model import Conversation, Speaker
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.ids import new_conversation_id, new_customer_id
from bot.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'clearline.db'}")
    opened.migrate()
    yield opened
    opened.close()


def pragma(store: Store, name: str) -> object:
    with store.engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def some_customer(name: str = "Customer") -> Customer:
    return Customer(id=new_customer_id(), number="C-1", name=name)


class TestSqlite:
    @pytest.mark.parametrize(("name", "value"), [("journal_mode", "wal"), ("synchronous", 1), ("busy_timeout", 5000), ("foreign_keys", 1)])
    def test_is_opened_with_its_settings(self, store: Store, name: str, value: object) -> None:
        assert pragma(store, name) == value

    def test_gets_its_folder_made(self, tmp_path: Path) -> None:
        store = open_store(f"sqlite:///{tmp_path / 'var' / 'deep' / 'clearline.db'}")

        store.ping()

        assert (tmp_path / "var" / "deep" / "clearline.db").exists()
        store.close()

    def test_takes_a_path_with_spaces_percent_signs_and_accents(self, tmp_path: Path) -> None:
        store = open_store(f"sqlite:///{tmp_path / '100 % ő' / 'clearline.db'}")

        store.migrate()

        assert store.schema_is_current()
        store.close()

    def test_locked_by_another_program_for_too_long_is_unavailable(self, store: Store, tmp_path: Path) -> None:
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 1"))
        store.engine.dispose()

        with closing(sqlite3.connect(tmp_path / "clearline.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="busy"), store.ledger.begin() as tx:
                tx.save_customer(some_customer())

    def test_on_a_full_disk_is_unavailable_and_says_so(self, store: Store) -> None:
        event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
        store.engine.dispose()

        with pytest.raises(Unavailable, match="full"), store.ledger.begin() as tx:
            tx.save_customer(some_customer(name="x" * 2_000_000))

    def test_whose_file_is_no_database_is_unavailable_and_says_so(self, tmp_path: Path) -> None:
        (tmp_path / "clearline.db").write_text("This is a shopping list, and a long one at that.\n" * 100)
        store = open_store(f"sqlite:///{tmp_path / 'clearline.db'}")

        with pytest.raises(Unavailable, match="is not a database"):
            store.ping()
        store.close()

    def test_refuses_an_instant_without_a_zone(self, store: Store) -> None:
        naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001 -- it is what must be refused
        conversation = Conversation(new_conversation_id(), "web", Speaker.BOT, "en", created_at=naive)

        with pytest.raises(exc.StatementError, match="needs a time zone"), store.conversations.begin() as tx:
            tx.add_conversation(conversation)


class TestUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "",
            "var/clearline.db",
            "mysql://host/name",
            "postgresql+psycopg://u:secret@host:port/name",
            "postgresql+psycopg://host",
            "sqlite://",
        ],
    )
    def test_that_cannot_be_used_is_refused_and_shows_no_password(self, url: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            open_store(url)

        assert "secret" not in str(refused.value)

    def test_of_a_folder_that_cannot_be_made_is_refused_by_name(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()

        with pytest.raises(InvalidInput, match=str(tmp_path / "file" / "var")):
            open_store(f"sqlite:///{tmp_path / 'file' / 'var' / 'clearline.db'}")

    def test_that_names_a_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="is a folder"):
            open_store(f"sqlite:///{tmp_path}")

    def test_of_a_server_that_does_not_answer_is_unavailable_and_shows_no_password(self) -> None:
        with closing(socket.socket()) as unused:
            unused.bind(("127.0.0.1", 0))
            store = open_store(f"postgresql+psycopg://user:secret@127.0.0.1:{unused.getsockname()[1]}/name")

            with pytest.raises(Unavailable, match="does not answer") as trouble:
                store.ping()

        assert "secret" not in str(trouble.value)
        store.close()
