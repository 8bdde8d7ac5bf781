"""Members of the partner's staff and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.shared.ids import StaffId


class Role(StrEnum):
    """What a member of staff works as; one each."""

    GLOBAL_ADMIN = "global_admin"
    USER_ADMIN = "user_admin"
    HELPDESK_AGENT = "helpdesk_agent"
    BILLING_ADMIN = "billing_admin"
    SALES_AGENT = "sales_agent"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the partner.

    Attributes:
        email: Signs in with it; compared without case, stored lower-case, unique.
        password_hash: As the password library encodes it, never the password; kept out of the representation.
        disabled_at: Since when the member may not sign in, or None.
    """

    id: StaffId
    name: str
    email: str
    role: Role
    password_hash: str = field(repr=False)
    created_at: datetime
    disabled_at: datetime | None = None
