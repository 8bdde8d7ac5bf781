"""Work on tickets: opening, giving out, pressing, answering, remarking and closing them, each with who did it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from bot.billing.ports import Ledger
from bot.conversations.desk import deed_on, pass_to
from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.desk_ports import Sentences
from bot.conversations.model import Conversation, Reply, Sender, Speaker
from bot.conversations.ports import Mailer
from bot.conversations.records_model import Page, TicketEntry, TicketFilter, TicketView
from bot.conversations.records_ports import RecordsStore, RecordsTx
from bot.conversations.ticket_mail import ABOUT_SENDER, AnswerMail, answers_of, unsent_in
from bot.conversations.unanswered import Unanswered, merged
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import CustomerId, TicketId
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may, require
from bot.support.model import Outcome, Ticket, TicketKind, TicketPriority, TicketSource, TicketState
from bot.support.offering import Offering

PAGE = 25
LONGEST_TEXT = 8000
_LONGEST_SUBJECT = 160
_MOST_UNANSWERED = 200
_PRESSING = (TicketPriority.LOW, TicketPriority.NORMAL, TicketPriority.HIGH, TicketPriority.URGENT)


class ChatIsLive(Conflict):
    """A person is in the ticket's chat, so it goes on there."""


class TicketIsClosed(Conflict):
    """The ticket is closed; it has to be opened again first."""


class NobodyToAnswer(Conflict):
    """There is neither an address nor a conversation to which an answer could go."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was stored; ``mail`` is what is still to be sent, or None when it goes nowhere by mail."""

    ticket: Ticket
    mail: AnswerMail | None


class TicketDesk:
    """Changes tickets. Every method names the permission it needs and raises PermissionMissing without it."""

    def __init__(self, *, store: RecordsStore, ledger: Ledger, sentences: Sentences, offering: Offering, mailer: Mailer) -> None:
        """Work on ``store``; customers and their contacts come from ``ledger``, answers go out by ``mailer``."""
        self._store = store
        self._ledger = ledger
        self._sentences = sentences
        self._offering = offering
        self._mailer = mailer

    def find(self, *, by: StaffMember, wanted: TicketFilter, now: datetime, page: int = 1) -> Page[TicketEntry]:
        """Return a page of the tickets wanted, 25 at most, late ones first."""
        require(by, Permission.TICKET_READ)
        with self._store.begin() as tx:
            found = tx.ticket_entries(wanted=wanted, now=now, limit=PAGE + 1, offset=(page - 1) * PAGE)
        return Page(found[:PAGE], page, len(found) > PAGE)

    def unanswered(self, *, by: StaffMember, now: datetime) -> tuple[Unanswered, ...]:
        """Return billing tickets that nobody has answered, 200 at most, and chats that wait in the queue, the longest waiting first.

        Who may not read chats sees the tickets only.
        """
        require(by, Permission.TICKET_READ)
        wanted = TicketFilter(kind=TicketKind.BILLING, is_unanswered=True)
        with self._store.begin() as tx:
            tickets = tx.ticket_entries(wanted=wanted, now=now, limit=_MOST_UNANSWERED)
            waiting = tx.board(speakers=(Speaker.QUEUE,)) if may(by, Permission.CHAT_READ) else ()
        return merged(tickets=tickets, waiting=waiting)

    def view(self, *, by: StaffMember, number: str) -> TicketView:
        """Return a ticket with all that belongs to it. Raises: TicketNotFound, PermissionMissing."""
        require(by, Permission.TICKET_READ)
        with self._store.begin() as tx:
            ticket = tx.ticket_with_number(number=number)
            history = tx.events(ticket_id=ticket.id)
            conversation = tx.conversation(ticket.conversation_id) if ticket.conversation_id else None
        name = None
        if ticket.customer_id is not None:
            with self._ledger.begin() as ledger:
                name = ledger.customer(ticket.customer_id).name
        return TicketView(ticket, name, history, conversation, self._mail_to(ticket, conversation), unsent_in(history))

    def open(
        self,
        *,
        by: StaffMember,
        customer_id: CustomerId | None,
        kind: TicketKind,
        priority: TicketPriority,
        subject: str,
        details: str,
        key: str,
        now: datetime,
    ) -> Ticket:
        """Open a ticket, once for each ``key``; the first answer is promised by the offering, counted in open hours.

        Raises:
            InvalidInput: The subject is empty, or a text is too long.
            CustomerNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        wording = _line(subject, "a subject")
        text = details.strip()
        if len(text) > LONGEST_TEXT:
            raise InvalidInput(f"the details have more than {LONGEST_TEXT} characters")
        language = "en"
        if customer_id is not None:
            with self._ledger.begin() as ledger:
                language = ledger.customer(customer_id).language
        ticket = Ticket(
            # One form makes one ticket, however often it is sent.
            id=TicketId(f"tkt_{hashlib.sha256(f'{by.id}:{key}'.encode()).hexdigest()[:32]}"),
            number="",
            kind=kind,
            state=TicketState.OPEN,
            subject=wording,
            opened_at=now,
            answer_by=self._offering.answer_by(kind=kind, opened_at=now, priority=priority),
            customer_id=customer_id,
            transcript=text,
            language=language,
            priority=priority,
            source=TicketSource.STAFF,
        )
        with self._store.begin() as tx:
            if known := tx.ticket_if_there(ticket_id=ticket.id):
                return known
            opened = replace(ticket, number=tx.next_ticket_number(year=now.year))
            tx.add_ticket(opened)
            self._note(tx, opened, by, now, "opened", ("source", TicketSource.STAFF.value))
        return opened

    def assign(self, *, by: StaffMember, number: str, to: StaffMember | None, now: datetime) -> Ticket:
        """Give the ticket to somebody who may work on tickets, or to nobody.

        Raises:
            ChatIsLive: Its chat belongs to somebody; who owns that owns the ticket.
            InvalidInput: They may not work on tickets.
            TicketIsClosed, TicketNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        if to is not None and not may(to, Permission.TICKET_WORK):
            raise InvalidInput(f"{to.name} may not work on tickets; choose somebody else")
        with self._store.begin() as tx:
            ticket = _open_one(tx, number)
            self._refuse_live(tx, ticket, "pass the chat on instead")
            if ticket.owner_id == (to.id if to else None):
                return ticket
            state = TicketState.IN_PROGRESS if to is not None and ticket.state is TicketState.OPEN else ticket.state
            changed = replace(ticket, owner_id=to.id if to else None, state=state)
            tx.save_ticket(changed)
            self._note(tx, changed, by, now, "assigned", ("to", to.name if to else "nobody"), audited=(("to", to.id if to else ""),))
        return changed

    def set_priority(self, *, by: StaffMember, number: str, priority: TicketPriority, now: datetime) -> Ticket:
        """Say how pressing the ticket is; a promise that nobody has kept yet may become shorter by it, never longer.

        Raises: TicketIsClosed, TicketNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            ticket = _open_one(tx, number)
            if ticket.priority is priority:
                return ticket
            promised = ticket.answer_by
            if ticket.first_answered_at is None and _PRESSING.index(priority) > _PRESSING.index(ticket.priority):
                promised = min(promised, self._offering.answer_by(kind=ticket.kind, opened_at=now, priority=priority))
            changed = replace(ticket, priority=priority, answer_by=promised)
            tx.save_ticket(changed)
            self._note(tx, changed, by, now, "priority_set", ("from", ticket.priority.value), to := ("to", priority.value), audited=(to,))
        return changed

    def set_state(self, *, by: StaffMember, number: str, state: TicketState, now: datetime) -> Ticket:
        """Say where an open ticket is; closing and reopening are deeds of their own.

        Raises:
            InvalidInput: ``state`` is closed.
            TicketIsClosed, TicketNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        if state is TicketState.CLOSED:
            raise InvalidInput("close the ticket with its outcome")
        with self._store.begin() as tx:
            ticket = _open_one(tx, number)
            if ticket.state is state:
                return ticket
            changed = replace(ticket, state=state)
            tx.save_ticket(changed)
            self._note(tx, changed, by, now, "state_set", ("from", ticket.state.value), to := ("to", state.value), audited=(to,))
        return changed

    def close(self, *, by: StaffMember, number: str, outcome: Outcome, now: datetime) -> Ticket:
        """Close the ticket with its outcome. A chat that waits in the queue for it goes back to the bot, and the customer is told.

        Raises:
            ChatIsLive: Somebody is in its chat; it is closed there.
            TicketIsClosed, TicketNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            ticket = _open_one(tx, number)
            conversation = self._refuse_live(tx, ticket, "close it in the chat")
            return self._closed(tx, ticket, conversation, by=by, outcome=outcome, now=now)

    def remark(self, *, by: StaffMember, number: str, text: str, now: datetime) -> None:
        """Add a remark that only staff read. Raises: InvalidInput, TicketNotFound, PermissionMissing."""
        require(by, Permission.TICKET_WORK)
        written = _text(text, "a remark")
        with self._store.begin() as tx:
            ticket = tx.ticket_for_change(number=number)
            self._note(tx, ticket, by, now, "remark", ("text", written))

    def answer(self, *, by: StaffMember, number: str, text: str, key: str, then: TicketState, now: datetime) -> Answered:
        """Answer the customer, once for each ``key``: into the conversation the ticket came from, and by mail, which is sent afterwards.

        Args:
            then: Where the ticket is afterwards; closed means resolved.

        Raises:
            ChatIsLive: Somebody is in its chat; the answer is written there.
            NobodyToAnswer: There is neither an address nor a conversation.
            InvalidInput, TicketIsClosed, TicketNotFound, PermissionMissing.
        """
        require(by, Permission.TICKET_WORK)
        written = _text(text, "an answer")
        before = self.view(by=by, number=number)
        if before.mail_to is None and before.conversation is None:
            raise NobodyToAnswer("there is no address to write to; add a billing contact of the customer first")
        with self._store.begin() as tx:
            ticket = tx.ticket_for_change(number=number)
            history = tx.events(ticket_id=ticket.id)
            if any(event.action == "answered" and ("key", key) in event.details for event in history):
                return Answered(ticket, answers_of(history).get(key))
            if ticket.state is TicketState.CLOSED:
                raise TicketIsClosed("the ticket is closed; open it again before you answer")
            conversation = self._refuse_live(tx, ticket, "answer there")
            if conversation is not None:
                _append(tx, conversation, Reply(Sender.AGENT, written, conversation.language, author=by.name), key=key, now=now)
            answered = replace(ticket, first_answered_at=ticket.first_answered_at or now, owner_id=ticket.owner_id or by.id)
            to = (("to", before.mail_to),) if before.mail_to else ()
            self._note(tx, answered, by, now, "answered", ("text", written), ("key", key), *to)
            if then is TicketState.CLOSED:
                answered = self._closed(tx, answered, conversation, by=by, outcome=Outcome.RESOLVED, now=now)
            else:
                answered = replace(answered, state=then)
                tx.save_ticket(answered)
        return Answered(answered, AnswerMail(before.mail_to, by.name, written) if before.mail_to else None)

    def send(self, *, number: str, key: str, now: datetime) -> None:
        """Send the mail of the answer ``key`` and note that it went out; harmless when it did before.

        Raises:
            NobodyToAnswer: No such answer goes out by mail.
            Unavailable: The mail could not be sent; it may be tried again.
        """
        with self._store.begin() as tx:
            ticket = tx.ticket_with_number(number=number)
            events = tx.events(ticket_id=ticket.id)
        mail = answers_of(events).get(key)
        if mail is None:
            raise NobodyToAnswer("there is no such answer to be mailed")
        if key not in unsent_in(events):
            return
        values = {"ticket": ticket.number, "subject": " ".join(ticket.subject.split()), "text": mail.text, "name": mail.author}
        subject = self._sentences.say("utter_ticket_mail_subject", ticket.language, values).text
        body = self._sentences.say("utter_ticket_mail", ticket.language, values).text
        self._mailer.send(to=mail.to, subject=subject, body=body, idempotency_key=f"{ticket.number}-{key}")
        with self._store.begin() as tx:
            tx.ticket_for_change(number=number)
            if key in unsent_in(tx.events(ticket_id=ticket.id)):
                tx.add_event(TicketEvent(ticket.id, now, "system", "", "mailed", (("key", key), ("to", mail.to))))

    def _closed(
        self, tx: RecordsTx, ticket: Ticket, conversation: Conversation | None, *, by: StaffMember, outcome: Outcome, now: datetime
    ) -> Ticket:
        changed = replace(ticket, state=TicketState.CLOSED, closed_at=now, outcome=outcome)
        tx.save_ticket(changed)
        self._note(tx, changed, by, now, "closed", outcome_of := ("outcome", outcome.value), audited=(outcome_of,))
        if conversation is not None and conversation.speaker is Speaker.QUEUE and ticket.reason is not None:
            pass_to(tx, tx.conversation(conversation.id), Speaker.BOT, None, now)
            said = self._sentences.say("utter_chat_closed", conversation.language, {"ticket": ticket.number})
            tx.append(conversation_id=conversation.id, reply=Reply(Sender.SYSTEM, said.text, conversation.language, said.buttons), at=now)
        return changed

    def _refuse_live(self, tx: RecordsTx, ticket: Ticket, way_out: str) -> Conversation | None:
        """Return the ticket's conversation. Raises: ChatIsLive when an agent owns it because of this ticket."""
        if ticket.conversation_id is None:
            return None
        conversation = tx.conversation(ticket.conversation_id)
        if conversation.speaker is Speaker.AGENT and ticket.reason is not None:
            raise ChatIsLive(f"{conversation.agent_name or 'somebody'} is in its chat; {way_out}")
        return conversation

    def _mail_to(self, ticket: Ticket, conversation: Conversation | None) -> str | None:
        """Return whom an answer is mailed to: who wrote the mail, who was verified in the chat, else the first billing contact."""
        known = dict(ticket.about).get(ABOUT_SENDER) or (conversation.contact_email if conversation else None)
        if known or ticket.customer_id is None:
            return known
        with self._ledger.begin() as ledger:
            contacts = ledger.customer(ticket.customer_id).contacts
        return contacts[0].email if contacts else None

    def _note(
        self,
        tx: RecordsTx,
        ticket: Ticket,
        by: StaffMember,
        now: datetime,
        action: str,
        *details: tuple[str, str],
        audited: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Write a deed into the ticket's history with ``details``, and into the audit trail with ``audited`` (nothing private)."""
        tx.add_event(TicketEvent(ticket.id, now, by.id, by.name, action, details))
        tx.take_down(deed_on(ticket, by, f"ticket.{action}", now, *audited))
        tx.touch(topic=Topic.TICKET, conversation_id=ticket.conversation_id, at=now)


def _append(tx: RecordsTx, conversation: Conversation, reply: Reply, *, key: str, now: datetime) -> None:
    """Put an answer into the conversation, where the customer finds it; nobody is due one there any more."""
    tx.append(conversation_id=conversation.id, reply=reply, at=now, client_id=f"ticket-{key}")
    if conversation.speaker is Speaker.QUEUE:
        tx.set_waiting(conversation_id=conversation.id, queued_at=conversation.queued_at, waiting_since=None)
    tx.touch(topic=Topic.CHAT, conversation_id=conversation.id, at=now)


def _open_one(tx: RecordsTx, number: str) -> Ticket:
    """Return the ticket, held until the transaction ends. Raises: TicketIsClosed, TicketNotFound."""
    ticket = tx.ticket_for_change(number=number)
    if ticket.state is TicketState.CLOSED:
        raise TicketIsClosed("the ticket is closed; open it again first")
    return ticket


def _text(text: str, what: str) -> str:
    """Return the text, trimmed. Raises: InvalidInput when there is none, or too much."""
    trimmed = text.strip()
    if not trimmed or len(trimmed) > LONGEST_TEXT:
        raise InvalidInput(f"write {what} of 1 to {LONGEST_TEXT} characters")
    return trimmed


def _line(text: str, what: str) -> str:
    """Return the text as one line. Raises: InvalidInput when there is none, or too much."""
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST_SUBJECT:
        raise InvalidInput(f"write {what} of 1 to {_LONGEST_SUBJECT} characters")
    return line
