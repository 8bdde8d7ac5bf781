"""The front door: one aiohttp application for every channel, health and metrics."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from time import perf_counter
from typing import Protocol

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.channels import articles as articles_channel
from bot.channels import helpers as helpers_channel
from bot.channels import web as web_channel
from bot.channels.switchboard import Engine, Switchboard, UnknownButton
from bot.channels.texts import EmptyText, TextTooLong
from bot.conversations.tokens import TokenRefused
from bot.desk import DeskOptions, map_desk_errors
from bot.desk import setup as setup_desk
from bot.desk.live import HUB
from bot.documents.from_ledger import LedgerDocuments
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import BotError, Conflict, InvalidInput, NotAllowed, NotFound, Unavailable

_LOG = structlog.get_logger(__name__)
_LARGEST_BODY = 128 * 1024
_PLAIN_DESK = DeskOptions()
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
}


class Checkable(Protocol):
    """Something whose readiness can be asked."""

    async def ready(self) -> bool:
        """Return whether it answers."""
        ...


class ReadyEngine(Engine, Checkable, Protocol):
    """An engine that also says whether it is up."""

    async def close(self) -> None:
        """Let go of its connections."""
        ...


class Pings(Protocol):
    """A store that can be asked whether it answers."""

    def ping(self) -> None:
        """Do nothing, at little cost. Raises: Unavailable."""
        ...


_ENGINE = web.AppKey("engine", ReadyEngine)
_ACTIONS = web.AppKey("actions", Checkable)
_STORE = web.AppKey("store", Pings)
_REGISTRY = web.AppKey("registry", CollectorRegistry)
_SECONDS = web.AppKey("seconds", Histogram)
_REQUESTS = web.AppKey("requests", Counter)
_METRICS_TOKEN = web.AppKey("metrics_token", str)


def make_app(
    *,
    services: Services,
    engine: ReadyEngine,
    actions: Checkable,
    store: Pings,
    metrics_token: str,
    name: str | None = None,
    desk: DeskOptions = _PLAIN_DESK,
) -> web.Application:
    """Return the front door's application.

    Args:
        actions: Asked by ``/readyz`` only.
        name: Of this front door, the same after a restart; see ``Switchboard``.
        metrics_token: Without one ``/metrics`` answers 404.
        desk: How staff sign in; without it with passwords only.
    """
    app = web.Application(middlewares=[_measure, _map_errors, map_desk_errors], client_max_size=_LARGEST_BODY)
    app[web_channel.SERVICES] = services
    app[web_channel.DOCUMENTS] = LedgerDocuments(services.billing, services.partner, services.phrases)
    app[web_channel.SWITCHBOARD] = Switchboard(services=services, engine=engine, name=name)
    app[_ENGINE], app[_ACTIONS], app[_STORE], app[_METRICS_TOKEN] = engine, actions, store, metrics_token
    registry = CollectorRegistry()
    app[_REGISTRY] = registry
    app[_SECONDS] = Histogram("clearline_request_seconds", "Time to answer a request", ["route"], registry=registry)
    app[_REQUESTS] = Counter("clearline_requests", "Requests answered", ["route", "status"], registry=registry)
    app.add_routes(web_channel.routes())
    app.add_routes(articles_channel.routes())
    app.add_routes(helpers_channel.routes())
    app.add_routes([web.get("/healthz", _healthz), web.get("/readyz", _readyz), web.get("/metrics", _metrics)])
    setup_desk(app, services, desk)
    streams = Gauge("clearline_open_streams", "Pages of the desk that are told what changes", registry=registry)
    streams.set_function(lambda: len(app[HUB].inboxes))
    app.cleanup_ctx.append(_close_engine)
    app.on_response_prepare.append(_add_headers)
    return app


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


async def _close_engine(app: web.Application) -> AsyncIterator[None]:
    yield
    with suppress(OSError):
        await app[_ENGINE].close()


@web.middleware
async def _measure(request: web.Request, handler: _Handler) -> web.StreamResponse:
    started = perf_counter()
    status, is_stream = 500, False
    try:
        response = await handler(request)
        # The desk's streams stay open for hours; among the times to answer they would only mislead.
        status, is_stream = response.status, response.content_type == "text/event-stream"
        return response
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unknown"
        if not is_stream:
            request.app[_SECONDS].labels(route).observe(perf_counter() - started)
        request.app[_REQUESTS].labels(route, str(status)).inc()


@web.middleware
async def _map_errors(request: web.Request, handler: _Handler) -> web.StreamResponse:
    """Turn every failure into a status and a reason, once. Nothing of a stack trace leaves the house."""
    try:
        return await handler(request)
    except web.HTTPRequestEntityTooLarge:
        return _refusal(413, "too_large", f"the request is larger than {_LARGEST_BODY // 1024} kB")
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith("/api/"):
            raise
        return _refusal(error.status, "http_error", error.reason)
    except BotError as error:
        status, code = _status_of(error)
        _LOG.info("request.refused", route=request.path, status=status, code=code)
        return _refusal(status, code, str(error))
    except Exception:
        _LOG.exception("request.failed", route=request.path)
        return _refusal(500, "internal", "something went wrong on our side; try again, or ask for a person")


def _status_of(error: BotError) -> tuple[int, str]:
    match error:
        case TokenRefused():
            return 401, "token_refused"
        case TextTooLong():
            return 413, "text_too_long"
        case EmptyText():
            return 400, "empty_text"
        case UnknownButton():
            return 400, "unknown_button"
        case InvalidInput():
            return 400, "bad_request"
        case NotFound():
            return 404, "not_found"
        case NotAllowed():
            return 403, "not_allowed"
        case Conflict():
            return 409, "conflict"
        case Unavailable():
            return 503, "unavailable"
        case _:
            return 500, "internal"


def _refusal(status: int, code: str, message: str) -> web.Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return web.json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


async def _healthz(request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


async def _readyz(request: web.Request) -> web.Response:
    checks = {"database": True, "engine": await request.app[_ENGINE].ready(), "actions": await request.app[_ACTIONS].ready()}
    try:
        await in_thread(request.app[_STORE].ping)
    except Unavailable:
        checks["database"] = False
    ready = all(checks.values())
    return web.json_response({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


async def _metrics(request: web.Request) -> web.Response:
    token = request.app[_METRICS_TOKEN]
    if not token:
        raise web.HTTPNotFound
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise TokenRefused("/metrics needs the metrics token")
    return web.Response(body=generate_latest(request.app[_REGISTRY]), headers={"Content-Type": CONTENT_TYPE_LATEST})
