"""A real OpenID provider on loopback (oidc-provider-mock), and one whose tokens a test makes itself."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import aiohttp
import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from cryptography.hazmat.primitives.asymmetric import rsa

# Its own command wants a newer websockets than Rasa permits.
_SERVE = """
from oidc_provider_mock import app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", {port}, app(require_nonce=True), threaded=True)
"""


@contextmanager
def real_provider() -> Iterator[str]:
    """Run the kept provider as a process of its own and yield its issuer."""
    port = unused_port()
    issuer = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-W", "ignore", "-c", _SERVE.format(port=port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = monotonic() + 30
    while monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        sleep(0.05)
    raise AssertionError("the provider did not start")


async def consent(address: str, *, sub: str) -> str:
    """Be the person at the real provider who presses 'authorise'; return the address that the browser is sent back to."""
    async with aiohttp.ClientSession() as session:
        page = await (await session.get(address)).text()
        assert re.search(r"<form", page)
        answer = await session.post(address, data={"sub": sub, "action": "authorize"}, allow_redirects=False)
        assert answer.status == 302, await answer.text()
        return answer.headers["Location"]


async def enrol(issuer: str, *, sub: str, **claims: object) -> None:
    """Tell the real provider about a person."""
    async with aiohttp.ClientSession() as session:
        assert (await session.put(f"{issuer}/users/{sub}", json=claims)).status == 204


@dataclass
class ForgingProvider:
    """Answers like a provider, with whatever token the test wants."""

    claims: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    kid: str = "one"
    token_status: int = 200
    issuer_told: str | None = None
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    signing_key: Any = None
    asked: list[dict[str, str]] = field(default_factory=list)
    issuer: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self._discovery),
                web.get("/keys", self._keys),
                web.post("/token", self._token),
            ]
        )
        return app

    def server(self) -> TestServer:
        return TestServer(self.app())

    async def _discovery(self, request: web.Request) -> web.Response:
        found = {
            "issuer": self.issuer_told or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }
        return web.json_response(found)

    async def _keys(self, request: web.Request) -> web.Response:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return web.json_response({"keys": [{**public, "kid": "one", "use": "sig"}, {"kty": "EC", "kid": "other"}]})

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append(form)
        if self.token_status != 200:
            return web.json_response({"error": "invalid_grant"}, status=self.token_status)
        key = self.key if self.signing_key is None else self.signing_key
        token = jwt.encode(self.claims, key, algorithm=self.algorithm, headers={"kid": self.kid})
        return web.json_response({"id_token": token, "access_token": "x", "token_type": "Bearer"})
