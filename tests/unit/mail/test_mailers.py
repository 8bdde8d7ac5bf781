"""Both mailers keep one contract; each has its own ways to fail."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from bot.conversations.ports import Mailer
from bot.mail import FileMailer, SmtpMailer
from bot.shared.clock import FrozenClock
from bot.shared.errors import InvalidInput, Unavailable
from tests.unit.mail.smtp_sink import SmtpSink, make_certificate, running

SENDER = "Dunakapu Felhő <szamlazas@partner.example>"
CLOCK = FrozenClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
BODY = "Az Ön kódja: 123456\n\n.\n.pont a sor elején\nőűŐŰ\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def sink(certificate: Path) -> Iterator[SmtpSink]:
    with running(SmtpSink(), certificate) as serving:
        yield serving


def smtp(sink: SmtpSink, certificate: Path | None, password: str = "right") -> SmtpMailer:
    tls = ssl.create_default_context(cafile=str(certificate)) if certificate else None
    return SmtpMailer(
        host="127.0.0.1", port=sink.port, user="clearline", password=password, sender=SENDER, timeout=5.0, clock=CLOCK, tls=tls
    )


@dataclass
class Post:
    """A mailer with a way to see what arrived."""

    mailer: Mailer
    raw: Callable[[], list[bytes]]

    def arrived(self) -> list[EmailMessage]:
        return [message for mail in self.raw() if isinstance(message := message_from_bytes(mail, policy=default), EmailMessage)]


@pytest.fixture(params=["file", "smtp"])
def post(request: pytest.FixtureRequest, tmp_path: Path, sink: SmtpSink, certificate: Path) -> Post:
    if request.param == "smtp":
        return Post(smtp(sink, certificate), lambda: sink.mails)
    folder = tmp_path / "mail"
    return Post(FileMailer(folder, sender=SENDER, clock=CLOCK), lambda: [path.read_bytes() for path in sorted(folder.glob("*.eml"))])


class TestEveryMailer:
    def test_delivers_a_plain_text_mail(self, post: Post) -> None:
        post.mailer.send(to="anna@customer.example", subject="Belépési kód – űrlap", body=BODY, idempotency_key="code-1")

        (mail,) = post.arrived()
        assert (mail["To"], mail["From"], mail["Subject"]) == ("anna@customer.example", SENDER, "Belépési kód – űrlap")
        assert mail.get_content().replace("\r\n", "\n") == BODY
        assert mail["Date"].datetime == CLOCK.now()
        assert mail["Message-ID"].endswith("@partner.example>")

    def test_does_nothing_when_a_mail_is_repeated(self, post: Post) -> None:
        for body in ("first", "second"):
            post.mailer.send(to="anna@customer.example", subject="Code", body=body, idempotency_key="code-1")

        assert [mail.get_content().strip() for mail in post.arrived()] == ["first"]

    def test_delivers_mails_with_different_keys(self, post: Post) -> None:
        for key in ("code-1", "code/../2", "kód 3", "k" * 300):
            post.mailer.send(to="anna@customer.example", subject="Code", body="words", idempotency_key=key)

        assert len(post.arrived()) == 4
        assert len({mail["Message-ID"] for mail in post.arrived()}) == 4

    @pytest.mark.parametrize(
        ("to", "subject", "key"),
        [
            ("anna@customer.example\nBcc: eve@evil.example", "Code", "k"),
            ("anna@customer.example, eve@evil.example", "Code", "k"),
            ("anna", "Code", "k"),
            ("", "Code", "k"),
            ("anna@customer.example", "Code\r\nBcc: eve@evil.example", "k"),
            ("anna@customer.example", "Code", " "),
        ],
    )
    def test_refuses_parts_that_would_make_another_mail(self, post: Post, to: str, subject: str, key: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            post.mailer.send(to=to, subject=subject, body="words", idempotency_key=key)

        assert post.arrived() == []
        assert "evil" not in str(refused.value)


class TestFileMailer:
    def test_names_the_file_after_the_key_and_leaves_nothing_else(self, tmp_path: Path) -> None:
        FileMailer(tmp_path, sender=SENDER, clock=CLOCK).send(to="a@b.example", subject="S", body="B", idempotency_key="code-1")

        assert [path.name for path in tmp_path.iterdir()] == ["code-1.eml"]

    def test_stays_in_its_folder_whatever_the_key(self, tmp_path: Path) -> None:
        folder = tmp_path / "deep" / "mail"

        FileMailer(folder, sender=SENDER, clock=CLOCK).send(to="a@b.example", subject="S", body="B", idempotency_key="../../escaped")

        assert len(list(folder.glob("sha256-*.eml"))) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["deep"]

    def test_writes_one_whole_file_when_many_send_the_same(self, tmp_path: Path) -> None:
        mailer = FileMailer(tmp_path, sender=SENDER, clock=CLOCK)
        senders = [
            threading.Thread(target=mailer.send, kwargs={"to": "a@b.example", "subject": "S", "body": f"B{n}", "idempotency_key": "one"})
            for n in range(8)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

        assert [path.name for path in tmp_path.iterdir()] == ["one.eml"]

    def test_says_that_the_folder_cannot_be_written_to(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")

        with pytest.raises(Unavailable, match="cannot be written to"):
            FileMailer(tmp_path / "file", sender=SENDER, clock=CLOCK).send(to="a@b.example", subject="S", body="B", idempotency_key="k")


class TestSmtpMailer:
    def test_says_nothing_in_the_clear_but_the_greeting(self, sink: SmtpSink, certificate: Path) -> None:
        smtp(sink, certificate).send(to="a@b.example", subject="S", body="B", idempotency_key="k")

        assert sink.in_the_clear == ["EHLO", "STARTTLS"]
        assert sink.logins == ["clearline"]

    def test_sends_nothing_to_a_server_without_encryption(self, sink: SmtpSink, certificate: Path) -> None:
        sink.offers_tls = False

        with pytest.raises(Unavailable, match="offers no STARTTLS"):
            smtp(sink, certificate).send(to="a@b.example", subject="S", body="B", idempotency_key="k")
        assert sink.mails == []

    def test_sends_nothing_to_a_server_it_does_not_trust(self, sink: SmtpSink) -> None:
        with pytest.raises(Unavailable, match="not trusted"):
            smtp(sink, None).send(to="a@b.example", subject="S", body="B", idempotency_key="k")
        assert sink.mails == []

    def test_names_a_refused_sign_in(self, sink: SmtpSink, certificate: Path) -> None:
        with pytest.raises(Unavailable, match="refused the sign-in"):
            smtp(sink, certificate, password="wrong").send(to="a@b.example", subject="S", body="B", idempotency_key="k")

    def test_may_be_tried_again_after_a_refusal(self, sink: SmtpSink, certificate: Path) -> None:
        mailer = smtp(sink, certificate)
        sink.refuses = True
        with pytest.raises(Unavailable) as refused:
            mailer.send(to="anna@customer.example", subject="S", body="B", idempotency_key="k")
        sink.refuses = False

        mailer.send(to="anna@customer.example", subject="S", body="B", idempotency_key="k")

        assert "anna" not in str(refused.value)
        assert len(sink.mails) == 1

    def test_says_that_the_server_does_not_answer(self, certificate: Path) -> None:
        with running(SmtpSink(), certificate) as gone:
            mailer = smtp(gone, certificate)

        with pytest.raises(Unavailable, match="does not answer"):
            mailer.send(to="a@b.example", subject="S", body="B", idempotency_key="k")
