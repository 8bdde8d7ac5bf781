"""Conversations, the log, who speaks and the turn keep their promises on both databases."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.conversations.model import Attachment, Button, Conversation, Reply, Sender, Speaker, VerifiedBy
from bot.conversations.ports import ConversationNotFound, SpeakerChanged
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import CustomerId, StaffId, new_conversation_id
from bot.store import Store
from tests.builders import added_customer
from tests.contract.conversation_things import HELLO, LATER, NOW, in_parallel, opened


class TestConversation:
    def test_comes_back_as_it_was_added(self, store: Store) -> None:
        conversation = Conversation(
            id=new_conversation_id(),
            channel="slack",
            speaker=Speaker.AGENT,
            language="hu",
            created_at=NOW,
            customer_id=added_customer(store),
            contact_email="anna@example.com",
            verified_by=VerifiedBy.TOKEN,
            secret_hash="ab" * 32,
            agent_id=StaffId("stf_1"),
            misunderstandings=1,
            version=4,
        )
        with store.conversations.begin() as tx:
            tx.add_conversation(conversation)

        with store.conversations.begin() as tx:
            assert tx.conversation(conversation.id) == conversation

    def test_gives_its_instants_in_utc_whatever_zone_they_came_in(self, store: Store) -> None:
        conversation_id = opened(store, created_at=NOW.astimezone(timezone(timedelta(hours=2))))

        with store.conversations.begin() as tx:
            created_at = tx.conversation(conversation_id).created_at

        assert (created_at, created_at.utcoffset()) == (NOW, timedelta(0))

    def test_remembers_language_misunderstandings_and_person(self, store: Store) -> None:
        conversation_id, customer_id = opened(store), added_customer(store)
        with store.conversations.begin() as tx:
            tx.set_language(conversation_id=conversation_id, language="hu")
            tx.set_misunderstandings(conversation_id=conversation_id, count=2)
            tx.bind(conversation_id=conversation_id, customer_id=customer_id, contact_email="a@example.com", verified_by=VerifiedBy.CODE)

        with store.conversations.begin() as tx:
            changed = tx.conversation(conversation_id)

        assert (changed.language, changed.misunderstandings) == ("hu", 2)
        assert (changed.customer_id, changed.contact_email, changed.verified_by) == (customer_id, "a@example.com", VerifiedBy.CODE)

    def test_cannot_be_bound_to_a_customer_that_is_not_there(self, store: Store) -> None:
        conversation_id = opened(store)

        with pytest.raises(Conflict), store.conversations.begin() as tx:
            tx.bind(conversation_id=conversation_id, customer_id=CustomerId("cus_x"), contact_email=None, verified_by=VerifiedBy.CODE)

    def test_that_is_not_there_is_not_found_by_any_call(self, store: Store) -> None:
        nowhere = new_conversation_id()
        with store.conversations.begin() as tx:
            calls: list[Callable[[], object]] = [
                lambda: tx.conversation(nowhere),
                lambda: tx.append(conversation_id=nowhere, reply=HELLO, at=NOW),
                lambda: tx.append(conversation_id=nowhere, reply=HELLO, at=NOW, client_id="c"),
                lambda: tx.set_language(conversation_id=nowhere, language="hu"),
                lambda: tx.set_speaker(conversation_id=nowhere, version=0, speaker=Speaker.QUEUE, agent_id=None),
                lambda: tx.take_turn(conversation_id=nowhere, holder="a", now=NOW, until=LATER),
            ]

            for call in calls:
                with pytest.raises(ConversationNotFound):
                    call()


class TestLog:
    def test_gives_messages_back_as_they_were_appended(self, store: Store) -> None:
        conversation_id = opened(store)
        answer = Reply(
            Sender.BOT,
            "Which one?",
            "en",
            (Button("The last", "/last"),),
            (Attachment("Invoice", "https://x.example/1", "application/pdf"),),
        )
        with store.conversations.begin() as tx:
            asked = tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW, client_id="c-1", payload="/pressed")
            answered = tx.append(conversation_id=conversation_id, reply=answer, at=LATER, answers=asked.seq)

        with store.conversations.begin() as tx:
            assert tx.messages(conversation_id=conversation_id) == (asked, answered)
            assert (asked.seq, answered.seq) == (1, 2)
            assert tx.message_by_client_id(conversation_id=conversation_id, client_id="c-1") == asked
            assert tx.message_by_client_id(conversation_id=conversation_id, client_id="c-2") is None
            assert tx.answers_to(conversation_id=conversation_id, seq=1) == (answered,)
            assert tx.conversation(conversation_id).last_seq == 2

    def test_is_read_from_a_place_on_and_from_its_end(self, store: Store) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            for _ in range(5):
                tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW)

            assert [each.seq for each in tx.messages(conversation_id=conversation_id, after=1, limit=2)] == [2, 3]
            assert [each.seq for each in tx.last_messages(conversation_id=conversation_id, count=2)] == [4, 5]

    def test_refuses_a_known_client_id_and_leaves_no_gap(self, store: Store) -> None:
        conversation_id = opened(store)

        with store.conversations.begin() as tx:
            tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW, client_id="c-1")
            with pytest.raises(Conflict):
                tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW, client_id="c-1")
            following = tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW, client_id="c-2")

        assert following.seq == 2

    def test_takes_the_same_client_id_in_another_conversation(self, store: Store) -> None:
        seqs = []
        for conversation_id in (opened(store), opened(store)):
            with store.conversations.begin() as tx:
                seqs.append(tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW, client_id="c-1").seq)

        assert seqs == [1, 1]

    def test_has_no_gap_after_a_transaction_that_failed(self, store: Store) -> None:
        conversation_id = opened(store)
        with suppress(ZeroDivisionError), store.conversations.begin() as tx:
            tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW)
            raise ZeroDivisionError

        with store.conversations.begin() as tx:
            assert tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW).seq == 1

    def test_has_no_gap_and_no_double_with_eight_writers_at_once(self, store: Store) -> None:
        conversation_id = opened(store)

        def write_ten() -> list[int]:
            seqs = []
            for _ in range(10):
                with store.conversations.begin() as tx:
                    tx.conversation(conversation_id)
                    seqs.append(tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW).seq)
            return seqs

        written = in_parallel([write_ten] * 8)

        assert sorted(seq for seqs in written for seq in seqs) == list(range(1, 81))

    def test_keeps_one_of_eight_repeats_that_come_at_once(self, store: Store) -> None:
        conversation_id = opened(store)

        def repeat() -> bool:
            try:
                with store.conversations.begin() as tx:
                    tx.append(conversation_id=conversation_id, reply=HELLO, at=NOW, client_id="c-1")
            except Conflict:
                return False
            return True

        stored = in_parallel([repeat] * 8)

        with store.conversations.begin() as tx:
            assert sum(stored) == 1
            assert tx.conversation(conversation_id).last_seq == len(tx.messages(conversation_id=conversation_id)) == 1

    def test_refuses_a_text_with_half_a_character(self, store: Store) -> None:
        conversation_id = opened(store)

        with pytest.raises(InvalidInput), store.conversations.begin() as tx:
            tx.append(conversation_id=conversation_id, reply=replace(HELLO, text="half of \ud83d"), at=NOW)


class TestSpeaker:
    def test_changes_and_raises_the_version(self, store: Store) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            tx.set_speaker(conversation_id=conversation_id, version=0, speaker=Speaker.AGENT, agent_id=StaffId("stf_1"))

        with store.conversations.begin() as tx:
            changed = tx.conversation(conversation_id)

        assert (changed.speaker, changed.agent_id, changed.version) == (Speaker.AGENT, "stf_1", 1)

    def test_does_not_change_by_a_stale_version(self, store: Store) -> None:
        conversation_id = opened(store, version=3)

        with store.conversations.begin() as tx:
            with pytest.raises(SpeakerChanged):
                tx.set_speaker(conversation_id=conversation_id, version=2, speaker=Speaker.QUEUE, agent_id=None)

            assert tx.conversation(conversation_id).speaker is Speaker.BOT

    def test_has_one_winner_among_a_hundred_claims(self, store: Store) -> None:
        conversation_id = opened(store, speaker=Speaker.QUEUE)

        def claim(agent: StaffId) -> StaffId | None:
            try:
                with store.conversations.begin() as tx:
                    tx.set_speaker(conversation_id=conversation_id, version=0, speaker=Speaker.AGENT, agent_id=agent)
            except SpeakerChanged:
                return None
            return agent

        outcomes = in_parallel([lambda number=number: claim(StaffId(f"stf_{number}")) for number in range(100)])  # type: ignore[misc]

        winners = [agent for agent in outcomes if agent is not None]
        with store.conversations.begin() as tx:
            assert winners == [tx.conversation(conversation_id).agent_id]


class TestTurn:
    def test_is_had_by_one_holder_at_a_time(self, store: Store) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            taken = [tx.take_turn(conversation_id=conversation_id, holder=holder, now=NOW, until=LATER) for holder in ("a", "b", "a")]

        assert taken == [True, False, True]

    @pytest.mark.parametrize(("after", "taken"), [(timedelta(seconds=29, microseconds=999999), False), (timedelta(seconds=30), True)])
    def test_passes_to_another_once_its_lease_is_over(self, store: Store, after: timedelta, taken: bool) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            tx.take_turn(conversation_id=conversation_id, holder="a", now=NOW, until=LATER)

        with store.conversations.begin() as tx:
            assert tx.take_turn(conversation_id=conversation_id, holder="b", now=NOW + after, until=LATER + after) is taken

    def test_given_back_is_free(self, store: Store) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            tx.take_turn(conversation_id=conversation_id, holder="a", now=NOW, until=LATER)
            tx.end_turn(conversation_id=conversation_id, holder="a")

            assert tx.take_turn(conversation_id=conversation_id, holder="b", now=NOW, until=LATER)

    def test_is_not_given_back_by_one_who_lost_it(self, store: Store) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            tx.take_turn(conversation_id=conversation_id, holder="a", now=NOW, until=LATER)
            tx.take_turn(conversation_id=conversation_id, holder="b", now=LATER, until=LATER + timedelta(seconds=30))
            tx.end_turn(conversation_id=conversation_id, holder="a")

            assert not tx.take_turn(conversation_id=conversation_id, holder="c", now=LATER, until=LATER + timedelta(seconds=30))

    def test_is_won_by_one_of_twenty_who_ask_at_once(self, store: Store) -> None:
        conversation_id = opened(store)

        def take(holder: str) -> bool:
            with store.conversations.begin() as tx:
                return tx.take_turn(conversation_id=conversation_id, holder=holder, now=NOW, until=LATER)

        taken = in_parallel([lambda number=number: take(f"door-{number}") for number in range(20)])  # type: ignore[misc]

        assert sum(taken) == 1


class TestMessagesOfAll:
    def test_are_those_from_then_on_each_conversation_in_order(self, store: Store) -> None:
        first, second = opened(store), opened(store)
        with store.conversations.begin() as tx:
            tx.append(conversation_id=first, reply=HELLO, at=NOW)
            tx.append(conversation_id=second, reply=HELLO, at=LATER)
            tx.append(conversation_id=first, reply=HELLO, at=LATER)

        with store.conversations.begin() as tx:
            every, late = tx.messages_since(None), tx.messages_since(LATER)

        assert {(one.conversation_id, one.seq) for one in every} == {(first, 1), (first, 2), (second, 1)}
        assert [one.seq for one in every if one.conversation_id == first] == [1, 2]
        assert {(one.conversation_id, one.seq) for one in late} == {(first, 2), (second, 1)}
