"""Who may do what: the one table. What a role is not granted here is denied.

Source: Partner Center's roles and permissions as restated in docs/roles.md; the partner's own money (payables) is for finance roles only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from bot.shared.errors import NotAllowed
from bot.staff.model import Role, StaffMember


class Permission(StrEnum):
    """One thing that a member of staff may or may not do."""

    DESK_USE = "desk.use"
    CHAT_READ = "chat.read"
    CHAT_ANSWER = "chat.answer"
    CHAT_TAKE_OVER = "chat.take_over"
    TICKET_READ = "ticket.read"
    TICKET_WORK = "ticket.work"
    ESCALATION_CONFIRM = "escalation.confirm"
    CUSTOMER_READ = "customer.read"
    MONEY_READ = "money.read"
    SUSPENSION_APPROVE = "suspension.approve"
    PAYABLES_READ = "payables.read"
    STAFF_MANAGE = "staff.manage"
    LEADS_WORK = "leads.work"
    FIGURES_READ = "figures.read"
    AUDIT_READ = "audit.read"


_P = Permission
_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.GLOBAL_ADMIN: frozenset(Permission),
    # Manages the people, and sees no customer's money and no chat.
    Role.USER_ADMIN: frozenset({_P.DESK_USE, _P.STAFF_MANAGE}),
    # Answers and works on cases; sees what customers owe, never what the partner owes Microsoft.
    Role.HELPDESK_AGENT: frozenset(
        {
            _P.DESK_USE,
            _P.CHAT_READ,
            _P.CHAT_ANSWER,
            _P.TICKET_READ,
            _P.TICKET_WORK,
            _P.ESCALATION_CONFIRM,
            _P.CUSTOMER_READ,
            _P.MONEY_READ,
        }
    ),
    Role.BILLING_ADMIN: frozenset(
        {
            _P.DESK_USE,
            _P.CHAT_READ,
            _P.CHAT_ANSWER,
            _P.CHAT_TAKE_OVER,
            _P.TICKET_READ,
            _P.TICKET_WORK,
            _P.ESCALATION_CONFIRM,
            _P.CUSTOMER_READ,
            _P.MONEY_READ,
            _P.SUSPENSION_APPROVE,
            _P.PAYABLES_READ,
            _P.FIGURES_READ,
            _P.AUDIT_READ,
        }
    ),
    # Sees customers, what they have and their tickets; no money, and does not answer chats.
    Role.SALES_AGENT: frozenset({_P.DESK_USE, _P.TICKET_READ, _P.CUSTOMER_READ, _P.LEADS_WORK}),
}
GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(_GRANTS)


class PermissionMissing(NotAllowed):
    """The member's role does not permit this, or the member may not sign in any more."""

    def __init__(self, *, role: Role, permission: Permission) -> None:
        super().__init__(f"the role {role.value} does not include {permission.value}")
        self.role = role
        self.permission = permission


def may(member: StaffMember, permission: Permission) -> bool:
    """Return whether ``member`` may do this; somebody disabled may do nothing."""
    return member.disabled_at is None and permission in GRANTS.get(member.role, frozenset())


def require(member: StaffMember, permission: Permission) -> None:
    """Return when ``member`` may do this. Raises: PermissionMissing."""
    if not may(member, permission):
        raise PermissionMissing(role=member.role, permission=permission)
