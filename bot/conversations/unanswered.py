"""Billing questions that nobody has answered: open tickets and chats that wait for a person, in one list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.conversations.desk_model import BoardEntry
from bot.conversations.model import Conversation
from bot.conversations.records_model import TicketEntry
from bot.support.model import Ticket


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that waits for a person's answer.

    Attributes:
        since: Since when it waits (aware, UTC).
        promised: By when an answer was promised, or None when nothing was.
        subject: In the customer's words.
        conversation: The chat that waits, or None when nobody waits in one.
    """

    since: datetime
    promised: datetime | None
    subject: str
    ticket: Ticket | None
    customer_name: str | None
    conversation: Conversation | None

    def is_late(self, now: datetime) -> bool:
        """Return whether the promised time has passed."""
        return self.promised is not None and self.promised < now


def merged(*, tickets: Iterable[TicketEntry], waiting: Iterable[BoardEntry]) -> tuple[Unanswered, ...]:
    """Return both as one list, the longest waiting first; a chat with its ticket is one entry.

    Args:
        tickets: Not answered yet.
        waiting: Chats in the queue; those in which nobody is due an answer are left out.
    """
    chats = [entry for entry in waiting if entry.conversation.waiting_since is not None]
    found = [
        Unanswered(
            since=entry.conversation.waiting_since or entry.conversation.created_at,
            promised=entry.ticket.answer_by if entry.ticket and entry.ticket.first_answered_at is None else None,
            subject=entry.ticket.subject if entry.ticket else (entry.last_message.text if entry.last_message else ""),
            ticket=entry.ticket,
            customer_name=entry.customer_name,
            conversation=entry.conversation,
        )
        for entry in chats
    ]
    in_chats = {entry.ticket.id for entry in chats if entry.ticket}
    found += [
        Unanswered(one.ticket.opened_at, one.ticket.answer_by, one.ticket.subject, one.ticket, one.customer_name, None)
        for one in tickets
        if one.ticket.id not in in_chats
    ]
    return tuple(sorted(found, key=lambda one: one.since))
