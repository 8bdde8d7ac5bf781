"""A small browser for the desk over HTTP: keeps cookies, reads forms, sends them with the token that they carry."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape

from aiohttp import ClientResponse, CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from bot.services import Services
from bot.staff.model import Role, StaffMember
from tests.desk_people import COOKIE, PASSWORD, email_of, opened_session

_TOKEN = re.compile(r'name="csrf" value="([^"]*)"')


class DeskBrowser:
    """One browser; ``text`` is the last page it got."""

    def __init__(self, server: TestServer) -> None:
        # Browsers hold this machine for safe on plain http; the jar has to be told.
        self._jar = CookieJar(unsafe=True, treat_as_secure_origin=URL(str(server.make_url("/"))).origin())
        self.client: TestClient[web.Request, web.Application] = TestClient(server, cookie_jar=self._jar)
        self.server = server
        self.text = ""
        self.csrf = ""

    @property
    def app(self) -> web.Application:
        """The application that answers."""
        return self.client.app

    async def get(self, path: str, *, follow: bool = False, **headers: str) -> ClientResponse:
        response = await self.client.get(path, allow_redirects=follow, headers=headers)
        return await self._read(response)

    async def post(
        self, path: str, fields: Mapping[str, str] | None = None, *, csrf: str | None = None, headers: Mapping[str, str] | None = None
    ) -> ClientResponse:
        """Send a form as the page shown last would: with its token and our own origin."""
        origin = str(self.server.make_url("/")).rstrip("/")
        data = {"csrf": self.csrf if csrf is None else csrf, **(fields or {})}
        response = await self.client.post(path, data=data, allow_redirects=False, headers={"Origin": origin, **(headers or {})})
        return await self._read(response)

    async def _read(self, response: ClientResponse) -> ClientResponse:
        if response.content_type == "text/event-stream":
            # It never ends; who wants to read it does so line by line.
            response.close()
            self.text = ""
            return response
        self.text = unescape(await response.text())
        if found := _TOKEN.search(self.text):
            self.csrf = found.group(1)
        return response

    async def sign_in(self, role: Role, *, password: str = PASSWORD, code: str = "", wanted: str = "") -> ClientResponse:
        """Open the form, fill it in and send it."""
        await self.get("/desk/sign-in")
        return await self.post("/desk/sign-in", {"email": email_of(role), "password": password, "code": code, "next": wanted})

    def take_session(self, services: Services, member: StaffMember) -> None:
        """Be signed in as ``member`` without going through the form."""
        secret, self.csrf = opened_session(services, member)
        self.put_cookie(COOKIE, secret)

    def put_cookie(self, name: str, value: str) -> None:
        self._jar.update_cookies({name: value}, self.server.make_url("/"))

    def cookie(self, name: str) -> str | None:
        return next((one.value for one in self._jar if one.key == name), None)


NewBrowser = Callable[[], Awaitable[DeskBrowser]]
