"""The articles: what is read, what is refused, what is reported to editors."""

from datetime import date
from pathlib import Path

import pytest

from bot.library.articles import Articles, sentences
from bot.shared.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[3]
TODAY = date(2026, 11, 22)
ENGLISH = """---
title: 'What is proration?'
topic: amount
questions: [Q03]
commerce: both
asks:
  - 'What is a partial charge?'
  - 'how is half a month billed'
  - 'prorated??'
source:
  - 'Partner Center: billing-basics (2023-10)'
reviewed: 2026-11-01
review_by: 2027-05-01
related: [other]
---

It is a charge for part of a period,
worked out by days.

Here is more.
"""


def write(folder: Path, *, name: str = "proration", language: str = "en", text: str = ENGLISH) -> None:
    (folder / language).mkdir(parents=True, exist_ok=True)
    (folder / language / f"{name}.md").write_text(text, encoding="utf-8")


def twins(folder: Path) -> Articles:
    for name in ("proration", "other"):
        for language in ("en", "hu"):
            write(folder, name=name, language=language, text=ENGLISH.replace("related: [other]\n", ""))
    return Articles.load(folder)


class TestLoading:
    def test_reads_front_matter_and_unwraps_paragraphs(self, tmp_path: Path) -> None:
        write(tmp_path)

        article = Articles.load(tmp_path).by_key["proration", "en"]

        assert (article.title, article.topic, article.questions, article.commerce) == ("What is proration?", "amount", ("Q03",), "both")
        assert article.paragraphs == ("It is a charge for part of a period, worked out by days.", "Here is more.")
        assert (article.policy, article.review_by, article.related) == (False, date(2027, 5, 1), ("other",))

    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("topic: amount", "topic: money", "topic: "),
            ("topic: amount", "subject: amount", "subject: is not a known key"),
            ("commerce: both\n", "", "commerce: is missing"),
            ("[Q03]", "[3]", r"questions\.0: "),
            ("review_by: 2027-05-01", "review_by: soon", "review_by: "),
            ("  - 'prorated??'\n", "", "asks: "),
            ("title: 'What is proration?'", "title: 'a'\ntitle: 'b'", "comes twice"),
        ],
    )
    def test_names_file_key_and_reason_of_what_it_refuses(self, tmp_path: Path, old: str, new: str, message: str) -> None:
        write(tmp_path, text=ENGLISH.replace(old, new))

        with pytest.raises(InvalidInput, match=rf"proration\.md: .*{message}"):
            Articles.load(tmp_path)

    def test_reports_all_wrong_files_at_once(self, tmp_path: Path) -> None:
        write(tmp_path, name="first", text="no front matter")
        write(tmp_path, name="second", language="hu", text=ENGLISH.split("It is")[0])

        with pytest.raises(InvalidInput) as refused:
            Articles.load(tmp_path)

        assert "first.md: does not begin with front matter" in str(refused.value)
        assert "second.md: has no text" in str(refused.value)

    def test_refuses_a_folder_without_articles(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="holds no articles"):
            Articles.load(tmp_path)


class TestFinding:
    def test_gives_the_twin_where_a_language_lacks_the_article(self, tmp_path: Path) -> None:
        write(tmp_path)

        found = Articles.load(tmp_path).find("proration", "hu")

        assert found is not None
        assert found.language == "en"

    def test_gives_nothing_for_an_unknown_name(self, tmp_path: Path) -> None:
        assert twins(tmp_path).find("unknown", "en") is None


class TestProblems:
    def test_has_none_when_all_is_in_order(self, tmp_path: Path) -> None:
        assert twins(tmp_path).problems(TODAY) == ()

    def test_reports_a_missing_twin_and_a_dead_link(self, tmp_path: Path) -> None:
        write(tmp_path)

        problems = Articles.load(tmp_path).problems(TODAY)

        assert any("has no twin" in problem for problem in problems)
        assert any("related: there is no article other" in problem for problem in problems)

    def test_reports_twins_whose_front_matter_differs_once(self, tmp_path: Path) -> None:
        twins(tmp_path)
        write(tmp_path, language="hu", text=ENGLISH.replace("related: [other]\n", "").replace("commerce: both", "commerce: legacy"))

        problems = Articles.load(tmp_path).problems(TODAY)

        assert len(problems) == 1
        assert "proration.md: commerce: differs" in problems[0]

    def test_reports_a_review_date_the_day_after_it(self, tmp_path: Path) -> None:
        articles = twins(tmp_path)

        assert articles.problems(date(2027, 5, 1)) == ()
        assert any("review_by" in problem for problem in articles.problems(date(2027, 5, 2)))

    def test_reports_paragraphs_that_cannot_be_shown_in_a_chat(self, tmp_path: Path) -> None:
        twins(tmp_path)
        text = ENGLISH.replace("related: [other]\n", "").replace("Here is more.", "One. Two. Three. Four. Five. Six.\n\n- a list")
        write(tmp_path, text=text)

        problems = Articles.load(tmp_path).problems(TODAY)

        assert any("paragraph 2 has more than 5 sentences" in problem for problem in problems)
        assert any("paragraph 3 holds Markdown" in problem for problem in problems)


class TestSentences:
    def test_do_not_end_at_decimals_or_hungarian_ordinals(self) -> None:
        text = "A licenc ára 10.08 EUR. Az időszak 1. napja július 15-e. „Így van.” Vége!"

        assert len(sentences(text)) == 4


class TestOwnArticles:
    def test_answer_each_reference_question_in_both_languages(self) -> None:
        articles = Articles.load(ROOT / "knowledge" / "articles")

        for language in ("en", "hu"):
            answered = {question for article in articles.all() if article.language == language for question in article.questions}
            # Q86 is our own: what the two commerce systems are.
            assert answered == {f"Q{number:02}" for number in range(1, 87)}

    def test_open_with_an_answer_that_fits_into_a_passage(self) -> None:
        articles = Articles.load(ROOT / "knowledge" / "articles")

        assert [article.name for article in articles.all() if len(sentences(article.paragraphs[0])) > 5] == []
