"""Finds the passage of an article that answers a free question, or says that none is near.

A question is compared with every title, way of asking and paragraph of both languages, so a message in mixed languages is found too;
the answer is given in the wanted language through the article's twin. Questions that are known to be answered elsewhere
(``elsewhere.yml``) compete with the articles, since "how much is my invoice" has nearly the words of "why is my invoice so much".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from bot.library import fields
from bot.library.articles import MOST_SENTENCES, Article, Articles, sentences
from bot.library.models import Strict
from bot.library.similarity import Numbers, Recogniser, SimilarityIndex
from bot.library.strict_yaml import read_mapping
from bot.library.word_meanings import WordMeanings
from bot.shared.errors import InvalidInput

# How much better an article must fit than what is answered elsewhere. Chosen on ways of asking that were left out and on messages of the
# training data that are for the ledger or for nobody: of the first it refuses 9 in 100 that would have been answered rightly, of the
# second, out of all context, it answers 15 in 100.
NEAR_ENOUGH = -0.06
# Below this likeness to every known text a question is about nothing that the articles have a word for.
_LEAST_LIKENESS = 0.2
# A paragraph says what the article is about more reliably than one way of asking.
_TRUST_IN_PARAGRAPHS = 2.0
_LONGEST_QUESTION = 1000
_RUNNERS_UP = 3
# The opening paragraph is written to answer; a later one must fit the question better by this much to be shown before it.
_OPENING_BONUS = 0.3
_OTHER_SYSTEM_BONUS = 0.05
_SYSTEMS = {"legacy": re.compile(r"legacy", re.IGNORECASE), "new_commerce": re.compile(r"new commerce|\bNCE\b|új rendszer", re.IGNORECASE)}


class _ElsewhereFile(Strict):
    """``elsewhere.yml``: questions that no article answers, by language."""

    en: tuple[fields.Text, ...]
    hu: tuple[fields.Text, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer.

    Attributes:
        article: In the language wanted.
        passage: Its paragraphs that answer, in their order, parted by a blank line; together five sentences at most.
        score: How well the article fits; about 1 is sure, 0 not at all.
        runners_up: The next nearest articles in the language wanted, the nearest first, three at most.
    """

    article: Article
    passage: str
    score: float
    runners_up: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class NothingNear:
    """No article is near enough to be offered.

    Attributes:
        score: How well the nearest article fits; about 1 is sure, 0 not at all.
        nearest: The nearest article, for an editor's log; None when the question has no word that any article has.
    """

    score: float
    nearest: Article | None


@dataclass(frozen=True, slots=True)
class _Unit:
    """A text that is compared with the question; ``number`` is the paragraph's, or None for a title or a way of asking."""

    text: str
    name: str
    language: str
    number: int | None


class ArticleSearch:
    """Searches the articles. Built once; queries do not change it."""

    def __init__(self, articles: Articles, *, meanings: WordMeanings, elsewhere: Sequence[str] = ()) -> None:
        """Index ``articles``; ``elsewhere`` holds questions that no article answers."""
        self.articles = articles
        self._names = articles.names
        units = [unit for article in articles.all() for unit in _units(article)]
        units += [_Unit(text, "", "", None) for text in elsewhere]
        place = {name: number for number, name in enumerate((*self._names, ""))}
        self._index = SimilarityIndex([unit.text for unit in units], meanings=meanings)
        self._recogniser = Recogniser(
            self._index,
            [place[unit.name] for unit in units],
            trust=[1.0 if unit.number is None else _TRUST_IN_PARAGRAPHS for unit in units],
        )
        self._of_paragraph = {
            (unit.name, unit.language, unit.number): number for number, unit in enumerate(units) if unit.number is not None
        }

    @staticmethod
    def load(folder: Path) -> ArticleSearch:
        """Read the articles in ``folder`` with ``words.yml`` and ``elsewhere.yml`` beside them, and index them.

        Raises:
            InvalidInput: A file cannot be used; says file, key and reason.
        """
        return ArticleSearch(
            Articles.load(folder),
            meanings=WordMeanings.load(folder / "words.yml"),
            elsewhere=questions_answered_elsewhere(folder / "elsewhere.yml"),
        )

    def best(self, question: str, language: str, *, topics: frozenset[str] | None = None) -> Found | NothingNear:
        """Return the passage that answers ``question``, in ``language`` (``en`` or ``hu``).

        Args:
            question: As the customer typed it; what follows the first thousand characters is not looked at.
            topics: Topics to search in; None for all.
        """
        alike = self._index.scores(question[:_LONGEST_QUESTION])
        if alike.max() < _LEAST_LIKENESS:
            return NothingNear(0.0, None)
        fit = self._recogniser.recognise(alike)
        not_ours = float(fit[len(self._names)]) if len(fit) > len(self._names) else 0.0
        order = [int(number) for number in np.argsort(-fit[: len(self._names)], kind="stable")]
        ranked = [number for number in order if self._is_of(number, language, topics)]
        if not ranked:
            return NothingNear(0.0, None)
        found = [self._article(number, language) for number in ranked[: _RUNNERS_UP + 1]]
        score = float(fit[ranked[0]])
        if score - not_ours < NEAR_ENOUGH:
            return NothingNear(score, found[0])
        return Found(found[0], self._passage(found[0], question, alike), score, tuple(found[1:]))

    def _article(self, number: int, language: str) -> Article:
        article = self.articles.find(self._names[number], language)
        assert article is not None, "names come from the articles themselves"
        return article

    def _is_of(self, number: int, language: str, topics: frozenset[str] | None) -> bool:
        return topics is None or self._article(number, language).topic in topics

    def _passage(self, article: Article, question: str, alike: Numbers) -> str:
        """Return the paragraphs nearest to ``question``, as many as are five sentences together, in the article's order."""
        fits = [float(alike[self._of_paragraph[article.name, article.language, number]]) for number in range(len(article.paragraphs))]
        fits[0] += _OPENING_BONUS
        named = _systems(question)
        chosen: list[int] = []
        left = MOST_SENTENCES
        open_numbers = set(range(len(fits)))
        while open_numbers:
            covered = named | {system for number in chosen for system in _systems(article.paragraphs[number])}
            bonus = {
                number: _OTHER_SYSTEM_BONUS if chosen and covered and _systems(article.paragraphs[number]) - covered else 0.0
                for number in open_numbers
            }
            number = max(open_numbers, key=lambda one: (fits[one] + bonus[one], -one))
            open_numbers.remove(number)
            length = len(sentences(article.paragraphs[number]))
            if length <= left or not chosen:
                chosen.append(number)
                left -= length
        return "\n\n".join(article.paragraphs[number] for number in sorted(chosen))


def _units(article: Article) -> list[_Unit]:
    asks = [_Unit(text, article.name, article.language, None) for text in (article.title, *article.asks)]
    paragraphs = [
        _Unit(f"{article.title} {text}", article.name, article.language, number) for number, text in enumerate(article.paragraphs)
    ]
    return asks + paragraphs


def _systems(text: str) -> frozenset[str]:
    return frozenset(system for system, pattern in _SYSTEMS.items() if pattern.search(text))


def questions_answered_elsewhere(path: Path) -> tuple[str, ...]:
    """Return the texts of ``elsewhere.yml``, of both languages. Raises: InvalidInput."""
    if not path.exists():
        return ()
    try:
        content = _ElsewhereFile.model_validate(read_mapping(path))
    except ValidationError as error:
        lines = (f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg'].lower()}" for one in error.errors(include_url=False))
        raise InvalidInput("\n".join(lines)) from error
    return (*content.en, *content.hu)
