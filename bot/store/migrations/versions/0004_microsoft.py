"""Microsoft's side: runs, customers, subscriptions, differences, and bills to the partner with their lines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "sync_runs",
        sa.Column("number", _ROW_ID, nullable=False, autoincrement=True),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("finished_at", _INSTANT),
        sa.PrimaryKeyConstraint("number", name="pk_sync_runs"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "microsoft_customers",
        sa.Column("tenant_id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("relationship", _CODE, nullable=False),
        sa.Column("seen_run", sa.BigInteger(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("synced_at", _INSTANT),
        sa.Column("gone_at", _INSTANT),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name="pk_microsoft_customers"),
    )
    op.create_index("ix_microsoft_customers_customer_id", "microsoft_customers", ["customer_id"], unique=False)
    op.create_table(
        "microsoft_subscriptions",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("tenant_id", _CODE, nullable=False),
        sa.Column("status", _CODE, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("gone_at", _INSTANT),
        sa.ForeignKeyConstraint(["tenant_id"], ["microsoft_customers.tenant_id"], name="fk_microsoft_subscriptions_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_microsoft_subscriptions"),
    )
    op.create_index("ix_microsoft_subscriptions_tenant_id", "microsoft_subscriptions", ["tenant_id"], unique=False)
    op.create_table(
        "microsoft_differences",
        sa.Column("key", _CODE, nullable=False),
        sa.Column("tenant_id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("subscription_id", _CODE, nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("ours", sa.Text(), nullable=False),
        sa.Column("theirs", sa.Text(), nullable=False),
        sa.Column("found_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_microsoft_differences"),
    )
    op.create_index("ix_microsoft_differences_tenant_id", "microsoft_differences", ["tenant_id"], unique=False)
    _add_bills()


def _add_bills() -> None:
    op.create_table(
        "microsoft_invoices",
        sa.Column("number", _CODE, nullable=False),
        sa.Column("commerce", _CODE, nullable=False),
        sa.Column("document", _CODE, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("currency", _CODE, nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.Date()),
        sa.Column("period_end", sa.Date()),
        sa.Column("line_kinds", sa.Text(), nullable=False),
        sa.Column("amends", _CODE, nullable=False),
        sa.Column("is_void", sa.Boolean(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.Column("lines_read_at", _INSTANT),
        sa.PrimaryKeyConstraint("number", name="pk_microsoft_invoices"),
    )
    op.create_index("ix_microsoft_invoices_issued_on", "microsoft_invoices", ["issued_on"], unique=False)
    op.create_table(
        "microsoft_lines",
        sa.Column("number", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("tenant_id", _CODE),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("subscription_id", _CODE),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("charge_type", _CODE, nullable=False),
        sa.Column("quantity", _CODE, nullable=False),
        sa.Column("currency", _CODE),
        sa.Column("unit_price", _CODE),
        sa.Column("subtotal", _CODE),
        sa.Column("tax", _CODE),
        sa.Column("total", _CODE),
        sa.Column("order_id", _CODE, nullable=False),
        sa.Column("unit", _CODE, nullable=False),
        sa.Column("charge_start", _INSTANT),
        sa.Column("charge_end", _INSTANT),
        sa.Column("used_on", sa.Date()),
        sa.Column("extra", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["microsoft_invoices.number"], name="fk_microsoft_lines_number"),
        sa.PrimaryKeyConstraint("number", "kind", "position", name="pk_microsoft_lines"),
    )
    op.create_index("ix_microsoft_lines_tenant_id_number", "microsoft_lines", ["tenant_id", "number"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for name in ("microsoft_lines", "microsoft_invoices", "microsoft_differences", "microsoft_subscriptions", "microsoft_customers"):
        op.drop_table(name)
    op.drop_table("sync_runs")
