"""``clearline evaluate knowledge``: the search over the articles, measured on questions that no article was written from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from tqdm import tqdm

from bot.library.search import ArticleSearch, Found
from bot.settings import Settings
from bot.shared.errors import InvalidInput

LANGUAGES = ("en", "hu")
HELD_OUT = Path("tests/nlu")
_ROW = "  {:<14} {:>9} {:>9} {:>9} {:>9}"


class _Question(BaseModel):
    """An entry of ``knowledge_{language}.yml``."""

    model_config = ConfigDict(extra="forbid")

    question: str | None
    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A held-out question with what the search gave.

    Attributes:
        wanted: Name of the article that answers, or None where none does.
        topic: The topic of that article, or ``-``.
        got: Name of the article found, or None.
        missing: Patterns of facts that the passage lacks.
    """

    text: str
    language: str
    wanted: str | None
    topic: str
    got: str | None
    missing: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether the right article was found, or rightly none."""
        return self.got == self.wanted

    @property
    def has_facts(self) -> bool:
        """Whether the passage holds all key facts, whichever article it is from."""
        return self.got is not None and not self.missing


def answered(search: ArticleSearch, folder: Path, language: str) -> tuple[Answered, ...]:
    """Return every held-out question of ``language`` in ``folder`` with what ``search`` gave.

    Raises:
        InvalidInput: The file is missing or wrong, or names a question that no article answers.
    """
    path = folder / f"knowledge_{language}.yml"
    if not path.exists():
        raise InvalidInput(f"{path} is not there; run this in the folder of the repository")
    try:
        questions = TypeAdapter(tuple[_Question, ...]).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise InvalidInput(f"{path}: {error}") from error
    answering = {number: article for article in search.articles.all() for number in article.questions}
    unknown = sorted({one.question for one in questions if one.question is not None and one.question not in answering})
    if unknown:
        raise InvalidInput(f"{path}: no article answers {', '.join(unknown)}")
    found = []
    for one in tqdm(questions, desc=language, unit="question", disable=None, leave=False):
        result = search.best(one.text, language)
        wanted = answering[one.question] if one.question is not None else None
        passage = result.passage if isinstance(result, Found) else ""
        found.append(
            Answered(
                text=one.text,
                language=language,
                wanted=wanted.name if wanted else None,
                topic=wanted.topic if wanted else "-",
                got=result.article.name if isinstance(result, Found) else None,
                missing=tuple(fact for fact in one.facts if not re.search(fact, passage, re.IGNORECASE)),
            )
        )
    return tuple(found)


def share_with_facts(results: Sequence[Answered]) -> float:
    """Return the share (0-1) of answerable questions whose passage holds all key facts; 0 where there is none."""
    answerable = [one for one in results if one.wanted is not None]
    return sum(one.has_facts for one in answerable) / len(answerable) if answerable else 0.0


def share_wrongly_answered(results: Sequence[Answered]) -> float:
    """Return the share (0-1) of texts that no article answers and that got one all the same; 0 where there is none."""
    nothing = [one for one in results if one.wanted is None]
    return sum(one.got is not None for one in nothing) / len(nothing) if nothing else 0.0


def report(results: Sequence[Answered], *, examples: int) -> Iterator[str]:
    """Yield the lines of the report on one language: a table by topic, the commonest confusions, facts that were not told."""
    answerable = [one for one in results if one.wanted is not None]
    yield _ROW.format("topic", "questions", "article", "facts", "refused")
    for topic in sorted({one.topic for one in answerable}):
        yield _row(topic, [one for one in answerable if one.topic == topic])
    yield _row("all", answerable)
    nothing = [one for one in results if one.wanted is None]
    yield f"  answered although nothing fits: {share_wrongly_answered(results):.2f} of {len(nothing)}"
    yield from _confusions(results, examples)
    untold = [one for one in answerable if one.is_right and one.missing]
    if untold:
        yield "  right article, facts not told"
        yield from (f"    {one.wanted}: {one.text} (lacks {', '.join(one.missing)})" for one in untold[:examples])


def _row(name: str, results: Sequence[Answered]) -> str:
    total = len(results)
    shares = (sum(one.is_right for one in results), sum(one.has_facts for one in results), sum(one.got is None for one in results))
    return _ROW.format(name, total, *(f"{count / total:.2f}" if total else "-" for count in shares))


def _confusions(results: Sequence[Answered], examples: int) -> Iterator[str]:
    wrong = Counter((one.wanted, one.got) for one in results if not one.is_right)
    if wrong:
        yield "  commonest confusions"
    for (wanted, got), count in wrong.most_common(examples):
        example = next(one.text for one in results if (one.wanted, one.got) == (wanted, got))
        yield f"    {count:>2}  {wanted or 'nothing'} as {got or 'nothing'}: {example}"


@click.command("knowledge")
@click.option("--examples", default=15, show_default=True, help="How many confusions and untold facts to print.")
@click.option("--floor", type=float, default=None, help="Exit with 1 when fewer questions (0-1) get all key facts in a language.")
def knowledge(examples: int, floor: float | None) -> None:
    """Ask the articles every held-out question and print how many got the right passage with its key facts."""
    search = ArticleSearch.load(Settings.from_env().knowledge / "articles")
    below = []
    for language in LANGUAGES:
        results = answered(search, HELD_OUT, language)
        click.echo(f"\n{language}")
        for line in report(results, examples=examples):
            click.echo(line)
        if floor is not None and share_with_facts(results) < floor:
            below.append(language)
    if below:
        raise InvalidInput(f"fewer than {floor:.2f} of the questions got all key facts in: {', '.join(below)}")
