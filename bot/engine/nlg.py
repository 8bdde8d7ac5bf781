# ruff: noqa: ANN401 -- Rasa's interfaces pass any value
"""Rasa's answer texts come from our phrasebook, by name and language (endpoints.yml ``nlg:``)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.engine.language import LANGUAGE_KEY, language_of_tracker
from bot.library.phrasebook import Phrase, Phrasebook
from bot.shared.errors import BotError

UNAVAILABLE = "utter_unavailable"
_DEFAULT_FOLDER = "data/responses"
# Rasa passes these to every generator; they are not values of a phrase.
_NOT_VALUES = frozenset({"domain_responses", LANGUAGE_KEY, "understood", "buttons", "attachments", "attachment"})
_log = structlog.get_logger(__name__)


class PhrasebookNlg(NaturalLanguageGenerator):
    """Says responses in the language of the customer's latest message."""

    def __init__(self, endpoint_config: EndpointConfig | None = None, domain: Domain | None = None) -> None:
        """Read the phrasebook in ``CLEARLINE_RESPONSES``, else in the ``folder`` of endpoints.yml, else in ``data/responses``.

        Args:
            domain: Given by Rasa and not used: what the bot may say is in the phrasebook.

        Raises:
            InvalidInput: The phrasebook cannot be read; Rasa then does not start.
        """
        settings: Mapping[str, Any] = endpoint_config.kwargs if endpoint_config else {}
        self.phrasebook = Phrasebook.load(Path(os.environ.get("CLEARLINE_RESPONSES") or settings.get("folder") or _DEFAULT_FOLDER))

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any) -> dict[str, Any]:
        """Return the message for the response ``utter_action``.

        Placeholders are filled from the slots and, before them, from the values an action sent along. A response that
        cannot be said (unknown name, missing value) is logged and becomes ``utter_unavailable``, never silence.

        Args:
            output_channel: Not used; a phrase is the same on every channel.
            kwargs: Values by placeholder name; ``language`` and ``understood`` override what the phrase would have.
        """
        language = kwargs.get(LANGUAGE_KEY) or language_of_tracker(tracker)
        values = {name: str(value) for name, value in tracker.current_slot_values().items() if value is not None}
        values |= {name: str(value) for name, value in kwargs.items() if name not in _NOT_VALUES and value is not None}
        try:
            phrase = self.phrasebook.say(utter_action, language, values)
        except BotError as error:
            _log.error("response.could_not_be_said", response=utter_action, language=language, problem=str(error))
            return _message(self.phrasebook.say(UNAVAILABLE, language, values), {})
        return _message(phrase, kwargs)


def _message(phrase: Phrase, overrides: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": phrase.text,
        "buttons": [{"title": button.title, "payload": button.payload} for button in phrase.buttons],
        LANGUAGE_KEY: phrase.language,
        "understood": phrase.understood and overrides.get("understood") is not False,
    }
