"""Escalations as service requests of Partner Center."""

from __future__ import annotations

from collections.abc import Iterable

from bot.shared.errors import InvalidInput
from bot.shared.ids import ServiceRequestId, TenantId
from bot.shared.text import fold
from bot.support.checklist import Item
from bot.support.escalation import Escalation
from bot.support.escalation_ports import MicrosoftNote, MicrosoftRequest
from bot.support.escalation_text import request_text
from bot.support.service_requests import (
    MicrosoftSupport,
    NewServiceRequest,
    RequestContact,
    RequestNote,
    RequestSeverity,
    RequestStatus,
    ServiceRequest,
    SupportTopic,
)
from bot.support.vehicles import IssueKind, Vehicle

# Words of a topic's name by what a case is about, for one whose product no topic names.
_WORDS = {
    IssueKind.BILLING: ("billing", "invoice"),
    IssueKind.SUBSCRIPTION: ("subscription",),
    IssueKind.TECHNICAL: ("sign-in", "identity", "general", "other"),
    IssueKind.ADVICE: ("general", "other", "advice"),
}
_FEWEST_LETTERS = 4


class PartnerCenterRequests:
    """Opens, reads and writes to service requests; a ``bot.support.escalation_ports.MicrosoftRequests``."""

    def __init__(self, support: MicrosoftSupport, *, call_back: RequestContact, vehicles: tuple[Vehicle, ...]) -> None:
        """Ask ``support``; Microsoft calls ``call_back`` back."""
        self._support = support
        self._call_back = call_back
        self._vehicles = {vehicle.key: vehicle for vehicle in vehicles}
        self._topics: tuple[SupportTopic, ...] = ()

    def open(self, *, key: str, escalation: Escalation) -> str:
        """Open a request and return its number; the same ``key`` again opens no second one. Errors: the port's."""
        tenant = escalation.checklist.value(Item.TENANT)
        if not tenant:
            raise InvalidInput("the customer has no tenant ID, which Microsoft needs; enter it at the customer and propose the case anew")
        if not self._topics:
            self._topics = self._support.support_topics()
        vehicle = self._vehicles.get(escalation.vehicle)
        text = request_text(escalation=escalation, vehicle=vehicle).body if vehicle is not None else escalation.description
        request = self._support.open_service_request(
            request=NewServiceRequest(
                reference=key,
                tenant_id=TenantId(tenant.lower()),
                title=escalation.title,
                description=text,
                severity=RequestSeverity(escalation.issue.severity.value),
                topic_id=topic_for(self._topics, escalation).id,
                contact=self._call_back,
            )
        )
        return request.id

    def read(self, *, number: str) -> MicrosoftRequest:
        """Return a request as it stands. Errors: the port's."""
        request = self._support.service_request(request_id=ServiceRequestId(number))
        return MicrosoftRequest(
            number=number,
            notes=tuple(self._notes(request)),
            closed_at=(request.closed_at or request.changed_at or request.created_at) if request.status is RequestStatus.CLOSED else None,
            needs_attention=request.status is RequestStatus.ATTENTION_NEEDED,
        )

    def add_note(self, *, number: str, text: str) -> None:
        """Write to a request; what its newest note says already is not written again. Errors: the port's."""
        self._support.add_note(request_id=ServiceRequestId(number), text=text)

    def _notes(self, request: ServiceRequest) -> Iterable[MicrosoftNote]:
        for note in request.notes:
            at = note.at or request.changed_at or request.created_at
            if at is not None:
                yield MicrosoftNote(at, note.by, note.text, by_microsoft=self._is_theirs(note))

    def _is_theirs(self, note: RequestNote) -> bool:
        """Return whether a note is of Microsoft: Partner Center names its author, ours by the contact, the user or as the partner."""
        ours = {fold(f"{self._call_back.first_name} {self._call_back.last_name}"), fold(self._call_back.email), "partner"}
        return fold(note.by) not in ours


def topic_for(topics: tuple[SupportTopic, ...], escalation: Escalation) -> SupportTopic:
    """Return the topic whose words are found in the case's product and title most, else one for its kind, else the first.

    Raises:
        InvalidInput: Microsoft offers no topic.
    """
    if not topics:
        raise InvalidInput("Microsoft offers no topic for a request; look in Partner Center whether support is open for this account")
    case = set(_words(f"{escalation.issue.product} {escalation.title} {escalation.description}"))
    best = max(topics, key=lambda topic: len(case & set(_words(f"{topic.name} {topic.description}"))))
    is_commercial = escalation.issue.kind in (IssueKind.BILLING, IssueKind.SUBSCRIPTION)
    if not is_commercial and case & set(_words(f"{best.name} {best.description}")):
        return best
    of_kind = (topic for topic in topics if any(word in fold(topic.name) for word in _WORDS[escalation.issue.kind]))
    return next(of_kind, best)


def _words(text: str) -> Iterable[str]:
    return (word for word in fold(text).replace(",", " ").replace(".", " ").split() if len(word) >= _FEWEST_LETTERS)
