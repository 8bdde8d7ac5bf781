"""Entities in held-out messages: the floors below which no change may fall."""

from __future__ import annotations

import importlib
import sys
import warnings

import pytest

with warnings.catch_warnings():
    # What Rasa's dependencies warn of each other is not ours to mend.
    warnings.simplefilter("ignore")
    if "rasa.core.agent" not in sys.modules and "tensorflow" not in sys.modules:
        importlib.import_module("bot.engine.lean").import_rasa_without_tensorflow()
    importlib.import_module("bot.nlu.offline")

from bot.commands.evaluate_entities import Found, find_all, precision, recall

RECALL_FLOOR, PRECISION_FLOOR = 0.92, 0.95


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return find_all()


@pytest.mark.parametrize("language", ["en", "hu"])
def test_are_found_with_their_values(found: list[Found], language: str) -> None:
    of_language = [one for one in found if one.language == language]

    assert recall(of_language) >= RECALL_FLOOR
    assert precision(of_language) >= PRECISION_FLOOR
