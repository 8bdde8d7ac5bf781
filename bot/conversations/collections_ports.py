"""The transaction that collections need: their own records, the mails, the chats and the audit trail in one."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from bot.conversations.outbox import OutboxTx
from bot.conversations.records_ports import RecordsTx
from bot.overdue.ports import OverdueTx


class CollectionsTx(OverdueTx, RecordsTx, OutboxTx, Protocol):
    """One transaction on collections."""


class CollectionsStore(Protocol):
    """Opens transactions on collections."""

    def begin(self) -> AbstractContextManager[CollectionsTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...
