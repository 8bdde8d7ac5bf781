"""What roles, presences and permissions are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.staff.model import Presence, Role
from bot.staff.permissions import Permission

ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.GLOBAL_ADMIN: "Global admin",
        Role.USER_ADMIN: "User admin",
        Role.HELPDESK_AGENT: "Helpdesk agent",
        Role.BILLING_ADMIN: "Billing admin",
        Role.SALES_AGENT: "Sales agent",
    }
)
PRESENCES: Mapping[Presence, str] = MappingProxyType({Presence.AVAILABLE: "Available", Presence.AWAY: "Away", Presence.CLOSING: "Closing"})
# Completes "Your role does not let you …".
PERMISSIONS: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.DESK_USE: "use the desk",
        Permission.CHAT_READ: "read chats",
        Permission.CHAT_ANSWER: "answer chats",
        Permission.CHAT_TAKE_OVER: "take a chat over from a colleague",
        Permission.TICKET_READ: "read tickets",
        Permission.TICKET_WORK: "work on tickets",
        Permission.CUSTOMER_READ: "see customers",
        Permission.MONEY_READ: "see a customer's invoices and payments",
        Permission.PAYABLES_READ: "see what we owe Microsoft",
        Permission.STAFF_MANAGE: "manage the staff",
        Permission.FIGURES_READ: "see the desk's figures",
        Permission.AUDIT_READ: "read the audit trail",
    }
)
