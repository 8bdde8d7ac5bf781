"""Reads mails that came in, from ``.eml`` files and maildirs, into plain text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path

from bot.conversations.mail_intake import InboundMail
from bot.shared.errors import InvalidInput

LARGEST_MAIL = 10 * 1024 * 1024
LARGEST_TEXT = 1024 * 1024
_MOST_NAMES = 20
_LONGEST_NAME = 120
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"}
    | {"hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
)
_HIDDEN = frozenset({"head", "script", "style", "template", "title"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ACCENTED = re.compile("[őűŐŰ]|[áéíóöúü]{1}", re.IGNORECASE)
_HUNGARIAN = re.compile(r"\b(?:tisztelt|üdvözlettel|köszönettel|számla|számlát|kérem|szeretném|hogy|nem)\b", re.IGNORECASE)
_AUTOMATIC = ("bulk", "junk", "auto_reply")


class MailRefused(InvalidInput):
    """A file cannot be read as a mail; the message names the file, the reason and the way out."""


def mail_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the mails among ``paths``: files as they are, of a maildir those in ``new`` and ``cur``, of another folder each ``.eml``.

    Raises:
        MailRefused: A path is not there, or a folder holds no mail.
    """
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            is_maildir = (path / "cur").is_dir() and (path / "new").is_dir()
            found = (each for part in ("new", "cur") for each in (path / part).iterdir()) if is_maildir else path.rglob("*.eml")
            mails = sorted(each for each in found if each.is_file() and not each.name.startswith("."))
            if not mails and not is_maildir:
                raise MailRefused(f"{path}: the folder holds no .eml file and is no maildir. Give another folder or the file.")
            yield from mails
        else:
            raise MailRefused(f"{path}: there is no such file. Check the path.")


def read_mail(path: Path) -> InboundMail:
    """Return the mail in ``path``.

    Raises:
        MailRefused: It is too large, or no mail with a sender.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST_MAIL:
            raise MailRefused(f"{path}: the mail has {size} bytes, more than {LARGEST_MAIL}. Open the ticket by hand.")
        raw = path.read_bytes()
    except OSError as error:
        raise MailRefused(f"{path}: the file cannot be read ({error.strerror or error}). Check its permissions.") from error
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw)
        assert isinstance(message, EmailMessage), "the default policy makes messages of this kind"
        return _mail_from(message, raw, path)
    except (MessageError, LookupError, ValueError, AttributeError, TypeError, IndexError, RecursionError) as error:
        # The email library raises these for headers and parts that are broken beyond reading.
        raise MailRefused(f"{path}: the file cannot be read as a mail ({error}). Open it in a mail program and save it again.") from error


def _mail_from(message: EmailMessage, raw: bytes, path: Path) -> InboundMail:
    name, address = parseaddr(_header(message, "From"))
    if address.count("@") != 1 or any(sign.isspace() for sign in address):
        raise MailRefused(f"{path}: the file has no sender, so it is no mail. Give the mail as it came in, with its headers.")
    text, attachments = _parts(message)
    identifier = _header(message, "Message-ID").strip().strip("<>")[:200]
    return InboundMail(
        # A mail without an id of its own is known by its content.
        message_id=identifier or f"sha256:{hashlib.sha256(raw).hexdigest()}",
        sender=address.lower(),
        sender_name=_clean(name)[:_LONGEST_NAME],
        subject=_clean(_header(message, "Subject")),
        text=text,
        attachments=attachments,
        is_automatic=_is_automatic(message),
        language="hu" if _is_hungarian(text) else "en",
    )


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name) or "")


def _is_automatic(message: EmailMessage) -> bool:
    """Return whether a program wrote it. Source: RFC 3834, section 5."""
    declared = _header(message, "Auto-Submitted").strip().lower()
    is_bounce = _header(message, "Return-Path").strip() == "<>" or message.get_content_type() == "multipart/report"
    return (declared not in ("", "no")) or _header(message, "Precedence").strip().lower() in _AUTOMATIC or is_bounce


def _parts(message: EmailMessage) -> tuple[str, tuple[str, ...]]:
    """Return the text of the mail and the names of the files in it."""
    body = message.get_body(preferencelist=("plain", "html"))
    text = ""
    if isinstance(body, EmailMessage):
        content = _decoded(body)[:LARGEST_TEXT]
        text = html_to_text(content) if body.get_content_subtype() == "html" else content
    names = []
    for part in message.walk():
        name = part.get_filename()
        if part is not body and not part.is_multipart() and (name or part.get_content_disposition() == "attachment"):
            names.append(_clean(name or part.get_content_type())[:_LONGEST_NAME])
    more = len(names) - _MOST_NAMES
    shown = names[:_MOST_NAMES] + ([f"and {more} more"] if more > 0 else [])
    return _tidy(text), tuple(shown)


def _decoded(part: EmailMessage) -> str:
    content = part.get_payload(decode=True)
    raw = content if isinstance(content, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        return raw.decode(charset, errors="replace")
    except LookupError:
        # A charset that nobody knows; most of it is readable all the same.
        return raw.decode("utf-8", errors="replace")


def _clean(text: str) -> str:
    return " ".join(_CONTROL.sub("", _readable(text)).split())


def _readable(text: str) -> str:
    # Bytes that a header should not have come as lone surrogates, which cannot be stored.
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in _CONTROL.sub("", _readable(text)).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _is_hungarian(text: str) -> bool:
    letters = sum(character.isalpha() for character in text) or 1
    return bool(_HUNGARIAN.search(text)) or len(_ACCENTED.findall(text)) / letters > 0.04


class _Text(HTMLParser):
    """Collects what a reader of the page would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def html_to_text(content: str) -> str:
    """Return what a reader of the HTML sees, without pictures, links' targets, scripts and styles."""
    parser = _Text()
    parser.feed(content)
    parser.close()
    lines = [" ".join(line.split()) for line in "".join(parser.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
