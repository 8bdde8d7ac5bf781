"""Rasa components for the language, the words and the intent of a message."""

# ruff: noqa: ARG003, ANN401 -- Rasa's graph calls `create` and `load` with these names, needed or not.
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intents import INFORM, Example, IntentModel
from bot.nlu.language import LanguageModel, examples_by_language
from bot.nlu.linear import LinearModel
from bot.nlu.messages import LANGUAGE, language_of, previous_language, spans_of, text_of
from bot.nlu.spans import is_only_shaped
from bot.nlu.words import split

_RANKED = 10


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER], is_trainable=True)
class LanguageTagger(GraphComponent):
    """Sets ``language`` on each message, in the parse result too: ``en`` or ``hu``.

    It learns from the files under ``examples``, whose folders name the language; Rasa's own training data no longer knows the file.
    """

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: LanguageModel | None = None) -> None:
        """Keep where the model is stored and, once trained, the model."""
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings and the version of the component."""
        return {"version": 1, "examples": "data/nlu"}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageTagger:
        """Make the component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> LanguageTagger:
        """Make the component from the trained model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LanguageModel(LinearModel.load(Path(folder))))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the languages; ``training_data`` is asked for so that a changed example leads to a new training."""
        self._model = LanguageModel.train(examples_by_language(Path(self._config["examples"])))
        with self._storage.write_to(self._resource) as folder:
            self._model.model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message, from its words and the language spoken so far."""
        if self._model is None:
            raise RuntimeError("the language tagger was asked before it was trained")
        for message in messages:
            message.set(LANGUAGE, self._model.detect(text_of(message), previous_language(message)), add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Set the language of the training examples, for the components that follow."""
        self.process([example for example in training_data.training_examples if text_of(example)])
        return training_data


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER], is_trainable=False)
class SpacyTokens(Tokenizer):
    """Splits messages into words by spaCy's rules for the language of the message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings that Rasa's tokenizers need and the version of the component."""
        return {"version": 1, "intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the words of one attribute of the message."""
        text = str(message.get(attribute))[: len(text_of(message)) or None]
        return [Token(word.text, word.start, word.end) for word in split(text, language_of(message))]


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class TextClassifier(GraphComponent, IntentClassifier):
    """Tells the intent by n-grams of words and characters; numbers and codes alone are always ``inform``."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: IntentModel | None = None) -> None:
        """Keep where the model is stored and, once trained, the model."""
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings and the version of the component."""
        masked = ["invoice_number", "customer_number", "ticket_number", "login_code", "period", "product"]
        masked += ["date", "quantity", "amount", "tax_number", "email", "person"]
        return {"version": 4, "masked": masked, "strength": 10.0, "fewest": 2, "misspelt": 0.3, "caution": 2.0}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TextClassifier:
        """Make the component before training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TextClassifier:
        """Make the component from the trained model."""
        with model_storage.read_from(resource) as folder:
            model = IntentModel(LinearModel.load(Path(folder)), frozenset(config["masked"]), config["caution"])
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the intents from the examples and what the extractors found in them."""
        examples = [
            Example(text_of(example), spans_of(example), example.get(INTENT))
            for example in training_data.intent_examples
            if text_of(example)
        ]
        settings = {name: self._config[name] for name in ("strength", "fewest", "misspelt")}
        trained = IntentModel.train(examples, masked=frozenset(self._config["masked"]), **settings)
        self._model = replace(trained, caution=self._config["caution"])
        with self._storage.write_to(self._resource) as folder:
            self._model.model.save(Path(folder))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the intent of each message and its ranking."""
        if self._model is None:
            raise RuntimeError("the classifier was asked before it was trained")
        for message in messages:
            text, spans = text_of(message), spans_of(message)
            shares = {INFORM: 1.0} if is_only_shaped(text, spans) else self._model.rank(text, spans)
            ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: share} for name, share in list(shares.items())[:_RANKED]]
            message.set(INTENT, dict(ranking[0]), add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
