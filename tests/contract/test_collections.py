"""Collections run by run on both databases: each notice once and in order, whatever ends the program between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.collections import Collections, NotBegun
from bot.conversations.collections_notices import CollectionsNotices
from bot.conversations.model import Reply, Sender, VerifiedBy
from bot.conversations.outbox import Outbox
from bot.conversations.service import Conversations
from bot.conversations.staff_tasks import StaffTasks
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.overdue.model import HoldKind
from bot.overdue.ports import HoldRecord, HoldState
from bot.overdue.suspending import SuspensionState
from bot.shared.ids import ConversationId, CustomerId, new_hold_id
from bot.store import Store
from tests.builders import add, allocation, document, payment, subscription
from tests.contract.desk_things import ROOT

KNOWLEDGE = load_knowledge(ROOT / "knowledge")
PHRASES = Phrasebook.load(ROOT / "data" / "responses")
DUE = date(2026, 3, 10)
CUSTOMER = Customer(
    CustomerId("cus_minta"), "C-1", "Minta Kft.", language="hu", contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),)
)
INVOICE = document(CUSTOMER.id, "CL-1", payable="412.50", issued_on=date(2026, 2, 10), due_on=DUE)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Run:
    """A store with one customer who does not pay, and what collections do to them day by day."""

    store: Store
    sent: dict[str, str]

    @property
    def collections(self) -> Collections:
        return self.collections_over(self.store.conversations)

    def collections_over(self, conversations: object) -> Collections:
        return Collections(
            store=conversations,  # type: ignore[arg-type]
            ledger=self.store.ledger,
            policies=KNOWLEDGE.collections,
            notices=CollectionsNotices(sentences=PHRASES, partner=KNOWLEDGE.partner),
            tasks=StaffTasks(store=self.store.conversations, offering=KNOWLEDGE.offering),
        )

    def send(self, *, to: str, subject: str, body: str, idempotency_key: str) -> None:
        assert idempotency_key not in self.sent
        self.sent[idempotency_key] = f"{subject}\n{body}"

    def day(self, day: date) -> None:
        now = datetime.combine(day, time(9), UTC)
        self.collections.plan(today=day, now=now)
        self.collections.carry_out(today=day, now=now)
        Outbox(store=self.store.conversations, mailer=self).send_due(now=now)

    def days(self, first: date, last: date) -> None:
        for after in range((last - first).days + 1):
            self.day(first + timedelta(days=after))

    def letters(self) -> list[tuple[str, str]]:
        """Return kind and day of each mail, in order."""
        return [(key.split("-")[2], key.split("-", 3)[3]) for key in self.sent]

    def pay(self, amount: str) -> None:
        received = payment("bank-1", amount, customer_id=CUSTOMER.id)
        with self.store.ledger.begin() as tx:
            tx.add_payment(received, [allocation(received, INVOICE, amount)])

    def hold(self, kind: HoldKind, since: date, until: date | None) -> None:
        now = datetime.combine(since, time(9), UTC)
        with self.store.conversations.begin() as tx:
            tx.add_hold(HoldRecord(new_hold_id(), CUSTOMER.id, INVOICE.id, kind, since, until, HoldState.ACTIVE, "bot", now))


@pytest.fixture
def run(store: Store) -> Run:
    with store.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
        tx.save_subscription(subscription(CUSTOMER.id))
    add(store, INVOICE)
    return Run(store, {})


class TestLetters:
    def test_come_in_order_each_on_its_day_and_once(self, run: Run) -> None:
        run.days(DUE - timedelta(days=8), DUE + timedelta(days=29))

        assert run.letters() == [
            ("reminder", "2026-03-05"),
            ("reminder", "2026-03-13"),
            ("notice", "2026-03-20"),
            ("final_notice", "2026-03-30"),
        ]
        final = list(run.sent.values())[-1]
        assert "412,50" in final
        assert "2026. április 9." in final
        assert final.startswith("Utolsó felszólítás")

    def test_of_a_worker_that_was_down_for_weeks_all_come_and_leave_the_time_to_answer(self, run: Run) -> None:
        run.days(DUE + timedelta(days=40), DUE + timedelta(days=60))

        assert [kind for kind, _ in run.letters()] == ["reminder", "notice", "final_notice"]
        with run.store.conversations.begin() as tx:
            (proposed,) = tx.suspensions_of(customer_id=CUSTOMER.id)
        assert proposed.suspension.state is SuspensionState.PROPOSED
        final = date.fromisoformat(run.letters()[-1][1])
        assert proposed.suspension.proposed_at.date() - final == timedelta(days=10)

    def test_stop_when_it_is_paid_and_go_on_where_they_were_when_the_payment_is_taken_back(self, run: Run) -> None:
        run.days(DUE, DUE + timedelta(days=4))
        run.pay("412.50")
        run.days(DUE + timedelta(days=5), DUE + timedelta(days=15))
        assert [kind for kind, _ in run.letters()] == ["reminder"]

        with run.store.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM allocations")
            connection.exec_driver_sql("UPDATE documents SET open_minor = payable_minor")
        run.days(DUE + timedelta(days=16), DUE + timedelta(days=30))

        assert [kind for kind, _ in run.letters()] == ["reminder", "notice", "final_notice"]

    def test_of_so_little_that_it_is_not_worth_it_do_not_come(self, run: Run) -> None:
        run.pay("408.50")

        run.days(DUE - timedelta(days=8), DUE + timedelta(days=60))

        assert run.letters() == []

    def test_wait_for_a_promise_and_go_on_when_it_is_broken(self, run: Run) -> None:
        run.days(DUE, DUE + timedelta(days=5))
        run.hold(HoldKind.PROMISE, DUE + timedelta(days=5), DUE + timedelta(days=15))
        run.days(DUE + timedelta(days=6), DUE + timedelta(days=18))

        assert run.letters() == [("reminder", "2026-03-13"), ("notice", "2026-03-26")]
        with run.store.conversations.begin() as tx:
            (promise,) = tx.holds_of(invoice_ids=[INVOICE.id])
        assert promise.state is HoldState.BROKEN

    def test_of_a_disputed_invoice_wait_for_its_end(self, run: Run) -> None:
        run.hold(HoldKind.DISPUTE, DUE + timedelta(days=1), None)

        run.days(DUE, DUE + timedelta(days=90))

        assert run.letters() == []

    def test_that_went_out_elsewhere_are_not_sent_again(self, run: Run) -> None:
        today = DUE + timedelta(days=12)
        assert run.collections.adopt(until=today, now=datetime.combine(today, time(9), UTC)) == 3

        run.days(today, DUE + timedelta(days=25))

        assert [kind for kind, _ in run.letters()] == ["final_notice"]

    def test_do_not_begin_by_themselves_where_some_may_have_gone_out_before(self, run: Run) -> None:
        run.collections.check_begun(today=DUE)
        with pytest.raises(NotBegun, match="adopt"):
            run.collections.check_begun(today=DUE + timedelta(days=5))

        run.collections.adopt(until=DUE + timedelta(days=5), now=_at(DUE))

        run.collections.check_begun(today=DUE + timedelta(days=5))

    def test_reach_the_chat_in_which_the_customer_wrote(self, run: Run) -> None:
        now = datetime.combine(DUE, time(9), UTC)
        chat = _chat(run.store, now)

        run.days(DUE, DUE + timedelta(days=4))

        with run.store.conversations.begin() as tx:
            said = [message.text for message in tx.messages(conversation_id=chat) if message.sender.value == "system"]
        assert len(said) == 1
        assert "CL-1" in said[0]


def _chat(store: Store, now: datetime) -> ConversationId:
    """Have the customer write in a chat."""
    chat = Conversations(store.conversations).open(channel="web", language="hu", now=now, secret="s").id
    with store.conversations.begin() as tx:
        tx.bind(conversation_id=chat, customer_id=CUSTOMER.id, contact_email=None, verified_by=VerifiedBy.CODE)
        tx.append(conversation_id=chat, reply=Reply(Sender.CUSTOMER, "Jó napot!", "hu"), at=now)
    return chat


class TestAgreements:
    def test_a_promise_within_the_policy_is_agreed_and_one_beyond_is_not(self, run: Run) -> None:
        def promise(days: int) -> bool:
            until = DUE + timedelta(days=days)
            return run.collections.promise(customer_id=CUSTOMER.id, numbers=["CL-1"], until=until, today=DUE, now=_at(DUE))

        # Ten days at most, and once for an invoice; the same promise again is the same one.
        assert [promise(11), promise(8), promise(8), promise(9)] == [False, True, True, False]
        run.days(DUE, DUE + timedelta(days=8))
        assert run.letters() == []

    def test_instalments_hold_while_each_part_comes_and_end_when_one_does_not(self, run: Run) -> None:
        agreed = run.collections.instalments(customer_id=CUSTOMER.id, numbers=["CL-1"], count=3, today=DUE, now=_at(DUE))
        assert [(day - DUE).days for day, _ in agreed] == [20, 40, 60]
        assert sum(amount.amount for _, amount in agreed) == INVOICE.payable.amount

        run.days(DUE, DUE + timedelta(days=18))
        run.pay("137.50")
        run.days(DUE + timedelta(days=19), DUE + timedelta(days=40))
        assert run.letters() == []

        run.days(DUE + timedelta(days=41), DUE + timedelta(days=44))
        assert [kind for kind, _ in run.letters()] == ["reminder", "notice", "final_notice"]

    def test_more_parts_than_the_policy_has_are_left_to_a_person(self, run: Run) -> None:
        assert run.collections.instalments(customer_id=CUSTOMER.id, numbers=["CL-1"], count=4, today=DUE, now=_at(DUE)) == ()

    def test_a_dispute_stops_everything_and_is_noted_once(self, run: Run) -> None:
        for _ in range(2):
            assert run.collections.dispute(customer_id=CUSTOMER.id, number="CL-1", today=DUE, now=_at(DUE))
        assert not run.collections.dispute(customer_id=CUSTOMER.id, number="CL-9", today=DUE, now=_at(DUE))

        run.days(DUE, DUE + timedelta(days=40))

        assert run.letters() == []
        with run.store.conversations.begin() as tx:
            assert len(tx.holds_of(invoice_ids=[INVOICE.id])) == 1


def _at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


class Dying:
    """The store whose user is killed after so many transactions, or before the last one ends."""

    def __init__(self, store: Store, lives: int) -> None:
        self._store = store
        self.lives = lives

    @contextmanager
    def begin(self) -> Iterator[object]:
        self.lives -= 1
        with self._store.conversations.begin() as tx:
            yield tx
            if self.lives == 0:
                # What was written is lost with the transaction, as by a power cut before its end.
                raise Killed
        if self.lives == 1:
            raise Killed


class TestKilled:
    def test_at_every_step_loses_and_doubles_nothing(self, run: Run) -> None:
        deaths = 0
        for after in range(-6, 35):
            day = DUE + timedelta(days=after)
            now = datetime.combine(day, time(9), UTC)
            for lives in range(1, 12):
                dying = Dying(run.store, lives)
                collections = run.collections_over(dying)
                try:
                    collections.plan(today=day, now=now)
                    collections.carry_out(today=day, now=now)
                    break
                except Killed:
                    deaths += 1
            run.day(day)

        assert deaths > 100
        assert run.letters() == [
            ("reminder", "2026-03-05"),
            ("reminder", "2026-03-13"),
            ("notice", "2026-03-20"),
            ("final_notice", "2026-03-30"),
        ]
        with run.store.conversations.begin() as tx:
            assert len(tx.suspensions_of(customer_id=CUSTOMER.id)) == 1
