"""Members of staff over SQL."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, select, update

from bot.shared.audit import AuditEntry
from bot.shared.ids import StaffId
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.ports import Decide, Deed, Ends, StaffKnown, StaffNotFound
from bot.store.audit import append
from bot.store.engine import transaction, write_alone
from bot.store.sql import upsert
from bot.store.tables import staff, staff_sessions

_LOCK_KEY = 0x434C_0010


class SqlStaff:
    """Keeps the members of staff; a ``bot.staff.ports.StaffStore``. Each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, member: StaffMember, *, deed: AuditEntry | None = None) -> None:
        """Insert a member, and the deed into the audit trail; the address is stored lower-case. Raises: StaffKnown when it is taken."""
        with transaction(self._engine) as connection:
            statement = upsert(connection, staff).on_conflict_do_nothing(index_elements=["email"]).returning(staff.c.id)
            if connection.scalar(statement, _values(member)) is None:
                raise StaffKnown("somebody on the staff already has that address")
            if deed is not None:
                append(connection, deed)

    def by_id(self, *, staff_id: StaffId) -> StaffMember:
        """Return the member, also a disabled one. Raises: StaffNotFound."""
        with transaction(self._engine) as connection:
            return _one(connection, staff.c.id == staff_id)

    def by_subject(self, *, subject: str) -> StaffMember:
        """Return the member bound to ``subject`` at the OpenID provider, also a disabled one. Raises: StaffNotFound."""
        with transaction(self._engine) as connection:
            return _one(connection, staff.c.external_subject == subject)

    def by_email(self, email: str) -> StaffMember:
        """Return the member with that address (compared without case), also a disabled one. Raises: StaffNotFound."""
        with transaction(self._engine) as connection:
            return _one(connection, staff.c.email == _address(email))

    def list(self) -> tuple[StaffMember, ...]:
        """Return every member, disabled ones too, by address; may be empty."""
        with transaction(self._engine) as connection:
            return tuple(map(member_from, connection.execute(select(staff).order_by(staff.c.email))))

    def change(self, *, staff_id: StaffId, decide: Decide, deed: Deed | None = None, ends: Ends | None = None) -> StaffMember:
        """Store what ``decide`` makes of the member and return it; nobody else changes the staff meanwhile.

        Args:
            deed: What it returns is taken down in the audit trail with the change: both or neither are stored.
            ends: Whether the member's sessions are dropped with the change; they are not by default.

        Raises:
            StaffNotFound: There is no such member. Whatever ``decide`` raises leaves everything as it was.
        """
        with transaction(self._engine) as connection:
            write_alone(connection, key=_LOCK_KEY)
            everybody = tuple(map(member_from, connection.execute(select(staff).order_by(staff.c.email))))
            before = next((one for one in everybody if one.id == staff_id), None)
            if before is None:
                raise StaffNotFound("there is no such member of staff")
            after = decide(before, everybody)
            if after != before:
                connection.execute(update(staff).where(staff.c.id == staff_id).values(_values(after)))
            ended = drop_sessions(connection, staff_id) if ends is not None and ends(before, after) else 0
            entry = deed(before, after, ended) if deed is not None else None
            if entry is not None:
                append(connection, entry)
            return after


def drop_sessions(connection: Connection, staff_id: StaffId) -> int:
    """Drop every session of the member and return how many there were."""
    return connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id)).rowcount


def _address(email: str) -> str:
    return email.strip().lower()


def _one(connection: Connection, condition: ColumnElement[bool]) -> StaffMember:
    row = connection.execute(select(staff).where(condition)).one_or_none()
    if row is None:
        raise StaffNotFound("there is no such member of staff")
    return member_from(row)


def _values(member: StaffMember) -> dict[str, Any]:
    return {**asdict(member), "email": _address(member.email), "role": member.role.value, "presence": member.presence.value}


def member_from(row: Row[Any]) -> StaffMember:
    """Return the member whose row this is; it may have further columns."""
    return StaffMember(
        id=StaffId(row.id),
        name=row.name,
        email=row.email,
        role=Role(row.role),
        password_hash=row.password_hash,
        created_at=row.created_at,
        disabled_at=row.disabled_at,
        presence=Presence(row.presence),
        presence_since=row.presence_since,
        totp_secret=row.totp_secret,
        totp_used_step=row.totp_used_step,
        failed_sign_ins=row.failed_sign_ins,
        locked_until=row.locked_until,
        external_subject=row.external_subject,
    )
