"""Customers and subscriptions. Source: Partner Center: the pages named after each call (2021-08, 2023-10)."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.billing.microsoft import (
    BillingProfile,
    ChangeOutcome,
    CompanyProfile,
    CustomerAgreement,
    MicrosoftStatus,
    MicrosoftSubscription,
    ServiceCost,
    StatusChange,
    SupportContact,
    TenantCustomer,
)
from bot.billing.microsoft_ports import ChangedMeanwhile, MicrosoftUnavailable, OutcomeUnknown
from bot.partner_center.auth import TokenKind
from bot.partner_center.paging import Page, get_page, turned
from bot.partner_center.resource import Resource, filtered, part
from bot.partner_center.transport import Call
from bot.partner_center.wire import fold, made, read
from bot.partner_center.wire_customers import WireAgreement, WireBillingProfile, WireCompany, WireCost, WireCostSummary, WireCustomer
from bot.partner_center.wire_subscriptions import WireSubscription, WireSupportContact
from bot.shared.ids import SubscriptionId, TenantId

_APP, _USER = TokenKind.APP, TokenKind.USER
CUSTOMERS_A_PAGE = 500
_SUBSCRIPTIONS_A_PAGE = 500
_PENDING = 202
# Makes the same GUID of the same key, so that a deed asked again after a crash is the same request to Microsoft.
_KEYS = uuid.UUID("8a6f2f0e-51c2-4a53-9d0b-6c9c5a1f7d21")


def request_id_of(key: str, *, purpose: str) -> str:
    """Return the request id (GUID) of the planned deed ``key``; another one for each ``purpose`` of it."""
    return str(uuid.uuid5(_KEYS, f"{key}|{purpose}"))


class Commerce(Resource):
    """Customers and subscriptions; the asynchronous side of ``bot.billing.microsoft_ports.MicrosoftCommerce``."""

    async def customers(self, *, name_begins: str = "") -> AsyncIterator[TenantCustomer]:
        """Yield the partner's customers."""
        operation = "customers.list"
        async for customer in turned(lambda cursor: self.customers_page(cursor=cursor, name_begins=name_begins), operation=operation):
            yield customer

    async def customers_page(
        self, *, cursor: str | None = None, name_begins: str = "", size: int = CUSTOMERS_A_PAGE
    ) -> tuple[tuple[TenantCustomer, ...], Page]:
        """Return one page of customers, with its cursor for the next; ``size`` customers a page at most."""
        operation = "customers.list"
        query = (("size", str(size)), *((filtered("CompanyName", name_begins, "starts_with"),) if name_begins else ()))
        page = await get_page(self._transport, Call(operation, "GET", "/customers", _APP, query=query), cursor=cursor)
        wires = [read(WireCustomer, item, operation=operation) for item in page.items]
        return tuple(made(wire.customer, operation=operation) for wire in wires), page

    async def customer(self, *, tenant_id: TenantId) -> TenantCustomer:
        """Return one customer. Raises: MicrosoftNotFound."""
        operation = "customers.get"
        answer = await self._get(operation, _customer(tenant_id), token=_APP)
        return made(read(WireCustomer, answer.content, operation=operation).customer, operation=operation)

    async def company_profile(self, *, tenant_id: TenantId) -> CompanyProfile:
        """Return the company behind a tenant. Raises: MicrosoftNotFound."""
        operation = "customers.company_profile"
        answer = await self._get(operation, f"{_customer(tenant_id)}/profiles/company", token=_APP)
        return read(WireCompany, answer.content, operation=operation).profile(tenant_id=tenant_id)

    async def billing_profile(self, *, tenant_id: TenantId) -> BillingProfile:
        """Return whom Microsoft has on file for bills. Raises: MicrosoftNotFound."""
        operation = "customers.billing_profile"
        answer = await self._get(operation, f"{_customer(tenant_id)}/profiles/billing", token=_APP)
        return read(WireBillingProfile, answer.content, operation=operation).profile()

    async def agreements(self, *, tenant_id: TenantId) -> tuple[CustomerAgreement, ...]:
        """Return the agreements confirmed for a customer. Raises: MicrosoftNotFound."""
        operation = "customers.agreements"
        items = self._items(operation, f"{_customer(tenant_id)}/agreements", token=_USER)
        return tuple([read(WireAgreement, item, operation=operation).agreement() async for item in items])

    async def service_costs(self, *, tenant_id: TenantId) -> tuple[ServiceCost, ...]:
        """Return what the customer cost in the most recent period. Raises: MicrosoftNotFound."""
        operation = "customers.service_costs"
        path = f"{_customer(tenant_id)}/servicecosts/mostrecent"
        summary = read(WireCostSummary, (await self._get(operation, path, token=_USER)).content, operation=operation)
        currency = summary.currency_code.upper()
        wires = [read(WireCost, item, operation=operation) async for item in self._items(operation, f"{path}/lineitems", token=_USER)]
        return tuple(made(lambda wire=wire: wire.cost(currency=currency), operation=operation) for wire in wires)  # type: ignore[misc]

    async def subscriptions(self, *, tenant_id: TenantId) -> tuple[MicrosoftSubscription, ...]:
        """Return all subscriptions of a customer. Raises: MicrosoftNotFound."""
        operation = "subscriptions.list"
        query = (("size", str(_SUBSCRIPTIONS_A_PAGE)), ("offset", "0"))
        items = self._items(operation, f"{_customer(tenant_id)}/subscriptions", token=_APP, query=query)
        return tuple([read(WireSubscription, item, operation=operation).subscription(tenant_id=tenant_id) async for item in items])

    async def subscription(self, *, tenant_id: TenantId, subscription_id: SubscriptionId) -> MicrosoftSubscription:
        """Return one subscription. Raises: MicrosoftNotFound."""
        return _subscription(await self._read(tenant_id, subscription_id), tenant_id)

    async def suspend(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange:
        """Take the users' access away; see the port. Raises: MicrosoftNotFound, OperationPending, MicrosoftRefused, OutcomeUnknown."""
        return await self._set_status(tenant_id, subscription_id, MicrosoftStatus.SUSPENDED, key)

    async def reactivate(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, key: str) -> StatusChange:
        """Give access back; see the port. Raises: MicrosoftNotFound, OperationPending, MicrosoftRefused, OutcomeUnknown."""
        return await self._set_status(tenant_id, subscription_id, MicrosoftStatus.ACTIVE, key)

    async def support_contact(self, *, tenant_id: TenantId, subscription_id: SubscriptionId) -> SupportContact:
        """Return which partner supports the subscription. Raises: MicrosoftNotFound."""
        operation = "subscriptions.support_contact"
        answer = await self._get(operation, f"{_path(tenant_id, subscription_id)}/supportcontact", token=_USER)
        return read(WireSupportContact, answer.content, operation=operation).contact()

    async def set_support_contact(self, *, tenant_id: TenantId, subscription_id: SubscriptionId, contact: SupportContact) -> SupportContact:
        """Name the partner that supports the subscription. Raises: MicrosoftNotFound, MicrosoftRefused."""
        operation = "subscriptions.set_support_contact"
        body = {"supportTenantId": contact.tenant_id, "supportMpnId": contact.partner_id, "name": contact.name}
        path = f"{_path(tenant_id, subscription_id)}/supportcontact"
        answer = await self._transport.send(Call(operation, "PUT", path, _USER, body=body, repeatable=True))
        return read(WireSupportContact, answer.content, operation=operation).contact()

    async def _set_status(self, tenant_id: TenantId, subscription_id: SubscriptionId, wanted: MicrosoftStatus, key: str) -> StatusChange:
        """Set the state; what was changed meanwhile is read again and tried once more."""
        try:
            return await self._try_status(tenant_id, subscription_id, wanted, key)
        except ChangedMeanwhile:
            return await self._try_status(tenant_id, subscription_id, wanted, f"{key}|again")

    async def _try_status(self, tenant_id: TenantId, subscription_id: SubscriptionId, wanted: MicrosoftStatus, key: str) -> StatusChange:
        operation = f"subscriptions.{'suspend' if wanted is MicrosoftStatus.SUSPENDED else 'reactivate'}"
        content = await self._read(tenant_id, subscription_id)
        before = _subscription(content, tenant_id)
        if before.status is wanted:
            return StatusChange(before, ChangeOutcome.ALREADY_SO)
        call = Call(
            operation,
            "PATCH",
            _path(tenant_id, subscription_id),
            _APP,
            # The whole resource goes back with one field changed; what we do not know is kept as it came.
            body={name: wanted.value if fold(name) == "status" else value for name, value in content.items()},
            headers=(("If-Match", f'"{before.etag}"'),) if before.etag else (),
            repeatable=True,
            request_id=request_id_of(key, purpose=operation),
        )
        try:
            answer = await self._transport.send(call)
        except OutcomeUnknown as unknown:
            try:
                found = _subscription(await self._read(tenant_id, subscription_id), tenant_id)
            except MicrosoftUnavailable:
                # Nobody could look either: that it may have been carried out is what has to be said.
                raise unknown from None
            if found.status is wanted:
                return StatusChange(found, ChangeOutcome.CHANGED)
            raise
        if answer.status == _PENDING:
            return StatusChange(before, ChangeOutcome.PENDING)
        # Some pages of the documentation show no body here; what counts is what is there now.
        after = _subscription(
            answer.content if isinstance(answer.content, Mapping) else await self._read(tenant_id, subscription_id), tenant_id
        )
        return StatusChange(after, ChangeOutcome.CHANGED if after.status is wanted else ChangeOutcome.PENDING)

    async def _read(self, tenant_id: TenantId, subscription_id: SubscriptionId) -> dict[str, Any]:
        answer = await self._get("subscriptions.get", _path(tenant_id, subscription_id), token=_APP)
        if not isinstance(answer.content, dict):
            raise MicrosoftUnavailable("Partner Center's answer to subscriptions.get is not a subscription")
        return answer.content


def _subscription(content: object, tenant_id: TenantId) -> MicrosoftSubscription:
    return read(WireSubscription, content, operation="subscriptions.get").subscription(tenant_id=tenant_id)


def _customer(tenant_id: TenantId) -> str:
    return f"/customers/{part(tenant_id)}"


def _path(tenant_id: TenantId, subscription_id: SubscriptionId) -> str:
    return f"{_customer(tenant_id)}/subscriptions/{part(subscription_id)}"
