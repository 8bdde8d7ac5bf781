"""The pipelines that ``bench.pipelines`` compares: each learns from texts and gives a score for every intent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from bot.nlu.intents import OUT_OF_SCOPE, Example, IntentModel

_FOLDS = 3
_EPOCHS = 6


@dataclass(frozen=True, slots=True)
class Text:
    """A message: as typed, folded with entities masked, its intent and language, and whether it is numbers and codes alone."""

    raw: str
    folded: str
    intent: str
    language: str
    shaped: bool


Scores = NDArray[np.floating]
Scorer = Callable[[Text], Scores]
Learner = Callable[[list[Text]], tuple[list[str], Scorer]]


def _words(**settings: Any) -> TfidfVectorizer:
    return TfidfVectorizer(token_pattern=r"\w+|\?", ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32, **settings)


def _words_and_characters() -> FeatureUnion:
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True, dtype=np.float32)
    return FeatureUnion([("words", _words()), ("characters", characters)])


def _regression() -> LogisticRegression:
    return LogisticRegression(C=10.0, solver="liblinear", multi_class="ovr", dual=True, tol=0.1, class_weight="balanced", random_state=0)


def _classic(features: Any, learner: Any) -> Learner:
    def learn(training: list[Text]) -> tuple[list[str], Scorer]:
        learner.fit(features.fit_transform([one.folded for one in training]), [one.intent for one in training])
        return list(learner.classes_), lambda text: learner.decision_function(features.transform([text.folded]))[0]

    return learn


def _ours(training: Sequence[Text], *, misspelt: float = 0.3) -> IntentModel:
    examples = [Example(one.folded, (), one.intent) for one in training]
    return IntentModel.train(examples, masked=frozenset(), strength=10.0, fewest=2, misspelt=misspelt)


def _logs(model: IntentModel, text: Text) -> Scores:
    """Return the logarithms of the shares, in the order of the model's labels: their differences are those of the scores."""
    shares = model.rank(text.folded, ())
    return np.log(np.array([shares[label] for label in model.model.labels]) + 1e-12)


def _product(misspelt: float) -> Learner:
    def learn(training: list[Text]) -> tuple[list[str], Scorer]:
        model = _ours(training, misspelt=misspelt)
        return list(model.model.labels), lambda text: _logs(model, text)

    return learn


def _evidence(logs: Scores, outside: int) -> Scores:
    """Return what a second model refuses by: the score of out of scope, the best others, and their distances."""
    others = -np.sort(-np.delete(logs, outside))
    return np.array(
        [logs[outside], *others[:3], logs[outside] - others[0], others[0] - others[1], np.exp(others[0]), np.exp(logs[outside])]
    )


def _learnt_refusal(training: list[Text]) -> tuple[list[str], Scorer]:
    """Ours with a second regression that decides what to refuse, learnt from messages that the first has not seen."""
    wanted = [one.intent == OUT_OF_SCOPE for one in training]
    evidence = np.zeros((len(training), 8))
    for fold in range(_FOLDS):
        model = _ours([one for place, one in enumerate(training) if place % _FOLDS != fold])
        outside = model.model.labels.index(OUT_OF_SCOPE)
        for place in range(fold, len(training), _FOLDS):
            evidence[place] = _evidence(_logs(model, training[place]), outside)
    scaler = StandardScaler().fit(evidence)
    refusal = LogisticRegression(class_weight="balanced", max_iter=500).fit(scaler.transform(evidence), wanted)
    model = _ours(training)
    outside = model.model.labels.index(OUT_OF_SCOPE)

    def score(text: Text) -> Scores:
        logs = _logs(model, text)
        doubt = refusal.decision_function(scaler.transform(_evidence(logs, outside)[None]))[0]
        logs[outside] = np.delete(logs, outside).max() + doubt
        return logs

    return list(model.model.labels), score


def _with_vectors(encoder: Callable[[], Callable[[list[Text]], NDArray[np.float32]]]) -> Learner:
    def learn(training: list[Text]) -> tuple[list[str], Scorer]:
        encode, features, learner = encoder(), _words_and_characters(), _regression()
        sparse = features.fit_transform([one.folded for one in training])
        learner.fit(hstack([sparse, csr_matrix(encode(training))]).tocsr().astype(np.float64), [one.intent for one in training])

        def score(text: Text) -> Scores:
            return learner.decision_function(hstack([features.transform([text.folded]), csr_matrix(encode([text]))]).tocsr())[0]

        return list(learner.classes_), score

    return learn


def _static_vectors() -> Callable[[list[Text]], NDArray[np.float32]]:
    """Means of WordLlama's vectors of word pieces."""
    import wordllama
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = Path(wordllama.__file__).parent
    (table,) = load_file(folder / "weights" / "l2_supercat_256.safetensors").values()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.no_padding()

    def encode(texts: list[Text]) -> NDArray[np.float32]:
        found = tokenizer.encode_batch([one.raw.lower() for one in texts], add_special_tokens=False)
        return np.array([_unit(table[one.ids].mean(axis=0)) if one.ids else np.zeros(table.shape[1]) for one in found], np.float32)

    return encode


def _sentence_vectors() -> Callable[[list[Text]], NDArray[np.float32]]:
    """all-MiniLM-L6-v2 for English texts, zeros for Hungarian ones, which it does not know."""
    from bench.minilm import MiniLm

    model = MiniLm()

    def encode(texts: list[Text]) -> NDArray[np.float32]:
        found = np.zeros((len(texts), model.width), np.float32)
        places = [place for place, one in enumerate(texts) if one.language == "en"]
        if places:
            found[places] = model.encode([texts[place].raw for place in places])
        return found

    return encode


def _unit(vector: NDArray[np.floating]) -> NDArray[np.floating]:
    return vector / (np.linalg.norm(vector) + 1e-9)


def _spacy(training: list[Text]) -> tuple[list[str], Scorer]:
    """spaCy's text classifier over bags of words and pairs."""
    import spacy
    from spacy.training import Example as SpacyExample
    from spacy.util import minibatch

    spacy.util.fix_random_seed(0)
    labels = sorted({one.intent for one in training})
    nlp = spacy.blank("xx")
    bag = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": True, "ngram_size": 2, "no_output_layer": False}
    categorizer = nlp.add_pipe("textcat", config={"model": {**bag, "length": 262144}})
    for label in labels:
        categorizer.add_label(label)
    examples = [
        SpacyExample.from_dict(nlp.make_doc(one.folded), {"cats": {label: float(label == one.intent) for label in labels}})
        for one in training
    ]
    optimizer = nlp.initialize()
    order = np.random.default_rng(0)
    for _ in range(_EPOCHS):
        for batch in minibatch([examples[place] for place in order.permutation(len(examples))], size=64):
            nlp.update(batch, sgd=optimizer)

    def score(text: Text) -> Scores:
        shares = nlp(text.folded).cats
        return np.log(np.array([shares[label] for label in labels]) + 1e-12)

    return labels, score


def _rasas() -> Learner:
    """The features and the learner of Rasa's CountVectorsFeaturizer (words, and characters 1-4) and LogisticRegressionClassifier."""
    features = FeatureUnion([("words", CountVectorizer()), ("characters", CountVectorizer(analyzer="char_wb", ngram_range=(1, 4)))])
    return _classic(features, LogisticRegression(solver="lbfgs", max_iter=100, tol=1e-4, class_weight="balanced"))


LEARNERS: dict[str, Learner] = {
    "words": _classic(_words(), _regression()),
    "words and characters": _product(0.0),
    "support vectors": _classic(_words_and_characters(), LinearSVC(C=1.0, class_weight="balanced", tol=0.1, random_state=0)),
    "misspelt copies (ours)": _product(0.3),
    "ours, learnt refusal": _learnt_refusal,
    "static vectors": _with_vectors(_static_vectors),
    "sentence vectors": _with_vectors(_sentence_vectors),
    "spaCy's text classifier": _spacy,
    "Rasa's own": _rasas(),
}
