"""Collections as the desk shows and steers them: ageing, cases, holds, and what came back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.billing.model import Customer
from bot.billing.ports import InvoiceNotFound, Ledger, OpenDocument
from bot.conversations.collections import Collections
from bot.conversations.collections_ports import CollectionsStore
from bot.overdue.ageing import Ageing, ageing_of
from bot.overdue.ladder import course
from bot.overdue.model import DatedStep, HoldKind
from bot.overdue.ports import HoldRecord, HoldState, SuspensionRecord
from bot.overdue.standing import StandingCase
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import CustomerId, new_hold_id
from bot.shared.money import Money
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require

_PAGE = 2000
_MOST_ROWS = 100
_MOST_HOLDS = 200
_LONGEST_HOLD = timedelta(days=120)
_RECOVERED_DAYS = 90


@dataclass(frozen=True, slots=True)
class OverdueBoard:
    """The collections page.

    Attributes:
        names: Customers by id, for the rows shown.
        steps: How many open invoices have which step as their latest, by the step's key.
        holds: Active ones, those that end first at the beginning, each with its invoice's number.
        recovered: What was paid in the last 90 days on invoices after a notice about them, one sum for each currency.
    """

    ageing: Ageing
    names: dict[CustomerId, Customer]
    steps: tuple[tuple[str, int], ...]
    holds: tuple[tuple[HoldRecord, str], ...]
    recovered: tuple[Money, ...]
    recovered_since: date


@dataclass(frozen=True, slots=True)
class CustomerCollections:
    """One customer's open invoices with their whole course, holds and suspensions."""

    customer: Customer
    cases: tuple[tuple[StandingCase, tuple[DatedStep, ...]], ...]
    suspensions: tuple[SuspensionRecord, ...]


class CollectionsDesk:
    """Shows and steers collections. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, store: CollectionsStore, ledger: Ledger, collections: Collections) -> None:
        """Read from ``store`` and ``ledger``; where a case stands is what ``collections`` say."""
        self._store = store
        self._ledger = ledger
        self._collections = collections

    def board(self, *, by: StaffMember, today: date, now: datetime) -> OverdueBoard:
        """Return the page of all customers; that somebody read it is taken down."""
        require(by, Permission.MONEY_READ)
        items = self._open_items()
        ageing = ageing_of(items=items, today=today)
        numbers = {item.id: item.number for item in items}
        since = today - timedelta(days=_RECOVERED_DAYS)
        with self._store.begin() as tx:
            tx.take_down(AuditEntry(now, by.id, "money.read_overdue", "everybody"))
            latest = tx.latest_steps(invoice_ids=numbers)
            holds = tx.holds(kinds=tuple(HoldKind), limit=_MOST_HOLDS)
            recovered = tx.recovered(since=since)
        shown = {row.customer_id for row in ageing.rows[:_MOST_ROWS]} | {hold.customer_id for hold in holds}
        with self._ledger.begin() as ledger:
            names = {one: ledger.customer(one) for one in shown}
        return OverdueBoard(
            ageing=replace(ageing, rows=ageing.rows[:_MOST_ROWS]),
            names=names,
            steps=latest,
            holds=tuple((hold, numbers.get(hold.invoice_id, "settled")) for hold in holds),
            recovered=recovered,
            recovered_since=since,
        )

    def ageing(self, *, by: StaffMember, today: date, now: datetime) -> tuple[Ageing, dict[CustomerId, Customer]]:
        """Return the whole ageing report, for a file; that somebody read it is taken down."""
        require(by, Permission.MONEY_READ)
        report = ageing_of(items=self._open_items(), today=today)
        with self._store.begin() as tx:
            tx.take_down(AuditEntry(now, by.id, "money.read_overdue", "everybody"))
        with self._ledger.begin() as ledger:
            return report, {row.customer_id: ledger.customer(row.customer_id) for row in report.rows}

    def of_customer(self, *, by: StaffMember, customer_id: CustomerId, today: date, now: datetime) -> CustomerCollections:
        """Return one customer's cases; that somebody read them is taken down. Raises: CustomerNotFound."""
        require(by, Permission.MONEY_READ)
        with self._ledger.begin() as ledger:
            customer = ledger.customer(customer_id)
        cases = self._collections.cases_of(customer_id=customer_id, today=today)
        with self._store.begin() as tx:
            tx.take_down(AuditEntry(now, by.id, "money.read", customer_id))
            suspensions = tx.suspensions_of(customer_id=customer_id)
        return CustomerCollections(
            customer, tuple((one, course(case=one.case, policy=one.policy, today=today)) for one in cases), suspensions
        )

    def hold(
        self, *, by: StaffMember, customer_id: CustomerId, number: str, until: date | None, reason: str, today: date, now: datetime
    ) -> None:
        """Let the ladder of an invoice stand still until a day, that day included.

        Raises:
            InvalidInput: There is no reason, or the day is past or too far ahead.
            InvoiceNotFound: Nothing is open under that number.
            PermissionMissing.
        """
        require(by, Permission.SUSPENSION_APPROVE)
        if not reason.strip():
            raise InvalidInput("say why nothing is to happen; the reason stays with the invoice")
        if until is None or not today <= until <= today + _LONGEST_HOLD:
            raise InvalidInput(f"give a day from today to {(today + _LONGEST_HOLD).isoformat()}")
        item = self._item(customer_id, number)
        hold = HoldRecord(
            new_hold_id(), customer_id, item.id, HoldKind.BY_HAND, today, until, HoldState.ACTIVE, by.id, now, reason.strip()[:500]
        )
        with self._store.begin() as tx:
            tx.add_hold(hold)
            tx.take_down(AuditEntry(now, by.id, "overdue.held", customer_id, (("invoice", item.id),)))

    def lift(self, *, by: StaffMember, customer_id: CustomerId, hold_id: str, now: datetime) -> None:
        """Let the ladder go on. Raises: Conflict (no such hold is active), PermissionMissing."""
        require(by, Permission.SUSPENSION_APPROVE)
        ids = [item.id for item in self._open_items(customer_id)]
        with self._store.begin() as tx:
            found = next((one for one in tx.holds_of(invoice_ids=ids) if one.id == hold_id and one.state is HoldState.ACTIVE), None)
            if found is None:
                raise Conflict("this is no longer held")
            tx.save_hold(replace(found, state=HoldState.LIFTED))
            tx.take_down(AuditEntry(now, by.id, "overdue.lifted", customer_id, (("invoice", found.invoice_id),)))

    def _item(self, customer_id: CustomerId, number: str) -> OpenDocument:
        found = next((item for item in self._open_items(customer_id) if item.number == number.strip()), None)
        if found is None:
            raise InvoiceNotFound("nothing is open under that number")
        return found

    def _open_items(self, customer_id: CustomerId | None = None) -> list[OpenDocument]:
        found: list[OpenDocument] = []
        after = (customer_id or "", "")
        while True:
            with self._ledger.begin() as ledger:
                page = ledger.open_items_page(after=after, limit=_PAGE, customer_id=customer_id)
            if not page:
                return found
            found += page
            after = (page[-1].customer_id, page[-1].id)
