"""Sessions of staff over SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from bot.shared.ids import StaffId
from bot.staff.model import StaffMember
from bot.staff.sessions import Session, SessionEnded
from bot.store.engine import transaction
from bot.store.staff import member_from
from bot.store.tables import staff, staff_sessions


class SqlSessions:
    """Keeps the sessions of staff; a ``bot.staff.sessions.SessionStore``. Each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, session: Session) -> None:
        """Insert a session, and drop those that ended before its beginning."""
        with transaction(self._engine) as connection:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.ends_at <= session.created_at))
            connection.execute(
                insert(staff_sessions).values(
                    secret_hash=session.secret_hash,
                    staff_id=session.staff_id,
                    csrf_token=session.csrf_token,
                    created_at=session.created_at,
                    seen_at=session.seen_at,
                    ends_at=session.ends_at,
                )
            )

    def find(self, *, secret_hash: str) -> tuple[Session, StaffMember]:
        """Return the session and whose it is, whether or not it is over. Raises: SessionEnded when there is none."""
        mine = staff_sessions.c
        both = (
            # The member's columns keep their names; those of the session that are called the same get another.
            select(staff, mine.secret_hash, mine.staff_id, mine.csrf_token, mine.created_at.label("begun_at"), mine.seen_at, mine.ends_at)
            .join_from(staff_sessions, staff, staff.c.id == mine.staff_id)
            .where(mine.secret_hash == secret_hash)
        )
        with transaction(self._engine) as connection:
            row = connection.execute(both).one_or_none()
        if row is None:
            raise SessionEnded("nobody is signed in")
        session = Session(
            secret_hash=row.secret_hash,
            staff_id=StaffId(row.staff_id),
            csrf_token=row.csrf_token,
            created_at=row.begun_at,
            seen_at=row.seen_at,
            ends_at=row.ends_at,
        )
        return session, member_from(row)

    def note(self, *, secret_hash: str, seen_at: datetime) -> None:
        """Write down that the member did something; does nothing when the session is gone."""
        with transaction(self._engine) as connection:
            connection.execute(update(staff_sessions).where(staff_sessions.c.secret_hash == secret_hash).values(seen_at=seen_at))

    def members_seen(self, *, since: datetime, now: datetime) -> frozenset[StaffId]:
        """Return who has a session that was used after ``since`` and does not end before ``now``; may be empty."""
        mine = staff_sessions.c
        with transaction(self._engine) as connection:
            found = connection.scalars(select(mine.staff_id).where(mine.seen_at > since, mine.ends_at > now).distinct())
            return frozenset(map(StaffId, found))

    def end(self, *, secret_hash: str) -> None:
        """Drop the session; does nothing when it is gone."""
        with transaction(self._engine) as connection:
            connection.execute(delete(staff_sessions).where(staff_sessions.c.secret_hash == secret_hash))
