"""Rows of conversations, messages, codes and tickets to and from their data classes."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from bot.conversations.model import Attachment, Button, Conversation, LoginCode, Message, Sender, Speaker, VerifiedBy
from bot.shared.ids import ConversationId, CustomerId, StaffId, TicketId
from bot.store.desk_rows import pairs_from, pairs_json
from bot.store.rows import Values
from bot.support.model import HandoverReason, Outcome, Ticket, TicketKind, TicketPriority, TicketSource, TicketState


def conversation_values(conversation: Conversation) -> Values:
    """Return the row of ``conversations``; nobody has its turn."""
    return {
        "id": conversation.id,
        "channel": conversation.channel,
        "speaker": conversation.speaker.value,
        "language": conversation.language,
        "created_at": conversation.created_at,
        "customer_id": conversation.customer_id,
        "contact_email": conversation.contact_email,
        "verified_by": conversation.verified_by.value if conversation.verified_by else None,
        "secret_hash": conversation.secret_hash,
        "agent_id": conversation.agent_id,
        "misunderstandings": conversation.misunderstandings,
        "last_seq": conversation.last_seq,
        "version": conversation.version,
        "agent_name": conversation.agent_name,
        "queued_at": conversation.queued_at,
        "waiting_since": conversation.waiting_since,
    }


def conversation_from(row: Row[Any]) -> Conversation:
    """Return the conversation of a row."""
    return Conversation(
        id=ConversationId(row.id),
        channel=row.channel,
        speaker=Speaker(row.speaker),
        language=row.language,
        created_at=row.created_at,
        customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
        contact_email=row.contact_email,
        verified_by=None if row.verified_by is None else VerifiedBy(row.verified_by),
        secret_hash=row.secret_hash,
        agent_id=None if row.agent_id is None else StaffId(row.agent_id),
        misunderstandings=row.misunderstandings,
        last_seq=row.last_seq,
        version=row.version,
        agent_name=row.agent_name,
        queued_at=row.queued_at,
        waiting_since=row.waiting_since,
    )


def message_values(message: Message) -> Values:
    """Return the row of ``messages``; buttons and attachments are JSON lists, or NULL when there are none."""
    return {
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "sender": message.sender.value,
        "text": message.text,
        "language": message.language,
        "at": message.at,
        "buttons": _json([[button.title, button.payload] for button in message.buttons]),
        "attachments": _json([[attachment.title, attachment.url, attachment.media_type] for attachment in message.attachments]),
        "client_id": message.client_id,
        "answers": message.answers,
        "payload": message.payload,
        "author": message.author,
    }


def _json(parts: list[list[str]]) -> str | None:
    return json.dumps(parts, ensure_ascii=False) if parts else None


def message_from(row: Row[Any]) -> Message:
    """Return the message of a row."""
    return Message(
        conversation_id=ConversationId(row.conversation_id),
        seq=row.seq,
        sender=Sender(row.sender),
        text=row.text,
        language=row.language,
        at=row.at,
        buttons=tuple(Button(*parts) for parts in json.loads(row.buttons)) if row.buttons else (),
        attachments=tuple(Attachment(*parts) for parts in json.loads(row.attachments)) if row.attachments else (),
        client_id=row.client_id,
        answers=row.answers,
        payload=row.payload,
        author=row.author,
    )


def login_code_values(code: LoginCode) -> Values:
    """Return the row of ``login_codes``."""
    return {
        "conversation_id": code.conversation_id,
        "customer_id": code.customer_id,
        "contact_email": code.contact_email,
        "code_hash": code.code_hash,
        "expires_at": code.expires_at,
        "tries_left": code.tries_left,
    }


def login_code_from(row: Row[Any]) -> LoginCode:
    """Return the one-time code of a row."""
    return LoginCode(
        conversation_id=ConversationId(row.conversation_id),
        customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
        contact_email=row.contact_email,
        code_hash=row.code_hash,
        expires_at=row.expires_at,
        tries_left=row.tries_left,
    )


def ticket_values(ticket: Ticket) -> Values:
    """Return the row of ``tickets``."""
    return {
        "id": ticket.id,
        "number": ticket.number,
        "kind": ticket.kind.value,
        "state": ticket.state.value,
        "subject": ticket.subject,
        "opened_at": ticket.opened_at,
        "answer_by": ticket.answer_by,
        "customer_id": ticket.customer_id,
        "conversation_id": ticket.conversation_id,
        "reason": ticket.reason.value if ticket.reason else None,
        "transcript": ticket.transcript,
        "language": ticket.language,
        "closed_at": ticket.closed_at,
        "priority": ticket.priority.value,
        "source": ticket.source.value,
        "about": pairs_json(ticket.about),
        "owner_id": ticket.owner_id,
        "first_answered_at": ticket.first_answered_at,
        "outcome": ticket.outcome.value if ticket.outcome else None,
        "reopened": ticket.reopened,
    }


def ticket_from(row: Row[Any]) -> Ticket:
    """Return the ticket of a row."""
    return Ticket(
        id=TicketId(row.id),
        number=row.number,
        kind=TicketKind(row.kind),
        state=TicketState(row.state),
        subject=row.subject,
        opened_at=row.opened_at,
        answer_by=row.answer_by,
        customer_id=None if row.customer_id is None else CustomerId(row.customer_id),
        conversation_id=None if row.conversation_id is None else ConversationId(row.conversation_id),
        reason=None if row.reason is None else HandoverReason(row.reason),
        transcript=row.transcript,
        language=row.language,
        closed_at=row.closed_at,
        priority=TicketPriority(row.priority),
        source=TicketSource(row.source),
        about=pairs_from(row.about),
        owner_id=None if row.owner_id is None else StaffId(row.owner_id),
        first_answered_at=row.first_answered_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        reopened=row.reopened,
    )
