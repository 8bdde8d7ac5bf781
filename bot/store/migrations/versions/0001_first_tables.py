"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# A migration keeps its own copy of the types: it must go on making what it made when the program has moved on.
_CODE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "audit_log",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", _CODE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("previous_hash", _CODE, nullable=False),
        sa.Column("hash", _CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "customers",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("number", _CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.Column("tenant_id", _CODE, nullable=True),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", _CODE, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("number", name="uq_customers_number"),
    )
    op.create_table(
        "imported_files",
        sa.Column("digest", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_imported_files"),
    )
    op.create_table(
        "staff",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", _CODE, nullable=False),
        sa.Column("role", _CODE, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled_at", _INSTANT, nullable=True),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("email", name="uq_staff_email"),
    )
    op.create_table(
        "ticket_counters",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_ticket_counters"),
    )
    op.create_table(
        "conversations",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("channel", _CODE, nullable=False),
        sa.Column("speaker", _CODE, nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("customer_id", _CODE, nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("verified_by", _CODE, nullable=True),
        sa.Column("secret_hash", _CODE, nullable=True),
        sa.Column("agent_id", _CODE, nullable=True),
        sa.Column("misunderstandings", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn_holder", _CODE, nullable=True),
        sa.Column("turn_until", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_conversations_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_customer_id", "conversations", ["customer_id"], unique=False)
    op.create_table(
        "customer_contacts",
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_contacts_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "position", name="pk_customer_contacts"),
    )
    op.create_table(
        "customer_identifiers",
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("lookup", _CODE, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_customer_identifiers_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "kind", "position", name="pk_customer_identifiers"),
    )
    op.create_index("ix_customer_identifiers_lookup", "customer_identifiers", ["lookup"], unique=False)
    op.create_table(
        "documents",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("number", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", _CODE, nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("prepaid_minor", sa.BigInteger(), nullable=False),
        sa.Column("rounding_minor", sa.BigInteger(), nullable=False),
        sa.Column("payable_minor", sa.BigInteger(), nullable=False),
        sa.Column("open_minor", sa.BigInteger(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("disputed_on", sa.Date(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("payment_reference", sa.Text(), nullable=False),
        sa.Column("purchase_order", sa.Text(), nullable=False),
        sa.Column("fingerprint", _CODE, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_documents_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.UniqueConstraint("number", name="uq_documents_number"),
    )
    op.create_index("ix_documents_customer_id_issued_on_number", "documents", ["customer_id", "issued_on", "number"], unique=False)
    op.create_index(
        "ix_documents_unsettled",
        "documents",
        ["customer_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("open_minor > 0"),
        postgresql_where=sa.text("open_minor > 0"),
    )
    op.create_table(
        "payments",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("reference", _CODE, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", _CODE, nullable=False),
        sa.Column("payer_name", sa.Text(), nullable=False),
        sa.Column("payer_account", _CODE, nullable=False),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("customer_id", _CODE, nullable=True),
        sa.Column("unallocated_reason", _CODE, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_payments_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.UniqueConstraint("reference", name="uq_payments_reference"),
    )
    op.create_index("ix_payments_customer_id_received_on", "payments", ["customer_id", "received_on"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("commerce", _CODE, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("term", _CODE, nullable=False),
        sa.Column("billing_plan", _CODE, nullable=False),
        sa.Column("status", _CODE, nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("auto_renew", sa.Boolean(), nullable=False),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column("suspension_reason", _CODE, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_subscriptions_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_customer_id", "subscriptions", ["customer_id"], unique=False)
    op.create_table(
        "allocations",
        sa.Column("payment_id", _CODE, nullable=False),
        sa.Column("invoice_id", _CODE, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", _CODE, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["documents.id"], name="fk_allocations_invoice_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_allocations_payment_id"),
        sa.PrimaryKeyConstraint("payment_id", "invoice_id", name="pk_allocations"),
    )
    op.create_index("ix_allocations_invoice_id", "allocations", ["invoice_id"], unique=False)
    op.create_table(
        "billing_references",
        sa.Column("document_id", _CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", _CODE, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_billing_references_document_id"),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_billing_references"),
    )
    op.create_index("ix_billing_references_number", "billing_references", ["number"], unique=False)
    op.create_table(
        "credit_applications",
        sa.Column("credit_note_id", _CODE, nullable=False),
        sa.Column("invoice_id", _CODE, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["credit_note_id"], ["documents.id"], name="fk_credit_applications_credit_note_id"),
        sa.ForeignKeyConstraint(["invoice_id"], ["documents.id"], name="fk_credit_applications_invoice_id"),
        sa.PrimaryKeyConstraint("credit_note_id", "invoice_id", name="pk_credit_applications"),
    )
    op.create_index("ix_credit_applications_invoice_id", "credit_applications", ["invoice_id"], unique=False)
    op.create_table(
        "document_lines",
        sa.Column("document_id", _CODE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("charge_type", _CODE, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("quantity", _CODE, nullable=False),
        sa.Column("unit_price", _CODE, nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("gross_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_rate", _CODE, nullable=True),
        sa.Column("tax_category", _CODE, nullable=False),
        sa.Column("period_start", sa.Date(), nullable=True),
        sa.Column("period_end", sa.Date(), nullable=True),
        sa.Column("subscription_id", _CODE, nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name="fk_document_lines_document_id"),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_document_lines"),
    )
    op.create_table(
        "login_code_issues",
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("code_hash", _CODE, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("customer_id", _CODE, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_login_code_issues_conversation_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_login_code_issues_customer_id"),
        sa.PrimaryKeyConstraint("conversation_id", "code_hash", "expires_at", name="pk_login_code_issues"),
    )
    op.create_index("ix_login_code_issues_customer_id_expires_at", "login_code_issues", ["customer_id", "expires_at"], unique=False)
    op.create_table(
        "login_codes",
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("customer_id", _CODE, nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("code_hash", _CODE, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_login_codes_conversation_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_login_codes_customer_id"),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_login_codes"),
    )
    op.create_table(
        "messages",
        sa.Column("conversation_id", _CODE, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sender", _CODE, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("buttons", sa.Text(), nullable=True),
        sa.Column("attachments", sa.Text(), nullable=True),
        sa.Column("client_id", _CODE, nullable=True),
        sa.Column("answers", sa.Integer(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_messages_conversation_id"),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_messages"),
        sa.UniqueConstraint("conversation_id", "client_id", name="uq_messages_conversation_id_client_id"),
    )
    op.create_index("ix_messages_conversation_id_answers", "messages", ["conversation_id", "answers"], unique=False)
    op.create_table(
        "tickets",
        sa.Column("id", _CODE, nullable=False),
        sa.Column("number", _CODE, nullable=False),
        sa.Column("kind", _CODE, nullable=False),
        sa.Column("state", _CODE, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("answer_by", _INSTANT, nullable=False),
        sa.Column("customer_id", _CODE, nullable=True),
        sa.Column("conversation_id", _CODE, nullable=True),
        sa.Column("reason", _CODE, nullable=True),
        sa.Column("transcript", sa.Text(), nullable=False),
        sa.Column("language", _CODE, nullable=False),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_tickets_conversation_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_tickets_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
    )
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"], unique=False)
    op.create_index("ix_tickets_customer_id_opened_at", "tickets", ["customer_id", "opened_at"], unique=False)
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"], unique=False)


def downgrade() -> None:
    """Drop every table."""
    for table in (
        "tickets",
        "messages",
        "login_codes",
        "login_code_issues",
        "document_lines",
        "credit_applications",
        "billing_references",
        "allocations",
        "subscriptions",
        "payments",
        "documents",
        "customer_identifiers",
        "customer_contacts",
        "conversations",
        "ticket_counters",
        "staff",
        "imported_files",
        "customers",
        "audit_log",
    ):
        op.drop_table(table)
