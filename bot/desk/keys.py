"""Under which keys the desk finds its things in the application and in a request."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web
from jinja2 import Environment

from bot.desk.assets import Assets
from bot.services import Services
from bot.staff.model import StaffMember
from bot.staff.sessions import Session

COOKIE = "__Host-clearline-desk"


@dataclass(frozen=True, slots=True)
class DeskParts:
    """What every page of the desk needs; made once when the application is built."""

    services: Services
    templates: Environment
    assets: Assets


DESK = web.AppKey("desk", DeskParts)
MEMBER = web.RequestKey("member", StaffMember)
SESSION = web.RequestKey("session", Session)
