"""The two models that are learnt: the language of a message and what it asks for."""

import math
from dataclasses import replace
from pathlib import Path

import pytest

from bot.nlu.intents import Example, IntentModel
from bot.nlu.language import LanguageModel, examples_by_language
from bot.nlu.linear import LinearModel
from bot.nlu.spans import Span
from bot.shared.errors import InvalidInput

DATA = Path(__file__).parents[3] / "data" / "nlu"
CLEAR = {
    "en": [
        "how much was my last invoice?",
        "has CL-2026-0117 been paid",
        "thanks a lot",
        "when are you open",
        "can I talk to a person",
        "i cant pay this month",
    ],
    "hu": [
        "mennyi volt az utolsó számlám?",
        "kifizettük már a CL-2026-0117-et",
        "köszönöm szépen",
        "mikor vannak nyitva",
        "szeretnek egy ugyintezovel beszelni",
        "nem ertem a szamlat",
    ],
}
UNDECIDED = ("", "ok", "hi", "CL-2026-0117", "#12345", "123456", "😀", "???", "ok!", "a@b.hu")
SMALL = tuple(
    Example(text, (), intent)
    for intent, texts in {
        "greet": ("hello there", "good morning", "szia", "jó napot"),
        "ask_invoice": ("how much is my bill", "latest invoice amount", "mennyi a számlám", "a legutóbbi számla összege"),
        "thank": ("thanks", "thank you very much", "köszi", "köszönöm szépen"),
    }.items()
    for text in texts
)
OUTSIDE = tuple(Example(text, (), "out_of_scope") for text in ("my water bill", "who won the match", "esni fog", "jó a mozi"))


@pytest.fixture(scope="module")
def languages() -> LanguageModel:
    return LanguageModel.train(examples_by_language(DATA))


class TestLanguageModel:
    @pytest.mark.parametrize("previous", [None, "en", "hu"])
    @pytest.mark.parametrize(("text", "language"), [(text, language) for language, texts in CLEAR.items() for text in texts])
    def test_hears_a_clear_message_whatever_was_spoken_before(
        self, languages: LanguageModel, text: str, language: str, previous: str | None
    ) -> None:
        assert languages.detect(text, previous) == language

    @pytest.mark.parametrize("previous", ["en", "hu"])
    @pytest.mark.parametrize("text", UNDECIDED)
    def test_stays_with_the_language_spoken_when_the_message_has_none(self, languages: LanguageModel, text: str, previous: str) -> None:
        assert languages.detect(text, previous) == previous

    def test_starts_in_english_when_nothing_is_known(self, languages: LanguageModel) -> None:
        assert languages.detect("CL-2026-0117") == "en"
        assert languages.detect("ok", "de") == "en"

    def test_switches_on_one_word_with_hungarian_letters(self, languages: LanguageModel) -> None:
        assert languages.detect("köszönöm", "en") == "hu"


class TestExamplesByLanguage:
    def test_takes_the_language_from_the_folder(self, tmp_path: Path) -> None:
        for language, text in (("en", "hello [E3](product)"), ("hu", "szia")):
            (tmp_path / language).mkdir()
            (tmp_path / language / "any.yml").write_text(f"nlu:\n- intent: greet\n  examples: |\n    - {text}\n", encoding="utf-8")

        assert examples_by_language(tmp_path) == {"en": ("hello E3",), "hu": ("szia",)}

    def test_says_which_language_has_no_examples(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="en"):
            examples_by_language(tmp_path)


class TestIntentModel:
    def test_ranks_all_intents_with_shares_that_add_up(self) -> None:
        model = IntentModel.train(SMALL, masked=frozenset(), strength=10.0)

        ranking = model.rank("mennyi a szamla", ())

        assert next(iter(ranking)) == "ask_invoice"
        assert set(ranking) == {"greet", "ask_invoice", "thank"}
        assert sum(ranking.values()) == pytest.approx(1)

    def test_reads_one_invoice_number_like_another(self) -> None:
        model = IntentModel.train(SMALL, masked=frozenset({"invoice_number"}), strength=10.0)

        shares = [
            model.rank(f"how much is {number}", (Span(12, 12 + len(number), "invoice_number", number),))
            for number in ("CL-1", "G012345678")
        ]

        assert shares[0] == shares[1]

    def test_answers_the_same_after_it_was_stored(self, tmp_path: Path) -> None:
        model = IntentModel.train(SMALL, masked=frozenset(), strength=10.0)

        model.model.save(tmp_path)

        assert IntentModel(LinearModel.load(tmp_path), frozenset()).rank("thanks!", ()) == model.rank("thanks!", ())

    def test_gives_an_answer_for_a_message_without_a_known_word(self) -> None:
        model = IntentModel.train(SMALL, masked=frozenset(), strength=10.0)

        assert sum(model.rank("", ()).values()) == pytest.approx(1)

    def test_understands_a_misspelt_word_better_for_having_learnt_from_misspelt_copies(self) -> None:
        exact = IntentModel.train(SMALL, masked=frozenset(), strength=10.0)
        forgiving = IntentModel.train(SMALL, masked=frozenset(), strength=10.0, misspelt=1.0)

        assert forgiving.rank("goood mornnig", ())["greet"] > exact.rank("goood mornnig", ())["greet"]

    def test_learns_no_new_pieces_from_misspelt_copies(self) -> None:
        exact = IntentModel.train(SMALL, masked=frozenset(), strength=10.0)
        forgiving = IntentModel.train(SMALL, masked=frozenset(), strength=10.0, misspelt=1.0)

        assert [known.index for known in forgiving.model.vocabularies] == [known.index for known in exact.model.vocabularies]

    def test_refuses_a_doubtful_message_the_rather_the_more_cautious_it_is(self) -> None:
        trusting = IntentModel.train((*SMALL, *OUTSIDE), masked=frozenset(), strength=10.0)

        ranks = [replace(trusting, caution=caution).rank("my water is much", ()) for caution in (0.0, 2.0)]

        odds = [rank["out_of_scope"] / rank["ask_invoice"] for rank in ranks]
        assert odds[1] / odds[0] == pytest.approx(math.exp(2.0), rel=1e-3)

    def test_is_not_cautious_about_a_message_that_names_a_number_of_ours(self) -> None:
        trusting = IntentModel.train((*SMALL, *OUTSIDE), masked=frozenset(), strength=10.0)
        spans = (Span(6, 10, "invoice_number", "CL-1"),)

        assert replace(trusting, caution=2.0).rank("water CL-1", spans) == trusting.rank("water CL-1", spans)

    def test_needs_no_examples_out_of_scope_to_be_cautious(self) -> None:
        trusting = IntentModel.train(SMALL, masked=frozenset(), strength=10.0)

        assert replace(trusting, caution=2.0).rank("hello", ()) == trusting.rank("hello", ())


class TestManyIntents:
    def test_are_each_told_from_all_others(self) -> None:
        subjects = ("invoice", "licence", "renewal", "refund", "payment", "ticket", "callback", "opening", "balance", "address", "greeting")
        texts = [(f"{beginning} {subject}", f"about_{subject}") for subject in subjects for beginning in ("the", "our", "one", "any")]

        model = IntentModel.train([Example(text, (), intent) for text, intent in texts], masked=frozenset(), strength=10.0)

        assert {next(iter(model.rank(f"this {subject}", ()))) for subject in subjects} == {f"about_{subject}" for subject in subjects}

    def test_are_learnt_nearly_the_same_each_time(self) -> None:
        examples = [Example(f"word{number} text", (), f"intent{number}") for number in range(12)]

        first, second = (IntentModel.train(examples, masked=frozenset(), strength=10.0) for _ in range(2))

        # The labels are fitted side by side and share the solver's random numbers, so the last digits may differ.
        assert first.rank("word3", ()) == pytest.approx(second.rank("word3", ()), abs=0.02)
