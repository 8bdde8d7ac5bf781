"""Fingerprints of training messages: the same for the same content, another for any other, and Rasa's own where JSON fails."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine import fingerprints


@pytest.fixture(autouse=True)
def installed() -> Iterator[None]:
    before = Message.fingerprint
    fingerprints.install()
    yield
    Message.fingerprint = before


def message(text: str = "mennyi?", **more: Any) -> Message:
    return Message({"text": text, "intent": "latest_invoice", "tokens": [Token(text, 0, lemma="mennyi")], **more})


def test_are_the_same_for_the_same_content() -> None:
    assert message().fingerprint() == message().fingerprint()
    assert TrainingData([message("a"), message("b")]).fingerprint() == TrainingData([message("b"), message("a")]).fingerprint()


@pytest.mark.parametrize(
    "other",
    [
        message("mennyi"),
        message(entities=[{"entity": "period", "start": 0, "end": 2}]),
        message(tokens=[Token("mennyi?", 1, lemma="mennyi")]),
        message(tokens=[Token("mennyi?", 0, lemma="mennyi", data={"pos": "NOUN"})]),
    ],
    ids=["text", "entities", "place of a token", "data of a token"],
)
def test_differ_with_any_part_of_it(other: Message) -> None:
    assert other.fingerprint() != message().fingerprint()


def test_follow_what_a_component_adds() -> None:
    grown = message()
    before = grown.fingerprint()
    grown.set("language", "hu")
    assert grown.fingerprint() != before


def test_are_rasas_own_where_json_has_no_form() -> None:
    features = Features(np.array([[1.0]]), "sequence", "text", "somebody's featurizer")
    other = Features(np.array([[2.0]]), "sequence", "text", "somebody's featurizer")
    featured = [Message({"text": "a"}, features=[one]) for one in (features, features, other)]
    assert featured[0].fingerprint() == featured[1].fingerprint() != featured[2].fingerprint()
    prices = [message(price=Decimal(price)).fingerprint() for price in ("1.5", "1.5", "2.5")]
    assert prices[0] == prices[1] != prices[2]
