"""Mails that have to go out: written down with what they are about, sent by the worker, each once."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.conversations.ports import Mailer
from bot.shared.errors import InvalidInput, Unavailable

# Who claims a mail has so long to send it before another worker may try.
_LEASE = timedelta(minutes=2)
_PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A plain-text mail.

    Attributes:
        key: The same for the same mail, so that it is written down once and sent once.
        tries: How often it was tried.
        trouble: Why the last try failed; empty otherwise.
    """

    key: str
    to: str
    subject: str
    body: str
    created_at: datetime
    tries: int = 0
    trouble: str = ""
    sent_at: datetime | None = None


class OutboxTx(Protocol):
    """The part of a transaction that keeps mails on their way."""

    def queue_mail(self, mail: OutgoingMail) -> bool:
        """Write a mail down to be sent; return False when its key is known already."""
        ...

    def claim_mails(self, *, now: datetime, until: datetime, limit: int) -> tuple[OutgoingMail, ...]:
        """Return mails whose time has come, the oldest first; nobody else gets them before ``until``."""
        ...

    def mail_tried(self, *, key: str, sent_at: datetime | None, try_at: datetime | None, trouble: str) -> None:
        """Note how a try ended; without ``sent_at`` and ``try_at`` it is given up."""
        ...

    def unsent_mails(self, *, limit: int = 100) -> tuple[OutgoingMail, ...]:
        """Return mails that have not gone out and were tried at least once, the oldest first."""
        ...


class OutboxStore(Protocol):
    """Opens transactions on the outbox."""

    def begin(self) -> AbstractContextManager[OutboxTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...


class Outbox:
    """Sends what was written down. Any number of workers may do it at once."""

    def __init__(self, *, store: OutboxStore, mailer: Mailer) -> None:
        """Send by ``mailer`` what is in ``store``."""
        self._store = store
        self._mailer = mailer

    def send_due(self, *, now: datetime) -> int:
        """Send the mails whose time has come and return how many went out. One that fails is tried again, later each time.

        A crash between sending and noting it sends the mail again with the same message id, which mail servers and readers know.
        """
        with self._store.begin() as tx:
            claimed = tx.claim_mails(now=now, until=now + _LEASE, limit=_AT_ONCE)
        count = 0
        for mail in claimed:
            sent_at: datetime | None = now
            try_at: datetime | None = None
            trouble = ""
            try:
                self._mailer.send(to=mail.to, subject=mail.subject, body=mail.body, idempotency_key=mail.key)
                count += 1
            except InvalidInput as error:
                # It cannot become a mail, however often it is tried.
                sent_at, trouble = None, str(error)
            except Unavailable as error:
                sent_at, try_at, trouble = None, now + _PAUSES[min(mail.tries, len(_PAUSES) - 1)], str(error)
            with self._store.begin() as tx:
                tx.mail_tried(key=mail.key, sent_at=sent_at, try_at=try_at, trouble=trouble)
        return count
