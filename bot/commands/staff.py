"""``clearline staff``: who works at the desk."""

from __future__ import annotations

import click

from bot.shared.ids import new_staff_id
from bot.staff.model import Role, StaffMember
from bot.staff.passwords import hash_password
from bot.wiring import wire

_SHORTEST_PASSWORD = 12


@click.group()
def staff() -> None:
    """Add, list and disable members of staff."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.password_option(help="Asked for when not given.")
def add(email: str, name: str, role: str, password: str) -> None:
    """Add the member of staff who signs in with EMAIL."""
    if len(password) < _SHORTEST_PASSWORD:
        raise click.BadParameter(f"use at least {_SHORTEST_PASSWORD} characters", param_hint="--password")
    services = wire().services
    member = StaffMember(new_staff_id(), name, email, Role(role), hash_password(password), services.now())
    services.staff.add(member)
    click.echo(f"{email} added as {role}")


@staff.command("list")
def list_members() -> None:
    """List all members of staff."""
    for member in wire().services.staff.list():
        state = f"disabled since {member.disabled_at:%Y-%m-%d}" if member.disabled_at else "active"
        click.echo(f"{member.email}  {member.name}  {member.role.value}  {state}")


@staff.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Bar EMAIL from signing in."""
    services = wire().services
    services.staff.disable(email, at=services.now())
    click.echo(f"{email} may not sign in any more")
