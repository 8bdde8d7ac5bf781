"""The seam between the desk's routes and its sign-in: who may come in, and that a form is one of ours.

Every route below ``/desk`` is declared here with the permission it needs. A handler gets ``request[MEMBER]``. What is not declared
here stops the application from starting (``check_routes``).
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from bot.desk.cookies import SESSION as COOKIE
from bot.desk.keys import DESK, MEMBER, SESSION
from bot.desk.pages import is_fragment, refusal, render
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import NotAllowed
from bot.staff.permissions import Permission, require
from bot.staff.sessions import SessionEnded

__all__ = [
    "MEMBER",
    "check_routes",
    "csrf_token",
    "guarded_get",
    "guarded_post",
    "open_get",
    "open_post",
    "render",
    "services",
    "still_signed_in",
]

SIGN_IN = "/desk/sign-in"
_MARK = "desk_guard"
_SAFE = ("GET", "HEAD")
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FormRefused(NotAllowed):
    """The form does not come from a page of ours, or from one that was opened in another session."""


class UnguardedRoute(RuntimeError):
    """A route of the desk was declared without saying who may come in."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What a route asks for; no permission means that it is open to everybody."""

    permission: Permission | None


def guarded_get(path: str, permission: Permission, handler: _Handler, *, is_background: bool = False) -> web.RouteDef:
    """Return a route for members of staff with ``permission``.

    Args:
        is_background: Browsers ask for it by themselves (renewing a list, events), so it does not keep a resting session alive.
    """
    return web.get(path, _guarded(permission, handler, is_background=is_background))


def guarded_post(path: str, permission: Permission, handler: _Handler) -> web.RouteDef:
    """Return a route that changes something, for members of staff with ``permission``.

    The request must carry the session's token, in the form field ``csrf`` or the header ``X-CSRF-Token``, and come from our own pages.
    """
    return web.post(path, _guarded(permission, handler, is_background=False))


def open_get(path: str, handler: _Handler) -> web.RouteDef:
    """Return a route for everybody: the sign-in page and the files of the pages."""
    return web.get(path, _marked(handler, Guard(None)))


def open_post(path: str, handler: _Handler) -> web.RouteDef:
    """Return a route that takes a form from everybody; the handler checks the form's token itself."""
    return web.post(path, _marked(handler, Guard(None)))


def _marked(handler: _Handler, guard: Guard) -> _Handler:
    @wraps(handler)
    async def marked(request: web.Request) -> web.StreamResponse:
        if request.method not in _SAFE:
            check_origin(request)
        return await handler(request)

    vars(marked)[_MARK] = guard
    return marked


def _guarded(permission: Permission, handler: _Handler, *, is_background: bool) -> _Handler:
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            session, member = await in_thread(
                services(request).sessions.resume,
                secret=request.cookies.get(COOKIE, ""),
                now=services(request).now(),
                is_background=is_background,
            )
        except SessionEnded:
            return _to_sign_in(request)
        request[SESSION], request[MEMBER] = session, member
        require(member, permission)
        if request.method not in _SAFE:
            await check_token(request, session.csrf_token)
        return await handler(request)

    return _marked(guarded, Guard(permission))


def _to_sign_in(request: web.Request) -> web.StreamResponse:
    if request.method not in _SAFE or is_fragment(request):
        answer = refusal(request, 401, "You are not signed in", "You are signed out. Sign in again; what you wrote was not sent.")
        answer.headers["HX-Redirect"] = SIGN_IN
        return answer
    raise web.HTTPSeeOther(f"{SIGN_IN}?{urlencode({'next': request.path_qs})}")


def check_routes(app: web.Application) -> None:
    """Return when every route below ``/desk`` says who may come in. Raises: UnguardedRoute."""
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if (path == "/desk" or path.startswith("/desk/")) and guard_of(route) is None:
            raise UnguardedRoute(f"{route.method} {path} is declared without a permission; use guarded_get or guarded_post")


def guard_of(route: web.AbstractRoute) -> Guard | None:
    """Return what the route asks for, or None when it was not declared by this module."""
    found = getattr(route.handler, _MARK, None)
    return found if isinstance(found, Guard) else None


def check_origin(request: web.Request) -> None:
    """Return when the request does not come from a page of somebody else. Raises: FormRefused."""
    origin = request.headers.get("Origin")
    if origin is None:
        # Programs send none, and neither did browsers of old; the token decides then.
        return
    public = urlsplit(services(request).public_url)
    if origin not in (f"{request.scheme}://{request.host}", f"{public.scheme}://{public.netloc}"):
        raise FormRefused("the form was sent from another website")


async def check_token(request: web.Request, expected: str) -> None:
    """Return when the request carries ``expected``. Raises: FormRefused."""
    given = request.headers.get("X-CSRF-Token")
    if given is None:
        field = (await request.post()).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise FormRefused("the page was opened before you signed in last; open it again and send the form once more")


def csrf_token(request: web.Request) -> str:
    """Return the token that every form of this session carries in the field ``csrf``."""
    return request[SESSION].csrf_token


def services(request: web.Request) -> Services:
    """Return the services."""
    return request.app[DESK].services


async def still_signed_in(request: web.Request) -> bool:
    """Return whether the session goes on; for streams, which outlive the check at their beginning. Does not keep it alive."""
    try:
        await in_thread(
            services(request).sessions.resume, secret=request.cookies.get(COOKIE, ""), now=services(request).now(), is_background=True
        )
    except SessionEnded:
        return False
    return True
