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
        Permission.ESCALATION_CONFIRM: "confirm that a case goes to Microsoft",
        Permission.CUSTOMER_READ: "see customers",
        Permission.MONEY_READ: "see a customer's invoices and payments",
        Permission.SUSPENSION_APPROVE: "decide that a customer's access stops or comes back",
        Permission.PAYABLES_READ: "see what we owe Microsoft",
        Permission.STAFF_MANAGE: "manage the staff",
        Permission.LEADS_WORK: "see what customers could use, and say what became of it",
        Permission.FIGURES_READ: "see the desk's figures",
        Permission.AUDIT_READ: "read the audit trail",
    }
)
# What stands in the audit trail, by its stable name. A name that is not here is shown as it is.
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "quote.agreed": "agreed to a price",
        "quote.declined": "refused a price",
        "lead.decided": "said what became of a lead",
        "ticket.passed_on": "passed a ticket on",
        "sign_in.succeeded": "signed in",
        "sign_in.failed": "sign-in refused",
        "sign_in.locked": "account locked",
        "sign_out.done": "signed out",
        "sign_out.done_everywhere": "signed out everywhere",
        "staff.added": "added to the staff",
        "staff.role_changed": "role changed",
        "staff.disabled": "disabled",
        "staff.enabled": "enabled",
        "staff.password_reset": "password reset",
        "staff.password_changed": "own password changed",
        "staff.second_factor_added": "authenticator app added",
        "staff.second_factor_dropped": "authenticator app removed",
        "staff.signed_out": "signed out by somebody else",
        "staff.bound_to_provider": "bound to a work account",
        "money.read": "read the customer's money",
        "chat.claimed": "took the chat",
        "chat.taken_over": "took the chat over",
        "chat.transferred": "passed the chat on",
        "chat.handed_back": "handed the chat back to the bot",
        "chat.closed": "closed the chat",
        "chat.reopened": "opened the ticket again",
        "ticket.opened": "opened a ticket",
        "ticket.assigned": "gave the ticket to somebody",
        "ticket.priority_set": "set the ticket's priority",
        "ticket.state_set": "set the ticket's state",
        "ticket.closed": "closed the ticket",
        "ticket.remark": "made a remark on the ticket",
        "ticket.answered": "answered the ticket",
    }
)
