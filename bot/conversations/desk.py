"""The desk's deeds on chats: claiming, passing on, handing back, closing and reopening.

Who speaks changes in one place, ``pass_to``, by compare-and-set; everything else here leads to it. Source: ADR 0002.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversations.desk_model import Note, RatedParty, Rating, TicketEvent, Topic
from bot.conversations.desk_ports import DeskStore, DeskTx, Sentences
from bot.conversations.desk_replies import deliver
from bot.conversations.model import Conversation, Reply, Sender, Speaker
from bot.conversations.ports import SpeakerChanged
from bot.conversations.ratings import buttons_for
from bot.conversations.service import new_handover_ticket
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import ConversationId, new_note_id, new_rating_id
from bot.staff.model import Presence, StaffMember
from bot.staff.permissions import Permission, may, require
from bot.support.model import HandoverReason, Outcome, Ticket, TicketKind, TicketState
from bot.support.offering import Offering

SYSTEM = "system"
_WORTH_RATING = (Outcome.RESOLVED, Outcome.UNRESOLVED)
_LONGEST_REMARK = 2000
# Of a history's details these go into the audit trail; the others may hold names or what somebody wrote.
_AUDITED = frozenset({"outcome", "closed"})
_CHANGES_OWNER = frozenset({"claimed", "taken_over", "transferred", "reopened"})


class AlreadyClaimed(SpeakerChanged):
    """Somebody else owns the chat; ``owner`` is their name."""

    def __init__(self, owner: str) -> None:
        super().__init__(f"this chat belongs to {owner}")
        self.owner = owner


class NotYours(Conflict):
    """Only the owner of a chat may do this."""


class NotPresent(Conflict):
    """The person a chat was to go to does not take chats now."""


@dataclass(frozen=True, slots=True)
class Event:
    """A line for a ticket's history, before it is known whose."""

    action: str
    details: tuple[tuple[str, str], ...] = ()


def deed_on(ticket: Ticket, by: StaffMember, action: str, now: datetime, *details: tuple[str, str]) -> AuditEntry:
    """Return what is taken down about a deed on a ticket, under its customer where that is known."""
    return AuditEntry(now, by.id, action, ticket.customer_id or ticket.id, (("ticket", ticket.number), *details))


class Desk:
    """Changes who owns a chat. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, store: DeskStore, sentences: Sentences, offering: Offering) -> None:
        """Work on ``store``; ``sentences`` are what customers are told, ``offering`` what they are promised."""
        self._store = store
        self._sentences = sentences
        self._offering = offering

    def claim(
        self, *, by: StaffMember, conversation_id: ConversationId, now: datetime, take_over_because: str | None = None
    ) -> Conversation:
        """Make ``by`` the owner; harmless when they are already. Of those who claim at once, one wins.

        An answer the bot is still making is thrown away when it comes (``Conversations.record_bot_replies``).

        Args:
            take_over_because: Why a chat that belongs to somebody else is taken; needs ``chat.take_over``.

        Raises:
            AlreadyClaimed: It belongs to somebody else.
            PermissionMissing, ConversationNotFound.
        """
        require(by, Permission.CHAT_ANSWER)
        try:
            with self._store.begin() as tx:
                conversation = tx.conversation(conversation_id)
                if conversation.agent_id == by.id:
                    return conversation
                details: tuple[tuple[str, str], ...] = ()
                if conversation.speaker is Speaker.AGENT:
                    if take_over_because is None:
                        raise AlreadyClaimed(conversation.agent_name or "somebody else")
                    require(by, Permission.CHAT_TAKE_OVER)
                    details = (("from", conversation.agent_name or ""), ("reason", _remark(take_over_because, "a reason")))
                pass_to(tx, conversation, Speaker.AGENT, by, now)
                ticket = tx.open_ticket_of(conversation_id=conversation_id) or self._new_ticket(tx, conversation, now)
                self._work_on(tx, ticket, by, now, Event("taken_over" if details else "claimed", details))
                self._tell(tx, conversation, "utter_agent_joined", {"name": by.name}, now)
                return tx.conversation(conversation_id)
        except AlreadyClaimed:
            raise
        except SpeakerChanged as error:
            # Somebody was quicker; say who.
            with self._store.begin() as tx:
                owner = tx.conversation(conversation_id).agent_name
            raise AlreadyClaimed(owner or "somebody else") from error

    def transfer(self, *, by: StaffMember, conversation_id: ConversationId, to: StaffMember | None, note: str, now: datetime) -> None:
        """Give the chat to a colleague who is there, or back to the queue at its old place; the customer is told.

        Args:
            to: The colleague, or None for the queue.
            note: What they need to know; kept as a private note, never shown to the customer.

        Raises:
            NotPresent: The colleague is not available or may not answer chats.
            NotYours, PermissionMissing, ConversationNotFound.
        """
        with self._store.begin() as tx:
            conversation = _owned(tx, by, conversation_id)
            remark = _remark(note, "a note for whoever goes on")
            if to is not None and (to.id == by.id or to.presence is not Presence.AVAILABLE or not may(to, Permission.CHAT_ANSWER)):
                raise NotPresent(f"{to.name} does not take chats now; choose somebody who is available, or the queue")
            deliver(tx, tx.outgoing_of(conversation_id=conversation_id), now=now)
            # Read again: what was just delivered may have answered the customer, who then waits no more.
            conversation = tx.conversation(conversation_id)
            pass_to(tx, conversation, Speaker.QUEUE if to is None else Speaker.AGENT, to, now)
            tx.add_note(Note(new_note_id(), conversation_id, now, by.id, by.name, remark))
            if ticket := tx.open_ticket_of(conversation_id=conversation_id):
                tx.save_ticket(replace(ticket, owner_id=to.id if to else None))
                self._record(tx, ticket, by, now, Event("transferred", (("to", to.name if to else "queue"),)))
            else:
                _take_down(tx, conversation, by, now, Event("transferred"))
            if to is None:
                self._tell(tx, conversation, "utter_back_in_queue", {}, now)
            else:
                self._tell(tx, conversation, "utter_agent_changed", {"name": to.name}, now)

    def hand_back(self, *, by: StaffMember, conversation_id: ConversationId, settled: str, now: datetime, is_done: bool) -> None:
        """Let the bot speak again; it greets with what was settled.

        Args:
            settled: In the customer's language, shown to the customer; may be empty.
            is_done: The ticket is closed as resolved; otherwise somebody goes on working on it.

        Raises: NotYours, PermissionMissing, ConversationNotFound.
        """
        with self._store.begin() as tx:
            conversation = _owned(tx, by, conversation_id)
            text = settled.strip()[:_LONGEST_REMARK]
            deliver(tx, tx.outgoing_of(conversation_id=conversation_id), now=now)
            pass_to(tx, conversation, Speaker.BOT, None, now)
            if ticket := tx.open_ticket_of(conversation_id=conversation_id):
                if is_done:
                    tx.save_ticket(replace(ticket, state=TicketState.CLOSED, closed_at=now, outcome=Outcome.RESOLVED))
                self._record(tx, ticket, by, now, Event("handed_back", (("closed", "yes" if is_done else "no"),)))
            else:
                _take_down(tx, conversation, by, now, Event("handed_back"))
            name = "utter_handed_back_settled" if text else "utter_handed_back"
            self._tell(tx, conversation, name, {"settled": text, "name": by.name}, now, sender=Sender.BOT)

    def close(self, *, by: StaffMember, conversation_id: ConversationId, outcome: Outcome, now: datetime) -> None:
        """End the chat with its outcome; the customer is told and, when somebody helped, asked once how it was.

        Raises: NotYours, PermissionMissing, ConversationNotFound.
        """
        with self._store.begin() as tx:
            conversation = _owned(tx, by, conversation_id)
            deliver(tx, tx.outgoing_of(conversation_id=conversation_id), now=now)
            pass_to(tx, conversation, Speaker.BOT, None, now)
            ticket = tx.open_ticket_of(conversation_id=conversation_id)
            if ticket is not None:
                tx.save_ticket(replace(ticket, state=TicketState.CLOSED, closed_at=now, outcome=outcome))
                self._record(tx, ticket, by, now, Event("closed", (("outcome", outcome.value),)))
            else:
                _take_down(tx, conversation, by, now, Event("closed", (("outcome", outcome.value),)))
            self._tell(tx, conversation, "utter_chat_closed", {"ticket": ticket.number if ticket else ""}, now)
            if outcome in _WORTH_RATING:
                self._ask_rating(tx, conversation, ticket, now)

    def reopen(self, *, by: StaffMember, number: str, now: datetime) -> Ticket:
        """Open a closed ticket again; its chat, if it has one and the bot speaks in it, goes to ``by``.

        Raises:
            AlreadyClaimed: Its chat belongs to somebody else.
            TicketNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            ticket = tx.ticket_with_number(number=number)
            if ticket.state is not TicketState.CLOSED:
                return ticket
            opened = replace(
                ticket, state=TicketState.IN_PROGRESS, closed_at=None, outcome=None, owner_id=by.id, reopened=ticket.reopened + 1
            )
            tx.save_ticket(opened)
            self._record(tx, ticket, by, now, Event("reopened"))
            if ticket.conversation_id is not None and ticket.reason is not None and may(by, Permission.CHAT_ANSWER):
                conversation = tx.conversation(ticket.conversation_id)
                if conversation.speaker is Speaker.AGENT and conversation.agent_id != by.id:
                    raise AlreadyClaimed(conversation.agent_name or "somebody else")
                if conversation.speaker is not Speaker.AGENT:
                    pass_to(tx, conversation, Speaker.AGENT, by, now)
                    self._tell(tx, conversation, "utter_agent_joined", {"name": by.name}, now)
            return opened

    def return_silent(self, *, now: datetime, after: timedelta) -> tuple[Conversation, ...]:
        """Put chats whose agent has left the customer waiting for ``after`` back to their old place in the queue.

        How long the customer had waited before the agent got the chat is not the agent's silence.

        Returns:
            The chats put back; may be empty. Whoever calls sets their agents to away.
        """
        returned = []
        with self._store.begin() as tx:
            waiting = [entry.conversation for entry in tx.board(speakers=(Speaker.AGENT,))]
        for conversation in waiting:
            if conversation.waiting_since is None or conversation.waiting_since + after > now:
                continue
            try:
                with self._store.begin() as tx:
                    ticket = tx.open_ticket_of(conversation_id=conversation.id)
                    if _is_busy(tx, conversation, now) or (ticket is not None and _owned_since(tx, ticket) + after > now):
                        continue
                    pass_to(tx, conversation, Speaker.QUEUE, None, now)
                    if ticket is not None:
                        tx.save_ticket(replace(ticket, owner_id=None))
                        event = TicketEvent(ticket.id, now, SYSTEM, "", "returned_to_queue", (("from", conversation.agent_name or ""),))
                        tx.add_event(event)
                    subject = conversation.customer_id or (ticket.id if ticket is not None else conversation.id)
                    tx.take_down(AuditEntry(now, SYSTEM, "chat.returned_to_queue", subject, (("from", conversation.agent_id or ""),)))
                    self._tell(tx, conversation, "utter_agent_silent", {}, now)
                returned.append(conversation)
            except SpeakerChanged:
                # The agent has just done something with it; nothing is to be put back.
                continue
        return tuple(returned)

    def _new_ticket(self, tx: DeskTx, conversation: Conversation, now: datetime) -> Ticket:
        """Open the ticket of a chat that was taken from the bot."""
        promised = self._offering.answer_by(kind=TicketKind.BILLING, opened_at=now)
        return new_handover_ticket(
            tx, conversation, reason=HandoverReason.TAKEN_OVER, kind=TicketKind.BILLING, now=now, answer_by=promised, about=()
        )

    def _work_on(self, tx: DeskTx, ticket: Ticket, by: StaffMember, now: datetime, event: Event) -> None:
        tx.save_ticket(replace(ticket, state=TicketState.IN_PROGRESS, owner_id=by.id))
        self._record(tx, ticket, by, now, event)

    def _record(self, tx: DeskTx, ticket: Ticket, by: StaffMember, now: datetime, event: Event) -> None:
        tx.add_event(TicketEvent(ticket.id, now, by.id, by.name, event.action, event.details))
        kept = tuple(detail for detail in event.details if detail[0] in _AUDITED)
        tx.take_down(deed_on(ticket, by, f"chat.{event.action}", now, *kept))
        tx.touch(topic=Topic.TICKET, conversation_id=ticket.conversation_id, at=now)

    def _tell(
        self,
        tx: DeskTx,
        conversation: Conversation,
        name: str,
        values: Mapping[str, str],
        now: datetime,
        *,
        sender: Sender = Sender.SYSTEM,
    ) -> None:
        said = self._sentences.say(name, conversation.language, values)
        tx.append(conversation_id=conversation.id, reply=Reply(sender, said.text, conversation.language, said.buttons), at=now)

    def _ask_rating(self, tx: DeskTx, conversation: Conversation, ticket: Ticket | None, now: datetime) -> None:
        rating = Rating(new_rating_id(), conversation.id, RatedParty.AGENT, now, ticket_id=ticket.id if ticket else None)
        tx.add_rating(rating)
        said = self._sentences.say("utter_rating_asked", conversation.language)
        tx.append(
            conversation_id=conversation.id,
            reply=Reply(Sender.SYSTEM, said.text, conversation.language, buttons_for(rating.id, skip=said.buttons)),
            at=now,
        )


def _take_down(tx: DeskTx, conversation: Conversation, by: StaffMember, now: datetime, event: Event) -> None:
    """Take down a deed on a chat whose ticket is no longer open, and so has no history to go into."""
    tx.take_down(AuditEntry(now, by.id, f"chat.{event.action}", conversation.customer_id or conversation.id, event.details))


def pass_to(tx: DeskTx, conversation: Conversation, speaker: Speaker, agent: StaffMember | None, now: datetime) -> None:
    """Change who speaks: the only place in the desk that does. Raises: SpeakerChanged."""
    tx.set_speaker(
        conversation_id=conversation.id,
        version=conversation.version,
        speaker=speaker,
        agent_id=agent.id if agent else None,
        agent_name=agent.name if agent else None,
    )
    if speaker is Speaker.BOT:
        tx.set_waiting(conversation_id=conversation.id, queued_at=None, waiting_since=None)
    else:
        tx.set_waiting(
            conversation_id=conversation.id,
            queued_at=conversation.queued_at or now,
            waiting_since=conversation.waiting_since or (now if speaker is Speaker.QUEUE else None),
        )
    tx.touch(topic=Topic.CHAT, conversation_id=conversation.id, at=now)


def _is_busy(tx: DeskTx, conversation: Conversation, now: datetime) -> bool:
    """Return whether the agent writes just now, or has a reply on its way."""
    writers = {viewer.who for viewer in tx.viewers(conversation_id=conversation.id, now=now) if viewer.is_writing}
    return conversation.agent_id in writers or bool(tx.outgoing_of(conversation_id=conversation.id))


def _owned_since(tx: DeskTx, ticket: Ticket) -> datetime:
    """Return when whoever has the chat got it; when the ticket was opened if nobody is known to have."""
    return max((event.at for event in tx.events(ticket_id=ticket.id) if event.action in _CHANGES_OWNER), default=ticket.opened_at)


def _owned(tx: DeskTx, by: StaffMember, conversation_id: ConversationId) -> Conversation:
    """Return the conversation if ``by`` owns it. Raises: NotYours, PermissionMissing, ConversationNotFound."""
    require(by, Permission.CHAT_ANSWER)
    conversation = tx.conversation(conversation_id)
    if conversation.speaker is not Speaker.AGENT or conversation.agent_id != by.id:
        raise NotYours(f"this chat belongs to {conversation.agent_name}" if conversation.agent_name else "claim this chat first")
    return conversation


def _remark(text: str, what: str) -> str:
    """Return the remark, trimmed. Raises: InvalidInput when there is none."""
    trimmed = text.strip()
    if not trimmed:
        raise InvalidInput(f"write {what}")
    return trimmed[:_LONGEST_REMARK]
