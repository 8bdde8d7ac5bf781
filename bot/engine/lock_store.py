"""One turn at a time per conversation, without Rasa's polling (endpoints.yml ``lock_store:``)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from rasa.utils.endpoints import EndpointConfig


class WaitingLockStore(InMemoryLockStore):
    """Wakes the next turn of a conversation the moment the one before ends.

    Rasa's own stores look again once a second, and let a second turn run beside one that takes over a minute. The
    front door gives one turn at a time anyway, also across several engines; this guards against other callers.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        """Start with no conversation locked; ``endpoint_config`` is given by Rasa and not used."""
        super().__init__()
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: dict[str, int] = {}

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = LOCK_LIFETIME,
        wait_time_in_seconds: float = 1,
    ) -> AsyncIterator[TicketLock]:
        """Hold the conversation for the length of the block, in order of arrival.

        Args:
            lock_lifetime: Not used: a turn is bounded by the time limit of its action calls.
            wait_time_in_seconds: Not used: there is no polling.
        """
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        self._wanted[conversation_id] = self._wanted.get(conversation_id, 0) + 1
        try:
            async with lock:
                yield TicketLock(conversation_id)
        finally:
            self._wanted[conversation_id] -= 1
            if not self._wanted[conversation_id]:
                del self._wanted[conversation_id], self._locks[conversation_id]
