"""Conversations and tickets over SQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from bot.store.contacts import ContactsTx
from bot.store.conversation_board import DeskBoardTx
from bot.store.conversation_codes import CodesTx
from bot.store.conversation_desk import DeskChatTx
from bot.store.conversation_log import LogTx
from bot.store.conversation_records import RecordsTx
from bot.store.conversation_tickets import TicketsTx
from bot.store.engine import transaction
from bot.store.escalations import EscalationsTx
from bot.store.outbox import OutboxTx
from bot.store.overdue import OverdueTx


class SqlConversationsTx(LogTx, CodesTx, TicketsTx, DeskChatTx, DeskBoardTx, RecordsTx, OutboxTx, EscalationsTx, OverdueTx, ContactsTx):
    """One transaction on conversations, tickets and what goes outside because of them; a ``bot.conversations.escalations.CasesTx``."""

    def __init__(self, connection: Connection) -> None:
        LogTx.__init__(self, connection)


class SqlConversations:
    """Opens transactions on conversations; a ``bot.conversations.escalations.CasesStore``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator[SqlConversationsTx]:
        """Return a transaction to be used in a ``with`` statement.

        Raises:
            Unavailable: The database does not answer.
            Conflict: At the end, when what was written contradicts what is stored.
        """
        with transaction(self._engine) as connection:
            yield SqlConversationsTx(connection)
