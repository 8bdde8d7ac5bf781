"""A Clearline on SQLite with the repository's own knowledge and responses, and a clock that stands still."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from bot.services import Services
from bot.settings import Settings
from bot.store import open_store
from bot.wiring import Wired, wire

# No deadline: a busy machine is slow, not wrong. What lands is judged on the same examples every time; at home they vary.
hypothesis.settings.register_profile("clearline", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("clearline")

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)  # A Tuesday, 11:00 in Budapest: the desk is open.


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings whose state is in the test's own folder and whose clock stands at ``NOW``."""
    return Settings.from_env(
        {
            "CLEARLINE_VAR": str(tmp_path),
            "CLEARLINE_SECRET_KEY": "k" * 40,
            "CLEARLINE_RASA_TOKEN": "engine-token",
            "CLEARLINE_METRICS_TOKEN": "metrics-token",
            "CLEARLINE_NOW": NOW.isoformat(),
            "CLEARLINE_LOG_LEVEL": "error",
        }
    )


@pytest.fixture
def wired(settings: Settings) -> Iterator[Wired]:
    """Return everything wired, over an empty database."""
    store = open_store(settings.database_url)
    store.migrate()
    store.close()
    opened = wire(settings)
    yield opened
    opened.store.close()


@pytest.fixture
def services(wired: Wired) -> Services:
    """Return the services over an empty database."""
    return wired.services


class MovingClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        """Return where the test put it."""
        return self.at


@pytest.fixture
def clock() -> MovingClock:
    """Return a clock to be moved by hand; use with ``with_clock``."""
    return MovingClock()


@pytest.fixture
def clocked(services: Services, clock: MovingClock) -> Services:
    """Return the services with the clock that the test moves."""
    return replace(services, clock=clock)
