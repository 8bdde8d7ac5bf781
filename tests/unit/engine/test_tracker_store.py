"""The tracker store over real databases: what it keeps, and that it never loses a turn quietly."""

import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from rasa.core.tracker_store import InMemoryTrackerStore

from bot.engine.tracker_rows import StaleConversation
from bot.engine.tracker_store import CompactTrackerStore
from bot.shared.errors import InvalidInput, Unavailable
from tests.unit.engine.talks import DOMAIN, start, turn

SERVER = "postgresql://postgres@127.0.0.1:5432"


def _postgres() -> Iterator[str]:
    try:
        admin = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL on 127.0.0.1:5432: {error}")
    name = f"engine_{uuid.uuid4().hex}"
    admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{SERVER.replace('postgresql', 'postgresql+psycopg')}/{name}"
    finally:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        admin.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'deep' / 'engine.sqlite3'}"
    else:
        yield from _postgres()


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[CompactTrackerStore]:
    one = CompactTrackerStore(DOMAIN, host=url)
    yield one
    await one.rows.close()


async def talk(store: CompactTrackerStore, *numbers: int) -> None:
    tracker = await store.get_or_create_tracker("cnv_1", append_action_listen=False)
    tracker.update_with_events([event for number in numbers for event in turn(number)], DOMAIN)
    await store.save(tracker)


class TestStoring:
    async def test_knows_no_conversation_at_first(self, store: CompactTrackerStore) -> None:
        assert await store.retrieve("cnv_1") is None
        assert not await store.exists("cnv_1")
        assert await store.keys() == []

    async def test_gives_back_what_the_next_turn_needs(self, store: CompactTrackerStore) -> None:
        tracker = await store.get_or_create_tracker("cnv_1", append_action_listen=False)
        tracker.update_with_events([*start(), *turn(7)], DOMAIN)
        await store.save(tracker)

        again = await store.retrieve("cnv_1")

        assert again is not None
        assert again.get_slot("focus") == "CL-7"
        assert again.latest_action_name == "action_listen"
        assert await store.keys() == ["cnv_1"]

    async def test_survives_a_restart(self, store: CompactTrackerStore, url: str) -> None:
        await talk(store, 1)
        other = CompactTrackerStore(DOMAIN, host=url)

        again = await other.retrieve("cnv_1")

        assert again is not None
        assert again.get_slot("focus") == "CL-1"
        await other.rows.close()

    async def test_refuses_to_overwrite_a_turn_stored_meanwhile(self, store: CompactTrackerStore) -> None:
        await talk(store, 1)
        slow = await store.get_or_create_tracker("cnv_1")
        await talk(store, 2)

        with pytest.raises(StaleConversation):
            await store.save(slow)
        again = await store.retrieve("cnv_1")
        assert again is not None
        assert again.get_slot("focus") == "CL-2"

    async def test_refuses_a_second_first_turn(self, store: CompactTrackerStore) -> None:
        slow = store.init_tracker("cnv_1")
        await talk(store, 1)

        with pytest.raises(StaleConversation):
            await store.save(slow)

    async def test_saves_the_same_tracker_again(self, store: CompactTrackerStore) -> None:
        tracker = await store.get_or_create_tracker("cnv_1")
        for number in range(3):
            tracker.update_with_events(turn(number), DOMAIN)
            await store.save(tracker)

        assert await store.exists("cnv_1")

    async def test_takes_trackers_of_rasas_own_api(self, store: CompactTrackerStore) -> None:
        await talk(store, 1)
        foreign = await InMemoryTrackerStore(DOMAIN).get_or_create_tracker("cnv_1")
        foreign.update_with_events(turn(9), DOMAIN)

        await store.save(foreign)

        again = await store.retrieve("cnv_1")
        assert again is not None
        assert again.get_slot("focus") == "CL-9"

    async def test_forgets_on_request(self, store: CompactTrackerStore) -> None:
        await talk(store, 1)

        await store.rows.delete("cnv_1")

        assert not await store.exists("cnv_1")


class TestFailing:
    async def test_says_so_when_the_file_cannot_be_read(self, tmp_path: Path) -> None:
        store = CompactTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'engine.sqlite3'}")
        await talk(store, 1)
        with sqlite3.connect(tmp_path / "engine.sqlite3") as other:
            other.execute("DROP TABLE engine_conversations")

        with pytest.raises(Unavailable):
            await store.retrieve("cnv_1")
        await store.rows.close()

    async def test_says_so_when_a_row_is_garbage(self, tmp_path: Path) -> None:
        store = CompactTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'engine.sqlite3'}")
        await store.rows.write("cnv_1", content="[[]]", base=0, at=0)

        with pytest.raises(Unavailable, match="cnv_1"):
            await store.retrieve("cnv_1")
        await store.rows.close()

    async def test_says_so_when_the_database_is_gone(self, unused_tcp_port: int) -> None:
        store = CompactTrackerStore(DOMAIN, host=f"postgresql://postgres@127.0.0.1:{unused_tcp_port}/none")

        with pytest.raises(Unavailable):
            await store.retrieve("cnv_1")

    async def test_goes_on_after_a_lost_connection(self) -> None:
        databases = _postgres()
        url = next(databases)
        store = CompactTrackerStore(DOMAIN, host=url)
        await talk(store, 1)
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (url.rpartition("/")[2],))

        assert await store.exists("cnv_1")
        await store.rows.close()
        next(databases, None)

    def test_refuses_a_folder_it_cannot_make(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(InvalidInput, match="CLEARLINE_VAR"):
            CompactTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'file' / 'engine.sqlite3'}")

    def test_refuses_another_kind_of_database(self) -> None:
        with pytest.raises(InvalidInput, match="mysql"):
            CompactTrackerStore(DOMAIN, host="mysql://x")

    def test_refuses_settings_it_does_not_know(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="turn"):
            CompactTrackerStore(DOMAIN, host=f"sqlite:///{tmp_path / 'e'}", turn=3)

    def test_lies_in_the_state_folder_by_default(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CLEARLINE_VAR", str(tmp_path))
        monkeypatch.delenv("CLEARLINE_TRACKER_URL", raising=False)

        CompactTrackerStore(DOMAIN)

        assert (tmp_path / "engine.sqlite3").exists()
