"""Questions about one customer's money, answered from the ledger. Every function is bound to a customer."""

from __future__ import annotations

from datetime import date

from bot.billing import invoice_number
from bot.billing.model import Customer, DocumentKind, Invoice, InvoiceView, OpenBalance, Settlement, Subscription, SubscriptionStatus
from bot.billing.ports import InvoiceNotFound, Ledger, LedgerTx
from bot.billing.standing import view
from bot.shared.errors import NotFound
from bot.shared.ids import CustomerId
from bot.shared.money import Money


class NoInvoices(NotFound):
    """The customer has no invoice (in the period asked for)."""


class AmbiguousInvoice(NotFound):
    """A loosely typed number fits several of the customer's invoices.

    Attributes:
        numbers: The numbers that fit, newest first.
    """

    def __init__(self, numbers: tuple[str, ...]) -> None:
        super().__init__("the number fits several invoices")
        self.numbers = numbers


class Billing:
    """Reads the ledger for one customer at a time."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def customer(self, *, customer_id: CustomerId) -> Customer:
        """Return the customer. Raises: CustomerNotFound."""
        with self._ledger.begin() as tx:
            return tx.customer(customer_id)

    def customer_by_number(self, *, number: str) -> Customer:
        """Return the customer with that number; for staff and the command line. Raises: CustomerNotFound."""
        with self._ledger.begin() as tx:
            return tx.customer_by_number(number)

    def latest_invoice(self, *, customer_id: CustomerId, today: date) -> InvoiceView:
        """Return the newest invoice. Raises: NoInvoices."""
        with self._ledger.begin() as tx:
            found = tx.invoices(customer_id=customer_id, kind=DocumentKind.INVOICE, limit=1)
            if not found:
                raise NoInvoices("the customer has no invoice yet")
            return views_of(tx, customer_id=customer_id, documents=found, today=today)[0]

    def invoice(self, *, customer_id: CustomerId, typed_number: str, today: date) -> InvoiceView:
        """Return the customer's invoice or credit note that ``typed_number`` means, however it is typed.

        Raises:
            InvoiceNotFound: None of the customer's documents has such a number (another customer's looks the same).
            AmbiguousInvoice: Several have.
        """
        with self._ledger.begin() as tx:
            fits = invoice_number.resolve(typed_number, tx.invoice_numbers(customer_id=customer_id))
            if not fits:
                raise InvoiceNotFound("no such invoice")
            if len(fits) > 1:
                raise AmbiguousInvoice(tuple(fits))
            found = tx.invoice(customer_id=customer_id, number=fits[0])
            return views_of(tx, customer_id=customer_id, documents=(found,), today=today)[0]

    def neighbour(self, *, customer_id: CustomerId, number: str, step: int, today: date) -> InvoiceView:
        """Return the invoice issued ``step`` places after (positive) or before (negative) the one with ``number``.

        Raises:
            InvoiceNotFound: ``number`` is not the customer's.
            NoInvoices: There is none in that direction.
        """
        with self._ledger.begin() as tx:
            ordered = tx.invoices(customer_id=customer_id, kind=DocumentKind.INVOICE)
            places = {document.number: place for place, document in enumerate(ordered)}
            if number not in places:
                raise InvoiceNotFound("no such invoice")
            wanted = places[number] - step
            if not 0 <= wanted < len(ordered):
                raise NoInvoices("there is none in that direction")
            return views_of(tx, customer_id=customer_id, documents=(ordered[wanted],), today=today)[0]

    def invoices(
        self, *, customer_id: CustomerId, today: date, issued_from: date | None = None, issued_before: date | None = None, limit: int = 12
    ) -> tuple[InvoiceView, ...]:
        """Return invoices issued in the period (end exclusive), newest first, at most ``limit``. Raises: NoInvoices."""
        with self._ledger.begin() as tx:
            found = tx.invoices(
                customer_id=customer_id, kind=DocumentKind.INVOICE, issued_from=issued_from, issued_before=issued_before, limit=limit
            )
            if not found:
                raise NoInvoices("no invoice in that period")
            return views_of(tx, customer_id=customer_id, documents=found, today=today)

    def open_balance(self, *, customer_id: CustomerId, today: date) -> OpenBalance:
        """Return all the customer still owes, oldest due date first. Nothing owed is an empty balance."""
        with self._ledger.begin() as tx:
            found = tx.unsettled_invoices(customer_id=customer_id)
            views = views_of(tx, customer_id=customer_id, documents=found, today=today)
        still_open = tuple(item for item in views if item.open_amount)
        return OpenBalance(
            invoices=still_open,
            totals=_sums(still_open),
            overdue_totals=_sums(tuple(item for item in still_open if item.days_overdue)),
        )

    def subscriptions(self, *, customer_id: CustomerId) -> tuple[Subscription, ...]:
        """Return the customer's subscriptions that are not cancelled, by product; may be empty."""
        with self._ledger.begin() as tx:
            found = tx.subscriptions(customer_id=customer_id)
        return tuple(item for item in found if item.status is not SubscriptionStatus.CANCELLED)


def views_of(tx: LedgerTx, *, customer_id: CustomerId, documents: tuple[Invoice, ...], today: date) -> tuple[InvoiceView, ...]:
    """Return the customer's documents with where each stands, in the order given."""
    settled = tx.settlements(customer_id=customer_id, invoices=documents)
    nothing = {item.id: Settlement(Money.zero(item.currency), Money.zero(item.currency)) for item in documents}
    return tuple(view(invoice=item, settlement=settled.get(item.id, nothing[item.id]), today=today) for item in documents)


def _sums(views: tuple[InvoiceView, ...]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for item in views:
        currency = item.open_amount.currency
        sums[currency] = sums.get(currency, Money.zero(currency)) + item.open_amount
    return tuple(sums[currency] for currency in sorted(sums))
