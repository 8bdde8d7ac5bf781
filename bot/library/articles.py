"""The knowledge articles: ``{language}/*.md`` with front matter, the same name in two languages being one article.

Source: knowledge/articles/README.md, which tells writers what each key means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from bot.library import fields
from bot.library.models import Strict
from bot.library.strict_yaml import parse_mapping
from bot.shared.errors import InvalidInput

LANGUAGES: tuple[str, ...] = ("en", "hu")
MOST_SENTENCES = 5
_FRONT_MATTER = re.compile(r"\A---\n(.*?\n)---\n(.*)\Z", re.DOTALL)
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
# A sign that ends a sentence, perhaps a closing mark, and then a new sentence; "1. nap" and "30.5" go on.
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“„‘(−+]*[A-ZÁÉÍÓÖŐÚÜŰ0-9])")
_MARKDOWN = re.compile(r"^(#|[-*+] |\d+\. |\|)|\]\(", re.MULTILINE)
_SHARED_KEYS = ("topic", "questions", "commerce", "policy", "source", "reviewed", "review_by", "related")
_REASONS = {"extra_forbidden": "is not a known key", "missing": "is missing; add the key"}


class ArticleFile(Strict):
    """The front matter of an article."""

    title: fields.Text
    topic: Literal["amount", "dates", "cancelling", "refunds", "paying", "suspension", "tax", "data", "azure", "products", "support"]
    questions: Annotated[tuple[Annotated[str, Field(pattern=r"^Q\d{2}$")], ...], Field(min_length=1)]
    commerce: Literal["legacy", "new_commerce", "both", "none"]
    asks: Annotated[tuple[fields.Text, ...], Field(min_length=3)]
    source: Annotated[tuple[fields.Text, ...], Field(min_length=1)]
    reviewed: date
    review_by: date
    policy: bool = False
    related: tuple[fields.Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One question answered, in one language.

    Attributes:
        name: File name without ``.md``, the same in both languages.
        questions: Ids of the reference questions answered; never empty.
        commerce: ``legacy``, ``new_commerce``, ``both``, or ``none`` where the system makes no difference.
        asks: Ways customers ask it.
        policy: Whether the partner's contract decides part of the answer.
        paragraphs: The text; each one can be shown alone. Never empty.
        related: Names of articles to offer next.
    """

    name: str
    language: str
    title: str
    topic: str
    questions: tuple[str, ...]
    commerce: str
    asks: tuple[str, ...]
    policy: bool
    paragraphs: tuple[str, ...]
    source: tuple[str, ...]
    reviewed: date
    review_by: date
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Articles:
    """All articles, by name and language."""

    folder: Path
    by_key: Mapping[tuple[str, str], Article]

    @staticmethod
    def load(folder: Path) -> Articles:
        """Read ``{en,hu}/*.md`` in ``folder``.

        Raises:
            InvalidInput: There is no article, or some cannot be used. The message has one line a problem: file, key, reason.
        """
        problems: list[str] = []
        found = {}
        for language in LANGUAGES:
            for path in sorted((folder / language).glob("*.md")):
                article = _read(path, language, problems)
                if article is not None:
                    found[article.name, language] = article
        if problems:
            raise InvalidInput("\n".join(problems))
        if not found:
            raise InvalidInput(f"{folder}: holds no articles; they are expected in {folder / 'en'} and {folder / 'hu'}")
        return Articles(folder, found)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of all articles of any language, sorted."""
        return tuple(sorted({name for name, _ in self.by_key}))

    def all(self) -> Iterator[Article]:
        """Yield every article of every language, by language and name."""
        return iter(self.by_key.values())

    def find(self, name: str, language: str) -> Article | None:
        """Return the article in ``language``, its twin in another language where it lacks that one, or None."""
        for spoken in (language, *LANGUAGES):
            article = self.by_key.get((name, spoken))
            if article is not None:
                return article
        return None

    def problems(self, today: date) -> tuple[str, ...]:
        """Return one sentence per fault an editor should mend, sorted.

        Missing or differing twins, dead ``related`` links, passed review dates, paragraphs that are too long to be shown or hold Markdown.
        """
        return tuple(sorted({problem for article in self.all() for problem in self._problems_of(article, today)}))

    def _problems_of(self, article: Article, today: date) -> Iterator[str]:
        where = f"{self.folder / article.language / article.name}.md"
        yield from (f"{where}: {fault}" for fault in self._faults_of_twins(article))
        for name in article.related:
            if (name, article.language) not in self.by_key:
                yield f"{where}: related: there is no article {name}"
        if article.review_by < today:
            yield f"{where}: review_by: {article.review_by} has passed; hold the text against its sources and move the date on"
        yield from (f"{where}: {fault}" for fault in _faults_of_text(article))

    def _faults_of_twins(self, article: Article) -> Iterator[str]:
        for language in LANGUAGES:
            twin = self.by_key.get((article.name, language))
            if twin is None:
                yield f"has no twin in {self.folder / language}; write it"
            elif article.language == LANGUAGES[0] and twin is not article:
                for key in _SHARED_KEYS:
                    if getattr(twin, key) != getattr(article, key):
                        yield f"{key}: differs from that of its twin in {self.folder / language}"


def _faults_of_text(article: Article) -> Iterator[str]:
    for number, paragraph in enumerate(article.paragraphs, 1):
        if len(sentences(paragraph)) > MOST_SENTENCES:
            yield f"paragraph {number} has more than {MOST_SENTENCES} sentences; divide it"
        if _MARKDOWN.search(paragraph):
            yield f"paragraph {number} holds Markdown; write plain sentences"


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of ``text`` in order."""
    return tuple(part for part in _SENTENCE_END.split(text.strip()) if part)


def _read(path: Path, language: str, problems: list[str]) -> Article | None:
    try:
        front, body = _parts(path)
        content = ArticleFile.model_validate(parse_mapping(front, path))
    except InvalidInput as error:
        problems.append(str(error))
        return None
    except ValidationError as error:
        problems += [f"{path}: {line}" for line in _lines(error)]
        return None
    paragraphs = tuple(" ".join(part.split()) for part in _BLANK_LINES.split(body.strip()) if part.strip())
    if not paragraphs:
        problems.append(f"{path}: has no text below the front matter; write the answer there")
        return None
    return Article(name=path.stem, language=language, paragraphs=paragraphs, **content.model_dump())


def _parts(path: Path) -> tuple[str, str]:
    """Return front matter and text. Raises: InvalidInput."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be read ({error.strerror}); let the user that runs Clearline read it") from error
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise InvalidInput(f"{path}: does not begin with front matter between two lines of ---; see the README of the articles")
    return match[1], match[2]


def _lines(error: ValidationError) -> Iterable[str]:
    for detail in error.errors(include_url=False):
        key = ".".join(str(part) for part in detail["loc"])
        yield f"{key}: {_REASONS.get(detail['type'], detail['msg'].lower())}"
