"""Signed tokens: a visitor's sign-in and short-lived document links. One algorithm, one key, times by our clock."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from bot.shared.errors import InvalidInput, NotAllowed
from bot.shared.ids import CustomerId

_ALGORITHM = "HS256"
_MINIMUM_KEY_CHARACTERS = 32
_VISITOR = "clearline:visitor"
_DOCUMENT = "clearline:document"


class TokenRefused(NotAllowed):
    """The token is forged, expired, signed another way, or meant for something else; the message says which."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a visitor's token says is speaking; ``contact_email`` is None when the token names the company only."""

    customer_id: CustomerId
    contact_email: str | None


@dataclass(frozen=True, slots=True)
class DocumentGrant:
    """What a document link opens."""

    customer_id: CustomerId
    number: str
    language: str


class Tokens:
    """Signs and reads tokens with one secret key."""

    def __init__(self, *, key: str) -> None:
        """Keep the key.

        Raises:
            InvalidInput: The key is shorter than 32 characters.
        """
        if len(key) < _MINIMUM_KEY_CHARACTERS:
            raise InvalidInput(f"CLEARLINE_SECRET_KEY must have at least {_MINIMUM_KEY_CHARACTERS} characters")
        self._key = key

    def for_visitor(self, *, visitor: Visitor, now: datetime, valid_for: timedelta) -> str:
        """Return a JWT that signs ``visitor`` in until ``now + valid_for``."""
        return self._sign({"aud": _VISITOR, "sub": visitor.customer_id, "contact": visitor.contact_email}, now, valid_for)

    def read_visitor(self, token: str, *, now: datetime) -> Visitor:
        """Return whom ``token`` signs in. Raises: TokenRefused."""
        claims = self._read(token, _VISITOR, now)
        subject, contact = claims.get("sub"), claims.get("contact")
        if not isinstance(subject, str) or not (contact is None or isinstance(contact, str)):
            raise TokenRefused("the token does not say who is speaking")
        return Visitor(CustomerId(subject), contact)

    def for_document(self, *, grant: DocumentGrant, now: datetime, valid_for: timedelta) -> str:
        """Return a token for a link that opens one document until ``now + valid_for``."""
        return self._sign({"aud": _DOCUMENT, "sub": grant.customer_id, "num": grant.number, "lang": grant.language}, now, valid_for)

    def read_document(self, token: str, *, now: datetime) -> DocumentGrant:
        """Return what the link opens. Raises: TokenRefused."""
        claims = self._read(token, _DOCUMENT, now)
        try:
            return DocumentGrant(CustomerId(str(claims["sub"])), str(claims["num"]), str(claims["lang"]))
        except KeyError as error:
            raise TokenRefused("the link is not complete") from error

    def derive(self, *parts: str) -> str:
        """Return a text (32 hex digits) that only this key gives for ``parts``, always the same one."""
        return hmac.new(self._key.encode(), "\0".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    def _sign(self, claims: dict[str, Any], now: datetime, valid_for: timedelta) -> str:
        return jwt.encode({**claims, "iat": now, "exp": now + valid_for}, self._key, algorithm=_ALGORITHM)

    def _read(self, token: str, audience: str, now: datetime) -> dict[str, Any]:
        try:
            # Our clock decides about expiry, because CLEARLINE_NOW freezes it for every process.
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=audience,
                options={"require": ["exp", "iat", "aud", "sub"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise TokenRefused("the token is not one of ours") from error
        expires = claims["exp"]
        if not isinstance(expires, int) or expires <= now.timestamp():
            raise TokenRefused("the token has expired; sign in again")
        return claims
