"""Who looks at a customer's money, taken down in the audit trail once for each look."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from bot.shared.audit import AuditEntry, Auditor
from bot.shared.ids import CustomerId
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require

# Who looks at a customer's money again within this time is the same look; the audit trail stays readable.
_ONE_LOOK = timedelta(minutes=10)
_MOST_LOOKS = 10_000


class MoneyLooks:
    """Decides, for every screen that shows a customer's money, whether this is another look, and takes it down."""

    def __init__(self, auditor: Auditor) -> None:
        """Write to ``auditor``. What is a look is remembered by this process; after a restart the next one counts anew."""
        self._auditor = auditor
        self._looks: dict[tuple[str, CustomerId], datetime] = {}
        self._lock = Lock()

    def take_down(self, *, by: StaffMember, customer_id: CustomerId, now: datetime) -> None:
        """Record ``money.read``, once in ten minutes for each member and customer; to be called before anything is shown.

        Raises:
            PermissionMissing: The member may not read money.
            Unavailable: It could not be recorded, so nothing may be shown.
        """
        require(by, Permission.MONEY_READ)
        look = (str(by.id), customer_id)
        with self._lock:
            last = self._looks.get(look)
            if last is not None and last <= now < last + _ONE_LOOK:
                return
            # Under the lock, so that two parts of one page that ask at once are one look.
            self._auditor.record(AuditEntry(at=now, actor=by.id, action="money.read", subject=customer_id))
            if len(self._looks) >= _MOST_LOOKS:
                self._looks.clear()
            self._looks[look] = now
