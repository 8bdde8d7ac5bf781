"""What a customer wants: the pieces of text by which intents are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.nlu.folding import fold
from bot.nlu.linear import LinearModel, char_pieces, fit, word_pieces
from bot.nlu.spans import Span, mask

INFORM = "inform"


def _pieces(text: str, spans: tuple[Span, ...], masked: frozenset[str]) -> tuple[list[str], list[str]]:
    folded = fold(mask(text, spans, masked))
    words = "".join(character if character.isalnum() or character in "_?" else " " for character in folded).replace("?", " ? ").split()
    return list(word_pieces(words, 2)), list(char_pieces(" ".join(words), 2, 5))


@dataclass(frozen=True, slots=True)
class Example:
    """A training example with what the extractors found in it."""

    text: str
    spans: tuple[Span, ...]
    intent: str


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Tells what a message is about.

    Attributes:
        masked: Entities whose words are replaced by the entity's name, so that one invoice number is like another.
    """

    model: LinearModel
    masked: frozenset[str]

    @classmethod
    def train(cls, examples: Iterable[Example], *, masked: frozenset[str], strength: float, fewest: int = 1) -> IntentModel:
        """Learn from examples.

        Args:
            examples: Texts of all languages with their intents.
            masked: Entities to replace by their names.
            strength: Inverse regularisation, scikit-learn's ``C``.
            fewest: Pieces in fewer examples than this are left out.
        """
        known: Sequence[Example] = tuple(examples)
        documents = [_pieces(example.text, example.spans, masked) for example in known]
        # Balanced, since the many examples out of scope would otherwise draw short greetings and answers to themselves.
        return cls(fit(documents, [example.intent for example in known], strength=strength, fewest=fewest, balanced=True), masked)

    def rank(self, text: str, spans: tuple[Span, ...]) -> dict[str, float]:
        """Return the probability of each intent, most probable first."""
        return self.model.probabilities(_pieces(text, spans, self.masked))
