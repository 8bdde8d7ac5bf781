"""A chat as its page shows it: what a template is given, put together from the domain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bot.billing.model import Contact, Customer
from bot.conversations.desk_model import CUSTOMER, Outgoing, TicketEvent, Viewer
from bot.conversations.desk_views import ChatView
from bot.conversations.model import Message, Sender, Speaker
from bot.desk.chat_words import CHANNELS, DEEDS, LANGUAGES, REASONS, SENDERS, SPEAKERS, VERIFIED, duration
from bot.services import Services
from bot.shared.errors import NotFound
from bot.shared.ids import ConversationId
from bot.staff.model import Presence, StaffMember
from bot.staff.permissions import Permission, may
from bot.support.model import Ticket, TicketState

# How long one sign of writing counts (bot.conversations.desk_replies).
_WRITING = timedelta(seconds=8)
_ABOUT = {"invoice": "Invoice", "subscription": "Subscription", "product": "Product", "period": "Period", "payment": "Payment"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the transcript.

    Attributes:
        pressed: The customer chose it from buttons.
        offered: Titles of the buttons that stood under it; may be empty.
        links: (title, address) of its attachments; may be empty.
    """

    seq: int
    sender: str
    who: str
    text: str
    language: str
    at: datetime
    pressed: bool
    offered: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A reply that may still be taken back; ``seconds`` is how long yet."""

    id: str
    client_id: str
    author: str
    is_mine: bool
    text: str
    language: str
    seconds: float


def context_of(services: Services, *, member: StaffMember, conversation_id: ConversationId, after: int) -> dict[str, Any]:
    """Return what the templates of a chat are given; reads the store. Raises: ConversationNotFound, PermissionMissing.

    Args:
        after: Only messages behind this number are among the bubbles.
    """
    now = services.now()
    view = services.desk_views.chat(by=member, conversation_id=conversation_id, now=now)
    conversation = view.conversation
    customer = _customer(services, view)
    contact = _contact(customer, conversation.contact_email)
    ticket = view.packet.ticket
    is_mine = conversation.speaker is Speaker.AGENT and conversation.agent_id == member.id
    promised = ticket.answer_by if ticket and ticket.first_answered_at is None and ticket.state is not TicketState.CLOSED else None
    closed = next((one for one in view.tickets if one.reason is not None and one.state is TicketState.CLOSED), None)
    return {
        "chat": conversation,
        "customer": customer,
        "contact": contact,
        "verified": VERIFIED[view.packet.verified_by] if view.packet.verified_by else "",
        "language_name": LANGUAGES.get(conversation.language, conversation.language),
        "channel": CHANNELS.get(conversation.channel, conversation.channel),
        "ticket": ticket,
        "reason": REASONS[ticket.reason] if ticket and ticket.reason else "",
        "asked": ticket.subject if ticket else "",
        "about": tuple((_ABOUT.get(name, name.replace("_", " ").capitalize()), value) for name, value in view.packet.about),
        "promised": promised,
        "is_late": promised is not None and promised < now,
        "waiting": duration((now - conversation.waiting_since).total_seconds()) if conversation.waiting_since else "",
        "waiting_since": conversation.waiting_since,
        "speaker": _speaker(view, is_mine=is_mine),
        "is_mine": is_mine,
        "is_bots": conversation.speaker is Speaker.BOT,
        "is_colleagues": conversation.speaker is Speaker.AGENT and not is_mine,
        "may_reopen": closed if conversation.speaker is not Speaker.AGENT and not _has_open(view.tickets) else None,
        "bubbles": tuple(_bubble(message, contact) for message in view.messages if message.seq > after),
        "last_seq": view.messages[-1].seq if view.messages else 0,
        "outgoing": tuple(_waiting(one, member, now) for one in view.outgoing),
        "notes": view.notes,
        "writers": _writers(view.viewers, view.messages),
        "lookers": tuple(one.name for one in view.viewers if one.who != CUSTOMER and not one.is_writing),
        "viewers_change_in": min(((one.until - now).total_seconds() for one in view.viewers), default=0.0),
        "draft": view.draft,
        "history": tuple((event.at, _deed(event)) for event in reversed(view.history)),
        "colleagues": _colleagues(services, member),
    }


def _customer(services: Services, view: ChatView) -> Customer | None:
    if view.packet.customer_id is None:
        return None
    try:
        return services.billing.customer(customer_id=view.packet.customer_id)
    except NotFound:
        return None


def _contact(customer: Customer | None, email: str | None) -> Contact | None:
    return next((one for one in customer.contacts if one.email == email), None) if customer and email else None


def _speaker(view: ChatView, *, is_mine: bool) -> str:
    if is_mine:
        return "Your chat"
    name = view.conversation.agent_name
    return f"With {name}" if view.conversation.speaker is Speaker.AGENT and name else SPEAKERS[view.conversation.speaker]


def _has_open(tickets: tuple[Ticket, ...]) -> bool:
    return any(one.reason is not None and one.state is not TicketState.CLOSED for one in tickets)


def _bubble(message: Message, contact: Contact | None) -> Bubble:
    named = contact.name if contact and message.sender is Sender.CUSTOMER else message.author
    return Bubble(
        seq=message.seq,
        sender=message.sender.value,
        who=named or SENDERS[message.sender],
        text=message.text,
        language=message.language,
        at=message.at,
        pressed=message.payload is not None,
        offered=tuple(button.title for button in message.buttons),
        links=tuple((one.title, one.url) for one in message.attachments if urlsplit(one.url).scheme in ("http", "https")),
    )


def _waiting(outgoing: Outgoing, member: StaffMember, now: datetime) -> Waiting:
    return Waiting(
        id=outgoing.id,
        client_id=outgoing.client_id,
        author=outgoing.author,
        is_mine=outgoing.author_id == member.id,
        text=outgoing.text,
        language=outgoing.language,
        seconds=max(0.0, (outgoing.send_at - now).total_seconds()),
    )


def _writers(viewers: tuple[Viewer, ...], messages: tuple[Message, ...]) -> tuple[str, ...]:
    """Return who writes just now; a customer whose message has come since the last sign of writing does not."""
    came = next((message.at for message in reversed(messages) if message.sender is Sender.CUSTOMER), None)
    writing = [one for one in viewers if one.is_writing and not (one.who == CUSTOMER and came is not None and came >= one.until - _WRITING)]
    return tuple(one.name or "The customer" for one in writing)


def _deed(event: TicketEvent) -> str:
    who = {"bot": "The assistant", "system": "Clearline", "customer": "The customer"}.get(event.actor, event.actor_name)
    details = dict(event.details)
    more = ""
    if event.action == "transferred":
        more = f" to {details.get('to', '')}"
    elif event.action == "taken_over":
        more = f" from {details.get('from', '')}: {details.get('reason', '')}"
    elif event.action == "closed":
        more = f" ({details.get('outcome', '').replace('_', ' ')})"
    return f"{who} {DEEDS.get(event.action, event.action.replace('_', ' '))}{more}"


def _colleagues(services: Services, member: StaffMember) -> tuple[StaffMember, ...]:
    """Return who takes chats now, by name, without ``member``; may be empty."""
    everybody = services.staff.list()
    there = [one for one in everybody if one.id != member.id and one.presence is Presence.AVAILABLE and may(one, Permission.CHAT_ANSWER)]
    return tuple(sorted(there, key=lambda one: one.name))
