"""Tickets from mail: a mail adds to the ticket its subject names, else opens one; the same mail twice changes nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.billing.model import Customer
from bot.billing.ports import Ledger
from bot.conversations.desk_model import CUSTOMER, TicketEvent, Topic
from bot.conversations.desk_ports import TicketNotFound
from bot.conversations.helpers import HelperDesk, HelpersStore, HelpersTx
from bot.conversations.ticket_mail import ABOUT_SENDER
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict
from bot.shared.ids import new_ticket_id
from bot.shared.masking import mask
from bot.support.model import Ticket, TicketKind, TicketSource, TicketState
from bot.support.offering import Offering
from bot.support.parts import body_of

_NUMBER = re.compile(r"(?<![A-Z0-9])T-[0-9]{4}-[0-9]{4,9}(?![0-9])", re.IGNORECASE)
_LONGEST_SUBJECT = 160
_ACTOR = "mail"
_LONGEST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail that came in, as text.

    Attributes:
        message_id: Of its header, without brackets; never empty.
        sender: The address of its From header, lower-case.
        sender_name: As the header has it; may be empty.
        text: Its text, or its HTML as text; may be empty.
        attachments: Names of the files that came with it; they are not kept.
        is_automatic: A program sent it (an absence note, a bounce), so that answering it would go round in circles.
        language: ``en`` or ``hu``, as far as the text tells.
    """

    message_id: str
    sender: str
    sender_name: str
    subject: str
    text: str
    attachments: tuple[str, ...]
    is_automatic: bool
    language: str


class MailKnownMeanwhile(Conflict):
    """Somebody else took the same mail at the same moment; taking it again finds it known."""


class MailOutcome(StrEnum):
    """What became of a mail."""

    OPENED = "opened"
    ADDED = "added"
    REOPENED = "reopened"
    KNOWN = "known"
    AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class MailTaken:
    """What became of a mail, and of which ticket it is a part; None for one that was left alone."""

    outcome: MailOutcome
    ticket: Ticket | None


class MailIntake:
    """Takes mails that were read from files."""

    def __init__(
        self, *, store: HelpersStore, ledger: Ledger, offering: Offering, helpers: HelperDesk, shown_accounts: frozenset[str]
    ) -> None:
        """Work on ``store``; ``shown_accounts`` are IBANs that need not be masked, the partner's own."""
        self._store = store
        self._ledger = ledger
        self._offering = offering
        self._helpers = helpers
        self._shown_accounts = shown_accounts

    def take(self, *, mail: InboundMail, now: datetime) -> MailTaken:
        """Add the mail to the ticket that its subject names, and open that again if it was closed; else open a ticket for it.

        A sender who is a billing contact of just one customer writes for that customer; anybody else's ticket has none. A mail of
        somebody who is not the ticket's own sender or contact is added all the same, and marked as such. Card and account numbers
        are masked.

        Raises:
            MailKnownMeanwhile: Somebody else took it at the same moment.
        """
        if mail.is_automatic:
            return MailTaken(MailOutcome.AUTOMATIC, None)
        customers = self._customers_of(mail.sender)
        with self._store.begin() as tx:
            known = tx.mail_ticket(message_id=mail.message_id)
            if known is not None:
                return MailTaken(MailOutcome.KNOWN, tx.ticket(ticket_id=known))
            named = self._named(tx, mail.subject)
            taken = self._add(tx, named, mail, customers, now) if named else self._open(tx, mail, customers, now)
            assert taken.ticket is not None, "a mail that was taken belongs to a ticket"
            # Of two who read one mail at the same moment the second finds it noted, and what it did is undone.
            if not tx.remember_mail(message_id=mail.message_id, ticket_id=taken.ticket.id, at=now):
                raise MailKnownMeanwhile(f"the mail {mail.message_id} has just been taken")
            tx.touch(topic=Topic.TICKET, conversation_id=taken.ticket.conversation_id, at=now)
            return taken

    def _customers_of(self, sender: str) -> tuple[Customer, ...]:
        with self._ledger.begin() as ledger:
            return ledger.customers_with_contact(email=sender)

    def _named(self, tx: HelpersTx, subject: str) -> Ticket | None:
        for number in _NUMBER.findall(subject):
            try:
                return tx.ticket_for_change(number=number)
            except TicketNotFound:
                continue
        return None

    def _add(self, tx: HelpersTx, ticket: Ticket, mail: InboundMail, customers: tuple[Customer, ...], now: datetime) -> MailTaken:
        helper = self._helpers.writer(ticket=ticket, sender=mail.sender)
        if helper is not None and mail.text.strip():
            text = body_of(self._text(mail))
            self._helpers.answer_in(tx, ticket=ticket, helper=helper, key=mail.message_id, text=text, is_solved=False, now=now)
            return MailTaken(MailOutcome.ADDED, tx.ticket(ticket_id=ticket.id))
        own = dict(ticket.about).get(ABOUT_SENDER)
        is_theirs = mail.sender == own or any(customer.id == ticket.customer_id for customer in customers)
        extra = () if is_theirs else (("sender", "unknown"),)
        tx.add_event(self._event(ticket, mail, now, *extra))
        if ticket.state is not TicketState.CLOSED:
            # Whoever waited for the customer has the answer now.
            state = TicketState.IN_PROGRESS if ticket.state is TicketState.WAITING else ticket.state
            changed = replace(ticket, state=state)
            tx.save_ticket(changed)
            return MailTaken(MailOutcome.ADDED, changed)
        opened = replace(ticket, state=TicketState.OPEN, closed_at=None, outcome=None, reopened=ticket.reopened + 1)
        tx.save_ticket(opened)
        tx.add_event(TicketEvent(ticket.id, now, CUSTOMER, mail.sender_name or mail.sender, "reopened", (("by", "mail"),)))
        tx.take_down(self._deed(ticket, "reopened", now))
        return MailTaken(MailOutcome.REOPENED, opened)

    def _open(self, tx: HelpersTx, mail: InboundMail, customers: tuple[Customer, ...], now: datetime) -> MailTaken:
        customer = customers[0] if len(customers) == 1 else None
        contact = next((one for one in customer.contacts if one.email.casefold() == mail.sender), None) if customer else None
        ticket = Ticket(
            id=new_ticket_id(),
            number=tx.next_ticket_number(year=now.year),
            kind=TicketKind.BILLING,
            state=TicketState.OPEN,
            subject=" ".join(self._masked(mail.subject).split())[:_LONGEST_SUBJECT] or f"Mail of {mail.sender}",
            opened_at=now,
            answer_by=self._offering.answer_by(kind=TicketKind.BILLING, opened_at=now),
            customer_id=customer.id if customer else None,
            transcript=self._text(mail),
            language=contact.language if contact else mail.language,
            source=TicketSource.MAIL,
            about=((ABOUT_SENDER, mail.sender),),
        )
        tx.add_ticket(ticket)
        several = (("customers", ", ".join(one.number for one in customers)),) if len(customers) > 1 else ()
        tx.add_event(TicketEvent(ticket.id, now, CUSTOMER, mail.sender_name or mail.sender, "opened", (("source", "mail"), *several)))
        tx.add_event(self._event(ticket, mail, now))
        tx.take_down(self._deed(ticket, "opened", now))
        return MailTaken(MailOutcome.OPENED, ticket)

    def _deed(self, ticket: Ticket, action: str, now: datetime) -> AuditEntry:
        return AuditEntry(now, _ACTOR, f"ticket.{action}", ticket.customer_id or ticket.id, (("ticket", ticket.number),))

    def _event(self, ticket: Ticket, mail: InboundMail, now: datetime, *extra: tuple[str, str]) -> TicketEvent:
        files = (("attachments", ", ".join(mail.attachments)),) if mail.attachments else ()
        details = (("from", mail.sender), ("subject", self._masked(mail.subject)), ("text", self._text(mail)), *files, *extra)
        return TicketEvent(ticket.id, now, CUSTOMER, mail.sender_name or mail.sender, "mail_received", details)

    def _text(self, mail: InboundMail) -> str:
        return self._masked(mail.text)[:_LONGEST_TEXT]

    def _masked(self, text: str) -> str:
        return mask(text, self._shown_accounts).text
