"""Service requests, their topics and the support profile on the wire."""

from __future__ import annotations

import re

from bot.partner_center.wire import Instant, Text, Wire, Word
from bot.shared.ids import ServiceRequestId, TenantId
from bot.support.service_requests import RequestNote, RequestSeverity, RequestStatus, ServiceRequest, SupportProfile, SupportTopic

# Written by name in later versions of the interface, by number in the first.
_SEVERITIES = {
    "critical": RequestSeverity.CRITICAL,
    "1": RequestSeverity.CRITICAL,
    "moderate": RequestSeverity.MODERATE,
    "2": RequestSeverity.MODERATE,
    "minimal": RequestSeverity.MINIMAL,
    "3": RequestSeverity.MINIMAL,
}
_STATUSES = {
    "open": RequestStatus.OPEN,
    "1": RequestStatus.OPEN,
    "closed": RequestStatus.CLOSED,
    "2": RequestStatus.CLOSED,
    "attentionneeded": RequestStatus.ATTENTION_NEEDED,
    "3": RequestStatus.ATTENTION_NEEDED,
}
_REFERENCE = re.compile(r"\[ref: ([A-Za-z0-9_\-]{1,80})\]")


def with_reference(description: str, reference: str) -> str:
    """Return the description with our reference at its end, by which the request is found again."""
    return f"{description.rstrip()}\n\n[ref: {reference}]"


class WireTopic(Wire):
    """What a request can be about."""

    id: Text
    name: Text = ""
    description: Text = ""

    def topic(self) -> SupportTopic:
        """Return the topic."""
        return SupportTopic(id=self.id, name=self.name, description=self.description)


class WireNote(Wire):
    """A note on a request."""

    created_by_name: Text = ""
    created_date: Instant = None
    text: Text = ""


class WireOrganization(Wire):
    """The customer's organisation."""

    id: Text = ""


class WireServiceRequest(Wire):
    """A service request."""

    id: Text
    title: Text = ""
    description: Text = ""
    severity: Word = ""
    status: Word = ""
    support_topic_id: Text = ""
    support_topic_name: Text = ""
    organization: WireOrganization = WireOrganization()
    product_name: Text = ""
    created_date: Instant = None
    last_modified_date: Instant = None
    last_closed_date: Instant = None
    notes: tuple[WireNote, ...] = ()

    def request(self) -> ServiceRequest:
        """Return the request, its notes oldest first."""
        marks = _REFERENCE.findall(self.description)
        notes = [RequestNote(at=note.created_date, by=note.created_by_name, text=note.text) for note in self.notes]
        return ServiceRequest(
            id=ServiceRequestId(self.id),
            title=self.title,
            description=self.description,
            severity=_SEVERITIES.get(self.severity, RequestSeverity.UNKNOWN),
            status=_STATUSES.get(self.status, RequestStatus.UNKNOWN),
            topic=self.support_topic_name or self.support_topic_id,
            tenant_id=TenantId(self.organization.id.lower()) if self.organization.id else None,
            product=self.product_name,
            reference=marks[-1] if marks else "",
            created_at=self.created_date,
            changed_at=self.last_modified_date,
            closed_at=self.last_closed_date,
            notes=tuple(sorted(notes, key=lambda note: (note.at is not None, note.at and note.at.timestamp()))),
        )


class WireSupportProfile(Wire):
    """The partner's public contact."""

    email: Text = ""
    telephone: Text = ""
    website: Text = ""

    def profile(self) -> SupportProfile:
        """Return the profile."""
        return SupportProfile(email=self.email, telephone=self.telephone, website=self.website)
