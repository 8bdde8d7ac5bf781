"""Passwords of staff, kept as Argon2id hashes. Source: RFC 9106, second recommended option (64 MiB, three passes)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from bot.shared.errors import InvalidInput

# Longer input only serves to keep the machine busy.
MAXIMUM_CHARACTERS = 1024


def hash_password(password: str) -> str:
    """Return the salted hash of ``password`` with its parameters, as one line of text; each call gives another.

    Raises:
        InvalidInput: The password is empty or longer than 1024 characters.
    """
    if not password or len(password) > MAXIMUM_CHARACTERS:
        raise InvalidInput(f"a password has 1 to {MAXIMUM_CHARACTERS} characters")
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).hash(password)


def verify_password(password: str, password_hash: str) -> bool:
    """Return whether ``password`` is the one that was hashed; a damaged hash fits no password."""
    if not password or len(password) > MAXIMUM_CHARACTERS:
        return False
    try:
        return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY).verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
