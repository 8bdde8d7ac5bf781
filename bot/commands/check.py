"""``clearline check``: the partner's files, the articles and the assistant's sentences."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from bot.conversations.policy_words import policy_in_words
from bot.library.articles import Articles
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.library.search import questions_answered_elsewhere
from bot.library.support_files import load_support, support_warnings
from bot.library.word_meanings import WordMeanings
from bot.overdue.model import CollectionsPolicy
from bot.settings import Settings
from bot.shared.clock import clock_from, today_in


@click.command()
@click.option("--policy", "shows_policy", is_flag=True, help="Show the collections policy as a customer reads it, in both languages.")
def check(*, shows_policy: bool) -> None:
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
    if shows_policy:
        _show_policy(knowledge.collections, Phrasebook.load(settings.responses))
    click.echo("all files are in order" if not problems else f"{len(problems)} problems")
    if problems:
        sys.exit(1)


def _show_policy(policies: Sequence[CollectionsPolicy], phrases: Phrasebook) -> None:
    for policy in policies:
        whom = f"customers {', '.join(sorted(policy.customers))}" if policy.customers else "everybody"
        click.echo(f"--- collections policy {policy.version}, for invoices issued from {policy.in_force_from} on, for {whom}")
        for language in ("en", "hu"):
            click.echo(policy_in_words(policy=policy, sentences=phrases, language=language) + "\n")
