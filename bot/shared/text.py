"""Comparing text the way people type it."""

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` without accents and case, with single spaces: "Számla  " and "szamla" compare equal."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(character for character in decomposed if not unicodedata.combining(character)).split())
