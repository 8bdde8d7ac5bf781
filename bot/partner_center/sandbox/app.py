"""The sandbox as an aiohttp application: what every request passes, and the parts put together."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.partner_center.sandbox import control, routes, tokens
from bot.partner_center.sandbox.faults import FaultKind, Faults, strike
from bot.partner_center.sandbox.lifecycle import let_time_pass
from bot.partner_center.sandbox.microsoft import answer_in_time
from bot.partner_center.sandbox.refusal import Refusal, throttled
from bot.partner_center.sandbox.state import Limits, Resource, State
from bot.shared.clock import Clock

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MINUTE = 60.0
_LARGEST_BODY = 64 * 1024 * 1024  # bytes; a seed may be long
_CHANGES = ("POST", "PATCH", "PUT")


class _Window:
    """Counts the requests of the present minute."""

    def __init__(self) -> None:
        self._began, self._count = 0.0, 0

    def seconds_to_wait(self, limit: int) -> float:
        """Count a request; return 0, or how long to wait when there were too many."""
        now = asyncio.get_running_loop().time()
        if now - self._began >= _MINUTE:
            self._began, self._count = now, 0
        self._count += 1
        return 0.0 if self._count <= limit else self._began + _MINUTE - now


_WINDOW = web.AppKey("window", _Window)


def make_sandbox(*, clock: Clock, limits: Limits | None = None) -> web.Application:
    """Return an empty sandbox. It must listen on loopback only: its secrets are known to everybody.

    Args:
        clock: Its present; ``/sandbox/clock`` moves it ahead.
    """
    middlewares = [_write_down, _map_refusals, _check_request, _let_fail, _give_again]
    api = web.Application(middlewares=middlewares, client_max_size=_LARGEST_BODY)
    app = web.Application(client_max_size=_LARGEST_BODY)
    state, sign_in, faults = State(clock=clock, limits=limits or Limits()), tokens.SignIn(), Faults()
    steering = web.Application(middlewares=[control.map_control_errors], client_max_size=_LARGEST_BODY)
    for part in (app, api, steering):
        part[tokens.STATE], part[tokens.SIGN_IN], part[control.FAULTS] = state, sign_in, faults
    api[_WINDOW] = _Window()
    app.add_routes([web.get("/{tenant}/oauth2/authorize", tokens.authorize), web.post("/{tenant}/oauth2/token", tokens.token)])
    api.add_routes(routes.routes())
    steering.add_routes(control.routes())
    app.add_subapp("/v1", api)
    app.add_subapp("/sandbox", steering)
    return app


def _path(request: web.Request) -> str:
    return request.path.removeprefix("/v1")


@web.middleware
async def _write_down(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Remember what was asked, and send the headers of every answer."""
    state = request.app[tokens.STATE]
    names = ("MS-RequestId", "MS-CorrelationId", "MS-Contract-Version", "MS-PartnerCenter-Application", "X-Locale", "User-Agent", "Accept")
    entry: Resource = {"method": request.method, "path": _path(request), "query": dict(request.query)}
    entry |= {"headers": {name: request.headers.get(name, "") for name in names}}
    state.requests.append(entry)
    response = await handler(request)
    entry["status"] = response.status
    for name in ("MS-RequestId", "MS-CorrelationId", "X-Locale"):
        if name in request.headers:
            response.headers[name] = request.headers[name]
    response.headers["MS-ServerId"] = "sandbox"
    return response


@web.middleware
async def _map_refusals(request: web.Request, handler: _Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.response()
    except web.HTTPNotFound:
        return Refusal(404, 1000, "there is no such resource").response()


@web.middleware
async def _check_request(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Check token, headers and pace, and let the time pass that has passed."""
    state, sign_in = request.app[tokens.STATE], request.app[tokens.SIGN_IN]
    kind = sign_in.kind_of(request.headers.get("Authorization", ""), state.now())
    if kind is None:
        raise Refusal(401, 400, "access denied")
    try:
        uuid.UUID(request.headers.get("MS-RequestId", ""))
    except ValueError:
        raise Refusal(400, 3000, "MS-RequestId must be a GUID") from None
    if kind == "app" and routes.needs_user(request.match_info.handler):
        raise Refusal(403, 900329, "an app-only token is not supported here")
    if request.path.startswith("/v1/customers"):
        wait = request.app[_WINDOW].seconds_to_wait(state.limits.per_minute)
        if wait:
            return throttled(round(wait, 1))
    let_time_pass(state)
    answer_in_time(state)
    return await handler(request)


@web.middleware
async def _let_fail(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Let the fault strike that is set for such a request."""
    fault = request.app[control.FAULTS].next_for(request.method, _path(request))
    if fault is None:
        return await handler(request)
    answer = await strike(fault, request)
    if answer is not None:
        return answer
    if fault.kind is FaultKind.PENDING:
        request[routes.PENDING_SECONDS] = fault.seconds
    response = await handler(request)
    if fault.kind is FaultKind.LOST_ANSWER:
        await asyncio.sleep(fault.seconds)
    return response


@web.middleware
async def _give_again(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Give the same answer to a change that comes again with the same request id: it is done once."""
    state = request.app[tokens.STATE]
    key = f"{request.method} {request.path} {request.headers.get('MS-RequestId')}"
    if request.method not in _CHANGES:
        return await handler(request)
    if key in state.answers:
        status, body = state.answers[key]
        return web.Response(status=status, body=body, content_type="application/json")
    response = await handler(request)
    if isinstance(response, web.Response) and response.status < 300 and isinstance(response.body, bytes):
        state.remember_answer(key, response.status, response.body)
    return response
