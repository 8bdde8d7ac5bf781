"""Passwords of staff, kept as Argon2id hashes. Source: RFC 9106, second recommended option (64 MiB, three passes)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from bot.shared.errors import InvalidInput

# Longer input only serves to keep the machine busy.
MAXIMUM_CHARACTERS = 1024
MINIMUM_CHARACTERS = 12
# The hash of a random text that nobody kept. Trying a password on it takes as long as on a member's.
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$e+nbeKrGJWF/XB+NJeUoaA$LXxWZglC6Li9b3kzzoXV2C74zy5nTH02xp7ItcYAc40"


def check_new_password(password: str, *, email: str) -> None:
    """Return when ``password`` may become that of the member with that address. Raises: InvalidInput."""
    if len(password) < MINIMUM_CHARACTERS:
        raise InvalidInput(f"use a password of at least {MINIMUM_CHARACTERS} characters")
    if password.strip().lower() == email.strip().lower() or len(set(password)) < MINIMUM_CHARACTERS // 3:
        raise InvalidInput("use a password that is harder to guess")


def new_password() -> str:
    """Return a fresh password of 24 letters, digits, dashes and underscores (144 random bits)."""
    return secrets.token_urlsafe(18)


def hash_password(password: str) -> str:
    """Return the salted hash of ``password`` with its parameters, as one line of text; each call gives another.

    Raises:
        InvalidInput: The password is empty or longer than 1024 characters.
    """
    if not password or len(password) > MAXIMUM_CHARACTERS:
        raise InvalidInput(f"a password has 1 to {MAXIMUM_CHARACTERS} characters")
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).hash(password)


def verify_password(password: str, password_hash: str | None) -> bool:
    """Return whether ``password`` is the one that was hashed; no hash or a damaged one fits no password, and takes as long."""
    given = password[:MAXIMUM_CHARACTERS]
    hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
    try:
        fits = hasher.verify(password_hash or _NOBODYS, given)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError):
        _try_in_vain(hasher, given)
        return False
    return fits and password_hash is not None and given == password


def _try_in_vain(hasher: PasswordHasher, password: str) -> None:
    try:
        hasher.verify(_NOBODYS, password)
    except VerificationError:
        return
