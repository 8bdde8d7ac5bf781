"""``clearline partner-center``: the consent by which Clearline works in a user's name, and a trial of the connection."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys

import click

from bot.partner_center.auth import code_in, consent_address, exchange_code
from bot.partner_center.client import PartnerCenter
from bot.partner_center.options import PartnerCenterOptions
from bot.settings import SECRETS_FILE, Settings, read_secrets, write_secrets
from bot.shared.errors import BotError, InvalidInput

_REFRESH_TOKEN = "CLEARLINE_PARTNER_CENTER_REFRESH_TOKEN"  # noqa: S105 -- name of a setting


@click.group("partner-center")
def partner_center() -> None:
    """Consent to Microsoft Partner Center, and try the connection."""


@partner_center.command("consent")
@click.option("--save", is_flag=True, help="Write the refresh token into secrets.env of CLEARLINE_VAR instead of showing it.")
def consent(*, save: bool) -> None:
    """Let a user of the partner consent, and exchange the consent for a refresh token.

    The token is a secret. It is written into a file that only its owner can read (--save) or shown on the terminal; nowhere else.
    """
    settings = Settings.from_env()
    options = _options(settings)
    if not save and not sys.stdout.isatty():
        raise InvalidInput("the refresh token is shown on a terminal only; add --save to write it into secrets.env")
    state = secrets.token_urlsafe(16)
    click.echo("1. Open this address and sign in as a user of the partner, with multi-factor authentication:\n")
    click.echo(f"   {consent_address(options, state=state)}\n")
    click.echo(f"2. The browser ends at an address that begins with {options.redirect_url} (it need not load). Copy the whole of it.")
    pasted = click.prompt("3. Paste it here")
    token = asyncio.run(exchange_code(options, code=code_in(pasted, state=state)))
    if save:
        path = settings.var / SECRETS_FILE
        write_secrets(path, {**read_secrets(path), _REFRESH_TOKEN: token})
        click.echo(f"{_REFRESH_TOKEN} is written into {path}. Restart every process.")
        if os.environ.get(_REFRESH_TOKEN):
            click.echo("The environment sets it too and outranks the file: change it there, or take it out.", err=True)
    else:
        click.echo(f"Put this into your secret store as {_REFRESH_TOKEN}, and restart every process:\n\n{token}")


@partner_center.command("try")
def try_connection() -> None:
    """Ask Partner Center one harmless thing with each kind of token, and tell what works; exit code 1 when something does not."""
    reached = PartnerCenter(_options(Settings.from_env()))
    try:
        works = [
            _works("in the application's own name: list customers", lambda: next(iter(reached.customers()), None)),
            _works("in the user's name: read the support profile", reached.support_profile),
        ]
    finally:
        reached.close()
    if not all(works):
        sys.exit(1)


def _works(what: str, ask: object) -> bool:
    assert callable(ask)
    try:
        ask()
    except BotError as error:
        click.echo(f"{what}: {error}", err=True)
        return False
    click.echo(f"{what}: works")
    return True


def _options(settings: Settings) -> PartnerCenterOptions:
    if settings.partner_center is None:
        raise InvalidInput(
            "Partner Center is not set up: set CLEARLINE_PARTNER_CENTER_TENANT, CLEARLINE_PARTNER_CENTER_CLIENT_ID and "
            "CLEARLINE_PARTNER_CENTER_CLIENT_SECRET; docs/partner-center.md tells where they come from"
        )
    return settings.partner_center
