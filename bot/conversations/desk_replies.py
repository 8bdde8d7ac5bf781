"""What agents write in a chat: replies that can be taken back for a while, private notes, drafts, and who looks on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.conversations.desk_model import CUSTOMER, Note, Outgoing, TicketEvent, Topic, Viewer
from bot.conversations.desk_ports import DeskStore, DeskTx, OutgoingNotFound
from bot.conversations.model import Conversation, Message, Reply, Sender, Speaker
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import ConversationId, OutgoingId, StaffId, new_note_id, new_outgoing_id
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require

LONGEST_REPLY = 8000
_VIEW = timedelta(seconds=25)
_WRITE = timedelta(seconds=8)
_AT_ONCE = 100
_LOOKED_AT = 30
_GAP = re.compile(r"⟦[^⟦⟧]*⟧")


class NotOwner(Conflict):
    """Only the owner of a chat may write to the customer."""


class Unfilled(InvalidInput):
    """The reply still has a gap that a canned reply left, such as ``⟦invoice.amount⟧``."""


class DeskReplies:
    """Takes what agents write. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, store: DeskStore, undo: timedelta) -> None:
        """Work on ``store``; a reply can be taken back during ``undo``."""
        self._store = store
        self._undo = undo

    def reply(self, *, by: StaffMember, conversation_id: ConversationId, text: str, client_id: str, now: datetime) -> Outgoing | Message:
        """Accept a reply to the customer, once for each ``client_id``; it goes out after the time for taking it back.

        Returns:
            The reply on its way, or the message when a repeat finds it delivered already.

        Raises:
            NotOwner: The chat is not theirs; take it over or leave a note.
            InvalidInput: The text is empty or longer than 8,000 characters.
            Unfilled: It has a gap that nobody filled in.
            PermissionMissing, ConversationNotFound.
        """
        require(by, Permission.CHAT_ANSWER)
        written = text.strip()
        if not written or len(written) > LONGEST_REPLY:
            raise InvalidInput(f"a reply has 1 to {LONGEST_REPLY} characters")
        if gap := _GAP.search(written):
            raise Unfilled(f"fill in {gap.group()} first; nothing was sent")
        if not client_id:
            raise InvalidInput("a reply needs the browser's own id for it")
        with self._store.begin() as tx:
            language = tx.conversation(conversation_id).language
            outgoing = tx.add_outgoing(
                Outgoing(
                    id=new_outgoing_id(),
                    conversation_id=conversation_id,
                    author_id=by.id,
                    author=by.name,
                    text=written,
                    language=language,
                    client_id=client_id,
                    created_at=now,
                    send_at=now + self._undo,
                )
            )
            # From here on the chat is locked: what is read now holds until the end. A refusal takes the reply with it.
            delivered = tx.message_by_client_id(conversation_id=conversation_id, client_id=client_id)
            if delivered is not None:
                tx.take_outgoing(outgoing_id=outgoing.id)
                return delivered
            _require_owner(tx.conversation(conversation_id), by)
            tx.save_draft(conversation_id=conversation_id, staff_id=by.id, text="", at=now)
            tx.see(conversation_id=conversation_id, viewer=Viewer(by.id, by.name, is_writing=False, until=now + _VIEW), now=now)
            tx.touch(topic=Topic.CHAT, conversation_id=conversation_id, at=now)
            return outgoing

    def undo(self, *, by: StaffMember, outgoing_id: OutgoingId, now: datetime) -> str:
        """Take a reply back and return its text, which becomes the draft again.

        Raises:
            OutgoingNotFound: It is not theirs, or has been sent already.
            PermissionMissing.
        """
        require(by, Permission.CHAT_ANSWER)
        with self._store.begin() as tx:
            outgoing = _own(tx, by, outgoing_id)
            if not tx.take_outgoing(outgoing_id=outgoing_id):
                raise OutgoingNotFound("this reply has been sent or taken back already")
            tx.save_draft(conversation_id=outgoing.conversation_id, staff_id=by.id, text=outgoing.text, at=now)
            tx.touch(topic=Topic.CHAT, conversation_id=outgoing.conversation_id, at=now)
            return outgoing.text

    def send_now(self, *, by: StaffMember, outgoing_id: OutgoingId, now: datetime) -> None:
        """Send a reply, and those before it in the chat, without waiting. Raises: OutgoingNotFound, PermissionMissing."""
        require(by, Permission.CHAT_ANSWER)
        with self._store.begin() as tx:
            outgoing = _own(tx, by, outgoing_id)
            waiting = tx.outgoing_of(conversation_id=outgoing.conversation_id)
            upto = [one.id for one in waiting].index(outgoing_id)
            deliver(tx, waiting[: upto + 1], now=now)

    def deliver_due(self, *, now: datetime) -> int:
        """Deliver every reply whose time has come, each in a transaction of its own; return how many.

        Whoever takes a reply out of the way delivers it, so that several front doors may do this at once.
        """
        with self._store.begin() as tx:
            due = tx.due_outgoing(now=now, limit=_AT_ONCE)
        count = 0
        for outgoing in due:
            with self._store.begin() as tx:
                count += deliver(tx, (outgoing,), now=now)
        return count

    def note(self, *, by: StaffMember, conversation_id: ConversationId, text: str, now: datetime) -> Note:
        """Leave a private note. Raises: InvalidInput, PermissionMissing, ConversationNotFound."""
        require(by, Permission.CHAT_READ)
        written = text.strip()
        if not written or len(written) > LONGEST_REPLY:
            raise InvalidInput(f"a note has 1 to {LONGEST_REPLY} characters")
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            note = Note(new_note_id(), conversation_id, now, by.id, by.name, written)
            tx.add_note(note)
            tx.take_down(_deed(conversation, by.id, "noted", now))
            tx.touch(topic=Topic.CHAT, conversation_id=conversation_id, at=now)
            return note

    def save_draft(self, *, by: StaffMember, conversation_id: ConversationId, text: str, now: datetime) -> None:
        """Keep what ``by`` has typed so far. Raises: PermissionMissing, ConversationNotFound."""
        require(by, Permission.CHAT_ANSWER)
        with self._store.begin() as tx:
            tx.conversation(conversation_id)
            tx.save_draft(conversation_id=conversation_id, staff_id=by.id, text=text[:LONGEST_REPLY], at=now)

    def look(self, *, by: StaffMember, conversation_id: ConversationId, is_writing: bool, now: datetime) -> None:
        """Say that ``by`` has the chat open, for the next 25 seconds, and whether they write. Raises: PermissionMissing."""
        require(by, Permission.CHAT_READ)
        self._see(conversation_id, Viewer(by.id, by.name, is_writing, now + (_WRITE if is_writing else _VIEW)), now)

    def leave(self, *, by: StaffMember, conversation_id: ConversationId, now: datetime) -> None:
        """Say that ``by`` has the chat open no more. Raises: PermissionMissing."""
        require(by, Permission.CHAT_READ)
        with self._store.begin() as tx:
            if tx.forget_viewer(conversation_id=conversation_id, who=by.id):
                tx.touch(topic=Topic.VIEWERS, conversation_id=conversation_id, at=now)

    def customer_writes(self, *, conversation_id: ConversationId, now: datetime) -> None:
        """Say that the customer writes, for the next eight seconds; the front door has authorised it."""
        self._see(conversation_id, Viewer(CUSTOMER, "", is_writing=True, until=now + _WRITE), now)

    def _see(self, conversation_id: ConversationId, viewer: Viewer, now: datetime) -> None:
        with self._store.begin() as tx:
            tx.conversation(conversation_id)
            if tx.see(conversation_id=conversation_id, viewer=viewer, now=now):
                tx.touch(topic=Topic.VIEWERS, conversation_id=conversation_id, at=now)


def deliver(tx: DeskTx, waiting: Iterable[Outgoing], *, now: datetime) -> int:
    """Put replies into the log, in order, those that nobody took away meanwhile; return how many."""
    count = 0
    for outgoing in waiting:
        if not tx.take_outgoing(outgoing_id=outgoing.id):
            continue
        reply = Reply(Sender.AGENT, outgoing.text, outgoing.language, author=outgoing.author)
        try:
            tx.append(conversation_id=outgoing.conversation_id, reply=reply, at=now, client_id=outgoing.client_id)
        except Conflict:
            # It is in the log already; a reply that cannot go must not hold up all others.
            continue
        conversation = tx.conversation(outgoing.conversation_id)
        tx.set_waiting(
            conversation_id=conversation.id, queued_at=conversation.queued_at, waiting_since=_waits_since(tx, conversation, outgoing)
        )
        ticket = tx.open_ticket_of(conversation_id=conversation.id)
        if ticket is not None and ticket.first_answered_at is None:
            tx.save_ticket(replace(ticket, first_answered_at=now))
            tx.add_event(TicketEvent(ticket.id, now, outgoing.author_id, outgoing.author, "first_answered"))
        tx.take_down(_deed(conversation, outgoing.author_id, "replied", now))
        tx.touch(topic=Topic.CHAT, conversation_id=conversation.id, at=now)
        count += 1
    return count


def _deed(conversation: Conversation, author_id: StaffId, action: str, now: datetime) -> AuditEntry:
    """Return what is taken down about something written; the text itself is in the log only."""
    subject = conversation.customer_id or conversation.id
    return AuditEntry(now, author_id, f"chat.{action}", subject, (("conversation", conversation.id),))


def _waits_since(tx: DeskTx, conversation: Conversation, outgoing: Outgoing) -> datetime | None:
    """Return since when the customer waits once ``outgoing`` is delivered: from what they wrote after it was written."""
    if conversation.speaker is Speaker.BOT:
        return None
    recent = tx.last_messages(conversation_id=conversation.id, count=_LOOKED_AT)
    later = (message.at for message in recent if message.sender is Sender.CUSTOMER and message.at > outgoing.created_at)
    return next(later, None)


def _require_owner(conversation: Conversation, by: StaffMember) -> None:
    """Return when the chat is ``by``'s. Raises: NotOwner."""
    if conversation.speaker is not Speaker.AGENT or conversation.agent_id != by.id:
        owner = conversation.agent_name
        raise NotOwner(f"this chat belongs to {owner}; leave a note or take it over" if owner else "claim this chat before you answer")


def _own(tx: DeskTx, by: StaffMember, outgoing_id: OutgoingId) -> Outgoing:
    outgoing = tx.outgoing(outgoing_id=outgoing_id)
    if outgoing.author_id != by.id:
        raise OutgoingNotFound("this reply is not yours")
    return outgoing
