"""The second factor: codes of an authenticator app. Source: RFC 6238 with its usual values (SHA-1, six digits, half minutes)."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime

import pyotp

from bot.shared.errors import InvalidInput

_SECONDS = 30
_SECRET_CHARACTERS = 32  # base32, 160 bits
_SECRET = re.compile(r"[A-Z2-7]{32}")
# Clocks of telephones are off by a little; one half minute to either side is taken too.
_NEIGHBOURS = (0, -1, 1)


@dataclass(frozen=True, slots=True)
class TotpOffer:
    """A secret for an authenticator app, shown once and not yet in force.

    Attributes:
        secret: 32 characters of base32.
        uri: The same as ``otpauth://`` address, for apps that take one.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)


def new_offer(*, email: str, issuer: str) -> TotpOffer:
    """Return a fresh secret; ``issuer`` is what the app calls us."""
    return offer_of(pyotp.random_base32(_SECRET_CHARACTERS), email=email, issuer=issuer)


def offer_of(secret: str, *, email: str, issuer: str) -> TotpOffer:
    """Return the offer of a secret that was made before. Raises: InvalidInput when it is none of ours."""
    if not _SECRET.fullmatch(secret):
        raise InvalidInput("that is not a secret made here; begin again")
    return TotpOffer(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer))


def step_of_code(secret: str, code: str, *, now: datetime, used_step: int | None) -> int | None:
    """Return the number of the half minute that ``code`` belongs to, or None when it is wrong or was used before.

    Args:
        code: As typed; spaces do not count.
        used_step: What this returned for the code used last; that code and all before it are used up.
    """
    typed = "".join(code.split())
    generator = pyotp.TOTP(secret)
    current = int(now.timestamp()) // _SECONDS
    found = None
    for step in (current + offset for offset in _NEIGHBOURS):
        if hmac.compare_digest(generator.generate_otp(step).encode(), typed.encode()) and (used_step is None or step > used_step):
            found = step
    return found
