"""The health of Microsoft's services, read from a file that the partner or a job of theirs keeps up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.support.health import Health, Issue

_LOG = structlog.get_logger(__name__)
_NOT_KNOWN = Health(read_at=None)


@dataclass(frozen=True, slots=True)
class HealthFile:
    """Reads the file at each question; a ``bot.support.health.ServiceHealth``.

    Attributes:
        path: JSON with ``read_at`` (ISO, with zone) and ``issues``, each with ``id``, ``service``, ``title`` and, where it is over,
            ``isResolved`` true; the names are those of Microsoft's own list of service issues.
        fresh: How old it may be; an older one says nothing.
    """

    path: Path
    fresh: timedelta

    def now(self, *, now: datetime) -> Health:
        """Return what is known at ``now`` (aware). Never raises: what cannot be read is not known."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return _NOT_KNOWN
        except (OSError, ValueError):
            _LOG.warning("service_health.unreadable", path=str(self.path))
            return _NOT_KNOWN
        try:
            read_at = datetime.fromisoformat(found["read_at"]).astimezone(UTC)
            issues = tuple(_issue(one) for one in found["issues"] if one.get("isResolved") is not True)
        except (KeyError, TypeError, ValueError, AttributeError):
            _LOG.warning("service_health.unreadable", path=str(self.path))
            return _NOT_KNOWN
        return Health(read_at, issues) if now - read_at <= self.fresh else _NOT_KNOWN


def _issue(found: dict[str, Any]) -> Issue:
    return Issue(id=str(found["id"]), service=str(found["service"]), title=str(found["title"]))
