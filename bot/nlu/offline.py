"""Finds entities with the components of ``config.yml`` outside an engine, as seen from a day of one's choice; for measuring them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rasa.shared.nlu.training_data.message import Message

from bot.nlu import extractors
from bot.nlu.components import SpacyTokens
from bot.nlu.messages import LANGUAGE, spans_of
from bot.nlu.spans import Span

_MODULE = "bot.nlu.extractors."


class EntityFinder:
    """The extractors of the pipeline, in its order, on one day."""

    def __init__(self, *, today: date, config: Path = Path("config.yml")) -> None:
        """Build the components that ``config`` names, with their settings there; ``today`` counts at the partner's."""
        pipeline: list[dict[str, Any]] = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
        before = os.environ.get("CLEARLINE_NOW")
        os.environ["CLEARLINE_NOW"] = f"{today.isoformat()}T12:00:00+00:00"
        try:
            self._components = [_made(entry) for entry in pipeline if entry["name"].startswith(_MODULE)]
        finally:
            # The components have read the clock.
            os.environ.pop("CLEARLINE_NOW")
            if before is not None:
                os.environ["CLEARLINE_NOW"] = before
        self._tokens = SpacyTokens(SpacyTokens.get_default_config())

    def find(self, texts: Sequence[tuple[str, str]]) -> Iterable[tuple[Span, ...]]:
        """Yield the entities of each (text, language), in reading order; may be empty."""
        for text, language in texts:
            message = Message({"text": text, LANGUAGE: language})
            message.set("text_tokens", self._tokens.tokenize(message, "text"))
            for component in self._components:
                component.process([message])
            yield spans_of(message)


def _made(entry: dict[str, Any]) -> extractors.Extractor:
    kind: type[extractors.Extractor] = getattr(extractors, entry["name"].removeprefix(_MODULE))
    return kind({**kind.get_default_config(), **{name: value for name, value in entry.items() if name != "name"}})
