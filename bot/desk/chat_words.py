"""What reasons, outcomes, channels and deeds are called on the board and in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bot.conversations.model import Sender, Speaker, VerifiedBy
from bot.support.model import HandoverReason, Outcome

REASONS: Mapping[HandoverReason, str] = MappingProxyType(
    {
        HandoverReason.ASKED: "Asked for a person",
        HandoverReason.NOT_UNDERSTOOD: "Assistant did not understand",
        HandoverReason.IDENTIFICATION_FAILED: "Could not identify",
        HandoverReason.UNAVAILABLE: "Assistant was unavailable",
        HandoverReason.COMPLAINT: "Complaint",
        HandoverReason.TAKEN_OVER: "Taken from the assistant",
    }
)
VERIFIED: Mapping[VerifiedBy, str] = MappingProxyType(
    {VerifiedBy.TOKEN: "signed in on your website", VerifiedBy.CODE: "one-time code by mail"}
)
OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.RESOLVED: "Resolved",
        Outcome.UNRESOLVED: "Not resolved",
        Outcome.NO_ANSWER: "Customer did not answer any more",
        Outcome.DUPLICATE: "Duplicate",
    }
)
SENDERS: Mapping[Sender, str] = MappingProxyType(
    {Sender.CUSTOMER: "Customer", Sender.BOT: "Assistant", Sender.AGENT: "Colleague", Sender.SYSTEM: "Notice"}
)
SPEAKERS: Mapping[Speaker, str] = MappingProxyType(
    {Speaker.BOT: "The assistant answers", Speaker.QUEUE: "Waiting for somebody", Speaker.AGENT: "With a colleague"}
)
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English", "hu": "Hungarian"})
CHANNELS: Mapping[str, str] = MappingProxyType({"web": "Website", "teams": "Teams", "slack": "Slack", "mail": "Mail"})
PLACES: Mapping[str, str] = MappingProxyType(
    {"queue": "Waiting", "mine": "My chats", "others": "Colleagues’ chats", "bot": "With the assistant"}
)
EMPTY: Mapping[str, str] = MappingProxyType(
    {
        "queue": "Nobody is waiting. New chats appear here by themselves.",
        "mine": "You have no chats. Claim one that waits.",
        "others": "No colleague is in a chat.",
        "bot": "Nobody is talking to the assistant.",
    }
)
# Completes "Anna …" in the history of a ticket.
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "opened": "handed over",
        "claimed": "claimed the chat",
        "taken_over": "took the chat over",
        "transferred": "passed the chat on",
        "first_answered": "answered first",
        "handed_back": "handed back to the assistant",
        "closed": "closed it",
        "reopened": "reopened it",
        "returned_to_queue": "put it back into the queue, as the agent was silent",
        "answer_discarded": "was still writing an answer; it was discarded",
    }
)
MASKED: Mapping[str, str] = MappingProxyType(
    {"card": "a card number", "cvc": "a card’s security code", "iban": "an IBAN", "account": "a bank account number"}
)


def duration(seconds: float) -> str:
    """Return a span of time as a board shows it: ``just now``, ``4 min``, ``2 h 5 min``, ``3 d``. Negative counts as 0."""
    minutes = max(0, int(seconds // 60))
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min"
    return f"{hours // 24} d"
