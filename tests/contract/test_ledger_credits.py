"""Credit notes are applied once, in whatever order documents arrive, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import permutations

import pytest

from bot.billing.model import Invoice
from bot.store import Store
from tests.builders import add, added_customer, allocation, credit_note, document, payment


def credited(store: Store, *invoices: Invoice) -> list[str]:
    with store.ledger.begin() as tx:
        settled = tx.settlements(customer_id=invoices[0].customer_id, invoices=invoices)
    return [str(settled[invoice.id].credited) for invoice in invoices]


def unsettled(store: Store, invoice: Invoice) -> list[str]:
    with store.ledger.begin() as tx:
        return [each.number for each in tx.unsettled_invoices(customer_id=invoice.customer_id)]


class TestCreditNote:
    def test_in_part_leaves_the_invoice_unsettled(self, store: Store) -> None:
        customer_id = added_customer(store)
        invoice = document(customer_id, "CL-1")

        add(store, invoice, credit_note(customer_id, "CN-1", payable="40", references=("CL-1",)))

        assert credited(store, invoice) == ["40.00 EUR"]
        assert unsettled(store, invoice) == ["CL-1"]

    def test_in_full_settles_the_invoice(self, store: Store) -> None:
        customer_id = added_customer(store)
        invoice = document(customer_id, "CL-1")

        add(store, invoice, credit_note(customer_id, "CN-1", payable="100", references=("CL-1",)))

        assert unsettled(store, invoice) == []

    def test_and_payment_together_settle_the_invoice(self, store: Store) -> None:
        customer_id = added_customer(store)
        invoice = document(customer_id, "CL-1")
        paid = payment("p-1", "60")
        add(store, invoice)

        with store.ledger.begin() as tx:
            tx.add_payment(paid, [allocation(paid, invoice, "60")])
        add(store, credit_note(customer_id, "CN-1", payable="40", references=("CL-1",)))

        assert unsettled(store, invoice) == []

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_over_several_invoices_fills_them_in_the_order_it_lists(self, store: Store, order: Sequence[int]) -> None:
        customer_id = added_customer(store)
        first, second = document(customer_id, "CL-2", payable="100"), document(customer_id, "CL-1", payable="100")
        documents = (first, second, credit_note(customer_id, "CN-1", payable="130", references=("CL-2", "CL-1")))

        for index in order:
            add(store, documents[index])

        assert credited(store, first, second) == ["100.00 EUR", "30.00 EUR"]
        assert unsettled(store, first) == ["CL-1"]

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_and_another_on_the_same_invoice_share_its_payable(self, store: Store, order: Sequence[int]) -> None:
        customer_id = added_customer(store)
        shared, further = document(customer_id, "CL-1"), document(customer_id, "CL-2")
        documents = (
            shared,
            further,
            credit_note(customer_id, "CN-1", payable="60", references=("CL-1",), issued_on=date(2026, 1, 11)),
            credit_note(customer_id, "CN-2", payable="60", references=("CL-1", "CL-2"), issued_on=date(2026, 1, 12)),
        )

        for index in order:
            add(store, documents[index])

        assert credited(store, shared, further) == ["100.00 EUR", "20.00 EUR"]

    def test_larger_than_its_invoice_credits_no_more_than_the_payable(self, store: Store) -> None:
        customer_id = added_customer(store)
        invoice = document(customer_id, "CL-1")

        add(store, credit_note(customer_id, "CN-1", payable="250", references=("CL-1", "CL-1")), invoice)

        assert credited(store, invoice) == ["100.00 EUR"]

    def test_of_another_customer_credits_nothing(self, store: Store) -> None:
        invoice = document(added_customer(store, "C-1"), "CL-1")

        add(store, invoice, credit_note(added_customer(store, "C-2"), "CN-1", payable="100", references=("CL-1",)))

        assert credited(store, invoice) == ["0.00 EUR"]

    def test_in_another_currency_credits_nothing(self, store: Store) -> None:
        customer_id = added_customer(store)
        invoice = document(customer_id, "CL-1", currency="HUF")

        add(store, invoice, credit_note(customer_id, "CN-1", payable="100", references=("CL-1",)))

        assert credited(store, invoice) == ["0.00 HUF"]

    def test_is_never_itself_unsettled(self, store: Store) -> None:
        customer_id = added_customer(store)
        note = credit_note(customer_id, "CN-1", payable="100", references=())

        add(store, note)

        assert unsettled(store, note) == []
