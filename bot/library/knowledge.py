"""The articles as the faces use them: a passage that answers, or a whole page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.billing.model import CommerceKind
from bot.library.articles import Articles
from bot.library.search import ArticleSearch, Found
from bot.services import ArticleNotFound, ArticlePage, Passage

_OTHER_SYSTEM = {CommerceKind.LEGACY: "new_commerce", CommerceKind.NEW: "legacy"}
_SYSTEM_WORDS = {CommerceKind.LEGACY: "legacy", CommerceKind.NEW: "new commerce"}


class ArticleKnowledge:
    """Answers from the articles of one folder. They are read at once, the index is built at the first question."""

    def __init__(self, folder: Path) -> None:
        """Read the articles in ``folder``. Raises: InvalidInput."""
        self._folder = folder.resolve()
        self._articles = _articles(self._folder)

    def answer(self, *, question: str, language: str, topics: tuple[str, ...] = (), commerce: CommerceKind | None = None) -> Passage | None:
        """Return the passage that answers ``question``, or None when no article is near enough. See ``bot.services.Articles``."""
        asked = f"{question} ({_SYSTEM_WORDS[commerce]})" if commerce is not None else question
        found = _search(self._folder).best(asked, language, topics=frozenset(topics) or None)
        if not isinstance(found, Found) or (commerce is not None and found.article.commerce == _OTHER_SYSTEM[commerce]):
            # What holds for the other commerce system is wrong for this subscription.
            return None
        return Passage(found.article.name, found.article.title, found.passage)

    def warm(self) -> None:
        """Build the index, which the first question would have to wait for."""
        _search(self._folder)

    def page(self, *, name: str, language: str) -> ArticlePage:
        """Return the article called ``name`` as written in ``language``. Raises: ArticleNotFound."""
        article = self._articles.by_key.get((name, language))
        if article is None:
            raise ArticleNotFound(f"there is no article {name} in {language}")
        return ArticlePage(
            name=name,
            language=language,
            languages=tuple(sorted(spoken for one, spoken in self._articles.by_key if one == name)),
            title=article.title,
            paragraphs=article.paragraphs,
            reviewed=article.reviewed,
        )


@lru_cache(maxsize=4)
def _articles(folder: Path) -> Articles:
    """Return the articles in ``folder``, read once a process. Raises: InvalidInput."""
    return Articles.load(folder)


@lru_cache(maxsize=4)
def _search(folder: Path) -> ArticleSearch:
    """Return the index over ``folder``; building it takes most of a second, so once a process."""
    return ArticleSearch.load(folder)
