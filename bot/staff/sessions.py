"""Sessions of staff: one row a browser signed in. The browser holds a random secret, the store its hash.

A session ends by signing out, by rest (idle limit), by age (absolute limit), and when the member is disabled or gets another
role or password: in the transaction of that change (``StaffStore.change``).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.shared.errors import NotAllowed
from bot.shared.ids import StaffId
from bot.staff.model import StaffMember

_SECRET_BYTES = 32
_LONGEST_SECRET = 100  # characters; ours have 43
# Writing down each request would cost a transaction each; the idle limit is kept to this much.
_NOTED_EVERY = timedelta(minutes=1)


class SessionEnded(NotAllowed):
    """There is no such session, or it is over: the two look the same."""


@dataclass(frozen=True, slots=True)
class Session:
    """A member's sign-in from one browser.

    Attributes:
        secret_hash: SHA-256 (hex) of the secret in the browser's cookie.
        csrf_token: What every form of this session carries; kept out of the representation.
        seen_at: When the member last did something (aware, to the minute).
        ends_at: When it ends whatever the member does (aware).
    """

    secret_hash: str = field(repr=False)
    staff_id: StaffId
    csrf_token: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


class SessionStore(Protocol):
    """Keeps the sessions. Each call is a transaction of its own."""

    def add(self, session: Session) -> None:
        """Insert a session, and drop those that ended before its beginning."""
        ...

    def find(self, *, secret_hash: str) -> tuple[Session, StaffMember]:
        """Return the session and whose it is, whether or not it is over. Raises: SessionEnded when there is none."""
        ...

    def note(self, *, secret_hash: str, seen_at: datetime) -> None:
        """Write down that the member did something; does nothing when the session is gone."""
        ...

    def members_seen(self, *, since: datetime, now: datetime) -> frozenset[StaffId]:
        """Return who has a session that was used after ``since`` and does not end before ``now``; may be empty."""
        ...

    def end(self, *, secret_hash: str) -> None:
        """Drop the session; does nothing when it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: at rest, and at most."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=10)


@dataclass(frozen=True, slots=True)
class Sessions:
    """Opens, finds and ends sessions."""

    store: SessionStore
    limits: Limits = Limits()

    def open(self, *, member: StaffMember, now: datetime) -> tuple[str, Session]:
        """Return the secret for the browser and the session it opens; the secret is kept nowhere else."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        session = Session(
            secret_hash=_hash(secret),
            staff_id=member.id,
            csrf_token=secrets.token_urlsafe(_SECRET_BYTES),
            created_at=now,
            seen_at=now,
            ends_at=now + self.limits.longest,
        )
        self.store.add(session)
        return secret, session

    def resume(self, *, secret: str, now: datetime, is_background: bool = False) -> tuple[Session, StaffMember]:
        """Return the session that ``secret`` opens and whose it is.

        Args:
            is_background: The browser asked by itself (a board that renews itself), so the session rests on.

        Raises:
            SessionEnded: There is none, it rested or lasted too long, or its member is disabled.
        """
        if not secret or len(secret) > _LONGEST_SECRET:
            raise SessionEnded("nobody is signed in")
        session, member = self.store.find(secret_hash=_hash(secret))
        if now >= session.ends_at or now - session.seen_at >= self.limits.idle or member.disabled_at is not None:
            self.store.end(secret_hash=session.secret_hash)
            raise SessionEnded("the session is over; sign in again")
        if not is_background and now - session.seen_at >= _NOTED_EVERY:
            self.store.note(secret_hash=session.secret_hash, seen_at=now)
        return session, member

    def signed_in(self, *, now: datetime) -> frozenset[StaffId]:
        """Return who is signed in somewhere; may be empty."""
        return self.store.members_seen(since=now - self.limits.idle, now=now)

    def end(self, *, session: Session) -> None:
        """Sign this browser out."""
        self.store.end(secret_hash=session.secret_hash)

    def forget(self, *, secret: str) -> None:
        """End the session that ``secret`` opens, if there is one; for a browser that signs in anew."""
        self.store.end(secret_hash=_hash(secret))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
