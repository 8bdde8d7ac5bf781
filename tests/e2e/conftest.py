"""All processes, started once for every test in this folder; collected only with ``-m slow``."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bot.shared.formats import show_date, show_money
from bot.shared.money import Money
from tests.e2e.system import MODEL, Json, System, Talk, is_alive, until

_TOKEN_MINUTES = "240"
_END_SECONDS = 20


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Keep these tests out of a run that did not ask for slow ones by ``-m``."""
    return True if "slow" not in (config.option.markexpr or "") else None


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Return a running Clearline with the demo data; afterwards none of its processes may be left."""
    if not MODEL.exists():
        pytest.fail(f"there is no model at {MODEL}; run 'clearline train --if-stale' first, as scripts/test does", pytrace=False)
    running = System(tmp_path_factory.mktemp("e2e") / "var")
    running.output_of("setup")
    running.output_of("demo", "load")
    try:
        running.start()
        yield running
    finally:
        if running.process is not None:
            end(running)


def end(running: System) -> None:
    """Stop it as Ctrl-C does and make sure that no child is left."""
    if running.up.poll() is not None:
        return
    try:
        _, children = running.stop()
    except subprocess.TimeoutExpired as error:
        raise AssertionError("clearline up did not stop within a minute of Ctrl-C") from error
    until("all child processes are gone", lambda: not any(is_alive(pid) for pid in children), seconds=_END_SECONDS)


@pytest.fixture(scope="session")
def facts(system: System) -> Json:
    """Return the demo data by role, read back from the database of ``system``."""
    return json.loads(system.output_of("demo", "facts", "--json"))


@pytest.fixture(scope="session")
def bearer(system: System, facts: Json) -> str:
    """Return a token of the main customer."""
    return system.output_of("token", facts["customer"]["number"], "--minutes", _TOKEN_MINUTES).strip()


@pytest.fixture
def signed_in(system: System, bearer: str) -> Callable[..., Talk]:
    """Begin conversations as the main customer; ``lang`` is the language to begin in."""
    return lambda lang=None: Talk(system, bearer=bearer, lang=lang)


@pytest.fixture
def anonymous(system: System) -> Callable[..., Talk]:
    """Begin conversations as somebody unknown."""
    return lambda lang=None: Talk(system, lang=lang)


def amount(fact: Json, language: str) -> str:
    """Return the fact's amount as the language writes it."""
    return show_money(Money(Decimal(fact["amount"]), fact["currency"]), language)


def day(iso: str, language: str) -> str:
    """Return an ISO date as the language writes it."""
    return show_date(date.fromisoformat(iso), language)
