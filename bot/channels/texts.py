"""Cleaning what a customer sent before anything else sees it."""

from __future__ import annotations

from bot.shared.errors import InvalidInput
from bot.shared.text import readable

LONGEST_TEXT = 20_000
ENGINE_TEXT = 2_000


class EmptyText(InvalidInput):
    """Nothing readable is left of the message."""


class TextTooLong(InvalidInput):
    """The message is longer than anyone would type."""


def clean(text: str) -> str:
    """Return ``text`` in NFC without control characters, broken surrogates and direction overrides, trimmed.

    Raises:
        EmptyText: Nothing is left.
        TextTooLong: More than 20,000 characters are left.
    """
    kept = readable(text)
    if not kept:
        raise EmptyText("the message has no text")
    if len(kept) > LONGEST_TEXT:
        raise TextTooLong(f"the message has {len(kept)} characters; at most {LONGEST_TEXT} are accepted")
    return kept
