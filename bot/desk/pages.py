"""Pages of the desk: templates, navigation, headers, and what somebody reads when a request cannot be served."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.desk.assets import Assets
from bot.desk.keys import DESK, MEMBER, SESSION
from bot.desk.words import PRESENCES, ROLES
from bot.services import Services
from bot.shared.formats import show_datetime
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may

_TEMPLATES = Path(__file__).parent / "templates"
_LANGUAGE = "en"
START = "/desk"
SIGN_IN = "/desk/sign-in"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with that browsers send 'Origin: null' with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation: where it leads, and what one needs to go there."""

    path: str
    title: str
    permission: Permission


# In this order; the first that a member may open is where signing in leads to.
PLACES = (
    Place("/desk/chats", "Board", Permission.CHAT_READ),
    Place("/desk/tickets", "Tickets", Permission.TICKET_READ),
    Place("/desk/unanswered", "Unanswered", Permission.TICKET_READ),
    Place("/desk/cases", "Microsoft", Permission.TICKET_READ),
    Place("/desk/overdue", "Overdue", Permission.MONEY_READ),
    Place("/desk/payables", "Payables", Permission.PAYABLES_READ),
    Place("/desk/customers", "Customers", Permission.CUSTOMER_READ),
    Place("/desk/services", "Services", Permission.TICKET_WORK),
    Place("/desk/leads", "Leads", Permission.LEADS_WORK),
    Place("/desk/figures", "Figures", Permission.FIGURES_READ),
    Place("/desk/staff", "Staff", Permission.STAFF_MANAGE),
    Place("/desk/audit", "Audit", Permission.AUDIT_READ),
)


def make_templates(services: Services, assets: Assets) -> Environment:
    """Return the one template environment; text is escaped, and a name that is not given is an error."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["when"] = _when(services.zone)
    environment.globals.update(static=assets.url, partner=services.partner, roles=ROLES, presences=PRESENCES, language=_LANGUAGE)
    return environment


def _when(zone: ZoneInfo) -> object:
    def when(instant: datetime) -> str:
        """Return the instant as a person in the partner's zone reads it."""
        return show_datetime(instant, _LANGUAGE, zone=zone)

    return when


def render(request: web.Request, template: str, *, status: int = 200, **context: object) -> web.Response:
    """Return the page or fragment ``template``, a path below ``templates/``.

    Beside ``context`` a template has ``member`` (None when nobody is signed in), ``may`` (a function of a permission's name such
    as ``"chat.read"``), ``csrf``, ``places`` (the navigation), ``path``, ``partner``, ``language``, ``static`` and the filter ``when``.
    """
    member = request.get(MEMBER)
    session = request.get(SESSION)
    given: dict[str, Any] = {
        "member": member,
        "may": lambda name: member is not None and may(member, Permission(name)),
        "csrf": session.csrf_token if session else "",
        "places": places_of(request, member),
        "path": request.path,
        **context,
    }
    text = request.app[DESK].templates.get_template(template).render(given)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")


def places_of(request: web.Request, member: StaffMember | None) -> tuple[Place, ...]:
    """Return the places that ``member`` may open and that this version has, in the order of the navigation; may be empty."""
    if member is None:
        return ()
    there = {resource.canonical for resource in request.app.router.resources()}
    return tuple(place for place in PLACES if place.path in there and may(member, place.permission))


def page_of_desk(wanted: str) -> str:
    """Return ``wanted`` when it is an address of the desk to lead somebody to, else that of its start; never another website."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and (parts.path == START or parts.path.startswith(START + "/"))
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted and parts.path != SIGN_IN else START


def is_fragment(request: web.Request) -> bool:
    """Return whether htmx asked, so that a part of a page is wanted and not a whole one."""
    return "HX-Request" in request.headers


def is_desk(request: web.Request) -> bool:
    """Return whether the request is for the desk."""
    return request.path == "/desk" or request.path.startswith("/desk/")


def refusal(request: web.Request, status: int, title: str, text: str) -> web.Response:
    """Return what somebody reads who did not get what was asked for: a page, or one sentence where htmx asked."""
    if is_fragment(request) or "text/event-stream" in request.headers.get("Accept", ""):
        return web.Response(text=text, status=status, content_type="text/plain", charset="utf-8")
    return render(request, "refusal.html", status=status, title=title, text=text)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Give every answer of the desk its headers; nothing of it is kept by a browser or a proxy unless it says so itself."""
    if is_desk(request):
        response.headers.update(HEADERS)
        response.headers.setdefault("Cache-Control", "no-store")
