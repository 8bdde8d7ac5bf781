"""Calls helpers' webhooks, and knows their signature on what they send.

Both directions are signed alike: ``X-Clearline-Signature: t=SECONDS,v1=HEX``, where HEX is HMAC-SHA256 of ``SECONDS.BODY`` under the key of
the helper, which is derived from ``CLEARLINE_HELPER_SECRET``. Source: docs/http.md, "Helpers".
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import urllib.error
import urllib.request
from datetime import datetime

from bot.conversations.helpers import Dispatch
from bot.shared.clock import Clock
from bot.shared.errors import InvalidInput, NotAllowed, Unavailable

HEADER = "X-Clearline-Signature"
_SECONDS = 10.0
_SHORTEST_SECRET = 32
_OLDEST = 300
_REFUSED = range(400, 500)
_PASSES = frozenset({408, 409, 425, 429})


class SignatureRefused(NotAllowed):
    """The signature is missing, too old, or another one's."""


class HelperHooks:
    """Sends and checks signed requests."""

    def __init__(self, secret: str, *, clock: Clock) -> None:
        """Sign with ``secret``. Raises: InvalidInput (it is too short)."""
        if len(secret) < _SHORTEST_SECRET:
            raise InvalidInput(f"CLEARLINE_HELPER_SECRET has {len(secret)} characters; it needs {_SHORTEST_SECRET} or more")
        self._secret = secret.encode()
        self._clock = clock

    def key_of(self, helper: str) -> str:
        """Return the key (hex) that a helper signs with; no helper can sign for another."""
        return hmac.new(self._secret, f"helper:{helper}".encode(), hashlib.sha256).hexdigest()

    def sign(self, *, helper: str, body: bytes, at: datetime) -> str:
        """Return the header's value for ``body`` sent at ``at``."""
        seconds = int(at.timestamp())
        return f"t={seconds},v1={self._digest(helper, seconds, body)}"

    def check(self, *, helper: str, body: bytes, header: str, at: datetime) -> None:
        """Return when ``header`` is this helper's for ``body``, not older than five minutes. Raises: SignatureRefused."""
        parts = dict(part.partition("=")[::2] for part in header.split(","))
        seconds = parts.get("t", "")
        if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 15):
            raise SignatureRefused(f"the header {HEADER} must be t=SECONDS,v1=HEX")
        if abs(int(at.timestamp()) - int(seconds)) > _OLDEST:
            raise SignatureRefused("the signature is older than five minutes; sign the request when it is sent")
        if not hmac.compare_digest(parts.get("v1", "").encode(), self._digest(helper, int(seconds), body).encode()):
            raise SignatureRefused("the signature does not fit the body")

    def send(self, dispatch: Dispatch) -> None:
        """Post one ticket to its webhook. Raises: Unavailable (may pass), InvalidInput (refused)."""
        body = dispatch.body.encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Clearline",
            "Idempotency-Key": dispatch.key,
            HEADER: self.sign(helper=dispatch.helper, body=body, at=self._clock.now()),
        }
        request = urllib.request.Request(dispatch.address, data=body, headers=headers, method="POST")  # noqa: S310 -- the partner's file
        opener = urllib.request.build_opener(_NoRedirects)
        try:
            with opener.open(request, timeout=_SECONDS):
                return
        except urllib.error.HTTPError as error:
            if error.code in _REFUSED and error.code not in _PASSES:
                raise InvalidInput(f"{dispatch.helper} refuses the ticket with status {error.code}; ask them why") from error
            raise Unavailable(f"{dispatch.helper} answers with status {error.code}") from error
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"{dispatch.helper} does not answer: {type(error).__name__}") from error

    def _digest(self, helper: str, seconds: int, body: bytes) -> str:
        key = self.key_of(helper).encode()
        return hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A signed ticket goes where the partner wrote, and nowhere else."""

    def http_error_302(self, req: object, fp: object, code: int, msg: object, headers: object) -> None:
        """Follow nothing, so that the answer is an error."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302
