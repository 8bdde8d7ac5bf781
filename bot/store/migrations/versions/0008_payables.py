"""What staff note about Microsoft's bills."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "payable_marks",
        sa.Column("number", _CODE, nullable=False),
        sa.Column("paid_on", sa.Date()),
        sa.Column("disputed_on", sa.Date()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["microsoft_invoices.number"], name="fk_payable_marks_number"),
        sa.PrimaryKeyConstraint("number", name="pk_payable_marks"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("payable_marks")
