"""Signing in with an OpenID provider: a real one on loopback, and one that forges."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from time import time
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp.test_utils import TestServer, unused_port
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.desk import DeskOptions, OidcSettings
from bot.services import Services
from bot.shared.clock import SystemClock
from bot.shared.errors import InvalidInput
from bot.staff.model import Role
from bot.web import make_app
from bot.wiring import Wired
from tests.conftest import NOW
from tests.desk_people import COOKIE, add_people, email_of
from tests.integration.desk_browser import DeskBrowser
from tests.integration.oidc_provider import ForgingProvider, consent, enrol, real_provider
from tests.scripted_engine import ScriptedEngine

AGENT = Role.HELPDESK_AGENT
CLIENT = "clearline-desk"
STATE_COOKIE = "__Host-clearline-desk-oidc"
OpenDesk = Callable[..., object]


@pytest.fixture
async def open_desk(wired: Wired) -> AsyncIterator[OpenDesk]:
    """Return a function that starts a desk for an issuer and opens it in a browser."""
    async with AsyncExitStack() as stack:

        async def open_desk(issuer: str, services: Services, *, seconds: float = 5) -> DeskBrowser:
            engine = ScriptedEngine()
            port = unused_port()
            services = replace(services, public_url=f"http://127.0.0.1:{port}")
            options = DeskOptions(oidc=OidcSettings(issuer, CLIENT, "a secret of the tests", seconds))
            app = make_app(services=services, engine=engine, actions=engine, store=wired.store, metrics_token="", desk=options)
            server = await stack.enter_async_context(TestServer(app, port=port))
            browser = DeskBrowser(server)
            stack.push_async_callback(browser.client.session.close)
            return browser

        yield open_desk


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def actions(services: Services) -> list[str]:
    return [one.entry.action for one in reversed(services.audit.entries())]


class TestRealProvider:
    @pytest.fixture(scope="class")
    def issuer(self) -> Iterator[str]:
        with real_provider() as issuer:
            yield issuer

    @pytest.fixture
    def now_services(self, services: Services) -> Services:
        """Return services with the machine's clock: the provider's tokens are of today."""
        real = replace(services, clock=SystemClock())
        add_people(real)
        return real

    async def signed_in(self, browser: DeskBrowser, sub: str) -> int:
        away = await browser.get("/desk/oidc/start")
        assert away.status == 303
        back = await consent(away.headers["Location"], sub=sub)
        return (await browser.get(path_of(back))).status

    async def test_signs_in_and_binds_the_member_once(self, issuer: str, now_services: Services, open_desk: OpenDesk) -> None:
        await enrol(issuer, sub="petra", email=email_of(AGENT), email_verified=True)
        browser = await open_desk(issuer, now_services)

        assert await self.signed_in(browser, "petra") == 303
        assert (await browser.get("/desk/me")).status == 200
        assert "Halmos Petra" in browser.text
        assert now_services.staff.by_email(email_of(AGENT)).external_subject == f"{issuer}|petra"
        assert actions(now_services) == ["staff.bound_to_provider", "sign_in.succeeded"]
        assert browser.cookie(STATE_COOKIE) is None

        await enrol(issuer, sub="petra", email="renamed@example.com", email_verified=True)
        other = await open_desk(issuer, now_services)
        assert await self.signed_in(other, "petra") == 303

    @pytest.mark.parametrize(
        ("claims", "signs_in"),
        [
            ({"email": email_of(AGENT), "email_verified": False}, False),
            ({"email": email_of(AGENT)}, False),
            ({"email": email_of(AGENT), "xms_edov": "1"}, True),
            ({"email": email_of(AGENT), "email_verified": False, "xms_edov": True}, False),
            ({"email": "stranger@example.com", "email_verified": True}, False),
        ],
    )
    async def test_believes_only_addresses_that_the_provider_vouches_for(
        self, issuer: str, now_services: Services, open_desk: OpenDesk, claims: dict[str, object], signs_in: bool
    ) -> None:
        await enrol(issuer, sub="petra", **claims)
        browser = await open_desk(issuer, now_services)

        status = await self.signed_in(browser, "petra")

        assert status == (303 if signs_in else 403)
        assert (browser.cookie(COOKIE) is not None) is signs_in
        assert signs_in or "ask a Global admin or User admin" in browser.text

    async def test_is_not_finished_twice_or_by_another_browser(self, issuer: str, now_services: Services, open_desk: OpenDesk) -> None:
        await enrol(issuer, sub="petra", email=email_of(AGENT), email_verified=True)
        browser, other = await open_desk(issuer, now_services), await open_desk(issuer, now_services)
        back = path_of(await consent((await browser.get("/desk/oidc/start")).headers["Location"], sub="petra"))

        assert (await other.get(back)).status == 403
        assert (await browser.get(back)).status == 303
        assert (await browser.get(back)).status == 403


class Forged:
    """A sign-in at the forging provider, with honest claims to begin from."""

    def __init__(self, provider: ForgingProvider, browser: DeskBrowser) -> None:
        self.provider = provider
        self.browser = browser
        self.state = ""

    async def begin(self) -> dict[str, str]:
        away = await self.browser.get("/desk/oidc/start")
        query = {name: values[0] for name, values in parse_qs(urlsplit(away.headers["Location"]).query).items()}
        self.state = query["state"]
        moment = int(NOW.timestamp())
        self.provider.claims = {
            "iss": self.provider.issuer,
            "aud": CLIENT,
            "sub": "petra",
            "iat": moment,
            "exp": moment + 300,
            "nonce": query["nonce"],
            "email": email_of(AGENT),
            "email_verified": True,
        }
        return query

    async def finish(self, **query: str) -> int:
        given = {"code": "a-code", "state": self.state, **query}
        address = "/desk/oidc/callback?" + "&".join(f"{name}={value}" for name, value in given.items() if value)
        return (await self.browser.get(address)).status


@pytest.fixture
async def forged(services: Services, open_desk: OpenDesk) -> AsyncIterator[Forged]:
    provider = ForgingProvider()
    add_people(services)
    async with provider.server() as server:
        provider.issuer = str(server.make_url("/")).rstrip("/")
        yield Forged(provider, await open_desk(provider.issuer, services, seconds=0.5))


class TestToken:
    async def test_as_agreed_signs_in(self, forged: Forged) -> None:
        query = await forged.begin()

        assert await forged.finish() == 303

        (asked,) = forged.provider.asked
        assert query["code_challenge_method"] == "S256"
        assert query["response_type"] == "code"
        assert len(asked["code_verifier"]) >= 43
        assert asked["redirect_uri"] == query["redirect_uri"]
        assert asked["client_secret"] == "a secret of the tests"

    @pytest.mark.parametrize(
        "change",
        [
            {"nonce": "of another sign-in"},
            {"nonce": None},
            {"aud": "another application"},
            {"aud": [CLIENT, "another application"]},
            {"aud": [CLIENT, "another application"], "azp": "another application"},
            {"iss": "https://login.example/other-tenant"},
            {"exp": int((NOW - timedelta(seconds=61)).timestamp())},
            {"exp": "soon"},
            {"exp": None},
            {"iat": int((NOW + timedelta(minutes=5)).timestamp())},
            {"nbf": int((NOW + timedelta(minutes=5)).timestamp())},
            {"sub": None},
        ],
        ids=str,
    )
    async def test_with_a_wrong_claim_is_refused(self, forged: Forged, services: Services, change: dict[str, object]) -> None:
        await forged.begin()
        claims = {**forged.provider.claims, **change}
        forged.provider.claims = {name: value for name, value in claims.items() if value is not None}

        assert await forged.finish() == 403

        assert forged.browser.cookie(COOKIE) is None
        assert "Sign in to the desk" in forged.browser.text
        assert services.staff.by_email(email_of(AGENT)).external_subject is None

    async def test_a_minute_off_our_clock_is_taken(self, forged: Forged) -> None:
        await forged.begin()
        forged.provider.claims |= {"exp": int(NOW.timestamp()) - 30, "iat": int(NOW.timestamp()) + 30}

        assert await forged.finish() == 303

    @pytest.mark.parametrize(
        ("algorithm", "key", "kid"),
        [
            ("none", "", "one"),
            ("HS256", "a secret of the tests, which is long enough", "one"),
            ("RS512", None, "one"),
            ("RS256", rsa.generate_private_key(65537, 2048), "one"),
            ("RS256", None, "unknown"),
            ("RS256", None, "other"),
        ],
        ids=["unsigned", "symmetric", "another algorithm", "another key", "an unknown key", "a key of another kind"],
    )
    async def test_signed_another_way_is_refused(self, forged: Forged, algorithm: str, key: object, kid: str) -> None:
        await forged.begin()
        forged.provider.algorithm, forged.provider.kid = algorithm, kid
        forged.provider.signing_key = key

        assert await forged.finish() == 403
        assert forged.browser.cookie(COOKIE) is None


class TestState:
    @pytest.mark.parametrize("given", ["", "of-somebody-else"])
    async def test_missing_or_wrong_is_refused_before_the_provider_is_asked(self, forged: Forged, given: str) -> None:
        await forged.begin()

        assert await forged.finish(state=given) == 403
        assert forged.provider.asked == []

    async def test_without_the_cookie_of_the_browser_is_refused(self, forged: Forged) -> None:
        await forged.begin()
        forged.browser.put_cookie(STATE_COOKIE, f"{forged.state}.{int(time()) + 600}.{'0' * 32}")

        assert await forged.finish() == 403
        assert forged.provider.asked == []

    async def test_without_a_code_is_refused(self, forged: Forged) -> None:
        await forged.begin()
        assert await forged.finish(code="", error="access_denied") == 403


class TestProviderInTrouble:
    async def test_refusing_the_code_is_refused(self, forged: Forged) -> None:
        await forged.begin()
        forged.provider.token_status = 400

        assert await forged.finish() == 403

    async def test_failing_is_said_so(self, forged: Forged) -> None:
        await forged.begin()
        forged.provider.token_status = 500

        assert await forged.finish() == 503
        assert "does not answer" in forged.browser.text

    async def test_describing_itself_otherwise_is_not_used(self, forged: Forged) -> None:
        forged.provider.issuer_told = "https://login.example/other-tenant"

        assert (await forged.browser.get("/desk/oidc/start")).status == 503

    async def test_down_leaves_the_password(self, services: Services, open_desk: OpenDesk) -> None:
        add_people(services)
        browser = await open_desk(f"http://127.0.0.1:{unused_port()}", services)

        assert (await browser.get("/desk/oidc/start")).status == 503
        assert "sign in with your password" in browser.text
        assert (await browser.sign_in(AGENT)).status == 303

    def test_over_plain_http_elsewhere_cannot_be_configured(self) -> None:
        with pytest.raises(InvalidInput):
            OidcSettings("http://login.example", CLIENT, "secret")


class TestWithoutProvider:
    async def test_nothing_is_offered(self, browser: DeskBrowser, people: Mapping[Role, object]) -> None:
        await browser.get("/desk/sign-in")

        assert "work account" not in browser.text
        assert (await browser.get("/desk/oidc/start")).status == 404
        assert (await browser.get("/desk/oidc/callback?code=x&state=y")).status == 404
