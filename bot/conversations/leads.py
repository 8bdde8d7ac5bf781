"""Needs that customers mention, kept as leads, with their consent where it has to be asked for."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.conversations.desk_model import Topic
from bot.conversations.desk_ports import Sentences
from bot.conversations.model import Button, Conversation, Message, Reply, Sender
from bot.conversations.records_ports import RecordsTx
from bot.shared.audit import AuditEntry
from bot.shared.errors import NotFound
from bot.shared.ids import CustomerId, LeadId
from bot.shared.text import fold
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support.leads import Consent, Lead, LeadOutcome, Need, hear, new_leads, with_consent, with_outcome
from bot.support.model import Ticket

_PAYLOAD = re.compile(r"/lead_consent:(led_[0-9a-f]{32}):(yes|no)")
_MOST = 300


@dataclass(frozen=True, slots=True)
class LeadEntry:
    """A lead with its customer.

    Attributes:
        touch_points: How often the customer has been in contact: its chats, and its mails.
        last_contact: When the last one began, or None.
    """

    lead: Lead
    customer_name: str
    touch_points: int
    last_contact: datetime | None


class LeadsTx(RecordsTx, Protocol):
    """One transaction that knows leads."""

    def add_lead(self, lead: Lead) -> bool:
        """Store a lead; return False when the customer has one for its need already."""
        ...

    def leads_of(self, *, customer_id: CustomerId) -> tuple[Lead, ...]:
        """Return all leads of a customer, oldest first."""
        ...

    def lead_for_change(self, *, lead_id: LeadId) -> Lead:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        ...

    def save_lead(self, lead: Lead) -> None:
        """Store a changed one. Raises: NotFound."""
        ...

    def lead_to_ask(self, *, customer_id: CustomerId, at: datetime) -> Lead | None:
        """Return a lead that the customer has not been asked about, and note that it is asked now; None when there is none."""
        ...

    def shown_leads(self, *, limit: int) -> tuple[LeadEntry, ...]:
        """Return leads that sales agents may see: undecided ones first, then the newest."""
        ...


class LeadsStore(Protocol):
    """Opens transactions on leads."""

    def begin(self) -> AbstractContextManager[LeadsTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...


def consent_in(payload: str | None) -> tuple[LeadId, bool] | None:
    """Return which lead a button's payload is about and whether the customer agrees; None for another payload."""
    match = _PAYLOAD.fullmatch(payload or "")
    return None if match is None else (LeadId(match[1]), match[2] == "yes")


def consent_buttons(lead: Lead, titles: tuple[str, str]) -> tuple[Button, ...]:
    """Return the buttons that agree and refuse, with these titles."""
    return tuple(Button(title, f"/lead_consent:{lead.id}:{answer}") for title, answer in zip(titles, ("yes", "no"), strict=True))


class Leads:
    """Hears needs, asks for consent, and keeps what became of each lead."""

    def __init__(self, *, store: LeadsStore, needs: tuple[Need, ...], sentences: Sentences) -> None:
        """Listen for ``needs`` and keep leads in ``store``."""
        self._store = store
        self._needs = needs
        self._sentences = sentences

    @property
    def names(self) -> dict[str, Need]:
        """The needs by key."""
        return {need.key: need for need in self._needs}

    def listen(self, *, conversation: Conversation, text: str, now: datetime) -> int:
        """Keep a lead for each need that ``text`` shows for the first time; return how many are new.

        Args:
            text: As it is kept, with numbers of cards and accounts masked.
        """
        if conversation.customer_id is None:
            return 0
        return self._keep(conversation.customer_id, text, language=conversation.language, source=conversation.id, now=now)

    def listen_to_mail(self, *, ticket: Ticket, now: datetime) -> int:
        """Keep a lead for each need that the mail which opened ``ticket`` shows for the first time; return how many are new."""
        if ticket.customer_id is None:
            return 0
        return self._keep(ticket.customer_id, ticket.transcript, language=ticket.language, source=ticket.id, now=now)

    def to_ask(self, *, customer_id: CustomerId, now: datetime) -> tuple[Lead, Need] | None:
        """Return a lead for which the customer is to be asked now, each at most once; None when there is none."""
        with self._store.begin() as tx:
            lead = tx.lead_to_ask(customer_id=customer_id, at=now)
        need = self.names.get(lead.need) if lead is not None else None
        return (lead, need) if lead is not None and need is not None else None

    def question(self, *, conversation: Conversation, replies: tuple[Reply, ...], now: datetime) -> Reply | None:
        """Return the question whether a colleague may write about a need, to follow ``replies``; each is asked at most once.

        None where there is nothing to ask, or where the replies ask something themselves: one question at a time.
        """
        if conversation.customer_id is None or any(reply.buttons or "?" in reply.text for reply in replies):
            return None
        found = self.to_ask(customer_id=conversation.customer_id, now=now)
        if found is None:
            return None
        (lead, need), language = found, replies[-1].language
        said = self._sentences.say("utter_lead_ask", language, {"words": lead.words, "need": need.name.say(language)})
        titles = (self._sentences.say("utter_part_lead_yes", language).text, self._sentences.say("utter_part_lead_no", language).text)
        return Reply(Sender.BOT, said.text, language, consent_buttons(lead, titles))

    def typed(self, *, conversation: Conversation, text: str) -> str | None:
        """Return the payload of the button that ``text`` names, while the question is the last thing said; else None."""
        wanted = fold(text).strip(" .!")
        with self._store.begin() as tx:
            last = tx.last_messages(conversation_id=conversation.id, count=1)
        buttons = last[-1].buttons if last else ()
        named = (button.payload for button in buttons if wanted in (fold(button.title), fold(button.title).split(",")[0]))
        return next((payload for payload in named if consent_in(payload) is not None), None)

    def answer(self, *, conversation: Conversation, payload: str, text: str, client_id: str | None, now: datetime) -> tuple[Message, ...]:
        """Keep whether the customer agrees; a no forgets the words, and only the first answer counts.

        Args:
            payload: One that ``consent_in`` knows, offered in this conversation.

        Returns:
            What was said to the customer; that of before when the press is a repeat.
        """
        about = consent_in(payload)
        if about is None:
            raise ValueError("not the payload of an answer about a lead")
        lead_id, given = about
        where = conversation.id
        with self._store.begin() as tx:
            known = tx.message_by_client_id(conversation_id=where, client_id=client_id) if client_id else None
            if known is not None:
                return tx.answers_to(conversation_id=where, seq=known.seq)
            pressed = Reply(Sender.CUSTOMER, text, conversation.language)
            message = tx.append(conversation_id=where, reply=pressed, at=now, client_id=client_id, payload=payload)
            try:
                lead = tx.lead_for_change(lead_id=lead_id)
            except NotFound:
                lead = None
            if lead is not None and lead.customer_id == conversation.customer_id and lead.consent is Consent.ASKED:
                tx.save_lead(with_consent(lead=lead, given=given))
            said = self._sentences.say("utter_lead_agreed" if given else "utter_lead_refused", conversation.language)
            tx.touch(topic=Topic.CHAT, conversation_id=where, at=now)
            reply = Reply(Sender.SYSTEM, said.text, conversation.language, said.buttons)
            return (tx.append(conversation_id=where, reply=reply, at=now, answers=message.seq),)

    def board(self, *, by: StaffMember) -> tuple[LeadEntry, ...]:
        """Return leads: undecided ones first, then the newest. Raises: PermissionMissing."""
        require(by, Permission.LEADS_WORK)
        with self._store.begin() as tx:
            return tx.shown_leads(limit=_MOST)

    def decide(self, *, by: StaffMember, lead_id: LeadId, outcome: LeadOutcome, now: datetime) -> None:
        """Keep what became of a lead, with its entry in the audit trail.

        Raises: NotFound, ConsentMissing, LeadDecided, PermissionMissing.
        """
        require(by, Permission.LEADS_WORK)
        with self._store.begin() as tx:
            lead = with_outcome(lead=tx.lead_for_change(lead_id=lead_id), outcome=outcome, by=by.id, at=now)
            tx.save_lead(lead)
            details = (("lead", lead.id), ("need", lead.need), ("outcome", outcome.value))
            tx.take_down(AuditEntry(now, by.id, "lead.decided", lead.customer_id, details))

    def _keep(self, customer_id: CustomerId, text: str, *, language: str, source: str, now: datetime) -> int:
        heard = hear(needs=self._needs, text=text, language=language)
        if not heard:
            return 0
        with self._store.begin() as tx:
            known = tx.leads_of(customer_id=customer_id)
            found = new_leads(heard=heard, customer_id=customer_id, known=known, source=source, now=now)
            return sum(tx.add_lead(lead) for lead in found)
