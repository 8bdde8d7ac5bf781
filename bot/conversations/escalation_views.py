"""Cases that go to Microsoft, as the desk shows them, with the way they go and what keeps them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bot.billing.ports import Ledger
from bot.conversations.cases import CasesStore, CasesTx
from bot.shared.ids import EscalationId
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support.checklist import Checklist, Item, checklist, severity_of
from bot.support.escalation import Escalation, EscalationState, FirstResponse, first_response
from bot.support.escalation_ports import EscalationDraft, EscalationNote, EscalationRecord
from bot.support.escalation_text import RequestText, request_text
from bot.support.families import Platform
from bot.support.model import Ticket
from bot.support.vehicles import Choice, Issue, Vehicle, choose_vehicle

ENDED = frozenset({EscalationState.CLOSED, EscalationState.WITHDRAWN})
SILENT_AFTER = timedelta(days=3)
_MOST = 200


@dataclass(frozen=True, slots=True)
class CaseView:
    """One escalation with all that belongs to it.

    Attributes:
        vehicle: None when the partner has taken it out of its file since.
        clock: To Microsoft's first response, or None before it was sent.
        by_hand: What to enter at Microsoft by hand; None where the program does it.
        stuck: What keeps it from going on, with the way out; empty when nothing does.
    """

    record: EscalationRecord
    ticket: Ticket
    vehicle: Vehicle | None
    notes: tuple[EscalationNote, ...]
    clock: FirstResponse | None
    by_hand: RequestText | None
    stuck: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """What is proposed for a ticket, with what it lacks and the way it would go."""

    ticket: Ticket
    draft: EscalationDraft
    checklist: Checklist
    choice: Choice


@dataclass(frozen=True, slots=True)
class TicketCases:
    """The cases of one ticket: what is proposed, or None, and what went to Microsoft, the newest first."""

    draft: DraftView | None
    cases: tuple[CaseView, ...]

    @property
    def is_going(self) -> bool:
        """Return whether one of them has not ended."""
        return any(case.record.escalation.state not in ENDED for case in self.cases)


class EscalationViews:
    """Reads cases. Every method for staff names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, store: CasesStore, ledger: Ledger, vehicles: tuple[Vehicle, ...], has_interface: bool) -> None:
        """Read from ``store`` and ``ledger``.

        Args:
            vehicles: In the order of preference.
            has_interface: Whether Partner Center is set up; without it every request is made by hand.
        """
        self._store = store
        self._ledger = ledger
        self._vehicles = vehicles
        self._has_interface = has_interface

    def cases_of(self, *, by: StaffMember, number: str, now: datetime, today: date) -> TicketCases:
        """Return the cases of a ticket. Raises: TicketNotFound, PermissionMissing."""
        require(by, Permission.TICKET_READ)
        with self._store.begin() as tx:
            ticket = tx.ticket_with_number(number=number)
            draft = tx.draft_escalation(ticket_id=ticket.id)
            cases = tuple(self._view(tx, record, ticket, now) for record in reversed(tx.escalations_of(ticket_id=ticket.id)))
            proposed = self._draft_view(tx, ticket, draft, today) if draft is not None else None
        return TicketCases(proposed, cases)

    def blank(self, *, by: StaffMember, number: str) -> tuple[Ticket, tuple[tuple[Item, str], ...]]:
        """Return a ticket and what the records know of a checklist for it. Raises: TicketNotFound, PermissionMissing."""
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            ticket = tx.ticket_with_number(number=number)
        return ticket, self.known(ticket)

    def board(self, *, by: StaffMember, now: datetime, today: date) -> tuple[tuple[DraftView, ...], tuple[CaseView, ...]]:
        """Return what waits to be confirmed, and the cases that have not ended: stuck ones first, then the longest untouched."""
        require(by, Permission.TICKET_READ)
        going = tuple(state for state in EscalationState if state not in ENDED)
        with self._store.begin() as tx:
            drafts = tuple(
                self._draft_view(tx, tx.ticket(ticket_id=draft.ticket_id), draft, today) for draft in tx.draft_escalations(limit=_MOST)
            )
            cases = tuple(
                self._view(tx, record, tx.ticket(ticket_id=record.escalation.ticket_id), now)
                for record in tx.escalations_in(states=going, limit=_MOST)
            )
        return drafts, tuple(sorted(cases, key=lambda case: not case.stuck))

    def ticket_number(self, *, escalation_id: EscalationId) -> str:
        """Return the number of the ticket that a case belongs to. Raises: NotFound."""
        with self._store.begin() as tx:
            return tx.ticket(ticket_id=tx.escalation(escalation_id=escalation_id).escalation.ticket_id).number

    def known(self, ticket: Ticket) -> tuple[tuple[Item, str], ...]:
        """Return what the records know of the checklist of a case for ``ticket``."""
        values = [(Item.CASE_NUMBER, ticket.number), (Item.PROBLEM, ticket.subject)]
        if ticket.customer_id is not None:
            with self._ledger.begin() as ledger:
                customer = ledger.customer(ticket.customer_id)
            values += [(Item.CUSTOMER, customer.name), (Item.TENANT, customer.tenant_id or "")]
        return tuple((item, value) for item, value in values if value)

    def choice(self, tx: CasesTx, draft: EscalationDraft, today: date) -> Choice:
        """Return the vehicle that takes what is proposed, counting the incidents made by program."""
        return choose_vehicle(vehicles=tuple(self._left(tx, vehicle) for vehicle in self._vehicles), issue=issue_of(draft), today=today)

    def _left(self, tx: CasesTx, vehicle: Vehicle) -> Vehicle:
        """Return ``vehicle`` with the incidents that are left after those made since they were counted."""
        held = vehicle.holding
        if held is None or held.incidents_left is None:
            return vehicle
        used = tx.incidents_used(vehicle=vehicle.key, since=datetime.combine(held.counted_on or held.first_day, time(), UTC))
        return replace(vehicle, holding=replace(held, incidents_left=max(held.incidents_left - used, 0)))

    def _draft_view(self, tx: CasesTx, ticket: Ticket, draft: EscalationDraft, today: date) -> DraftView:
        choice = self.choice(tx, draft, today)
        entitled = ((Item.ENTITLEMENT, choice.vehicle.name.say("en")),) if choice.vehicle is not None else ()
        listed = checklist(kind=draft.kind, topic=draft.topic, values=(*entitled, *draft.values))
        return DraftView(ticket, draft, listed, choice)

    def _view(self, tx: CasesTx, record: EscalationRecord, ticket: Ticket, now: datetime) -> CaseView:
        escalation = record.escalation
        vehicle = self.vehicle(escalation)
        by_hand = vehicle is not None and self.is_by_hand(escalation) and escalation.microsoft_number is None
        return CaseView(
            record=record,
            ticket=ticket,
            vehicle=vehicle,
            notes=tx.escalation_notes(escalation_id=escalation.id),
            clock=first_response(escalation=escalation, vehicle=vehicle) if vehicle is not None else None,
            by_hand=request_text(escalation=escalation, vehicle=vehicle) if by_hand and vehicle is not None else None,
            stuck=self._stuck(record, vehicle, now),
        )

    def _stuck(self, record: EscalationRecord, vehicle: Vehicle | None, now: datetime) -> str:
        state = record.escalation.state
        if state in ENDED:
            return ""
        if vehicle is None:
            return f"vehicles.yml has no {record.escalation.vehicle!r} any more; put it back, or end the case"
        if record.trouble:
            return record.trouble
        if state in (EscalationState.CONFIRMED, EscalationState.MIRRORED) and now - record.changed_at > SILENT_AFTER:
            return f"nothing from Microsoft for {(now - record.changed_at).days} days; write a note, or call"
        return ""

    def vehicle(self, escalation: Escalation) -> Vehicle | None:
        """Return the way that a case goes, or None when the partner has taken it out of its file since."""
        return next((vehicle for vehicle in self._vehicles if vehicle.key == escalation.vehicle), None)

    def is_by_hand(self, escalation: Escalation) -> bool:
        """Return whether a person makes the request at Microsoft and follows it there."""
        vehicle = self.vehicle(escalation)
        return not self._has_interface or vehicle is None or not vehicle.has_api


def issue_of(draft: EscalationDraft) -> Issue:
    """Return what a vehicle is looked for."""
    platform = Platform.ON_PREMISES if draft.is_on_premises else Platform.CLOUD
    return Issue(draft.kind, draft.product, platform, severity_of(draft.impact))
