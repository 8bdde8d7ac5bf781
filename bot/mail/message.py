"""Builds the message that both mailers send."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from bot.shared.errors import InvalidInput


class BadMail(InvalidInput):
    """A mail cannot be made from these parts; the message does not repeat them."""


def build_message(*, sender: str, to: str, subject: str, body: str, idempotency_key: str, at: datetime) -> EmailMessage:
    """Return a plain-text mail, dated ``at`` (aware). Its Message-ID follows from the key, so that servers know a repeat.

    Raises:
        BadMail: An address is not one address, a header has a line break, or the key is empty.
    """
    for part, address in (("sender", sender), ("recipient", to)):
        # The parser takes several addresses or a broken one without a word, so it must give back what it was given.
        if address.count("@") != 1 or parseaddr(address)[1] not in address or any(mark in address for mark in "\r\n,;"):
            raise BadMail(f"the {part} is not one mail address")
    if not idempotency_key.strip():
        raise BadMail("the idempotency key is empty")
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{hashlib.sha256(idempotency_key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2].rstrip('>')}>"
        # Asks robots not to answer. Source: RFC 3834.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body, charset="utf-8")
    except (ValueError, IndexError, UnicodeError) as error:
        raise BadMail("the mail has a header with a line break or characters that mail cannot carry") from error
    return message
