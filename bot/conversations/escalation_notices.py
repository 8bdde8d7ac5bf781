"""What customers are told of their case at Microsoft, and what they answer when it is closed there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from bot.billing.ports import Ledger
from bot.conversations.cases import CasesStore, CasesTx, address_of, solved_in, tell_customer, write_event
from bot.conversations.desk_model import CUSTOMER, TicketEvent, Topic
from bot.conversations.desk_ports import Sentences
from bot.conversations.model import Conversation, Message, Reply, Sender
from bot.shared.errors import NotFound
from bot.shared.text import fold
from bot.support import escalation as steps
from bot.support.escalation import Escalation, EscalationState
from bot.support.escalation_ports import EscalationNote
from bot.support.model import Outcome, Ticket, TicketState


class Notices:
    """Tells customers of each step, in their channel and language, each once. To be called within the transaction of the step."""

    def __init__(self, *, ledger: Ledger, sentences: Sentences) -> None:
        """Say ``sentences``; contacts come from ``ledger``."""
        self._ledger = ledger
        self._sentences = sentences

    def sent(self, tx: CasesTx, *, ticket: Ticket, escalation: Escalation, now: datetime) -> None:
        """Tell that Microsoft has the case. Its number is for us: a customer cannot ask Microsoft about it."""
        self._tell(tx, ticket, escalation, name="utter_case_sent", key=f"{escalation.id}-sent", now=now)

    def answered(self, tx: CasesTx, *, ticket: Ticket, escalation: Escalation, source: str, now: datetime) -> None:
        """Tell that Microsoft has answered; what it wrote is for our colleague."""
        self._tell(tx, ticket, escalation, name="utter_case_answered", key=f"{escalation.id}-{source}", now=now)

    def closed(self, tx: CasesTx, *, ticket: Ticket, escalation: Escalation, closing: str, now: datetime) -> None:
        """Tell that Microsoft has closed the case and ask whether it is solved; ``closing`` tells one closing from the next."""
        self._tell(tx, ticket, escalation, name="utter_case_closed", key=f"{escalation.id}-closed-{closing}", now=now, asks=True)

    def _tell(self, tx: CasesTx, ticket: Ticket, escalation: Escalation, *, name: str, key: str, now: datetime, asks: bool = False) -> None:
        contact = tx.conversation(ticket.conversation_id).contact_email if ticket.conversation_id else None
        with self._ledger.begin() as ledger:
            contacts = ledger.customer(escalation.customer_id).contacts
        tell_customer(
            tx,
            sentences=self._sentences,
            ticket=ticket,
            address=address_of(ticket, contact, contacts[0].email if contacts else None),
            name=name,
            values={"ticket": ticket.number},
            key=key,
            now=now,
            solved=escalation.id if asks else None,
        )


class CaseAnswers:
    """Takes the customer's answer to the question whether a case is solved."""

    def __init__(self, *, store: CasesStore, sentences: Sentences) -> None:
        """Work on ``store``; ``sentences`` are what the customer reads then."""
        self._store = store
        self._sentences = sentences

    def typed(self, *, conversation: Conversation, text: str) -> str | None:
        """Return the payload of the button that ``text`` names, while the question is the last thing said; else None."""
        wanted = fold(text).strip(" .!")
        with self._store.begin() as tx:
            last = tx.last_messages(conversation_id=conversation.id, count=1)
        buttons = last[-1].buttons if last else ()
        # "Yes, it is solved" is named by its first word, too.
        named = (button.payload for button in buttons if wanted in (fold(button.title), fold(button.title).split(",")[0]))
        return next((payload for payload in named if solved_in(payload) is not None), None)

    def answer(self, *, conversation: Conversation, payload: str, text: str, client_id: str | None, now: datetime) -> tuple[Message, ...]:
        """Close the ticket when the customer says that it is solved, else pass the case back to people and to Microsoft.

        Args:
            payload: One that ``solved_in`` knows, offered in this conversation. Only the first answer to a closing counts.

        Returns:
            What was said to the customer; that of before when the press is a repeat.
        """
        about = solved_in(payload)
        if about is None:
            raise ValueError("not the payload of an answer about a case")
        escalation_id, solved = about
        where = conversation.id
        with self._store.begin() as tx:
            known = tx.message_by_client_id(conversation_id=where, client_id=client_id) if client_id else None
            if known is not None:
                return tx.answers_to(conversation_id=where, seq=known.seq)
            pressed = Reply(Sender.CUSTOMER, text, conversation.language)
            message = tx.append(conversation_id=where, reply=pressed, at=now, client_id=client_id, payload=payload)
            ticket = self._taken(tx, conversation, escalation_id, solved=solved, now=now)
            name = "utter_case_settled" if solved else "utter_case_not_settled"
            said = self._sentences.say(name, conversation.language, {"ticket": ticket.number if ticket else ""})
            tx.touch(topic=Topic.CHAT, conversation_id=where, at=now)
            reply = Reply(Sender.SYSTEM, said.text, conversation.language, said.buttons)
            return (tx.append(conversation_id=where, reply=reply, at=now, answers=message.seq),)

    def _taken(self, tx: CasesTx, conversation: Conversation, escalation_id: object, *, solved: bool, now: datetime) -> Ticket | None:
        try:
            record = tx.escalation_for_change(escalation_id=escalation_id)  # type: ignore[arg-type] # as solved_in has it
        except NotFound:
            return None
        ticket = tx.ticket(ticket_id=record.escalation.ticket_id)
        if ticket.conversation_id != conversation.id or record.escalation.state is not EscalationState.CLOSED_AT_MICROSOFT:
            return ticket
        if solved:
            escalation = steps.closed(escalation=record.escalation, because="the customer agreed", at=now)
            tx.save_ticket(replace(ticket, state=TicketState.CLOSED, closed_at=now, outcome=Outcome.RESOLVED))
        else:
            escalation = steps.mirrored(escalation=record.escalation, at=now, responded=False)
            text = "The customer reports that the problem persists. Please look at it again."
            tx.add_escalation_note(EscalationNote(escalation.id, f"ours:{uuid4()}", now, "Clearline", text, is_theirs=False))
            tx.save_ticket(replace(ticket, state=TicketState.OPEN))
        tx.save_escalation(replace(record, escalation=escalation, try_at=None if solved else now, changed_at=now))
        tx.add_event(TicketEvent(ticket.id, now, CUSTOMER, "", "case_solved" if solved else "case_not_solved"))
        write_event(tx, ticket, None, "agreed" if solved else "disagreed", now)
        return ticket
