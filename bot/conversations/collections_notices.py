"""What customers are written because of an unpaid invoice: true figures, the day on which access stops, how to pay. Never a threat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.billing.model import Customer
from bot.billing.partner import Partner
from bot.conversations.collections_ports import CollectionsTx
from bot.conversations.desk_model import Topic
from bot.conversations.desk_ports import Sentences
from bot.conversations.model import Reply, Sender
from bot.conversations.outbox import OutgoingMail
from bot.overdue.model import Channel, StepKind
from bot.overdue.standing import StandingCase
from bot.overdue.suspending import Suspension
from bot.shared.formats import show_date, show_money
from bot.shared.money import Money

_CHAT_WITHIN = timedelta(days=60)
# Each letter with its subject.
_SUBJECTS = {
    "utter_notice_coming_due": "utter_notice_coming_due_subject",
    "utter_notice_reminder": "utter_notice_reminder_subject",
    "utter_notice_second": "utter_notice_second_subject",
    "utter_notice_final": "utter_notice_final_subject",
    "utter_notice_suspended": "utter_notice_suspended_subject",
    "utter_notice_suspended_plain": "utter_notice_suspended_plain_subject",
    "utter_notice_restored": "utter_notice_restored_subject",
    "utter_notice_restored_partly": "utter_notice_restored_partly_subject",
    "utter_notice_not_restored": "utter_notice_not_restored_subject",
}
_NAMES = {
    StepKind.REMINDER: "utter_notice_reminder",
    StepKind.NOTICE: "utter_notice_second",
    StepKind.FINAL_NOTICE: "utter_notice_final",
}


class CollectionsNotices:
    """Writes notices. To be called within the transaction of the step; each ``key`` is written once."""

    def __init__(self, *, sentences: Sentences, partner: Partner) -> None:
        """Say ``sentences`` in the name of ``partner``."""
        self._sentences = sentences
        self._partner = partner

    def send(
        self,
        tx: CollectionsTx,
        *,
        customer: Customer,
        kind: StepKind,
        cases: Sequence[StandingCase],
        channels: frozenset[str],
        today: date,
        now: datetime,
    ) -> None:
        """Write a reminder, notice or final notice about ``cases``, all of one customer."""
        items = [one.case.item for one in cases]
        is_late = any(item.due_on < today for item in items)
        name = _NAMES[kind] if is_late or kind is not StepKind.REMINDER else "utter_notice_coming_due"
        lines = [(item.number, item.open_amount, item.due_on) for item in items]
        stops = [one.state.access_stops_on for one in cases if one.state.access_stops_on is not None]
        key = f"notice-{customer.id}-{kind.value}-{today.isoformat()}"
        values = self._values(customer, lines)
        values["stop"] = show_date(min(stops), customer.language) if stops else ""
        if not stops and kind is StepKind.FINAL_NOTICE:
            name = "utter_notice_second"
        self._write(tx, customer, name=name, values=values, key=key, channels=channels, now=now)

    def suspended(self, tx: CollectionsTx, *, customer: Customer, suspension: Suspension, now: datetime) -> None:
        """Tell that access has stopped, why, and what brings it back."""
        values = self._values(customer, suspension.invoices) | {"products": _products(suspension)}
        risk = suspension.data_at_risk_on
        values["kept"] = show_date(risk - timedelta(days=1), customer.language) if risk is not None else ""
        name = "utter_notice_suspended" if risk is not None else "utter_notice_suspended_plain"
        self._write(tx, customer, name=name, values=values, key=f"{suspension.id}-suspended", channels=_BOTH, now=now)

    def restored(self, tx: CollectionsTx, *, customer: Customer, suspension: Suspension, now: datetime) -> None:
        """Tell that access is back, and what could not be put back."""
        back = ", ".join(sorted({item.product for item in suspension.affected if item.restored_at is not None}))
        lost = ", ".join(sorted({item.product for item in suspension.affected if item.lost}))
        name = "utter_notice_restored" if not lost else "utter_notice_restored_partly" if back else "utter_notice_not_restored"
        values = {"products": back, "lost": lost, "partner": self._partner.name}
        self._write(tx, customer, name=name, values=values, key=f"{suspension.id}-restored", channels=_BOTH, now=now)

    def _values(self, customer: Customer, invoices: Sequence[tuple[str, Money, date]]) -> dict[str, str]:
        language = customer.language
        rows = [f"- {number}: {show_money(amount, language)} ({show_date(due, language)})" for number, amount, due in invoices]
        totals: dict[str, Money] = {}
        for _, amount, _ in invoices:
            totals[amount.currency] = totals.get(amount.currency, Money.zero(amount.currency)) + amount
        accounts = [
            f"{account.printed_iban} ({account.currency}, {account.bank})"
            for currency in sorted(totals)
            for account in self._partner.accounts_for(currency)
        ]
        return {
            "lines": "\n".join(rows),
            "total": " + ".join(show_money(totals[currency], language) for currency in sorted(totals)),
            "accounts": "\n".join(dict.fromkeys(accounts)),
            "reference": self._partner.payment_reference.say(language),
            "partner": self._partner.name,
        }

    def _write(
        self,
        tx: CollectionsTx,
        customer: Customer,
        *,
        name: str,
        values: Mapping[str, str],
        key: str,
        channels: frozenset[str],
        now: datetime,
    ) -> None:
        said = self._sentences.say(name, customer.language, values)
        if Channel.MAIL.value in channels and customer.contacts:
            subject = self._sentences.say(_SUBJECTS[name], customer.language, values).text
            tx.queue_mail(OutgoingMail(key, customer.contacts[0].email, subject, said.text, now))
        chat = tx.chat_of(customer_id=customer.id, since=now - _CHAT_WITHIN) if Channel.CHAT.value in channels else None
        if chat is not None and tx.message_by_client_id(conversation_id=chat, client_id=key) is None:
            reply = Reply(Sender.SYSTEM, said.text, customer.language, said.buttons)
            tx.append(conversation_id=chat, reply=reply, at=now, client_id=key)
            tx.touch(topic=Topic.CHAT, conversation_id=chat, at=now)


_BOTH = frozenset({Channel.MAIL.value, Channel.CHAT.value})


def _products(suspension: Suspension) -> str:
    return ", ".join(sorted({item.product for item in suspension.affected if item.suspended_at is not None}))
