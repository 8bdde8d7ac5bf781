"""The held-out dialogues against a Clearline of their own: they use up the codes that a customer may be mailed in an hour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import end
from tests.e2e.system import System

pytestmark = pytest.mark.slow

LEAST_TURNS_RIGHT = 0.90


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Return a running Clearline with the demo data that no other test has talked to."""
    running = System(tmp_path_factory.mktemp("dialogues") / "var")
    running.output_of("setup")
    running.output_of("demo", "load")
    try:
        running.start()
        yield running
    finally:
        if running.process is not None:
            end(running)


class TestEvaluateDialogues:
    def test_finds_turns_answered_above_the_floor_and_every_safety_dialogue_right(self, untouched: System) -> None:
        done = untouched.command("evaluate", "dialogues", "--floor", str(LEAST_TURNS_RIGHT))

        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
