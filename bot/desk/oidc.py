"""Signing in with an OpenID Connect provider, such as Microsoft Entra ID: code flow with PKCE, state and nonce.

Source: OpenID Connect Core 1.0, RFC 7636 (PKCE), RFC 9700 (current practice). Only RS256 is taken, from the one issuer configured.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import ipaddress
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import jwt
from jwt.types import Options

from bot.shared.errors import InvalidInput, NotAllowed, Unavailable
from bot.staff.sign_in import ProvidedIdentity

_ALGORITHM = "RS256"
_SCOPES = "openid profile email"
_LEEWAY = timedelta(seconds=60)
_DISCOVERY_KEPT = timedelta(hours=1)
_KEYS_KEPT = timedelta(hours=1)
# A token with a key that is not known makes us look for new keys, but not more often than this.
_KEYS_ASKED_AGAIN = timedelta(minutes=1)
_LARGEST_ANSWER = 512 * 1024  # bytes
_REQUIRED = ["iss", "aud", "exp", "iat", "sub", "nonce"]
_NAMED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_USER_AGENT = "Clearline"


class ProviderDown(Unavailable):
    """The provider does not answer, or answers what cannot be understood."""


class ProviderRefused(NotAllowed):
    """What the provider, or somebody in its name, sent is not a sign-in that was begun here."""


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Which provider to use.

    Attributes:
        issuer: As the provider itself writes it, to the letter; for Entra ``https://login.microsoftonline.com/TENANT/v2.0``.
        seconds: How long each request to the provider may take.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    seconds: float = 10.0

    def __post_init__(self) -> None:
        if not _is_safe(self.issuer):
            raise InvalidInput("CLEARLINE_OIDC_ISSUER must be an https address")


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that this browser has begun; kept by the browser in a signed cookie, or computed anew from it."""

    state: str
    nonce: str
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Fetched:
    value: dict[str, Any]
    at: datetime


class OidcClient:
    """Talks with one provider."""

    def __init__(self, settings: OidcSettings) -> None:
        """Keep the settings; nothing is asked before somebody signs in."""
        self._settings = settings
        self._discovery: _Fetched | None = None
        self._keys: _Fetched | None = None
        self._asking = asyncio.Lock()

    async def start(self, *, begun: Begun, redirect_uri: str, now: datetime) -> str:
        """Return the address at the provider to send the browser to. Raises: ProviderDown."""
        provider = await self._provider(now)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": redirect_uri,
            "scope": _SCOPES,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = str(provider["authorization_endpoint"])
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(query)}"

    async def finish(self, *, code: str, begun: Begun, redirect_uri: str, now: datetime) -> ProvidedIdentity:
        """Return who the provider says has signed in.

        Raises:
            ProviderDown: It does not answer.
            ProviderRefused: The code or the token is not good.
        """
        provider = await self._provider(now)
        token = await self._redeem(provider, code, begun, redirect_uri)
        claims = await self._checked(provider, token, begun.nonce, now)
        return ProvidedIdentity(subject=f"{claims['iss']}|{claims['sub']}", email=_vouched_address(claims))

    async def _redeem(self, provider: dict[str, Any], code: str, begun: Begun, redirect_uri: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._settings.client_id,
            "code_verifier": begun.verifier,
        }
        basic = None
        if "client_secret_post" in provider.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
            form["client_secret"] = self._settings.client_secret
        else:
            basic = aiohttp.BasicAuth(self._settings.client_id, self._settings.client_secret)
        status, answer = await self._ask("POST", str(provider["token_endpoint"]), data=form, auth=basic)
        token = answer.get("id_token")
        if status >= 500:
            raise ProviderDown("the sign-in provider does not answer just now")
        if status != 200 or not isinstance(token, str):
            raise ProviderRefused("the provider did not confirm the sign-in; begin again")
        return token

    async def _checked(self, provider: dict[str, Any], token: str, nonce: str, now: datetime) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != _ALGORITHM:
                raise ProviderRefused("the provider's token is signed another way than agreed")
            key = await self._key(provider, str(header.get("kid", "")), now)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=self._settings.client_id,
                issuer=self._settings.issuer,
                # Our clock decides about expiry, as it does everywhere.
                options=Options(require=_REQUIRED, verify_exp=False, verify_iat=False, verify_nbf=False),
            )
        except jwt.PyJWTError as error:
            raise ProviderRefused("the provider's token is not one for us") from error
        _check_times(claims, now)
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self._settings.client_id:
            raise ProviderRefused("the provider's token is not one for us")
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise ProviderRefused("the provider's token belongs to another sign-in; begin again")
        return claims

    async def _provider(self, now: datetime) -> dict[str, Any]:
        async with self._asking:
            if self._discovery is None or now - self._discovery.at >= _DISCOVERY_KEPT:
                address = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
                status, found = await self._ask("GET", address)
                if status != 200 or found.get("issuer") != self._settings.issuer:
                    raise ProviderDown("the sign-in provider does not describe itself as CLEARLINE_OIDC_ISSUER says")
                if not all(isinstance(found.get(name), str) and _is_safe(found[name]) for name in _NAMED):
                    raise ProviderDown("the sign-in provider's description lacks an address")
                self._discovery = _Fetched(found, now)
            return self._discovery.value

    async def _key(self, provider: dict[str, Any], kid: str, now: datetime) -> jwt.PyJWK:
        async with self._asking:
            known = self._keys
            stale = known is None or now - known.at >= _KEYS_KEPT
            missing = known is not None and _key_in(known.value, kid) is None and now - known.at >= _KEYS_ASKED_AGAIN
            if known is None or stale or missing:
                status, found = await self._ask("GET", str(provider["jwks_uri"]))
                if status != 200:
                    raise ProviderDown("the sign-in provider does not give its keys")
                known = self._keys = _Fetched(found, now)
        key = _key_in(known.value, kid)
        if key is None:
            raise ProviderRefused("the provider's token is signed with a key that is not the provider's")
        return key

    async def _ask(
        self, method: str, address: str, *, data: dict[str, str] | None = None, auth: aiohttp.BasicAuth | None = None
    ) -> tuple[int, dict[str, Any]]:
        timeout = aiohttp.ClientTimeout(total=self._settings.seconds)
        headers = {"Accept": "application/json", "User-Agent": _USER_AGENT}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers, trust_env=True) as session,
                session.request(method, address, data=data, auth=auth, allow_redirects=False) as response,
            ):
                body = await response.content.read(_LARGEST_ANSWER)
                if not response.content.at_eof():
                    raise ProviderDown("the sign-in provider's answer is too long")
                answer = json.loads(body)
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as error:
            raise ProviderDown("the sign-in provider does not answer just now; try again, or sign in with your password") from error
        if not isinstance(answer, dict):
            raise ProviderDown("the sign-in provider's answer cannot be understood")
        return response.status, answer


def _key_in(keys: dict[str, Any], kid: str) -> jwt.PyJWK | None:
    for raw in keys.get("keys", ()):
        if isinstance(raw, dict) and raw.get("kty") == "RSA" and raw.get("use", "sig") == "sig" and raw.get("kid", "") == kid:
            return jwt.PyJWK(raw, algorithm=_ALGORITHM)
    return None


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    moment, leeway = now.timestamp(), _LEEWAY.total_seconds()
    expires, issued, begins = claims["exp"], claims["iat"], claims.get("nbf", 0)
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (expires, issued, begins)):
        raise ProviderRefused("the provider's token has no times that can be understood")
    if expires <= moment - leeway or issued > moment + leeway or begins > moment + leeway:
        raise ProviderRefused("the provider's token has expired; begin again")


def _vouched_address(claims: dict[str, Any]) -> str | None:
    """Return the mail address if the provider says that it belongs to the person.

    ``email_verified`` is the standard's claim. Entra ID never sends that; its optional claim ``xms_edov`` says that the owner of the
    mail domain was verified.
    """
    email = claims.get("email")
    vouched = claims.get("email_verified", claims.get("xms_edov"))
    return email if isinstance(email, str) and vouched in (True, 1, "1", "true") else None


def _is_safe(address: str) -> bool:
    """Return whether the address is https, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def is_loopback(host: str) -> bool:
    """Return whether ``host`` is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
