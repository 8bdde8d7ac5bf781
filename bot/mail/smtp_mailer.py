"""A mailer that hands mail to an SMTP server over STARTTLS."""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections import OrderedDict
from email.message import EmailMessage

from bot.mail.message import build_message
from bot.shared.clock import Clock
from bot.shared.errors import Unavailable

_REMEMBERED = 10_000


class MailRefused(Unavailable):
    """The server cannot be reached or will not take the mail."""


class SmtpMailer:
    """Sends by SMTP, never in the clear; ``bot.conversations.ports.Mailer``.

    A repeat of a key in this process sends nothing; one from another process has the same Message-ID, by which
    mail servers and readers drop the second.
    """

    def __init__(  # noqa: PLR0917 -- the order is that of an SMTP address
        self,
        host: str,
        port: int,
        user: str,
        password: str,
        sender: str,
        timeout: float,
        *,
        clock: Clock,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take note of the server; nothing is connected to yet.

        Args:
            host: The server's name; its certificate must be for it.
            port: Its submission port, mostly 587.
            user: Name to sign in with; empty for a server that asks for none.
            password: Goes with ``user``.
            sender: The From address.
            timeout: Seconds that any one step with the server may take.
            clock: Dates the mails.
            tls: Whom to trust; the machine's certificate authorities when None.
        """
        self._server = (host, port)
        self._login = (user, password)
        self._sender = sender
        self._timeout = timeout
        self._clock = clock
        self._tls = tls or ssl.create_default_context()
        self._lock = threading.Lock()
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._sending: set[str] = set()

    def send(self, *, to: str, subject: str, body: str, idempotency_key: str) -> None:
        """Send one plain-text mail; a repeat of ``idempotency_key`` sends nothing.

        Raises:
            BadMail: A part cannot be in a mail.
            Unavailable: The server cannot be reached, offers no encryption or refuses the mail; or the same mail is
                being sent by another thread at this moment. It may be tried again with the same key.
        """
        message = build_message(
            sender=self._sender, to=to, subject=subject, body=body, idempotency_key=idempotency_key, at=self._clock.now()
        )
        with self._lock:
            if idempotency_key in self._sent:
                return
            if idempotency_key in self._sending:
                raise Unavailable("the same mail is being sent at this moment")
            self._sending.add(idempotency_key)
        try:
            self._hand_over(message)
            with self._lock:
                self._sent[idempotency_key] = None
                while len(self._sent) > _REMEMBERED:
                    self._sent.popitem(last=False)
        finally:
            with self._lock:
                self._sending.discard(idempotency_key)

    def _hand_over(self, message: EmailMessage) -> None:
        host, port = self._server
        user, password = self._login
        try:
            with smtplib.SMTP(host, port, timeout=self._timeout) as server:
                server.starttls(context=self._tls)
                if user:
                    server.login(user, password)
                server.send_message(message)
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused(
                f"the mail server {host}:{port} offers no STARTTLS or sign-in; use its submission port, mostly 587"
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            raise MailRefused(f"the mail server {host}:{port} refused the sign-in; check user and password") from error
        except smtplib.SMTPException as error:
            # The server's own words may hold the recipient's address, which is not for logs.
            raise MailRefused(f"the mail server {host}:{port} did not take the mail ({type(error).__name__})") from error
        except OSError as error:
            raise MailRefused(f"the mail server {host}:{port} does not answer or is not trusted ({type(error).__name__})") from error
