"""What a customer wants: the pieces of text by which intents are told apart."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.nlu.folding import fold
from bot.nlu.linear import LinearModel, char_pieces, fit, word_pieces
from bot.nlu.misspelling import misspell
from bot.nlu.spans import Span, mask

INFORM = "inform"
OUT_OF_SCOPE = "out_of_scope"
# Whoever names one of these means us.
_OURS = frozenset({"invoice_number", "customer_number", "ticket_number"})
# Long stories are told apart by many words; a copy of each would cost more time than it teaches.
_MOST_WORDS_MISSPELT = 30


def _pieces(folded: str) -> tuple[list[str], list[str]]:
    words = "".join(character if character.isalnum() or character in "_?" else " " for character in folded).replace("?", " ? ").split()
    return list(word_pieces(words, 2)), list(char_pieces(" ".join(words), 2, 5))


def _misspelt(texts: Iterable[tuple[str, str]], share: float) -> Iterator[tuple[tuple[list[str], list[str]], str]]:
    """Yield the pieces of a misspelt copy of each (text, intent) that is not too long, if it comes out different, with the intent."""
    # The same mistakes each time, so that a model depends on nothing but what it is trained on.
    chance = random.Random(0)  # noqa: S311 -- nothing is kept secret by it
    for text, intent in texts:
        copy = misspell(text, share=share, chance=chance) if text.count(" ") < _MOST_WORDS_MISSPELT else text
        if copy != text:
            yield _pieces(copy), intent


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
        caution: Added to the score (log odds) of ``out_of_scope``, unless a number of ours is named. Above 0 a doubtful message is rather
            refused than answered wrongly. Source: ADR 0018.
    """

    model: LinearModel
    masked: frozenset[str]
    caution: float = 0.0

    @classmethod
    def train(
        cls,
        examples: Iterable[Example],
        *,
        masked: frozenset[str],
        strength: float,
        fewest: int = 1,
        misspelt: float = 0.0,
    ) -> IntentModel:
        """Learn from examples.

        Args:
            examples: Texts of all languages with their intents.
            masked: Entities to replace by their names.
            strength: Inverse regularisation, scikit-learn's ``C``.
            fewest: Pieces in fewer examples than this are left out.
            misspelt: Share (0-1) of the words that are misspelt in a second copy of each example; 0 makes no copies.

        Source: ADR 0018.
        """
        texts = [(fold(mask(example.text, example.spans, masked)), example.intent) for example in examples]
        # Balanced, since the many examples out of scope would otherwise draw short greetings and answers to themselves.
        model = fit(
            [_pieces(text) for text, _ in texts],
            [intent for _, intent in texts],
            strength=strength,
            fewest=fewest,
            balanced=True,
            copies=_misspelt(texts, misspelt),
        )
        return cls(model, masked)

    def rank(self, text: str, spans: tuple[Span, ...]) -> dict[str, float]:
        """Return the probability of each intent, most probable first."""
        caution = 0.0 if any(span.entity in _OURS for span in spans) else self.caution
        return self.model.favouring(OUT_OF_SCOPE, caution).probabilities(_pieces(fold(mask(text, spans, self.masked))))
