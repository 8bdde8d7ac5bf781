"""The health of Microsoft's services: what has been published, and whether it may explain a case. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.support.catalogue import Catalogue, areas_for
from bot.support.diagnosis import Case, Incident


@dataclass(frozen=True, slots=True)
class Issue:
    """A published incident that is not resolved.

    Attributes:
        id: Microsoft's number, such as ``EX123456``.
        service: Whose it is, as Microsoft calls it, such as ``Exchange Online``.
    """

    id: str
    service: str
    title: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of the services.

    Attributes:
        read_at: When Microsoft was asked (aware); None when nothing current is known, which is never told as "no incident".
        issues: Unresolved ones; empty when there are none, or nothing is known.
    """

    read_at: datetime | None
    issues: tuple[Issue, ...] = ()

    @property
    def is_known(self) -> bool:
        """Whether something current is known."""
        return self.read_at is not None


class ServiceHealth(Protocol):
    """Where the health of the services is read."""

    def now(self, *, now: datetime) -> Health:
        """Return what is known at ``now`` (aware). Never raises: what cannot be read is not known."""
        ...


def incident_for(*, health: Health, catalogue: Catalogue, case: Case) -> Incident | None:
    """Return a published incident that may be what the customer sees, or None.

    An incident belongs to the areas that its service's name is recognised as; it counts when the case may be one of them.
    """
    if case.area is not None:
        mine = {case.area}
    else:
        mine = {area.key for area in areas_for(catalogue=catalogue, product=case.product, text=case.text, language=case.language)}
    for issue in health.issues:
        its = {area.key for area in areas_for(catalogue=catalogue, product=None, text=issue.service, language="en")}
        if its & mine:
            return Incident(issue.id, issue.title)
    return None
