"""The phrasebook: what it says, what it refuses, what it reports to translators."""

from pathlib import Path

import pytest

from bot.library.phrasebook import MissingValue, Phrasebook, UnknownPhrase
from bot.shared.errors import InvalidInput

ENGLISH = """
version: "3.1"
responses:
  utter_greet:
  - text: Hello
  - text: Good day
  utter_paid:
  - text: "{number} is paid."
    buttons:
    - title: Show {number}
      payload: '/show_invoice{{"number": "{number}"}}'
  utter_lost:
  - text: I did not get that.
    metadata:
      understood: false
  utter_only_english:
  - text: Only here.
"""
HUNGARIAN = """
responses:
  utter_greet:
  - text: Jó napot
  utter_paid:
  - text: "A {number} ki van fizetve."
    buttons:
    - title: "{number} megnyitása"
      payload: '/show_invoice{{"number": "{number}"}}'
  utter_lost:
  - text: Ezt nem értettem.
    metadata:
      understood: false
"""


def book(folder: Path, *, en: str = ENGLISH, hu: str = HUNGARIAN) -> Phrasebook:
    for language, content in (("en", en), ("hu", hu)):
        (folder / language).mkdir(parents=True)
        (folder / language / "all.yml").write_text(content, encoding="utf-8")
    return Phrasebook.load(folder)


class TestSaying:
    def test_fills_text_and_buttons_in_the_wanted_language(self, tmp_path: Path) -> None:
        phrase = book(tmp_path).say("utter_paid", "hu", {"number": "CL-1", "more": "than needed"})

        assert (phrase.text, phrase.language) == ("A CL-1 ki van fizetve.", "hu")
        assert [(one.title, one.payload) for one in phrase.buttons] == [("CL-1 megnyitása", '/show_invoice{"number": "CL-1"}')]

    def test_escapes_values_inside_a_payload_for_json(self, tmp_path: Path) -> None:
        phrase = book(tmp_path).say("utter_paid", "en", {"number": 'a"b'})

        assert phrase.buttons[0].payload == '/show_invoice{"number": "a\\"b"}'
        assert phrase.buttons[0].title == 'Show a"b'

    def test_takes_a_value_with_braces_as_it_is(self, tmp_path: Path) -> None:
        assert book(tmp_path).say("utter_paid", "en", {"number": "{number}"}).text == "{number} is paid."

    @pytest.mark.parametrize(("variant", "text"), [(0, "Hello"), (1, "Good day"), (2, "Hello")])
    def test_counts_variants_round(self, tmp_path: Path, variant: int, text: str) -> None:
        assert book(tmp_path).say("utter_greet", "en", {}, variant).text == text

    @pytest.mark.parametrize("language", ["hu", "de", ""])
    def test_falls_back_on_english_and_says_so(self, tmp_path: Path, language: str) -> None:
        phrase = book(tmp_path).say("utter_only_english", language, {})

        assert (phrase.text, phrase.language) == ("Only here.", "en")

    def test_marks_a_phrase_that_says_it_did_not_understand(self, tmp_path: Path) -> None:
        phrases = book(tmp_path)

        assert not phrases.say("utter_lost", "hu", {}).understood
        assert phrases.say("utter_greet", "hu", {}).understood

    def test_names_the_missing_value(self, tmp_path: Path) -> None:
        with pytest.raises(MissingValue, match=r"utter_paid needs a value for \{number\}"):
            book(tmp_path).say("utter_paid", "en", {})

    def test_refuses_an_unknown_name(self, tmp_path: Path) -> None:
        with pytest.raises(UnknownPhrase, match="utter_nothing"):
            book(tmp_path).say("utter_nothing", "en", {})

    def test_tells_which_values_a_phrase_needs(self, tmp_path: Path) -> None:
        assert book(tmp_path).placeholders("utter_paid") == {"number"}


class TestLoading:
    def test_reads_a_folder_once(self, tmp_path: Path) -> None:
        assert book(tmp_path) is Phrasebook.load(tmp_path)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("nlu: []", "no mapping under the key 'responses'"),
            ("responses: {utter_a: hello}", "needs a list"),
            ("responses: {utter_a: []}", "needs a list"),
            ("responses: {utter_a: [{image: x}]}", "needs a 'text'"),
            ("responses: {utter_a: [{text: x, buttons: [{title: y}]}]}", "need a title and a payload"),
            ("responses: {utter_a: [{text: 'an open { brace'}]}", "brace"),
            ("responses: {utter_a: [{text: '{a.b}'}]}", "plain name"),
            ("responses: {utter_a: [{text: '{a!r}'}]}", "plain name"),
            ("responses: {utter_a: [{text: 'x', buttons: [{title: y, payload: '/z{\"a\": \"b\"}'}]}]}", "brace is written twice"),
            ("responses: [", "is not YAML"),
        ],
    )
    def test_names_the_file_of_a_fault(self, tmp_path: Path, content: str, says: str) -> None:
        with pytest.raises(InvalidInput, match=says) as caught:
            book(tmp_path, hu=content)

        assert str(tmp_path / "hu" / "all.yml") in str(caught.value)

    def test_refuses_a_name_defined_twice(self, tmp_path: Path) -> None:
        (tmp_path / "en").mkdir()
        (tmp_path / "en" / "more.yml").write_text(ENGLISH)
        (tmp_path / "en" / "some.yml").write_text(ENGLISH)

        with pytest.raises(InvalidInput, match="defined twice"):
            Phrasebook.load(tmp_path)

    def test_refuses_a_folder_without_english(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="no responses in en"):
            Phrasebook.load(tmp_path / "absent")


class TestProblems:
    def test_are_none_when_the_languages_agree(self, tmp_path: Path) -> None:
        assert book(tmp_path, en=ENGLISH.split("  utter_only_english")[0]).problems() == ()

    def test_report_a_missing_twin(self, tmp_path: Path) -> None:
        assert book(tmp_path).problems() == ("utter_only_english is missing in 'hu'",)

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("A {number} ki", "A {szam} ki", "utter_paid uses {number}, {szam} in 'hu' but {number} in 'en'"),
            ("/show_invoice", "/other", "utter_paid has other button payloads in 'hu' than in 'en'"),
            ("understood: false", "understood: true", "utter_lost differs in 'understood' between 'hu' and 'en'"),
            ("- text: Jó napot", "- text: Jó napot\n    channel: slack", "utter_greet in 'hu' has the key 'channel', which is ignored"),
        ],
    )
    def test_report_what_differs(self, tmp_path: Path, old: str, new: str, says: str) -> None:
        assert says in book(tmp_path, hu=HUNGARIAN.replace(old, new)).problems()
