"""A chat as the board shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.conversations.desk_model import BoardEntry
from bot.conversations.model import Speaker
from bot.desk.chat_words import CHANNELS, LANGUAGES, REASONS, SENDERS, duration
from bot.staff.model import StaffMember

_LONGEST_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row.

    Attributes:
        place: Which list it belongs to: ``queue``, ``mine``, ``others`` or ``bot``.
        order: Rows of a list stand in the order of these texts; it does not change while a chat stays in its list.
        who: The company, or ``Not identified``.
        waiting_since: Since when the customer waits for a person, or None when nobody is due an answer.
        promised: When an answer was promised, or None when one was given or none is due.
        excerpt: The last message, shortened; empty when there is none.
    """

    id: str
    place: str
    order: str
    who: str
    is_identified: bool
    language: str
    language_name: str
    channel: str
    reason: str
    owner: str
    waiting_since: datetime | None
    waiting: str
    promised: datetime | None
    is_late: bool
    ticket: str
    excerpt: str
    excerpt_from: str
    excerpt_language: str


def rows_of(entries: Iterable[BoardEntry], *, member: StaffMember, now: datetime) -> tuple[BoardRow, ...]:
    """Return the rows in the order of ``entries``."""
    return tuple(_row(entry, member, now) for entry in entries)


def _row(entry: BoardEntry, member: StaffMember, now: datetime) -> BoardRow:
    conversation, ticket, last = entry.conversation, entry.ticket, entry.last_message
    place = place_of(entry, member)
    promised = ticket.answer_by if ticket and ticket.first_answered_at is None and place != "bot" else None
    return BoardRow(
        id=conversation.id,
        place=place,
        order=f"{(conversation.queued_at or conversation.created_at).isoformat(timespec='microseconds')} {conversation.id}",
        who=entry.customer_name or "Not identified",
        is_identified=entry.customer_name is not None,
        language=conversation.language,
        language_name=LANGUAGES.get(conversation.language, conversation.language),
        channel=CHANNELS.get(conversation.channel, conversation.channel),
        reason=REASONS[ticket.reason] if ticket and ticket.reason else "",
        owner=conversation.agent_name or "",
        waiting_since=conversation.waiting_since,
        waiting=duration((now - conversation.waiting_since).total_seconds()) if conversation.waiting_since else "",
        promised=promised,
        is_late=promised is not None and promised < now,
        ticket=ticket.number if ticket else "",
        excerpt=_excerpt(last.text) if last else "",
        excerpt_from=(last.author or SENDERS[last.sender]) if last else "",
        excerpt_language=last.language if last else "en",
    )


def place_of(entry: BoardEntry, member: StaffMember) -> str:
    """Return which list the chat belongs to, for ``member``."""
    if entry.conversation.speaker is Speaker.AGENT:
        return "mine" if entry.conversation.agent_id == member.id else "others"
    return "queue" if entry.conversation.speaker is Speaker.QUEUE else "bot"


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_EXCERPT else f"{line[: _LONGEST_EXCERPT - 1].rstrip()}…"
