"""Tables of Microsoft's side: runs, customers, subscriptions, bills to the partner with their lines, and differences."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text

from bot.store.tables import metadata
from bot.store.types import CODE, ROW_ID, UtcDateTime

sync_runs = Table(
    "sync_runs",
    metadata,
    Column("number", ROW_ID, primary_key=True, autoincrement=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("is_full", Boolean, nullable=False),
    Column("is_listed", Boolean, nullable=False),
    Column("finished_at", UtcDateTime),
    sqlite_autoincrement=True,
)

# No foreign key to the ledger's customers: a tenant outlives what the ledger says of it.
microsoft_customers = Table(
    "microsoft_customers",
    metadata,
    Column("tenant_id", CODE, primary_key=True),
    Column("customer_id", CODE, index=True),
    Column("name", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("relationship", CODE, nullable=False),
    Column("seen_run", BigInteger, nullable=False),
    Column("is_wanted", Boolean, nullable=False),
    Column("synced_at", UtcDateTime),
    Column("gone_at", UtcDateTime),
    Column("trouble", Text, nullable=False),
)

# facts is the whole subscription as JSON; what is searched by has columns of its own.
microsoft_subscriptions = Table(
    "microsoft_subscriptions",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("tenant_id", CODE, ForeignKey("microsoft_customers.tenant_id"), nullable=False, index=True),
    Column("status", CODE, nullable=False),
    Column("facts", Text, nullable=False),
    Column("gone_at", UtcDateTime),
)

microsoft_differences = Table(
    "microsoft_differences",
    metadata,
    Column("key", CODE, primary_key=True),
    Column("tenant_id", CODE, nullable=False, index=True),
    Column("customer_id", CODE),
    Column("kind", CODE, nullable=False),
    Column("subscription_id", CODE, nullable=False),
    Column("product", Text, nullable=False),
    Column("ours", Text, nullable=False),
    Column("theirs", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
)

microsoft_invoices = Table(
    "microsoft_invoices",
    metadata,
    Column("number", CODE, primary_key=True),
    Column("commerce", CODE, nullable=False),
    Column("document", CODE, nullable=False),
    Column("issued_on", Date, nullable=False, index=True),
    Column("currency", CODE, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("line_kinds", Text, nullable=False),
    Column("amends", CODE, nullable=False),
    Column("is_void", Boolean, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("lines_read_at", UtcDateTime),
)

# What staff noted about a bill.
payable_marks = Table(
    "payable_marks",
    metadata,
    Column("number", CODE, ForeignKey("microsoft_invoices.number"), primary_key=True),
    Column("paid_on", Date),
    Column("disputed_on", Date),
    Column("reason", Text, nullable=False),
)

# Amounts in minor units where they are whole; Microsoft's unit prices and rated amounts have more decimals, so all are exact text.
microsoft_lines = Table(
    "microsoft_lines",
    metadata,
    Column("number", CODE, ForeignKey("microsoft_invoices.number"), primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("tenant_id", CODE),
    Column("customer_name", Text, nullable=False),
    Column("subscription_id", CODE),
    Column("product", Text, nullable=False),
    Column("charge_type", CODE, nullable=False),
    Column("quantity", CODE, nullable=False),
    Column("currency", CODE),
    Column("unit_price", CODE),
    Column("subtotal", CODE),
    Column("tax", CODE),
    Column("total", CODE),
    Column("order_id", CODE, nullable=False),
    Column("unit", CODE, nullable=False),
    Column("charge_start", UtcDateTime),
    Column("charge_end", UtcDateTime),
    Column("used_on", Date),
    Column("extra", Text, nullable=False),
    Index(None, "tenant_id", "number"),
)
