"""``clearline evaluate entities``: what is found in held-out messages, against spans marked by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
import yaml

from bot.shared.errors import InvalidInput

HELD_OUT = Path("tests/nlu")
_MOST_FAULTS = 15


@dataclass(frozen=True, slots=True)
class Found:
    """One held-out message: the (entity, value) pairs wanted and found, in reading order."""

    text: str
    language: str
    wanted: tuple[tuple[str, str], ...]
    got: tuple[tuple[str, str], ...]

    @property
    def hits(self) -> Counter[tuple[str, str]]:
        """What was wanted and found."""
        return Counter(self.wanted) & Counter(self.got)


def find_all(folder: Path = HELD_OUT) -> list[Found]:
    """Return every message of ``folder``/entities*.yml with what the components find in it. Raises: InvalidInput."""
    # Rasa's part of the package costs seconds to import, so only this command pays for it.
    from bot.nlu.offline import EntityFinder

    paths = sorted(folder.glob("entities*.yml"))
    if not paths:
        raise InvalidInput(f"there is no entities*.yml in {folder}/; run this in the folder of the repository")
    entries: list[dict[str, Any]] = [entry for path in paths for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    found = []
    for today in sorted({entry["today"] for entry in entries}):
        of_day = [entry for entry in entries if entry["today"] == today]
        finder = EntityFinder(today=today if isinstance(today, date) else date.fromisoformat(str(today)))
        spans = finder.find([(entry["text"], entry["language"]) for entry in of_day])
        for entry, got in zip(of_day, spans, strict=True):
            wanted = tuple((one["entity"], str(one["value"])) for one in entry["entities"])
            found.append(Found(entry["text"], entry["language"], wanted, tuple((span.entity, span.value) for span in got)))
    return found


def recall(found: Iterable[Found], entity: str | None = None) -> float:
    """Return the share (0-1) of what was wanted that was found with its value; 1 when nothing was wanted."""
    pairs = [(one.hits, Counter(one.wanted)) for one in found]
    hits, wanted = _count((pair[0] for pair in pairs), entity), _count((pair[1] for pair in pairs), entity)
    return hits / wanted if wanted else 1.0


def precision(found: Iterable[Found], entity: str | None = None) -> float:
    """Return the share (0-1) of what was found that was wanted; 1 when nothing was found."""
    pairs = [(one.hits, Counter(one.got)) for one in found]
    hits, got = _count((pair[0] for pair in pairs), entity), _count((pair[1] for pair in pairs), entity)
    return hits / got if got else 1.0


def _count(counters: Iterable[Counter[tuple[str, str]]], entity: str | None) -> int:
    return sum(count for counter in counters for (name, _), count in counter.items() if entity in (None, name))


@click.command("entities")
def entities() -> None:
    """Find entities in held-out messages and print recall and precision by language and kind."""
    found = find_all()
    for language in ("en", "hu"):
        of_language = [one for one in found if one.language == language]
        click.echo(
            f"\n{language}: recall {recall(of_language):.3f}, precision {precision(of_language):.3f} over {len(of_language)} messages"
        )
        for entity in sorted({name for one in of_language for name, _ in one.wanted}):
            click.echo(f"    {entity:<18} recall {recall(of_language, entity):.2f}  precision {precision(of_language, entity):.2f}")
    wrong = [one for one in found if Counter(one.wanted) != Counter(one.got)]
    click.echo(f"\n{len(wrong)} messages with a fault")
    for one in wrong[:_MOST_FAULTS]:
        missed, extra = Counter(one.wanted) - Counter(one.got), Counter(one.got) - Counter(one.wanted)
        click.echo(f"  {one.language}  {one.text}\n      missed {dict(missed) or '-'}  too many {dict(extra) or '-'}")
