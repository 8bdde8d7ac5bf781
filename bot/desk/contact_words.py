"""What the desk calls the parts of a diagnosis, of prices and of leads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.support.catalogue import NO, UNKNOWN, YES, AnswerKind, Ending
from bot.support.diagnosis import Outcome, SubscriptionState
from bot.support.families import Platform
from bot.support.leads import Consent, LeadOutcome
from bot.support.quotes import Charge

CONTACT_WORDS: Mapping[str, object] = MappingProxyType(
    {
        "answers": {YES: "yes", NO: "no", UNKNOWN: "not known"},
        "answer_kinds": {
            AnswerKind.YES_NO: "yes or no",
            AnswerKind.CHOICE: "one of",
            AnswerKind.NUMBER: "a number",
            AnswerKind.TEXT: "in their own words",
        },
        "endings": {
            Ending.OWN_STAFF: "goes to our staff",
            Ending.ESCALATE: "is proposed for Microsoft",
            Ending.CHARGEABLE: "is quoted first",
        },
        "diagnosed": {
            Outcome.SOLVED: "Solved by a fix",
            Outcome.OWN_STAFF: "For our staff",
            Outcome.ESCALATE: "Outside our boundary",
            Outcome.CHARGEABLE: "Chargeable, agreed to",
            Outcome.KNOWN_INCIDENT: "A published incident",
            Outcome.UNPAID: "Suspended for non-payment",
            Outcome.SUSPENDED: "Suspended",
            Outcome.NOT_OURS: "Not bought from us",
        },
        "subscription_states": {
            SubscriptionState.ACTIVE: "active",
            SubscriptionState.UNPAID: "suspended for non-payment",
            SubscriptionState.SUSPENDED: "suspended or ended",
            SubscriptionState.NOT_OURS: "not bought from us",
            SubscriptionState.NOT_KNOWN: "not known",
        },
        "platforms": {
            Platform.CLOUD: "runs at Microsoft",
            Platform.ON_PREMISES: "runs at the customer",
            Platform.PUBLISHER: "runs at its publisher",
        },
        "consents": {
            Consent.NOT_NEEDED: "not needed",
            Consent.ASKED: "asked",
            Consent.GIVEN: "given",
            Consent.REFUSED: "refused",
        },
        "lead_outcomes": {
            LeadOutcome.OPEN: "Open",
            LeadOutcome.CONTACTED: "Contacted",
            LeadOutcome.WON: "Won",
            LeadOutcome.LOST: "Lost",
        },
        "charges": {
            Charge.FREE: "free",
            Charge.INCLUDED: "in the plan",
            Charge.RETAINER: "from the plan's hours",
            Charge.PER_INCIDENT: "for the case",
            Charge.PER_HOUR: "by the hour",
        },
    }
)
