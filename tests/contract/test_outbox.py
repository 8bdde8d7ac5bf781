"""Mails on their way keep their promises on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversations.outbox import Outbox, OutgoingMail
from bot.shared.errors import InvalidInput, Unavailable
from bot.store import Store

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
MAIL = OutgoingMail("k1", "anna@minta.example", "Subject", "Text", NOW)


@dataclass
class Postman:
    """A mailer that notes what it gets, and fails as often as it is told."""

    fails: list[Exception] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def send(self, *, to: str, subject: str, body: str, idempotency_key: str) -> None:
        if self.fails:
            raise self.fails.pop()
        self.sent.append(idempotency_key)


def queued(store: Store, *keys: str) -> None:
    with store.conversations.begin() as tx:
        for key in keys:
            tx.queue_mail(OutgoingMail(key, MAIL.to, MAIL.subject, MAIL.body, NOW))


class TestOutbox:
    def test_sends_a_mail_once_however_often_it_is_written_down(self, store: Store) -> None:
        postman = Postman()
        outbox = Outbox(store=store.conversations, mailer=postman)
        with store.conversations.begin() as tx:
            assert [tx.queue_mail(MAIL), tx.queue_mail(MAIL)] == [True, False]

        assert [outbox.send_due(now=NOW), outbox.send_due(now=NOW)] == [1, 0]
        assert postman.sent == ["k1"]

    def test_of_a_transaction_that_fails_is_not_sent(self, store: Store) -> None:
        def fail() -> None:
            with store.conversations.begin() as tx:
                tx.queue_mail(MAIL)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()

        assert Outbox(store=store.conversations, mailer=Postman()).send_due(now=NOW) == 0

    def test_tries_again_later_when_the_server_is_down(self, store: Store) -> None:
        queued(store, "k1")
        postman = Postman([Unavailable("down"), Unavailable("down")])
        outbox = Outbox(store=store.conversations, mailer=postman)

        assert [outbox.send_due(now=NOW + timedelta(seconds=after)) for after in (0, 1, 31, 60, 200)] == [0, 0, 0, 0, 1]
        with store.conversations.begin() as tx:
            assert tx.unsent_mails() == ()

    def test_gives_up_what_cannot_become_a_mail_and_says_so(self, store: Store) -> None:
        queued(store, "k1", "k2")
        postman = Postman([InvalidInput("not an address")])

        assert Outbox(store=store.conversations, mailer=postman).send_due(now=NOW) == 1

        with store.conversations.begin() as tx:
            (given_up,) = tx.unsent_mails()
            assert tx.claim_mails(now=NOW + timedelta(days=9), until=NOW + timedelta(days=10), limit=9) == ()
        assert given_up.trouble == "not an address"

    def test_by_several_workers_at_once_goes_out_once(self, store: Store) -> None:
        queued(store, *(f"k{number}" for number in range(30)))
        postman = Postman()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: Outbox(store=store.conversations, mailer=postman).send_due(now=NOW), range(4)))

        assert sorted(postman.sent) == sorted(f"k{number}" for number in range(30))
