# ruff: noqa: ANN401 -- Rasa's interfaces pass any value
"""Rasa's memory of a conversation as one compact row (endpoints.yml ``tracker_store:``)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.compaction import compact, dump, load
from bot.engine.tracker_rows import open_rows
from bot.shared.clock import SystemClock
from bot.shared.errors import InvalidInput, Unavailable

_DEFAULT_TURNS = 3


class StoredTracker(DialogueStateTracker):
    """A tracker that knows which stored version it was read from; 0 = not stored yet."""

    stored_version: int = 0


class CompactTrackerStore(TrackerStore):
    """Reads and writes one row a conversation; a failure is raised, never turned into a new conversation."""

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        turns: int = _DEFAULT_TURNS,
        **kwargs: Any,
    ) -> None:
        """Open the rows at ``CLEARLINE_TRACKER_URL``, else ``engine.sqlite3`` in ``CLEARLINE_VAR`` (default ``var``).

        Args:
            domain: Given by Rasa.
            event_broker: Given by Rasa; must be none, since a compact row cannot tell which events are new.
            host: The ``url`` of endpoints.yml; the environment goes before it.
            turns: How many of the latest customer turns are kept whole.
            kwargs: Nothing else is known; anything here is refused.

        Raises:
            InvalidInput: A setting cannot be used, or the file cannot be opened.
        """
        if event_broker is not None:
            raise InvalidInput("endpoints.yml names an event_broker, which the compact tracker store cannot feed; remove it")
        if kwargs or turns < 1:
            raise InvalidInput(f"endpoints.yml: tracker_store knows 'turns' (at least 1), not {sorted(kwargs)} with turns={turns}")
        super().__init__(domain, event_broker)
        self._turns = turns
        self._clock = SystemClock()
        self.rows = open_rows(url=os.environ.get("CLEARLINE_TRACKER_URL") or host, var=Path(os.environ.get("CLEARLINE_VAR") or "var"))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation's tracker, or None when there is none yet.

        Raises:
            Unavailable: The database does not answer, or the row cannot be read.
        """
        row = await self.rows.read(sender_id)
        if row is None:
            return None
        tracker = self.init_tracker(sender_id)
        tracker.stored_version = row[0]
        try:
            events = load(row[1])
        except ValueError as error:
            raise Unavailable(f"the stored conversation {sender_id} cannot be read") from error
        tracker.recreate_from_dialogue(Dialogue(sender_id, events))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what the next turn needs.

        Raises:
            StaleConversation: Another turn was stored since ``tracker`` was read.
            Unavailable: The database does not take it.
        """
        content = dump(compact(tracker, turns=self._turns))
        if isinstance(tracker, StoredTracker):
            base = tracker.stored_version
        else:
            # Trackers made by Rasa's own HTTP API were not read from here: they replace what there is.
            row = await self.rows.read(tracker.sender_id)
            base = row[0] if row else 0
        version = await self.rows.write(tracker.sender_id, content=content, base=base, at=self._clock.now().timestamp())
        if isinstance(tracker, StoredTracker):
            tracker.stored_version = version

    async def exists(self, conversation_id: str) -> bool:
        """Return whether the conversation is known. Raises: Unavailable."""
        return await self.rows.read(conversation_id) is not None

    async def keys(self) -> Iterable[str]:
        """Return all conversation ids, the longest unchanged first. Raises: Unavailable."""
        return await self.rows.keys()

    def init_tracker(self, sender_id: str) -> StoredTracker:
        """Return an empty tracker that remembers its stored version."""
        return StoredTracker(sender_id, self.domain.slots, max_event_history=self.max_event_history)
