"""Tables of contacts with support: diagnoses, prices told, leads, and tickets passed to other companies."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from bot.store.tables import metadata
from bot.store.types import CODE, UtcDateTime

# facts is the whole diagnosis as JSON.
diagnoses = Table(
    "diagnoses",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False, index=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id"), unique=True),
    Column("outcome", CODE, nullable=False),
    Column("facts", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# facts is the whole record as JSON: what was told is never worked out anew.
quotes = Table(
    "quotes",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False, index=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id"), index=True),
    Column("facts", Text, nullable=False),
    Column("quoted_at", UtcDateTime, nullable=False),
)

# One for each customer and need, whatever became of it. asked_at: when the customer was asked for consent.
leads = Table(
    "leads",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False),
    Column("need", CODE, nullable=False),
    Column("words", Text, nullable=False),
    Column("source", CODE, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False, index=True),
    Column("consent", CODE, nullable=False),
    Column("asked_at", UtcDateTime),
    Column("outcome", CODE, nullable=False),
    Column("decided_by", CODE),
    Column("decided_at", UtcDateTime),
    UniqueConstraint("customer_id", "need"),
)

# A ticket on its way to another company by webhook; key makes a repeat harmless there.
dispatches = Table(
    "dispatches",
    metadata,
    Column("key", CODE, primary_key=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("helper", CODE, nullable=False),
    Column("address", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("try_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("trouble", Text, nullable=False),
)
Index(
    "ix_dispatches_waiting",
    dispatches.c.try_at,
    sqlite_where=text("sent_at IS NULL"),
    postgresql_where=text("sent_at IS NULL"),
)

# What another company answered; key is theirs, so that the same answer twice is taken once.
helper_answers = Table(
    "helper_answers",
    metadata,
    Column("ticket_id", CODE, ForeignKey("tickets.id"), primary_key=True),
    Column("key", CODE, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("is_solved", Boolean, nullable=False),
)
