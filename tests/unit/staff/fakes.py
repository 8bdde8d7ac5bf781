"""The staff's stores in memory, which keep the same promises as those over SQL (tests/contract)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from bot.shared.audit import AuditEntry
from bot.shared.ids import StaffId, new_staff_id
from bot.staff.model import Role, StaffMember
from bot.staff.passwords import hash_password
from bot.staff.ports import Decide, Deed, Ends, StaffKnown, StaffNotFound
from bot.staff.service import StaffService
from bot.staff.sessions import Session, SessionEnded, Sessions
from bot.staff.sign_in import SignIn

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
PASSWORD = "a fine password"


@lru_cache
def hashed(password: str = PASSWORD) -> str:
    """Return the hash; made once, as it costs a tenth of a second."""
    return hash_password(password)


def member_of(role: Role = Role.HELPDESK_AGENT, email: str | None = None) -> StaffMember:
    return StaffMember(new_staff_id(), role.value, email or f"{role.value}@example.com", role, hashed(), NOW)


@dataclass
class StaffInMemory:
    """A ``StaffStore``."""

    members: dict[StaffId, StaffMember] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    audit: AuditInMemory = field(default_factory=lambda: AuditInMemory())  # noqa: PLW0108 -- the class is defined below

    def add(self, member: StaffMember, *, deed: AuditEntry | None = None) -> None:
        if any(one.email == member.email.strip().lower() for one in self.members.values()):
            raise StaffKnown("known")
        self.members[member.id] = replace(member, email=member.email.strip().lower())
        if deed is not None:
            self.audit.record(deed)

    def by_id(self, *, staff_id: StaffId) -> StaffMember:
        return self._first(lambda one: one.id == staff_id)

    def by_email(self, email: str) -> StaffMember:
        return self._first(lambda one: one.email == email.strip().lower())

    def by_subject(self, *, subject: str) -> StaffMember:
        return self._first(lambda one: one.external_subject == subject)

    def list(self) -> tuple[StaffMember, ...]:
        return tuple(sorted(self.members.values(), key=lambda one: one.email))

    def change(self, *, staff_id: StaffId, decide: Decide, deed: Deed | None = None, ends: Ends | None = None) -> StaffMember:
        before = self.by_id(staff_id=staff_id)
        after = decide(before, self.list())
        mine = [key for key, one in self.sessions.items() if one.staff_id == staff_id] if ends and ends(before, after) else []
        entry = deed(before, after, len(mine)) if deed else None
        self.members[staff_id] = after
        for key in mine:
            del self.sessions[key]
        if entry is not None:
            self.audit.record(entry)
        return after

    def _first(self, fits: object) -> StaffMember:
        found = next((one for one in self.members.values() if fits(one)), None)
        if found is None:
            raise StaffNotFound("not found")
        return found


@dataclass
class SessionsInMemory:
    """A ``SessionStore``."""

    staff: StaffInMemory

    @property
    def sessions(self) -> dict[str, Session]:
        return self.staff.sessions

    def add(self, session: Session) -> None:
        self.sessions[session.secret_hash] = session

    def find(self, *, secret_hash: str) -> tuple[Session, StaffMember]:
        if secret_hash not in self.sessions:
            raise SessionEnded("none")
        session = self.sessions[secret_hash]
        return session, self.staff.by_id(staff_id=session.staff_id)

    def note(self, *, secret_hash: str, seen_at: datetime) -> None:
        self.sessions[secret_hash] = replace(self.sessions[secret_hash], seen_at=seen_at)

    def members_seen(self, *, since: datetime, now: datetime) -> frozenset[StaffId]:
        return frozenset(one.staff_id for one in self.sessions.values() if one.seen_at > since and one.ends_at > now)

    def end(self, *, secret_hash: str) -> None:
        self.sessions.pop(secret_hash, None)


@dataclass
class AuditInMemory:
    """An ``Auditor``."""

    entries: list[AuditEntry] = field(default_factory=list)

    def record(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    @property
    def actions(self) -> list[str]:
        return [entry.action for entry in self.entries]


class Desk:
    """A member of each role, with everything that changes them."""

    def __init__(self) -> None:
        self.staff = StaffInMemory()
        self.audit = self.staff.audit
        self.sessions = Sessions(SessionsInMemory(self.staff))
        self.service = StaffService(self.staff)
        self.sign_in = SignIn(self.staff, self.sessions, self.audit)
        self.ids = {}
        for role in Role:
            member = member_of(role)
            self.staff.add(member)
            self.ids[role] = member.id

    def member(self, role: Role) -> StaffMember:
        return self.staff.by_id(staff_id=self.ids[role])

    def signed_in(self, role: Role) -> str:
        return self.sessions.open(member=self.member(role), now=NOW)[0]

    def is_signed_in(self, secret: str, *, now: datetime = NOW) -> bool:
        try:
            self.sessions.resume(secret=secret, now=now)
        except SessionEnded:
            return False
        return True
