"""Service requests and the support profile, all in a user's name.

Source: Partner Center: service-request-resources, profile-resources (2021-08). Opening a request and its topics have no page of their
own; their paths and bodies are those of Microsoft's published .NET SDK (2023-06).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from bot.billing.microsoft_ports import MicrosoftNotFound, OutcomeUnknown
from bot.partner_center.auth import TokenKind
from bot.partner_center.commerce import request_id_of
from bot.partner_center.resource import Query, Resource, filtered, part
from bot.partner_center.transport import Answer, Call
from bot.partner_center.wire import read
from bot.partner_center.wire_support import WireServiceRequest, WireSupportProfile, WireTopic, with_reference
from bot.shared.ids import ServiceRequestId, TenantId
from bot.support.service_requests import NewServiceRequest, RequestStatus, ServiceRequest, SupportProfile, SupportTopic

_USER = TokenKind.USER
_REQUESTS_A_PAGE = 200
_AGENT_LOCALE = "en-US"
# The documentation and the SDK name different paths for changing the support profile.
_PROFILE_PATHS = ("/profiles/support", "/profiles/supportprofile")


class Support(Resource):
    """Microsoft's support; the asynchronous side of ``bot.support.service_requests.MicrosoftSupport``."""

    async def support_topics(self) -> tuple[SupportTopic, ...]:
        """Return what a request can be about."""
        operation = "service_requests.topics"
        items = self._items(operation, "/servicerequests/supporttopics", token=_USER)
        return tuple([read(WireTopic, item, operation=operation).topic() async for item in items])

    async def open_service_request(self, *, request: NewServiceRequest) -> ServiceRequest:
        """Open a service request, or return the one with its reference.

        Microsoft does not say that opening may be repeated, so it never is: before it is sent, and when its answer is lost, the
        customer's requests are looked through for the reference.

        Raises:
            MicrosoftRefused: A field is not acceptable.
            OutcomeUnknown: The answer was lost and the request was not found.
        """
        found = await self._by_reference(request)
        if found is not None:
            return found
        operation = "service_requests.open"
        contact = request.contact
        body = {
            "title": request.title,
            "description": with_reference(request.description, request.reference),
            "severity": request.severity.value,
            "supportTopicId": request.topic_id,
            "organization": {"id": request.tenant_id},
            "primaryContact": {
                "firstName": contact.first_name,
                "lastName": contact.last_name,
                "email": contact.email,
                "phoneNumber": contact.phone,
            },
            **({"countryCode": request.country} if request.country else {}),
        }
        call = Call(
            operation,
            "POST",
            f"/servicerequests/{_AGENT_LOCALE}",
            _USER,
            body=body,
            request_id=request_id_of(request.reference, purpose=operation),
        )
        try:
            answer = await self._transport.send(call)
        except OutcomeUnknown:
            found = await self._by_reference(request)
            if found is None:
                raise
            return found
        return read(WireServiceRequest, answer.content, operation=operation).request()

    async def service_request(self, *, request_id: ServiceRequestId) -> ServiceRequest:
        """Return it with its notes. Raises: MicrosoftNotFound."""
        operation = "service_requests.get"
        answer = await self._get(operation, f"/servicerequests/{part(request_id)}", token=_USER)
        return read(WireServiceRequest, answer.content, operation=operation).request()

    async def service_requests(
        self, *, tenant_id: TenantId | None = None, status: RequestStatus | None = None
    ) -> AsyncIterator[ServiceRequest]:
        """Yield the partner's requests, or those of one customer."""
        operation = "service_requests.list"
        path = f"/customers/{part(tenant_id)}/servicerequests" if tenant_id is not None else "/servicerequests"
        query: Query = (("size", str(_REQUESTS_A_PAGE)), ("offset", "0"))
        if status is not None:
            query = (*query, filtered("Status", status.value, "equals"))
        async for item in self._items(operation, path, token=_USER, query=query):
            request = read(WireServiceRequest, item, operation=operation).request()
            if status is None or request.status is status:
                yield request

    async def add_note(self, *, request_id: ServiceRequestId, text: str) -> ServiceRequest:
        """Add a note, unless the newest one says the same. Raises: MicrosoftNotFound, OutcomeUnknown."""
        before = await self.service_request(request_id=request_id)
        if _newest_says(before, text):
            return before
        operation = "service_requests.note"
        call = Call(operation, "PATCH", f"/servicerequests/{part(request_id)}", _USER, body={"newNote": {"text": text}})
        try:
            answer = await self._transport.send(call)
        except OutcomeUnknown:
            found = await self.service_request(request_id=request_id)
            if not _newest_says(found, text):
                raise
            return found
        return await self._read_back(answer, operation, request_id)

    async def close_service_request(self, *, request_id: ServiceRequestId) -> ServiceRequest:
        """Close it; one that is closed is returned as it is. Raises: MicrosoftNotFound."""
        before = await self.service_request(request_id=request_id)
        if before.status is RequestStatus.CLOSED:
            return before
        operation = "service_requests.close"
        path = f"/servicerequests/{part(request_id)}"
        answer = await self._transport.send(Call(operation, "PATCH", path, _USER, body={"status": "closed"}, repeatable=True))
        return await self._read_back(answer, operation, request_id)

    async def support_profile(self) -> SupportProfile:
        """Return the partner's public contact."""
        operation = "profiles.support"
        answer = await self._get(operation, _PROFILE_PATHS[0], token=_USER)
        return read(WireSupportProfile, answer.content, operation=operation).profile()

    async def set_support_profile(self, *, profile: SupportProfile) -> SupportProfile:
        """Change the partner's public contact. Raises: MicrosoftRefused."""
        operation = "profiles.set_support"
        body = {
            "email": profile.email,
            "telephone": profile.telephone,
            "website": profile.website,
            "profileType": "support_profile",
        }
        first, second = (Call(operation, "PUT", path, _USER, body=body, repeatable=True) for path in _PROFILE_PATHS)
        try:
            answer = await self._transport.send(first)
        except MicrosoftNotFound:
            answer = await self._transport.send(second)
        return read(WireSupportProfile, answer.content, operation=operation).profile()

    async def _by_reference(self, request: NewServiceRequest) -> ServiceRequest | None:
        async for found in self.service_requests(tenant_id=request.tenant_id):
            if found.reference == request.reference:
                return found
        return None

    async def _read_back(self, answer: Answer, operation: str, request_id: ServiceRequestId) -> ServiceRequest:
        if isinstance(answer.content, Mapping):
            return read(WireServiceRequest, answer.content, operation=operation).request()
        return await self.service_request(request_id=request_id)


def _newest_says(request: ServiceRequest, text: str) -> bool:
    return bool(request.notes) and request.notes[-1].text == text
