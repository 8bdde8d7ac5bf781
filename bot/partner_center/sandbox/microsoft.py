"""The scripted Microsoft that answers service requests: one step at a time, by itself after a while or at once on demand."""

from __future__ import annotations

import secrets
from datetime import timedelta

from bot.partner_center.sandbox.refusal import Refusal
from bot.partner_center.sandbox.state import UNSET, Resource, State, read_time, wire_time

PACE = timedelta(minutes=30)
_AGENT = "Microsoft support engineer"
_PARTNER = "Partner"
_SEVERITIES = ("critical", "moderate", "minimal")
_REQUIRED = ("title", "description", "severity", "supportTopicId")
_TAKEN = "I have taken this request and am looking into it."
_QUESTION = "Please tell us since when this happens, and send the correlation id of one failing request."
_THANKS = "Thank you. We have found the cause and are correcting it."
_SOLVED = "The correction is in place. Please confirm; the request will be closed."

TOPICS: tuple[Resource, ...] = (
    {"id": "b1f0a3de-0001-4c6d-9a51-0000000000a1", "name": "Billing and invoices", "description": "Charges, credits and reconciliation"},
    {"id": "b1f0a3de-0002-4c6d-9a51-0000000000a2", "name": "Subscription management", "description": "Buying, suspending, renewing"},
    {"id": "b1f0a3de-0003-4c6d-9a51-0000000000a3", "name": "Exchange Online mail flow", "description": "Mail that is late or lost"},
    {
        "id": "b1f0a3de-0004-4c6d-9a51-0000000000a4",
        "name": "Microsoft Teams calls and meetings",
        "description": "Calls, meetings, telephony",
    },
    {"id": "b1f0a3de-0005-4c6d-9a51-0000000000a5", "name": "Sign-in and identity", "description": "Users who cannot sign in"},
)


def open_request(state: State, body: Resource) -> Resource:
    """Take a new request. Raises: Refusal."""
    missing = [name for name in _REQUIRED if not body.get(name)]
    if missing:
        raise Refusal(400, 3000, f"missing: {', '.join(missing)}")
    topic = next((one for one in TOPICS if one["id"] == body["supportTopicId"]), None)
    if topic is None or str(body["severity"]).lower() not in _SEVERITIES:
        raise Refusal(400, 3000, "the topic or the severity is not known")
    tenant = str(body.get("organization", {}).get("id", "")).lower()
    organization: Resource = {}
    if tenant:
        organization = {"id": tenant, "name": state.related_customer(tenant)["companyProfile"]["companyName"]}
    now = wire_time(state.now())
    number = f"{secrets.randbelow(9 * 10**14) + 10**14}"
    request: Resource = {
        "id": number,
        "title": body["title"],
        "description": body["description"],
        "severity": str(body["severity"]).lower(),
        "supportTopicId": topic["id"],
        "supportTopicName": topic["name"],
        "status": "open",
        "organization": organization,
        "primaryContact": body.get("primaryContact", {}),
        "countryCode": body.get("countryCode", ""),
        "productName": body.get("productName", ""),
        "notes": [],
        "createdDate": now,
        "lastModifiedDate": now,
        "lastClosedDate": UNSET,
        "attributes": {"objectType": "ServiceRequest"},
        "_step": 0,
    }
    state.requests_of_service[number] = request
    return request


def change_request(state: State, identifier: str, body: Resource) -> Resource:
    """Add a note or set the status. Raises: Refusal."""
    request = found_request(state, identifier)
    note, status = body.get("newNote"), str(body.get("status", "")).lower()
    if note:
        if not str(note.get("text", "")).strip():
            raise Refusal(400, 3000, "a note needs a text")
        _add_note(state, request, _PARTNER, str(note["text"]))
        if request["status"] == "attention_needed":
            request["status"] = "open"
    if status:
        if status not in ("open", "closed"):
            raise Refusal(400, 3000, "a request can be closed or opened again")
        request["status"] = status
        request["lastClosedDate"] = wire_time(state.now()) if status == "closed" else request["lastClosedDate"]
    request["lastModifiedDate"] = wire_time(state.now())
    return request


def found_request(state: State, identifier: str) -> Resource:
    """Return the request. Raises: Refusal."""
    try:
        return state.requests_of_service[identifier]
    except KeyError:
        raise Refusal(404, 1000, "there is no such service request") from None


def answer_in_time(state: State) -> None:
    """Let Microsoft take the steps for which its pace has come."""
    for request in state.requests_of_service.values():
        if state.now() - read_time(request["lastModifiedDate"]) >= PACE:
            take_step(state, request)


def take_step(state: State, request: Resource) -> None:
    """Let Microsoft do the next thing: take it, ask, wait for the answer, solve it, close it."""
    if request["status"] == "closed" or request["status"] == "attention_needed":
        return
    step = request["_step"] = request["_step"] + 1
    if step == 1:
        _add_note(state, request, _AGENT, _TAKEN)
    elif step == 2:
        _add_note(state, request, _AGENT, _QUESTION)
        request["status"] = "attention_needed"
    elif step == 3:
        _add_note(state, request, _AGENT, _THANKS)
    elif step == 4:
        _add_note(state, request, _AGENT, _SOLVED)
    else:
        request["status"] = "closed"
        request["lastClosedDate"] = wire_time(state.now())
    request["lastModifiedDate"] = wire_time(state.now())


def _add_note(state: State, request: Resource, by: str, text: str) -> None:
    request["notes"].append({"createdByName": by, "createdDate": wire_time(state.now()), "text": text})
