"""A small linear text classifier: tf-idf of pieces of text under a logistic regression, stored as plain arrays.

scikit-learn fits it; scoring is a few lines of numpy, so that a message costs no pipeline of transformers and the stored model no pickle.
Source: ADR on understanding (n-grams against lemmas and vectors).
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

Block = Sequence[str]
_FEW_LABELS = 10


def char_pieces(text: str, shortest: int, longest: int) -> Iterator[str]:
    """Yield each run of ``shortest`` to ``longest`` characters inside the words of ``text``, with a blank at either end of a word."""
    for word in text.split():
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            if size > len(padded):
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def word_pieces(words: Sequence[str], longest: int) -> Iterator[str]:
    """Yield each run of one to ``longest`` words, joined by blanks."""
    for size in range(1, longest + 1):
        for start in range(len(words) - size + 1):
            yield " ".join(words[start : start + size])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The known pieces of one block of features, with their place in the weights and their idf."""

    index: dict[str, int]
    idf: NDArray[np.float32]

    def weigh(self, pieces: Block) -> tuple[list[int], NDArray[np.float32]]:
        """Return the places of the known pieces and their tf-idf weights (sublinear, of length one)."""
        counts = Counter(place for piece in pieces if (place := self.index.get(piece)) is not None)
        places = list(counts)
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(places)))) * self.idf[places]
        length = float(np.sqrt(weights @ weights))
        return places, weights / length if length else weights


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Labels, vocabularies (one a block of features) and weights of shape (features of all blocks, labels)."""

    labels: tuple[str, ...]
    vocabularies: tuple[Vocabulary, ...]
    weights: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def probabilities(self, blocks: Sequence[Block]) -> dict[str, float]:
        """Return the probability of each label for one text, most probable first.

        Args:
            blocks: Pieces of the text, one sequence for each vocabulary, in the order of training.
        """
        scores = self.intercepts.copy()
        offset = 0
        for vocabulary, pieces in zip(self.vocabularies, blocks, strict=True):
            places, weights = vocabulary.weigh(pieces)
            if places:
                scores += weights @ self.weights[np.asarray(places) + offset]
            offset += len(vocabulary.index)
        shares = np.exp(scores - scores.max())
        shares /= shares.sum()
        return {self.labels[place]: float(shares[place]) for place in np.argsort(-shares, kind="stable")}

    def favouring(self, label: str, by: float) -> LinearModel:
        """Return the model with ``by`` added to every score (log odds) of ``label``; the same model when it has no such label."""
        return replace(self, intercepts=self.intercepts + np.float32(by) * np.array([one == label for one in self.labels], np.float32))

    def save(self, folder: Path) -> None:
        """Write the model to ``folder`` as ``model.json`` and ``model.npz``; no pickle, so reading it runs no code."""
        pieces = [sorted(vocabulary.index, key=vocabulary.index.__getitem__) for vocabulary in self.vocabularies]
        (folder / "model.json").write_text(json.dumps({"labels": self.labels, "pieces": pieces}, ensure_ascii=False), encoding="utf-8")
        arrays = {f"idf{place}": vocabulary.idf for place, vocabulary in enumerate(self.vocabularies)}
        np.savez_compressed(folder / "model.npz", weights=self.weights, intercepts=self.intercepts, **arrays)

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read what ``save`` wrote."""
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            vocabularies = tuple(
                Vocabulary(index={piece: place for place, piece in enumerate(pieces)}, idf=arrays[f"idf{number}"])
                for number, pieces in enumerate(described["pieces"])
            )
            return cls(tuple(described["labels"]), vocabularies, arrays["weights"], arrays["intercepts"])


def _vocabulary(documents: Sequence[Block], fewest: int) -> Vocabulary:
    found = Counter(piece for pieces in documents for piece in set(pieces))
    index = {piece: place for place, piece in enumerate(sorted(piece for piece, count in found.items() if count >= fewest))}
    seen = np.array([found[piece] for piece in index], dtype=np.float32)
    return Vocabulary(index=index, idf=(np.log((1 + len(documents)) / (1 + seen)) + 1).astype(np.float32))


def fit(
    documents: Sequence[Sequence[Block]],
    labels: Sequence[str],
    *,
    strength: float,
    fewest: int = 1,
    balanced: bool = False,
    copies: Iterable[tuple[Sequence[Block], str]] = (),
) -> LinearModel:
    """Train a model.

    Args:
        documents: For each text its blocks of pieces.
        labels: The label of each text; at least two different ones.
        strength: Inverse regularisation, scikit-learn's ``C``.
        fewest: Pieces in fewer texts than this are left out.
        balanced: Give every label the same weight, however many texts it has.
        copies: More texts with their labels; they do not decide which pieces are known and how much those weigh.
    """
    width = len(documents[0])
    vocabularies = tuple(_vocabulary([blocks[place] for blocks in documents], fewest) for place in range(width))
    # Arrays, since some millions of numbers as objects would take most of the memory of a training.
    data, columns, ends = array("f"), array("i"), array("i", [0])
    truth: list[str] = []
    for blocks, label in chain(zip(documents, labels, strict=True), copies):
        truth.append(label)
        offset = 0
        for vocabulary, pieces in zip(vocabularies, blocks, strict=True):
            places, weights = vocabulary.weigh(pieces)
            data.frombytes(weights.astype(np.float32).tobytes())
            columns.extend(place + offset for place in places)
            offset += len(vocabulary.index)
        ends.append(len(columns))
    size = sum(len(vocabulary.index) for vocabulary in vocabularies)
    matrix = csr_matrix((np.asarray(data), np.asarray(columns), np.asarray(ends)), shape=(len(truth), size))
    weighting = "balanced" if balanced else None
    if len(set(truth)) > _FEW_LABELS:
        # One label against the rest is as good on held-out messages as all at once, and a fourth of the time with forty labels.
        return _fit_each(matrix, truth, vocabularies, strength=strength, balanced=balanced)
    # Two labels too are fitted as a softmax, so that scoring knows one form only.
    learner = LogisticRegression(C=strength, max_iter=300, tol=1e-3, multi_class="multinomial", class_weight=weighting)
    learner.fit(matrix, truth)
    weights, intercepts = learner.coef_.T, learner.intercept_
    if weights.shape[1] == 1:
        # scikit-learn keeps one column for two labels; its softmax is over (-score, score).
        weights, intercepts = np.hstack([-weights, weights]), np.array([-intercepts[0], intercepts[0]])
    return LinearModel(
        tuple(str(label) for label in learner.classes_), vocabularies, weights.astype(np.float32), intercepts.astype(np.float32)
    )


def _fit_each(
    matrix: csr_matrix, labels: Sequence[str], vocabularies: tuple[Vocabulary, ...], *, strength: float, balanced: bool
) -> LinearModel:
    """Fit each label against the rest, on every core; the weighting is that of liblinear's own way of doing so."""
    wanted, counts = np.unique(np.asarray(labels), return_counts=True)
    truth = np.asarray(labels)
    # liblinear reads doubles; converted here, it is done once and not for each label.
    matrix = matrix.astype(np.float64)

    def fit_one(place: int) -> tuple[NDArray[np.float64], float]:
        weight = {True: len(truth) / (len(wanted) * counts[place]) if balanced else 1.0, False: 1.0}
        # The dual is solved in a third of the time; this tolerance is fine enough for the same figures on held-out messages.
        learner = LogisticRegression(C=strength, solver="liblinear", dual=True, tol=0.1, random_state=0, class_weight=weight)
        learner.fit(matrix, truth == wanted[place])
        return learner.coef_[0], float(learner.intercept_[0])

    # liblinear runs outside Python's lock, so threads do, and the texts are in memory once.
    fitted = Parallel(n_jobs=-1, prefer="threads")(delayed(fit_one)(place) for place in range(len(wanted)))
    weights = np.stack([one for one, _ in fitted], axis=1).astype(np.float32)
    return LinearModel(tuple(str(name) for name in wanted), vocabularies, weights, np.array([one for _, one in fitted], np.float32))
