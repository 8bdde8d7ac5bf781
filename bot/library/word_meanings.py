"""Words that mean the same, in both languages, so that a search finds what was said in other words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import RootModel, ValidationError

from bot.library import fields
from bot.library.models import Strict
from bot.library.strict_yaml import read_mapping
from bot.shared.errors import InvalidInput
from bot.shared.text import fold

_SHORTEST_BEGINNING = 2
# Hungarian parts a verb from its prefix: "mondom le" and "le szeretném mondani" are forms of "lemond".
_VERB_PREFIXES = frozenset({"at", "be", "el", "fel", "hozza", "ki", "le", "meg", "ossze", "tul", "ujra", "vissza"})
_FARTHEST_VERB = 3


class _Forms(Strict):
    """The forms of one meaning, a list a language."""

    en: tuple[fields.Text, ...]
    hu: tuple[fields.Text, ...]


class _WordsFile(RootModel[dict[str, _Forms]]):
    """``words.yml``: meaning to forms."""


@dataclass(frozen=True, slots=True)
class WordMeanings:
    """Finds meanings in a folded text.

    Attributes:
        whole: Word or phrase (words joined by blanks) to its meanings.
        beginnings: Beginning of a word to its meanings.
        openings: What phrases begin with: their first word, first two words and so on, without the last.
    """

    whole: Mapping[str, tuple[str, ...]]
    beginnings: Mapping[str, tuple[str, ...]]
    openings: frozenset[str]

    @staticmethod
    def load(path: Path) -> WordMeanings:
        """Read ``words.yml``; a folder without one has no meanings.

        Raises:
            InvalidInput: The file cannot be used.
        """
        if not path.exists():
            return WordMeanings({}, {}, frozenset())
        try:
            content = _WordsFile.model_validate(read_mapping(path)).root
        except ValidationError as error:
            lines = (f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors(include_url=False))
            raise InvalidInput("\n".join(lines)) from error
        whole: dict[str, dict[str, None]] = {}
        beginnings: dict[str, dict[str, None]] = {}
        for meaning, forms in content.items():
            for form in dict.fromkeys(fold(one) for one in (*forms.en, *forms.hu)):
                target = beginnings if form.endswith("-") else whole
                target.setdefault(" ".join(words(form)), {})[meaning] = None
        phrases = [form.split() for form in (*whole, *beginnings)]
        openings = frozenset(" ".join(phrase[:length]) for phrase in phrases for length in range(1, len(phrase)))
        return WordMeanings(_frozen(whole), _frozen(beginnings), openings)

    def of(self, tokens: Sequence[str]) -> Iterator[str]:
        """Yield the meanings of words and phrases in ``tokens`` (folded words in order)."""
        for start in range(len(tokens)):
            phrase = ""
            for word in tokens[start:]:
                phrase = f"{phrase} {word}" if phrase else word
                yield from self.whole.get(phrase, ())
                yield from self._begins(phrase, len(word))
                if phrase not in self.openings:
                    break
        for verb in _rejoined(tokens):
            yield from self.whole.get(verb, ())
            yield from self._begins(verb, len(verb))

    def _begins(self, phrase: str, last_word: int) -> Iterator[str]:
        """Yield the meanings of the longest beginning of ``phrase`` that reaches into its last word."""
        for end in range(len(phrase), len(phrase) - last_word + _SHORTEST_BEGINNING - 1, -1):
            found = self.beginnings.get(phrase[:end])
            if found:
                yield from found
                return


def _rejoined(tokens: Sequence[str]) -> Iterator[str]:
    """Yield what may be a Hungarian verb with its prefix back in front; most are no words at all, and so have no meaning."""
    for place, prefix in enumerate(tokens):
        if prefix in _VERB_PREFIXES:
            verbs = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 1 + _FARTHEST_VERB])
            yield from (prefix + verb for verb in verbs if len(verb) > _SHORTEST_BEGINNING)


def words(folded: str) -> list[str]:
    """Return the words of a folded text; signs part words, but for a dash or point between letters and digits."""
    kept = "".join(character if character.isalnum() or character == "%" else " " for character in folded)
    return kept.split()


def _frozen(forms: Mapping[str, Mapping[str, None]]) -> dict[str, tuple[str, ...]]:
    return {form: tuple(meanings) for form, meanings in forms.items()}
