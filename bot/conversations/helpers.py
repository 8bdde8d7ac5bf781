"""Tickets that somebody outside works on: how they get there, and how the answer comes back to the customer."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.billing.ports import Ledger
from bot.conversations.cases import CasesTx, address_of, tell_customer
from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.desk_ports import Sentences
from bot.conversations.outbox import OutgoingMail
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict, InvalidInput, NotFound, Unavailable
from bot.shared.ids import TicketId
from bot.shared.masking import mask
from bot.support.model import Ticket, TicketState
from bot.support.structure import Helper, PassBy, Structure

_LEASE = timedelta(minutes=2)
_PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
_AT_ONCE = 50
_LONGEST = 8000
ABOUT_HELPER = "helper"
"""Name of the pair in ``Ticket.about`` that says who helps."""


class NotTheirs(NotFound):
    """The helper has no such ticket; somebody else's looks the same."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A ticket on its way to a helper's webhook.

    Attributes:
        key: Idempotency key.
        body: JSON as it is sent.
        trouble: Why the last try failed; empty otherwise.
    """

    key: str
    ticket_id: TicketId
    helper: str
    address: str
    body: str
    created_at: datetime
    tries: int = 0
    trouble: str = ""
    sent_at: datetime | None = None


class DispatchTx(Protocol):
    """The part of a transaction that keeps tickets on their way to helpers."""

    def add_dispatch(self, dispatch: Dispatch) -> bool:
        """Write it down to be sent; return False when its key is known already."""
        ...

    def claim_dispatches(self, *, now: datetime, until: datetime, limit: int) -> tuple[Dispatch, ...]:
        """Return those whose time has come, the oldest first; nobody else gets them before ``until``."""
        ...

    def dispatch_tried(self, *, key: str, sent_at: datetime | None, try_at: datetime | None, trouble: str) -> None:
        """Note how a try ended; without ``sent_at`` and ``try_at`` it is given up."""
        ...

    def dispatches_of(self, *, ticket_id: TicketId) -> tuple[Dispatch, ...]:
        """Return those of a ticket, oldest first."""
        ...

    def remember_answer(self, *, ticket_id: TicketId, key: str, is_solved: bool, at: datetime) -> bool:
        """Note an answer of a helper; return whether it was new."""
        ...


class HelpersTx(CasesTx, DispatchTx, Protocol):
    """One transaction on tickets and whom they are passed to."""


class HelpersStore(Protocol):
    """Opens transactions on tickets and whom they are passed to."""

    def begin(self) -> AbstractContextManager[HelpersTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...


class HelperGate(Protocol):
    """The way to helpers' webhooks and back, signed in both directions."""

    def send(self, dispatch: Dispatch) -> None:
        """Send a ticket to its address. Raises: Unavailable (tried again), InvalidInput (refused for good)."""
        ...

    def check(self, *, helper: str, body: bytes, header: str, at: datetime) -> None:
        """Return when ``header`` is the signature of ``helper`` for ``body`` at ``at``. Raises: NotAllowed."""
        ...


class HelperDesk:
    """Passes tickets to outsourced desks and companies whose support is resold, and takes their answers."""

    def __init__(
        self, *, store: HelpersStore, ledger: Ledger, structure: Structure, sentences: Sentences, public_url: str, has_gate: bool
    ) -> None:
        """Work on ``store`` by the partner's ``structure``; answers come to ``public_url``.

        Args:
            has_gate: Whether webhooks can be called; without that, tickets for them wait until they can.
        """
        self._has_gate = has_gate
        self._store = store
        self._ledger = ledger
        self._structure = structure
        self._sentences = sentences
        self._public_url = public_url

    def pass_on(self, tx: HelpersTx, *, ticket: Ticket, helper: Helper, now: datetime) -> None:
        """Write down that ``ticket`` goes to ``helper``, within the transaction that opens it; the worker sends it."""
        if helper.pass_by is PassBy.QUEUE:
            return
        if helper.pass_by is PassBy.MAIL:
            subject = {"ticket": ticket.number, "subject": " ".join(ticket.subject.split())}
            title = self._sentences.say("utter_ticket_mail_subject", ticket.language, subject).text
            tx.queue_mail(OutgoingMail(f"{ticket.id}-{helper.key}", helper.address, title, ticket.transcript, now))
        else:
            body = {
                "ticket": ticket.number,
                "subject": ticket.subject,
                "text": ticket.transcript,
                "language": ticket.language,
                "answer_by": ticket.answer_by.isoformat(),
                "answer_to": f"{self._public_url}/api/helpers/{helper.key}/answers",
            }
            written = json.dumps(body, ensure_ascii=False, sort_keys=True)
            tx.add_dispatch(Dispatch(f"{ticket.id}-{helper.key}", ticket.id, helper.key, helper.address, written, now))
            if not self._has_gate:
                reason = "CLEARLINE_HELPER_SECRET is not set; it goes once it is"
                tx.add_event(TicketEvent(ticket.id, now, "system", "", "not_passed_on", (("reason", reason),)))
                return
        tx.add_event(TicketEvent(ticket.id, now, "bot", "", "passed_on", (("to", helper.name.say("en")),)))
        tx.take_down(AuditEntry(now, "system", "ticket.passed_on", ticket.customer_id or ticket.id, (("ticket", ticket.number),)))

    def send_due(self, *, gate: HelperGate, now: datetime) -> int:
        """Send the tickets whose time has come by ``gate`` and return how many went; one that fails is tried again, later each time."""
        with self._store.begin() as tx:
            claimed = tx.claim_dispatches(now=now, until=now + _LEASE, limit=_AT_ONCE)
        count = 0
        for one in claimed:
            sent_at: datetime | None = now
            try_at: datetime | None = None
            trouble = ""
            try:
                gate.send(one)
                count += 1
            except InvalidInput as error:
                sent_at, trouble = None, str(error)
            except Unavailable as error:
                sent_at, try_at, trouble = None, now + _PAUSES[min(one.tries, len(_PAUSES) - 1)], str(error)
            with self._store.begin() as tx:
                tx.dispatch_tried(key=one.key, sent_at=sent_at, try_at=try_at, trouble=trouble)
                if trouble and one.trouble == "":
                    tx.add_event(TicketEvent(one.ticket_id, now, "system", "", "not_passed_on", (("reason", trouble),)))
        return count

    def answered(self, *, helper: str, number: str, key: str, text: str, is_solved: bool, now: datetime) -> bool:
        """Give a helper's answer to the customer, in the channel and language of the ticket; return False for a repeat.

        Args:
            helper: Key of who answers, as authenticated.
            key: Theirs for this answer; the same again changes nothing.
            is_solved: Whether they say that it is done; the ticket then waits for the customer.

        Raises:
            NotTheirs: They have no such ticket.
            InvalidInput: The text is empty or too long.
        """
        written = mask(text.strip()).text
        if not 0 < len(written) <= _LONGEST:
            raise InvalidInput(f"an answer has 1 to {_LONGEST} characters")
        with self._store.begin() as tx:
            try:
                ticket = tx.ticket_for_change(number=number)
            except NotFound as error:
                raise NotTheirs("no such ticket") from error
            if dict(ticket.about).get(ABOUT_HELPER) != helper:
                raise NotTheirs("no such ticket")
            return self.answer_in(tx, ticket=ticket, helper=helper, key=key, text=written, is_solved=is_solved, now=now)

    def answer_in(self, tx: HelpersTx, *, ticket: Ticket, helper: str, key: str, text: str, is_solved: bool, now: datetime) -> bool:
        """Do what ``answered`` does in a transaction there is already, for a ticket of theirs."""
        if not tx.remember_answer(ticket_id=ticket.id, key=key, is_solved=is_solved, at=now):
            return False
        name = self._name(helper, ticket.language)
        tx.add_event(TicketEvent(ticket.id, now, helper, name, "helper_answered", (("text", text),)))
        tx.take_down(AuditEntry(now, f"helper:{helper}", "ticket.answered", ticket.customer_id or ticket.id, (("ticket", ticket.number),)))
        if ticket.state is TicketState.CLOSED:
            # It is kept for our colleagues; the customer was told that the case is over.
            return True
        state = TicketState.WAITING if is_solved else TicketState.IN_PROGRESS
        tx.save_ticket(replace(ticket, state=state, first_answered_at=ticket.first_answered_at or now))
        self._tell(tx, ticket, name=name, text=text, key=f"{ticket.id}-{helper}-{key}", now=now)
        tx.touch(topic=Topic.TICKET, conversation_id=ticket.conversation_id, at=now)
        return True

    def is_known(self, helper: str) -> bool:
        """Return whether there is such a helper who gets tickets by webhook."""
        return any(one.key == helper and one.pass_by is PassBy.WEBHOOK for one in self._structure.helpers)

    def writer(self, *, ticket: Ticket, sender: str) -> str | None:
        """Return the key of the helper who writes a mail about ``ticket`` from ``sender``, or None when it is somebody else."""
        helper = dict(ticket.about).get(ABOUT_HELPER)
        mine = (one for one in self._structure.helpers if one.key == helper and one.pass_by is PassBy.MAIL)
        return next((one.key for one in mine if one.address.casefold() == sender.casefold()), None)

    def _tell(self, tx: HelpersTx, ticket: Ticket, *, name: str, text: str, key: str, now: datetime) -> None:
        contact = tx.conversation(ticket.conversation_id).contact_email if ticket.conversation_id else None
        contacts: tuple[str, ...] = ()
        if ticket.customer_id is not None:
            with self._ledger.begin() as ledger:
                contacts = tuple(one.email for one in ledger.customer(ticket.customer_id).contacts)
        try:
            tell_customer(
                tx,
                sentences=self._sentences,
                ticket=ticket,
                address=address_of(ticket, contact, contacts[0] if contacts else None),
                name="utter_helper_answered",
                values={"ticket": ticket.number, "helper": name, "text": text},
                key=key,
                now=now,
            )
        except Conflict:
            # Told already.
            return

    def _name(self, helper: str, language: str) -> str:
        return next((one.name.say(language) for one in self._structure.helpers if one.key == helper), helper)
