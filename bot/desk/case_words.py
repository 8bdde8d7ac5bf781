"""What the desk calls the parts of a case at Microsoft and of collections."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.billing.payables import PayableState
from bot.overdue.model import HoldKind
from bot.overdue.suspending import SuspensionState
from bot.support.checklist import Impact, Topic
from bot.support.escalation import EscalationState
from bot.support.escalation_text import LABELS
from bot.support.vehicles import IssueKind, Obstacle

STATES: Mapping[EscalationState, str] = MappingProxyType(
    {
        EscalationState.PLANNED: "Confirmed, not sent yet",
        EscalationState.SENT: "Being sent",
        EscalationState.CONFIRMED: "At Microsoft",
        EscalationState.MIRRORED: "At Microsoft, answered",
        EscalationState.CLOSED_AT_MICROSOFT: "Closed there, the customer is asked",
        EscalationState.CLOSED: "Closed",
        EscalationState.WITHDRAWN: "Given up",
    }
)
ISSUES: Mapping[IssueKind, str] = MappingProxyType(
    {
        IssueKind.TECHNICAL: "Technical problem",
        IssueKind.ADVICE: "Advice, nothing is broken",
        IssueKind.BILLING: "Billing with Microsoft",
        IssueKind.SUBSCRIPTION: "Subscription",
    }
)
TOPICS: Mapping[Topic, str] = MappingProxyType(
    {
        Topic.OTHER: "Nothing special",
        Topic.INVOICE: "A charge on Microsoft's invoice",
        Topic.CREDIT: "Credit for a cancellation",
        Topic.SERVICE_LEVEL: "Credit for an outage (SLA)",
        Topic.RESERVATION: "Azure reservation",
        Topic.FRAUD: "Fraud or misuse",
        Topic.UNALLOCATED_PAYMENT: "Payment that Microsoft cannot place",
    }
)
IMPACTS: Mapping[Impact, str] = MappingProxyType(
    {
        Impact.PRODUCTION_DOWN: "Production is down (A)",
        Impact.BADLY_DEGRADED: "Production is badly degraded (A)",
        Impact.PARTLY_AFFECTED: "Partly affected (B)",
        Impact.STILL_USABLE: "Still usable (C)",
        Impact.NOT_PRODUCTION: "Not production (C)",
    }
)
OBSTACLES: Mapping[Obstacle, str] = MappingProxyType(
    {
        Obstacle.KIND_NOT_COVERED: "does not take such questions",
        Obstacle.PLATFORM_NOT_COVERED: "does not cover where it runs",
        Obstacle.PRODUCT_NOT_COVERED: "does not cover the product",
        Obstacle.SEVERITY_NOT_COVERED: "does not cover the severity",
        Obstacle.NOT_HELD: "we do not have it",
        Obstacle.NOT_BEGUN: "has not begun",
        Obstacle.ENDED: "has ended",
        Obstacle.USED_UP: "no incidents are left",
        Obstacle.ANOTHER_FIRST: "another comes first",
    }
)
SUSPENSION_STATES: Mapping[SuspensionState, str] = MappingProxyType(
    {
        SuspensionState.PROPOSED: "Waits for a decision",
        SuspensionState.APPROVED: "Being suspended",
        SuspensionState.SUSPENDED: "Suspended",
        SuspensionState.RESTORING: "Being restored",
        SuspensionState.RESTORED: "Restored",
        SuspensionState.REJECTED: "Rejected",
        SuspensionState.WITHDRAWN: "Withdrawn",
    }
)
HOLD_KINDS: Mapping[HoldKind, str] = MappingProxyType(
    {
        HoldKind.PROMISE: "Promise to pay",
        HoldKind.INSTALMENTS: "Instalments",
        HoldKind.DISPUTE: "Dispute",
        HoldKind.BY_HAND: "Held by a colleague",
    }
)
PAYABLE_STATES: Mapping[PayableState, str] = MappingProxyType(
    {
        PayableState.OPEN: "Open",
        PayableState.DISPUTED: "Disputed",
        PayableState.OVERDUE: "Overdue",
        PayableState.DANGER: "Overdue 60 days",
        PayableState.PAID: "Paid",
        PayableState.NOTHING_DUE: "Nothing due",
    }
)
CASE_WORDS: Mapping[str, object] = MappingProxyType(
    {
        "case_states": STATES,
        "issues": ISSUES,
        "case_topics": TOPICS,
        "impacts": IMPACTS,
        "obstacles": OBSTACLES,
        "item_words": LABELS,
        "suspension_states": SUSPENSION_STATES,
        "hold_kinds": HOLD_KINDS,
        "payable_states": PAYABLE_STATES,
    }
)
