"""What staff needs from storage. Each call is a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict, NotFound
from bot.shared.ids import StaffId
from bot.staff.model import StaffMember

# Is given the member and everybody (also the disabled, by address), and returns what the member becomes.
Decide = Callable[[StaffMember, tuple[StaffMember, ...]], StaffMember]
# Is given the member before and after a change and how many sessions it ended, and returns what is taken down about it; None when
# there is nothing to tell.
Deed = Callable[[StaffMember, StaffMember, int], AuditEntry | None]
# Is given the member before and after a change, and returns whether all their sessions end with it.
Ends = Callable[[StaffMember, StaffMember], bool]


class StaffNotFound(NotFound):
    """There is no such member of staff."""


class StaffKnown(Conflict):
    """Somebody on the staff already has that address."""


class StaffStore(Protocol):
    """Keeps the members of staff."""

    def add(self, member: StaffMember, *, deed: AuditEntry | None = None) -> None:
        """Insert a member; the address is stored lower-case. Raises: StaffKnown when the address is taken.

        Args:
            deed: Taken down in the audit trail with it: both or neither are stored.
        """
        ...

    def by_id(self, *, staff_id: StaffId) -> StaffMember:
        """Return the member, also a disabled one. Raises: StaffNotFound."""
        ...

    def by_email(self, email: str) -> StaffMember:
        """Return the member with that address (compared without case), also a disabled one. Raises: StaffNotFound."""
        ...

    def by_subject(self, *, subject: str) -> StaffMember:
        """Return the member bound to ``subject`` at the OpenID provider, also a disabled one. Raises: StaffNotFound."""
        ...

    def list(self) -> tuple[StaffMember, ...]:
        """Return every member, disabled ones too, by address; may be empty."""
        ...

    def change(self, *, staff_id: StaffId, decide: Decide, deed: Deed | None = None, ends: Ends | None = None) -> StaffMember:
        """Store what ``decide`` makes of the member and return it; nobody else changes the staff meanwhile.

        Args:
            deed: What it returns is taken down in the audit trail with the change: both or neither are stored.
            ends: Whether the member's sessions are dropped with the change; they are not by default.

        Raises:
            StaffNotFound: There is no such member. Whatever ``decide`` raises leaves everything as it was.
        """
        ...
