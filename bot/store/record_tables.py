"""The table of mails that became tickets or parts of them, and the indexes that the desk's records need."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from bot.store.tables import conversations, messages, metadata
from bot.store.types import CODE, UtcDateTime

# One row a mail that was read, so that the same mail twice changes nothing.
inbound_mails = Table(
    "inbound_mails",
    metadata,
    Column("message_id", CODE, primary_key=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
)

# By time, for searching and counting.
Index("ix_messages_at", messages.c.at)
Index("ix_conversations_created_at", conversations.c.created_at)
