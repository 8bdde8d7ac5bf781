"""A member of staff in each role, and how a test signs them in without going through the form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.services import Services
from bot.shared.ids import new_staff_id
from bot.staff.model import Role, StaffMember
from bot.staff.passwords import hash_password

PASSWORD = "a fine password"
COOKIE = "__Host-clearline-desk"
NAMES = {
    Role.GLOBAL_ADMIN: "Szentirmai Klára",
    Role.USER_ADMIN: "Baranyai Olivér",
    Role.HELPDESK_AGENT: "Halmos Petra",
    Role.BILLING_ADMIN: "Kardos Zsigmond",
    Role.SALES_AGENT: "Winkler Dorottya",
}


@lru_cache
def _hashed() -> str:
    """Return the hash; made once, as it costs a tenth of a second and more."""
    return hash_password(PASSWORD)


def email_of(role: Role) -> str:
    """Return the address with which the member in ``role`` signs in."""
    return f"{role.value}@example.com"


def add_people(services: Services) -> Mapping[Role, StaffMember]:
    """Add one member a role; all have ``PASSWORD``."""
    for role in Role:
        services.staff.add(StaffMember(new_staff_id(), NAMES[role], email_of(role), role, _hashed(), services.now()))
    return {role: services.staff.by_email(email_of(role)) for role in Role}


def opened_session(services: Services, member: StaffMember) -> tuple[str, str]:
    """Return the cookie's value and the CSRF token of a fresh session."""
    secret, session = services.sessions.open(member=member, now=services.now())
    return secret, session.csrf_token
