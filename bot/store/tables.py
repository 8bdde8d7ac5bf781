"""The tables. Amounts are integer minor units beside a currency; unit prices and quantities are exact decimal text."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint, text

from bot.store.types import CODE, ROW_ID, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

customers = Table(
    "customers",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("number", CODE, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("language", CODE, nullable=False),
    Column("tenant_id", CODE),
    Column("street", Text, nullable=False),
    Column("postal_code", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("country", CODE, nullable=False),
    Column("support_plan", CODE),
)

customer_contacts = Table(
    "customer_contacts",
    metadata,
    Column("customer_id", CODE, ForeignKey("customers.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("language", CODE, nullable=False),
)

# kind is tax_number, identifier or bank_account; value as printed; lookup upper-case without spaces and punctuation.
customer_identifiers = Table(
    "customer_identifiers",
    metadata,
    Column("customer_id", CODE, ForeignKey("customers.id"), primary_key=True),
    Column("kind", CODE, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("value", Text, nullable=False),
    Column("lookup", CODE, nullable=False, index=True),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False, index=True),
    Column("product", Text, nullable=False),
    Column("commerce", CODE, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("term", CODE, nullable=False),
    Column("billing_plan", CODE, nullable=False),
    Column("status", CODE, nullable=False),
    Column("bought_on", Date, nullable=False),
    Column("started_on", Date, nullable=False),
    Column("ends_on", Date),
    Column("auto_renew", Boolean, nullable=False),
    Column("suspended_on", Date),
    Column("suspension_reason", CODE),
)

# open_minor is what remains of an invoice after payments and credits (0 for a credit note). It is computed by a query
# whenever one of these changes, so that finding what is open stays quick however many invoices are settled.
documents = Table(
    "documents",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("number", CODE, nullable=False, unique=True),
    Column("customer_id", CODE, ForeignKey("customers.id"), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("prepaid_minor", BigInteger, nullable=False),
    Column("rounding_minor", BigInteger, nullable=False),
    Column("payable_minor", BigInteger, nullable=False),
    Column("open_minor", BigInteger, nullable=False),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("disputed_on", Date),
    Column("issuer", Text, nullable=False),
    Column("payment_reference", Text, nullable=False),
    Column("purchase_order", Text, nullable=False),
    Column("fingerprint", CODE, nullable=False),
    Index(None, "customer_id", "issued_on", "number"),
)
Index(
    "ix_documents_unsettled",
    documents.c.customer_id,
    documents.c.due_on,
    sqlite_where=text("open_minor > 0"),
    postgresql_where=text("open_minor > 0"),
)

document_lines = Table(
    "document_lines",
    metadata,
    Column("document_id", CODE, ForeignKey("documents.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("charge_type", CODE, nullable=False),
    Column("description", Text, nullable=False),
    Column("product", Text),
    Column("quantity", CODE, nullable=False),
    Column("unit_price", CODE, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("gross_minor", BigInteger, nullable=False),
    Column("tax_rate", CODE),
    Column("tax_category", CODE, nullable=False),
    Column("period_start", Date),
    Column("period_end", Date),
    Column("subscription_id", CODE),
)

billing_references = Table(
    "billing_references",
    metadata,
    Column("document_id", CODE, ForeignKey("documents.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("number", CODE, nullable=False, index=True),
)

credit_applications = Table(
    "credit_applications",
    metadata,
    Column("credit_note_id", CODE, ForeignKey("documents.id"), primary_key=True),
    Column("invoice_id", CODE, ForeignKey("documents.id"), primary_key=True, index=True),
    Column("amount_minor", BigInteger, nullable=False),
)

payments = Table(
    "payments",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("reference", CODE, nullable=False, unique=True),
    Column("received_on", Date, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("payer_name", Text, nullable=False),
    Column("payer_account", CODE, nullable=False),
    Column("remittance", Text, nullable=False),
    Column("customer_id", CODE, ForeignKey("customers.id")),
    Column("unallocated_reason", CODE),
    Index(None, "customer_id", "received_on"),
)

allocations = Table(
    "allocations",
    metadata,
    Column("payment_id", CODE, ForeignKey("payments.id"), primary_key=True),
    Column("invoice_id", CODE, ForeignKey("documents.id"), primary_key=True, index=True),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CODE, nullable=False),
    Column("received_on", Date, nullable=False),
)

imported_files = Table(
    "imported_files",
    metadata,
    Column("digest", CODE, primary_key=True),
    Column("kind", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# agent_id has no foreign key: what an agent said outlives the agent's own record.
conversations = Table(
    "conversations",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("channel", CODE, nullable=False),
    Column("speaker", CODE, nullable=False),
    Column("language", CODE, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("customer_id", CODE, ForeignKey("customers.id"), index=True),
    Column("contact_email", Text),
    Column("verified_by", CODE),
    Column("secret_hash", CODE),
    Column("agent_id", CODE),
    Column("misunderstandings", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("turn_holder", CODE),
    Column("turn_until", UtcDateTime),
    Column("agent_name", Text),
    Column("queued_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Index(None, "speaker", "queued_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", CODE, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("sender", CODE, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", CODE, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("buttons", Text),
    Column("attachments", Text),
    Column("client_id", CODE),
    Column("answers", Integer),
    Column("payload", Text),
    Column("author", Text),
    UniqueConstraint("conversation_id", "client_id"),
    Index(None, "conversation_id", "answers"),
)

login_codes = Table(
    "login_codes",
    metadata,
    Column("conversation_id", CODE, ForeignKey("conversations.id"), primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id")),
    Column("contact_email", Text),
    Column("code_hash", CODE, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries_left", Integer, nullable=False),
)

# One row a code ever issued; it outlives the code itself, so that codes can be counted after they were used or replaced.
login_code_issues = Table(
    "login_code_issues",
    metadata,
    Column("conversation_id", CODE, ForeignKey("conversations.id"), primary_key=True),
    Column("code_hash", CODE, primary_key=True),
    Column("expires_at", UtcDateTime, primary_key=True),
    Column("customer_id", CODE, ForeignKey("customers.id")),
    Index(None, "customer_id", "expires_at"),
)

ticket_counters = Table(
    "ticket_counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("number", CODE, nullable=False, unique=True),
    Column("kind", CODE, nullable=False),
    Column("state", CODE, nullable=False),
    Column("subject", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("answer_by", UtcDateTime, nullable=False),
    Column("customer_id", CODE, ForeignKey("customers.id")),
    Column("conversation_id", CODE, ForeignKey("conversations.id"), index=True),
    Column("reason", CODE),
    Column("transcript", Text, nullable=False),
    Column("language", CODE, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("priority", CODE, nullable=False, server_default="normal"),
    Column("source", CODE, nullable=False, server_default="bot"),
    Column("about", Text, nullable=False, server_default="[]"),
    Column("owner_id", CODE),
    Column("first_answered_at", UtcDateTime),
    Column("outcome", CODE),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Index(None, "customer_id", "opened_at"),
    Index(None, "opened_at"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", CODE, nullable=False, unique=True),
    Column("role", CODE, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("presence", CODE, nullable=False, server_default="away"),
    Column("presence_since", UtcDateTime),
    Column("totp_secret", Text),
    Column("totp_used_step", BigInteger),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcDateTime),
    Column("external_subject", CODE, index=True, unique=True),
)

# One row a browser signed in; the cookie holds the session's secret, the table its hash.
staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("secret_hash", CODE, primary_key=True),
    Column("staff_id", CODE, ForeignKey("staff.id"), nullable=False, index=True),
    Column("csrf_token", CODE, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
)

# Private notes are apart from messages, so that nothing that reads messages for a customer can ever see one.
conversation_notes = Table(
    "conversation_notes",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("conversation_id", CODE, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("author_id", CODE, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# What agents have sent and may still take back; a row becomes a message and goes in one transaction.
outgoing_replies = Table(
    "outgoing_replies",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("conversation_id", CODE, ForeignKey("conversations.id"), nullable=False),
    Column("position", ROW_ID, nullable=False),
    Column("author_id", CODE, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", CODE, nullable=False),
    Column("client_id", CODE, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("send_at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("conversation_id", "client_id"),
    Index(None, "conversation_id", "position"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("conversation_id", CODE, ForeignKey("conversations.id"), primary_key=True),
    Column("staff_id", CODE, primary_key=True),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Who looks at or writes in a chat just now; who is a staff id or the word customer.
viewers = Table(
    "viewers",
    metadata,
    Column("conversation_id", CODE, ForeignKey("conversations.id"), primary_key=True),
    Column("who", CODE, primary_key=True),
    Column("name", Text, nullable=False),
    Column("is_writing", Boolean, nullable=False),
    Column("until", UtcDateTime, nullable=False),
)

# actor is a staff id, or one of bot, customer and system.
ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", CODE, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("action", CODE, nullable=False),
    Column("details", Text, nullable=False),
    sqlite_autoincrement=True,
)

# One row a closing at which the customer was asked; about is bot or agent.
ratings = Table(
    "ratings",
    metadata,
    Column("id", CODE, primary_key=True),
    Column("conversation_id", CODE, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("ticket_id", CODE, ForeignKey("tickets.id")),
    Column("about", CODE, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("score", Integer),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", ROW_ID, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", CODE, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("details", Text, nullable=False),
    Column("previous_hash", CODE, nullable=False),
    Column("hash", CODE, nullable=False),
    sqlite_autoincrement=True,
)
