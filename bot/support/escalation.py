"""A case that goes to Microsoft: planned, sent, confirmed, mirrored, closed there, closed here. Pure.

Nothing is sent that nobody confirmed, but for critical cases out of hours where the partner's policy says so (ADR 0020). What is sent
carries a key that stays the same however often it is tried, so that a crash never opens two requests.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.shared.errors import Conflict, InvalidInput, NotAllowed
from bot.shared.ids import CustomerId, EscalationId, StaffId, TicketId, new_escalation_id
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support.checklist import Checklist, Impact, severity_of
from bot.support.hours import add_open_time
from bot.support.model import Ticket
from bot.support.vehicles import Issue, Severity, Vehicle, choose_vehicle

_NAMESPACE = uuid.UUID("7d5a0b0e-3f43-4bb5-9c8a-2b1c6a4c9f10")
_MINUTES_AN_HOUR = 60


class ChecklistIncomplete(Conflict):
    """Something is missing and nobody said that the case goes nevertheless, or the customer did not agree."""


class VehicleDoesNotFit(Conflict):
    """The vehicle does not cover the case, or is not held on the day."""


class NotConfirmed(Conflict):
    """Nobody has confirmed that the case is to be sent."""


class WrongState(Conflict):
    """The escalation is not in a state that permits this."""


class PolicyForbids(NotAllowed):
    """The policy does not let the case go without a person."""


class EscalationState(StrEnum):
    """Where an escalation is in its life."""

    PLANNED = "planned"
    SENT = "sent"
    CONFIRMED = "confirmed"
    """Microsoft has it, and its number is known."""
    MIRRORED = "mirrored"
    """What Microsoft writes stands in the ticket."""
    CLOSED_AT_MICROSOFT = "closed_at_microsoft"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """It never became a request at Microsoft: nobody sent it, or Microsoft refused it."""


_S = EscalationState
FOLLOWED_BY: dict[EscalationState, frozenset[EscalationState]] = {
    _S.PLANNED: frozenset({_S.SENT, _S.WITHDRAWN}),
    _S.SENT: frozenset({_S.CONFIRMED, _S.WITHDRAWN}),
    _S.CONFIRMED: frozenset({_S.MIRRORED, _S.CLOSED_AT_MICROSOFT}),
    _S.MIRRORED: frozenset({_S.MIRRORED, _S.CLOSED_AT_MICROSOFT}),
    # Microsoft opens a request again when somebody answers it.
    _S.CLOSED_AT_MICROSOFT: frozenset({_S.MIRRORED, _S.CLOSED}),
    _S.CLOSED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}
"""What may come after each state."""


@dataclass(frozen=True, slots=True)
class Go:
    """That a case may be sent.

    Attributes:
        by: Who confirmed it, or None when the policy did.
    """

    by: StaffId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Escalation:
    """A case on its way to Microsoft.

    Attributes:
        round: Which try for this ticket and vehicle it is, from 1; a new one after a withdrawn or closed one.
        vehicle: Key of the vehicle.
        title: One sentence.
        description: What Microsoft needs to know, in English.
        go: The confirmation, or None before.
        microsoft_number: Once it is known.
        responded_at: When Microsoft first responded, or None.
        ended_because: Why it was withdrawn or closed; empty before.
    """

    id: EscalationId
    ticket_id: TicketId
    customer_id: CustomerId
    round: int
    vehicle: str
    issue: Issue
    impact: Impact
    title: str
    description: str
    checklist: Checklist
    state: EscalationState
    proposed_by: StaffId | None
    proposed_at: datetime
    go: Go | None = None
    sent_at: datetime | None = None
    microsoft_number: str | None = None
    responded_at: datetime | None = None
    mirrored_at: datetime | None = None
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def key(self) -> str:
        """The key under which it is sent."""
        return idempotency_key(ticket_id=self.ticket_id, vehicle=self.vehicle, round=self.round)


@dataclass(frozen=True, slots=True)
class EscalationPolicy:
    """What the partner lets happen without a person.

    Attributes:
        critical_at_once_when_closed: Critical cases go at once while the desk is closed.
    """

    critical_at_once_when_closed: bool


@dataclass(frozen=True, slots=True)
class FirstResponse:
    """The clock to Microsoft's first response: a target, never a promise, and nothing about a solution.

    Attributes:
        target: When Microsoft means to have responded (aware, UTC).
        responded_at: When it did, or None.
    """

    target: datetime
    responded_at: datetime | None

    def is_late(self, *, now: datetime) -> bool:
        """Return whether the target was missed, or is missed by ``now`` (aware)."""
        return (self.responded_at or now) > self.target


def idempotency_key(*, ticket_id: TicketId, vehicle: str, round: int) -> str:  # noqa: A002 -- the word of the desk
    """Return the key of a request: a GUID, as Microsoft wants it, always the same for the same ticket, vehicle and round."""
    return str(uuid.uuid5(_NAMESPACE, f"{ticket_id}/{vehicle}/{round}"))


def propose(
    *,
    ticket: Ticket,
    issue: Issue,
    impact: Impact,
    vehicle: Vehicle,
    title: str,
    description: str,
    checklist: Checklist,
    by: StaffId | None,
    now: datetime,
    today: date,
    round: int = 1,  # noqa: A002 -- the word of the desk
) -> Escalation:
    """Return a planned escalation of ``ticket``.

    Args:
        ticket: Of a known customer.
        issue: Its severity is that of ``impact``.
        impact: As the customer told it.
        vehicle: As ``choose_vehicle`` found it.
        title: One sentence.
        description: In English.
        checklist: Ready.
        by: Who proposes it, or None for the assistant.
        now: Aware.
        today: In the partner's time zone; contracts begin and end by its days.
        round: From 1.

    Raises:
        ChecklistIncomplete: The checklist is not ready; the message names what is missing.
        VehicleDoesNotFit: Not for this case, or not on this day.
        InvalidInput: The ticket has no customer, the title is empty, or the severity is not that of the impact.
    """
    if ticket.customer_id is None:
        raise InvalidInput(f"ticket {ticket.number} has no customer; say whose it is before it goes to Microsoft")
    if not title.strip():
        raise InvalidInput("a request to Microsoft needs a title; say the problem in one sentence")
    if issue.severity is not severity_of(impact):
        raise InvalidInput(
            f"{impact.value} makes severity {severity_of(impact).letter}, not {issue.severity.letter}; take the one of the impact"
        )
    _check_ready(checklist)
    choice = choose_vehicle(vehicles=(vehicle,), issue=issue, today=today)
    if choice.vehicle is None:
        raise VehicleDoesNotFit(f"{vehicle.key} cannot take this case: {choice.passed_over[0].obstacle.value}; choose the vehicle anew")
    return Escalation(
        id=new_escalation_id(),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        round=round,
        vehicle=vehicle.key,
        issue=issue,
        impact=impact,
        title=title.strip(),
        description=description,
        checklist=checklist,
        state=EscalationState.PLANNED,
        proposed_by=by,
        proposed_at=now,
    )


def confirm(*, escalation: Escalation, by: StaffMember, now: datetime) -> Escalation:
    """Return ``escalation`` as confirmed by a member of staff who may; confirming twice changes nothing.

    Raises:
        PermissionMissing: The member may not.
        WrongState: It is not planned any more.
    """
    require(by, Permission.ESCALATION_CONFIRM)
    _check_state(escalation, EscalationState.SENT)
    return escalation if escalation.go is not None else replace(escalation, go=Go(by=by.id, at=now))


def confirm_by_policy(*, escalation: Escalation, policy: EscalationPolicy, desk_is_open: bool, now: datetime) -> Escalation:
    """Return ``escalation`` as confirmed by the policy: critical, out of hours, with a checklist that nobody had to override.

    Raises:
        PolicyForbids: The policy does not let it go without a person; says why.
        WrongState: It is not planned any more.
    """
    _check_state(escalation, EscalationState.SENT)
    reasons = {
        "the policy sends nothing without a person": not policy.critical_at_once_when_closed,
        "the desk is open": desk_is_open,
        "it is not critical": escalation.issue.severity is not Severity.CRITICAL,
        "its checklist was overridden": bool(escalation.checklist.missing),
    }
    if why := next((reason for reason, holds in reasons.items() if holds), None):
        raise PolicyForbids(f"the escalation waits for a person to confirm it, since {why}")
    return escalation if escalation.go is not None else replace(escalation, go=Go(by=None, at=now))


def sent(*, escalation: Escalation, now: datetime) -> Escalation:
    """Return ``escalation`` as about to be sent under its key; a crash after this is mended by sending it again.

    Raises:
        NotConfirmed: Nobody has confirmed it.
        WrongState: It is not planned any more.
    """
    _check_state(escalation, EscalationState.SENT)
    if escalation.go is None:
        raise NotConfirmed(f"escalation {escalation.id} waits for somebody to confirm it")
    return replace(escalation, state=EscalationState.SENT, sent_at=now)


def confirmed_by_microsoft(*, escalation: Escalation, number: str) -> Escalation:
    """Return ``escalation`` with Microsoft's number; the same number again changes nothing.

    Raises:
        InvalidInput: The number is empty.
        WrongState: It was not sent, or has another number already.
    """
    if not number.strip():
        raise InvalidInput("Microsoft's number of the request is empty; copy it from the confirmation")
    if escalation.microsoft_number == number.strip():
        return escalation
    _check_state(escalation, EscalationState.CONFIRMED)
    return replace(escalation, state=EscalationState.CONFIRMED, microsoft_number=number.strip())


def mirrored(*, escalation: Escalation, at: datetime, responded: bool) -> Escalation:
    """Return ``escalation`` with what Microsoft wrote being in the ticket; ``responded`` says whether a person of Microsoft wrote it.

    Raises:
        WrongState: Microsoft does not have it, or it was closed here.
    """
    _check_state(escalation, EscalationState.MIRRORED)
    first = escalation.responded_at or (at if responded else None)
    return replace(escalation, state=EscalationState.MIRRORED, mirrored_at=at, responded_at=first)


def closed_at_microsoft(*, escalation: Escalation, at: datetime) -> Escalation:
    """Return ``escalation`` as closed by Microsoft. Raises: WrongState."""
    _check_state(escalation, EscalationState.CLOSED_AT_MICROSOFT)
    return replace(escalation, state=EscalationState.CLOSED_AT_MICROSOFT, responded_at=escalation.responded_at or at)


def closed(*, escalation: Escalation, because: str, at: datetime) -> Escalation:
    """Return ``escalation`` as closed here too, once the customer has the answer. Raises: WrongState, InvalidInput."""
    return _ended(escalation, EscalationState.CLOSED, because, at)


def withdrawn(*, escalation: Escalation, because: str, at: datetime) -> Escalation:
    """Return ``escalation`` as given up before Microsoft had it; a new try is a new round.

    One that was sent is withdrawn only when Microsoft refused it: without an answer it may have arrived, and is sent again under its key.

    Raises:
        WrongState: Microsoft has it, or it has ended.
        InvalidInput: There is no reason.
    """
    return _ended(escalation, EscalationState.WITHDRAWN, because, at)


def first_response(*, escalation: Escalation, vehicle: Vehicle) -> FirstResponse | None:
    """Return the clock of ``escalation``, or None before it was sent.

    Hours count while Microsoft works on requests of ``vehicle``: round the clock, or in its hours.
    """
    if escalation.sent_at is None:
        return None
    hours = vehicle.response_hours(kind=escalation.issue.kind, severity=escalation.issue.severity)
    if vehicle.hours is None:
        target = escalation.sent_at + timedelta(hours=hours)
    else:
        target = add_open_time(hours=vehicle.hours, start=escalation.sent_at, open_minutes=hours * _MINUTES_AN_HOUR)
    return FirstResponse(target=target, responded_at=escalation.responded_at)


def _ended(escalation: Escalation, state: EscalationState, because: str, at: datetime) -> Escalation:
    if not because.strip():
        raise InvalidInput("an escalation ends with a reason; say what came of it")
    _check_state(escalation, state)
    return replace(escalation, state=state, ended_at=at, ended_because=because.strip())


def _check_state(escalation: Escalation, wanted: EscalationState) -> None:
    if wanted not in FOLLOWED_BY[escalation.state]:
        raise WrongState(f"escalation {escalation.id} is {escalation.state.value}; it cannot become {wanted.value}")


def _check_ready(checklist: Checklist) -> None:
    if checklist.is_refused:
        raise ChecklistIncomplete("the customer has not agreed that its data goes to Microsoft; ask for it, nothing overrides that")
    if not checklist.is_ready:
        missing = ", ".join(item.value for item in checklist.missing)
        raise ChecklistIncomplete(f"the checklist lacks {missing}; fill it in or override it with a reason")
