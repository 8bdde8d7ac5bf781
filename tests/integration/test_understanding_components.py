"""The components of `bot.nlu` as Rasa's graph runs them: trained, stored, loaded, asked."""

import importlib
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    # What Rasa's dependencies warn of each other is not ours to mend.
    warnings.simplefilter("ignore")
    if "rasa.core.agent" not in sys.modules and "tensorflow" not in sys.modules:
        importlib.import_module("bot.engine.lean").import_rasa_without_tensorflow()
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.core.events import UserUttered
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from bot.nlu import extractors
    from bot.nlu.components import LanguageTagger, SpacyTokens, TextClassifier

ROOT = Path(__file__).parents[2]
EXAMPLES = {
    "en": {
        "ask_invoice": ["how much was my last invoice", "show me my invoice"],
        "greet": ["hello there", "good morning"],
        "inform": ["it is C-10023"],
    },
    "hu": {
        "ask_invoice": ["mennyi volt az utolsó számlám", "mutasd a számlát"],
        "greet": ["szia", "jó reggelt"],
        "inform": ["a kód 123456"],
    },
}
BAD = {
    "empty": "",
    "emoji": "😀",
    "control characters": "\x00\x01",
    "one long word": "a" * 100_000,
    "many numbers": "CL-2026-0117 " * 8_000,
    "markup": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE invoice; --",
}


class Pipeline:
    """The components of config.yml in their order, trained on a few examples."""

    def __init__(self, folder: Path) -> None:
        (folder / "model").mkdir()
        self.storage = LocalModelStorage.create(folder / "model")
        self.context = ExecutionContext(GraphSchema({}))
        self.examples = folder / "nlu"
        for language, intents in EXAMPLES.items():
            lines = ["nlu:"]
            for intent, texts in intents.items():
                lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
            (self.examples / language).mkdir(parents=True)
            (self.examples / language / "all.yml").write_text("\n".join(lines), encoding="utf-8")
        self.components = self._trained()

    def _make(self, kind: Any, **settings: Any) -> Any:
        return kind.create({**kind.get_default_config(), **settings}, self.storage, Resource(kind.__name__), self.context)

    def _loaded(self, kind: Any, data: TrainingData, **settings: Any) -> Any:
        self._make(kind, **settings).train(data)
        return kind.load({**kind.get_default_config(), **settings}, self.storage, Resource(kind.__name__), self.context)

    def _trained(self) -> list[Any]:
        data = TrainingData(
            [Message.build(text, intent) for intents in EXAMPLES.values() for intent, texts in intents.items() for text in texts]
        )
        components = [
            self._loaded(LanguageTagger, data, examples=str(self.examples)),
            self._make(SpacyTokens),
            self._make(extractors.InvoiceNumberExtractor),
            self._make(extractors.PeriodExtractor),
            self._make(extractors.ProductExtractor, catalogue=str(ROOT / "knowledge" / "products.yml")),
            self._make(extractors.ReferenceExtractor),
            self._make(extractors.CodeExtractor),
            self._make(extractors.EntityReconciler),
        ]
        for component in components:
            data = component.process_training_data(data)
        return [*components, self._loaded(TextClassifier, data)]

    def parse(self, text: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
        messages = [Message({"text": text, "metadata": metadata})]
        for component in self.components:
            messages = component.process(messages)
        parsed: dict[str, Any] = messages[0].as_dict(only_output_properties=True)
        return parsed


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLEARLINE_NOW", "2026-11-22T23:30:00Z")
        return Pipeline(tmp_path_factory.mktemp("understanding"))


def entities(parsed: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entity["entity"], entity["value"]) for entity in parsed["entities"]]


class TestParsing:
    def test_puts_the_language_into_the_parse_result(self, pipeline: Pipeline) -> None:
        assert pipeline.parse("mennyi volt a számlám")["language"] == "hu"
        assert pipeline.parse("how much was my invoice")["language"] == "en"

    def test_keeps_the_language_of_the_conversation_when_a_message_has_none(self, pipeline: Pipeline) -> None:
        assert pipeline.parse("ok", {"language": "hu"})["language"] == "hu"
        assert pipeline.parse("CL-2026-0117", {"language": "hu"})["language"] == "hu"

    def test_keeps_the_language_in_the_tracker_event(self, pipeline: Pipeline) -> None:
        parsed = pipeline.parse("mennyi volt a számlám")

        event = UserUttered(parsed["text"], parsed["intent"], parsed["entities"], parsed)

        assert UserUttered._from_parameters(event.as_dict()).parse_data["language"] == "hu"

    def test_names_each_entity_once(self, pipeline: Pipeline) -> None:
        parsed = pipeline.parse("az előző havi E3-as számla a T-2026-0042-es jegyen CL-2026-0117")

        assert entities(parsed) == [
            ("period", "2026-10-01/2026-11-01"),
            ("product", "Microsoft 365 E3"),
            ("ticket_number", "T-2026-0042"),
            ("invoice_number", "CL-2026-0117"),
        ]

    def test_counts_days_in_the_partners_zone(self, pipeline: Pipeline) -> None:
        # 23:30 UTC on Sunday is Monday in Budapest, so "this week" is the one that has just begun.
        assert entities(pipeline.parse("e heti számla")) == [("period", "2026-11-23/2026-11-30")]

    @pytest.mark.parametrize("text", ["C-10023", "c 10023", "123 456", "T-2026-0042", "CL-2026-0117!", "#12345"])
    def test_takes_a_number_alone_for_information(self, pipeline: Pipeline, text: str) -> None:
        parsed = pipeline.parse(text)

        assert parsed["intent"] == {"name": "inform", "confidence": 1.0}
        assert len(parsed["entities"]) == 1

    def test_ranks_the_intents(self, pipeline: Pipeline) -> None:
        parsed = pipeline.parse("show me the invoice")

        assert parsed["intent"]["name"] == "ask_invoice"
        assert parsed["intent_ranking"][0] == parsed["intent"]

    @pytest.mark.parametrize("text", BAD.values(), ids=BAD)
    def test_answers_whatever_is_typed(self, pipeline: Pipeline, text: str) -> None:
        assert pipeline.parse(text)["intent"]["name"] in {"ask_invoice", "greet", "inform"}

    def test_reads_the_beginning_of_a_very_long_message(self, pipeline: Pipeline) -> None:
        assert entities(pipeline.parse("CL-2026-0117 " + "x " * 50_000)) == [("invoice_number", "CL-2026-0117")]
