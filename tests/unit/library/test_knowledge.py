"""The shipped articles as the faces use them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.billing.model import CommerceKind
from bot.library.knowledge import ArticleKnowledge
from bot.services import ArticleNotFound
from bot.shared.errors import InvalidInput

SHIPPED = Path(__file__).parents[3] / "knowledge" / "articles"


@pytest.fixture(scope="module")
def articles() -> ArticleKnowledge:
    return ArticleKnowledge(SHIPPED)


class TestAnswer:
    def test_has_name_title_and_text_in_the_language_asked_for(self, articles: ArticleKnowledge) -> None:
        found = articles.answer(question="what does proration mean", language="hu")

        assert found is not None
        assert found.name == "what-is-proration"
        assert found.title == articles.page(name="what-is-proration", language="hu").title
        assert "időarányos" in found.text

    def test_of_nonsense_is_none(self, articles: ArticleKnowledge) -> None:
        assert articles.answer(question="blorp the frindle", language="en") is None

    def test_keeps_to_the_topics(self, articles: ArticleKnowledge) -> None:
        found = articles.answer(question="what does proration mean", language="en", topics=("tax",))

        assert found is None or found.name != "what-is-proration"

    def test_fits_the_commerce_system_of_the_subscription(self, articles: ArticleKnowledge) -> None:
        found = articles.answer(question="what does it cost to cancel", language="en", topics=("cancelling",), commerce=CommerceKind.LEGACY)

        assert found is not None
        assert "legacy" in found.text


class TestPage:
    def test_has_the_whole_article_and_names_its_languages(self, articles: ArticleKnowledge) -> None:
        page = articles.page(name="seven-day-window", language="en")

        assert (page.title, page.languages) == ("What is the 7-day cancellation window?", ("en", "hu"))
        assert len(page.paragraphs) == 3

    @pytest.mark.parametrize(("name", "language"), [("no-such-article", "en"), ("seven-day-window", "de"), ("../README", "en")])
    def test_that_is_not_there_is_refused(self, articles: ArticleKnowledge, name: str, language: str) -> None:
        with pytest.raises(ArticleNotFound):
            articles.page(name=name, language=language)


class TestFolder:
    def test_without_articles_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidInput, match="holds no articles"):
            ArticleKnowledge(tmp_path)
