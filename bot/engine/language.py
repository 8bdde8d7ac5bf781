"""Which language a turn is in: the message's own when it could be told, else the conversation's so far."""

from __future__ import annotations

from collections.abc import Mapping

from rasa.shared.core.trackers import DialogueStateTracker

LANGUAGE_KEY = "language"
DEFAULT_LANGUAGE = "en"


def language_of(*, parse_data: Mapping[str, object], metadata: Mapping[str, object] | None) -> str:
    """Return the language the message was found to be in, else the one the front door gave, else English.

    A pressed button has no text to tell a language from, so only the front door's word counts there.
    """
    for source in (parse_data, metadata or {}):
        language = source.get(LANGUAGE_KEY)
        if isinstance(language, str) and language:
            return language
    return DEFAULT_LANGUAGE


def language_of_tracker(tracker: DialogueStateTracker) -> str:
    """Return the language of the latest customer message in ``tracker``, English where there is none."""
    message = tracker.latest_message
    if message is None:
        return DEFAULT_LANGUAGE
    parse_data: Mapping[str, object] = dict(message.parse_data) if message.parse_data else {}
    return language_of(parse_data=parse_data, metadata=message.metadata)
