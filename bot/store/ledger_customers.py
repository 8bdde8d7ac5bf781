"""Customers and subscriptions in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from bot.billing.model import Customer, Subscription
from bot.billing.ports import CustomerNotFound, Saved
from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId
from bot.store import rows
from bot.store.sql import batches, grouped
from bot.store.tables import customer_contacts, customer_identifiers, customers, subscriptions


class CustomersTx:
    """The part of a ledger transaction that knows customers and their subscriptions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def customer(self, customer_id: CustomerId) -> Customer:
        """Return the customer. Raises: CustomerNotFound."""
        return self._customer(customers.c.id == customer_id)

    def customer_by_number(self, number: str) -> Customer:
        """Return the customer with that number (compared upper-case, trimmed). Raises: CustomerNotFound."""
        return self._customer(customers.c.number == number.strip().upper())

    def all_customers(self) -> tuple[Customer, ...]:
        """Return every customer, by number."""
        return self._customers(self._connection.execute(select(customers).order_by(customers.c.number)).all())

    def find_customer(self, *, identifiers: Iterable[str]) -> Customer:
        """Return the one customer known under any of these; compared upper-case without spaces and punctuation.

        Raises:
            CustomerNotFound: Nobody is, or two different customers are.
        """
        wanted = sorted({form for identifier in identifiers if (form := rows.lookup_form(identifier))})
        found = self._connection.scalars(
            select(customer_identifiers.c.customer_id)
            .where(customer_identifiers.c.lookup.in_(wanted), customer_identifiers.c.kind != rows.BANK_ACCOUNT)
            .distinct()
            .limit(2)
        ).all()
        if len(found) != 1:
            raise CustomerNotFound("no customer, or more than one, is known under these identifiers")
        return self.customer(CustomerId(found[0]))

    def save_customer(self, customer: Customer) -> Saved:
        """Insert or update by ``number``; an update keeps the stored id and compares everything else."""
        wanted = replace(customer, number=customer.number.strip().upper())
        try:
            stored = self.customer_by_number(wanted.number)
        except CustomerNotFound:
            self._connection.execute(insert(customers), rows.customer_values(wanted))
            self._add_details(wanted)
            return Saved.ADDED
        wanted = replace(wanted, id=stored.id)
        if wanted == stored:
            return Saved.UNCHANGED
        self._connection.execute(update(customers).where(customers.c.id == stored.id).values(rows.customer_values(wanted)))
        for table in (customer_contacts, customer_identifiers):
            self._connection.execute(delete(table).where(table.c.customer_id == stored.id))
        self._add_details(wanted)
        return Saved.CHANGED

    def subscriptions(self, *, customer_id: CustomerId) -> tuple[Subscription, ...]:
        """Return the customer's subscriptions, by product name then id."""
        found = self._connection.execute(select(subscriptions).where(subscriptions.c.customer_id == customer_id))
        return tuple(sorted(map(rows.subscription_from, found), key=lambda subscription: (subscription.product, subscription.id)))

    def save_subscription(self, subscription: Subscription) -> Saved:
        """Insert or update by ``id``. Raises: Conflict when the stored one belongs to another customer."""
        values = rows.subscription_values(subscription)
        stored = self._connection.execute(select(subscriptions).where(subscriptions.c.id == subscription.id)).one_or_none()
        if stored is None:
            self._connection.execute(insert(subscriptions), values)
            return Saved.ADDED
        if stored.customer_id != subscription.customer_id:
            raise Conflict(f"subscription {subscription.id} belongs to another customer")
        if rows.subscription_from(stored) == subscription:
            return Saved.UNCHANGED
        self._connection.execute(update(subscriptions).where(subscriptions.c.id == subscription.id).values(values))
        return Saved.CHANGED

    def _customer(self, condition: ColumnElement[bool]) -> Customer:
        found = self._customers(self._connection.execute(select(customers).where(condition)).all())
        if not found:
            raise CustomerNotFound("no such customer")
        return found[0]

    def _customers(self, found: Iterable[Row[Any]]) -> tuple[Customer, ...]:
        loaded: list[Customer] = []
        for batch in batches(found):
            ids = [row.id for row in batch]
            contacts, identifiers = (
                grouped(
                    self._connection.execute(select(table).where(table.c.customer_id.in_(ids)).order_by(table.c.position)).all(),
                    "customer_id",
                )
                for table in (customer_contacts, customer_identifiers)
            )
            loaded.extend(rows.customer_from(row, contacts.get(row.id, []), identifiers.get(row.id, [])) for row in batch)
        return tuple(loaded)

    def _add_details(self, customer: Customer) -> None:
        for table, values in ((customer_contacts, rows.contact_values(customer)), (customer_identifiers, rows.identifier_values(customer))):
            if values:
                self._connection.execute(insert(table), values)
