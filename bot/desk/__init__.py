"""The staff's side of the front door: signing in, the board, chats, tickets, customers, figures."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.desk import auth, chats, me_views, records, staff_views, trail
from bot.desk.assets import PREFIX, Assets
from bot.desk.errors import map_desk_errors
from bot.desk.guard import check_routes, guarded_get, open_get
from bot.desk.keys import DESK, MEMBER, DeskParts
from bot.desk.limiter import TryLimiter
from bot.desk.oidc import OidcClient, OidcSettings
from bot.desk.pages import add_headers, make_templates, places_of, render
from bot.services import Services
from bot.staff.permissions import Permission

__all__ = ["DeskOptions", "OidcSettings", "map_desk_errors", "setup"]

_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """How the desk is set up.

    Attributes:
        oidc: The provider that staff may sign in with, or None.
        trusted_proxies: Addresses of proxies that are believed when they name the address a request came from.
    """

    oidc: OidcSettings | None = None
    trusted_proxies: tuple[str, ...] = ()


def setup(app: web.Application, services: Services, options: DeskOptions) -> None:
    """Give ``app`` the desk. ``map_desk_errors`` must be among its middlewares.

    Raises:
        UnguardedRoute: At start, when a route below ``/desk`` does not say who may come in.
    """
    assets = Assets.load()
    app[DESK] = DeskParts(
        services=services,
        templates=make_templates(services, assets),
        assets=assets,
        oidc=OidcClient(options.oidc) if options.oidc else None,
        limiter=TryLimiter(),
        trusted_proxies=options.trusted_proxies,
    )
    app.add_routes(_routes())
    app.add_routes(chats.routes())
    app.add_routes(records.routes())
    records.prepare(app[DESK].templates, services)
    chats.start(app, services)
    app.on_response_prepare.append(add_headers)
    app.on_startup.append(_check)


def _routes() -> list[web.RouteDef]:
    return [
        guarded_get("/desk", Permission.DESK_USE, get_start),
        open_get(PREFIX + "/{version}/{name:.+}", get_asset),
        *auth.routes(),
        *me_views.routes(),
        *staff_views.routes(),
        *trail.routes(),
    ]


async def _check(app: web.Application) -> None:
    check_routes(app)


async def get_start(request: web.Request) -> web.StreamResponse:
    """Lead to the first place that the member may open; a member who may open none reads so."""
    places = places_of(request, request[MEMBER])
    if not places:
        return render(request, "refusal.html", title="Nothing here yet", text="There is nothing that your role works with here.")
    raise web.HTTPSeeOther(places[0].path)


async def get_asset(request: web.Request) -> web.StreamResponse:
    """Return a static file. One asked for by an older page comes as it is now, and is not kept."""
    asset = request.app[DESK].assets.find(request.match_info["name"])
    is_current = request.match_info["version"] == asset.version
    headers = {"Content-Type": f"{asset.media_type}; charset=utf-8", "Cache-Control": _FOR_GOOD if is_current else "no-cache"}
    return web.FileResponse(asset.path, headers=headers)
