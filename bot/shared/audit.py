"""The audit chain: what was done by whom, each entry sealed with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

GENESIS_HASH = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed.

    Attributes:
        at: When it was done (aware).
        actor: Who did it: a staff id, ``system`` or the name of a job.
        action: Stable name of the deed, such as ``staff.added``.
        subject: Id of what it was done to.
        details: Further (name, value) pairs; order does not matter; names are unique; may be empty.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    details: tuple[tuple[str, str], ...] = ()


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
