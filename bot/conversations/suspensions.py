"""Suspending a customer who does not pay, and restoring: what people decide, and what the worker does at Microsoft.

Each call to Microsoft is for one subscription, carries the key of its deed and is confirmed by reading back. A timeout is resolved by
looking, never by sending blindly again. What has been paid meanwhile is not suspended, and what was is restored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.billing.microsoft import ChangeOutcome, MicrosoftStatus, MicrosoftSubscription, StatusChange
from bot.billing.microsoft_ports import MicrosoftCommerce, MicrosoftNotFound
from bot.billing.model import CommerceKind, Customer, Subscription, SubscriptionStatus
from bot.billing.ports import Ledger
from bot.conversations.collections import Collections
from bot.conversations.collections_notices import CollectionsNotices
from bot.conversations.collections_ports import CollectionsStore, CollectionsTx
from bot.overdue.ports import SuspensionRecord
from bot.overdue.standing import StandingCase, suspension_for
from bot.overdue.suspending import Affected, Suspension, SuspensionState, affected_by, approved, moved, with_affected
from bot.shared.audit import AuditEntry
from bot.shared.errors import BotError, Conflict, NotAllowed, Unavailable
from bot.shared.ids import CustomerId, SubscriptionId, SuspensionId, TenantId
from bot.shared.tasks import Task, Tasks
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require

ACTOR = "system"
NON_PAYMENT = "non_payment"
_AT_ONCE = 10
_LEASE = timedelta(minutes=10)
_PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30))
_PENDING_PAUSE = timedelta(seconds=20)
_LOOK_EVERY = timedelta(minutes=5)
_GONE = (MicrosoftStatus.DELETED, MicrosoftStatus.EXPIRED, MicrosoftStatus.DISABLED)
_UNDER_WAY = (SuspensionState.PROPOSED, SuspensionState.APPROVED, SuspensionState.SUSPENDED, SuspensionState.RESTORING)
_NO_TENANT = "the customer has no tenant number; enter it and import the customer"


class _Change(Protocol):
    """Suspending or reactivating one subscription."""

    def __call__(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange: ...


class NothingToSuspend(Conflict):
    """The customer owes nothing that is overdue, or has no active subscription."""


@dataclass(frozen=True, slots=True)
class SuspensionView:
    """A suspension as the desk shows it, with whose it is."""

    record: SuspensionRecord
    customer: Customer


class Suspensions:
    """What people decide about suspensions. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, store: CollectionsStore, ledger: Ledger, collections: Collections) -> None:
        """Work on ``store``; what is owed is what ``collections`` say."""
        self._store = store
        self._ledger = ledger
        self._collections = collections

    def propose(self, *, by: StaffMember, customer_id: CustomerId, today: date, now: datetime) -> Suspension:
        """Propose to suspend a customer for all that is overdue and not held; others have to approve it.

        Raises:
            NothingToSuspend: Nothing is overdue, or nothing is active.
            Conflict: One is under way.
            CustomerNotFound, PermissionMissing.
        """
        require(by, Permission.SUSPENSION_APPROVE)
        cases = [one for one in self._collections.cases_of(customer_id=customer_id, today=today) if _counts(one, today)]
        with self._ledger.begin() as ledger:
            affected = affected_by(subscriptions=ledger.subscriptions(customer_id=customer_id), stops_on=today)
        if not cases or not affected:
            raise NothingToSuspend("nothing is overdue that is not held, or there is no active subscription")
        suspension = suspension_for(stop=cases, affected=affected, proposed_by=by.id, now=now)
        with self._store.begin() as tx:
            if any(one.suspension.state in _UNDER_WAY for one in tx.suspensions_of(customer_id=customer_id)):
                raise Conflict("a suspension of this customer is under way already")
            tx.add_suspension(suspension, now=now)
            _take_down(tx, suspension, by.id, "proposed", now)
        return suspension

    def approve(self, *, by: StaffMember, suspension_id: SuspensionId, reason: str, now: datetime) -> Suspension:
        """Say yes to a suspension; it is carried out once as many have as the policy wants.

        Raises: OwnProposal, WrongState, InvalidInput, NotFound, PermissionMissing.
        """
        require(by, Permission.SUSPENSION_APPROVE)
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension_id)
            changed = approved(suspension=record.suspension, by=by.id, name=by.name, reason=reason, now=now)
            tx.save_suspension(replace(record, suspension=changed, try_at=now, changed_at=now))
            _take_down(tx, changed, by.id, "approved", now)
        return changed

    def reject(self, *, by: StaffMember, suspension_id: SuspensionId, reason: str, now: datetime) -> Suspension:
        """Say no to a suspension. Raises: WrongState, InvalidInput, NotFound, PermissionMissing."""
        return self._move(by, suspension_id, SuspensionState.REJECTED, "rejected", reason=reason, now=now)

    def restore(self, *, by: StaffMember, suspension_id: SuspensionId, reason: str, now: datetime) -> Suspension:
        """Have access restored though not all is paid. Raises: WrongState, InvalidInput, NotFound, PermissionMissing."""
        return self._move(by, suspension_id, SuspensionState.RESTORING, "restoring", reason=reason, now=now)

    def views(self, *, by: StaffMember, states: tuple[SuspensionState, ...] = _UNDER_WAY, limit: int = 200) -> tuple[SuspensionView, ...]:
        """Return suspensions, those that wait the longest first. Raises: PermissionMissing."""
        require(by, Permission.MONEY_READ)
        with self._store.begin() as tx:
            records = tx.suspensions_in(states=states, limit=limit)
        with self._ledger.begin() as ledger:
            return tuple(SuspensionView(record, ledger.customer(record.suspension.customer_id)) for record in records)

    def of_customer(self, *, by: StaffMember, customer_id: CustomerId) -> tuple[SuspensionRecord, ...]:
        """Return a customer's suspensions, the newest first. Raises: PermissionMissing."""
        require(by, Permission.MONEY_READ)
        with self._store.begin() as tx:
            return tx.suspensions_of(customer_id=customer_id)

    def _move(
        self, by: StaffMember, suspension_id: SuspensionId, to: SuspensionState, deed: str, *, reason: str, now: datetime
    ) -> Suspension:
        require(by, Permission.SUSPENSION_APPROVE)
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension_id)
            changed = moved(suspension=record.suspension, to=to, because=reason, by=by.id)
            tx.save_suspension(replace(record, suspension=changed, try_at=now, tries=0, trouble="", changed_at=now))
            _take_down(tx, changed, by.id, deed, now)
        return changed


class SuspensionRuns:
    """What the worker does: suspends what was approved, restores what was paid. Any number of workers may do it at once."""

    def __init__(
        self,
        *,
        store: CollectionsStore,
        ledger: Ledger,
        collections: Collections,
        notices: CollectionsNotices,
        tasks: Tasks,
        microsoft: MicrosoftCommerce | None,
    ) -> None:
        """Work on ``store`` and ``ledger`` at ``microsoft``, None where Partner Center is not set up."""
        self._store = store
        self._ledger = ledger
        self._collections = collections
        self._notices = notices
        self._tasks = tasks
        self._microsoft = microsoft

    def run(self, *, today: date, now: datetime) -> int:
        """Do what is due and return how many suspensions were looked at."""
        states = (SuspensionState.PROPOSED, SuspensionState.APPROVED, SuspensionState.SUSPENDED, SuspensionState.RESTORING)
        with self._store.begin() as tx:
            due = tx.due_suspensions(states=states, now=now, until=now + _LEASE, limit=_AT_ONCE)
        for suspension_id in due:
            with self._store.begin() as tx:
                record = tx.suspension(suspension_id=suspension_id)
            self._go_on(record, today, now)
        return len(due)

    def _go_on(self, record: SuspensionRecord, today: date, now: datetime) -> None:
        suspension = record.suspension
        settled = self._is_settled(suspension, today)
        try:
            match suspension.state:
                case SuspensionState.PROPOSED:
                    if settled:
                        self._end(suspension.id, SuspensionState.WITHDRAWN, "nothing is owed any more that is not held", now)
                    else:
                        self._look_again(suspension.id, now + _LOOK_EVERY)
                case SuspensionState.APPROVED if settled:
                    begun = any(item.suspended_at is not None for item in suspension.affected)
                    state = SuspensionState.RESTORING if begun else SuspensionState.WITHDRAWN
                    self._end(suspension.id, state, "paid, or held, before it was carried out", now)
                case SuspensionState.APPROVED:
                    self._suspend(suspension, today, now)
                case SuspensionState.SUSPENDED:
                    if settled:
                        self._end(suspension.id, SuspensionState.RESTORING, "paid", now)
                    else:
                        self._look_again(suspension.id, now + _LOOK_EVERY)
                case SuspensionState.RESTORING:
                    self._restore(suspension, now)
        except (Unavailable, NotAllowed, Conflict, MicrosoftNotFound) as error:
            self._failed(suspension.id, error, now)

    def _is_settled(self, suspension: Suspension, today: date) -> bool:
        """Return whether nothing of what it was for is open and not held."""
        numbers = {number for number, _, _ in suspension.invoices}
        cases = self._collections.cases_of(customer_id=suspension.customer_id, today=today)
        return not any(_counts(one, today) for one in cases if one.case.item.number in numbers)

    def _suspend(self, suspension: Suspension, today: date, now: datetime) -> None:
        customer, microsoft, tenant = self._reach(suspension)
        pending = False
        for item in suspension.affected:
            if item.suspended_at is not None or item.lost:
                continue
            seen = microsoft.subscription(tenant_id=tenant, subscription_id=item.id)
            if seen.status not in (MicrosoftStatus.SUSPENDED, *_GONE):
                key = f"{suspension.id}:{item.id}:suspend"
                seen, waits = _changed(microsoft.suspend, tenant, item, key)
                if waits:
                    pending = True
                    continue
            if seen.status in _GONE:
                self._note_item(suspension.id, replace(item, lost=f"it is {seen.status.value} at Microsoft"), now)
            else:
                # The record is written when Microsoft was seen to have done it, so that a crash looks again instead of asking again.
                self._note_item(suspension.id, replace(item, suspended_at=now), now)
                self._mark(item.id, customer, today)
        if pending:
            self._look_again(suspension.id, now + _PENDING_PAUSE)
            return
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension.id)
            if record.suspension.state is not SuspensionState.APPROVED:
                return
            done = moved(suspension=record.suspension, to=SuspensionState.SUSPENDED)
            tx.save_suspension(SuspensionRecord(done, now, try_at=now + _LOOK_EVERY))
            _take_down(tx, done, ACTOR, "suspended", now)
            if any(item.suspended_at is not None for item in done.affected):
                self._notices.suspended(tx, customer=customer, suspension=done, now=now)

    def _restore(self, suspension: Suspension, now: datetime) -> None:
        customer, microsoft, tenant = self._reach(suspension)
        pending = False
        for item in suspension.affected:
            if item.suspended_at is None or item.restored_at is not None or item.lost:
                continue
            seen = microsoft.subscription(tenant_id=tenant, subscription_id=item.id)
            if seen.status is MicrosoftStatus.SUSPENDED:
                key = f"{suspension.id}:{item.id}:restore"
                seen, waits = _changed(microsoft.reactivate, tenant, item, key)
                if waits:
                    pending = True
                    continue
            if seen.status in _GONE:
                self._note_item(suspension.id, replace(item, lost=f"it is {seen.status.value} at Microsoft"), now)
            else:
                self._note_item(suspension.id, replace(item, restored_at=now), now)
                self._mark(item.id, customer, None, renews=seen.auto_renew)
        if pending:
            self._look_again(suspension.id, now + _PENDING_PAUSE)
            return
        with self._store.begin() as tx:
            current = tx.suspension(suspension_id=suspension.id).suspension
        self._ask_for_renewal(customer, current, now)
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension.id)
            if record.suspension.state is not SuspensionState.RESTORING:
                return
            done = moved(suspension=record.suspension, to=SuspensionState.RESTORED)
            tx.save_suspension(SuspensionRecord(done, now))
            _take_down(tx, done, ACTOR, "restored", now)
            self._notices.restored(tx, customer=customer, suspension=done, now=now)

    def _ask_for_renewal(self, customer: Customer, suspension: Suspension, now: datetime) -> None:
        """Have people switch renewal on again: new commerce switched it off with the suspension, and the interface cannot."""
        off = [
            item.product
            for item in suspension.affected
            if item.restored_at is not None and item.renewed and item.commerce is CommerceKind.NEW
        ]
        if off:
            details = (
                f"{', '.join(sorted(off))}: Microsoft switched auto-renew off when they were suspended. Switch it on in Partner Center."
            )
            subject = f"Switch auto-renew on again: {customer.name}"
            self._tasks.give(task=Task(f"renewal:{suspension.id}", subject, details, customer.id), now=now)

    def _reach(self, suspension: Suspension) -> tuple[Customer, MicrosoftCommerce, TenantId]:
        if self._microsoft is None:
            raise Conflict("Partner Center is not set up; suspend the subscriptions there by hand, or set it up")
        with self._ledger.begin() as ledger:
            customer = ledger.customer(suspension.customer_id)
        if not customer.tenant_id:
            raise Conflict(_NO_TENANT)
        return customer, self._microsoft, TenantId(customer.tenant_id.lower())

    def _mark(self, subscription_id: SubscriptionId, customer: Customer, suspended_on: date | None, *, renews: bool | None = None) -> None:
        """Bring the ledger's subscription up to what Microsoft was seen to have done."""
        with self._ledger.begin() as ledger:
            for ours in ledger.subscriptions(customer_id=customer.id):
                if ours.id == subscription_id:
                    ledger.save_subscription(_marked(ours, suspended_on, renews=renews))

    def _note_item(self, suspension_id: SuspensionId, item: Affected, now: datetime) -> None:
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension_id)
            changed = with_affected(suspension=record.suspension, item=item)
            tx.save_suspension(replace(record, suspension=changed, trouble="", tries=0, changed_at=now))

    def _end(self, suspension_id: SuspensionId, to: SuspensionState, because: str, now: datetime) -> None:
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension_id)
            changed = moved(suspension=record.suspension, to=to, because=because)
            tx.save_suspension(SuspensionRecord(changed, now, try_at=now))
            _take_down(tx, changed, ACTOR, to.value, now)

    def _look_again(self, suspension_id: SuspensionId, at: datetime) -> None:
        with self._store.begin() as tx:
            tx.save_suspension(replace(tx.suspension_for_change(suspension_id=suspension_id), try_at=at))

    def _failed(self, suspension_id: SuspensionId, error: BotError, now: datetime) -> None:
        with self._store.begin() as tx:
            record = tx.suspension_for_change(suspension_id=suspension_id)
            pause = _PAUSES[min(record.tries, len(_PAUSES) - 1)]
            tx.save_suspension(replace(record, trouble=str(error), tries=record.tries + 1, try_at=now + pause))


def _counts(one: StandingCase, today: date) -> bool:
    """Return whether an open invoice is a reason to suspend: overdue, and nothing holds it."""
    return one.case.item.due_on < today and not one.state.held


def _changed(change: _Change, tenant: TenantId, item: Affected, key: str) -> tuple[MicrosoftSubscription, bool]:
    """Ask for a change and return the subscription as it is then, and whether the change is still to come."""
    result = change(tenant_id=tenant, subscription_id=item.id, key=key)
    return result.subscription, result.outcome is ChangeOutcome.PENDING


def _marked(ours: Subscription, suspended_on: date | None, *, renews: bool | None) -> Subscription:
    if suspended_on is not None:
        # Whether it renews stays as the customer wanted it, so that it can be put back.
        return replace(ours, status=SubscriptionStatus.SUSPENDED, suspended_on=suspended_on, suspension_reason=NON_PAYMENT)
    renewed = ours.auto_renew if renews is None else renews
    return replace(ours, status=SubscriptionStatus.ACTIVE, suspended_on=None, suspension_reason=None, auto_renew=renewed)


def _take_down(tx: CollectionsTx, suspension: Suspension, actor: str, deed: str, now: datetime) -> None:
    tx.take_down(AuditEntry(now, actor, f"suspension.{deed}", suspension.customer_id, (("suspension", suspension.id),)))
