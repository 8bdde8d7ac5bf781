"""Run by Alembic. ``bot.store.migrate`` hands over the connection; the transaction around it is already open."""

from alembic import context

# Their tables are part of the metadata.
from bot.store import contact_tables, microsoft_tables, overdue_tables, record_tables, support_tables  # noqa: F401 -- see above
from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
