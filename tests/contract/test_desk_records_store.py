"""Lists, searches and figures of the desk on both databases."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from statistics import median

import pytest
from sqlalchemy import select

from bot.conversations.desk_model import RatedParty, Rating
from bot.conversations.figures import count
from bot.conversations.model import Conversation, Reply, Sender, Speaker
from bot.conversations.records_model import TicketFilter
from bot.library.policies import load_knowledge
from bot.shared.ids import RatingId, new_conversation_id, new_rating_id, new_ticket_id
from bot.store import Store
from bot.store.tables import conversations, messages, ratings, tickets
from bot.support.hours import open_time_between
from bot.support.model import HandoverReason, Ticket, TicketKind, TicketState
from tests.builders import add, added_customer, document
from tests.contract.conversation_things import HELLO, LATER, NOW, in_parallel, opened

_HOURS = load_knowledge(Path(__file__).parents[2] / "knowledge").offering.hours


def ticket(number: str, **values: object) -> Ticket:
    made = Ticket(new_ticket_id(), number, TicketKind.BILLING, TicketState.OPEN, f"About {number}", opened_at=NOW, answer_by=LATER)
    return replace(made, **values)  # type: ignore[arg-type] # a test's own values


class TestSearching:
    @pytest.mark.parametrize(("text", "count"), [("SZIA", 1), ("szia", 1), ("%", 0), ("_", 0), ("\\", 0), ("🙂", 1)])
    def test_finds_messages_whatever_their_case_and_takes_wildcards_literally(self, store: Store, text: str, count: int) -> None:
        where = opened(store)
        with store.conversations.begin() as tx:
            tx.append(conversation_id=where, reply=HELLO, at=NOW)
            tx.append(conversation_id=where, reply=Reply(Sender.SYSTEM, "szia", "hu"), at=NOW)
            tx.append(conversation_id=where, reply=Reply(Sender.CUSTOMER, "szia", "hu"), at=NOW, payload="/greet")

        with store.conversations.begin() as tx:
            assert len(tx.messages_with(text=text, limit=10)) == count

    @pytest.mark.parametrize("text", ["ÜRGE", "ürge", "Ürge"])
    def test_finds_accented_words_as_people_write_them(self, store: Store, text: str) -> None:
        where = opened(store)
        with store.conversations.begin() as tx:
            tx.append(conversation_id=where, reply=Reply(Sender.CUSTOMER, "Kedves ürge vagyok", "hu"), at=NOW)
            found = tx.messages_with(text=text, limit=10)

        assert len(found) == 1

    def test_finds_invoice_numbers_by_a_part(self, store: Store) -> None:
        customer_id = added_customer(store)
        add(store, document(customer_id, "CL-2026-0117"), document(customer_id, "CL-2026-0118"))

        with store.ledger.begin() as tx:
            assert [hit.number for hit in tx.numbers_like(part="117", limit=5)] == ["CL-2026-0117"]
            assert tx.numbers_like(part="%", limit=5) == ()


class TestTickets:
    def test_are_ordered_by_how_pressing_they_are(self, store: Store) -> None:
        with store.conversations.begin() as tx:
            tx.add_ticket(ticket("T-1", state=TicketState.CLOSED, closed_at=LATER))
            tx.add_ticket(ticket("T-2", answer_by=LATER + timedelta(hours=2)))
            tx.add_ticket(ticket("T-3", first_answered_at=NOW))
            tx.add_ticket(ticket("T-4", answer_by=NOW))
            tx.add_ticket(ticket("T-5", answer_by=LATER + timedelta(hours=1)))

        with store.conversations.begin() as tx:
            found = tx.ticket_entries(wanted=TicketFilter(states=()), now=NOW + timedelta(seconds=1), limit=10)

        assert [entry.ticket.number for entry in found] == ["T-4", "T-5", "T-2", "T-3", "T-1"]

    def test_changed_by_eight_at_once_keep_every_change(self, store: Store) -> None:
        with store.conversations.begin() as tx:
            tx.add_ticket(ticket("T-1"))

        def reopen() -> None:
            with store.conversations.begin() as tx:
                found = tx.ticket_for_change(number="t-1")
                tx.save_ticket(replace(found, reopened=found.reopened + 1))

        in_parallel([reopen] * 8)

        with store.conversations.begin() as tx:
            assert tx.ticket_with_number(number="T-1").reopened == 8

    def test_remember_a_mail_once_though_two_read_it(self, store: Store) -> None:
        one = ticket("T-1")
        with store.conversations.begin() as tx:
            tx.add_ticket(one)

        def read() -> bool:
            with store.conversations.begin() as tx:
                return tx.remember_mail(message_id="m", ticket_id=one.id, at=NOW)

        assert sorted(in_parallel([read] * 4)) == [False, False, False, True]
        with store.conversations.begin() as tx:
            assert tx.mail_ticket(message_id="m") == one.id
            assert tx.mail_ticket(message_id="n") is None


def _fill(store: Store, chance: Random, start: datetime) -> None:
    """Write a few weeks of chats, tickets and ratings at random."""
    with store.conversations.begin() as tx:
        for place in range(60):
            at = start + timedelta(hours=chance.randrange(24 * 20))
            where = new_conversation_id()
            language = chance.choice(("en", "hu"))
            tx.add_conversation(Conversation(where, "web", Speaker.BOT, language, at))
            for _ in range(chance.randrange(4)):
                tx.append(conversation_id=where, reply=Reply(Sender.CUSTOMER, "?", language), at=at)
                if chance.random() < 0.8:
                    tx.append(conversation_id=where, reply=Reply(Sender.BOT, "!", language), at=at)
            if chance.random() < 0.2:
                tx.append(conversation_id=where, reply=Reply(Sender.AGENT, "!", language), at=at)
            reason = chance.choice((*HandoverReason, None, None))
            answered = at + timedelta(minutes=chance.randrange(3000)) if chance.random() < 0.7 else None
            closed = answered + timedelta(minutes=chance.randrange(3000)) if answered and chance.random() < 0.7 else None
            made = ticket(
                f"T-{place}",
                opened_at=at,
                answer_by=at + timedelta(hours=6),
                conversation_id=where,
                reason=reason,
                language=language,
                first_answered_at=answered,
                closed_at=closed,
                state=TicketState.CLOSED if closed else TicketState.OPEN,
                reopened=chance.randrange(2),
                about=(("intent", chance.choice(("ask_invoice", "ask_due_date"))),) if chance.random() < 0.5 else (),
            )
            if chance.random() < 0.6:
                tx.add_ticket(made)
            for party in RatedParty:
                if chance.random() < 0.4:
                    tx.add_rating(rating := Rating(RatingId(new_rating_id()), where, party, at))
                    if chance.random() < 0.8:
                        tx.answer_rating(rating_id=rating.id, score=chance.choice((1, 2, 3, 4, 5, None)), at=at)


class TestFigures:
    @pytest.mark.parametrize("seed", range(3))
    def test_equal_those_recomputed_from_the_raw_rows(self, store: Store, seed: int) -> None:
        first, after = date(2026, 3, 3), date(2026, 3, 17)
        begins, ends = (datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=1) for day in (first, after))
        _fill(store, Random(seed), datetime(2026, 3, 1, tzinfo=UTC))
        now = datetime(2026, 4, 1, tzinfo=UTC)

        with store.conversations.begin() as tx:
            figures = count(log=tx.log(start=begins, end=ends), start=first, end=after, hours=_HOURS, now=now)

        with store.engine.connect() as connection:
            talks = [row for row in connection.execute(select(conversations)) if begins <= row.created_at < ends]
            said = defaultdict(list)
            for row in connection.execute(select(messages)):
                said[row.conversation_id].append(row.sender)
            every = list(connection.execute(select(tickets)))
            asked = [row for row in connection.execute(select(ratings)) if begins <= row.asked_at < ends]
        spoken = [one for one in talks if "customer" in said[one.id]]
        handed = {one.conversation_id for one in every if one.reason}
        alone = [one for one in spoken if "bot" in said[one.id] and "agent" not in said[one.id] and one.id not in handed]
        of_period = [one for one in every if begins <= one.opened_at < ends]
        answers = [one.first_answered_at - one.opened_at for one in of_period if one.first_answered_at]
        in_hours = [
            open_time_between(hours=_HOURS, start=one.opened_at, end=one.first_answered_at) for one in of_period if one.first_answered_at
        ]
        closings = [one.closed_at - one.opened_at for one in of_period if one.closed_at]
        total = figures.total
        assert (total.conversations, total.bot_alone, total.tickets) == (len(spoken), len(alone), len(of_period))
        assert dict(figures.reasons) == {
            reason: sum(one.reason == reason for one in of_period) for reason in {one.reason for one in of_period if one.reason}
        }
        assert total.first_answer.wall == _middle(answers)
        assert total.first_answer.open_hours == _middle(in_hours)
        assert total.resolution.wall == _middle(closings)
        assert total.reopened == sum(one.reopened > 0 for one in of_period)
        assert total.kept == sum(one.first_answered_at is not None and one.first_answered_at <= one.answer_by for one in of_period)
        for party, counted in (("bot", total.with_bot), ("agent", total.with_people)):
            mine = [one for one in asked if one.about == party]
            assert counted.asked == len(mine)
            assert counted.skipped == sum(one.answered_at is not None and one.score is None for one in mine)
            assert counted.scores == tuple(sum(one.score == score for one in mine) for score in range(1, 6))
        assert sum(counted.conversations for _, counted in figures.languages) == total.conversations
        assert sum(counted.tickets for _, counted in figures.topics) == total.tickets
        assert sum(one.bot_alone for one in figures.days) == total.bot_alone
        assert sum(one.bot_alone + one.others for one in figures.days) == total.conversations


def _middle(spans: list[timedelta]) -> timedelta:
    return timedelta(seconds=median(span.total_seconds() for span in spans))
