"""The desk's three cookies: the session, the token of the sign-in form, and a sign-in begun at the provider."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from aiohttp import web

from bot.conversations.tokens import Tokens

SESSION = "__Host-clearline-desk"
FORM = "__Host-clearline-desk-form"
PROVIDER = "__Host-clearline-desk-oidc"
VALID_FOR = timedelta(minutes=10)
_STATE_BYTES = 32


def put(response: web.StreamResponse, name: str, value: str, *, seconds: int | None = None) -> None:
    """Give the browser a cookie; without ``seconds`` until it is closed.

    ``Lax`` and not ``Strict``: coming back from the provider, browsers must send it. On plain http browsers take it from this machine
    only, since they hold 127.0.0.1 and localhost for safe.
    """
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="Lax")


def drop(response: web.StreamResponse, name: str) -> None:
    """Take the cookie away."""
    response.del_cookie(name, path="/", secure=True, httponly=True, samesite="Lax")


def new_state() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(_STATE_BYTES)


def seal(tokens: Tokens, *, state: str, until: datetime) -> str:
    """Return ``state`` with its end, signed."""
    text = f"{state}.{int(until.timestamp())}"
    return f"{text}.{tokens.derive('desk-oidc', text)}"


def unseal(tokens: Tokens, cookie: str, *, now: datetime) -> str | None:
    """Return the state in the cookie, or None when it is not ours or too old."""
    text, _, signature = cookie.rpartition(".")
    if not text or not secrets.compare_digest(signature.encode(), tokens.derive("desk-oidc", text).encode()):
        return None
    state, _, until = text.rpartition(".")
    return state if now.timestamp() < int(until) else None
