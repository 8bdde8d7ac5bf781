"""How alike two short texts are (words, runs of letters and meanings under tf-idf), and what a text is about, learnt from examples.

Runs of four letters stand in for Hungarian lemmas (runs of three to five find no more and take three times the memory), folded accents
for those who type none. The examples' likeness to a new text is weighed by kernel ridge regression: it knows which likenesses mislead,
which the nearest example alone does not. numpy and scipy suffice; scikit-learn would bring 40 MB and two seconds more into every
process that searches.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix

from bot.library.word_meanings import WordMeanings, words
from bot.shared.text import fold

Numbers = NDArray[np.float32]
_RUN = 4
# Shares of words, runs of letters and meanings in a comparison. Meanings count most: customers seldom use an article's own words.
_SHARES = (0.25, 0.25, 0.5)
# How fast likeness fades, and how much the regression smooths; chosen by leaving out a fifth of the ways of asking at a time.
_SHARPNESS = 2.0
_SMOOTHING = 0.3
_ROWS_AT_ONCE = 256


def features(text: str, meanings: WordMeanings) -> tuple[tuple[str, ...], ...]:
    """Return words with pairs of words, runs of letters, and meanings found in ``text``; each may repeat."""
    tokens = words(fold(text))
    pairs = (f"{first} {second}" for first, second in pairwise(tokens))
    letters = (piece for token in tokens for piece in _runs(token))
    return (*tokens, *pairs), tuple(letters), tuple(meanings.of(tokens))


def _runs(token: str) -> Iterator[str]:
    padded = f" {token} "
    for start in range(max(1, len(padded) - _RUN + 1)):
        yield padded[start : start + _RUN]


@dataclass(frozen=True, slots=True)
class _Kind:
    """The known features of one kind: their column and how rare they are."""

    share: float
    columns: Mapping[str, int]
    idf: Mapping[str, float]

    def weigh(self, pieces: Sequence[str]) -> Iterator[tuple[int, float]]:
        """Yield column and weight of each known piece; the squares of the weights add up to the kind's share."""
        counts = Counter(piece for piece in pieces if piece in self.columns)
        weighed = {piece: (1 + math.log(count)) * self.idf[piece] for piece, count in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weighed.values()) / self.share)
        for piece, weight in weighed.items():
            yield self.columns[piece], weight / length


class SimilarityIndex:
    """Compares a text with many known ones."""

    def __init__(self, texts: Sequence[str], *, meanings: WordMeanings) -> None:
        """Index ``texts``; must not be empty."""
        self._meanings = meanings
        found = [features(text, meanings) for text in texts]
        kinds: list[_Kind] = []
        first_column = 0
        for number, share in enumerate(_SHARES):
            holders = Counter(piece for one in found for piece in dict.fromkeys(one[number]))
            columns = {piece: first_column + place for place, piece in enumerate(holders)}
            idf = {piece: 1 + math.log((1 + len(texts)) / (1 + count)) for piece, count in holders.items()}
            kinds.append(_Kind(share, columns, idf))
            first_column += len(columns)
        self._kinds = tuple(kinds)
        self._width = first_column
        self._known = self._rows(found)

    def scores(self, text: str) -> Numbers:
        """Return how alike ``text`` is to each known text, in their order; 0 is nothing in common, 1 the same."""
        asked = np.zeros(self._width, np.float32)
        for column, weight in self._weigh(features(text, self._meanings)):
            asked[column] = weight
        likeness: Numbers = self._known @ asked
        return likeness

    def among_themselves(self) -> Numbers:
        """Return how alike the known texts are to each other, as a square."""
        size = self._known.shape[0]
        square = np.empty((size, size), np.float32)
        others = self._known.T.tocsr()
        # In strips, since the product of two sparse matrices takes twice the memory of the square itself.
        for start in range(0, size, _ROWS_AT_ONCE):
            square[start : start + _ROWS_AT_ONCE] = (self._known[start : start + _ROWS_AT_ONCE] @ others).toarray()
        return square

    def _rows(self, found: Sequence[tuple[tuple[str, ...], ...]]) -> csr_matrix:
        rows = [list(self._weigh(one)) for one in found]
        entries = [entry for row in rows for entry in row]
        columns = np.fromiter((column for column, _ in entries), np.int32, len(entries))
        weights = np.fromiter((weight for _, weight in entries), np.float32, len(entries))
        starts = np.fromiter((0, *accumulate(len(row) for row in rows)), np.int32, len(rows) + 1)
        return csr_matrix((weights, columns, starts), shape=(len(rows), self._width))

    def _weigh(self, found: tuple[tuple[str, ...], ...]) -> Iterator[tuple[int, float]]:
        for kind, pieces in zip(self._kinds, found, strict=True):
            yield from kind.weigh(pieces)


class Recogniser:
    """Tells from examples what a text is about."""

    def __init__(self, index: SimilarityIndex, labels: Sequence[int], *, trust: Sequence[float]) -> None:
        """Learn that the indexed texts have ``labels``.

        Args:
            labels: Of each text, counted from 0 without a gap.
            trust: Of each text, how closely its label has to be reproduced; 1 is usual.
        """
        self._index = index
        square = _near(index.among_themselves())
        square[np.diag_indices_from(square)] += np.float32(_SMOOTHING) / np.asarray(trust, np.float32)
        wanted = np.zeros((len(labels), max(labels) + 1), np.float32)
        wanted[np.arange(len(labels)), labels] = 1
        self._weights: Numbers = cho_solve(cho_factor(square, lower=True, overwrite_a=True, check_finite=False), wanted, check_finite=False)

    def recognise(self, likeness: Numbers) -> Numbers:
        """Return how well each label fits a text with this ``likeness`` to the examples; about 1 is sure, 0 not at all."""
        fit: Numbers = _near(likeness.copy()) @ self._weights
        return fit


def _near(likeness: Numbers) -> Numbers:
    """Return ``likeness`` with small differences among the near ones made large; the array itself is changed and returned."""
    likeness -= np.float32(1)
    likeness *= np.float32(_SHARPNESS)
    near: Numbers = np.exp(likeness, out=likeness)
    return near
