"""What deeds on cases at Microsoft share: the transaction they need, and telling the customer of a step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.desk_ports import Sentences
from bot.conversations.model import Button, Reply, Sender
from bot.conversations.outbox import OutboxTx, OutgoingMail
from bot.conversations.records_ports import RecordsTx
from bot.conversations.ticket_mail import ABOUT_SENDER
from bot.shared.audit import AuditEntry
from bot.shared.ids import EscalationId
from bot.staff.model import StaffMember
from bot.support.escalation_ports import EscalationTx
from bot.support.model import Ticket

SYSTEM = "system"
_PAYLOAD = re.compile(r"/case_solved:(esc_[0-9a-f]{32}):(yes|no)")


class CasesTx(RecordsTx, EscalationTx, OutboxTx, Protocol):
    """One transaction on tickets, their cases at Microsoft, and the mails about them."""


class CasesStore(Protocol):
    """Opens transactions on cases."""

    def begin(self) -> AbstractContextManager[CasesTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...


def payload_for(escalation_id: EscalationId, *, solved: bool) -> str:
    """Return what the button carries that answers whether a case is solved."""
    return f"/case_solved:{escalation_id}:{'yes' if solved else 'no'}"


def solved_in(payload: str | None) -> tuple[EscalationId, bool] | None:
    """Return which case a button's payload is about and whether it is solved; None for another payload."""
    match = _PAYLOAD.fullmatch(payload or "")
    return None if match is None else (EscalationId(match[1]), match[2] == "yes")


def write_event(
    tx: CasesTx, ticket: Ticket, by: StaffMember | None, action: str, now: datetime, *details: tuple[str, str], is_deed: bool = True
) -> None:
    """Write a step of a case into the ticket's history and, as ids only, into the audit trail.

    Args:
        by: Who did it, or None for the program.
        details: For the history; texts stay there.
        is_deed: Whether it is something that was done here, and so goes into the audit trail.
    """
    tx.add_event(TicketEvent(ticket.id, now, by.id if by else SYSTEM, by.name if by else "", action, details))
    if is_deed:
        subject = ticket.customer_id or ticket.id
        tx.take_down(AuditEntry(now, by.id if by else SYSTEM, f"escalation.{action}", subject, (("ticket", ticket.number),)))
    tx.touch(topic=Topic.TICKET, conversation_id=ticket.conversation_id, at=now)


def tell_customer(
    tx: CasesTx,
    *,
    sentences: Sentences,
    ticket: Ticket,
    address: str | None,
    name: str,
    values: Mapping[str, str],
    key: str,
    now: datetime,
    solved: EscalationId | None = None,
) -> None:
    """Tell the customer of a step, once for each ``key``: in the chat the ticket came from, and by mail, in its language.

    Args:
        address: Whom a mail goes to, or None.
        name: Of the sentence.
        solved: The case about which the sentence asks whether it is solved; its first button says yes, its second no.
    """
    language = ticket.language
    if ticket.conversation_id is not None:
        language = tx.conversation(ticket.conversation_id).language
        if tx.message_by_client_id(conversation_id=ticket.conversation_id, client_id=key) is None:
            said = sentences.say(name, language, values)
            buttons = said.buttons
            if solved is not None:
                buttons = tuple(
                    Button(button.title, payload_for(solved, solved=not place)) for place, button in enumerate(said.buttons[:2])
                )
            reply = Reply(Sender.SYSTEM, said.text, language, buttons)
            tx.append(conversation_id=ticket.conversation_id, reply=reply, at=now, client_id=key)
            tx.touch(topic=Topic.CHAT, conversation_id=ticket.conversation_id, at=now)
    if address is not None:
        subject = {"ticket": ticket.number, "subject": " ".join(ticket.subject.split())}
        tx.queue_mail(
            OutgoingMail(
                key=key,
                to=address,
                subject=sentences.say("utter_ticket_mail_subject", language, subject).text,
                body=sentences.say(name, language, values).text,
                created_at=now,
            )
        )


def address_of(ticket: Ticket, contact_email: str | None, first_contact: str | None) -> str | None:
    """Return whom mails about a ticket go to: who wrote the mail, who was verified in the chat, else the first billing contact."""
    return dict(ticket.about).get(ABOUT_SENDER) or contact_email or first_contact
