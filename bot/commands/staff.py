"""``clearline staff``: who works at the desk."""

from __future__ import annotations

import click

from bot.services import Services
from bot.staff.model import Role, StaffMember
from bot.staff.service import OPERATOR
from bot.wiring import wire

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def staff() -> None:
    """Add, list, change and disable members of staff."""


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", required=True, type=_ROLES)
@click.password_option(help="Asked for when not given.")
def add(email: str, name: str, role: str, password: str) -> None:
    """Add the member of staff who signs in with EMAIL."""
    services = wire().services
    services.staff_service.add(by=OPERATOR, name=name, email=email, role=Role(role), password=password, now=services.now())
    click.echo(f"{email} added as {role}")


@staff.command("list")
def list_members() -> None:
    """List all members of staff."""
    services = wire().services
    signed_in = services.sessions.signed_in(now=services.now())
    for member in services.staff_service.members(by=OPERATOR):
        state = f"disabled since {member.disabled_at:%Y-%m-%d}" if member.disabled_at else "active"
        here = f"  signed in, {member.presence.value}" if member.id in signed_in else ""
        click.echo(f"{member.email}  {member.name}  {member.role.value}  {state}{here}")


@staff.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Bar EMAIL from signing in and end their sessions."""
    services, member = _found(email)
    services.staff_service.disable(by=OPERATOR, staff_id=member.id, now=services.now())
    click.echo(f"{email} may not sign in any more")


@staff.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL sign in again, also after too many wrong tries."""
    services, member = _found(email)
    services.staff_service.enable(by=OPERATOR, staff_id=member.id, now=services.now())
    click.echo(f"{email} may sign in")


@staff.command("role")
@click.argument("email")
@click.argument("role", type=_ROLES)
def set_role(email: str, role: str) -> None:
    """Give EMAIL another ROLE and end their sessions."""
    services, member = _found(email)
    services.staff_service.set_role(by=OPERATOR, staff_id=member.id, role=Role(role), now=services.now())
    click.echo(f"{email} is {role}")


@staff.command("reset-password")
@click.argument("email")
@click.option("--drop-second-factor", is_flag=True, help="Also take their authenticator app out of use.")
@click.password_option(help="Asked for when not given.")
def reset_password(email: str, password: str, drop_second_factor: bool) -> None:
    """Give EMAIL another password and end their sessions."""
    services, member = _found(email)
    services.staff_service.reset_password(by=OPERATOR, staff_id=member.id, password=password, now=services.now())
    if drop_second_factor:
        services.staff_service.drop_second_factor(by=OPERATOR, staff_id=member.id, now=services.now())
    click.echo(f"{email} has a new password" + (" and no authenticator app" if drop_second_factor else ""))


@staff.command("sign-out")
@click.argument("email")
def sign_out(email: str) -> None:
    """End every session of EMAIL."""
    services, member = _found(email)
    ended = services.staff_service.sign_out(by=OPERATOR, staff_id=member.id, now=services.now())
    click.echo(f"{email} is signed out; sessions ended: {ended}")


def _found(email: str) -> tuple[Services, StaffMember]:
    services = wire().services
    return services, services.staff.by_email(email)
