"""What the desk reads: the board, one chat with all that belongs to it, and what has changed since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.conversations.desk_model import BoardEntry, Change, Note, Outgoing, Packet, TicketEvent, Viewer
from bot.conversations.desk_ports import DeskStore
from bot.conversations.model import Conversation, Message, Speaker
from bot.shared.ids import ConversationId, CustomerId
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support.model import Ticket

_TURNS = 20
_CHATS = 50
_LOOK_BACK = 200
_CHANGES = 1000


@dataclass(frozen=True, slots=True)
class ChatView:
    """One chat as an agent sees it.

    Attributes:
        messages: The whole log, oldest first.
        outgoing: Replies that may still be taken back, in order.
        viewers: Who else has it open, the customer among them while writing; never the agent who asks.
        draft: What this agent has typed and not sent; empty when nothing.
        tickets: Newest first, closed ones too; may be empty.
        history: Of the newest ticket, oldest first.
    """

    conversation: Conversation
    messages: tuple[Message, ...]
    outgoing: tuple[Outgoing, ...]
    notes: tuple[Note, ...]
    viewers: tuple[Viewer, ...]
    draft: str
    tickets: tuple[Ticket, ...]
    history: tuple[TicketEvent, ...]
    packet: Packet


class DeskViews:
    """Reads for the desk. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store

    def board(self, *, by: StaffMember) -> tuple[BoardEntry, ...]:
        """Return the chats that wait for a person or have one, the longest queued first."""
        require(by, Permission.CHAT_READ)
        with self._store.begin() as tx:
            return tx.board(speakers=(Speaker.QUEUE, Speaker.AGENT))

    def with_bot(self, *, by: StaffMember) -> tuple[BoardEntry, ...]:
        """Return the chats the bot has now, the newest last."""
        require(by, Permission.CHAT_READ)
        with self._store.begin() as tx:
            return tx.board(speakers=(Speaker.BOT,))

    def entries(self, *, by: StaffMember, conversation_ids: tuple[ConversationId, ...]) -> tuple[BoardEntry, ...]:
        """Return these chats, whoever speaks in them, the longest queued first; ids of none are left out."""
        require(by, Permission.CHAT_READ)
        with self._store.begin() as tx:
            return tx.entries(conversation_ids=conversation_ids)

    def agent_writing(self, *, conversation: Conversation, now: datetime) -> str | None:
        """Return the name of the agent who owns the chat and writes just now, or None; shown to the customer."""
        if conversation.speaker is not Speaker.AGENT:
            return None
        with self._store.begin() as tx:
            there = tx.viewers(conversation_id=conversation.id, now=now)
        return next((one.name for one in there if one.is_writing and one.who == conversation.agent_id), None)

    def chat(self, *, by: StaffMember, conversation_id: ConversationId, now: datetime) -> ChatView:
        """Return a chat with everything that belongs to it. Raises: ConversationNotFound, PermissionMissing."""
        require(by, Permission.CHAT_READ)
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            messages = tx.messages(conversation_id=conversation_id)
            tickets = tx.tickets_of(conversation_id=conversation_id)
            handover = next((ticket for ticket in tickets if ticket.reason is not None), None)
            return ChatView(
                conversation=conversation,
                messages=messages,
                outgoing=tx.outgoing_of(conversation_id=conversation_id),
                notes=tx.notes(conversation_id=conversation_id),
                viewers=tuple(one for one in tx.viewers(conversation_id=conversation_id, now=now) if one.who != by.id),
                draft=tx.draft(conversation_id=conversation_id, staff_id=by.id),
                tickets=tickets,
                history=tx.events(ticket_id=tickets[0].id) if tickets else (),
                packet=Packet(
                    conversation=conversation,
                    ticket=handover,
                    customer_id=conversation.customer_id,
                    contact_email=conversation.contact_email,
                    verified_by=conversation.verified_by,
                    about=handover.about if handover else (),
                    turns=messages[-_TURNS:],
                ),
            )

    def chats_of(self, *, by: StaffMember, customer_id: CustomerId) -> tuple[BoardEntry, ...]:
        """Return the customer's chats, newest first, 50 at most."""
        require(by, Permission.CHAT_READ)
        with self._store.begin() as tx:
            return tx.conversations_of(customer_id=customer_id, limit=_CHATS)

    def changes(self, *, after: int, seen: frozenset[int]) -> tuple[Change, ...]:
        """Return changes not in ``seen``, in order, looking back a little behind ``after``.

        On PostgreSQL a change may become visible after one with a higher id, so that the highest id alone is no cursor.
        """
        with self._store.begin() as tx:
            found = tx.changes(after=max(0, after - _LOOK_BACK), limit=_CHANGES + _LOOK_BACK)
        return tuple(change for change in found if change.id not in seen)

    def last_change(self) -> int:
        """Return the id of the newest change, or 0."""
        with self._store.begin() as tx:
            return tx.last_change()

    def tidy(self, *, now: datetime, keep: timedelta) -> None:
        """Drop changes older than ``keep``."""
        with self._store.begin() as tx:
            tx.forget_changes(before=now - keep)
