"""``clearline evaluate``: understanding, measured on messages the model was not trained on."""

from __future__ import annotations

import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml
from tqdm import tqdm

from bot.commands.evaluate_dialogues import dialogues
from bot.commands.evaluate_entities import entities
from bot.commands.evaluate_export import export
from bot.commands.evaluate_knowledge import knowledge
from bot.settings import Settings
from bot.shared.errors import InvalidInput, Unavailable

HELD_OUT = Path("tests/nlu")
_SECONDS = 20
_REFUSED = ("out_of_scope", "nlu_fallback")
_MOST_CONFUSIONS = 15


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out message with what was wanted and what was understood."""

    text: str
    language: str
    register: str
    wanted: str
    got: str

    @property
    def is_right(self) -> bool:
        """Whether it was understood; not answering an out-of-scope message is right, however it came about."""
        return self.wanted == self.got or (self.wanted in _REFUSED and self.got in _REFUSED)


@click.group()
def evaluate() -> None:
    """Measure understanding on held-out messages."""


evaluate.add_command(entities)
evaluate.add_command(knowledge)
evaluate.add_command(dialogues)
evaluate.add_command(export)


@evaluate.command("nlu")
@click.option("--confusions", default=_MOST_CONFUSIONS, show_default=True, help="How many of the commonest to print.")
def nlu(confusions: int) -> None:
    """Ask the running engine to understand every held-out message and print tables by language, register and intent."""
    settings = Settings.from_env()
    judged = [one for language in ("en", "hu") for one in judge(settings, language)]
    for language in ("en", "hu"):
        of_language = [one for one in judged if one.language == language]
        click.echo(f"\n{language}: {_summary(of_language)}")
        for register in sorted({one.register for one in of_language}):
            click.echo(f"  {register:<12} {_accuracy([one for one in of_language if one.register == register])}")
        for intent in sorted({one.wanted for one in of_language}):
            click.echo(f"    {intent:<22} F1 {f1(of_language, intent):.2f}")
    wrong = Counter((one.language, one.wanted, one.got) for one in judged if not one.is_right)
    click.echo("\ncommonest confusions")
    for (language, wanted, got), count in wrong.most_common(confusions):
        example = next(one.text for one in judged if (one.language, one.wanted, one.got) == (language, wanted, got))
        click.echo(f"  {count:>3}  {language}  {wanted} as {got}: {example}")


def judge(settings: Settings, language: str) -> list[Judged]:
    """Return every held-out message of ``language`` with what the running engine understood. Raises: Unavailable, InvalidInput."""
    paths = sorted(HELD_OUT.glob(f"heldout*_{language}.yml"))
    if not paths:
        raise InvalidInput(f"there is no held-out file in {HELD_OUT}/; run this in the folder of the repository")
    entries = [entry for path in paths for entry in yaml.safe_load(path.read_text(encoding="utf-8"))]
    shown = tqdm(entries, desc=language, unit="message", disable=not sys.stderr.isatty())
    return [
        Judged(one["text"], language, one["register"], one["intent"], str(parse(settings, one["text"], language)["intent"]["name"]))
        for one in shown
    ]


def parse(settings: Settings, text: str, language: str) -> dict[str, Any]:
    """Return what the running engine understands of ``text``. Raises: Unavailable."""
    query = urllib.parse.urlencode({"token": settings.rasa_token})
    request = urllib.request.Request(  # noqa: S310 -- the engine's address is a setting of the operator's
        f"{settings.engine_url}/model/parse?{query}",
        data=json.dumps({"text": text, "metadata": {"language": language}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_SECONDS) as response:
            found: dict[str, Any] = json.load(response)
            return found
    except (urllib.error.URLError, TimeoutError) as error:
        raise Unavailable(f"no engine answers at {settings.engine_url}; start it with 'clearline up' or 'make demo'") from error


def f1(judged: list[Judged], intent: str) -> float:
    """Return the F1 (0-1) of one intent; not understanding counts as out of scope."""

    def is_it(name: str) -> bool:
        return name == intent or (intent == "out_of_scope" and name in _REFUSED)

    hits = sum(is_it(one.wanted) and is_it(one.got) for one in judged)
    wanted, got = sum(is_it(one.wanted) for one in judged), sum(is_it(one.got) for one in judged)
    return 2 * hits / (wanted + got) if wanted + got else 0.0


def macro_f1(judged: list[Judged]) -> float:
    """Return the mean F1 (0-1) over the intents wanted."""
    intents = {one.wanted for one in judged}
    return sum(f1(judged, intent) for intent in intents) / len(intents)


def _accuracy(judged: list[Judged]) -> str:
    return f"{sum(one.is_right for one in judged) / len(judged):.3f} of {len(judged)}"


def _summary(judged: list[Judged]) -> str:
    out = [one for one in judged if one.wanted in _REFUSED]
    within = [one for one in judged if one.wanted not in _REFUSED]
    caught = sum(one.got in _REFUSED for one in out) / len(out)
    refused = sum(one.got in _REFUSED for one in within) / len(within)
    return f"macro-F1 {macro_f1(judged):.3f}, right {_accuracy(judged)}, out of scope caught {caught:.2f}, in scope refused {refused:.2f}"
