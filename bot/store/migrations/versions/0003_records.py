"""Mails that became tickets, and indexes for searching and counting by time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)
_INDEXES = (
    ("ix_messages_at", "messages", "at"),
    ("ix_conversations_created_at", "conversations", "created_at"),
)


def upgrade() -> None:
    """Add the table and the indexes."""
    op.create_table(
        "inbound_mails",
        sa.Column("message_id", _CODE, nullable=False),
        sa.Column("ticket_id", _CODE, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_inbound_mails_ticket_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_inbound_mails"),
    )
    op.create_index("ix_inbound_mails_ticket_id", "inbound_mails", ["ticket_id"], unique=False)
    for name, table, column in _INDEXES:
        op.create_index(name, table, [column], unique=False)


def downgrade() -> None:
    """Drop what was added."""
    for name, table, _ in reversed(_INDEXES):
        op.drop_index(name, table)
    op.drop_index("ix_inbound_mails_ticket_id", "inbound_mails")
    op.drop_table("inbound_mails")
