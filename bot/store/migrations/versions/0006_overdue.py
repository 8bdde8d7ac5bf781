"""Collections: steps intended and taken, times in which the ladder stands still, and suspensions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "overdue_steps",
        sa.Column("invoice_id", _CODE, nullable=False),
        sa.Column("step", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("version", _CODE, nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["documents.id"], name="fk_overdue_steps_invoice_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_overdue_steps_customer_id"),
        sa.PrimaryKeyConstraint("invoice_id", "step", name="pk_overdue_steps"),
    )
    op.create_index("ix_overdue_steps_customer_id", "overdue_steps", ["customer_id"], unique=False)
    intended = sa.text("done_on IS NULL")
    op.create_index(
        "ix_overdue_steps_intended", "overdue_steps", ["customer_id"], unique=False, sqlite_where=intended, postgresql_where=intended
    )
    op.create_table(
        "overdue_holds",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("invoice_id", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("by", _CODE, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_overdue_holds_customer_id"),
        sa.ForeignKeyConstraint(["invoice_id"], ["documents.id"], name="fk_overdue_holds_invoice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_overdue_holds"),
    )
    op.create_index("ix_overdue_holds_customer_id", "overdue_holds", ["customer_id"], unique=False)
    op.create_index("ix_overdue_holds_invoice_id", "overdue_holds", ["invoice_id"], unique=False)
    op.create_table(
        "suspensions",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("open_for", _CODE),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("try_at", _INSTANT),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_suspensions_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_suspensions"),
        sa.UniqueConstraint("open_for", name="uq_suspensions_open_for"),
    )
    op.create_index("ix_suspensions_customer_id", "suspensions", ["customer_id"], unique=False)
    op.create_index("ix_suspensions_state", "suspensions", ["state"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("suspensions", "overdue_holds", "overdue_steps"):
        op.drop_table(name)
