"""Members of staff for tests of the desk, one of each role."""

from __future__ import annotations

from dataclasses import replace

from bot.shared.ids import StaffId
from bot.staff.model import Presence, Role, StaffMember
from tests.conftest import NOW


def member(role: Role = Role.HELPDESK_AGENT, *, name: str = "Szűcs Imre", presence: Presence = Presence.AVAILABLE) -> StaffMember:
    """Return somebody who is not stored; the id follows from the name."""
    identifier = StaffId(f"stf_{name.encode().hex()[:32]:0<32}")
    made = StaffMember(identifier, name, f"{role.value}@partner.example", role, "x", NOW)
    return replace(made, presence=presence)


AGENT = member()
BILLING = member(Role.BILLING_ADMIN, name="Nagy Éva")
ADMIN = member(Role.GLOBAL_ADMIN, name="Admin Ádám")
USERS = member(Role.USER_ADMIN, name="Kovács Uli")
SALES = member(Role.SALES_AGENT, name="Sales Sára")
