"""A mailer that writes each mail to a file, for the demo and for tests."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from bot.mail.message import build_message
from bot.shared.clock import Clock
from bot.shared.errors import Unavailable

_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class FileMailer:
    """Writes one ``.eml`` a mail into a folder; ``bot.conversations.ports.Mailer``."""

    def __init__(self, folder: Path, *, sender: str, clock: Clock) -> None:
        """Write into ``folder``, which is made when the first mail is sent; ``sender`` is the From address."""
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def send(self, *, to: str, subject: str, body: str, idempotency_key: str) -> None:
        """Write one plain-text mail; a repeat of ``idempotency_key`` changes nothing.

        Raises:
            BadMail: A part cannot be in a mail.
            Unavailable: The folder cannot be written to.
        """
        message = build_message(
            sender=self._sender, to=to, subject=subject, body=body, idempotency_key=idempotency_key, at=self._clock.now()
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(self._folder / file_name(idempotency_key), message.as_bytes())
        except OSError as error:
            raise Unavailable(f"the mail folder {self._folder} cannot be written to: {error.strerror}") from error

    def _write(self, path: Path, content: bytes) -> None:
        handle, partial = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            try:
                # A link fails where the name exists, so of two senders of one mail exactly one writes it.
                os.link(partial, path)
            except FileExistsError:
                return
        finally:
            Path(partial).unlink()


def file_name(idempotency_key: str) -> str:
    """Return the file's name for the key: the key itself, or a digest where it has characters a file name should not."""
    if _SAFE.fullmatch(idempotency_key):
        return f"{idempotency_key}.eml"
    return f"sha256-{hashlib.sha256(idempotency_key.encode()).hexdigest()}.eml"
