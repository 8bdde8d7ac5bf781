"""The desk: chats owned by people, their replies, notes and drafts, ticket histories, ratings, and sessions of staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns and tables."""
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("agent_name", sa.Text(), nullable=True))
        table.add_column(sa.Column("queued_at", _INSTANT, nullable=True))
        table.add_column(sa.Column("waiting_since", _INSTANT, nullable=True))
    op.create_index("ix_conversations_speaker_queued_at", "conversations", ["speaker", "queued_at"], unique=False)
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("author", sa.Text(), nullable=True))
    with op.batch_alter_table("tickets") as table:
        table.add_column(sa.Column("priority", _CODE, nullable=False, server_default="normal"))
        table.add_column(sa.Column("source", _CODE, nullable=False, server_default="bot"))
        table.add_column(sa.Column("about", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("owner_id", _CODE, nullable=True))
        table.add_column(sa.Column("first_answered_at", _INSTANT, nullable=True))
        table.add_column(sa.Column("outcome", _CODE, nullable=True))
        table.add_column(sa.Column("reopened", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("staff") as table:
        table.add_column(sa.Column("presence", _CODE, nullable=False, server_default="away"))
        table.add_column(sa.Column("presence_since", _INSTANT, nullable=True))
        table.add_column(sa.Column("totp_secret", sa.Text(), nullable=True))
        table.add_column(sa.Column("totp_used_step", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("failed_sign_ins", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("locked_until", _INSTANT, nullable=True))
        table.add_column(sa.Column("external_subject", _CODE, nullable=True))
    op.create_index("ix_staff_external_subject", "staff", ["external_subject"], unique=True)
    op.create_index("ix_audit_log_subject", "audit_log", ["subject"], unique=False)
    _add_tables()
    # Chats that were waiting for a person before there was a desk keep their turn by the age of their ticket.
    op.execute(
        "UPDATE conversations SET queued_at = COALESCE((SELECT MIN(opened_at) FROM tickets "
        "WHERE tickets.conversation_id = conversations.id AND tickets.state <> 'closed' AND tickets.reason IS NOT NULL), created_at) "
        "WHERE speaker = 'queue'"
    )
    op.execute("UPDATE conversations SET waiting_since = queued_at WHERE speaker = 'queue'")


def _add_tables() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("secret_hash", _CODE, nullable=False),
        sa.Column("staff_id", _CODE, nullable=False),
        sa.Column("csrf_token", _CODE, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_sessions_staff_id"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_staff_sessions"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"], unique=False)
    op.create_table(
        "conversation_notes",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("author_id", _CODE, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_conversation_notes_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_notes"),
    )
    op.create_index("ix_conversation_notes_conversation_id", "conversation_notes", ["conversation_id"], unique=False)
    op.create_table(
        "outgoing_replies",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("position", _ROW_ID, nullable=False),
        sa.Column("author_id", _CODE, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.Column("client_id", _CODE, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("send_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_outgoing_replies_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_replies"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_outgoing_replies_conversation_id_client_id"),
    )
    op.create_index("ix_outgoing_replies_send_at", "outgoing_replies", ["send_at"], unique=False)
    op.create_index("ix_outgoing_replies_conversation_id_position", "outgoing_replies", ["conversation_id", "position"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("staff_id", _CODE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_drafts_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id", name="pk_drafts"),
    )
    op.create_table(
        "viewers",
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("who", _CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_writing", sa.Boolean(), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_viewers_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", "who", name="pk_viewers"),
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ticket_id", _CODE, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", _CODE, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", _CODE, nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ticket_events_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ticket_events_ticket_id", "ticket_events", ["ticket_id"], unique=False)
    op.create_table(
        "ratings",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("ticket_id", _CODE, nullable=True),
        sa.Column("about", _CODE, nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT, nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_ratings_conversation_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_ratings_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
    )
    op.create_index("ix_ratings_conversation_id", "ratings", ["conversation_id"], unique=False)
    op.create_table(
        "desk_changes",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("topic", _CODE, nullable=False),
        sa.Column("conversation_id", _CODE, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_desk_changes"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop what was added."""
    for table in (
        "desk_changes",
        "ratings",
        "ticket_events",
        "viewers",
        "drafts",
        "outgoing_replies",
        "conversation_notes",
        "staff_sessions",
    ):
        op.drop_table(table)
    op.drop_index("ix_audit_log_subject", "audit_log")
    op.drop_index("ix_staff_external_subject", "staff")
    op.drop_index("ix_conversations_speaker_queued_at", "conversations")
    added = {
        "staff": ("external_subject", "locked_until", "failed_sign_ins", "totp_used_step", "totp_secret", "presence_since", "presence"),
        "tickets": ("reopened", "outcome", "first_answered_at", "owner_id", "about", "source", "priority"),
        "messages": ("author",),
        "conversations": ("waiting_since", "queued_at", "agent_name"),
    }
    for name, columns in added.items():
        with op.batch_alter_table(name) as altered:
            for column in columns:
                altered.drop_column(column)
