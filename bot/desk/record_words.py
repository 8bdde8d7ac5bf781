"""How tickets, money and deeds are shown on the record pages: the words, and the filters of their templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.billing.model import CommerceKind, Standing, SubscriptionStatus
from bot.conversations.desk_model import TicketEvent
from bot.conversations.figures import Counted
from bot.desk.chat_words import OUTCOMES, REASONS, SENDERS
from bot.shared.formats import show_money, show_percent, show_quantity, show_short_date, show_time, show_unit_price
from bot.support.model import Ticket, TicketKind, TicketPriority, TicketSource, TicketState

_LANGUAGE = "en"
KINDS: Mapping[TicketKind, str] = MappingProxyType(
    {
        TicketKind.BILLING: "Billing",
        TicketKind.SUBSCRIPTION: "Subscription",
        TicketKind.TECHNICAL: "Technical",
        TicketKind.COMPLAINT: "Complaint",
        TicketKind.REQUEST: "Request",
    }
)
STATES: Mapping[TicketState, str] = MappingProxyType(
    {
        TicketState.OPEN: "Open",
        TicketState.IN_PROGRESS: "In progress",
        TicketState.WAITING: "Waiting for the customer",
        TicketState.CLOSED: "Closed",
    }
)
PRIORITIES: Mapping[TicketPriority, str] = MappingProxyType(
    {TicketPriority.URGENT: "Urgent", TicketPriority.HIGH: "High", TicketPriority.NORMAL: "Normal", TicketPriority.LOW: "Low"}
)
SOURCES: Mapping[TicketSource, str] = MappingProxyType(
    {TicketSource.BOT: "Assistant", TicketSource.STAFF: "Colleague", TicketSource.MAIL: "Mail", TicketSource.SYSTEM: "Clearline"}
)
STANDINGS: Mapping[Standing, str] = MappingProxyType(
    {
        Standing.OPEN: "Open",
        Standing.PARTLY_PAID: "Partly paid",
        Standing.PAID: "Paid",
        Standing.OVERDUE: "Overdue",
        Standing.CREDITED: "Credited",
        Standing.IN_DISPUTE: "In dispute",
    }
)
SUBSCRIPTION_STATES: Mapping[SubscriptionStatus, str] = MappingProxyType(
    {
        SubscriptionStatus.ACTIVE: "Active",
        SubscriptionStatus.SUSPENDED: "Suspended",
        SubscriptionStatus.EXPIRED: "Expired",
        SubscriptionStatus.DISABLED: "Disabled",
        SubscriptionStatus.CANCELLED: "Cancelled",
    }
)
COMMERCE: Mapping[CommerceKind, str] = MappingProxyType({CommerceKind.LEGACY: "Legacy", CommerceKind.NEW: "New commerce"})
TERMS: Mapping[str, str] = MappingProxyType({"P1M": "1 month", "P1Y": "1 year", "P3Y": "3 years"})
SUSPENSIONS: Mapping[str, str] = MappingProxyType(
    {"non_payment": "for non-payment", "customer_request": "at the customer's request", "fraud": "for suspected fraud"}
)
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "helper": "Helps",
        "invoice": "Invoice",
        "intent": "Asked about",
        "task": "Was collecting",
        "mail_from": "Mail from",
        "subscription": "Subscription",
    }
)
# Completes "Anna …".
DEEDS: Mapping[str, str] = MappingProxyType(
    {
        "opened": "opened it",
        "passed_on": "passed it on",
        "not_passed_on": "could not pass it on yet",
        "helper_answered": "answered the customer",
        "claimed": "claimed the chat",
        "taken_over": "took the chat over",
        "transferred": "passed the chat on",
        "first_answered": "answered first",
        "handed_back": "handed the chat back to the assistant",
        "closed": "closed it",
        "reopened": "opened it again",
        "returned_to_queue": "put the chat back into the queue, as the agent was silent",
        "answer_discarded": "was still writing an answer; it was discarded",
        "assigned": "gave it to",
        "priority_set": "changed the priority",
        "state_set": "changed the state",
        "remark": "remarked",
        "answered": "answered",
        "mailed": "sent the answer by mail",
        "mail_received": "wrote a mail",
        "proposed": "proposed it for Microsoft",
        "dropped": "forgot the proposal for Microsoft",
        "confirmed": "confirmed that it goes to Microsoft",
        "sent": "passed it to Microsoft",
        "noted": "wrote to Microsoft",
        "withdrawn": "gave the case at Microsoft up",
        "tried_again": "had the case at Microsoft tried again",
        "closed_there": "noted that Microsoft closed its case",
        "microsoft_wrote": "brought what Microsoft wrote",
        "microsoft_asks": "noted that Microsoft waits for our answer",
        "microsoft_closed": "noted that Microsoft closed its case",
        "stuck": "could not get on with the case at Microsoft",
        "agreed": "closed the case, as the customer agreed",
        "disagreed": "kept the case open, as the customer does not agree",
        "case_solved": "said that it is solved",
        "case_not_solved": "said that it is not solved",
    }
)
_ACTORS: Mapping[str, str] = MappingProxyType({"bot": "The assistant", "system": "Clearline", "customer": "The customer"})
# Internal, or shown by the deed itself.
_HIDDEN = frozenset({"key", "text"})


def deed_of(event: TicketEvent) -> dict[str, object]:
    """Return one line of a ticket's history: ``who``, ``did``, further ``details`` in words, and the ``text`` written, if any."""
    details = dict(event.details)
    shown = details.get("to", "") if event.action == "assigned" else _details(event.action, details)
    return {
        "at": event.at,
        "who": event.actor_name or _ACTORS.get(event.actor, event.actor),
        "did": DEEDS.get(event.action, event.action.replace("_", " ")),
        "details": shown,
        "text": details.get("text", ""),
        "action": event.action,
        "key": details.get("key", ""),
    }


def _details(action: str, details: Mapping[str, str]) -> str:
    words: dict[str, Mapping[str, str]] = {
        "priority_set": {str(priority): name for priority, name in PRIORITIES.items()},
        "state_set": {str(state): name for state, name in STATES.items()},
        "closed": {str(outcome): name for outcome, name in OUTCOMES.items()},
        "opened": {str(reason): name for reason, name in REASONS.items()} | {str(source): name for source, name in SOURCES.items()},
    }
    known = words.get(action, {})
    # What a colleague opened says so by itself.
    hidden = _HIDDEN | ({"source"} if details.get("source") == TicketSource.STAFF.value else set())
    shown = {name: known.get(value, value) for name, value in details.items() if name not in hidden and value}
    if shown.keys() == {"from", "to"}:
        return f"from {shown['from']} to {shown['to']}"
    if action in ("answered", "mailed"):
        return f"to {shown['to']}" if "to" in shown else ""
    return ", ".join(value if name in ("outcome", "reason", "source") else f"{name}: {value}" for name, value in shown.items())


def topic_words(topic: str) -> str:
    """Return what a topic of the figures is called."""
    known: dict[str, str] = {str(reason): name for reason, name in REASONS.items()} | {str(kind): name for kind, name in KINDS.items()}
    return known.get(topic) or topic.removeprefix("ask_").replace("_", " ").capitalize()


def is_late(ticket: Ticket, now: datetime) -> bool:
    """Return whether nobody has answered by the promised time."""
    return ticket.state is not TicketState.CLOSED and ticket.first_answered_at is None and ticket.answer_by < now


def show_span(span: timedelta | None) -> str:
    """Return a span of time as a table shows it: ``–``, ``45 s``, ``12 min``, ``3 h 5 min`` or ``2 d 4 h``."""
    if span is None:
        return "–"
    seconds = int(span.total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def show_share(part: int, whole: int) -> str:
    """Return ``part`` of ``whole`` in whole percent, or ``–`` of nothing."""
    return f"{round(100 * part / whole)}%" if whole else "–"


def show_mean(counted: Counted, party: str) -> str:
    """Return the mean score of ``bot`` or ``people`` with one decimal, or ``–``."""
    mean = (counted.with_bot if party == "bot" else counted.with_people).mean
    return f"{mean:.1f}" if mean is not None else "–"


def filters(zone: ZoneInfo) -> dict[str, Callable[..., object]]:
    """Return the filters of the record pages' templates."""

    def moment(instant: datetime) -> str:
        """Return an instant in a table's width, such as ``2 Mar 2026, 08:30``."""
        local = instant.astimezone(zone)
        return f"{show_short_date(local.date(), _LANGUAGE)}, {show_time(local.time(), _LANGUAGE)}"

    def day(value: date) -> str:
        return show_short_date(value, _LANGUAGE)

    return {
        "moment": moment,
        "day": day,
        "day_before": lambda value: day(value - timedelta(days=1)),
        "money": lambda amount: show_money(amount, _LANGUAGE),
        "unit_price": lambda amount: show_unit_price(amount, _LANGUAGE),
        "quantity": lambda number: show_quantity(number, _LANGUAGE),
        "percent": lambda number: show_percent(number, _LANGUAGE),
        "span": show_span,
        "topic": topic_words,
    }


WORDS: Mapping[str, object] = MappingProxyType(
    {
        "kinds": KINDS,
        "states": STATES,
        "priorities": PRIORITIES,
        "sources": SOURCES,
        "standings": STANDINGS,
        "subscription_states": SUBSCRIPTION_STATES,
        "commerce": COMMERCE,
        "terms": TERMS,
        "suspensions": SUSPENSIONS,
        "about_words": ABOUT,
        "outcomes": OUTCOMES,
        "reasons": REASONS,
        "senders": SENDERS,
        "share": show_share,
        "mean": show_mean,
    }
)
