"""The audit chain: what was done by whom, each entry sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

GENESIS_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed.

    Attributes:
        at: When it was done (aware).
        actor: Who did it: a staff id, ``operator`` (the command line), ``nobody`` (before signing in), ``system``, ``mail``
            (whoever wrote a mail) or the name of a job.
        action: Stable name of the deed, such as ``staff.added``; docs/roles.md lists them.
        subject: Id of what it was done to; for what concerns a customer's money the customer's id.
        details: Further (name, value) pairs; order does not matter; names are unique; may be empty. Never a mail address, an
            amount or the text of a message.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    details: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """An entry as it stands in the trail, with its number, which grows."""

    number: int
    entry: AuditEntry


class Auditor(Protocol):
    """Takes down what was done."""

    def record(self, entry: AuditEntry) -> None:
        """Append an entry to the trail, in a transaction of its own. Raises: Unavailable."""
        ...


class AuditTrail(Auditor, Protocol):
    """The hash-chained record of what was read and changed."""

    def verify(self) -> tuple[str, ...]:
        """Return one sentence per broken entry; empty when the chain holds."""
        ...

    def entries(
        self, *, subject: str | tuple[str, ...] | None = None, actor: str | None = None, before: int | None = None, limit: int = 100
    ) -> tuple[RecordedEntry, ...]:
        """Return the last ``limit`` entries, the newest first; may be empty.

        Args:
            subject: Only what was done to this, or to one of these; None means everything.
            actor: Only what this one did.
            before: Only entries with smaller numbers, to turn the page.
        """
        ...


def details_json(details: tuple[tuple[str, str], ...]) -> str:
    """Return ``details`` as canonical JSON: an object with sorted names and no spaces."""
    return json.dumps(dict(details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def chain_hash(*, at: datetime, actor: str, action: str, subject: str, details: str, previous_hash: str) -> str:
    """Return the SHA-256 (hex) that seals an entry to the one before.

    Args:
        details: Canonical JSON as of ``details_json``.
        previous_hash: Seal of the entry before, or ``GENESIS_HASH`` for the first.
    """
    row = {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "action": action,
        "subject": subject,
        "details": details,
        "previous_hash": previous_hash,
    }
    return hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
