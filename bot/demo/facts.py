"""The demo data by role, read back from the ledger: for tests, and for people who script the product."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot.billing.model import (
    BillingPlan,
    ChargeType,
    CommerceKind,
    Customer,
    DocumentKind,
    Invoice,
    InvoiceView,
    OpenBalance,
    Standing,
    Subscription,
    SubscriptionStatus,
)
from bot.billing.ports import CustomerNotFound
from bot.billing.standing import view
from bot.demo.cast import MAIN, OTHER, SUSPENDED
from bot.demo.people import PASSWORD, email_of
from bot.services import Services
from bot.shared.errors import NotFound
from bot.shared.ids import CustomerId
from bot.shared.money import Money, round_half_up
from bot.staff.model import Role
from bot.support.model import Ticket, TicketState

ShowAmount = Callable[[Money, str], str]
Fact = dict[str, Any]

# The new-commerce window, in days. Source: Partner Center, cancelling and reducing in the first seven days.
_WINDOW_DAYS = 7
_TICKET_WORDS = {
    TicketState.OPEN: ("open", "nyitott"),
    TicketState.IN_PROGRESS: ("in progress", "folyamatban"),
    TicketState.WAITING: ("waiting", "várakozik"),
    TicketState.CLOSED: ("closed", "lezárt"),
}


class NoDemoData(NotFound):
    """The ledger does not hold the demo data."""


def facts(*, services: Services, show_amount: ShowAmount, mail_folder: Path) -> Fact:
    """Return the demo data by role, ready for JSON: dates are ISO, amounts plain decimals such as ``1284.55``.

    A role that nothing plays any more, since days have passed after loading, is None and named under ``missing_roles``.

    Args:
        services: Of the database to read.
        show_amount: Writes an amount for people in a language, as the assistant does.
        mail_folder: Where the demo's mails land as files, the login codes among them.

    Raises:
        NoDemoData: The demo data is not in the database.
    """
    try:
        return _Facts(services, show_amount, mail_folder).all()
    except CustomerNotFound as error:
        raise NoDemoData("the demo data is not in this database; 'clearline demo load' puts it there") from error


class _Facts:
    """Reads roles from the ledger as of today."""

    def __init__(self, services: Services, show_amount: ShowAmount, mail_folder: Path) -> None:
        self._services = services
        self._show_amount = show_amount
        self._mail_folder = mail_folder
        self._today = services.today()

    def all(self) -> Fact:
        main, other = self._customer(MAIN), self._customer(OTHER)
        roles: Fact = {
            "today": self._today.isoformat(),
            "customer": self._person(main, verification=True),
            "suspended_customer": self._suspended(),
            "other_customer": self._person(other)
            | {"invoice": _first(map(self._invoice, self._invoices(other.id))), "ticket": self._open_ticket(other.id)},
            **self._invoice_roles(self._invoices(main.id)),
            **self._subscription_roles(self._active(main.id)),
            "open_ticket": self._open_ticket(main.id),
            "open_balance": self._balance(self._services.billing.open_balance(customer_id=main.id, today=self._today)),
            "staff": self._staff(),
        }
        return roles | {"missing_roles": sorted(role for role, fact in roles.items() if fact is None)}

    def _invoice_roles(self, views: Sequence[InvoiceView]) -> Fact:
        """Return the roles of invoices; ``views`` are the newest first."""
        by_standing = {"latest_open_invoice": Standing.OPEN, "overdue_invoice": Standing.OVERDUE, "paid_invoice": Standing.PAID}
        return {
            "latest_invoice": _first(map(self._invoice, views)),
            "previous_invoice": _first(map(self._invoice, views[1:])),
            **{role: _first(self._invoice(item) for item in views if item.standing is wanted) for role, wanted in by_standing.items()},
        }

    def _subscription_roles(self, active: Sequence[Subscription]) -> Fact:
        return {
            "active_subscription": _first(self._subscription(item) for item in active if item.term == "P1M" and item.quantity),
            "active_annual_subscription": _first(self._subscription(item) for item in active if item.billing_plan is BillingPlan.ANNUAL),
            "subscription_in_window": _first(self._subscription(item) for item in active if self._in_window(item)),
        }

    def _customer(self, number: str) -> Customer:
        return self._services.billing.customer_by_number(number=number)

    def _invoices(self, customer_id: CustomerId) -> list[InvoiceView]:
        with self._services.ledger.begin() as tx:
            found = tx.invoices(customer_id=customer_id, kind=DocumentKind.INVOICE)
            settled = tx.settlements(customer_id=customer_id, invoices=found)
        return [view(invoice=item, settlement=settled[item.id], today=self._today) for item in found]

    def _active(self, customer_id: CustomerId) -> list[Subscription]:
        found = self._services.billing.subscriptions(customer_id=customer_id)
        return [item for item in found if item.status is SubscriptionStatus.ACTIVE]

    def _in_window(self, item: Subscription) -> bool:
        return item.commerce is CommerceKind.NEW and item.bought_on > self._today - timedelta(days=_WINDOW_DAYS)

    def _person(self, customer: Customer, *, verification: bool = False) -> Fact:
        contacts = [{"name": contact.name, "email": contact.email, "language": contact.language} for contact in customer.contacts]
        fact: Fact = {
            "id": customer.id,
            "number": customer.number,
            "name": customer.name,
            "language": customer.language,
            "contacts": contacts,
        }
        if verification:
            fact["verification_answers"] = {
                "customer_number": customer.number,
                "contact_email": customer.contacts[0].email,
                "code": f"mailed to the contacts; the newest file in {self._mail_folder} has the six digits",
                "mail_folder": str(self._mail_folder),
            }
        return fact

    def _suspended(self) -> Fact:
        customer = self._customer(SUSPENDED)
        found = self._services.billing.subscriptions(customer_id=customer.id)
        stopped = [self._subscription(item) for item in found if item.status is SubscriptionStatus.SUSPENDED]
        owed = self._services.billing.open_balance(customer_id=customer.id, today=self._today)
        return self._person(customer) | {"subscriptions": stopped, "open_balance": self._balance(owed)}

    def _money(self, money: Money) -> Fact:
        shown = {language: self._show_amount(money, language) for language in ("en", "hu")}
        return {"amount": _plain(money), "currency": money.currency, "amount_text": shown}

    def _words(self, prefix: str, state: str) -> Fact:
        name = f"utter_part_{prefix}_{state}"
        return {"status": self._services.phrases.say(name, "en").text, "status_hu": self._services.phrases.say(name, "hu").text}

    def _invoice(self, item: InvoiceView) -> Fact:
        invoice: Invoice = item.invoice
        return {
            "id": invoice.id,
            "number": invoice.number,
            "kind": invoice.kind.value,
            **self._money(invoice.payable),
            "net": _plain(invoice.net),
            "tax": _plain(invoice.tax),
            "gross": _plain(invoice.gross),
            "open": self._money(item.open_amount),
            "issued_on": invoice.issued_on.isoformat(),
            "due_on": invoice.due_on.isoformat(),
            "paid_on": item.last_paid_on.isoformat() if item.last_paid_on else None,
            "days_overdue": item.days_overdue,
            **self._words("state", item.standing),
            "lines": [
                {
                    "charge_type": line.charge_type.value,
                    "product": line.product,
                    "net": _plain(line.net),
                    "gross": _plain(line.gross),
                }
                for line in invoice.lines
            ],
            "has_proration": any(line.charge_type is ChargeType.PRORATION for line in invoice.lines),
            "has_credit": any(line.charge_type is ChargeType.CREDIT for line in invoice.lines),
        }

    def _subscription(self, item: Subscription) -> Fact:
        return {
            "id": item.id,
            "product": item.product,
            "name": item.product,
            "quantity": item.quantity,
            "commerce": item.commerce.value,
            "term": item.term,
            "billing_plan": item.billing_plan.value,
            "bought_on": item.bought_on.isoformat(),
            "started_on": item.started_on.isoformat(),
            "renews_on": item.ends_on.isoformat() if item.ends_on and item.auto_renew else None,
            "ends_on": item.ends_on.isoformat() if item.ends_on else None,
            "suspended_on": item.suspended_on.isoformat() if item.suspended_on else None,
            **self._words("subscription", item.status),
        }

    def _open_ticket(self, customer_id: CustomerId) -> Fact | None:
        with self._services.conversation_store.begin() as tx:
            found = tx.tickets(customer_id=customer_id)
        return _first(self._ticket(ticket) for ticket in found if ticket.state is TicketState.OPEN)

    def _ticket(self, ticket: Ticket) -> Fact:
        english, hungarian = _TICKET_WORDS[ticket.state]
        return {
            "id": ticket.id,
            "number": ticket.number,
            "name": ticket.subject,
            "kind": ticket.kind.value,
            "opened_at": ticket.opened_at.isoformat(),
            "answer_by": ticket.answer_by.isoformat(),
            "status": english,
            "status_hu": hungarian,
        }

    def _balance(self, balance: OpenBalance) -> Fact:
        totals = [self._money(money) for money in balance.totals]
        numbers = [item.invoice.number for item in balance.invoices]
        # A demo customer is billed in one currency; scripts read its amount without looking into the list.
        single = totals[0] if len(totals) == 1 else {}
        overdue = [self._money(money) for money in balance.overdue_totals]
        return {**single, "totals": totals, "overdue_totals": overdue, "invoices": numbers, "count": len(numbers)}

    def _staff(self) -> Fact:
        members = {role: self._services.staff.by_email(email_of(role)) for role in Role}
        return {
            role.value: {"id": member.id, "name": member.name, "email": member.email, "role": role.value, "password": PASSWORD}
            for role, member in members.items()
        }


def _plain(money: Money) -> str:
    """Return the amount with the decimals of its currency, without separators."""
    return f"{round_half_up(money).amount:f}"


def _first(found: Iterable[Fact]) -> Fact | None:
    """Return the first of ``found``; None where time or people have moved on and nothing plays the part any more."""
    return next(iter(found), None)
