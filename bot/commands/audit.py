"""``clearline audit``: is the trail whole?"""

from __future__ import annotations

import sys

import click

from bot.wiring import wire


@click.group()
def audit() -> None:
    """Check the audit trail."""


@audit.command("verify")
def verify() -> None:
    """Check the hash chain; exit code 1 when a row was changed or removed."""
    problems = wire().services.audit.verify()
    for problem in problems:
        click.echo(problem, err=True)
    click.echo("the audit trail is whole" if not problems else f"{len(problems)} problems in the audit trail")
    if problems:
        sys.exit(1)
