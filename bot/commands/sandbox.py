"""``clearline sandbox``: a double of Partner Center on loopback."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from aiohttp import web

from bot.partner_center.sandbox.app import make_sandbox
from bot.partner_center.sandbox.seed import seed, seed_of_ledger
from bot.partner_center.sandbox.tokens import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, STATE, TENANT
from bot.settings import Settings
from bot.shared.clock import clock_from
from bot.shared.errors import InvalidInput, Unavailable
from bot.store import open_store

_HOST = "127.0.0.1"


@click.command()
@click.option("--seed", "seed_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Begin with this JSON file.")
@click.option("--empty", is_flag=True, help="Begin with nothing.")
def sandbox(*, seed_file: Path | None, empty: bool) -> None:
    """Start the sandbox on loopback. It begins with the customers and subscriptions of the database, and forgets all at its end."""
    settings = Settings.from_env()
    app = make_sandbox(clock=clock_from(settings.now))
    if seed_file is not None:
        seed(app[STATE], _read(seed_file))
    elif not empty:
        seed(app[STATE], _of_database(settings))
    address = f"http://{_HOST}:{settings.sandbox_port}"
    click.echo(f"sandbox of Partner Center at {address}, customers: {len(app[STATE].customers)}. To use it, set:")
    for name, value in settings_for(address).items():
        click.echo(f"  {name}={value}")
    try:
        web.run_app(app, host=_HOST, port=settings.sandbox_port, print=None, access_log=None)
    except OSError as error:
        raise Unavailable(
            f"the sandbox cannot listen on {_HOST}:{settings.sandbox_port}: {error.strerror}; "
            "stop what uses it, or set CLEARLINE_SANDBOX_PORT"
        ) from error


def settings_for(address: str) -> Mapping[str, str]:
    """Return the settings by which Clearline uses the sandbox at ``address``. Its secrets are known to everybody."""
    return {
        "CLEARLINE_PARTNER_CENTER_URL": address,
        "CLEARLINE_PARTNER_CENTER_LOGIN_URL": address,
        "CLEARLINE_PARTNER_CENTER_TENANT": TENANT,
        "CLEARLINE_PARTNER_CENTER_CLIENT_ID": CLIENT_ID,
        "CLEARLINE_PARTNER_CENTER_CLIENT_SECRET": CLIENT_SECRET,
        "CLEARLINE_PARTNER_CENTER_REFRESH_TOKEN": REFRESH_TOKEN,
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path} is not a JSON file that can be read: {error}") from error
    if not isinstance(content, dict):
        raise InvalidInput(f"{path} must be a JSON object; see docs/partner-center.md")
    return content


def _of_database(settings: Settings) -> dict[str, Any]:
    store = open_store(settings.database_url)
    try:
        if not store.schema_is_current():
            raise Unavailable("the database is not set up for this version; run 'clearline setup', or start with --empty or --seed")
        return seed_of_ledger(store.ledger, today=clock_from(settings.now).now().astimezone(UTC).date())
    finally:
        store.close()
