"""All kinds of tasks by name."""

from __future__ import annotations

from types import MappingProxyType

from actions.task_payment import PaymentExtension, PaymentProblem, PromisePayment, Refund
from actions.task_subscription import CancelSubscription, ChangeRenewal, ChangeSeats
from actions.task_support import ChangeBillingDetails
from actions.task_technical import TechnicalProblem

KINDS = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            ChangeSeats(),
            CancelSubscription(),
            ChangeRenewal(),
            PromisePayment(),
            PaymentExtension(),
            PaymentProblem(),
            Refund(),
            ChangeBillingDetails(),
            TechnicalProblem(),
        )
    }
)
"""What may stand in ``Task.kind``."""
