"""Migrations make the tables the code works with, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.autogenerate import compare_metadata
from alembic.command import downgrade
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from bot.shared.errors import Unavailable
from bot.store import open_store
from bot.store.migrate import configuration
from bot.store.tables import documents, metadata
from tests.builders import added_customer


class TestMigrating:
    def test_makes_exactly_the_tables_of_the_code(self, database_url: str) -> None:
        store = open_store(database_url)

        store.migrate()

        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
            assert compare_metadata(context, metadata) == []
        assert store.schema_is_current()
        store.close()

    def test_makes_the_index_of_unsettled_invoices_a_partial_one(self, database_url: str) -> None:
        store = open_store(database_url)

        store.migrate()

        indexes = {index["name"]: index for index in inspect(store.engine).get_indexes(documents.name)}
        options = indexes["ix_documents_unsettled"]["dialect_options"]
        assert "open_minor > 0" in str(options[f"{store.engine.dialect.name}_where"])
        store.close()

    def test_twice_changes_nothing(self, database_url: str) -> None:
        store = open_store(database_url)
        store.migrate()
        customer_id = added_customer(store)

        store.migrate()

        with store.ledger.begin() as tx:
            assert tx.customer(customer_id).id == customer_id
        store.close()

    def test_by_four_at_once_ends_with_the_tables(self, database_url: str) -> None:
        stores = [open_store(database_url) for _ in range(4)]

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda each: each.migrate(), stores))

        assert all(each.schema_is_current() for each in stores)
        for each in stores:
            each.close()

    def test_back_to_nothing_leaves_no_table_of_ours(self, database_url: str) -> None:
        store = open_store(database_url)
        store.migrate()
        config = configuration()

        with store.engine.begin() as connection:
            config.attributes["connection"] = connection
            downgrade(config, "base")

        assert inspect(store.engine).get_table_names() == ["alembic_version"]
        store.close()


class TestOpening:
    def test_does_not_migrate(self, database_url: str) -> None:
        store = open_store(database_url)

        assert not store.schema_is_current()
        assert inspect(store.engine).get_table_names() == []
        store.close()

    def test_without_migrating_says_that_migrating_is_missing(self, database_url: str) -> None:
        store = open_store(database_url)

        with pytest.raises(Unavailable, match="must be migrated"), store.ledger.begin() as tx:
            tx.all_customers()
        store.close()

    def test_answers_a_ping(self, database_url: str) -> None:
        store = open_store(database_url)

        store.ping()

        assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined] # both pools count
        store.close()
