"""The client of Partner Center: asynchronous, and a synchronous face of it for the domain."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import date
from typing import Any, TypeVar

from bot.billing.microsoft import (
    BillingProfile,
    CompanyProfile,
    CustomerAgreement,
    LineKind,
    MicrosoftBalance,
    MicrosoftDeed,
    MicrosoftInvoice,
    MicrosoftLine,
    MicrosoftSubscription,
    ServiceCost,
    StatusChange,
    SupportContact,
    TenantCustomer,
)
from bot.partner_center.bills import Bills
from bot.partner_center.commerce import Commerce
from bot.partner_center.metrics import CallMetrics
from bot.partner_center.options import PartnerCenterOptions
from bot.partner_center.support import Support
from bot.partner_center.transport import Transport
from bot.shared.ids import ServiceRequestId, SubscriptionId, TenantId
from bot.support.service_requests import NewServiceRequest, RequestStatus, ServiceRequest, SupportProfile, SupportTopic

_T = TypeVar("_T")
_END = object()


class PartnerCenterClient(Commerce, Bills, Support):
    """All calls, over one transport; to be used in one event loop."""

    def __init__(self, options: PartnerCenterOptions, *, metrics: CallMetrics | None = None) -> None:
        """Remember where to ask; nothing is opened yet."""
        super().__init__(Transport(options, metrics=metrics or CallMetrics()))

    async def close(self) -> None:
        """Close the kept-alive connections; a later call opens new ones."""
        await self._transport.close()


class PartnerCenter:
    """The same calls for the synchronous domain; a ``MicrosoftCommerce`` and a ``MicrosoftSupport``.

    The client lives in an event loop of its own, in one daemon thread that starts with the first call, so that any number of threads
    share its connections, tokens and pace. Each call waits for its end, which the client's deadline bounds. Never call it from a
    coroutine: faces cross into the domain by ``shared.aio.in_thread`` first. What the methods do and raise stands in the ports.
    """

    def __init__(self, options: PartnerCenterOptions, *, metrics: CallMetrics | None = None) -> None:
        """Remember where to ask; the thread starts with the first call."""
        self._client = PartnerCenterClient(options, metrics=metrics)
        self._starting = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def close(self) -> None:
        """Close the connections and end the thread; a later call starts anew."""
        with self._starting:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._client.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    def customers(self, *, name_begins: str = "") -> Iterator[TenantCustomer]:
        """Yield the partner's customers."""
        return self._each(self._client.customers(name_begins=name_begins))

    def customer(self, *, tenant_id: TenantId) -> TenantCustomer:
        """Return one customer."""
        return self._done(self._client.customer(tenant_id=tenant_id))

    def company_profile(self, *, tenant_id: TenantId) -> CompanyProfile:
        """Return the company behind a tenant."""
        return self._done(self._client.company_profile(tenant_id=tenant_id))

    def billing_profile(self, *, tenant_id: TenantId) -> BillingProfile:
        """Return whom Microsoft has on file for bills."""
        return self._done(self._client.billing_profile(tenant_id=tenant_id))

    def agreements(self, *, tenant_id: TenantId) -> tuple[CustomerAgreement, ...]:
        """Return the agreements confirmed for a customer."""
        return self._done(self._client.agreements(tenant_id=tenant_id))

    def service_costs(self, *, tenant_id: TenantId) -> tuple[ServiceCost, ...]:
        """Return what the customer cost in the most recent period."""
        return self._done(self._client.service_costs(tenant_id=tenant_id))

    def subscriptions(self, *, tenant_id: TenantId) -> tuple[MicrosoftSubscription, ...]:
        """Return all subscriptions of a customer."""
        return self._done(self._client.subscriptions(tenant_id=tenant_id))

    def subscription(self, *, tenant_id: TenantId, subscription_id: SubscriptionId) -> MicrosoftSubscription:
        """Return one subscription."""
        return self._done(self._client.subscription(tenant_id=tenant_id, subscription_id=subscription_id))

    def suspend(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange:
        """Take the users' access away."""
        return self._done(self._client.suspend(tenant_id=tenant_id, subscription_id=subscription_id, key=key))

    def reactivate(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange:
        """Give access back."""
        return self._done(self._client.reactivate(tenant_id=tenant_id, subscription_id=subscription_id, key=key))

    def support_contact(self, *, tenant_id: TenantId, subscription_id: SubscriptionId) -> SupportContact:
        """Return which partner supports the subscription."""
        return self._done(self._client.support_contact(tenant_id=tenant_id, subscription_id=subscription_id))

    def set_support_contact(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, contact: SupportContact) -> SupportContact:
        """Name the partner that supports the subscription."""
        return self._done(self._client.set_support_contact(tenant_id=tenant_id, subscription_id=subscription_id, contact=contact))

    def invoices(self, *, since: date | None = None) -> Iterator[MicrosoftInvoice]:
        """Yield Microsoft's bills."""
        return self._each(self._client.invoices(since=since))

    def invoice(self, *, number: str) -> MicrosoftInvoice:
        """Return one bill."""
        return self._done(self._client.invoice(number=number))

    def invoice_lines(self, *, number: str, kind: LineKind) -> Iterator[MicrosoftLine]:
        """Yield the lines of one list of a bill."""
        return self._each(self._client.invoice_lines(number=number, kind=kind))

    def invoice_statement(self, *, number: str) -> bytes:
        """Return a bill as PDF."""
        return self._done(self._client.invoice_statement(number=number))

    def balances(self) -> tuple[MicrosoftBalance, ...]:
        """Return what the partner owes."""
        return self._done(self._client.balances())

    def deeds(self, *, since: date, until: date | None = None, tenant_id: TenantId | None = None) -> Iterator[MicrosoftDeed]:
        """Yield what was done in Partner Center."""
        return self._each(self._client.deeds(since=since, until=until, tenant_id=tenant_id))

    def support_topics(self) -> tuple[SupportTopic, ...]:
        """Return what a request can be about."""
        return self._done(self._client.support_topics())

    def open_service_request(self, *, request: NewServiceRequest) -> ServiceRequest:
        """Open a service request, or return the one with its reference."""
        return self._done(self._client.open_service_request(request=request))

    def service_request(self, *, request_id: ServiceRequestId) -> ServiceRequest:
        """Return it with its notes."""
        return self._done(self._client.service_request(request_id=request_id))

    def service_requests(self, *, tenant_id: TenantId | None = None, status: RequestStatus | None = None) -> Iterator[ServiceRequest]:
        """Yield the partner's requests, or those of one customer."""
        return self._each(self._client.service_requests(tenant_id=tenant_id, status=status))

    def add_note(self, *, request_id: ServiceRequestId, text: str) -> ServiceRequest:
        """Add a note, unless the newest one says the same."""
        return self._done(self._client.add_note(request_id=request_id, text=text))

    def close_service_request(self, *, request_id: ServiceRequestId) -> ServiceRequest:
        """Close it."""
        return self._done(self._client.close_service_request(request_id=request_id))

    def support_profile(self) -> SupportProfile:
        """Return the partner's public contact."""
        return self._done(self._client.support_profile())

    def set_support_profile(self, *, profile: SupportProfile) -> SupportProfile:
        """Change the partner's public contact."""
        return self._done(self._client.set_support_profile(profile=profile))

    def _done(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Return the result of ``work``, done in the client's own loop; its exceptions pass through."""
        return asyncio.run_coroutine_threadsafe(work, self._running()).result()

    def _each(self, items: AsyncIterator[_T]) -> Iterator[_T]:
        async def following() -> object:
            return await anext(items, _END)

        while (item := self._done(following())) is not _END:
            yield item  # type: ignore[misc] # it is a _T when it is not the end

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="partner-center", daemon=True)
                self._thread.start()
            return self._loop
