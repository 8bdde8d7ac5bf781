"""Tasks that the program gives to the staff, such as a difference between two records that somebody has to look into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.shared.ids import CustomerId


@dataclass(frozen=True, slots=True)
class Task:
    """Something for a person to do.

    Attributes:
        key: What it is about, the same whenever the same thing is found again, such as ``seats-differ:6bd8…``.
        subject: One line, for staff only; the customer never sees a task.
        details: What was found and what can be done about it; may be empty.
        customer_id: Whom it concerns, or None.
    """

    key: str
    subject: str
    details: str = ""
    customer_id: CustomerId | None = None


class Tasks(Protocol):
    """The staff's tasks. Each call is a transaction of its own and harmless when repeated."""

    def give(self, *, task: Task, now: datetime) -> bool:
        """Open the task, or open it again when it was closed; return False when it is open already."""
        ...

    def settle(self, *, key: str, remark: str, now: datetime) -> bool:
        """Close the task, as what it was about is no longer so; return False when there is none that is open."""
        ...
