"""Tables of collections: steps intended and taken, times in which the ladder stands still, and suspensions."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, text

from bot.store.tables import metadata
from bot.store.types import CODE, UtcDateTime

# One row a step of an invoice: intended, then taken. done_on is set once it was.
overdue_steps = Table(
    "overdue_steps",
    metadata,
    Column("invoice_id", CODE, ForeignKey("documents.id"), primary_key=True),
    Column("step", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False, index=True),
    Column("kind", CODE, nullable=False),
    Column("version", CODE, nullable=False),
    Column("planned_on", Date, nullable=False),
    Column("done_on", Date),
    Column("at", UtcDateTime, nullable=False),
)
Index(
    "ix_overdue_steps_intended",
    overdue_steps.c.customer_id,
    sqlite_where=text("done_on IS NULL"),
    postgresql_where=text("done_on IS NULL"),
)

# parts are the instalments as JSON, [[day, amount in minor units], …]; empty for the other kinds.
overdue_holds = Table(
    "overdue_holds",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False, index=True),
    Column("invoice_id", CODE, ForeignKey("documents.id"), nullable=False, index=True),
    Column("kind", CODE, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date),
    Column("parts", Text, nullable=False),
    Column("state", CODE, nullable=False),
    Column("by", CODE, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# facts is the whole suspension as JSON. open_for is the customer while it is under way, so that there is one at a time.
suspensions = Table(
    "suspensions",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False, index=True),
    Column("open_for", CODE, unique=True),
    Column("state", CODE, nullable=False, index=True),
    Column("facts", Text, nullable=False),
    Column("try_at", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
)
