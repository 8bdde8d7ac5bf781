"""Signing in: by address, password and, where there is one, a code; or by what the OpenID provider says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.shared.audit import AuditEntry, Auditor
from bot.shared.errors import NotAllowed
from bot.shared.ids import StaffId
from bot.staff.model import Presence, StaffMember
from bot.staff.passwords import verify_password
from bot.staff.ports import StaffNotFound, StaffStore
from bot.staff.sessions import Session, Sessions
from bot.staff.totp import step_of_code

WRONG_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
_NOBODY = StaffId("unknown")


class SignInRefused(NotAllowed):
    """Signing in failed. Whatever the reason, it reads the same; only the audit trail tells them apart."""


class ProviderStranger(NotAllowed):
    """The provider knows the person, and nobody on the staff is bound to them."""


class Outcome(StrEnum):
    """What came of a try; the value stands in the audit trail."""

    OK = "ok"
    UNKNOWN = "unknown"
    DISABLED = "disabled"
    LOCKED = "locked"
    PASSWORD = "password"  # noqa: S105 -- the reason of a refusal
    CODE = "code"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has just signed in; ``secret`` is for the browser's cookie."""

    member: StaffMember
    session: Session
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProvidedIdentity:
    """Who the OpenID provider says it is, once its token has been checked.

    Attributes:
        subject: ``issuer|sub``, which never changes and is never given to anybody else.
        email: The address, only where the provider vouches for it; else None.
    """

    subject: str
    email: str | None


@dataclass
class _Try:
    """Decides a try inside the transaction, on the member as stored, so that tries at the same time are counted one by one."""

    tried_hash: str | None
    fits: bool
    code: str
    now: datetime
    outcome: Outcome = Outcome.UNKNOWN
    locks: bool = False

    def __call__(self, member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
        if member.disabled_at is not None:
            self.outcome = Outcome.DISABLED
            return member
        if member.locked_until is not None and self.now < member.locked_until:
            self.outcome = Outcome.LOCKED
            return member
        step = self._step(member)
        # A password that was replaced while it was being tried opens nothing any more.
        self.fits = self.fits and member.password_hash == self.tried_hash
        if self.fits and (member.totp_secret is None or step is not None):
            self.outcome = Outcome.OK
            return replace(member, failed_sign_ins=0, locked_until=None, totp_used_step=step or member.totp_used_step)
        self.outcome = Outcome.CODE if self.fits else Outcome.PASSWORD
        self.locks = member.failed_sign_ins + 1 >= WRONG_TRIES
        if self.locks:
            return replace(member, failed_sign_ins=0, locked_until=self.now + LOCKED_FOR)
        return replace(member, failed_sign_ins=member.failed_sign_ins + 1)

    def _step(self, member: StaffMember) -> int | None:
        if member.totp_secret is None:
            return None
        return step_of_code(member.totp_secret, self.code, now=self.now, used_step=member.totp_used_step)


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signs members of staff in and out, and takes down every try."""

    staff: StaffStore
    sessions: Sessions
    audit: Auditor

    def with_password(self, *, email: str, password: str, code: str, now: datetime) -> SignedIn:
        """Sign in with address, password and code.

        An unknown address costs as much work as a wrong password, and five wrong tries in a row close the account for 15 minutes,
        also to the right password.

        Args:
            code: Of the authenticator app; ignored where the member has none.

        Raises:
            SignInRefused: Always with the same words.
        """
        try:
            member_id, password_hash = (found := self.staff.by_email(email)).id, found.password_hash
        except StaffNotFound:
            member_id, password_hash = _NOBODY, None
        attempt = _Try(password_hash, verify_password(password, password_hash), code, now)
        try:
            member = self.staff.change(staff_id=member_id, decide=attempt)
        except StaffNotFound:
            member = None
        if member is None or attempt.outcome is not Outcome.OK:
            self._refuse(member_id, attempt.outcome, locks=attempt.locks, now=now)
            raise SignInRefused(
                "that did not work; check the address, the password and the code. "
                f"After {WRONG_TRIES} wrong tries in a row an account rests for {LOCKED_FOR.seconds // 60} minutes"
            )
        return self._open(member, way="password", now=now)

    def with_provider(self, *, identity: ProvidedIdentity, now: datetime) -> SignedIn:
        """Sign in whom the provider vouches for: the member bound to the subject, else the one with the address, who is bound to it.

        Raises:
            ProviderStranger: Nobody on the staff is meant, or the member is disabled.
        """
        try:
            member = self._provided(identity, now)
        except StaffNotFound as error:
            self._refuse(_NOBODY, Outcome.UNKNOWN, locks=False, now=now)
            raise ProviderStranger("nobody on the staff has that account; ask a Global admin or User admin to add you") from error
        if member.disabled_at is not None:
            self._refuse(member.id, Outcome.DISABLED, locks=False, now=now)
            raise ProviderStranger("nobody on the staff has that account; ask a Global admin or User admin to add you")
        return self._open(member, way="provider", now=now)

    def _provided(self, identity: ProvidedIdentity, now: datetime) -> StaffMember:
        try:
            return self.staff.by_subject(subject=identity.subject)
        except StaffNotFound:
            if identity.email is None:
                raise
        known = self.staff.by_email(identity.email)

        def bind(member: StaffMember, everybody: tuple[StaffMember, ...]) -> StaffMember:
            # Once bound, an address that somebody else got at the provider opens nothing.
            if member.external_subject is not None or member.disabled_at is not None:
                raise StaffNotFound("there is no such member of staff")
            return replace(member, external_subject=identity.subject)

        return self.staff.change(
            staff_id=known.id, decide=bind, deed=lambda _, after, __: AuditEntry(now, after.id, "staff.bound_to_provider", after.id)
        )

    def sign_out(self, *, member: StaffMember, session: Session, now: datetime) -> None:
        """Sign this browser out. Who is signed in nowhere any more is away."""
        self.sessions.end(session=session)
        if member.id not in self.sessions.signed_in(now=now):
            self.staff.change(staff_id=member.id, decide=lambda stored, _: _left(stored, now))
        self.audit.record(AuditEntry(now, member.id, "sign_out.done", member.id))

    def sign_out_everywhere(self, *, member: StaffMember, now: datetime) -> None:
        """Sign every browser of the member out."""
        self.staff.change(
            staff_id=member.id,
            decide=lambda stored, _: _left(stored, now),
            ends=lambda _, __: True,
            deed=lambda _, __, ended: AuditEntry(now, member.id, "sign_out.done_everywhere", member.id, (("sessions", str(ended)),)),
        )

    def _open(self, member: StaffMember, *, way: str, now: datetime) -> SignedIn:
        secret, session = self.sessions.open(member=member, now=now)
        self.audit.record(AuditEntry(now, member.id, "sign_in.succeeded", member.id, (("way", way),)))
        return SignedIn(member, session, secret)

    def _refuse(self, staff_id: StaffId, outcome: Outcome, *, locks: bool, now: datetime) -> None:
        self.audit.record(AuditEntry(now, "nobody", "sign_in.failed", staff_id, (("reason", outcome.value),)))
        if locks:
            self.audit.record(AuditEntry(now, "system", "sign_in.locked", staff_id))


def _left(member: StaffMember, now: datetime) -> StaffMember:
    return member if member.presence is Presence.AWAY else replace(member, presence=Presence.AWAY, presence_since=now)
