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


class Presence(StrEnum):
    """Whether a member of staff takes chats: yes, not now, or only finishing those begun."""

    AVAILABLE = "available"
    AWAY = "away"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works for the partner.

    Attributes:
        email: Signs in with it; compared without case, stored lower-case, unique.
        password_hash: As the password library encodes it, never the password; kept out of the representation.
        disabled_at: Since when the member may not sign in, or None.
        presence_since: Since when ``presence`` holds (aware, UTC), or None when it was never set.
        totp_secret: Base32 secret of the second factor, or None when there is none; kept out of the representation.
        totp_used_step: Number of the half minute whose code was used last, so that no code is good twice; None before the first.
        failed_sign_ins: Wrong passwords or codes in a row.
        locked_until: Until when (aware, UTC) nobody may sign in as the member, or None.
        external_subject: Who the member is at the OpenID provider, ``issuer|subject``, or None.
    """

    id: StaffId
    name: str
    email: str
    role: Role
    password_hash: str = field(repr=False)
    created_at: datetime
    disabled_at: datetime | None = None
    presence: Presence = Presence.AWAY
    presence_since: datetime | None = None
    totp_secret: str | None = field(default=None, repr=False)
    totp_used_step: int | None = None
    failed_sign_ins: int = 0
    locked_until: datetime | None = None
    external_subject: str | None = None
