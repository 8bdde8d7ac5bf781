"""Which language a message is in: English or Hungarian, learnt from the project's own examples."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.nlu.folding import fold
from bot.nlu.linear import LinearModel, char_pieces, fit
from bot.shared.errors import InvalidInput

LANGUAGES: tuple[str, ...] = ("en", "hu")
_ACCENTED = re.compile("[áéíóöőúüű]", re.IGNORECASE)
_NOT_WORDS = re.compile(r"\S*[0-9@]\S*|[^\w\s]|_")
# Said in both languages, or told apart by nothing but context.
_SHARED_WORDS = frozenset({"ok", "oke", "okay", "okes", "oki", "hi", "hello", "hallo", "szia hello", "stop", "bye", "lol", "e", "a", "pdf"})
_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")
# Below this the message alone does not settle it, and the language spoken so far goes on.
_SURE = 0.75
_SURE_OF_ONE_WORD = 0.9


def examples_by_language(folder: Path) -> dict[str, tuple[str, ...]]:
    """Read the training examples; the folder a file lies in (``en``, ``hu``) names their language.

    Args:
        folder: The folder of Rasa's understanding data, with one sub-folder a language.

    Returns:
        Language to examples, in the order of the files.

    Raises:
        InvalidInput: A language has no example.
    """
    found: dict[str, tuple[str, ...]] = {}
    for language in LANGUAGES:
        texts = tuple(text for text, _ in annotated_examples(folder / language))
        if not texts:
            raise InvalidInput(f"{folder / language} has no training examples, so the language of messages cannot be learnt")
        found[language] = texts
    return found


def annotated_examples(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each training example below ``folder``, without its annotations, with its intent; in the order of the files."""
    for path in sorted(folder.rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for group in content.get("nlu") or ():
            if isinstance(group.get("examples"), str) and "intent" in group:
                lines = (line[2:].strip() for line in group["examples"].splitlines() if line.startswith("- "))
                yield from ((_ANNOTATION.sub(r"\1", text), str(group["intent"])) for text in lines)


def _words(text: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", text).split()).lower()


def _pieces(words: str) -> tuple[list[str], list[str]]:
    return (list(char_pieces(words, 1, 4)), words.split())


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Tells the language of a message."""

    model: LinearModel

    @classmethod
    def train(cls, examples: Mapping[str, Sequence[str]]) -> LanguageModel:
        """Learn from examples by language.

        Hungarian ones are learnt with and without accents, since many people type none.
        """
        texts = [(_words(text), language) for language, group in examples.items() for text in group]
        texts += [(fold(words), language) for words, language in texts if fold(words) != words]
        kept = [(words, language) for words, language in texts if words and fold(words) not in _SHARED_WORDS]
        return cls(fit([_pieces(words) for words, _ in kept], [language for _, language in kept], strength=10.0, fewest=2, balanced=True))

    def detect(self, text: str, previous: str | None = None) -> str:
        """Return ``en`` or ``hu``.

        Numbers, signs and words of both languages decide nothing; one short word never switches the language unless it is clear.

        Args:
            text: The message as typed.
            previous: The language of the conversation so far, or None.
        """
        known = previous if previous in LANGUAGES else None
        words = _words(text)
        if not words or fold(words) in _SHARED_WORDS:
            return known or LANGUAGES[0]
        shares = self.model.probabilities(_pieces(words))
        best = next(iter(shares))
        if not known or best == known:
            return best
        single = " " not in words
        # Accents settle it: no English word has them.
        sure = _SURE_OF_ONE_WORD if single and not _ACCENTED.search(words) else _SURE
        return best if shares[best] >= sure else known
