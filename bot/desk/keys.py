"""Under which keys the desk finds its things in the application and in a request."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from jinja2 import Environment

from bot.desk.assets import Assets
from bot.desk.limiter import TryLimiter
from bot.desk.oidc import OidcClient
from bot.services import Services
from bot.staff.model import StaffMember
from bot.staff.sessions import Session


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What every page of the desk needs; made once when the application is built.

    Attributes:
        oidc: None where staff sign in with passwords only.
        trusted_proxies: Addresses of proxies that are believed when they name the address a request came from.
    """

    services: Services
    templates: Environment
    assets: Assets
    oidc: OidcClient | None
    limiter: TryLimiter
    trusted_proxies: tuple[str, ...]


DESK = web.AppKey("desk", DeskParts)
MEMBER = web.RequestKey("member", StaffMember)
SESSION = web.RequestKey("session", Session)
