"""Mails on their way, and cases at Microsoft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "outgoing_mails",
        sa.Column("key", _CODE, nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("try_at", _INSTANT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", _INSTANT),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_outgoing_mails"),
    )
    waiting = sa.text("sent_at IS NULL")
    op.create_index("ix_outgoing_mails_waiting", "outgoing_mails", ["try_at"], unique=False, sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "escalation_drafts",
        sa.Column("ticket_id", _CODE, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("proposed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_escalation_drafts_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_escalation_drafts"),
    )
    op.create_table(
        "escalations",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("ticket_id", _CODE, nullable=False),
        sa.Column("key", _CODE, nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("vehicle", _CODE, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("try_at", _INSTANT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_escalations_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_escalations"),
        sa.UniqueConstraint("key", name="uq_escalations_key"),
    )
    op.create_index("ix_escalations_ticket_id", "escalations", ["ticket_id"], unique=False)
    op.create_index("ix_escalations_state", "escalations", ["state"], unique=False)
    op.create_table(
        "escalation_notes",
        sa.Column("number", _ROW_ID, nullable=False, autoincrement=True),
        sa.Column("escalation_id", _CODE, nullable=False),
        sa.Column("source", _CODE, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_theirs", sa.Boolean(), nullable=False),
        sa.Column("sent_at", _INSTANT),
        sa.ForeignKeyConstraint(["escalation_id"], ["escalations.id"], name="fk_escalation_notes_escalation_id"),
        sa.PrimaryKeyConstraint("number", name="pk_escalation_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_escalation_notes_escalation_id_source", "escalation_notes", ["escalation_id", "source"], unique=True)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("escalation_notes", "escalations", "escalation_drafts", "outgoing_mails"):
        op.drop_table(name)
