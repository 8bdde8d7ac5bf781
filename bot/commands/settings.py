"""``clearline settings``: the list of all settings."""

from __future__ import annotations

import os

import click

from bot.settings import SETTINGS


@click.command()
def settings() -> None:
    """List all settings: name, unit, default, meaning. A star marks those that are set now; secrets are never shown."""
    width = max(len(one.name) for one in SETTINGS)
    for one in SETTINGS:
        mark = "*" if os.environ.get(one.name) else " "
        default = "must be given" if one.secret and not one.default else one.default or "off"
        click.echo(f"{mark} {one.name:<{width}}  {one.unit}; default: {default}; {one.meaning}")
