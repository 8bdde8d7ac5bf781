"""Every route of the desk, walked by every role; ``pytest -s`` prints the matrix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.desk.guard import Guard, UnguardedRoute, guard_of
from bot.desk.words import PERMISSIONS, ROLES
from bot.services import Services
from bot.staff.model import Role, StaffMember
from bot.staff.permissions import GRANTS, Permission
from bot.web import make_app
from bot.wiring import Wired
from tests.integration.desk_browser import DeskBrowser, NewBrowser
from tests.scripted_engine import ScriptedEngine

ROLES_PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
# Open to everybody, each for the reason beside it; nothing else may be.
OPEN = {
    ("GET", "/desk/sign-in"): "nobody is signed in yet",
    ("POST", "/desk/sign-in"): "nobody is signed in yet",
    ("GET", "/desk/oidc/start"): "nobody is signed in yet",
    ("GET", "/desk/oidc/callback"): "nobody is signed in yet",
    ("GET", "/desk/static/{version}/{name}"): "the sign-in page looks like the rest",
}


def desk_routes(app: web.Application) -> list[tuple[str, str, Guard | None]]:
    """Return method, path and guard of each route below /desk, by path."""
    found = []
    for route in app.router.routes():
        path = route.resource.canonical if route.resource else ""
        if (path == "/desk" or path.startswith("/desk/")) and route.method != "HEAD":
            found.append((route.method, path, guard_of(route)))
    return sorted(found, key=lambda one: (one[1], one[0]))


async def let_in(browser: DeskBrowser, method: str, path: str) -> bool:
    """Return whether the member got past the question of permission.

    Forms are sent without their token: whoever lacks the permission reads that, and for the others nothing is changed.
    """
    address = re.sub(r"{\w+}", "nothing", path)
    response = await (browser.get(address) if method == "GET" else browser.post(address, csrf=""))
    refused = response.status == 403 and "does not let you" in browser.text
    if method == "POST" and not refused:
        assert response.status == 403, f"{method} {path} took a form without its token: {response.status}"
        assert "The form was not accepted" in browser.text
    assert response.status != 500, f"{method} {path}"
    return not refused


class TestEveryRoute:
    async def test_lets_in_exactly_the_roles_of_the_table(
        self, new_browser: NewBrowser, clocked: Services, people: Mapping[Role, StaffMember]
    ) -> None:
        browsers = {role: await new_browser() for role in Role}
        for role, browser in browsers.items():
            browser.take_session(clocked, people[role])
        lines, wrong = [], []

        for method, path, guard in desk_routes(browsers[Role.USER_ADMIN].app):
            assert guard is not None
            if guard.permission is None:
                continue
            entered = {role: await let_in(browsers[role], method, path) for role in Role}
            wrong += [f"{role} at {method} {path}" for role in Role if entered[role] != (guard.permission in GRANTS[role])]
            marks = "".join(f"{'yes' if entered[role] else '-':>16}" for role in Role)
            lines.append(f"{method:5}{path:44}{guard.permission.value:18}{marks}")

        print(f"\n{'':49}{'permission':18}" + "".join(f"{role.value:>16}" for role in Role))  # noqa: T201 -- the matrix is the point
        print("\n".join(lines))  # noqa: T201
        assert not wrong
        assert len(lines) >= 18

    async def test_turns_away_who_is_not_signed_in(self, browser: DeskBrowser) -> None:
        for method, path, guard in desk_routes(browser.app):
            if guard is None or guard.permission is None:
                continue
            address = re.sub(r"{\w+}", "nothing", path)
            response = await (browser.get(address) if method == "GET" else browser.post(address))
            assert response.status == (303 if method == "GET" else 401), f"{method} {path}"

    async def test_says_who_may_come_in(self, browser: DeskBrowser) -> None:
        open_routes = {(method, path) for method, path, guard in desk_routes(browser.app) if guard and guard.permission is None}

        assert open_routes == set(OPEN)

    async def test_without_a_permission_keeps_the_front_door_from_starting(self, wired: Wired) -> None:
        async def handler(request: web.Request) -> web.Response:
            return web.Response()

        engine = ScriptedEngine()
        app = make_app(services=wired.services, engine=engine, actions=engine, store=wired.store, metrics_token="")
        app.router.add_get("/desk/new", handler)

        with pytest.raises(UnguardedRoute, match="/desk/new is declared without"):
            await TestServer(app).start_server()


class TestRolesPage:
    def test_has_the_table_that_is_in_force(self) -> None:
        rows = {}
        for line in ROLES_PAGE.read_text(encoding="utf-8").splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if (found := re.fullmatch(r"`([a-z._]+)`", cells[0])) and len(cells) == len(Role) + 2:
                rows[found.group(1)] = [cell == "yes" for cell in cells[2:]]

        assert rows == {permission.value: [permission in GRANTS[role] for role in Role] for permission in Permission}

    def test_names_the_roles_as_the_desk_does(self) -> None:
        header = "| permission | lets one | " + " | ".join(ROLES[role] for role in Role) + " |"

        assert header in ROLES_PAGE.read_text(encoding="utf-8")

    def test_describes_each_permission_in_the_words_of_the_desk(self) -> None:
        text = ROLES_PAGE.read_text(encoding="utf-8")

        assert not [permission for permission in Permission if f"| `{permission.value}` | {PERMISSIONS[permission]} |" not in text]
