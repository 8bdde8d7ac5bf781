"""The customer at a glance, for staff: standing, what is overdue and on which step, invoices, payments, subscriptions, contacts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.billing.model import Customer, DocumentKind, InvoiceView, OpenBalance, Payment, Subscription
from bot.billing.ports import InvoiceNotFound, Ledger, PlacedPart
from bot.billing.service import AmbiguousInvoice, Billing, views_of
from bot.conversations.collections import Collections
from bot.conversations.desk_model import BoardEntry
from bot.conversations.money_looks import MoneyLooks
from bot.conversations.ports import ConversationNotFound
from bot.conversations.records_model import Page
from bot.conversations.records_ports import RecordsStore
from bot.overdue.ladder import NoPolicy
from bot.overdue.model import LadderState
from bot.shared.ids import ConversationId, CustomerId
from bot.shared.money import Money
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may, require
from bot.support.model import Ticket

_INVOICES = 12
_PAYMENTS = 12
_CHATS = 20
_PAGE = 25


@dataclass(frozen=True, slots=True)
class OverdueInvoice:
    """An overdue invoice and where it is on the collections policy; ``ladder`` is None when no policy was in force for it."""

    view: InvoiceView
    ladder: LadderState | None


@dataclass(frozen=True, slots=True)
class PanelPayment:
    """A payment with where it went.

    Attributes:
        parts: By invoice number; may be empty.
        rest: What is not placed on an invoice.
    """

    payment: Payment
    parts: tuple[PlacedPart, ...]
    rest: Money


@dataclass(frozen=True, slots=True)
class PanelMoney:
    """What only those see who may see a customer's money.

    Attributes:
        overdue: Oldest due date first; may be empty.
        overdue_since: Day after the oldest due date that has passed, or None.
        invoices: The one at issue first, then the newest twelve.
        at_issue: Number of the invoice that the chat or ticket is about, if it is this customer's; else None.
        payments: Newest first, twelve at most.
        unplaced: Rests of the payments shown, one sum per currency; empty when all is placed.
    """

    balance: OpenBalance
    overdue: tuple[OverdueInvoice, ...]
    overdue_since: date | None
    invoices: tuple[InvoiceView, ...]
    at_issue: str | None
    payments: tuple[PanelPayment, ...]
    unplaced: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """All that a member of staff may see of a customer.

    Attributes:
        money: None when the member may not see it.
        subscriptions: All of them, by product; cancelled ones too.
        tickets: Newest first, closed ones too; empty when the member may not read tickets.
        chats: Newest first, twenty at most; empty when the member may not read chats.
    """

    customer: Customer
    money: PanelMoney | None
    subscriptions: tuple[Subscription, ...]
    tickets: tuple[Ticket, ...]
    chats: tuple[BoardEntry, ...]


class CustomerPanels:
    """Reads customers for staff. Every method names the permission it needs and raises PermissionMissing without it.

    Reading a customer's money leaves the audit entry ``money.read`` before anything is returned.
    """

    def __init__(self, *, ledger: Ledger, store: RecordsStore, billing: Billing, collections: Collections, looks: MoneyLooks) -> None:
        """Read from ``ledger`` and ``store``; ``looks`` takes down who looked at money."""
        self._ledger = ledger
        self._store = store
        self._billing = billing
        self._collections = collections
        self._looks = looks

    def find(self, *, by: StaffMember, text: str, page: int = 1) -> Page[Customer]:
        """Return a page of customers with ``text`` in number, name, contact or tax number, by number; 25 at most."""
        require(by, Permission.CUSTOMER_READ)
        with self._ledger.begin() as tx:
            found = tx.customers_page(text=text.strip(), limit=_PAGE + 1, offset=(page - 1) * _PAGE)
        return Page(found[:_PAGE], page, len(found) > _PAGE)

    def panel(
        self,
        *,
        by: StaffMember,
        customer_id: CustomerId,
        today: date,
        now: datetime,
        invoice: str | None = None,
        conversation_id: ConversationId | None = None,
    ) -> Panel:
        """Return the customer as ``by`` may see them.

        Args:
            invoice: Number of the invoice at issue, as typed; without one that of the conversation's newest ticket.

        Raises: CustomerNotFound, PermissionMissing, Unavailable (the look could not be taken down).
        """
        require(by, Permission.CUSTOMER_READ)
        customer = self._billing.customer(customer_id=customer_id)
        typed = invoice or (self._about(conversation_id, customer_id) if conversation_id else None)
        money = self._money(by, customer_id, typed, today, now) if may(by, Permission.MONEY_READ) else None
        with self._ledger.begin() as ledger:
            subscriptions = ledger.subscriptions(customer_id=customer_id)
        with self._store.begin() as tx:
            tickets = tx.tickets(customer_id=customer_id, include_closed=True, with_tasks=True) if may(by, Permission.TICKET_READ) else ()
            chats = tx.conversations_of(customer_id=customer_id, limit=_CHATS) if may(by, Permission.CHAT_READ) else ()
        return Panel(customer, money, subscriptions, tickets, chats)

    def invoice(self, *, by: StaffMember, customer_id: CustomerId, number: str, today: date, now: datetime) -> InvoiceView:
        """Return one document of the customer with its lines. Raises: InvoiceNotFound, AmbiguousInvoice, PermissionMissing."""
        require(by, Permission.CUSTOMER_READ)
        self._looks.take_down(by=by, customer_id=customer_id, now=now)
        return self._billing.invoice(customer_id=customer_id, typed_number=number, today=today)

    def _about(self, conversation_id: ConversationId, customer_id: CustomerId) -> str | None:
        """Return the invoice that the customer's conversation is about, or None."""
        with self._store.begin() as tx:
            try:
                conversation = tx.conversation(conversation_id)
            except ConversationNotFound:
                return None
            if conversation.customer_id != customer_id:
                return None
            named = (dict(ticket.about).get("invoice") for ticket in tx.tickets_of(conversation_id=conversation_id))
            return next((number for number in named if number), None)

    def _money(self, by: StaffMember, customer_id: CustomerId, typed: str | None, today: date, now: datetime) -> PanelMoney:
        self._looks.take_down(by=by, customer_id=customer_id, now=now)
        balance = self._billing.open_balance(customer_id=customer_id, today=today)
        with self._ledger.begin() as tx:
            newest = tx.invoices(customer_id=customer_id, limit=_INVOICES)
            views = views_of(tx, customer_id=customer_id, documents=newest, today=today)
            payments = tx.payments(customer_id=customer_id, limit=_PAYMENTS)
            parts = tx.placed(payments=payments)
        paid = tuple(PanelPayment(one, parts[one.id], _rest(one, parts[one.id])) for one in payments)
        at_issue = self._at_issue(customer_id, typed, today)
        if at_issue is not None:
            views = (at_issue, *(view for view in views if view.invoice.id != at_issue.invoice.id))
        overdue = tuple(
            OverdueInvoice(view, self._ladder(view, today))
            for view in balance.invoices
            if view.days_overdue and view.invoice.kind is DocumentKind.INVOICE
        )
        return PanelMoney(
            balance=balance,
            overdue=overdue,
            overdue_since=overdue[0].view.invoice.due_on + timedelta(days=1) if overdue else None,
            invoices=views,
            at_issue=at_issue.invoice.number if at_issue else None,
            payments=paid,
            unplaced=_sums([one.rest for one in paid]),
        )

    def _at_issue(self, customer_id: CustomerId, typed: str | None, today: date) -> InvoiceView | None:
        if not typed or not typed.strip():
            return None
        try:
            return self._billing.invoice(customer_id=customer_id, typed_number=typed, today=today)
        except (InvoiceNotFound, AmbiguousInvoice):
            return None

    def _ladder(self, view: InvoiceView, today: date) -> LadderState | None:
        try:
            return self._collections.ladder(view=view, today=today)
        except NoPolicy:
            return None


def _rest(payment: Payment, parts: tuple[PlacedPart, ...]) -> Money:
    rest = payment.amount
    for part in parts:
        rest = rest - part.amount
    return rest


def _sums(amounts: Sequence[Money]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for amount in amounts:
        if amount:
            sums[amount.currency] = sums.get(amount.currency, Money.zero(amount.currency)) + amount
    return tuple(sums[currency] for currency in sorted(sums))
