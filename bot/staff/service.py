"""Managing the staff: who may change whom, and what follows for their sessions. Source: docs/roles.md.

Each change is taken down in the transaction that stores it; each that concerns what somebody may do ends their sessions there too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict, InvalidInput, NotAllowed
from bot.shared.ids import StaffId, new_staff_id
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.passwords import check_new_password, hash_password, verify_password
from bot.staff.permissions import Permission, require
from bot.staff.ports import Decide, Deed, Ends, StaffStore
from bot.staff.totp import step_of_code

_LONGEST_NAME = 100  # characters
_LONGEST_ADDRESS = 254  # characters; RFC 5321


class Operator(Enum):
    """Who runs commands on the machine itself, and therefore may do everything but break the rules of the whole."""

    OPERATOR = "operator"


OPERATOR = Operator.OPERATOR
Author = StaffMember | Operator


class OwnAccount(NotAllowed):
    """Nobody does this to their own account."""


class NotOverGlobalAdmins(NotAllowed):
    """Only a Global admin makes or changes a Global admin."""


class LastGlobalAdmin(Conflict):
    """Somebody has to be able to give permissions."""


class WrongCode(InvalidInput):
    """The code of the authenticator app is wrong or was used before."""


def _always(_: StaffMember, __: StaffMember) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class StaffService:
    """Changes members of staff."""

    staff: StaffStore

    def members(self, *, by: Author) -> tuple[StaffMember, ...]:
        """Return every member, disabled ones too, by address. Raises: PermissionMissing."""
        _require_management(by)
        return self.staff.list()

    def add(self, *, by: Author, name: str, email: str, role: Role, password: str, now: datetime) -> StaffMember:
        """Add a member and return them.

        Raises:
            PermissionMissing, NotOverGlobalAdmins: The author may not.
            InvalidInput: Name, address or password cannot be used.
            StaffKnown: The address is taken.
        """
        _require_management(by)
        _require_over(by, role)
        named, address = name.strip(), email.strip().lower()
        if not 0 < len(named) <= _LONGEST_NAME or not named.isprintable():
            raise InvalidInput(f"give a name of 1 to {_LONGEST_NAME} characters")
        local, at, host = address.partition("@")
        if not (local and at and host) or "@" in host or len(address) > _LONGEST_ADDRESS or not address.isprintable() or " " in address:
            raise InvalidInput("give a mail address such as anna@example.com")
        check_new_password(password, email=address)
        member = StaffMember(new_staff_id(), named, address, role, hash_password(password), now)
        self.staff.add(member, deed=_entry(by, "staff.added", member.id, now, role=role.value))
        return member

    def set_role(self, *, by: Author, staff_id: StaffId, role: Role, now: datetime) -> StaffMember:
        """Give a member another role and end their sessions; return the member. The role they have already changes nothing.

        Raises:
            PermissionMissing, NotOverGlobalAdmins, OwnAccount: The author may not.
            LastGlobalAdmin: It would leave no active Global admin.
            StaffNotFound: There is no such member.
        """

        def decide(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            _require_over(by, role)
            return replace(member, role=role)

        def deed(old: StaffMember, new: StaffMember, _: int) -> AuditEntry | None:
            if old.role is new.role:
                return None
            return _entry(by, "staff.role_changed", staff_id, now, before=old.role.value, after=new.role.value)

        return self._checked_change(by, staff_id, decide, deed, ends=lambda old, new: old.role is not new.role)

    def disable(self, *, by: Author, staff_id: StaffId, now: datetime) -> StaffMember:
        """Bar a member from signing in, end their sessions and return them; one disabled before keeps the date.

        Raises:
            PermissionMissing, NotOverGlobalAdmins, OwnAccount: The author may not.
            LastGlobalAdmin: It would leave no active Global admin.
            StaffNotFound: There is no such member.
        """

        def decide(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            return replace(member, disabled_at=member.disabled_at or now, presence=Presence.AWAY)

        return self._change(by, staff_id, decide, "staff.disabled", now)

    def enable(self, *, by: Author, staff_id: StaffId, now: datetime) -> StaffMember:
        """Let a member sign in again, also one who was locked out, and return them.

        Raises:
            PermissionMissing, NotOverGlobalAdmins, OwnAccount: The author may not.
            StaffNotFound: There is no such member.
        """

        def decide(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            return replace(member, disabled_at=None, failed_sign_ins=0, locked_until=None)

        return self._change(by, staff_id, decide, "staff.enabled", now, ends=None)

    def reset_password(self, *, by: Author, staff_id: StaffId, password: str, now: datetime) -> StaffMember:
        """Give a member another password, end their sessions and return them.

        Raises:
            PermissionMissing, NotOverGlobalAdmins, OwnAccount: The author may not.
            InvalidInput: The password cannot be used.
            StaffNotFound: There is no such member.
        """
        check_new_password(password, email=self.staff.by_id(staff_id=staff_id).email)
        hashed = hash_password(password)

        def decide(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            return replace(member, password_hash=hashed, failed_sign_ins=0, locked_until=None)

        return self._change(by, staff_id, decide, "staff.password_reset", now)

    def drop_second_factor(self, *, by: Author, staff_id: StaffId, now: datetime) -> StaffMember:
        """Take the authenticator app of a member who lost it out of use, end their sessions and return them.

        Raises:
            PermissionMissing, NotOverGlobalAdmins, OwnAccount: The author may not.
            StaffNotFound: There is no such member.
        """

        def decide(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            return replace(member, totp_secret=None, totp_used_step=None)

        return self._change(by, staff_id, decide, "staff.second_factor_dropped", now)

    def sign_out(self, *, by: Author, staff_id: StaffId, now: datetime) -> int:
        """End every session of a member and return how many there were.

        Raises:
            PermissionMissing, NotOverGlobalAdmins, OwnAccount: The author may not.
            StaffNotFound: There is no such member.
        """
        count = 0

        def deed(old: StaffMember, new: StaffMember, ended: int) -> AuditEntry:
            nonlocal count
            count = ended
            return _entry(by, "staff.signed_out", staff_id, now, sessions=str(ended))

        self._checked_change(by, staff_id, lambda member, _: replace(member, presence=Presence.AWAY), deed, ends=_always)
        return count

    def change_own_password(self, *, member: StaffMember, current: str, new: str, now: datetime) -> None:
        """Give the member the password ``new`` and end all their sessions.

        Raises:
            PermissionMissing: The member may not use the desk.
            NotAllowed: ``current`` is not their password.
            InvalidInput: ``new`` cannot be used.
        """
        self._require_password(member, current)
        check_new_password(new, email=member.email)
        hashed = hash_password(new)
        self._own_change(member, lambda stored, _: replace(stored, password_hash=hashed), "staff.password_changed", now, ends=_always)

    def add_second_factor(self, *, member: StaffMember, secret: str, code: str, now: datetime) -> None:
        """Put the authenticator app with ``secret`` into use; ``code`` shows that the app has it.

        Raises:
            PermissionMissing: The member may not use the desk.
            WrongCode: The code does not belong to the secret.
            Conflict: There is an app in use already.
        """
        require(member, Permission.DESK_USE)
        step = step_of_code(secret, code, now=now, used_step=None)
        if step is None:
            raise WrongCode("the code is not the one that the app shows now; type the present one")

        def decide(stored: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            if stored.totp_secret is not None:
                raise Conflict("an authenticator app is in use already; remove it first")
            return replace(stored, totp_secret=secret, totp_used_step=step)

        self._own_change(member, decide, "staff.second_factor_added", now)

    def drop_own_second_factor(self, *, member: StaffMember, current: str, now: datetime) -> None:
        """Take the member's authenticator app out of use.

        Raises:
            PermissionMissing: The member may not use the desk.
            NotAllowed: ``current`` is not their password.
        """
        self._require_password(member, current)
        self._own_change(
            member, lambda stored, _: replace(stored, totp_secret=None, totp_used_step=None), "staff.second_factor_dropped", now
        )

    def set_presence(self, *, member: StaffMember, presence: Presence, now: datetime) -> StaffMember:
        """Say whether the member takes chats, and return the member. Raises: PermissionMissing."""
        require(member, Permission.DESK_USE)

        def decide(stored: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            return stored if stored.presence is presence else replace(stored, presence=presence, presence_since=now)

        return self.staff.change(staff_id=member.id, decide=decide)

    def _require_password(self, member: StaffMember, current: str) -> None:
        require(member, Permission.DESK_USE)
        if not verify_password(current, member.password_hash):
            raise NotAllowed("the present password is wrong")

    def _own_change(self, member: StaffMember, decide: Decide, action: str, now: datetime, *, ends: Ends | None = None) -> None:
        self.staff.change(staff_id=member.id, decide=decide, deed=lambda _, after, __: _entry(member, action, after.id, now), ends=ends)

    def _change(
        self, by: Author, staff_id: StaffId, decide: Decide, action: str, now: datetime, *, ends: Ends | None = _always
    ) -> StaffMember:
        return self._checked_change(by, staff_id, decide, lambda _, after, __: _entry(by, action, after.id, now), ends=ends)

    def _checked_change(self, by: Author, staff_id: StaffId, decide: Decide, deed: Deed, *, ends: Ends | None) -> StaffMember:
        def checked(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            # The author as stored now: a change that took the permission away a moment ago counts.
            author = by if isinstance(by, Operator) else next((one for one in everybody if one.id == by.id), by)
            _require_management(author)
            if isinstance(author, StaffMember) and author.id == member.id:
                raise OwnAccount("nobody changes their own account here; a colleague can")
            _require_over(author, member.role)
            after = decide(member, everybody)
            if _leads(member) and not _leads(after) and not any(_leads(one) for one in everybody if one.id != member.id):
                raise LastGlobalAdmin("this is the last active Global admin; make somebody else one first")
            return after

        return self.staff.change(staff_id=staff_id, decide=checked, deed=deed, ends=ends)


def _entry(by: Author, action: str, staff_id: StaffId, now: datetime, **details: str) -> AuditEntry:
    actor = by.value if isinstance(by, Operator) else by.id
    return AuditEntry(now, actor, action, staff_id, tuple(details.items()))


def _require_management(by: Author) -> None:
    if isinstance(by, StaffMember):
        require(by, Permission.STAFF_MANAGE)


def _require_over(by: Author, role: Role) -> None:
    if isinstance(by, StaffMember) and role is Role.GLOBAL_ADMIN and by.role is not Role.GLOBAL_ADMIN:
        raise NotOverGlobalAdmins("only a Global admin makes or changes a Global admin")


def _leads(member: StaffMember) -> bool:
    return member.role is Role.GLOBAL_ADMIN and member.disabled_at is None
