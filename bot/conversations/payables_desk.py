"""What the partner owes Microsoft, for those who may see it, and the warnings that they get in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.billing.microsoft import MicrosoftInvoice
from bot.billing.microsoft_records import MicrosoftRecords
from bot.billing.payables import CashWeek, Payable, PayableMark, PayableState, cash_calendar, payable_of, warning_for
from bot.billing.ports import Ledger, OpenDocument
from bot.conversations.desk_ports import Sentences
from bot.conversations.outbox import OutboxStore, OutgoingMail
from bot.shared.audit import AuditEntry
from bot.shared.errors import InvalidInput
from bot.shared.formats import show_date, show_money
from bot.shared.ids import CustomerId
from bot.shared.money import Money
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may, require
from bot.staff.ports import StaffStore

_MOST = 500
_PAGE = 2000
_BILLED_WITHIN = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class PayableRow:
    """A bill with what customers still owe of what it was for, one sum for each currency."""

    payable: Payable
    owed_by_customers: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class PayablesPage:
    """The bills, the earliest due first, paid ones last, and the weeks to come."""

    rows: tuple[PayableRow, ...]
    weeks: tuple[CashWeek, ...]
    read_at: datetime | None


class PayablesDesk:
    """Shows and marks what is owed to Microsoft. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, records: MicrosoftRecords, ledger: Ledger, outbox: OutboxStore, staff: StaffStore, sentences: Sentences) -> None:
        """Read Microsoft's bills from ``records``; warnings go to those of ``staff`` who may read them."""
        self._records = records
        self._ledger = ledger
        self._outbox = outbox
        self._staff = staff
        self._sentences = sentences

    def page(self, *, by: StaffMember, today: date, now: datetime) -> PayablesPage:
        """Return the page; that somebody read it is taken down."""
        require(by, Permission.PAYABLES_READ)
        items = list(self._open_items())
        with self._records.begin() as tx:
            tx.take_down(AuditEntry(now, by.id, "payables.read", "microsoft"))
            payables = self._payables(tx.invoices(limit=_MOST), dict(tx.payable_marks()), today)
            owners = {one.invoice.number: tx.owners_in(number=one.invoice.number) for one in payables if one.open_amount.amount}
            read_at = tx.state().finished_at
        rows = tuple(PayableRow(one, _owed(one, owners.get(one.invoice.number, frozenset()), items)) for one in payables)
        return PayablesPage(rows, cash_calendar(payables=payables, open_items=items, today=today), read_at)

    def mark(self, *, by: StaffMember, number: str, paid_on: date | None, disputed: bool, reason: str, today: date, now: datetime) -> None:
        """Note that a bill was paid on a day, or is disputed; neither takes both back.

        Raises: InvalidInput (a day to come, a dispute without a reason), NotFound, PermissionMissing.
        """
        require(by, Permission.PAYABLES_READ)
        if paid_on is not None and paid_on > today:
            raise InvalidInput("a payment cannot have been made on a day to come")
        if disputed and not reason.strip():
            raise InvalidInput("say what is disputed")
        with self._records.begin() as tx:
            before = dict(tx.payable_marks()).get(number) or PayableMark(number)
            since = before.disputed_on or today
            changed = replace(before, paid_on=paid_on, disputed_on=since if disputed else None, reason=reason.strip()[:500])
            tx.save_payable_mark(changed)
            deed = "paid" if paid_on else "disputed" if disputed else "reopened"
            tx.take_down(AuditEntry(now, by.id, f"payables.{deed}", "microsoft", (("number", number),)))

    def warn(self, *, today: date, now: datetime) -> int:
        """Write to those who may see payables about bills that are due soon or overdue, each warning once; return how many mails."""
        with self._records.begin() as tx:
            payables = self._payables(tx.invoices(limit=_MOST), dict(tx.payable_marks()), today)
        due = [(one, warning) for one in payables if (warning := warning_for(one)) is not None]
        if not due:
            return 0
        readers = [one for one in self._staff.list() if may(one, Permission.PAYABLES_READ)]
        count = 0
        with self._outbox.begin() as outbox:
            for payable, warning in due:
                for reader in readers:
                    count += outbox.queue_mail(self._mail(payable, warning, reader, now))
        return count

    def _mail(self, payable: Payable, warning: str, reader: StaffMember, now: datetime) -> OutgoingMail:
        values = {
            "number": payable.invoice.number,
            "amount": show_money(payable.open_amount, "en"),
            "due": show_date(payable.invoice.due_on, "en"),
            "days": str(abs(payable.days)),
            "danger": show_date(payable.danger_on, "en"),
        }
        name = "utter_payable_overdue" if payable.days < 0 else "utter_payable_due"
        subject = self._sentences.say("utter_payable_subject", "en", values).text
        key = f"payable-{payable.invoice.number}-{warning}-{reader.id}"
        return OutgoingMail(key, reader.email, subject, self._sentences.say(name, "en", values).text, now)

    def _payables(self, invoices: Iterable[MicrosoftInvoice], marks: dict[str, PayableMark], today: date) -> list[Payable]:
        found = [payable_of(invoice=one, mark=marks.get(one.number), today=today) for one in invoices]
        settled = (PayableState.PAID, PayableState.NOTHING_DUE)
        return sorted(found, key=lambda one: (one.state in settled, one.invoice.due_on, one.invoice.number))

    def _open_items(self) -> Iterator[OpenDocument]:
        after = ("", "")
        while True:
            with self._ledger.begin() as ledger:
                page = ledger.open_items_page(after=after, limit=_PAGE)
            if not page:
                return
            yield from page
            after = (page[-1].customer_id, page[-1].id)


def _owed(payable: Payable, owners: frozenset[CustomerId], items: list[OpenDocument]) -> tuple[Money, ...]:
    """Return what the customers on a bill still owe of invoices issued for about the same time."""
    start = payable.invoice.period_start or payable.invoice.issued_on - _BILLED_WITHIN
    end = (payable.invoice.period_end or payable.invoice.issued_on) + _BILLED_WITHIN
    sums: dict[str, Money] = {}
    for item in items:
        if item.customer_id in owners and start <= item.issued_on < end:
            currency = item.open_amount.currency
            sums[currency] = sums.get(currency, Money.zero(currency)) + item.open_amount
    return tuple(sums[currency] for currency in sorted(sums))
