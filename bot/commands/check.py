"""``clearline check``: the partner's files and the assistant's sentences."""

from __future__ import annotations

import sys

import click

from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.settings import Settings


@click.command()
def check() -> None:
    """Check knowledge/ and data/responses/; exit code 1 when something is wrong."""
    settings = Settings.from_env()
    load_knowledge(settings.knowledge)
    problems = Phrasebook.load(settings.responses).problems()
    for problem in problems:
        click.echo(problem, err=True)
    click.echo("all files are in order" if not problems else f"{len(problems)} problems")
    if problems:
        sys.exit(1)
