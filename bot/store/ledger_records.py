"""The ledger as staff look through it: customers page by page, numbers like the one typed, and where payments went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, exists, or_, select

from bot.billing.model import Customer, Payment
from bot.billing.ports import NumberHit, PlacedPart
from bot.shared.ids import CustomerId, PaymentId
from bot.shared.money import Money
from bot.store import rows
from bot.store.ledger_customers import CustomersTx
from bot.store.sql import batches, contains
from bot.store.tables import allocations, customer_contacts, customer_identifiers, customers, documents


class LedgerRecordsTx(CustomersTx):
    """The part of a ledger transaction that serves staff."""

    def customers_page(self, *, text: str, limit: int, offset: int = 0) -> tuple[Customer, ...]:
        """Return customers with ``text`` in number, name, a contact's name or address, or a tax number; by number; all when empty."""
        query: Select[Any] = select(customers)
        if text:
            contact = exists().where(
                customer_contacts.c.customer_id == customers.c.id,
                or_(contains(customer_contacts.c.name, text), contains(customer_contacts.c.email, text)),
            )
            conditions = [contains(customers.c.number, text), contains(customers.c.name, text), contact]
            if form := rows.lookup_form(text):
                known = exists().where(
                    customer_identifiers.c.customer_id == customers.c.id,
                    customer_identifiers.c.kind != rows.BANK_ACCOUNT,
                    customer_identifiers.c.lookup.startswith(form, autoescape=True),
                )
                conditions.append(known)
            query = query.where(or_(*conditions))
        return self._customers(self._connection.execute(query.order_by(customers.c.number).limit(limit).offset(offset)).all())

    def customers_with_contact(self, *, email: str) -> tuple[Customer, ...]:
        """Return the customers that have ``email`` among their contacts (compared without case), by number; may be empty."""
        with_it = select(customer_contacts.c.customer_id).where(customer_contacts.c.email.icontains(email, autoescape=True))
        query = select(customers).where(customers.c.id.in_(with_it)).order_by(customers.c.number)
        wanted = email.casefold()
        found = self._customers(self._connection.execute(query).all())
        return tuple(one for one in found if any(contact.email.casefold() == wanted for contact in one.contacts))

    def numbers_like(self, *, part: str, limit: int) -> tuple[NumberHit, ...]:
        """Return documents, whoever's they are, with ``part`` in their number, newest first."""
        query = (
            select(documents.c.number, documents.c.customer_id, documents.c.issued_on, customers.c.name)
            .join(customers, customers.c.id == documents.c.customer_id)
            .where(documents.c.number.contains(part.upper(), autoescape=True))
            .order_by(documents.c.issued_on.desc(), documents.c.number.desc())
            .limit(limit)
        )
        return tuple(
            NumberHit(number=row.number, customer_id=CustomerId(row.customer_id), customer_name=row.name, issued_on=row.issued_on)
            for row in self._connection.execute(query)
        )

    def placed(self, *, payments: Sequence[Payment]) -> Mapping[PaymentId, tuple[PlacedPart, ...]]:
        """Return which invoices each payment settled, by number, whoever's they are; every given id is a key."""
        parts: dict[PaymentId, tuple[PlacedPart, ...]] = {payment.id: () for payment in payments}
        for batch in batches(parts):
            query = (
                select(allocations, documents.c.number)
                .join(documents, documents.c.id == allocations.c.invoice_id)
                .where(allocations.c.payment_id.in_(batch))
                .order_by(documents.c.number)
            )
            for row in self._connection.execute(query):
                paid = PlacedPart(row.number, Money.from_minor(row.amount_minor, row.currency))
                parts[PaymentId(row.payment_id)] += (paid,)
        return parts
