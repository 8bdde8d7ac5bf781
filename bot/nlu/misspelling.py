"""Misspells a text as quick fingers do: learning from such copies too, a model also understands what is typed carelessly."""

from __future__ import annotations

import random
import re
from itertools import pairwise

# Whole words of three letters and more; those with a digit or an underscore (masked entities) are no words.
_WORD = re.compile(r"\b[^\W\d_]{3,}\b")
# Neighbours on the keyboards of both languages: y and z change places between the two.
_ROWS = ("qwertzuiop", "qwertyuiop", "asdfghjkl", "yxcvbnm", "zxcvbnm")
_PAIRS = [pair for row in _ROWS for pair in (*pairwise(row), *pairwise(row[::-1]))]
_NEIGHBOURS = {letter: "".join(sorted({other for one, other in _PAIRS if one == letter})) for letter, _ in _PAIRS}


def misspell(text: str, *, share: float, chance: random.Random) -> str:
    """Return ``text`` with one mistake in some words: two letters swapped, one left out, typed twice, or its neighbour hit.

    Args:
        text: Folded; words of one or two letters, with digits or with underscores stay as they are.
        share: Of the other words that get a mistake, 0-1.
        chance: Decides which words and how.
    """
    return _WORD.sub(lambda word: _misspell_word(word[0], chance) if chance.random() < share else word[0], text)


def _misspell_word(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    before, letter, after = word[:place], word[place], word[place + 1 :]
    swapped = before[:-1] + letter + before[-1] + after
    beside = before + chance.choice(_NEIGHBOURS.get(letter, letter)) + after
    return chance.choice((swapped, before + after, before + letter + letter + after, beside))
