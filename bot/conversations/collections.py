"""Collections as they run: which step each open invoice has reached, and the notices that go out because of it.

Planning writes down what is to be done today; carrying out does it. A notice, its mail and its line in the chat are one transaction with
the step, so whatever ends the program between them, each customer gets each notice once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TypeVar

from bot.billing.model import InvoiceView
from bot.billing.ports import CustomerNotFound, Ledger, OpenDocument
from bot.conversations.collections_notices import CollectionsNotices
from bot.conversations.collections_ports import CollectionsStore, CollectionsTx
from bot.overdue.ladder import NoPolicy, ladder_of, next_step, policy_on, state_of
from bot.overdue.model import CollectionsPolicy, HoldKind, LadderState, OverdueCase, PolicyStep, StepKind
from bot.overdue.ports import HoldRecord, HoldState, StepRecord
from bot.overdue.standing import Ruled, StandingCase, holds_of, is_broken, parts_of, steps_known, suspension_for, worth_it
from bot.overdue.suspending import Affected, SuspensionState, affected_by
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict
from bot.shared.ids import CustomerId, InvoiceId, new_hold_id
from bot.shared.money import Money
from bot.shared.tasks import Task, Tasks

ACTOR = "system"
_PAGE = 1000
_CUSTOMERS = 200
Progress = Callable[[int], None]
_R = TypeVar("_R", StepRecord, HoldRecord)


@dataclass(frozen=True, slots=True)
class Planned:
    """What planning found: ``looked`` invoices, ``intended`` steps newly written down, ``broken`` promises."""

    looked: int
    intended: int
    broken: int


@dataclass(frozen=True, slots=True)
class CarriedOut:
    """What was done: notices sent, suspensions proposed, and steps dropped as there was no reason for them any more."""

    notices: int
    proposed: int
    dropped: int


class NotBegun(Conflict):
    """Nobody has said what became of the letters about invoices that are overdue already."""


class Collections:
    """Plans and carries out the steps of the collections policy. Any number of workers may do it at once."""

    def __init__(
        self,
        *,
        store: CollectionsStore,
        ledger: Ledger,
        policies: Sequence[CollectionsPolicy],
        notices: CollectionsNotices,
        tasks: Tasks,
    ) -> None:
        """Work on ``store`` by ``policies``, the earliest version first; what is owed comes from ``ledger``."""
        self._store = store
        self._ledger = ledger
        self._policies = tuple(policies)
        self._notices = notices
        self._tasks = tasks

    def check_begun(self, *, today: date) -> None:
        """Return when collections may run by themselves: somebody has begun them, or nothing is overdue that could get an old letter.

        Raises:
            NotBegun: Nothing was ever planned or adopted, and there are overdue invoices whose letters may have gone out elsewhere.
        """
        with self._store.begin() as tx:
            if tx.has_steps():
                return
        if any(item.due_on < today for item in self._open()):
            raise NotBegun(
                "collections have not begun: run 'clearline overdue adopt --until DAY', so that letters of earlier days are not sent "
                "again, or 'clearline overdue plan' if none ever went out"
            )

    def plan(self, *, today: date, now: datetime, progress: Progress | None = None) -> Planned:
        """Write down the steps that are due today. Asking again changes nothing.

        Args:
            today: In the partner's zone.
            progress: Is told how many invoices were looked at.
        """
        looked = intended = broken = 0
        for batch in self._batches():
            with self._store.begin() as tx:
                cases = self._cases(tx, batch, today)
                broken += _note_broken(tx, cases, today)
                due = [self._due(case, policy, today) for case, policy in worth_it(cases, today)]
                intended += tx.intend_steps([step for step in due if step is not None], now=now)
            looked += len(batch)
            if progress is not None:
                progress(looked)
        return Planned(looked, intended, broken)

    def carry_out(self, *, today: date, now: datetime, progress: Progress | None = None) -> CarriedOut:
        """Do what was intended; what there is no reason for any more (paid, held meanwhile) is dropped and planned anew when it is due."""
        done, after = CarriedOut(0, 0, 0), ""
        count = 0
        while True:
            with self._store.begin() as tx:
                customers = tx.customers_with_intended(limit=_CUSTOMERS, after=after)
            if not customers:
                return done
            for customer_id in customers:
                one = self._carry_out_for(customer_id, today, now)
                done = CarriedOut(done.notices + one.notices, done.proposed + one.proposed, done.dropped + one.dropped)
                after, count = customer_id, count + 1
                if progress is not None:
                    progress(count)

    def adopt(self, *, until: date, now: datetime) -> int:
        """Write down as taken what the policy has for days before ``until``: notices that went out before Clearline did this.

        Returns:
            How many steps were written down.
        """
        count = 0
        for batch in self._batches():
            with self._store.begin() as tx:
                cases = self._cases(tx, batch, until)
                past = [
                    StepRecord(case.item.id, step.key, case.item.customer_id, step.kind, policy.version, day, done_on=day)
                    for case, policy, _ in cases
                    for step in policy.steps
                    if (day := case.item.due_on + timedelta(days=step.days)) < until and step.is_notice
                ]
                count += tx.adopt_steps(past, now=now)
        return count

    def cases_of(self, *, customer_id: CustomerId, today: date) -> tuple[StandingCase, ...]:
        """Return the customer's open invoices with where each stands, the oldest due date first."""
        with self._ledger.begin() as ledger:
            items = _all_open(ledger_page=ledger.open_items_page, customer_id=customer_id)
        with self._store.begin() as tx:
            cases = self._cases(tx, items, today)
        found = (StandingCase(case, policy, state_of(case=case, policy=policy, today=today), records) for case, policy, records in cases)
        return tuple(sorted(found, key=lambda one: (one.case.item.due_on, one.case.item.number)))

    def ladder(self, *, view: InvoiceView, today: date) -> LadderState:
        """Return where an invoice stands: by what was really done, or by the policy alone while nothing was and nothing holds it.

        Raises:
            NoPolicy: No version was in force when it was issued.
        """
        cases = self.cases_of(customer_id=view.invoice.customer_id, today=today)
        standing = next((one for one in cases if one.case.item.id == view.invoice.id), None)
        if standing is None or not (standing.case.done or standing.records):
            return ladder_of(view=view, policies=self._policies, today=today)
        return standing.state

    def promise(self, *, customer_id: CustomerId, numbers: Sequence[str], until: date, today: date, now: datetime) -> bool:
        """Hold the ladder of these open invoices until a promised day, within what the policy lets the assistant agree to.

        Args:
            numbers: Of the invoices; all of them are held, or none.

        Returns:
            False when the policy leaves it to a person: the day is too far ahead, or one of them was promised too often before.
        """
        cases = [one for one in self.cases_of(customer_id=customer_id, today=today) if one.case.item.number in numbers]
        if not cases or {one.case.item.number for one in cases} != set(numbers):
            return False
        ids = [one.case.item.id for one in cases]
        with self._store.begin() as tx:
            before = tx.holds_of(invoice_ids=ids, only_active=False)
            for one in cases:
                rules = one.policy.holds
                earlier = [hold for hold in before if hold.invoice_id == one.case.item.id and hold.kind is HoldKind.PROMISE]
                # The same day promised again is the same promise.
                if any(hold.until == until and hold.state is HoldState.ACTIVE for hold in earlier):
                    continue
                if not today <= until <= today + timedelta(days=rules.promise_days) or len(earlier) >= rules.promises:
                    return False
            for one in cases:
                if not any(hold.until == until and hold.invoice_id == one.case.item.id for hold in before):
                    self._hold(tx, one, HoldKind.PROMISE, until=until, today=today, now=now)
        return True

    def instalments(
        self, *, customer_id: CustomerId, numbers: Sequence[str], count: int, today: date, now: datetime
    ) -> tuple[tuple[date, Money], ...]:
        """Hold the ladder of these open invoices while they are paid in equal parts, within what the policy lets the assistant agree to.

        Args:
            count: Parts, the last of which takes what rounding leaves.

        Returns:
            What is to be paid by which day, all invoices together, by day and currency; empty when the policy leaves it to a person: too
            many parts, or there was an agreement about one of the invoices before.
        """
        cases = [one for one in self.cases_of(customer_id=customer_id, today=today) if one.case.item.number in numbers]
        if not cases or any(not 1 < count <= one.policy.holds.instalments for one in cases):
            return ()
        totals: dict[tuple[date, str], Money] = {}
        with self._store.begin() as tx:
            if tx.holds_of(invoice_ids=[one.case.item.id for one in cases], only_active=False):
                return ()
            for one in cases:
                parts = parts_of(one.case.item.open_amount, count=count, days=one.policy.holds.instalment_days, today=today)
                self._hold(tx, one, HoldKind.INSTALMENTS, until=parts[-1][0], today=today, now=now, parts=parts)
                for day, amount in parts:
                    totals[day, amount.currency] = totals.get((day, amount.currency), Money.zero(amount.currency)) + amount
        return tuple((day, amount) for (day, _), amount in sorted(totals.items()))

    def dispute(self, *, customer_id: CustomerId, number: str, today: date, now: datetime) -> bool:
        """Hold the ladder of an open invoice that the customer disputes, until a person settles it; False when it is not open."""
        one = next((one for one in self.cases_of(customer_id=customer_id, today=today) if one.case.item.number == number), None)
        if one is None:
            return False
        if not any(record.kind is HoldKind.DISPUTE and record.state is HoldState.ACTIVE for record in one.records):
            with self._store.begin() as tx:
                self._hold(tx, one, HoldKind.DISPUTE, until=None, today=today, now=now)
        return True

    def _hold(
        self,
        tx: CollectionsTx,
        one: StandingCase,
        kind: HoldKind,
        *,
        until: date | None,
        today: date,
        now: datetime,
        parts: tuple[tuple[date, Money], ...] = (),
    ) -> None:
        item = one.case.item
        hold = HoldRecord(new_hold_id(), item.customer_id, item.id, kind, today, until, HoldState.ACTIVE, "bot", now, parts=parts)
        tx.add_hold(hold)
        tx.take_down(AuditEntry(now, "bot", "overdue.held", item.customer_id, (("invoice", item.id), ("kind", kind.value))))

    def _batches(self) -> Iterator[list[OpenDocument]]:
        """Yield all open invoices in batches; a customer's are never parted, as together they decide whether anything is sent."""
        batch: list[OpenDocument] = []
        for _, items in groupby(self._open(), key=lambda item: item.customer_id):
            batch += items
            if len(batch) >= _PAGE:
                yield batch
                batch = []
        if batch:
            yield batch

    def _open(self) -> Iterator[OpenDocument]:
        after = ("", "")
        while True:
            with self._ledger.begin() as ledger:
                page = ledger.open_items_page(after=after, limit=_PAGE)
            if not page:
                return
            yield from page
            after = (page[-1].customer_id, page[-1].id)

    def _cases(self, tx: CollectionsTx, items: Sequence[OpenDocument], today: date) -> list[Ruled]:
        ids = [item.id for item in items]
        steps = _by_invoice(tx.steps_of(invoice_ids=ids))
        holds = _by_invoice(tx.holds_of(invoice_ids=ids))
        numbers = self._own_numbers()
        found = []
        for item in items:
            try:
                policy = policy_on(policies=self._policies, day=item.issued_on, customer=numbers.get(item.customer_id, ""))
            except NoPolicy:
                # Issued before the first version: nobody said what happens to it.
                continue
            records = tuple(holds.get(item.id, ()))
            done = {step.step: step.done_on for step in steps.get(item.id, ()) if step.done_on is not None}
            kinds = {step.step: step.kind for step in steps.get(item.id, ())}
            found.append((OverdueCase(item, steps_known(done, kinds, policy), holds_of(item, records, today)), policy, records))
        return found

    def _own_numbers(self) -> dict[CustomerId, str]:
        """Return the customers that have a policy of their own, with their numbers."""
        found = {}
        with self._ledger.begin() as ledger:
            for number in {number for policy in self._policies for number in policy.customers}:
                try:
                    found[ledger.customer_by_number(number).id] = number
                except CustomerNotFound:
                    continue
        return found

    def _due(self, case: OverdueCase, policy: CollectionsPolicy, today: date) -> StepRecord | None:
        coming = next_step(case=case, policy=policy, today=today)
        if coming is None or coming.on != today:
            return None
        item, step = case.item, coming.step
        return StepRecord(item.id, step.key, item.customer_id, step.kind, policy.version, today)

    def _carry_out_for(self, customer_id: CustomerId, today: date, now: datetime) -> CarriedOut:
        standing = {one.case.item.id: one for one in self.cases_of(customer_id=customer_id, today=today)}
        with self._ledger.begin() as ledger:
            customer = ledger.customer(customer_id)
            subscriptions = ledger.subscriptions(customer_id=customer_id)
        with self._store.begin() as tx:
            intended = [step for step in tx.steps_of(invoice_ids=standing) if step.done_on is None]
        if any(step.kind is StepKind.PROPOSE_TERMINATION for step in intended):
            # A task of its own transaction, and harmless when given twice; so it comes before the step is marked.
            task = Task(f"terminate:{customer_id}", "Decide whether to end the contract of a customer that does not pay", "", customer_id)
            self._tasks.give(task=task, now=now)
        with self._store.begin() as tx:
            taken = tx.take_steps(customer_id=customer_id, today=today, now=now)
            valid = [step for step in taken if step.invoice_id in standing and not standing[step.invoice_id].state.held]
            tx.drop_steps(steps=[step for step in taken if step not in valid])
            notices = 0
            for kind in (StepKind.REMINDER, StepKind.NOTICE, StepKind.FINAL_NOTICE):
                about = [standing[step.invoice_id] for step in valid if step.kind is kind]
                if about:
                    channels = _channels(about, valid)
                    self._notices.send(tx, customer=customer, kind=kind, cases=about, channels=channels, today=today, now=now)
                    notices += 1
            stop = [standing[step.invoice_id] for step in valid if step.kind is StepKind.PROPOSE_SUSPENSION]
            proposed = bool(stop) and self._propose(
                tx, stop, standing.values(), affected_by(subscriptions=subscriptions, stops_on=today), now
            )
            for step in valid:
                details = (("step", step.step), ("invoice", step.invoice_id))
                tx.take_down(AuditEntry(now, ACTOR, f"overdue.{step.kind.value}", customer_id, details))
        return CarriedOut(notices, int(proposed), len(taken) - len(valid))

    def _propose(
        self,
        tx: CollectionsTx,
        stop: Sequence[StandingCase],
        every: Iterable[StandingCase],
        affected: tuple[Affected, ...],
        now: datetime,
    ) -> bool:
        """Propose to suspend for what has reached that step; False when there is nothing to suspend, or a proposal already."""
        suspension = suspension_for(stop=stop, affected=affected, proposed_by=None, now=now)
        if not affected or any(one.suspension.state in _UNDER_WAY for one in tx.suspensions_of(customer_id=suspension.customer_id)):
            return False
        tx.add_suspension(suspension, now=now)
        return True


_UNDER_WAY = (SuspensionState.PROPOSED, SuspensionState.APPROVED, SuspensionState.SUSPENDED, SuspensionState.RESTORING)


def _all_open(*, ledger_page: Callable[..., tuple[OpenDocument, ...]], customer_id: CustomerId) -> list[OpenDocument]:
    found: list[OpenDocument] = []
    while page := ledger_page(after=(customer_id, found[-1].id if found else ""), limit=_PAGE, customer_id=customer_id):
        found += page
    return found


def _by_invoice(records: Iterable[_R]) -> dict[InvoiceId, list[_R]]:
    found: dict[InvoiceId, list[_R]] = {}
    for record in records:
        found.setdefault(record.invoice_id, []).append(record)
    return found


def _note_broken(tx: CollectionsTx, cases: Sequence[Ruled], today: date) -> int:
    count = 0
    for case, _, records in cases:
        for record in records:
            if record.state is HoldState.ACTIVE and is_broken(record, case.item, today):
                tx.save_hold(replace(record, state=HoldState.BROKEN, until=min(record.until or today, today - timedelta(days=1))))
                count += 1
    return count


def _channels(about: Sequence[StandingCase], valid: Sequence[StepRecord]) -> frozenset[str]:
    keys = {step.step for step in valid}
    steps: list[PolicyStep] = [step for one in about for step in one.policy.steps if step.key in keys]
    return frozenset(channel.value for step in steps for channel in step.channels)
