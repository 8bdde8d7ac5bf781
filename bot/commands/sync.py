"""``clearline sync``: read Microsoft's side now."""

from __future__ import annotations

import sys
import time

import click

from bot.shared.errors import InvalidInput
from bot.wiring import wire

_TELL_EVERY = 0.5  # seconds


@click.command()
@click.option("--full", "is_full", is_flag=True, help="Read every customer's subscriptions, whatever is known of them.")
def sync(*, is_full: bool) -> None:
    """Bring customers, subscriptions and Microsoft's bills up to date. What was cut off goes on where it was."""
    wired = wire()
    services = wired.services
    try:
        if services.sync is None:
            raise InvalidInput(
                "Partner Center is not set up: set CLEARLINE_PARTNER_CENTER_TENANT, CLEARLINE_PARTNER_CENTER_CLIENT_ID and "
                "CLEARLINE_PARTNER_CENTER_CLIENT_SECRET; docs/partner-center.md tells where they come from"
            )
        began, told = time.monotonic(), _Progress()
        try:
            report = services.sync.run(now=services.now(), today=services.today(), is_full=is_full, progress=told)
        finally:
            told.end()
        listed = f"{report.customers} customers listed ({report.gone} newly gone), " if report.customers else ""
        click.echo(
            f"{listed}subscriptions of {report.read} customers read: {report.subscriptions}, ledger brought up to date: {report.learned}, "
            f"differences: {report.differences}; bills read: {report.bills} with {report.lines} lines ({time.monotonic() - began:.0f} s)"
        )
        if report.failed:
            click.echo(f"{report.failed} customers could not be read and are tried again the next time", err=True)
    finally:
        wired.close()


class _Progress:
    """Shows one line on a terminal and nothing elsewhere, twice a second at most."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._told = 0.0
        self._stage, self._stage_began = "", self._began

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_began = stage, now
        if not sys.stderr.isatty() or now - self._told < _TELL_EVERY:
            return
        self._told = now
        of = f" of {total}" if total else ""
        rate = done / max(now - self._stage_began, 0.001)
        click.echo(f"\r\x1b[K{stage}: {done}{of}, {rate:.0f} a second", nl=False, err=True)

    def end(self) -> None:
        """Clear the line."""
        if self._told:
            click.echo("\r\x1b[K", nl=False, err=True)
