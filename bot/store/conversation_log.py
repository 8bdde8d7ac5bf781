"""Conversations, who speaks in them, and the append-only log of messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, exists, insert, or_, select, update

from bot.conversations.model import Conversation, Message, Reply, Speaker, VerifiedBy
from bot.conversations.ports import ConversationNotFound, SpeakerChanged
from bot.shared.errors import Conflict
from bot.shared.ids import ConversationId, CustomerId, StaffId
from bot.store import conversation_rows as rows
from bot.store.tables import conversations, messages
from bot.store.types import UtcDateTime

_BY_ID = select(conversations).where(conversations.c.id == bindparam("id"))
_LOCK = select(conversations.c.id).where(conversations.c.id == bindparam("id")).with_for_update()
_SAME_CLIENT_ID = and_(messages.c.conversation_id == bindparam("wanted"), messages.c.client_id == bindparam("client_id"))
_NEXT_SEQ = (
    update(conversations)
    .where(conversations.c.id == bindparam("wanted"))
    .values(last_seq=conversations.c.last_seq + 1)
    .returning(conversations.c.last_seq)
)
_NEXT_SEQ_UNLESS_KNOWN = _NEXT_SEQ.where(~exists().where(_SAME_CLIENT_ID))
_ADD_MESSAGE = insert(messages)
_TAKE_TURN = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("wanted"),
        or_(
            conversations.c.turn_holder.is_(None),
            conversations.c.turn_holder == bindparam("holder"),
            conversations.c.turn_until <= bindparam("now", type_=UtcDateTime),
        ),
    )
    .values(turn_holder=bindparam("holder"), turn_until=bindparam("until"))
)


class LogTx:
    """The part of a conversations transaction that knows threads and messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_conversation(self, conversation: Conversation) -> None:
        """Insert a new conversation."""
        self._connection.execute(insert(conversations), rows.conversation_values(conversation))

    def conversation(self, conversation_id: ConversationId) -> Conversation:
        """Return it. Raises: ConversationNotFound."""
        row = self._connection.execute(_BY_ID, {"id": conversation_id}).one_or_none()
        if row is None:
            raise ConversationNotFound("no such conversation")
        return rows.conversation_from(row)

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
        """Append to the log under the next ``seq``; a refusal leaves the transaction usable.

        Raises:
            ConversationNotFound: There is no such conversation.
            Conflict: A message with that ``client_id`` is in its log already.
        """
        message = Message(
            conversation_id=conversation_id,
            seq=self._next_seq(conversation_id, client_id),
            sender=reply.sender,
            text=reply.text,
            language=reply.language,
            at=at,
            buttons=reply.buttons,
            attachments=reply.attachments,
            client_id=client_id,
            answers=answers,
            payload=payload,
            author=reply.author,
        )
        self._connection.execute(_ADD_MESSAGE, rows.message_values(message))
        return message

    def _next_seq(self, conversation_id: ConversationId, client_id: str | None) -> int:
        if client_id is None:
            seq = self._connection.scalar(_NEXT_SEQ, {"wanted": conversation_id})
            if seq is None:
                raise ConversationNotFound("no such conversation")
            return int(seq)
        # The lock is a statement of its own: the one after it sees what an appender we waited for has written.
        if self._connection.scalar(_LOCK, {"id": conversation_id}) is None:
            raise ConversationNotFound("no such conversation")
        seq = self._connection.scalar(_NEXT_SEQ_UNLESS_KNOWN, {"wanted": conversation_id, "client_id": client_id})
        if seq is None:
            raise Conflict("a message with that client id is in the conversation already")
        return int(seq)

    def message_by_client_id(self, *, conversation_id: ConversationId, client_id: str) -> Message | None:
        """Return the message the client sent under that id, or None."""
        found = self._messages(select(messages).where(messages.c.conversation_id == conversation_id, messages.c.client_id == client_id))
        return found[0] if found else None

    def messages(self, *, conversation_id: ConversationId, after: int = 0, limit: int | None = None) -> tuple[Message, ...]:
        """Return messages with ``seq > after`` in order; with ``limit`` the first so many."""
        query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
        return self._messages(query.order_by(messages.c.seq).limit(limit))

    def messages_since(self, since: datetime | None) -> tuple[Message, ...]:
        """Return the messages of all conversations from ``since`` on (all when None), each conversation's together and in order."""
        query = select(messages).order_by(messages.c.conversation_id, messages.c.seq)
        return self._messages(query if since is None else query.where(messages.c.at >= since))

    def last_messages(self, *, conversation_id: ConversationId, count: int) -> tuple[Message, ...]:
        """Return the last ``count`` messages in order."""
        query = select(messages).where(messages.c.conversation_id == conversation_id)
        return self._messages(query.order_by(messages.c.seq.desc()).limit(count))[::-1]

    def answers_to(self, *, conversation_id: ConversationId, seq: int) -> tuple[Message, ...]:
        """Return the messages that answer the customer message ``seq``, in order."""
        query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.answers == seq)
        return self._messages(query.order_by(messages.c.seq))

    def set_speaker(
        self,
        *,
        conversation_id: ConversationId,
        version: int,
        speaker: Speaker,
        agent_id: StaffId | None = None,
        agent_name: str | None = None,
    ) -> None:
        """Compare-and-set who speaks; raises the version.

        Raises:
            ConversationNotFound: There is no such conversation.
            SpeakerChanged: ``version`` is stale.
        """
        changed = self._connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.version == version)
            .values(speaker=speaker.value, agent_id=agent_id, agent_name=agent_name, version=version + 1)
        )
        if changed.rowcount != 1:
            self._require(conversation_id)
            raise SpeakerChanged("somebody else has changed who speaks")

    def set_language(self, *, conversation_id: ConversationId, language: str) -> None:
        """Remember the language the visitor uses. Raises: ConversationNotFound."""
        self._change(conversation_id, language=language)

    def set_misunderstandings(self, *, conversation_id: ConversationId, count: int) -> None:
        """Store how many messages in a row were not understood. Raises: ConversationNotFound."""
        self._change(conversation_id, misunderstandings=count)

    def bind(self, *, conversation_id: ConversationId, customer_id: CustomerId, contact_email: str | None, verified_by: VerifiedBy) -> None:
        """Bind the conversation to a verified person. Raises: ConversationNotFound."""
        self._change(conversation_id, customer_id=customer_id, contact_email=contact_email, verified_by=verified_by.value)

    def take_turn(self, *, conversation_id: ConversationId, holder: str, now: datetime, until: datetime) -> bool:
        """Take the conversation's turn lease unless another holder has an unexpired one; return whether it was taken.

        A lease is over at its ``until``; its holder may take it again to make it longer.

        Raises:
            ConversationNotFound: There is no such conversation.
        """
        values = {"wanted": conversation_id, "holder": holder, "now": now, "until": until}
        if self._connection.execute(_TAKE_TURN, values).rowcount == 1:
            return True
        self._require(conversation_id)
        return False

    def end_turn(self, *, conversation_id: ConversationId, holder: str) -> None:
        """Give the turn lease back if ``holder`` has it; a lease that has passed to another stays with it."""
        self._connection.execute(
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.turn_holder == holder)
            .values(turn_holder=None, turn_until=None)
        )

    def _messages(self, query: Select[Any]) -> tuple[Message, ...]:
        return tuple(map(rows.message_from, self._connection.execute(query)))

    def _change(self, conversation_id: ConversationId, **values: str | int | None) -> None:
        changed = self._connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**values))
        if changed.rowcount != 1:
            raise ConversationNotFound("no such conversation")

    def _require(self, conversation_id: ConversationId) -> None:
        if self._connection.scalar(select(conversations.c.id).where(conversations.c.id == conversation_id)) is None:
            raise ConversationNotFound("no such conversation")
