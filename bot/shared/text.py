"""Text as people type it: what may be kept of it, and comparing it."""

import unicodedata

_KEPT_CONTROLS = frozenset("\n\t")
# Zero-width joiners stay, because emoji are made with them; direction overrides go, because they disguise text.
_DROPPED_FORMATS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u200b")


def readable(text: str) -> str:
    """Return ``text`` in NFC without control characters, broken surrogates and direction overrides, trimmed; may be empty."""
    whole = text.encode("utf-8", "ignore").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in unicodedata.normalize("NFC", whole)
        if character in _KEPT_CONTROLS or (unicodedata.category(character) != "Cc" and character not in _DROPPED_FORMATS)
    ).strip()


def fold(text: str) -> str:
    """Return ``text`` without accents and case, with single spaces: "Számla  " and "szamla" compare equal."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in decomposed if not unicodedata.combining(character)).split())
