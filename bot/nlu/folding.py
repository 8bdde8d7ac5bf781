"""Letters as they are compared: small, without accents, one for one, so that positions stay those of the message."""

from __future__ import annotations

import unicodedata


class _Folding(dict[int, str]):
    """Works out the plain form of a character when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        small = unicodedata.normalize("NFD", character)[0].lower()
        # A few capitals have two small letters; positions must not move, so such a character stays.
        self[code] = small if len(small) == 1 else character
        return self[code]


_SIGNS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\u00ad"), "-") | {0xA0: " ", 0x202F: " ", 0x2019: "'", 0x2044: "/"}
_TABLE = _Folding(_SIGNS)


def fold(text: str) -> str:
    """Return ``text`` in small letters without accents, with plain dashes, blanks and apostrophes, of the same length."""
    return text.translate(_TABLE)
