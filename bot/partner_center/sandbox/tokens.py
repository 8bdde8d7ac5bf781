"""The sandbox's sign-in service: consent, tokens of both kinds, and their refusal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from bot.partner_center.sandbox.state import State

TENANT = "partner.example"
CLIENT_ID = "sandbox-application"
CLIENT_SECRET = "sandbox-secret"  # noqa: S105 -- known to everybody, for demos and tests
REFRESH_TOKEN = "sandbox-refresh-token"  # noqa: S105 -- the same
_CODE_LIFE = timedelta(minutes=10)


@dataclass(slots=True)
class SignIn:
    """What the sign-in service remembers."""

    secret: str = CLIENT_SECRET
    refresh_tokens: set[str] = field(default_factory=lambda: {REFRESH_TOKEN})
    access: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def kind_of(self, authorization: str, now: datetime) -> str | None:
        """Return ``app`` or ``user`` for a bearer token that is good now, else None."""
        kind, good_until = self.access.get(authorization.removeprefix("Bearer ").strip(), (None, now))
        return kind if kind is not None and good_until > now else None


SIGN_IN = web.AppKey("sign_in", SignIn)
STATE = web.AppKey("state", State)


async def authorize(request: web.Request) -> web.Response:
    """Send the browser on with a code, as after a consent."""
    sign_in, state = request.app[SIGN_IN], request.app[STATE]
    target = request.query.get("redirect_uri", "")
    if request.query.get("client_id") != CLIENT_ID or request.query.get("response_type") != "code" or not target:
        return web.Response(status=400, text="the sandbox does not know this application, or an address to go back to is missing")
    code = secrets.token_urlsafe(24)
    sign_in.codes[code] = (target, state.now() + _CODE_LIFE)
    return web.Response(status=302, headers={"Location": f"{target}?{urlencode({'code': code, 'state': request.query.get('state', '')})}"})


async def token(request: web.Request) -> web.Response:
    """Answer the three grants."""
    sign_in = request.app[SIGN_IN]
    form = {name: str(value) for name, value in (await request.post()).items()}
    if form.get("client_id") != CLIENT_ID or form.get("client_secret") != sign_in.secret:
        return _refused("invalid_client", 7000215, status=401)
    grant = form.get("grant_type")
    if grant == "client_credentials":
        return _granted(request, kind="app", resource=form.get("resource", ""))
    if grant == "refresh_token" and form.get("refresh_token") in sign_in.refresh_tokens:
        return _granted(request, kind="user", resource=form.get("resource", ""))
    if grant == "authorization_code":
        target, good_until = sign_in.codes.pop(form.get("code", ""), ("", request.app[STATE].now()))
        if target and target == form.get("redirect_uri") and good_until > request.app[STATE].now():
            return _granted(request, kind="user", resource=form.get("resource", ""))
    if grant in ("refresh_token", "authorization_code"):
        return _refused("invalid_grant", 50173, status=400)
    return _refused("unsupported_grant_type", 70003, status=400)


def _granted(request: web.Request, *, kind: str, resource: str) -> web.Response:
    sign_in, state = request.app[SIGN_IN], request.app[STATE]
    seconds = state.limits.token_seconds
    now, access = state.now(), secrets.token_urlsafe(32)
    sign_in.access[access] = (kind, now + timedelta(seconds=seconds))
    body = {
        "token_type": "Bearer",
        "expires_in": str(seconds),
        "ext_expires_in": str(seconds),
        "expires_on": str(int(now.timestamp()) + seconds),
        "not_before": str(int(now.timestamp())),
        "resource": resource,
        "access_token": access,
    }
    if kind == "user":
        newer = secrets.token_urlsafe(32)
        # As with Microsoft, an older refresh token stays good.
        sign_in.refresh_tokens.add(newer)
        body |= {"refresh_token": newer, "scope": "user_impersonation"}
    return web.json_response(body)


def _refused(error: str, number: int, *, status: int) -> web.Response:
    body = {"error": error, "error_description": f"AADSTS{number}: refused by the sandbox", "error_codes": [number]}
    return web.json_response(body, status=status)
