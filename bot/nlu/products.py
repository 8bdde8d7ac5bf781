"""Products as people name them, matched by spaCy's phrase matcher over words without case, accents and Hungarian endings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from rapidfuzz.distance import OSA
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from bot.nlu.folding import fold
from bot.nlu.language import LANGUAGES
from bot.nlu.spans import Span
from bot.nlu.words import Word, split
from bot.shared.errors import InvalidInput

_ENDING = re.compile(
    r"(?:[aeo]?s)?(?:[aeo]?t|[aeo]?k|[aeo]?kat|[aeo]?ket|b[ae]n?|b[oe]l|r[aeo]l?|n[ae]k|n[ae]l|t[oe]l|h[oe]z|[a-z]?[ae]l|ert|ig|on|en|e|i|"
    r"j[ae]|[ae]m|[ae]nk|[uo]?nk|[uo]nkat|unkr[ao]l?|[aeo]mat|[aeo]met)?"
)
# What stands for something else than the product where it is said so: people in teams, a colour.
_OTHER_BEFORE: dict[str, re.Pattern[str]] = {
    "teams": re.compile(
        r"(?:^|[\s(])(?:our|your|their|my|the|all|both|these|those|other|different|several|many|some|most|few|more|two|three|four|five|six|[2-9]|local|whole|remote"
        r"|sales|support|finance|project|it|hr|internal|regional|foreign|project|separate|various|which|what|between|across)\s+$"
    ),
    "azure": re.compile(""),
}
_OTHER_AFTER: dict[str, re.Pattern[str]] = {
    "teams": re.compile(
        r"\s+(?:in|at|from|across|of|are|were|have|had|has|sit|work(?:s|ing)?|share|sharing|need|use|using|want|who|that|which|will|would|can|could|do|did|don't|both|all|here|there"
        r"|should|must|moved|split|merged|on\s+site|abroad|and\s+(?:offices|departments|colleagues))(?![^\W_])"
    ),
    "azure": re.compile(r"\s+(?:blue|sky|sea|colou?red|colou?r)(?![^\W_])"),
}
_SIGN = re.compile(r"[^\w+]+")


@dataclass(frozen=True, slots=True)
class Product:
    """A product or family with the words for it.

    Attributes:
        name: What the words are taken to mean.
        phrases: ``(language, words)`` pairs; language is ``en``, ``hu`` or ``any``.
    """

    name: str
    phrases: tuple[tuple[str, str], ...]


def load_products(path: Path) -> tuple[Product, ...]:
    """Read ``products.yml``.

    Raises:
        InvalidInput: The file is missing or an entry has no name, an unknown key or words that are not a list of text.
    """
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["products"]
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} cannot be read as a list of products under the key `products`: {error}") from error
    products = []
    for number, entry in enumerate(entries, start=1):
        unknown = set(entry) - {"name", "any", "en", "hu", "said_alone"} if isinstance(entry, dict) else {"?"}
        if unknown or not isinstance(entry.get("name"), str):
            raise InvalidInput(f"{path}: product {number} needs a name and may have any, en, hu and said_alone; found {sorted(unknown)}")
        phrases = [("any", entry["name"])] if entry.get("said_alone", True) else []
        for language in ("any", *LANGUAGES):
            words = entry.get(language, [])
            if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
                raise InvalidInput(f"{path}: {language} of {entry['name']} is not a list of text")
            phrases += [(language, word) for word in words]
        products.append(Product(entry["name"], tuple(phrases)))
    return tuple(products)


class ProductFinder:
    """Finds products in messages; built once from the list, then only read."""

    def __init__(self, products: Iterable[Product]) -> None:
        """Build one matcher a language.

        Args:
            products: What can be found; of two with the same words the first is meant.
        """
        self._vocab = Vocab()
        self._known: set[str] = set()
        self._names: list[str] = []
        self._matchers = {language: PhraseMatcher(self._vocab, attr="NORM") for language in LANGUAGES}
        taken: set[tuple[str, tuple[str, ...]]] = set()
        for product in products:
            self._names.append(product.name)
            for said_in, phrase in product.phrases:
                words = tuple(fold(word.text) for word in split(phrase, LANGUAGES[0]) if not _SIGN.fullmatch(word.text))
                self._known.update(words)
                for language in LANGUAGES if said_in == "any" else (said_in,):
                    if words and (language, words) not in taken:
                        taken.add((language, words))
                        self._matchers[language].add(str(len(self._names) - 1), [self._doc(words)])
        self._long: dict[str, list[str]] = {}
        for known in self._known:
            if len(known) > 5:
                self._long.setdefault(known[0], []).append(known)
        self._stem = lru_cache(maxsize=4096)(self._without_ending)

    def _doc(self, norms: Sequence[str]) -> Doc:
        doc = Doc(self._vocab, words=list(norms))
        for token, norm in zip(doc, norms, strict=True):
            token.norm_ = norm
        return doc

    def _without_ending(self, word: str) -> str:
        if word in self._known:
            return word
        for length in range(1, min(8, len(word) - 1)):
            stem = word[:-length]
            # Words of one or two letters are too short to carry an unmarked ending, but for "E3at".
            if stem in self._known and (len(stem) > 2 or stem[-1].isdigit()) and _ENDING.fullmatch(word[-length:]):
                return stem
        return self._mended(word)

    def _mended(self, word: str) -> str:
        """Return the known word that a mistyped one of at least seven letters means, or the word itself."""
        if len(word) < 7 or not word.isalpha():
            return word
        near = (known for known in self._long.get(word[0], ()) if OSA.distance(word, known, score_cutoff=1) <= 1)
        return min(near, default=word)

    def find(self, text: str, language: str, words: Sequence[Word] | None = None) -> tuple[Span, ...]:
        """Return the products named in a message.

        Args:
            text: The message as typed.
            language: ``en`` or ``hu``.
            words: The words of the message where they are known already.

        Returns:
            Spans of the entity ``product`` with the product's name as value, in reading order, the longest phrases; may be empty.
        """
        kept = [word for word in (split(text, language) if words is None else words) if not _SIGN.fullmatch(word.text)]
        norms = [self._stem(fold(word.text)) for word in kept]
        if self._known.isdisjoint(norms):
            return ()
        doc = self._doc(norms)
        matches = filter_spans(self._matchers[language](doc, as_spans=True))
        spans = (Span(kept[match.start].start, kept[match.end - 1].end, "product", self._names[int(match.label_)]) for match in matches)
        return tuple(span for span in spans if language == "hu" or not _is_other(text, span))


def _is_other(text: str, span: Span) -> bool:
    """Tell whether the word of a product means something else here; "Teams" with a capital is the product."""
    word = text[span.start : span.end]
    before, after = _OTHER_BEFORE.get(word), _OTHER_AFTER.get(word)
    return bool(before and after and before.search(fold(text[: span.start])) and after.match(fold(text[span.end :])))
