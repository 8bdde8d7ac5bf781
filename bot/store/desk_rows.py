"""Rows of the desk's tables to and from their data classes."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from bot.conversations.desk_model import Note, Outgoing, RatedParty, Rating, TicketEvent, Viewer
from bot.shared.ids import ConversationId, NoteId, OutgoingId, RatingId, StaffId, TicketId
from bot.store.rows import Values


def pairs_json(pairs: tuple[tuple[str, str], ...]) -> str:
    """Return (name, value) pairs as a JSON list of lists."""
    return json.dumps([list(pair) for pair in pairs], ensure_ascii=False)


def pairs_from(text: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs that ``pairs_json`` wrote."""
    return tuple((str(name), str(value)) for name, value in json.loads(text))


def note_values(note: Note) -> Values:
    """Return the row of ``conversation_notes``."""
    return {
        "id": note.id,
        "conversation_id": note.conversation_id,
        "at": note.at,
        "author_id": note.author_id,
        "author": note.author,
        "text": note.text,
    }


def note_from(row: Row[Any]) -> Note:
    """Return the note of a row."""
    return Note(
        id=NoteId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        at=row.at,
        author_id=StaffId(row.author_id),
        author=row.author,
        text=row.text,
    )


def outgoing_values(outgoing: Outgoing) -> Values:
    """Return the row of ``outgoing_replies``, without its position."""
    return {
        "id": outgoing.id,
        "conversation_id": outgoing.conversation_id,
        "author_id": outgoing.author_id,
        "author": outgoing.author,
        "text": outgoing.text,
        "language": outgoing.language,
        "client_id": outgoing.client_id,
        "created_at": outgoing.created_at,
        "send_at": outgoing.send_at,
    }


def outgoing_from(row: Row[Any]) -> Outgoing:
    """Return the reply of a row."""
    return Outgoing(
        id=OutgoingId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        author_id=StaffId(row.author_id),
        author=row.author,
        text=row.text,
        language=row.language,
        client_id=row.client_id,
        created_at=row.created_at,
        send_at=row.send_at,
    )


def viewer_from(row: Row[Any]) -> Viewer:
    """Return the viewer of a row."""
    return Viewer(who=row.who, name=row.name, is_writing=row.is_writing, until=row.until)


def event_values(event: TicketEvent) -> Values:
    """Return the row of ``ticket_events``; the database numbers it."""
    return {
        "ticket_id": event.ticket_id,
        "at": event.at,
        "actor": event.actor,
        "actor_name": event.actor_name,
        "action": event.action,
        "details": pairs_json(event.details),
    }


def event_from(row: Row[Any]) -> TicketEvent:
    """Return the event of a row."""
    return TicketEvent(
        id=row.id,
        ticket_id=TicketId(row.ticket_id),
        at=row.at,
        actor=row.actor,
        actor_name=row.actor_name,
        action=row.action,
        details=pairs_from(row.details),
    )


def rating_values(rating: Rating) -> Values:
    """Return the row of ``ratings``."""
    return {
        "id": rating.id,
        "conversation_id": rating.conversation_id,
        "ticket_id": rating.ticket_id,
        "about": rating.about.value,
        "asked_at": rating.asked_at,
        "answered_at": rating.answered_at,
        "score": rating.score,
    }


def rating_from(row: Row[Any]) -> Rating:
    """Return the rating of a row."""
    return Rating(
        id=RatingId(row.id),
        conversation_id=ConversationId(row.conversation_id),
        about=RatedParty(row.about),
        asked_at=row.asked_at,
        ticket_id=None if row.ticket_id is None else TicketId(row.ticket_id),
        answered_at=row.answered_at,
        score=row.score,
    )
