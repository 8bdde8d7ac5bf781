"""Cases that go to Microsoft, as staff work on them: proposing, confirming, the request's number, notes, giving up, closing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4

from bot.conversations.cases import CasesStore, CasesTx, write_event
from bot.conversations.escalation_notices import Notices
from bot.conversations.escalation_views import ENDED, EscalationViews, issue_of
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import EscalationId
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support import escalation as steps
from bot.support.checklist import Impact, Item, Override, Topic, checklist
from bot.support.escalation import Escalation, EscalationPolicy, EscalationState
from bot.support.escalation_ports import EscalationDraft, EscalationNote, EscalationRecord
from bot.support.hours import state_at
from bot.support.model import Ticket, TicketState
from bot.support.offering import Offering
from bot.support.vehicles import IssueKind

_LONGEST_TITLE = 200
_LONGEST_TEXT = 8000


class AtMicrosoftAlready(Conflict):
    """The ticket has a case at Microsoft that has not ended."""


class NoVehicle(Conflict):
    """Nothing that the partner holds takes such a case."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is to go to Microsoft, as somebody wrote it down.

    Attributes:
        values: (item, value) pairs of the checklist; empty values are left out.
    """

    kind: IssueKind
    topic: Topic
    product: str
    is_on_premises: bool
    impact: Impact
    title: str
    description: str
    values: tuple[tuple[Item, str], ...]


class EscalationDesk:
    """Changes cases. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(
        self, *, store: CasesStore, views: EscalationViews, notices: Notices, policy: EscalationPolicy, offering: Offering
    ) -> None:
        """Work on ``store``; ``views`` know the vehicles and what the records say."""
        self._store = store
        self._views = views
        self._notices = notices
        self._policy = policy
        self._offering = offering

    def propose(self, *, by: StaffMember | None, number: str, proposal: Proposal, now: datetime, today: date) -> EscalationDraft:
        """Write down what is to go to Microsoft; nothing is sent, but a critical case out of hours where the policy says so.

        Args:
            by: Who proposes it, or None for the assistant.

        Raises:
            AtMicrosoftAlready, InvalidInput, TicketNotFound, PermissionMissing.
        """
        if by is not None:
            require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            return self.propose_in(tx, by=by, ticket=tx.ticket_for_change(number=number), proposal=proposal, now=now, today=today)

    def propose_in(
        self, tx: CasesTx, *, by: StaffMember | None, ticket: Ticket, proposal: Proposal, now: datetime, today: date
    ) -> EscalationDraft:
        """Do what ``propose`` does in the transaction that opens the ticket. Raises: AtMicrosoftAlready, InvalidInput."""
        _check(proposal)
        _refuse_second(tx, ticket)
        values = (*self._views.known(ticket), *proposal.values)
        draft = _draft(ticket, replace(proposal, values=_merged(values)), by, now)
        tx.save_draft_escalation(draft)
        write_event(tx, ticket, by, "proposed", now, ("title", draft.title))
        if by is None:
            self._confirm_by_policy(tx, ticket, draft, now, today)
        return draft

    def confirm(self, *, by: StaffMember, number: str, proposal: Proposal, override: str, now: datetime, today: date) -> EscalationRecord:
        """Let a case go to Microsoft by the vehicle that takes it. The worker sends it; of two who confirm at once one does.

        Args:
            override: Why it goes although something is missing; empty when nothing is.

        Raises:
            ChecklistIncomplete: Something is missing and there is no reason, or the customer did not agree.
            NoVehicle: Nothing that the partner holds takes it; says what would be needed.
            AtMicrosoftAlready, InvalidInput, TicketNotFound, PermissionMissing.
        """
        require(by, Permission.ESCALATION_CONFIRM)
        _check(proposal)
        with self._store.begin() as tx:
            ticket = tx.ticket_for_change(number=number)
            _refuse_second(tx, ticket)
            draft = _draft(ticket, replace(proposal, values=_merged((*self._views.known(ticket), *proposal.values))), by, now)
            reason = Override(override, by.id, now) if override.strip() else None
            planned = self._planned(tx, ticket, draft, override=reason, now=now, today=today)
            return self._go(tx, ticket, steps.confirm(escalation=planned, by=by, now=now), by, now)

    def enter_number(self, *, by: StaffMember, escalation_id: EscalationId, microsoft_number: str, now: datetime) -> None:
        """Note the number that Microsoft gave to a request made by hand; the customer is told.

        Raises: WrongState, InvalidInput, NotFound, PermissionMissing.
        """
        require(by, Permission.ESCALATION_CONFIRM)
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            escalation = record.escalation
            if escalation.state is EscalationState.PLANNED:
                escalation = steps.sent(escalation=escalation, now=now)
            escalation = steps.confirmed_by_microsoft(escalation=escalation, number=microsoft_number)
            tx.save_escalation(replace(record, escalation=escalation, trouble="", tries=0, try_at=None, changed_at=now))
            ticket = tx.ticket(ticket_id=escalation.ticket_id)
            write_event(tx, ticket, by, "sent", now, ("number", escalation.microsoft_number or ""))
            self._notices.sent(tx, ticket=ticket, escalation=escalation, now=now)

    def note(self, *, by: StaffMember, escalation_id: EscalationId, text: str, now: datetime) -> None:
        """Write to Microsoft about a case. Raises: WrongState, InvalidInput, NotFound, PermissionMissing."""
        require(by, Permission.TICKET_WORK)
        written = text.strip()
        if not 0 < len(written) <= _LONGEST_TEXT:
            raise InvalidInput(f"a note to Microsoft has 1 to {_LONGEST_TEXT} characters")
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            if record.escalation.microsoft_number is None or record.escalation.state in ENDED:
                raise steps.WrongState("Microsoft does not have this case; a note reaches it only while it does")
            by_hand = self._is_by_hand(record.escalation)
            tx.add_escalation_note(
                EscalationNote(escalation_id, f"ours:{uuid4()}", now, by.name, written, is_theirs=False, sent_at=now if by_hand else None)
            )
            if not by_hand:
                tx.save_escalation(replace(record, try_at=now))
            write_event(tx, tx.ticket(ticket_id=record.escalation.ticket_id), by, "noted", now, ("text", written))

    def closed_there(self, *, by: StaffMember, escalation_id: EscalationId, now: datetime) -> None:
        """Note that Microsoft closed a request made by hand; the customer is asked whether it is solved. Raises: WrongState, NotFound."""
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            escalation = steps.closed_at_microsoft(escalation=record.escalation, at=now)
            tx.save_escalation(replace(record, escalation=escalation, trouble="", try_at=None, changed_at=now))
            ticket = tx.ticket(ticket_id=escalation.ticket_id)
            write_event(tx, ticket, by, "closed_there", now)
            self._notices.closed(tx, ticket=ticket, escalation=escalation, closing=now.isoformat(), now=now)

    def end(self, *, by: StaffMember, escalation_id: EscalationId, because: str, now: datetime) -> None:
        """End a case with what came of it: give up one that Microsoft does not have, or close one that is closed there.

        Raises: WrongState, InvalidInput, NotFound, PermissionMissing.
        """
        require(by, Permission.ESCALATION_CONFIRM)
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            has_number = record.escalation.microsoft_number is not None
            ending = steps.closed if has_number else steps.withdrawn
            ended = ending(escalation=record.escalation, because=because, at=now)
            tx.save_escalation(replace(record, escalation=ended, trouble="", try_at=None, changed_at=now))
            action = "closed" if has_number else "withdrawn"
            write_event(tx, tx.ticket(ticket_id=ended.ticket_id), by, action, now, ("reason", ended.ended_because))

    def try_again(self, *, by: StaffMember, escalation_id: EscalationId, now: datetime) -> None:
        """Have a case that is stuck looked at at once. Raises: NotFound, PermissionMissing."""
        require(by, Permission.ESCALATION_CONFIRM)
        with self._store.begin() as tx:
            record = tx.escalation_for_change(escalation_id=escalation_id)
            tx.save_escalation(replace(record, try_at=now, tries=0))
            write_event(tx, tx.ticket(ticket_id=record.escalation.ticket_id), by, "tried_again", now)

    def drop(self, *, by: StaffMember, number: str, now: datetime) -> None:
        """Forget what is proposed for a ticket. Raises: TicketNotFound, PermissionMissing."""
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            ticket = tx.ticket_for_change(number=number)
            tx.drop_draft_escalation(ticket_id=ticket.id)
            write_event(tx, ticket, by, "dropped", now)

    def _confirm_by_policy(self, tx: CasesTx, ticket: Ticket, draft: EscalationDraft, now: datetime, today: date) -> None:
        is_open = state_at(hours=self._offering.hours, now=now).is_open
        try:
            planned = self._planned(tx, ticket, draft, override=None, now=now, today=today)
            going = steps.confirm_by_policy(escalation=planned, policy=self._policy, desk_is_open=is_open, now=now)
        except (steps.PolicyForbids, steps.ChecklistIncomplete, NoVehicle, InvalidInput):
            # It waits for a person.
            return
        self._go(tx, ticket, going, None, now)

    def _planned(
        self, tx: CasesTx, ticket: Ticket, draft: EscalationDraft, *, override: Override | None, now: datetime, today: date
    ) -> Escalation:
        issue, choice = issue_of(draft), self._views.choice(tx, draft, today)
        if choice.vehicle is None:
            needed = ", ".join(passed.vehicle.name.say("en") for passed in choice.needed)
            raise NoVehicle(f"no way to Microsoft takes this case; it would need {needed or 'one that covers such a case'}")
        entitlement = (Item.ENTITLEMENT, choice.vehicle.name.say("en"))
        listed = checklist(kind=draft.kind, topic=draft.topic, values=(entitlement, *draft.values), override=override)
        return steps.propose(
            ticket=ticket,
            issue=issue,
            impact=draft.impact,
            vehicle=choice.vehicle,
            title=draft.title,
            description=draft.description,
            checklist=listed,
            by=draft.proposed_by,
            now=now,
            today=today,
            round=len(tx.escalations_of(ticket_id=ticket.id)) + 1,
        )

    def _go(self, tx: CasesTx, ticket: Ticket, escalation: Escalation, by: StaffMember | None, now: datetime) -> EscalationRecord:
        tx.add_escalation(escalation, now=now)
        tx.drop_draft_escalation(ticket_id=ticket.id)
        if ticket.state is TicketState.OPEN:
            tx.save_ticket(replace(ticket, state=TicketState.IN_PROGRESS, owner_id=ticket.owner_id or (by.id if by else None)))
        override = escalation.checklist.override
        details = (("overridden", override.reason),) if override is not None else ()
        write_event(tx, ticket, by, "confirmed", now, ("vehicle", escalation.vehicle), *details)
        return tx.escalation(escalation_id=escalation.id)

    def _is_by_hand(self, escalation: Escalation) -> bool:
        return self._views.is_by_hand(escalation)


def _draft(ticket: Ticket, proposal: Proposal, by: StaffMember | None, now: datetime) -> EscalationDraft:
    return EscalationDraft(
        ticket_id=ticket.id,
        kind=proposal.kind,
        topic=proposal.topic,
        product=proposal.product.strip(),
        is_on_premises=proposal.is_on_premises,
        impact=proposal.impact,
        title=proposal.title.strip(),
        description=proposal.description.strip(),
        values=proposal.values,
        proposed_by=by.id if by else None,
        proposed_at=now,
    )


def _merged(values: Iterable[tuple[Item, str]]) -> tuple[tuple[Item, str], ...]:
    """Return the values, a later one of an item in place of an earlier, empty ones left out."""
    return tuple({item: value.strip() for item, value in values if value.strip()}.items())


def _check(proposal: Proposal) -> None:
    if not 0 < len(proposal.title.strip()) <= _LONGEST_TITLE:
        raise InvalidInput(f"say the problem in one sentence of 1 to {_LONGEST_TITLE} characters")
    if len(proposal.description) > _LONGEST_TEXT or any(len(value) > _LONGEST_TEXT for _, value in proposal.values):
        raise InvalidInput(f"a text has more than {_LONGEST_TEXT} characters")


def _refuse_second(tx: CasesTx, ticket: Ticket) -> None:
    if ticket.state is TicketState.CLOSED:
        raise Conflict("the ticket is closed; open it again first")
    going = [record for record in tx.escalations_of(ticket_id=ticket.id) if record.escalation.state not in ENDED]
    if going:
        number = going[-1].escalation.microsoft_number
        raise AtMicrosoftAlready(f"this ticket is on its way to Microsoft already{f', as {number}' if number else ''}")
