"""Tables of what goes outside: mails on their way, and cases at Microsoft with what was written about them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, text

from bot.store.tables import metadata
from bot.store.types import CODE, ROW_ID, UtcDateTime

# One row a mail, written with what it is about; the worker sends it. key makes a repeat harmless here and at the mail server.
outgoing_mails = Table(
    "outgoing_mails",
    metadata,
    Column("key", CODE, primary_key=True),
    Column("to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("try_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("trouble", Text, nullable=False),
)
Index(
    "ix_outgoing_mails_waiting",
    outgoing_mails.c.try_at,
    sqlite_where=text("sent_at IS NULL"),
    postgresql_where=text("sent_at IS NULL"),
)

# What is proposed and not confirmed; one for a ticket. facts is the whole of it as JSON.
escalation_drafts = Table(
    "escalation_drafts",
    metadata,
    Column("ticket_id", CODE, ForeignKey("tickets.id"), primary_key=True),
    Column("facts", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
)

# key is the idempotency key, so two who confirm at once make one. facts is the whole escalation as JSON.
escalations = Table(
    "escalations",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("key", CODE, nullable=False, unique=True),
    Column("state", CODE, nullable=False, index=True),
    Column("vehicle", CODE, nullable=False),
    Column("facts", Text, nullable=False),
    Column("try_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)

# What was written to or by Microsoft. source tells a note of Microsoft's from all others; a note of ours has none until it is sent.
escalation_notes = Table(
    "escalation_notes",
    metadata,
    Column("number", ROW_ID, primary_key=True, autoincrement=True),
    Column("escalation_id", CODE, ForeignKey("escalations.id"), nullable=False),
    Column("source", CODE, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("is_theirs", Boolean, nullable=False),
    Column("sent_at", UtcDateTime),
    Index(None, "escalation_id", "source", unique=True),
    sqlite_autoincrement=True,
)
