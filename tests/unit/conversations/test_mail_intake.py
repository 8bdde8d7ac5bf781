"""Tickets from mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.billing.model import Contact, Customer
from bot.conversations.mail_intake import InboundMail, MailOutcome
from bot.mail.inbound import LARGEST_MAIL, MailRefused, html_to_text, mail_files, read_mail
from bot.services import Services
from bot.shared.ids import CustomerId
from bot.support.model import Outcome, TicketSource, TicketState
from tests.conftest import NOW
from tests.unit.conversations.people import AGENT

IBAN = "HU42117730161111101800000000"
MAIL = InboundMail("m1@minta.example", "anna@minta.example", "Kiss Anna", "Két számla", "Miért kaptam kettőt?", (), False, "hu")


@pytest.fixture
def customer_id(services: Services) -> CustomerId:
    contact = Contact("Kiss Anna", "Anna@Minta.example", "hu")
    with services.ledger.begin() as tx:
        tx.save_customer(Customer(CustomerId("cus_1"), "C-10001", "Minta Kft.", contacts=(contact,)))
        tx.save_customer(Customer(CustomerId("cus_2"), "C-10002", "Other Kft.", contacts=(Contact("X", "x@other.example", "en"),)))
    return CustomerId("cus_1")


def history(services: Services, number: str) -> list[str]:
    return [event.action for event in services.ticket_desk.view(by=AGENT, number=number).history]


class TestIntake:
    def test_opens_a_billing_ticket_for_the_contacts_customer(self, services: Services, customer_id: CustomerId) -> None:
        taken = services.mail_intake.take(mail=MAIL, now=NOW)

        assert taken.ticket is not None
        assert (taken.outcome, taken.ticket.customer_id, taken.ticket.kind.value) == (MailOutcome.OPENED, customer_id, "billing")
        assert (taken.ticket.source, taken.ticket.language, taken.ticket.subject) == (TicketSource.MAIL, "hu", "Két számla")
        assert history(services, taken.ticket.number) == ["opened", "mail_received"]

    def test_leaves_the_customer_open_for_strangers(self, services: Services, customer_id: CustomerId) -> None:
        taken = services.mail_intake.take(mail=replace(MAIL, sender="who@nowhere.example"), now=NOW)

        assert taken.ticket is not None
        assert taken.ticket.customer_id is None
        assert services.ticket_desk.view(by=AGENT, number=taken.ticket.number).mail_to == "who@nowhere.example"

    def test_changes_nothing_the_second_time(self, services: Services, customer_id: CustomerId) -> None:
        first = services.mail_intake.take(mail=MAIL, now=NOW)
        again = services.mail_intake.take(mail=MAIL, now=NOW)

        assert (again.outcome, again.ticket) == (MailOutcome.KNOWN, first.ticket)
        assert len(services.conversations.tickets(include_closed=True)) == 1

    def test_adds_to_the_ticket_its_subject_names(self, services: Services, customer_id: CustomerId) -> None:
        first = services.mail_intake.take(mail=MAIL, now=NOW)
        assert first.ticket is not None

        taken = services.mail_intake.take(
            mail=replace(MAIL, message_id="m2", subject=f"Re: Két számla [{first.ticket.number.lower()}]"), now=NOW
        )

        assert (taken.outcome, taken.ticket) == (MailOutcome.ADDED, first.ticket)

    def test_opens_a_closed_ticket_again(self, services: Services, customer_id: CustomerId) -> None:
        first = services.mail_intake.take(mail=MAIL, now=NOW)
        assert first.ticket is not None
        services.ticket_desk.close(by=AGENT, number=first.ticket.number, outcome=Outcome.RESOLVED, now=NOW)

        taken = services.mail_intake.take(mail=replace(MAIL, message_id="m2", subject=first.ticket.number), now=NOW + timedelta(days=1))

        assert taken.ticket is not None
        assert (taken.outcome, taken.ticket.state, taken.ticket.reopened) == (MailOutcome.REOPENED, TicketState.OPEN, 1)
        taken_down = [one.entry for one in services.audit.entries(subject=customer_id) if one.entry.actor == "mail"]
        assert [(entry.action, entry.details) for entry in taken_down] == [
            ("ticket.reopened", (("ticket", first.ticket.number),)),
            ("ticket.opened", (("ticket", first.ticket.number),)),
        ]

    def test_marks_what_somebody_else_adds(self, services: Services, customer_id: CustomerId) -> None:
        first = services.mail_intake.take(mail=MAIL, now=NOW)
        assert first.ticket is not None

        for place, sender in enumerate(("x@other.example", "who@nowhere.example")):
            services.mail_intake.take(mail=replace(MAIL, message_id=f"s{place}", sender=sender, subject=first.ticket.number), now=NOW)

        view = services.ticket_desk.view(by=AGENT, number=first.ticket.number)
        assert [dict(event.details).get("sender") for event in view.history[1:]] == [None, "unknown", "unknown"]
        assert view.mail_to == "anna@minta.example"

    def test_of_a_number_that_is_not_there_opens_one(self, services: Services, customer_id: CustomerId) -> None:
        assert services.mail_intake.take(mail=replace(MAIL, subject="T-2026-9999"), now=NOW).outcome is MailOutcome.OPENED

    def test_masks_cards_and_accounts(self, services: Services, customer_id: CustomerId) -> None:
        text = f"Card 4111 1111 1111 1111, account {IBAN}"
        taken = services.mail_intake.take(mail=replace(MAIL, text=text, subject=text), now=NOW)

        assert taken.ticket is not None
        stored = repr(services.ticket_desk.view(by=AGENT, number=taken.ticket.number))
        assert "4111 1111" not in stored
        assert IBAN not in stored

    def test_leaves_mails_of_programs_alone(self, services: Services, customer_id: CustomerId) -> None:
        assert services.mail_intake.take(mail=replace(MAIL, is_automatic=True), now=NOW).ticket is None
        assert services.conversations.tickets() == ()


class TestReading:
    def test_takes_text_names_of_files_and_encoded_headers(self, tmp_path: Path) -> None:
        path = tmp_path / "a.eml"
        path.write_bytes(
            b"From: =?utf-8?B?S2lzcyDDgWd0YQ==?= <Anna@Minta.example>\r\nSubject: =?iso-8859-2?Q?Sz=E1mla?=\r\nMessage-ID: <a@b>\r\n"
            b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
            b"--x\r\nContent-Type: text/plain; charset=iso-8859-2\r\n\r\n"
            b"Tisztelt C\xedm!\r\n\r\n\r\n\r\nMi\xe9rt?\r\n--x\r\nContent-Type: application/pdf\r\n"
            b'Content-Disposition: attachment; filename="sz\xc3\xa1mla.pdf"\r\n\r\n%PDF\r\n--x--\r\n'
        )

        mail = read_mail(path)

        assert (mail.sender, mail.sender_name, mail.subject, mail.message_id) == ("anna@minta.example", "Kiss Ágta", "Számla", "a@b")
        assert mail.text == "Tisztelt Cím!\n\nMiért?"
        assert len(mail.attachments) == 1
        assert mail.language == "hu"

    def test_takes_html_as_its_reader_sees_it(self) -> None:
        html = (
            "<html><head><title>x</title><style>p{}</style></head>"
            "<body><p>One &amp; two</p><script>bad()</script><table><tr><td>a<td>b</table></body>"
        )

        assert html_to_text(html) == "One & two\n\na b"

    @pytest.mark.parametrize(
        "header", ["Auto-Submitted: auto-replied", "Precedence: bulk", "Return-Path: <>", "Content-Type: multipart/report; boundary=x"]
    )
    def test_knows_mails_of_programs(self, tmp_path: Path, header: str) -> None:
        path = tmp_path / "a.eml"
        path.write_text(f"From: a@b.example\n{header}\n\nI am away.\n")

        assert read_mail(path).is_automatic

    @pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe" * 50, b"Subject: no sender\n\nx", b"From: nobody\n\nx", b"From: a@b@c\n\nx"])
    def test_refuses_what_is_no_mail(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.eml"
        path.write_bytes(content)

        with pytest.raises(MailRefused, match=r"a\.eml"):
            read_mail(path)

    def test_refuses_what_is_too_large(self, tmp_path: Path) -> None:
        path = tmp_path / "a.eml"
        path.write_bytes(b"From: a@b.example\n\n" + b"x" * LARGEST_MAIL)

        with pytest.raises(MailRefused, match="more than"):
            read_mail(path)

    def test_finds_mails_in_folders_and_maildirs(self, tmp_path: Path) -> None:
        for folder in ("box/cur", "box/new", "box/tmp", "plain/deep"):
            (tmp_path / folder).mkdir(parents=True)
        for name in ("box/cur/1:2,S", "box/new/2", "box/tmp/3", "plain/deep/a.eml", "plain/b.txt"):
            (tmp_path / name).write_text("From: a@b.example\n\nx")

        assert [path.name for path in mail_files([tmp_path / "box", tmp_path / "plain"])] == ["1:2,S", "2", "a.eml"]
        with pytest.raises(MailRefused):
            list(mail_files([tmp_path / "nothing"]))
