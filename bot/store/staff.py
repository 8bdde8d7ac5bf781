"""Members of staff over SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select, update

from bot.shared.ids import StaffId
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.ports import StaffKnown, StaffNotFound
from bot.store.engine import transaction
from bot.store.sql import upsert
from bot.store.tables import staff


class SqlStaff:
    """Keeps the members of staff; a ``bot.staff.ports.StaffStore``. Each call is a transaction of its own."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, member: StaffMember) -> None:
        """Insert a member; the address is stored lower-case. Raises: StaffKnown when the address is taken."""
        values = {
            "id": member.id,
            "name": member.name,
            "email": _address(member.email),
            "role": member.role.value,
            "password_hash": member.password_hash,
            "disabled_at": member.disabled_at,
            "created_at": member.created_at,
        }
        with transaction(self._engine) as connection:
            statement = upsert(connection, staff).on_conflict_do_nothing(index_elements=["email"]).returning(staff.c.id)
            if connection.scalar(statement, values) is None:
                raise StaffKnown("somebody on the staff already has that address")

    def by_email(self, email: str) -> StaffMember:
        """Return the member with that address (compared without case), also a disabled one. Raises: StaffNotFound."""
        with transaction(self._engine) as connection:
            return _find(connection, email)

    def list(self) -> tuple[StaffMember, ...]:
        """Return every member, disabled ones too, by address; may be empty."""
        with transaction(self._engine) as connection:
            return tuple(map(member_from, connection.execute(select(staff).order_by(staff.c.email))))

    def disable(self, email: str, *, at: datetime) -> StaffMember:
        """Bar the member from signing in and return it; one disabled before keeps its date. Raises: StaffNotFound."""
        with transaction(self._engine) as connection:
            connection.execute(update(staff).where(staff.c.email == _address(email), staff.c.disabled_at.is_(None)).values(disabled_at=at))
            return _find(connection, email)


def _address(email: str) -> str:
    return email.strip().lower()


def _find(connection: Connection, email: str) -> StaffMember:
    row = connection.execute(select(staff).where(staff.c.email == _address(email))).one_or_none()
    if row is None:
        raise StaffNotFound("nobody on the staff has that address")
    return member_from(row)


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
        failed_sign_ins=row.failed_sign_ins,
        locked_until=row.locked_until,
        external_subject=row.external_subject,
    )
