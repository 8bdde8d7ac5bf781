"""Between Rasa's messages and ours: texts, languages, words and entities, read and written in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.language import LANGUAGES
from bot.nlu.spans import Span
from bot.nlu.words import Word

LANGUAGE = "language"
# Longer texts are letters or pasted logs; what is asked stands at the beginning, and the time for a message stays bounded.
LONGEST = 2000


def text_of(message: Message) -> str:
    """Return the part of the message that is read; empty when there is none."""
    return str(message.get(TEXT) or "")[:LONGEST]


def language_of(message: Message) -> str:
    """Return the language the tagger set, or English when there was no tagger."""
    return str(message.get(LANGUAGE) or LANGUAGES[0])


def previous_language(message: Message) -> str | None:
    """Return the language of the conversation so far, which the front door sends as metadata, or None."""
    metadata = message.get("metadata")
    spoken = metadata.get(LANGUAGE) if isinstance(metadata, dict) else None
    return spoken if spoken in LANGUAGES else None


def words_of(message: Message) -> tuple[Word, ...] | None:
    """Return the words that the tokenizer found, or None when it has not run."""
    tokens = message.get(TOKENS_NAMES[TEXT])
    return None if tokens is None else tuple(Word(token.text, token.start, token.end) for token in tokens)


def spans_of(message: Message) -> tuple[Span, ...]:
    """Return the entities found so far, in the order of their finding."""
    return tuple(
        Span(entity["start"], entity["end"], entity["entity"], str(entity["value"]))
        for entity in message.get(ENTITIES) or ()
        if "start" in entity
    )


def set_entities(message: Message, spans: Iterable[Span], extractor: str, kept: Iterable[dict[str, Any]] = ()) -> None:
    """Write ``kept`` and the new ``spans`` as the entities of the message; ``extractor`` is named in the new ones."""
    entities = [*kept]
    entities += [
        {"entity": span.entity, "start": span.start, "end": span.end, "value": span.value, "confidence_entity": 1.0, "extractor": extractor}
        for span in spans
    ]
    message.set(ENTITIES, entities, add_to_output=True)
