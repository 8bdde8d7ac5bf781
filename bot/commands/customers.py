"""``clearline customers``: whom the ledger knows."""

from __future__ import annotations

import click

from bot.wiring import wire


@click.command()
def customers() -> None:
    """List customers: number, id (the ``sub`` of a visitor's token), name, how many billing contacts are on file."""
    with wire().services.ledger.begin() as tx:
        found = tx.all_customers()
    for one in found:
        click.echo(f"{one.number}  {one.id}  {one.name}  {len(one.contacts)} contacts")
    if not found:
        click.echo("no customers; 'clearline import customers FILE' brings them in")
