"""``/sandbox/…``: what a test or a demo does to the sandbox."""

from __future__ import annotations

import json
from datetime import timedelta

from aiohttp import web

from bot.partner_center.sandbox import microsoft
from bot.partner_center.sandbox.faults import Faults
from bot.partner_center.sandbox.refusal import Refusal
from bot.partner_center.sandbox.seed import seed
from bot.partner_center.sandbox.state import Resource
from bot.partner_center.sandbox.tokens import SIGN_IN, STATE, SignIn
from bot.shared.errors import InvalidInput

FAULTS = web.AppKey("faults", Faults)


def routes() -> list[web.RouteDef]:
    """Return the routes of control, below ``/sandbox``."""
    return [
        web.post("/faults", _add_fault),
        web.delete("/faults", _clear_faults),
        web.get("/requests", _requests),
        web.post("/clock", _move_clock),
        web.post("/limits", _set_limits),
        web.post("/seed", _seed),
        web.post("/reset", _reset),
        web.post("/revoke", _revoke),
        web.post("/remove-relationship", _remove_relationship),
        web.post("/microsoft/step", _step),
    ]


async def _body(request: web.Request) -> Resource:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError as error:
        raise InvalidInput("the body is not JSON") from error
    if not isinstance(body, dict):
        raise InvalidInput("the body is not a JSON object")
    return body


async def _add_fault(request: web.Request) -> web.Response:
    fault = request.app[FAULTS].add(await _body(request))
    return web.json_response({"kind": fault.kind, "times": fault.times})


async def _clear_faults(request: web.Request) -> web.Response:
    request.app[FAULTS].clear()
    return web.json_response({})


async def _requests(request: web.Request) -> web.Response:
    """List what was asked, oldest first."""
    return web.json_response({"requests": list(request.app[STATE].requests)})


async def _move_clock(request: web.Request) -> web.Response:
    """Move the sandbox's clock ahead by ``days`` and ``seconds``."""
    asked, state = await _body(request), request.app[STATE]
    state.ahead += timedelta(days=float(asked.get("days", 0)), seconds=float(asked.get("seconds", 0)))
    return web.json_response({"now": state.now().isoformat()})


async def _set_limits(request: web.Request) -> web.Response:
    asked, limits = await _body(request), request.app[STATE].limits
    limits.per_minute = int(asked.get("per_minute", limits.per_minute))
    limits.token_seconds = int(asked.get("token_seconds", limits.token_seconds))
    return web.json_response({"per_minute": limits.per_minute, "token_seconds": limits.token_seconds})


async def _seed(request: web.Request) -> web.Response:
    seed(request.app[STATE], await _body(request))
    return web.json_response({"customers": len(request.app[STATE].customers)})


async def _reset(request: web.Request) -> web.Response:
    """Forget everything: data, faults, tokens."""
    request.app[STATE].forget_everything()
    request.app[FAULTS].clear()
    sign_in, fresh = request.app[SIGN_IN], SignIn()
    sign_in.secret, sign_in.refresh_tokens, sign_in.access, sign_in.codes = fresh.secret, fresh.refresh_tokens, fresh.access, fresh.codes
    return web.json_response({})


async def _revoke(request: web.Request) -> web.Response:
    """Revoke ``consent`` (refresh tokens), ``access`` (access tokens) or the ``secret`` of the application."""
    what, sign_in = (await _body(request)).get("what"), request.app[SIGN_IN]
    if what == "consent":
        sign_in.refresh_tokens.clear()
    elif what == "secret":
        sign_in.secret = "no longer known to anybody"  # noqa: S105 -- nobody knows it
    elif what != "access":
        raise InvalidInput("'what' is consent, access or secret")
    sign_in.access.clear()
    return web.json_response({})


async def _remove_relationship(request: web.Request) -> web.Response:
    """End the partner's relationship with ``tenant``; with ``gone`` the customer is not there any more at all."""
    asked, state = await _body(request), request.app[STATE]
    tenant = str(asked.get("tenant", "")).lower()
    state.customer(tenant)["relationshipToPartner"] = "none"
    if asked.get("gone"):
        del state.customers[tenant]
    return web.json_response({})


async def _step(request: web.Request) -> web.Response:
    """Let Microsoft take the next step on ``request``, or on all."""
    asked, state = await _body(request), request.app[STATE]
    chosen = [microsoft.found_request(state, str(asked["request"]))] if "request" in asked else list(state.requests_of_service.values())
    for one in chosen:
        microsoft.take_step(state, one)
    return web.json_response({"requests": [{"id": one["id"], "status": one["status"]} for one in chosen]})


@web.middleware
async def map_control_errors(request: web.Request, handler: object) -> web.StreamResponse:
    """Answer 400 or 404 to what cannot be done."""
    assert callable(handler)
    try:
        answer = await handler(request)
    except (InvalidInput, ValueError) as error:
        return web.json_response({"error": str(error)}, status=400)
    except Refusal as refusal:
        return refusal.response()
    assert isinstance(answer, web.StreamResponse)
    return answer
