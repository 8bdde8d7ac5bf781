"""One-time codes by which a visitor identifies himself."""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.conversations.model import LoginCode
from bot.shared.ids import ConversationId, CustomerId
from bot.store import conversation_rows as rows
from bot.store.engine import write_alone
from bot.store.sql import upsert
from bot.store.tables import login_code_issues, login_codes

_LOCK_KEYS = 0x434C_0100_0000_0000


def _lock_key(name: str) -> int:
    return _LOCK_KEYS + zlib.crc32(name.encode())


class CodesTx:
    """The part of a conversations transaction that knows one-time codes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def login_code(self, *, conversation_id: ConversationId) -> LoginCode | None:
        """Return the pending code of the conversation, or None.

        Nobody else can read or change it until the transaction ends, so guesses made at the same time are counted one by one.
        """
        query = select(login_codes).where(login_codes.c.conversation_id == conversation_id)
        # A conversation without a code, the usual case, waits for nobody.
        if self._connection.execute(query).one_or_none() is None:
            return None
        write_alone(self._connection, key=_lock_key(conversation_id))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else rows.login_code_from(row)

    def save_login_code(self, code: LoginCode) -> None:
        """Insert or replace the conversation's pending code; one with another hash or expiry counts as newly issued."""
        values = rows.login_code_values(code)
        statement = upsert(self._connection, login_codes).values(values)
        self._connection.execute(statement.on_conflict_do_update(index_elements=["conversation_id"], set_=values))
        issue = {name: values[name] for name in ("conversation_id", "code_hash", "expires_at", "customer_id")}
        self._connection.execute(upsert(self._connection, login_code_issues).values(issue).on_conflict_do_nothing())

    def drop_login_code(self, *, conversation_id: ConversationId) -> None:
        """Remove the pending code, if there is one."""
        self._connection.execute(delete(login_codes).where(login_codes.c.conversation_id == conversation_id))

    def count_login_codes(self, *, customer_id: CustomerId, since: datetime) -> int:
        """Return how many codes of the customer, over all conversations, were still valid after ``since``.

        A code does not say when it was issued, so one issued up to its life before ``since`` is counted too: the caller's
        limit is kept, on the strict side. The count cannot change until the transaction ends.
        """
        write_alone(self._connection, key=_lock_key(customer_id))
        query = select(func.count()).select_from(login_code_issues)
        condition = (login_code_issues.c.customer_id == customer_id, login_code_issues.c.expires_at > since)
        return int(self._connection.scalar(query.where(*condition)) or 0)
