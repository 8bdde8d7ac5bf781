"""``clearline check``: the partner's files, the articles and the assistant's sentences."""

from __future__ import annotations

import sys
from zoneinfo import ZoneInfo

import click

from bot.library.articles import Articles
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.library.search import questions_answered_elsewhere
from bot.library.support_files import load_support, support_warnings
from bot.library.word_meanings import WordMeanings
from bot.settings import Settings
from bot.shared.clock import clock_from, today_in


@click.command()
def check() -> None:
    """Check knowledge/ and data/responses/; exit code 1 when something is wrong. Warnings do not count."""
    settings = Settings.from_env()
    knowledge = load_knowledge(settings.knowledge)
    support = load_support(settings.knowledge, offering=knowledge.offering)
    articles = settings.knowledge / "articles"
    WordMeanings.load(articles / "words.yml")
    questions_answered_elsewhere(articles / "elsewhere.yml")
    today = today_in(clock_from(settings.now).now(), ZoneInfo(knowledge.partner.time_zone))
    problems = (*Articles.load(articles).problems(today), *Phrasebook.load(settings.responses).problems())
    for warning in support_warnings(knowledge=support, offering=knowledge.offering, today=today):
        click.echo(f"warning: {warning}", err=True)
    for problem in problems:
        click.echo(problem, err=True)
    click.echo("all files are in order" if not problems else f"{len(problems)} problems")
    if problems:
        sys.exit(1)
