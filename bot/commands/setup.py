"""``clearline setup``: secrets, folders, database."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import click

from bot.library.policies import load_knowledge
from bot.settings import SECRETS_FILE, Settings, read_secrets, write_secrets
from bot.shared.errors import Unavailable
from bot.store import open_store

_MADE = ("CLEARLINE_SECRET_KEY", "CLEARLINE_RASA_TOKEN", "CLEARLINE_METRICS_TOKEN")
_LEAST_FREE_BYTES = 200 * 1024 * 1024


@click.command()
def setup() -> None:
    """Make what is missing: the folder of state, random secrets, the database and its tables. Harmless when all is there."""
    settings = prepare()
    click.echo(f"state in {settings.var}/, database ready")


def prepare() -> Settings:
    """Make what is missing and return the settings. Raises: InvalidInput, Unavailable."""
    settings = Settings.from_env()
    check_disk(settings.var)
    settings.var.mkdir(parents=True, exist_ok=True)
    _make_secrets(settings.var / SECRETS_FILE)
    load_knowledge(settings.knowledge)
    store = open_store(settings.database_url)
    try:
        store.migrate()
    finally:
        store.close()
    return Settings.from_env()


def check_disk(folder: Path) -> None:
    """Return when there is room to work. Raises: Unavailable."""
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < _LEAST_FREE_BYTES:
        raise Unavailable(
            f"only {free // 1024**2} MB are free on the disk of {there}; Clearline needs {_LEAST_FREE_BYTES // 1024**2} MB. "
            "Free some space, or set CLEARLINE_VAR to a folder on another disk"
        )


def _make_secrets(path: Path) -> None:
    have = read_secrets(path)
    missing = [name for name in _MADE if name not in have and not os.environ.get(name)]
    if not missing:
        return
    write_secrets(path, have | {name: secrets.token_urlsafe(32) for name in missing})
