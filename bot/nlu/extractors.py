"""Rasa components that find entities; each wraps one pure function and names a version, so that a change asks for a new training."""

# ruff: noqa: ARG003 -- Rasa's graph calls `create` and `load` with these names, needed or not.
from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.billing import invoice_number
from bot.nlu.amounts import find_amounts
from bot.nlu.contacts import find_emails, find_people
from bot.nlu.dates import find_dates
from bot.nlu.folding import fold
from bot.nlu.messages import language_of, set_entities, spans_of, text_of, words_of
from bot.nlu.partner_numbers import PARTNER_FILE, partner_numbers
from bot.nlu.periods import find_periods
from bot.nlu.products import ProductFinder, load_products
from bot.nlu.quantities import find_quantities
from bot.nlu.references import find_references
from bot.nlu.shapes import TICKET_NUMBER, find_login_codes, find_shapes
from bot.nlu.spans import Span, drop_refused, reconcile
from bot.nlu.tax_numbers import find_tax_numbers
from bot.shared.clock import clock_from, today_in

# Featurizers also see the training data, extractors do not; the classifier needs the same entities in both.
_TYPES = [DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER]


class Extractor(GraphComponent, EntityExtractorMixin):
    """Adds what ``find`` returns to the entities of each message."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the settings of ``config.yml`` laid over the defaults."""
        self._config = config

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> Extractor:
        """Make the component as the graph asks for it."""
        return cls(config)

    def find(self, message: Message) -> Iterable[Span]:
        """Return the entities of one message."""
        raise NotImplementedError

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message."""
        for message in messages:
            set_entities(message, self.find(message), self.name, message.get(ENTITIES) or ())
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the entities to the training examples."""
        self.process([example for example in training_data.training_examples if text_of(example)])
        return training_data


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class InvoiceNumberExtractor(Extractor):
    """Finds invoice numbers by the patterns of the ``partner`` file, which is read at start; none takes the default ones."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Read the partner's patterns."""
        super().__init__(config)
        self._patterns = partner_numbers(Path(config["partner"])).invoices or invoice_number.DEFAULT_PATTERNS

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings and the version of the component."""
        return {"version": 3, "partner": PARTNER_FILE}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``invoice_number`` whose value is the number as typed, without an ending."""
        for found in invoice_number.find_candidates(text_of(message), self._patterns):
            yield Span(found.start, found.end, "invoice_number", found.text)


class TodayExtractor(Extractor):
    """Finds what depends on today in the partner's time zone (``CLEARLINE_NOW``, ``CLEARLINE_TIME_ZONE``)."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Read clock and zone from the environment once, at the start of the process."""
        super().__init__(config)
        self._clock = clock_from(os.environ.get("CLEARLINE_NOW"))
        self._zone = ZoneInfo(os.environ.get("CLEARLINE_TIME_ZONE") or "Europe/Budapest")

    def today(self) -> date:
        """Return the calendar day at the partner's."""
        return today_in(self._clock.now(), self._zone)


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class PeriodExtractor(TodayExtractor):
    """Finds months and other periods, seen from today."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the version of the component."""
        return {"version": 3}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``period`` with the value ``first day/day after the last``, both ISO dates."""
        for found in find_periods(text_of(message), self.today(), language_of(message)):
            yield Span(found.start, found.end, "period", f"{found.period_start.isoformat()}/{found.period_end.isoformat()}")


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class DateExtractor(TodayExtractor):
    """Finds single days, seen from today."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the version of the component."""
        return {"version": 2}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``date`` with an ISO day as value."""
        return find_dates(text_of(message), self.today(), language_of(message))


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class NumberExtractor(Extractor):
    """Finds how many, how much and whose: quantities of seats, amounts of money and tax numbers."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the version of the component."""
        return {"version": 2}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``quantity``, ``amount`` and ``tax_number``."""
        text = text_of(message)
        return (*find_quantities(text), *find_amounts(text), *find_tax_numbers(text))


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class ContactExtractor(Extractor):
    """Finds mail addresses and the names of people."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the version of the component."""
        return {"version": 2}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``email`` and ``person``."""
        text = text_of(message)
        return (*find_emails(text), *find_people(text, language_of(message)))


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class ProductExtractor(Extractor):
    """Finds products by the phrases of ``catalogue``, a file that is read at start and may change without a new training."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Build the matchers."""
        super().__init__(config)
        self._finder = ProductFinder(load_products(Path(config["catalogue"])))

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings and the version of the component."""
        return {"version": 2, "catalogue": "knowledge/products.yml"}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``product`` whose value is the name in the catalogue."""
        words = words_of(message)
        return self._finder.find(text_of(message), language_of(message), words)


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class ReferenceExtractor(Extractor):
    """Finds "latest", "previous" and "next"."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the version of the component."""
        return {"version": 1}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``which``."""
        return find_references(text_of(message))


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class CodeExtractor(Extractor):
    """Finds customer numbers as the ``partner`` file describes them, ticket numbers and one-time codes."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Read what the partner's customer numbers look like."""
        super().__init__(config)
        self._shapes = (partner_numbers(Path(config["partner"])).customers, TICKET_NUMBER)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the settings and the version of the component."""
        return {"version": 3, "partner": PARTNER_FILE}

    def find(self, message: Message) -> Iterable[Span]:
        """Return spans of ``customer_number``, ``ticket_number`` and ``login_code``."""
        text = text_of(message)
        return (*find_shapes(text, self._shapes), *find_login_codes(text))


@DefaultV1Recipe.register(_TYPES, is_trainable=False)
class EntityReconciler(Extractor):
    """Drops entities that lie over longer or more certain ones; stands after all extractors."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the version of the component."""
        return {"version": 3}

    def process(self, messages: list[Message]) -> list[Message]:
        """Keep the entities that stand, in reading order."""
        for message in messages:
            standing = set(drop_refused(fold(text_of(message)), reconcile(spans_of(message))))
            entities = [
                entity
                for entity in message.get(ENTITIES) or ()
                if Span(entity["start"], entity["end"], entity["entity"], str(entity["value"])) in standing
            ]
            message.set(ENTITIES, sorted(entities, key=lambda entity: int(entity["start"])), add_to_output=True)
        return messages
