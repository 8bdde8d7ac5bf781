"""What the sandbox answers: the calls of Partner Center that Clearline makes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from decimal import Decimal

from aiohttp import web

from bot.partner_center.sandbox import microsoft
from bot.partner_center.sandbox.collections import by_offset, by_seeking, fitting, shown
from bot.partner_center.sandbox.lifecycle import apply_change
from bot.partner_center.sandbox.refusal import Refusal
from bot.partner_center.sandbox.state import PendingChange, Resource, State
from bot.partner_center.sandbox.tokens import STATE

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_FEWEST_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PENDING_SECONDS = web.RequestKey("pending_seconds", float)
# Routes that an application in its own name may not call. Source: the prerequisites of each page.
_USER_ONLY: set[_Handler] = set()


def _user_only(handler: _Handler) -> _Handler:
    _USER_ONLY.add(handler)
    return handler


def needs_user(handler: object) -> bool:
    """Return whether the call needs a user's token."""
    return handler in _USER_ONLY


def routes() -> list[web.RouteDef]:
    """Return the routes, below the root of the interface."""
    subscription = "/customers/{tenant}/subscriptions/{subscription}"
    return [
        web.get("/customers", _customers),
        web.get("/customers/{tenant}", _customer),
        web.get("/customers/{tenant}/profiles/company", _company),
        web.get("/customers/{tenant}/profiles/billing", _billing),
        web.get("/customers/{tenant}/agreements", _agreements),
        web.get("/customers/{tenant}/servicecosts/mostrecent", _costs),
        web.get("/customers/{tenant}/servicecosts/mostrecent/lineitems", _cost_lines),
        web.get("/customers/{tenant}/subscriptions", _subscriptions),
        web.get(subscription, _subscription),
        web.patch(subscription, _change_subscription),
        web.get(f"{subscription}/supportcontact", _support_contact),
        web.put(f"{subscription}/supportcontact", _set_support_contact),
        web.get("/customers/{tenant}/servicerequests", _customer_requests),
        web.get("/invoices", _invoices),
        web.get("/invoices/summaries", _summaries),
        web.get("/invoices/summary", _summary),
        web.get("/invoices/{number}", _invoice),
        web.get("/invoices/{number}/lineitems", _lines),
        web.get("/invoices/{number}/documents/statement", _statement),
        web.get("/servicerequests", _requests),
        web.get("/servicerequests/supporttopics", _topics),
        web.post("/servicerequests/{locale}", _open_request),
        web.get("/servicerequests/{request}", _request),
        web.patch("/servicerequests/{request}", _change_request),
        web.get("/profiles/support", _profile),
        web.put("/profiles/support", _set_profile),
        web.get("/auditrecords", _audit),
    ]


def _state(request: web.Request) -> State:
    return request.app[STATE]


def _one(resource: Resource) -> web.Response:
    return web.Response(body=json.dumps(shown(resource), default=float).encode(), content_type="application/json", charset="utf-8")


async def _body(request: web.Request) -> Resource:
    try:
        body = json.loads(await request.text())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, 800002, "the body is not a JSON object")
    return body


async def _customers(request: web.Request) -> web.Response:
    known = [one for one in _state(request).customers.values() if one["relationshipToPartner"] != "none"]
    return by_seeking(request, fitting(request, known, {"CompanyName": "companyProfile.companyName", "Domain": "companyProfile.domain"}))


async def _customer(request: web.Request) -> web.Response:
    return _one(_state(request).related_customer(request.match_info["tenant"]))


async def _company(request: web.Request) -> web.Response:
    return _one(_state(request).related_customer(request.match_info["tenant"])["companyProfile"])


async def _billing(request: web.Request) -> web.Response:
    return _one(_state(request).related_customer(request.match_info["tenant"])["billingProfile"])


@_user_only
async def _agreements(request: web.Request) -> web.Response:
    state, tenant = _state(request), request.match_info["tenant"].lower()
    state.related_customer(tenant)
    return by_offset(request, state.agreements.get(tenant, []))


@_user_only
async def _costs(request: web.Request) -> web.Response:
    state, tenant = _state(request), request.match_info["tenant"].lower()
    state.related_customer(tenant)
    total = sum((Decimal(str(line["pretaxTotal"])) for line in state.costs.get(tenant, [])), Decimal(0))
    return _one(
        {"customerId": tenant, "currencyCode": state.currency, "pretaxTotal": float(total), "tax": 0.0, "afterTaxTotal": float(total)}
    )


@_user_only
async def _cost_lines(request: web.Request) -> web.Response:
    state, tenant = _state(request), request.match_info["tenant"].lower()
    state.related_customer(tenant)
    return by_offset(request, state.costs.get(tenant, []))


async def _subscriptions(request: web.Request) -> web.Response:
    state, tenant = _state(request), request.match_info["tenant"].lower()
    state.related_customer(tenant)
    return by_offset(request, list(state.subscriptions.get(tenant, {}).values()))


async def _subscription(request: web.Request) -> web.Response:
    return _one(_state(request).subscription(request.match_info["tenant"], request.match_info["subscription"]))


async def _change_subscription(request: web.Request) -> web.Response:
    state, body = _state(request), await _body(request)
    tenant, identifier = request.match_info["tenant"], request.match_info["subscription"]
    seconds = request.get(PENDING_SECONDS)
    if seconds is not None:
        state.subscription(tenant, identifier)
        state.pending.append(PendingChange(tenant, identifier, body, state.now() + timedelta(seconds=seconds)))
        return web.Response(status=202, headers={"Location": request.path.removeprefix("/v1")})
    sent = request.headers.get("If-Match", "").strip('"')
    if sent and sent != state.subscription(tenant, identifier)["attributes"]["etag"]:
        raise Refusal(412, 2055, "the ETag is outdated")
    return _one(apply_change(state, tenant, identifier, body))


@_user_only
async def _support_contact(request: web.Request) -> web.Response:
    state = _state(request)
    found = state.subscription(request.match_info["tenant"], request.match_info["subscription"])
    unnamed = {"supportTenantId": "", "supportMpnId": "", "name": "", "attributes": {"objectType": "SupportContact"}}
    return _one(state.support_contacts.get(found["id"], unnamed))


@_user_only
async def _set_support_contact(request: web.Request) -> web.Response:
    state = _state(request)
    found = state.subscription(request.match_info["tenant"], request.match_info["subscription"])
    state.support_contacts[found["id"]] = await _body(request)
    return _one(state.support_contacts[found["id"]])


async def _invoices(request: web.Request) -> web.Response:
    found = fitting(request, list(_state(request).invoices.values()), {"InvoiceDate": "invoiceDate"})
    paged = [one for one in found if one["invoiceType"] == "Recurring"]
    # Size and offset hold for legacy bills only; those of new commerce come with every page.
    return by_offset(request, paged, always=[one for one in found if one["invoiceType"] != "Recurring"])


def _invoice_of(request: web.Request) -> Resource:
    try:
        return _state(request).invoices[request.match_info["number"].upper()]
    except KeyError:
        raise Refusal(404, 1000, "there is no such invoice") from None


@_user_only
async def _invoice(request: web.Request) -> web.Response:
    found = _invoice_of(request)
    return _one({**found, "pdfDownloadLink": f"/invoices/{found['id']}/documents/statement"})


@_user_only
async def _statement(request: web.Request) -> web.Response:
    _invoice_of(request)
    return web.Response(body=_FEWEST_PDF, content_type="application/pdf")


async def _lines(request: web.Request) -> web.Response:
    number = _invoice_of(request)["id"]
    provider, kind = request.query.get("provider", "").lower(), request.query.get("invoicelineitemtype", "").lower()
    lines = _state(request).lines.get((number, provider, kind), [])
    return by_seeking(request, lines) if provider == "onetime" else by_offset(request, lines)


def _balance(state: State) -> Resource:
    latest = max((one["invoiceDate"] for one in state.invoices.values()), default="0001-01-01T00:00:00")
    return {
        "balanceAmount": float(state.balance),
        "currencyCode": state.currency,
        "lastPaymentDate": "0001-01-01T00:00:00",
        "lastPaymentAmount": 0.0,
        "latestInvoiceDate": latest,
        "attributes": {"objectType": "InvoiceSummary"},
    }


async def _summary(request: web.Request) -> web.Response:
    return _one(_balance(_state(request)))


@_user_only
async def _summaries(request: web.Request) -> web.Response:
    return by_offset(request, [_balance(_state(request))])


@_user_only
async def _requests(request: web.Request) -> web.Response:
    return by_offset(request, fitting(request, list(_state(request).requests_of_service.values()), {"Status": "status"}))


@_user_only
async def _customer_requests(request: web.Request) -> web.Response:
    state, tenant = _state(request), request.match_info["tenant"].lower()
    state.related_customer(tenant)
    found = [one for one in state.requests_of_service.values() if one["organization"].get("id") == tenant]
    return by_offset(request, fitting(request, found, {"Status": "status"}))


@_user_only
async def _topics(request: web.Request) -> web.Response:
    return by_offset(request, microsoft.TOPICS)


@_user_only
async def _open_request(request: web.Request) -> web.Response:
    opened = microsoft.open_request(_state(request), await _body(request))
    return web.Response(status=201, body=json.dumps(shown(opened)).encode(), content_type="application/json")


@_user_only
async def _request(request: web.Request) -> web.Response:
    return _one(microsoft.found_request(_state(request), request.match_info["request"]))


@_user_only
async def _change_request(request: web.Request) -> web.Response:
    return _one(microsoft.change_request(_state(request), request.match_info["request"], await _body(request)))


@_user_only
async def _profile(request: web.Request) -> web.Response:
    return _one(_state(request).support_profile)


@_user_only
async def _set_profile(request: web.Request) -> web.Response:
    state, body = _state(request), await _body(request)
    if not body.get("email"):
        raise Refusal(400, 3000, "an e-mail address is needed")
    state.support_profile = body
    return _one(body)


async def _audit(request: web.Request) -> web.Response:
    state = _state(request)
    today = state.now().date()
    try:
        begins = date.fromisoformat(request.query.get("startDate", str(today - timedelta(days=30))))
        ends = date.fromisoformat(request.query.get("endDate", str(today)))
    except ValueError:
        raise Refusal(400, 3000, "a date is not acceptable") from None
    if begins < today - timedelta(days=90):
        raise Refusal(400, 3000, "records are kept for 90 days")
    found = [one for one in state.audit if str(begins) <= one["operationDate"][:10] <= str(ends)]
    fields = {"CustomerId": "customerId", "CompanyName": "customerName", "ResourceType": "resourceType"}
    return by_offset(request, fitting(request, found, fields))
