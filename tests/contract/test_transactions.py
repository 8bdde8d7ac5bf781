"""Transactions that meet each other neither fail nor wait where they need not, on both databases."""

from __future__ import annotations

from bot.store import Store
from tests.builders import add, added_customer, document


class TestTransaction:
    def test_that_reads_is_not_held_up_by_one_that_writes(self, store: Store) -> None:
        customer_id = added_customer(store)
        add(store, document(customer_id, "CL-1"))

        with store.ledger.begin() as importing:
            importing.add_invoices([(document(customer_id, "CL-2"), "print")])
            with store.ledger.begin() as answering:
                numbers = answering.invoice_numbers(customer_id=customer_id)

        assert numbers == ("CL-1",)

    def test_that_has_read_may_write_though_another_wrote_meanwhile(self, store: Store) -> None:
        customer_id = added_customer(store)

        with store.ledger.begin() as slow:
            slow.customer(customer_id)
            add(store, document(customer_id, "CL-1"))
            slow.add_invoices([(document(customer_id, "CL-2"), "print")])

        with store.ledger.begin() as tx:
            assert sorted(tx.invoice_numbers(customer_id=customer_id)) == ["CL-1", "CL-2"]

    def test_sees_what_it_has_written_itself(self, store: Store) -> None:
        customer_id = added_customer(store)

        with store.ledger.begin() as tx:
            tx.add_invoices([(document(customer_id, "CL-1"), "print")])

            assert tx.invoice_numbers(customer_id=customer_id) == ("CL-1",)
