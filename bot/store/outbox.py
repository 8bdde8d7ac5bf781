"""Mails on their way over SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.conversations.outbox import OutgoingMail
from bot.store.sql import upsert
from bot.store.support_tables import outgoing_mails


class OutboxTx:
    """The part of a conversations transaction that keeps mails on their way; a ``bot.conversations.outbox.OutboxTx``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def queue_mail(self, mail: OutgoingMail) -> bool:
        """Write a mail down to be sent; return False when its key is known already."""
        values = {
            "key": mail.key,
            "to": mail.to,
            "subject": mail.subject,
            "body": mail.body,
            "created_at": mail.created_at,
            "try_at": mail.created_at,
            "tries": 0,
            "sent_at": None,
            "trouble": "",
        }
        statement = upsert(self._connection, outgoing_mails).values(values).on_conflict_do_nothing(index_elements=["key"])
        return self._connection.scalar(statement.returning(outgoing_mails.c.key)) is not None

    def claim_mails(self, *, now: datetime, until: datetime, limit: int) -> tuple[OutgoingMail, ...]:
        """Return mails whose time has come, the oldest first; nobody else gets them before ``until``."""
        mine = outgoing_mails.c
        due = select(mine.key).where(mine.sent_at.is_(None), mine.try_at <= now).order_by(mine.try_at, mine.key).limit(limit)
        claimed = (
            update(outgoing_mails)
            .where(mine.key.in_(due.with_for_update(skip_locked=True).scalar_subquery()), mine.sent_at.is_(None), mine.try_at <= now)
            .values(try_at=until)
            .returning(*outgoing_mails.c)
        )
        return tuple(sorted(map(_mail_from, self._connection.execute(claimed)), key=lambda mail: (mail.created_at, mail.key)))

    def mail_tried(self, *, key: str, sent_at: datetime | None, try_at: datetime | None, trouble: str) -> None:
        """Note how a try ended; without ``sent_at`` and ``try_at`` it is given up."""
        tried = update(outgoing_mails).where(outgoing_mails.c.key == key)
        self._connection.execute(tried.values(sent_at=sent_at, try_at=try_at, trouble=trouble, tries=outgoing_mails.c.tries + 1))

    def unsent_mails(self, *, limit: int = 100) -> tuple[OutgoingMail, ...]:
        """Return mails that have not gone out and were tried at least once, the oldest first."""
        mine = outgoing_mails.c
        query = select(outgoing_mails).where(mine.sent_at.is_(None), mine.tries > 0).order_by(mine.created_at, mine.key).limit(limit)
        return tuple(map(_mail_from, self._connection.execute(query)))


def _mail_from(row: Row[Any]) -> OutgoingMail:
    return OutgoingMail(row.key, row.to, row.subject, row.body, row.created_at, row.tries, row.trouble, row.sent_at)
