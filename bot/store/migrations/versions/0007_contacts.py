"""Diagnoses, prices told, leads, tickets passed to other companies, and each customer's support plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the column."""
    op.add_column("customers", sa.Column("support_plan", _CODE))
    op.create_table(
        "diagnoses",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("ticket_id", _CODE),
        sa.Column("outcome", _CODE, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_diagnoses_customer_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_diagnoses_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_diagnoses"),
        sa.UniqueConstraint("ticket_id", name="uq_diagnoses_ticket_id"),
    )
    op.create_index("ix_diagnoses_customer_id", "diagnoses", ["customer_id"], unique=False)
    op.create_table(
        "quotes",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("ticket_id", _CODE),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("quoted_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_quotes_customer_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_quotes_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quotes"),
    )
    op.create_index("ix_quotes_customer_id", "quotes", ["customer_id"], unique=False)
    op.create_index("ix_quotes_ticket_id", "quotes", ["ticket_id"], unique=False)
    op.create_table(
        "leads",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("need", _CODE, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", _CODE, nullable=False),
        sa.Column("heard_at", _INSTANT, nullable=False),
        sa.Column("consent", _CODE, nullable=False),
        sa.Column("asked_at", _INSTANT),
        sa.Column("outcome", _CODE, nullable=False),
        sa.Column("decided_by", _CODE),
        sa.Column("decided_at", _INSTANT),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_leads_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("customer_id", "need", name="uq_leads_customer_id_need"),
    )
    op.create_index("ix_leads_heard_at", "leads", ["heard_at"], unique=False)
    op.create_table(
        "dispatches",
        sa.Column("key", _CODE, nullable=False),
        sa.Column("ticket_id", _CODE, nullable=False),
        sa.Column("helper", _CODE, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("try_at", _INSTANT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", _INSTANT),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_dispatches_ticket_id"),
        sa.PrimaryKeyConstraint("key", name="pk_dispatches"),
    )
    op.create_index("ix_dispatches_ticket_id", "dispatches", ["ticket_id"], unique=False)
    waiting = sa.text("sent_at IS NULL")
    op.create_index("ix_dispatches_waiting", "dispatches", ["try_at"], unique=False, sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "helper_answers",
        sa.Column("ticket_id", _CODE, nullable=False),
        sa.Column("key", _CODE, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("is_solved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_helper_answers_ticket_id"),
        sa.PrimaryKeyConstraint("ticket_id", "key", name="pk_helper_answers"),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("helper_answers", "dispatches", "leads", "quotes", "diagnoses"):
        op.drop_table(name)
    op.drop_column("customers", "support_plan")
