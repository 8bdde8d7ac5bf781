"""Cleaning what a customer sent before anything else sees it."""

from __future__ import annotations

import unicodedata

from bot.shared.errors import InvalidInput

LONGEST_TEXT = 20_000
ENGINE_TEXT = 2_000
_KEPT_CONTROLS = frozenset("\n\t")
# Zero-width joiners stay, because emoji are made with them; direction overrides go, because they disguise text.
_DROPPED_FORMATS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


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
    whole = text.encode("utf-8", "ignore").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        character
        for character in unicodedata.normalize("NFC", whole)
        if character in _KEPT_CONTROLS or (unicodedata.category(character) != "Cc" and character not in _DROPPED_FORMATS)
    ).strip()
    if not kept:
        raise EmptyText("the message has no text")
    if len(kept) > LONGEST_TEXT:
        raise TextTooLong(f"the message has {len(kept)} characters; at most {LONGEST_TEXT} are accepted")
    return kept
