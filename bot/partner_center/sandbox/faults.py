"""Faults on demand: what the next requests that fit will suffer. Set over ``POST /sandbox/faults``."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from aiohttp import web

from bot.partner_center.sandbox.refusal import Refusal, throttled
from bot.partner_center.sandbox.state import Resource
from bot.shared.errors import InvalidInput


class FaultKind(StrEnum):
    """What goes wrong.

    ``TIMEOUT`` waits and does nothing; ``LOST_ANSWER`` does what was asked and then waits, so that the answer comes too late.
    ``PENDING`` takes a change of a subscription and carries it out later. ``CONFLICT`` says that an earlier change is not finished.
    """

    THROTTLE = "throttle"
    ERROR = "error"
    TIMEOUT = "timeout"
    LOST_ANSWER = "lost_answer"
    DROP = "drop"
    MALFORMED = "malformed"
    CONFLICT = "conflict"
    STALE_ETAG = "stale_etag"
    PENDING = "pending"
    REFUSE = "refuse"


@dataclass(slots=True)
class Fault:
    """One fault.

    Attributes:
        method: The HTTP method it is for, or ``*``.
        path: Pattern of paths without ``/v1``, such as ``/customers/*/subscriptions*``.
        times: How many requests it still strikes.
        after: How many fitting requests pass before it strikes.
        seconds: To wait: of the pause, of ``Retry-After``, until what is pending happens.
        status: For ``ERROR`` and ``REFUSE``.
        code: Partner Center's, for ``REFUSE``.
    """

    kind: FaultKind
    method: str = "*"
    path: str = "*"
    times: int = 1
    after: int = 0
    seconds: float = 1.0
    status: int = 500
    code: int = 0

    def fits(self, method: str, path: str) -> bool:
        """Return whether it is for such a request."""
        return self.times > 0 and self.method in ("*", method) and fnmatchcase(path, self.path)


class Faults:
    """The faults that are set, in the order of setting."""

    def __init__(self) -> None:
        self._set: list[Fault] = []

    def add(self, asked: Resource) -> Fault:
        """Set a fault. Raises: InvalidInput."""
        try:
            fault = Fault(**{**asked, "kind": FaultKind(asked.get("kind", ""))})
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"that is not a fault: {error}; kinds are {', '.join(FaultKind)}") from error
        self._set.append(fault)
        return fault

    def clear(self) -> None:
        """Take all faults away."""
        self._set.clear()

    def next_for(self, method: str, path: str) -> Fault | None:
        """Return the fault that strikes this request, counting it, or None."""
        for fault in self._set:
            if fault.fits(method, path):
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None


async def strike(fault: Fault, request: web.Request) -> web.Response | None:
    """Return the answer that the fault gives instead of the real one; None for those that let the request be carried out.

    Raises:
        Refusal: The fault is a refusal.
    """
    if fault.kind is FaultKind.THROTTLE:
        return throttled(fault.seconds)
    if fault.kind is FaultKind.ERROR:
        return web.Response(status=fault.status, text="<html><body>Service Unavailable</body></html>", content_type="text/html")
    if fault.kind is FaultKind.TIMEOUT:
        await asyncio.sleep(fault.seconds)
        return web.Response(status=504)
    if fault.kind is FaultKind.DROP:
        assert request.transport is not None
        request.transport.close()
        return web.Response(status=500)
    if fault.kind is FaultKind.MALFORMED:
        return web.Response(text='{"totalCount": 2, "items": [{"id":', content_type="application/json")
    if fault.kind is FaultKind.CONFLICT:
        raise Refusal(409, 900278, "an operation is pending")
    if fault.kind is FaultKind.STALE_ETAG:
        raise Refusal(400, 2055, "the ETag is outdated")
    if fault.kind is FaultKind.REFUSE:
        raise Refusal(fault.status, fault.code, "refused on demand")
    return None
