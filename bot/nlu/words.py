"""Words of a message, by spaCy's rules for English or Hungarian."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import spacy
from spacy.tokenizer import Tokenizer

# spaCy parts "E3-at" in English but not in Hungarian; both are parted here, so that a product keeps its name before an ending.
_PARTS = re.compile(r"[^-/]+|[-/]")


@dataclass(frozen=True, slots=True)
class Word:
    """One word or sign, with its place in the message (``end`` exclusive)."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=2)
def tokenizer(language: str) -> Tokenizer:
    """Return spaCy's tokeniser for ``en`` or ``hu``; it needs no model, only the rules that come with spaCy."""
    made = spacy.blank(language).tokenizer
    # The English rules part "id", "its" and "were" as if an apostrophe were missing; "Entra ID" must stay whole.
    made.rules = {text: parts for text, parts in made.rules.items() if not text.isalpha()}
    return made


def _parts(text: str, start: int) -> Iterator[Word]:
    for match in _PARTS.finditer(text):
        yield Word(match.group(), start + match.start(), start + match.end())


def split(text: str, language: str) -> tuple[Word, ...]:
    """Return the words and signs of ``text`` in order, without white space; may be empty."""
    words: list[Word] = []
    for token in tokenizer(language)(text):
        if not token.is_space:
            words += (
                _parts(token.text, token.idx)
                if "-" in token.text or "/" in token.text
                else [Word(token.text, token.idx, token.idx + len(token))]
            )
    return tuple(words)
