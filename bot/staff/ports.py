"""What staff needs from storage. Each call is a transaction of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.shared.errors import Conflict, NotFound
from bot.staff.model import StaffMember


class StaffNotFound(NotFound):
    """Nobody on the staff has that address."""


class StaffKnown(Conflict):
    """Somebody on the staff already has that address."""


class StaffStore(Protocol):
    """Keeps the members of staff."""

    def add(self, member: StaffMember) -> None:
        """Insert a member; the address is stored lower-case. Raises: StaffKnown when the address is taken."""
        ...

    def by_email(self, email: str) -> StaffMember:
        """Return the member with that address (compared without case), also a disabled one. Raises: StaffNotFound."""
        ...

    def list(self) -> tuple[StaffMember, ...]:
        """Return every member, disabled ones too, by address; may be empty."""
        ...

    def disable(self, email: str, *, at: datetime) -> StaffMember:
        """Bar the member from signing in and return it; one disabled before keeps its date. Raises: StaffNotFound."""
        ...
