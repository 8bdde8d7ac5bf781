"""Service requests: what the partner asks Microsoft's support for a customer. Model and port; ``bot.partner_center`` implements it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.shared.ids import ServiceRequestId, TenantId


class RequestSeverity(StrEnum):
    """How bad it is. Microsoft's A, B and C. Source: Partner Center: report-problems-on-behalf-of-a-customer (2021-07)."""

    CRITICAL = "critical"
    MODERATE = "moderate"
    MINIMAL = "minimal"
    UNKNOWN = "unknown"


class RequestStatus(StrEnum):
    """Where a service request is. ``ATTENTION_NEEDED``: Microsoft waits for the partner."""

    OPEN = "open"
    ATTENTION_NEEDED = "attention_needed"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SupportTopic:
    """What a service request can be about."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class RequestContact:
    """Whom Microsoft calls back: somebody of the partner, never of the customer."""

    first_name: str
    last_name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class RequestNote:
    """A note on a service request."""

    at: datetime | None
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class NewServiceRequest:
    """What is to be asked.

    Attributes:
        reference: Our own id of the deed, such as ``esc_9f…``: it is written into the description, and the same reference is
            never sent twice.
        country: ISO 3166 alpha-2 of the customer, or empty.
    """

    reference: str
    tenant_id: TenantId
    title: str
    description: str
    severity: RequestSeverity
    topic_id: str
    contact: RequestContact
    country: str = ""


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A service request as Microsoft has it.

    Attributes:
        reference: Ours, read back from the description; empty for one that was not opened here.
        notes: Oldest first; may be empty.
    """

    id: ServiceRequestId
    title: str
    description: str
    severity: RequestSeverity
    status: RequestStatus
    topic: str
    tenant_id: TenantId | None
    product: str = ""
    reference: str = ""
    created_at: datetime | None = None
    changed_at: datetime | None = None
    closed_at: datetime | None = None
    notes: tuple[RequestNote, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportProfile:
    """The partner's public contact for support, as customers see it at Microsoft."""

    email: str
    telephone: str
    website: str


class MicrosoftSupport(Protocol):
    """Microsoft's support, as far as Partner Center's interface goes. Errors: ``bot.billing.microsoft_ports``."""

    def support_topics(self) -> tuple[SupportTopic, ...]:
        """Return what a request can be about, in Microsoft's order."""
        ...

    def open_service_request(self, *, request: NewServiceRequest) -> ServiceRequest:
        """Open a service request, or return the one that already has this reference.

        Raises:
            MicrosoftRefused: A field is not acceptable.
            OutcomeUnknown: The answer was lost and the request was not found by looking; call again later with the same reference.
        """
        ...

    def service_request(self, *, request_id: ServiceRequestId) -> ServiceRequest:
        """Return it with its notes. Raises: MicrosoftNotFound."""
        ...

    def service_requests(self, *, tenant_id: TenantId | None = None, status: RequestStatus | None = None) -> Iterator[ServiceRequest]:
        """Yield the partner's requests, or those of one customer; only in ``status`` if given. Notes may be missing in a list."""
        ...

    def add_note(self, *, request_id: ServiceRequestId, text: str) -> ServiceRequest:
        """Add a note, unless its last one by us says the same. Raises: MicrosoftNotFound, OutcomeUnknown."""
        ...

    def close_service_request(self, *, request_id: ServiceRequestId) -> ServiceRequest:
        """Close it; one that is closed is returned as it is. Raises: MicrosoftNotFound."""
        ...

    def support_profile(self) -> SupportProfile:
        """Return the partner's public contact."""
        ...

    def set_support_profile(self, *, profile: SupportProfile) -> SupportProfile:
        """Change the partner's public contact. Raises: MicrosoftRefused."""
        ...
