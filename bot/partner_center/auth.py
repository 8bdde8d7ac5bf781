"""Tokens by the secure application model: in the application's own name, and in that of a user who once consented.

Source: Partner Center: partner-center-authentication, enable-secure-app-model (2021-08). The grants are four form posts; why they are
ours and not a library's is in docs/adr/0019-partner-center-client.md.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp

from bot.billing.microsoft_ports import ConsentMissing, MicrosoftNotAllowed, MicrosoftUnavailable
from bot.partner_center.options import PartnerCenterOptions
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.private_file import write_private

USER_RESOURCE = "https://api.partnercenter.microsoft.com"
APP_RESOURCE = "https://graph.windows.net"
_EARLY_SECONDS = 300.0  # A token is exchanged that long before it runs out.
_TRIES = 3
_CONSENT = "run 'clearline partner-center consent' as a user of the partner with multi-factor authentication"
_NEW_CONSENT = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})


class TokenKind(StrEnum):
    """In whose name a call is made."""

    APP = "app"
    USER = "user"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    good_until: float


class RefreshTokenFile:
    """Keeps the newest refresh token, readable by its owner only.

    The one in the environment is where everything begins; Microsoft hands out another one with each use. The file remembers which
    one from the environment it descends from, so that a new consent outranks it.
    """

    def __init__(self, path: Path, *, given: str) -> None:
        """Use ``path`` for what descends from the ``given`` token."""
        self._path, self._given = path, given

    def read(self) -> str:
        """Return the newest refresh token; empty when there is none. Raises: Unavailable."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return self._given
        except (OSError, ValueError) as error:
            raise Unavailable(f"{self._path} cannot be read; delete it, and the token in the environment is used again") from error
        if not isinstance(kept, dict) or kept.get("descends_from") != _fingerprint(self._given):
            return self._given
        return str(kept.get("refresh_token") or self._given)

    def write(self, token: str) -> None:
        """Keep ``token``. Raises: Unavailable."""
        content = json.dumps({"descends_from": _fingerprint(self._given), "refresh_token": token})
        try:
            write_private(self._path, content)
        except OSError as error:
            raise Unavailable(f"the refresh token cannot be kept in {self._path}: {error.strerror}") from error


def _fingerprint(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Tokens:
    """Hands out access tokens, asking for a new one when needed, once for all who wait."""

    def __init__(self, options: PartnerCenterOptions, *, session: Callable[[], aiohttp.ClientSession]) -> None:
        """Keep the options; nothing is asked yet.

        Args:
            session: Gives the client's open session.
        """
        self._options, self._session = options, session
        self._kept = RefreshTokenFile(options.token_file, given=options.refresh_token)
        self._tokens: dict[TokenKind, _Token] = {}
        self._asking = {kind: asyncio.Lock() for kind in TokenKind}

    async def get(self, kind: TokenKind) -> str:
        """Return an access token of that kind.

        Raises:
            ConsentMissing: There is no refresh token, or Microsoft does not take it any more.
            MicrosoftNotAllowed: Microsoft does not know the application or its secret.
            MicrosoftUnavailable: The sign-in service does not answer.
        """
        loop = asyncio.get_running_loop()
        async with self._asking[kind]:
            known = self._tokens.get(kind)
            if known is None or known.good_until <= loop.time():
                known = await (self._app_token() if kind is TokenKind.APP else self._user_token())
                self._tokens[kind] = known
            return known.text

    def forget(self, kind: TokenKind, token: str) -> None:
        """Do not hand out ``token`` again: it was refused."""
        known = self._tokens.get(kind)
        if known is not None and known.text == token:
            del self._tokens[kind]

    async def _app_token(self) -> _Token:
        return _token_of(await self._ask({"grant_type": "client_credentials", "resource": APP_RESOURCE}))

    async def _user_token(self) -> _Token:
        refresh_token = await asyncio.to_thread(self._kept.read)
        if not refresh_token:
            raise ConsentMissing(f"CLEARLINE_PARTNER_CENTER_REFRESH_TOKEN is not set; {_CONSENT}")
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "resource": USER_RESOURCE, "scope": "openid"}
        answer = await self._ask(form)
        token = _token_of(answer)
        newer = answer.get("refresh_token")
        if isinstance(newer, str) and newer and newer != refresh_token:
            await asyncio.to_thread(self._kept.write, newer)
        return token

    async def _ask(self, form: Mapping[str, str]) -> dict[str, object]:
        return await ask_for_token(self._session(), self._options, form)


async def ask_for_token(session: aiohttp.ClientSession, options: PartnerCenterOptions, form: Mapping[str, str]) -> dict[str, object]:
    """Return the answer of the token endpoint to one grant; repeated a few times when it does not answer.

    Raises:
        ConsentMissing: The grant is not taken any more.
        MicrosoftNotAllowed: The application or its secret is not known.
        MicrosoftUnavailable: No usable answer.
    """
    address = f"{options.login_url.rstrip('/')}/{options.tenant}/oauth2/token"
    data = {**form, "client_id": options.client_id, "client_secret": options.client_secret}
    # A code is good once: were its answer lost, the second try would be refused for the wrong reason.
    tries = 1 if form["grant_type"] == "authorization_code" else _TRIES
    for attempt in range(1, tries + 1):
        try:
            timeout = aiohttp.ClientTimeout(total=options.try_seconds)
            async with session.post(
                address, data=data, headers={"Accept": "application/json"}, timeout=timeout, allow_redirects=False
            ) as response:
                answer = json.loads((await response.read()).decode("utf-8-sig"))
                if response.status == 200 and isinstance(answer, dict):
                    return answer
                if response.status < 500 and response.status != 429:
                    raise _refusal(answer if isinstance(answer, dict) else {}, response.status)
                cause = f"status {response.status}"
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            cause = type(error).__name__
        if attempt < tries:
            await asyncio.sleep(options.first_pause_seconds * 2 ** (attempt - 1))
    raise MicrosoftUnavailable(f"Microsoft's sign-in service does not answer ({cause}); try again later")


def _refusal(answer: Mapping[str, object], status: int) -> MicrosoftNotAllowed:
    """Return the error for a refused grant; the description stays out of it, since it may name people."""
    error = str(answer.get("error", ""))
    if error in _NEW_CONSENT:
        return ConsentMissing(f"Microsoft does not take the consent any more ({error}); {_CONSENT}")
    if error in ("invalid_client", "unauthorized_client"):
        return MicrosoftNotAllowed(
            f"Microsoft does not know this application or its secret ({error}); check CLEARLINE_PARTNER_CENTER_CLIENT_ID and "
            "CLEARLINE_PARTNER_CENTER_CLIENT_SECRET"
        )
    return MicrosoftNotAllowed(f"Microsoft gives no token ({error or f'status {status}'}); check CLEARLINE_PARTNER_CENTER_TENANT")


def _token_of(answer: Mapping[str, object]) -> _Token:
    text = answer.get("access_token")
    if not isinstance(text, str) or not text:
        raise MicrosoftUnavailable("Microsoft's sign-in service answered without a token; try again later")
    # The number of seconds is written as text.
    seconds = 3600.0
    with suppress(ValueError):
        seconds = float(str(answer.get("expires_in", "3600")))
    now = asyncio.get_running_loop().time()
    return _Token(text, now + max(seconds - _EARLY_SECONDS, seconds / 2))


def consent_address(options: PartnerCenterOptions, *, state: str) -> str:
    """Return the address at which a user consents. ``state`` comes back with the code and ties the two together."""
    query = {
        "client_id": options.client_id,
        "response_type": "code",
        "redirect_uri": options.redirect_url,
        "response_mode": "query",
        "resource": USER_RESOURCE,
        "state": state,
        "prompt": "login",
    }
    return f"{options.login_url.rstrip('/')}/{options.tenant}/oauth2/authorize?{urlencode(query)}"


def code_in(pasted: str, *, state: str) -> str:
    """Return the code in what the user pasted: the whole address the browser ended at, or the code alone.

    Raises:
        InvalidInput: The address is another consent's, or tells of a refusal, or there is no code in it.
    """
    pasted = pasted.strip()
    query = parse_qs(urlsplit(pasted).query)
    if "error" in query:
        raise InvalidInput(f"Microsoft did not give the consent ({query['error'][0]}); begin again")
    if "code" in query:
        if query.get("state") != [state]:
            raise InvalidInput("that address belongs to another consent; begin again and use the address printed last")
        return query["code"][0]
    if not pasted or "://" in pasted:
        raise InvalidInput("there is no code in that address; copy the whole address that the browser ended at, from 'code=' on too")
    return pasted


async def exchange_code(options: PartnerCenterOptions, *, code: str) -> str:
    """Return the refresh token for a consent's code.

    Raises:
        ConsentMissing: The code is not good (any more).
        MicrosoftNotAllowed: The application is not known, or Microsoft gave no refresh token.
        MicrosoftUnavailable: No usable answer.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": options.redirect_url, "resource": USER_RESOURCE}
    async with aiohttp.ClientSession(trust_env=True) as session:
        answer = await ask_for_token(session, options, form)
    token = answer.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise MicrosoftNotAllowed("Microsoft gave no refresh token; the application needs the delegated permission 'user_impersonation'")
    return token
