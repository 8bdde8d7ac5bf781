"""Conversations: taking messages, recording answers, and handing over to a person."""

from __future__ import annotations

import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.model import Conversation, Message, Reply, Sender, Speaker, VerifiedBy
from bot.conversations.ports import ConversationNotFound, ConversationStore, ConversationsTx, SpeakerChanged
from bot.conversations.tokens import Visitor
from bot.shared.errors import NotAllowed, NotFound
from bot.shared.ids import ConversationId, CustomerId, new_conversation_id, new_ticket_id
from bot.support.model import HandoverReason, Ticket, TicketKind, TicketState

TURN_LEASE = timedelta(seconds=30)
_TRANSCRIPT_MESSAGES = 40
_SUBJECT_CHARACTERS = 160


class NotIdentified(NotAllowed):
    """The visitor has not said who they are yet, so nothing about money may be told."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A stored customer message.

    Attributes:
        is_repeat: The client had sent it before, under the same client id.
        answers: What was answered to it already; empty unless it is a repeat.
        has_turn: The caller holds the conversation's turn and must end it; only while the bot speaks.
    """

    conversation: Conversation
    message: Message
    is_repeat: bool
    answers: tuple[Message, ...]
    has_turn: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """The bot's answer as it stands in the log (empty when an agent had claimed the conversation), and who speaks now."""

    speaker: Speaker
    messages: tuple[Message, ...]


def hash_secret(secret: str) -> str:
    """Return the SHA-256 (hex) under which an anonymous visitor's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Conversations:
    """The one way to read and change conversations."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store

    def open(
        self,
        *,
        channel: str,
        language: str,
        now: datetime,
        visitor: Visitor | None = None,
        secret: str | None = None,
        conversation_id: ConversationId | None = None,
    ) -> Conversation:
        """Start a conversation, bound to ``visitor`` when a token said who is speaking.

        Args:
            conversation_id: The id to give it, when the same request must not open a second one; that of a conversation
                there is returns it as it is. A random one when None.
        """
        conversation = Conversation(
            id=conversation_id or new_conversation_id(),
            channel=channel,
            speaker=Speaker.BOT,
            language=language,
            created_at=now,
            customer_id=visitor.customer_id if visitor else None,
            contact_email=visitor.contact_email if visitor else None,
            verified_by=VerifiedBy.TOKEN if visitor else None,
            secret_hash=hash_secret(secret) if secret else None,
        )
        with self._store.begin() as tx:
            if conversation_id is not None:
                with suppress(ConversationNotFound):
                    return tx.conversation(conversation_id)
            tx.add_conversation(conversation)
        return conversation

    def of_visitor(self, *, conversation_id: ConversationId, visitor: Visitor | None, secret: str | None) -> Conversation:
        """Return the conversation if it is this visitor's: by the token's person, or by the secret given when it began.

        Raises:
            ConversationNotFound: It does not exist or is somebody else's; the two look the same.
        """
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
        if secret is not None and conversation.secret_hash is not None:
            if hmac.compare_digest(conversation.secret_hash, hash_secret(secret)):
                return conversation
        elif visitor is not None and _is_visitors(conversation, visitor):
            return conversation
        raise ConversationNotFound("no such conversation")

    def get(self, *, conversation_id: ConversationId) -> Conversation:
        """Return the conversation; for the engine's side, which the front door has already authorised. Raises: ConversationNotFound."""
        with self._store.begin() as tx:
            return tx.conversation(conversation_id)

    def take_message(
        self, *, conversation_id: ConversationId, text: str, now: datetime, holder: str, client_id: str | None, payload: str | None
    ) -> Taken:
        """Store a customer message once and say who speaks.

        While the bot speaks, the conversation's turn is taken for ``holder`` if it is free; when it is not, the caller
        tries again with ``try_turn``. A message that was sent before is not stored again.
        """
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            known = tx.message_by_client_id(conversation_id=conversation_id, client_id=client_id) if client_id else None
            message = known or tx.append(
                conversation_id=conversation_id,
                reply=Reply(Sender.CUSTOMER, text, conversation.language),
                at=now,
                client_id=client_id,
                payload=payload,
            )
            answers = tx.answers_to(conversation_id=conversation_id, seq=message.seq) if known else ()
            if conversation.speaker is not Speaker.BOT and not known:
                if conversation.waiting_since is None:
                    tx.set_waiting(conversation_id=conversation_id, queued_at=conversation.queued_at, waiting_since=now)
                tx.touch(topic=Topic.CHAT, conversation_id=conversation_id, at=now)
            has_turn = not answers and _try_turn(tx, conversation, holder, now)
        return Taken(conversation, message, known is not None, answers, has_turn)

    def try_turn(self, *, conversation_id: ConversationId, holder: str, now: datetime) -> bool:
        """Take the conversation's turn for ``holder`` if it is free and the bot speaks; return whether it was taken."""
        with self._store.begin() as tx:
            return _try_turn(tx, tx.conversation(conversation_id), holder, now)

    def answers_to(self, *, conversation_id: ConversationId, seq: int) -> tuple[Message, ...]:
        """Return what has been answered to the customer message ``seq``; may be empty."""
        with self._store.begin() as tx:
            return tx.answers_to(conversation_id=conversation_id, seq=seq)

    def record_bot_replies(
        self,
        *,
        conversation_id: ConversationId,
        answers: int,
        replies: tuple[Reply, ...],
        holder: str,
        now: datetime,
        understood: bool,
        language: str,
    ) -> Recorded:
        """Store the bot's answer to message ``answers`` and end the turn.

        Stores nothing when an agent has claimed the conversation meanwhile (ADR 0002).
        """
        with self._store.begin() as tx:
            tx.end_turn(conversation_id=conversation_id, holder=holder)
            conversation = tx.conversation(conversation_id)
            if conversation.speaker is Speaker.AGENT:
                if ticket := tx.open_ticket_of(conversation_id=conversation_id):
                    tx.add_event(TicketEvent(ticket.id, now, "bot", "", "answer_discarded", (("answers", str(answers)),)))
                return Recorded(Speaker.AGENT, ())
            if language != conversation.language:
                tx.set_language(conversation_id=conversation_id, language=language)
            count = 0 if understood else conversation.misunderstandings + 1
            if count != conversation.misunderstandings:
                tx.set_misunderstandings(conversation_id=conversation_id, count=count)
            messages = tuple(tx.append(conversation_id=conversation_id, reply=reply, at=now, answers=answers) for reply in replies)
            if conversation.speaker is Speaker.QUEUE:
                # The hand-over was told to the desk before these words were there.
                tx.touch(topic=Topic.CHAT, conversation_id=conversation_id, at=now)
            return Recorded(conversation.speaker, messages)

    def end_turn(self, *, conversation_id: ConversationId, holder: str) -> None:
        """Give the turn back without an answer."""
        with self._store.begin() as tx:
            tx.end_turn(conversation_id=conversation_id, holder=holder)

    def messages_after(self, *, conversation_id: ConversationId, after: int) -> tuple[Message, ...]:
        """Return the log after ``seq`` ``after``, in order; may be empty."""
        with self._store.begin() as tx:
            return tx.messages(conversation_id=conversation_id, after=after, limit=500)

    def offered_payloads(self, *, conversation_id: ConversationId) -> frozenset[str]:
        """Return the payloads of the buttons offered lately in this conversation."""
        with self._store.begin() as tx:
            recent = tx.last_messages(conversation_id=conversation_id, count=30)
        return frozenset(button.payload for message in recent for button in message.buttons)

    def ask_for_agent(
        self,
        *,
        conversation_id: ConversationId,
        reason: HandoverReason,
        kind: TicketKind,
        now: datetime,
        answer_by: datetime,
        about: tuple[tuple[str, str], ...] = (),
    ) -> Ticket:
        """Put the conversation into the queue and open its ticket, in one transaction.

        Asking again while a ticket of this conversation is open returns that ticket.

        Args:
            about: What it concerns, as (name, value) pairs with unique names.

        Raises:
            SpeakerChanged: Someone else changed who speaks at the same moment.
        """
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            existing = tx.open_ticket_of(conversation_id=conversation_id)
            if conversation.speaker is Speaker.BOT:
                tx.set_speaker(conversation_id=conversation_id, version=conversation.version, speaker=Speaker.QUEUE)
                tx.set_waiting(conversation_id=conversation_id, queued_at=now, waiting_since=now)
            tx.touch(topic=Topic.CHAT, conversation_id=conversation_id, at=now)
            return existing or new_handover_ticket(tx, conversation, reason=reason, kind=kind, now=now, answer_by=answer_by, about=about)

    def open_request(
        self, *, conversation_id: ConversationId, kind: TicketKind, subject: str, details: str, now: datetime, answer_by: datetime
    ) -> Ticket:
        """Open a ticket about something a person is to do, while the bot goes on speaking.

        Args:
            details: What was collected, one line each; it stands above the recent messages in the ticket's transcript.
            answer_by: When the first answer is promised (aware, UTC).

        Raises:
            ConversationNotFound: There is no such conversation.
        """
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            ticket = Ticket(
                id=new_ticket_id(),
                number=tx.next_ticket_number(year=now.year),
                kind=kind,
                state=TicketState.OPEN,
                subject=subject[:_SUBJECT_CHARACTERS],
                opened_at=now,
                answer_by=answer_by,
                customer_id=conversation.customer_id,
                conversation_id=conversation_id,
                transcript=f"{details}\n\n{transcript_of(tx.last_messages(conversation_id=conversation_id, count=_TRANSCRIPT_MESSAGES))}",
                language=conversation.language,
            )
            tx.add_ticket(ticket)
            return ticket

    def change_request(self, *, conversation_id: ConversationId, number: str, subject: str, details: str) -> Ticket:
        """Write another wish into a request of this conversation that nobody has begun with; its number and time stay.

        Args:
            details: What holds now, one line each; what was recorded before stays below it.

        Raises:
            ConversationNotFound: There is no such conversation.
            NotFound: It has no such request, or a person is at it already.
        """
        with self._store.begin() as tx:
            tx.conversation(conversation_id)
            found = next((one for one in tx.tickets() if one.number == number and one.conversation_id == conversation_id), None)
            if found is None:
                raise NotFound("no such request in this conversation")
            changed = replace(found, subject=subject[:_SUBJECT_CHARACTERS], transcript=f"{details}\n\n{found.transcript}")
            tx.rewrite_ticket(changed)
            return changed

    def tickets(self, *, customer_id: CustomerId | None = None, include_closed: bool = False) -> tuple[Ticket, ...]:
        """Return tickets, newest first: one customer's, or all of them for staff."""
        with self._store.begin() as tx:
            return tx.tickets(customer_id=customer_id, include_closed=include_closed)

    def ticket(self, *, customer_id: CustomerId, number: str) -> Ticket:
        """Return the customer's ticket. Raises: NotFound."""
        with self._store.begin() as tx:
            return tx.ticket_by_number(customer_id=customer_id, number=number)


def new_handover_ticket(
    tx: ConversationsTx,
    conversation: Conversation,
    *,
    reason: HandoverReason,
    kind: TicketKind,
    now: datetime,
    answer_by: datetime,
    about: tuple[tuple[str, str], ...],
) -> Ticket:
    """Open the ticket of a conversation that goes to a person, with what was said so far, and return it."""
    recent = tx.last_messages(conversation_id=conversation.id, count=_TRANSCRIPT_MESSAGES)
    ticket = Ticket(
        id=new_ticket_id(),
        number=tx.next_ticket_number(year=now.year),
        kind=kind,
        state=TicketState.OPEN,
        subject=_subject(recent),
        opened_at=now,
        answer_by=answer_by,
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
        reason=reason,
        transcript=transcript_of(recent),
        language=conversation.language,
        about=about,
    )
    tx.add_ticket(ticket)
    tx.add_event(TicketEvent(ticket.id, now, "bot", "", "opened", (("reason", reason.value),)))
    return ticket


def _try_turn(tx: ConversationsTx, conversation: Conversation, holder: str, now: datetime) -> bool:
    if conversation.speaker is not Speaker.BOT:
        return False
    return tx.take_turn(conversation_id=conversation.id, holder=holder, now=now, until=now + TURN_LEASE)


def _is_visitors(conversation: Conversation, visitor: Visitor) -> bool:
    whose = (conversation.customer_id, conversation.contact_email)
    return conversation.verified_by is VerifiedBy.TOKEN and whose == (visitor.customer_id, visitor.contact_email)


def transcript_of(messages: tuple[Message, ...]) -> str:
    """Return messages as the text of a ticket, one line each."""
    return "\n".join(f"{message.at:%Y-%m-%d %H:%M} {message.sender}: {message.text}" for message in messages)


def _subject(messages: tuple[Message, ...]) -> str:
    asked = [message for message in messages if message.sender is Sender.CUSTOMER and message.payload is None]
    # The longest of the last few says most about what was wanted; the very last is often only "a person please".
    longest = max(asked[-5:], key=lambda message: len(message.text), default=None)
    return longest.text[:_SUBJECT_CHARACTERS] if longest else ""


__all__ = ["Conversations", "NotIdentified", "Recorded", "SpeakerChanged", "Taken", "hash_secret"]
