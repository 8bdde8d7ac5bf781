"""Entities in held-out messages: the floors below which no change may fall."""

from __future__ import annotations

import pytest

import bot.nlu.offline  # noqa: F401 -- Rasa warns when it is imported, which only collecting a test allows
from bot.commands.evaluate_entities import Found, find_all, precision, recall

RECALL_FLOOR, PRECISION_FLOOR = 0.92, 0.95


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return find_all()


@pytest.mark.parametrize("language", ["en", "hu"])
def test_are_found_with_their_values(found: list[Found], language: str) -> None:
    of_language = [one for one in found if one.language == language]

    print(f"{language}: recall {recall(of_language):.3f}, precision {precision(of_language):.3f} over {len(of_language)} messages")
    assert recall(of_language) >= RECALL_FLOOR
    assert precision(of_language) >= PRECISION_FLOOR
