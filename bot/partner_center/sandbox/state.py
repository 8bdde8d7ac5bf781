"""What the sandbox remembers. Everything is kept in the shape it has on the wire."""

from __future__ import annotations

import base64
import json
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.partner_center.sandbox.refusal import Refusal
from bot.shared.clock import Clock

Resource = dict[str, Any]
UNSET = "0001-01-01T00:00:00"
_REMEMBERED_REQUESTS = 5000
_REMEMBERED_ANSWERS = 2000


def wire_time(moment: datetime) -> str:
    """Return ``moment`` as Partner Center writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def wire_day(moment: datetime) -> str:
    """Return the day of ``moment`` as Partner Center writes it, with its midnight."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT00:00:00Z")


def read_time(text: str) -> datetime:
    """Return the instant written as ``text``."""
    moment = datetime.fromisoformat(text[:26].rstrip("Z"))
    return moment.replace(tzinfo=UTC)


def etag(identifier: str, version: int) -> str:
    """Return the ETag of a version: base64 of a small JSON, in the body and not in a header."""
    return base64.b64encode(json.dumps({"id": identifier, "version": version}).encode()).decode()


@dataclass(slots=True)
class PendingChange:
    """A change that was taken (202) and happens later."""

    tenant: str
    subscription: str
    body: Resource
    at: datetime


@dataclass(slots=True)
class Limits:
    """How strict the sandbox is. ``per_minute``: requests for customers and subscriptions within one minute."""

    per_minute: int = 500
    token_seconds: int = 3600


@dataclass(slots=True)
class State:
    """All that the sandbox knows.

    Attributes:
        subscriptions: By tenant, then by id.
        invoices: By number.
        lines: By invoice number, provider and type of line.
        answers: By request id: the answer to a change, given again when the same request comes again.
        requests: What was asked, oldest first; the last few thousand.
    """

    clock: Clock
    limits: Limits = field(default_factory=Limits)
    ahead: timedelta = timedelta(0)
    customers: dict[str, Resource] = field(default_factory=dict)
    subscriptions: dict[str, dict[str, Resource]] = field(default_factory=dict)
    agreements: dict[str, list[Resource]] = field(default_factory=dict)
    costs: dict[str, list[Resource]] = field(default_factory=dict)
    support_contacts: dict[str, Resource] = field(default_factory=dict)
    invoices: dict[str, Resource] = field(default_factory=dict)
    lines: dict[tuple[str, str, str], list[Resource]] = field(default_factory=dict)
    balance: str = "0.00"
    currency: str = "EUR"
    requests_of_service: dict[str, Resource] = field(default_factory=dict)
    support_profile: Resource = field(default_factory=dict)
    audit: list[Resource] = field(default_factory=list)
    pending: list[PendingChange] = field(default_factory=list)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    requests: deque[Resource] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_REQUESTS))

    def now(self) -> datetime:
        """Return the sandbox's present: the clock's, moved ahead by ``/sandbox/clock``."""
        return self.clock.now() + self.ahead

    def customer(self, tenant: str) -> Resource:
        """Return the customer. Raises: Refusal."""
        try:
            return self.customers[tenant.lower()]
        except KeyError:
            raise Refusal(404, 1000, "there is no such customer") from None

    def related_customer(self, tenant: str) -> Resource:
        """Return the customer of whom the partner is the reseller. Raises: Refusal."""
        found = self.customer(tenant)
        if found["relationshipToPartner"] == "none":
            raise Refusal(403, 20002, "the partner has no relationship with this customer")
        return found

    def subscription(self, tenant: str, identifier: str) -> Resource:
        """Return the subscription. Raises: Refusal."""
        self.related_customer(tenant)
        try:
            return self.subscriptions[tenant.lower()][identifier.lower()]
        except KeyError:
            raise Refusal(404, 20003, "there is no such subscription") from None

    def remember_answer(self, request_id: str, status: int, body: bytes) -> None:
        """Keep the answer to a change for the same request coming again."""
        if len(self.answers) >= _REMEMBERED_ANSWERS:
            del self.answers[next(iter(self.answers))]
        self.answers[request_id] = (status, body)

    def note_deed(self, *, operation: str, resource: str, tenant: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        """Write an audit record."""
        name = self.customers[tenant]["companyProfile"]["companyName"] if tenant in self.customers else ""
        self.audit.insert(
            0,
            {
                "id": secrets.token_hex(8),
                "customerId": tenant,
                "customerName": name,
                "userPrincipalName": "agent@partner.example",
                "resourceType": resource,
                "resourceOldValue": json.dumps(before) if before is not None else "",
                "resourceNewValue": json.dumps(after),
                "operationType": operation,
                "operationDate": wire_time(self.now()),
                "operationStatus": "succeeded",
                "customizedData": [],
                "attributes": {"objectType": "AuditRecord"},
            },
        )

    def forget_everything(self) -> None:
        """Empty the sandbox, and put its clock right."""
        empty = State(clock=self.clock)
        for name in self.__slots__:
            if name != "clock":
                setattr(self, name, getattr(empty, name))
