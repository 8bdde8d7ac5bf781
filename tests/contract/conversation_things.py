"""What the contract tests of conversations share: times, a greeting, an open conversation, and calls at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TypeVar

from bot.conversations.model import Conversation, Reply, Sender, Speaker
from bot.shared.ids import ConversationId, new_conversation_id
from bot.store import Store

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(seconds=30)
HELLO = Reply(Sender.CUSTOMER, "Szia! 🙂", "hu")

T = TypeVar("T")


def opened(store: Store, **values: object) -> ConversationId:
    conversation = Conversation(id=new_conversation_id(), channel="web", speaker=Speaker.BOT, language="en", created_at=NOW)
    with store.conversations.begin() as tx:
        tx.add_conversation(replace(conversation, **values))  # type: ignore[arg-type] # a test's own values
    return conversation.id


def in_parallel(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Run the calls at the same time in threads of their own and return their results."""
    start = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T:
        start.wait(timeout=30)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
