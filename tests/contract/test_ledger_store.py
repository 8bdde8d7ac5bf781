"""The ledger keeps its promises on both databases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event

from bot.billing.model import Address, Contact, Customer, DocumentKind
from bot.billing.ports import CustomerNotFound, InvoiceNotFound, Saved
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import CustomerId, new_customer_id
from bot.shared.money import CurrencyMismatch, Money
from bot.store import Store
from tests.builders import add, added_customer, allocation, document, money, payment, subscription

FULL_CUSTOMER = Customer(
    id=CustomerId("cus_full"),
    number="C-7",
    name="Őrült Árvíztűrő Kft.",
    language="hu",
    tenant_id="5f0f3c1e-0000-4000-8000-000000000001",
    tax_numbers=("12345678-2-42", "HU12345678"),
    identifiers=("9914:HU12345678",),
    bank_accounts=("HU42117730161111101800000000",),
    address=Address(street="Fő utca 1.", postal_code="1011", city="Budapest", country="HU"),
    contacts=(Contact("Kiss Anna", "anna@example.com", "hu"), Contact("Bob", "bob@example.com", "en")),
)


class TestCustomers:
    def test_come_back_as_they_were_saved(self, store: Store) -> None:
        with store.ledger.begin() as tx:
            outcome = tx.save_customer(FULL_CUSTOMER)

        with store.ledger.begin() as tx:
            assert outcome is Saved.ADDED
            assert tx.customer(FULL_CUSTOMER.id) == FULL_CUSTOMER
            assert tx.customer_by_number("  c-7 ") == FULL_CUSTOMER
            assert tx.all_customers() == (FULL_CUSTOMER,)

    def test_saved_again_under_another_id_keep_the_first_and_say_unchanged(self, store: Store) -> None:
        with store.ledger.begin() as tx:
            tx.save_customer(FULL_CUSTOMER)
            outcome = tx.save_customer(replace(FULL_CUSTOMER, id=new_customer_id()))

            assert outcome is Saved.UNCHANGED
            assert tx.customer_by_number("C-7").id == FULL_CUSTOMER.id

    def test_saved_with_another_contact_say_changed_and_have_it(self, store: Store) -> None:
        changed = replace(FULL_CUSTOMER, id=new_customer_id(), contacts=(Contact("Cecil", "cecil@example.com", "en"),))
        with store.ledger.begin() as tx:
            tx.save_customer(FULL_CUSTOMER)
            outcome = tx.save_customer(changed)

        with store.ledger.begin() as tx:
            assert outcome is Saved.CHANGED
            assert tx.customer(FULL_CUSTOMER.id) == replace(changed, id=FULL_CUSTOMER.id)

    def test_unknown_by_id_or_number_are_not_found(self, store: Store) -> None:
        with store.ledger.begin() as tx:
            with pytest.raises(CustomerNotFound):
                tx.customer(new_customer_id())
            with pytest.raises(CustomerNotFound):
                tx.customer_by_number("C-404")

    @pytest.mark.parametrize("written", ["12345678-2-42", "12345678 2 42", "hu 12345678", "9914:hu12345678"])
    def test_are_found_by_an_identifier_however_it_is_written(self, store: Store, written: str) -> None:
        with store.ledger.begin() as tx:
            tx.save_customer(FULL_CUSTOMER)

            assert tx.find_customer(identifiers=["nobody", written]) == FULL_CUSTOMER

    def test_are_not_found_by_an_identifier_that_two_of_them_have(self, store: Store) -> None:
        added_customer(store, "C-1", tax_numbers=("HU1",))
        added_customer(store, "C-2", identifiers=("hu-1",))

        with store.ledger.begin() as tx, pytest.raises(CustomerNotFound):
            tx.find_customer(identifiers=["HU1"])

    @pytest.mark.parametrize("identifiers", [[], ["", " - "], ["HU42117730161111101800000000"]])
    def test_are_not_found_by_nothing_nor_by_a_bank_account(self, store: Store, identifiers: list[str]) -> None:
        with store.ledger.begin() as tx:
            tx.save_customer(FULL_CUSTOMER)

            with pytest.raises(CustomerNotFound):
                tx.find_customer(identifiers=identifiers)


class TestSubscriptions:
    def test_say_whether_saving_added_changed_or_left_them(self, store: Store) -> None:
        bought = subscription(added_customer(store))

        with store.ledger.begin() as tx:
            outcomes = [tx.save_subscription(each) for each in (bought, bought, replace(bought, quantity=9, suspended_on=date(2026, 2, 1)))]

        with store.ledger.begin() as tx:
            assert outcomes == [Saved.ADDED, Saved.UNCHANGED, Saved.CHANGED]
            assert tx.subscriptions(customer_id=bought.customer_id) == (replace(bought, quantity=9, suspended_on=date(2026, 2, 1)),)

    def test_are_ordered_by_product_then_id(self, store: Store) -> None:
        customer_id = added_customer(store)
        with store.ledger.begin() as tx:
            for identifier, product in (("b", "Visio"), ("a", "Visio"), ("c", "Project")):
                tx.save_subscription(subscription(customer_id, identifier, product=product))

            assert [each.id for each in tx.subscriptions(customer_id=customer_id)] == ["c", "a", "b"]

    def test_of_another_customer_cannot_be_taken_over(self, store: Store) -> None:
        mine, other = added_customer(store, "C-1"), added_customer(store, "C-2")
        with store.ledger.begin() as tx:
            tx.save_subscription(subscription(mine))

            with pytest.raises(Conflict):
                tx.save_subscription(subscription(other))


class TestInvoices:
    @pytest.mark.parametrize(("amount", "currency"), [("1284.55", "EUR"), ("128455.50", "HUF"), ("128455", "JPY"), ("1284.555", "KWD")])
    def test_keep_every_minor_unit_of_their_currency(self, store: Store, amount: str, currency: str) -> None:
        issued = document(added_customer(store), "CL-1", payable=amount, currency=currency)
        add(store, issued)

        with store.ledger.begin() as tx:
            read = tx.invoice(customer_id=issued.customer_id, number="CL-1")

        assert str(read.payable) == f"{amount} {currency}"
        assert read == issued

    def test_keep_unit_price_and_quantity_exactly(self, store: Store) -> None:
        issued = document(added_customer(store), "CL-1")
        add(store, issued)

        with store.ledger.begin() as tx:
            read = tx.invoice_by_number("CL-1").lines[0]

        assert (read.unit_price.amount, read.quantity) == (Decimal("10.0625"), Decimal("9.5"))

    def test_of_another_customer_answer_exactly_as_missing_ones(self, store: Store) -> None:
        mine, other = added_customer(store, "C-1"), added_customer(store, "C-2")
        add(store, document(other, "CL-1"))

        with store.ledger.begin() as tx:
            with pytest.raises(InvoiceNotFound) as anothers:
                tx.invoice(customer_id=mine, number="CL-1")
            with pytest.raises(InvoiceNotFound) as missing:
                tx.invoice(customer_id=mine, number="CL-404")

        assert (type(anothers.value), anothers.value.args) == (type(missing.value), missing.value.args)

    def test_of_another_customer_are_in_no_list_and_no_settlement(self, store: Store) -> None:
        mine, other = added_customer(store, "C-1"), added_customer(store, "C-2")
        theirs = document(other, "CL-1")
        paid = payment("p-1", customer_id=other)
        add(store, theirs)
        with store.ledger.begin() as tx:
            tx.add_payment(paid, [allocation(paid, theirs, "30")])

        with store.ledger.begin() as tx:
            assert tx.invoices(customer_id=mine) == ()
            assert tx.unsettled_invoices(customer_id=mine) == ()
            assert tx.invoice_numbers(customer_id=mine) == ()
            assert tx.payments(customer_id=mine) == ()
            assert tx.settlements(customer_id=mine, invoices=[theirs])[theirs.id].paid == money("0.00")

    def test_are_listed_newest_first_then_by_number_descending(self, store: Store) -> None:
        customer_id = added_customer(store)
        days = {"CL-1": date(2026, 1, 1), "CL-10": date(2026, 2, 1), "CL-9": date(2026, 2, 1), "cl-0": date(2026, 2, 1)}
        add(store, *(document(customer_id, number, issued_on=day) for number, day in days.items()))

        with store.ledger.begin() as tx:
            assert [each.number for each in tx.invoices(customer_id=customer_id)] == ["cl-0", "CL-9", "CL-10", "CL-1"]
            assert tx.invoice_numbers(customer_id=customer_id) == ("cl-0", "CL-9", "CL-10", "CL-1")
            assert [each.number for each in tx.invoices(customer_id=customer_id, limit=2)] == ["cl-0", "CL-9"]

    def test_are_chosen_by_kind_and_by_issue_date_with_an_exclusive_end(self, store: Store) -> None:
        customer_id = added_customer(store)
        add(
            store,
            document(customer_id, "A", issued_on=date(2026, 1, 1)),
            document(customer_id, "B", issued_on=date(2026, 1, 31)),
            document(customer_id, "C", issued_on=date(2026, 2, 1)),
            document(customer_id, "N", issued_on=date(2026, 1, 15), kind=DocumentKind.CREDIT_NOTE),
        )

        with store.ledger.begin() as tx:
            january = tx.invoices(
                customer_id=customer_id, kind=DocumentKind.INVOICE, issued_from=date(2026, 1, 1), issued_before=date(2026, 2, 1)
            )

        assert [each.number for each in january] == ["B", "A"]

    def test_have_lines_and_references_in_order(self, store: Store) -> None:
        issued = document(added_customer(store), "CL-1", references=("Z", "A"), lines=12)
        add(store, issued)

        with store.ledger.begin() as tx:
            read = tx.invoice_by_number("CL-1")

        assert [each.position for each in read.lines] == list(range(1, 13))
        assert read.billing_references == ("Z", "A")

    def test_known_by_number_are_refused_and_the_whole_batch_with_them(self, store: Store) -> None:
        customer_id = added_customer(store)
        add(store, document(customer_id, "CL-1"))

        with pytest.raises(Conflict):
            add(store, document(customer_id, "CL-2"), document(customer_id, "CL-1"))

        with store.ledger.begin() as tx:
            assert tx.invoice_numbers(customer_id=customer_id) == ("CL-1",)
            assert tx.invoice_fingerprints(["CL-1", "CL-2"]) == {"CL-1": "print of CL-1"}

    def test_of_a_customer_that_is_not_there_are_refused(self, store: Store) -> None:
        with pytest.raises(Conflict):
            add(store, document(new_customer_id(), "CL-1"))

    def test_too_large_to_store_are_refused(self, store: Store) -> None:
        with pytest.raises(InvalidInput):
            add(store, document(added_customer(store), "CL-1", payable="1" + "0" * 18))

    def test_with_an_amount_in_another_currency_are_refused(self, store: Store) -> None:
        mixed = replace(document(added_customer(store), "CL-1"), tax=Money(Decimal(1), "HUF"))

        with pytest.raises(CurrencyMismatch):
            add(store, mixed)

    def test_are_read_with_as_many_queries_for_fifty_as_for_one(self, store: Store) -> None:
        customer_id = added_customer(store)
        issued = [document(customer_id, f"CL-{number}", lines=3) for number in range(50)]
        add(store, *issued)
        asked: list[str] = []
        event.listen(store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))

        counts = []
        for limit in (1, 50):
            asked.clear()
            with store.ledger.begin() as tx:
                found = tx.invoices(customer_id=customer_id, limit=limit)
                tx.settlements(customer_id=customer_id, invoices=found)
            counts.append((len(found), len(asked)))

        assert counts == [(1, 5), (50, 5)]


class TestPayments:
    def test_are_set_against_their_invoices(self, store: Store) -> None:
        customer_id = added_customer(store)
        first, second = document(customer_id, "CL-1"), document(customer_id, "CL-2", payable="50")
        add(store, first, second)
        early = payment("p-1", "70", customer_id=customer_id, received_on=date(2026, 1, 20))
        late = payment("p-2", "30", customer_id=customer_id, received_on=date(2026, 2, 3))

        with store.ledger.begin() as tx:
            tx.add_payment(early, [allocation(early, first, "60"), allocation(early, second, "10")])
            tx.add_payment(late, [allocation(late, first, "30")])

        with store.ledger.begin() as tx:
            settled = tx.settlements(customer_id=customer_id, invoices=[first, second])
            assert (settled[first.id].paid, settled[first.id].last_paid_on) == (money("90.00"), date(2026, 2, 3))
            assert (settled[second.id].paid, settled[second.id].last_paid_on) == (money("10.00"), date(2026, 1, 20))
            assert tx.payments(customer_id=customer_id) == (late, early)
            assert tx.payments(customer_id=customer_id, limit=1) == (late,)

    def test_in_full_take_an_invoice_off_the_unsettled_ones(self, store: Store) -> None:
        customer_id = added_customer(store)
        later, sooner, paid_up = (
            document(customer_id, number, due_on=due_on)
            for number, due_on in (("CL-1", date(2026, 3, 1)), ("CL-2", date(2026, 2, 1)), ("CL-3", date(2026, 1, 1)))
        )
        add(store, later, sooner, paid_up)
        partly, fully = payment("p-1", "99.99"), payment("p-2")

        with store.ledger.begin() as tx:
            tx.add_payment(partly, [allocation(partly, later, "99.99")])
            tx.add_payment(fully, [allocation(fully, paid_up, "100")])

        with store.ledger.begin() as tx:
            assert [each.number for each in tx.unsettled_invoices(customer_id=customer_id)] == ["CL-2", "CL-1"]

    def test_of_a_known_reference_are_refused_and_leave_the_transaction_usable(self, store: Store) -> None:
        again = payment("p-1", "5")

        with store.ledger.begin() as tx:
            tx.add_payment(payment("p-1"), [])
            with pytest.raises(Conflict):
                tx.add_payment(again, [])
            tx.add_payment(payment("p-2"), [])

        with store.ledger.begin() as tx:
            assert tx.payment_references(["p-1", "p-2", "p-3"]) == {"p-1", "p-2"}

    def test_in_another_currency_than_the_invoice_are_refused(self, store: Store) -> None:
        issued = document(added_customer(store), "CL-1", currency="HUF")
        add(store, issued)
        paid = payment("p-1", "100", currency="EUR")

        with pytest.raises(CurrencyMismatch), store.ledger.begin() as tx:
            tx.add_payment(paid, [allocation(paid, issued, "100")])

        with store.ledger.begin() as tx:
            assert tx.payment_references(["p-1"]) == frozenset()

    def test_with_a_rest_are_listed_oldest_first_with_what_is_placed(self, store: Store) -> None:
        issued = document(added_customer(store), "CL-1")
        add(store, issued)
        placed = payment("p-1", "40")
        with_rest = replace(payment("p-2", "50", received_on=date(2026, 1, 9)), unallocated_reason="no_match")
        untouched = replace(payment("p-3", "60", received_on=date(2026, 1, 8)), unallocated_reason="no_match")

        with store.ledger.begin() as tx:
            tx.add_payment(placed, [allocation(placed, issued, "40")])
            tx.add_payment(with_rest, [allocation(with_rest, issued, "20")])
            tx.add_payment(untouched, [])

        with store.ledger.begin() as tx:
            assert tx.unallocated_payments() == ((untouched, ()), (with_rest, (allocation(with_rest, issued, "20"),)))

    def test_are_placed_later_with_customer_and_further_allocations(self, store: Store) -> None:
        owner = added_customer(store)
        first, second = document(owner, "CL-1"), document(owner, "CL-2")
        add(store, first, second)
        early = replace(payment("p-1", "150"), unallocated_reason="no_match")
        with store.ledger.begin() as tx:
            tx.add_payment(early, [allocation(early, first, "100")])
        placed = replace(early, customer_id=owner, unallocated_reason=None)

        with store.ledger.begin() as tx:
            tx.place_payment(placed, [allocation(early, second, "50")])

        with store.ledger.begin() as tx:
            assert tx.payments(customer_id=owner) == (placed,)
            assert tx.unallocated_payments() == ()
            assert [one.number for one in tx.unsettled_invoices(customer_id=owner)] == ["CL-2"]

    def test_that_are_not_there_cannot_be_placed(self, store: Store) -> None:
        with pytest.raises(Conflict), store.ledger.begin() as tx:
            tx.place_payment(payment("p-1"), [])


class TestFiles:
    def test_are_known_once_remembered_however_often(self, store: Store) -> None:
        at = datetime(2026, 3, 2, 9, tzinfo=UTC)
        with store.ledger.begin() as tx:
            known_before = tx.file_known(digest="ab" * 32)
            for name in ("a.xml", "copy of a.xml"):
                tx.remember_file(digest="ab" * 32, kind="invoices", name=name, at=at)

        with store.ledger.begin() as tx:
            assert (known_before, tx.file_known(digest="ab" * 32)) == (False, True)


class TestTransaction:
    def test_that_fails_leaves_nothing(self, store: Store) -> None:
        with suppress(ZeroDivisionError), store.ledger.begin() as tx:
            tx.save_customer(FULL_CUSTOMER)
            raise ZeroDivisionError

        with store.ledger.begin() as tx:
            assert tx.all_customers() == ()
