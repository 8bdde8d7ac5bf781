"""What conversations need from storage and from the outside."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.model import Conversation, LoginCode, Message, Reply, Speaker, VerifiedBy
from bot.shared.errors import Conflict, NotFound
from bot.shared.ids import ConversationId, CustomerId, StaffId
from bot.support.model import Ticket


class ConversationNotFound(NotFound):
    """No such conversation, or it is somebody else's."""


class SpeakerChanged(Conflict):
    """Somebody else changed who speaks in the meantime."""


class ConversationsTx(Protocol):
    """One transaction on conversations and tickets."""

    def add_conversation(self, conversation: Conversation) -> None:
        """Insert a new conversation."""
        ...

    def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return it. Raises: ConversationNotFound."""
        ...

    def append(
        self,
        *,
        conversation_id: ConversationId,
        reply: Reply,
        at: datetime,
        client_id: str | None = None,
        answers: int | None = None,
        payload: str | None = None,
    ) -> Message:
        """Append to the log under the next ``seq``. Raises: ConversationNotFound, Conflict (client_id known)."""
        ...

    def message_by_client_id(self, *, conversation_id: ConversationId, client_id: str) -> Message | None:
        """Return the message the client sent under that id, or None."""
        ...

    def messages(self, *, conversation_id: ConversationId, after: int = 0, limit: int | None = None) -> tuple[Message, ...]:
        """Return messages with ``seq > after`` in order; with ``limit`` the first so many."""
        ...

    def messages_since(self, since: datetime | None) -> tuple[Message, ...]:
        """Return the messages of all conversations from ``since`` on (all when None), each conversation's together and in order."""
        ...

    def last_messages(self, *, conversation_id: ConversationId, count: int) -> tuple[Message, ...]:
        """Return the last ``count`` messages in order."""
        ...

    def answers_to(self, *, conversation_id: ConversationId, seq: int) -> tuple[Message, ...]:
        """Return the messages that answer the customer message ``seq``, in order."""
        ...

    def set_speaker(
        self,
        *,
        conversation_id: ConversationId,
        version: int,
        speaker: Speaker,
        agent_id: StaffId | None = None,
        agent_name: str | None = None,
    ) -> None:
        """Compare-and-set who speaks; raises the version. Raises: SpeakerChanged when ``version`` is stale."""
        ...

    def set_waiting(self, *, conversation_id: ConversationId, queued_at: datetime | None, waiting_since: datetime | None) -> None:
        """Store its place in the queue and since when the customer waits for a person. Raises: ConversationNotFound."""
        ...

    def touch(self, *, topic: Topic, conversation_id: ConversationId | None, at: datetime) -> None:
        """Tell every screen of the desk that something has changed."""
        ...

    def add_event(self, event: TicketEvent) -> None:
        """Append to a ticket's history."""
        ...

    def set_language(self, *, conversation_id: ConversationId, language: str) -> None:
        """Remember the language the visitor uses."""
        ...

    def set_misunderstandings(self, *, conversation_id: ConversationId, count: int) -> None:
        """Store how many messages in a row were not understood."""
        ...

    def bind(self, *, conversation_id: ConversationId, customer_id: CustomerId, contact_email: str | None, verified_by: VerifiedBy) -> None:
        """Bind the conversation to a verified person."""
        ...

    def take_turn(self, *, conversation_id: ConversationId, holder: str, now: datetime, until: datetime) -> bool:
        """Take the conversation's turn lease unless another holder has an unexpired one; return whether it was taken."""
        ...

    def end_turn(self, *, conversation_id: ConversationId, holder: str) -> None:
        """Give the turn lease back if ``holder`` has it."""
        ...

    def login_code(self, *, conversation_id: ConversationId) -> LoginCode | None:
        """Return the pending code of the conversation, or None."""
        ...

    def save_login_code(self, code: LoginCode) -> None:
        """Insert or replace the conversation's pending code."""
        ...

    def drop_login_code(self, *, conversation_id: ConversationId) -> None:
        """Remove the pending code."""
        ...

    def count_login_codes(self, *, customer_id: CustomerId, since: datetime) -> int:
        """Return how many codes were issued for the customer since then, over all conversations."""
        ...

    def next_ticket_number(self, *, year: int) -> str:
        """Return the next free ticket number such as ``T-2026-0042``; never given twice."""
        ...

    def add_ticket(self, ticket: Ticket) -> None:
        """Insert a ticket."""
        ...

    def rewrite_ticket(self, ticket: Ticket) -> None:
        """Store subject and transcript of a ticket anew. Raises: NotFound (there is none of that id, or a person has begun with it)."""
        ...

    def open_ticket_of(self, *, conversation_id: ConversationId) -> Ticket | None:
        """Return the conversation's ticket of a hand-over (one with a reason) that is not closed, or None."""
        ...

    def tickets(
        self, *, customer_id: CustomerId | None = None, include_closed: bool = False, with_tasks: bool = False
    ) -> tuple[Ticket, ...]:
        """Return tickets, newest first, of one customer or of all.

        Args:
            with_tasks: The staff's tasks are among a customer's tickets; they are nothing that a customer is told of.
        """
        ...

    def ticket_by_number(self, *, customer_id: CustomerId, number: str) -> Ticket:
        """Return the customer's ticket. Raises: NotFound."""
        ...


class ConversationStore(Protocol):
    """Opens transactions on conversations."""

    def begin(self) -> AbstractContextManager[ConversationsTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...


class Mailer(Protocol):
    """Sends mail; the demo's writes files."""

    def send(self, *, to: str, subject: str, body: str, idempotency_key: str) -> None:
        """Send one plain-text mail. Raises: Unavailable."""
        ...
