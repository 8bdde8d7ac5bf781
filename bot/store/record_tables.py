"""Tables of the desk: what has changed for its screens, and mails that became tickets; and indexes for its records."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from bot.store.tables import conversations, messages, metadata
from bot.store.types import CODE, ROW_ID, UtcDateTime

# What has changed for the desk's screens; they catch up by id. Old rows are dropped.
desk_changes = Table(
    "desk_changes",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("topic", CODE, nullable=False),
    Column("conversation_id", CODE),
    sqlite_autoincrement=True,
)

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
