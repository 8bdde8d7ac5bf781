"""Answers to tickets on their way out by mail, read from a ticket's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.conversations.desk_model import TicketEvent

ABOUT_SENDER = "mail_from"
"""Name of the pair in ``Ticket.about`` that says which address a mail came from."""


@dataclass(frozen=True, slots=True)
class AnswerMail:
    """An answer to be mailed: to which address, by whom, and what."""

    to: str
    author: str
    text: str


def answers_of(history: Iterable[TicketEvent]) -> Mapping[str, AnswerMail]:
    """Return the answers that go out by mail, by their key; may be empty."""
    found = {}
    for event in history:
        details = dict(event.details)
        if event.action == "answered" and "to" in details:
            found[details["key"]] = AnswerMail(details["to"], event.actor_name, details["text"])
    return found


def unsent_in(history: Iterable[TicketEvent]) -> tuple[str, ...]:
    """Return the keys of answers whose mail has not gone out, in order; may be empty."""
    events = tuple(history)
    sent = {dict(event.details).get("key") for event in events if event.action == "mailed"}
    return tuple(key for key in answers_of(events) if key not in sent)
