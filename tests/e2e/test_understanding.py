"""Topics of held-out messages, understood by the running engine: the floors below which no change may fall."""

from __future__ import annotations

import pytest

from bot.commands.evaluate import Judged, judge, macro_f1
from bot.settings import Settings
from tests.e2e.system import System

pytestmark = pytest.mark.slow

F1_FLOOR, CAUGHT_FLOOR, REFUSED_CEILING = 0.87, 0.70, 0.08
_REFUSED = ("out_of_scope", "nlu_fallback")


@pytest.fixture(scope="module", params=["en", "hu"])
def judged(request: pytest.FixtureRequest, system: System) -> list[Judged]:
    return judge(Settings.from_env(system.env), request.param)


class TestTopics:
    def test_are_told_apart(self, judged: list[Judged]) -> None:
        assert macro_f1(judged) >= F1_FLOOR

    def test_outside_are_left_alone_and_inside_are_not_refused(self, judged: list[Judged]) -> None:
        outside = [one.got in _REFUSED for one in judged if one.wanted in _REFUSED]
        inside = [one.got in _REFUSED for one in judged if one.wanted not in _REFUSED]

        assert sum(outside) / len(outside) >= CAUGHT_FLOOR
        assert sum(inside) / len(inside) <= REFUSED_CEILING
