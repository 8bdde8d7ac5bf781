"""One owner for each chat, whatever is done at once, on both databases."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.conversations.desk import AlreadyClaimed, NotPresent, NotYours
from bot.conversations.model import Conversation, Reply, Sender, Speaker
from bot.shared.errors import InvalidInput
from bot.staff.model import Presence, Role, StaffMember
from bot.staff.permissions import PermissionMissing
from bot.store import Store
from bot.support.model import Outcome, TicketState
from tests.contract.conversation_things import NOW, in_parallel, opened
from tests.contract.desk_things import ANNA, BELA, CILI, DeskOver, agent

SILENCE = timedelta(minutes=5)


@pytest.fixture
def over(store: Store) -> DeskOver:
    return DeskOver(store)


class TestClaim:
    def test_has_one_winner_among_a_hundred_at_once(self, over: DeskOver) -> None:
        where = over.queued()

        def claim(by: StaffMember) -> Conversation | str:
            try:
                return over.desk.claim(by=by, conversation_id=where, now=NOW)
            except AlreadyClaimed as refused:
                return refused.owner

        results = in_parallel([partial(claim, agent(f"Agent{number}")) for number in range(100)])

        winners = [result for result in results if isinstance(result, Conversation)]
        assert len(winners) == 1
        assert [result for result in results if isinstance(result, str)] == [winners[0].agent_name] * 99
        assert over.history(where).count("claimed") == 1
        assert [text for sender, text in over.log(where) if sender == "system"] == [f"{winners[0].agent_name} has joined the chat."]

    def test_mutes_the_bot_whatever_is_typed(self, over: DeskOver) -> None:
        where = over.claimed()

        for text in ("/restart", "When are you open?", "/request_agent"):
            taken = over.conversations.take_message(conversation_id=where, text=text, now=NOW, holder="here", client_id=None, payload=None)

            assert (taken.has_turn, taken.conversation.speaker) == (False, Speaker.AGENT)
            assert not over.conversations.try_turn(conversation_id=where, holder="here", now=NOW)

    def test_discards_the_answer_under_way_and_an_event_says_so(self, over: DeskOver) -> None:
        where = opened(over.store)
        over.says(where, "What do I owe?")
        over.desk.claim(by=ANNA, conversation_id=where, now=NOW)

        recorded = over.conversations.record_bot_replies(
            conversation_id=where,
            answers=1,
            replies=(Reply(Sender.BOT, "You owe nothing.", "en"),),
            holder="here",
            now=NOW,
            understood=True,
            language="en",
        )

        assert recorded.messages == ()
        assert "bot" not in {sender for sender, _ in over.log(where)}
        assert over.history(where)[-1] == "answer_discarded"

    def test_of_a_colleagues_chat_needs_a_reason_and_the_permission(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)

        with pytest.raises(AlreadyClaimed, match="Anna"):
            over.desk.claim(by=CILI, conversation_id=where, now=NOW)
        with pytest.raises(InvalidInput):
            over.desk.claim(by=CILI, conversation_id=where, now=NOW, take_over_because=" ")
        with pytest.raises(PermissionMissing):
            over.desk.claim(by=BELA, conversation_id=where, now=NOW, take_over_because="She is at lunch")
        over.desk.claim(by=CILI, conversation_id=where, now=NOW, take_over_because="She is at lunch")

        assert over.now_of(where).agent_name == "Cili"
        event = over.views.chat(by=CILI, conversation_id=where, now=NOW).history[-1]
        assert (event.action, event.actor_name, event.details) == ("taken_over", "Cili", (("from", "Anna"), ("reason", "She is at lunch")))

    def test_is_refused_to_a_role_that_answers_no_chats(self, over: DeskOver) -> None:
        where = over.queued()

        for role in (Role.USER_ADMIN, Role.SALES_AGENT):
            with pytest.raises(PermissionMissing):
                over.desk.claim(by=agent("Dora", role), conversation_id=where, now=NOW)


class TestHandBack:
    def test_lets_the_bot_speak_and_greet_and_can_be_undone_by_another_hand_over(self, over: DeskOver) -> None:
        where = over.claimed()

        over.desk.hand_back(by=ANNA, conversation_id=where, settled="You pay by Friday.", now=NOW, is_done=True)

        assert over.speaker(where) is Speaker.BOT
        assert over.log(where)[-1][0] == "bot"
        assert "You pay by Friday." in over.log(where)[-1][1]
        assert over.conversations.try_turn(conversation_id=where, holder="here", now=NOW)

        second = over.hand_over(where)
        assert over.speaker(where) is Speaker.QUEUE
        over.desk.claim(by=BELA, conversation_id=where, now=NOW)
        assert over.now_of(where).agent_name == "Bela"
        tickets = over.views.chat(by=BELA, conversation_id=where, now=NOW).tickets
        assert {ticket.state.value for ticket in tickets} == {"in_progress", "closed"}
        assert second.number in {ticket.number for ticket in tickets}

    def test_is_for_the_owner_only(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)

        with pytest.raises(NotYours):
            over.desk.hand_back(by=BELA, conversation_id=where, settled="", now=NOW, is_done=False)


class TestTransfer:
    def test_gives_the_chat_to_a_colleague_who_is_there(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)

        over.desk.transfer(by=ANNA, conversation_id=where, to=BELA, note="Wants instalments", now=NOW)

        assert over.now_of(where).agent_name == "Bela"
        assert over.log(where)[-1] == ("system", "Bela takes over from here.")
        assert [note.text for note in over.views.chat(by=BELA, conversation_id=where, now=NOW).notes] == ["Wants instalments"]

    @pytest.mark.parametrize(
        "to",
        [agent("Away", presence=Presence.AWAY), agent("Leaving", presence=Presence.CLOSING), agent("Seller", Role.SALES_AGENT), ANNA],
        ids=["away", "closing", "does not answer chats", "oneself"],
    )
    def test_is_refused_to_somebody_who_takes_no_chats_now(self, over: DeskOver, to: StaffMember) -> None:
        where = over.claimed(ANNA)

        with pytest.raises(NotPresent, match="available"):
            over.desk.transfer(by=ANNA, conversation_id=where, to=to, note="Please", now=NOW)

        assert over.now_of(where).agent_name == "Anna"

    def test_to_the_queue_keeps_the_old_place(self, over: DeskOver) -> None:
        first, second = over.claimed(minutes_ago=30), over.queued(minutes_ago=10)

        over.desk.transfer(by=ANNA, conversation_id=first, to=None, note="Needs the bookkeeping", now=NOW)

        assert [entry.conversation.id for entry in over.views.board(by=ANNA)] == [first, second]

    def test_delivers_what_is_on_its_way_and_the_customer_then_waits_no_more(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)
        over.writes(where, "A colleague knows more.")

        over.desk.transfer(by=ANNA, conversation_id=where, to=BELA, note="Instalments", now=NOW)

        assert over.texts_of_agents(where) == ["A colleague knows more."]
        assert over.now_of(where).waiting_since is None


class TestSilentAgent:
    def test_gives_the_chat_back_at_its_old_place_and_the_customer_is_told(self, over: DeskOver) -> None:
        first, second = over.claimed(minutes_ago=30), over.queued(minutes_ago=10)

        returned = over.desk.return_silent(now=NOW + SILENCE, after=SILENCE)

        assert [(one.id, one.agent_name) for one in returned] == [(first, "Anna")]
        assert [entry.conversation.id for entry in over.views.board(by=ANNA)] == [first, second]
        assert over.log(first)[-1][0] == "system"
        assert over.history(first)[-1] == "returned_to_queue"
        (entry,) = [one.entry for one in over.store.audit.entries(actor="system")]
        assert (entry.action, entry.details) == ("chat.returned_to_queue", (("from", ANNA.id),))

    def test_is_not_blamed_for_the_wait_before_the_claim(self, over: DeskOver) -> None:
        where = over.claimed(minutes_ago=30)

        returned = over.desk.return_silent(now=NOW + SILENCE - timedelta(seconds=1), after=SILENCE)

        assert returned == ()
        assert over.now_of(where).agent_name == "Anna"

    def test_keeps_the_chat_while_writing_or_with_a_reply_on_its_way(self, over: DeskOver) -> None:
        writing, answered = over.claimed(), over.claimed()
        over.replies.look(by=ANNA, conversation_id=writing, is_writing=True, now=NOW + SILENCE)
        over.writes(answered, "One moment.")

        assert over.desk.return_silent(now=NOW + SILENCE, after=SILENCE) == ()

    def test_keeps_the_chat_when_nobody_waits(self, over: DeskOver) -> None:
        where = over.claimed()
        over.writes(where, "You owe nothing.")
        over.replies.deliver_due(now=NOW + timedelta(seconds=10))

        assert over.desk.return_silent(now=NOW + timedelta(hours=1), after=SILENCE) == ()


class TestCloseAndReopen:
    def test_tells_the_customer_asks_once_and_comes_back_to_whoever_reopens(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)

        over.desk.close(by=ANNA, conversation_id=where, outcome=Outcome.RESOLVED, now=NOW)

        assert over.speaker(where) is Speaker.BOT
        ticket = over.views.chat(by=ANNA, conversation_id=where, now=NOW).tickets[0]
        assert (ticket.state.value, ticket.outcome) == ("closed", Outcome.RESOLVED)

        opened_again = over.desk.reopen(by=BELA, number=ticket.number, now=NOW)

        assert (opened_again.reopened, over.now_of(where).agent_name) == (1, "Bela")

    @pytest.mark.parametrize(
        ("outcome", "asked"), [(Outcome.RESOLVED, 1), (Outcome.UNRESOLVED, 1), (Outcome.NO_ANSWER, 0), (Outcome.DUPLICATE, 0)]
    )
    def test_asks_how_it_was_only_when_somebody_helped(self, over: DeskOver, outcome: Outcome, asked: int) -> None:
        where = over.claimed()

        over.desk.close(by=ANNA, conversation_id=where, outcome=outcome, now=NOW)

        with over.store.conversations.begin() as tx:
            assert len(tx.ratings(since=NOW)) == asked

    def test_counts_one_vote_for_each_closing(self, over: DeskOver) -> None:
        where = over.claimed()
        over.desk.close(by=ANNA, conversation_id=where, outcome=Outcome.RESOLVED, now=NOW)
        with over.store.conversations.begin() as tx:
            payloads = [button.payload for button in tx.last_messages(conversation_id=where, count=1)[0].buttons]

        for payload in (payloads[4], payloads[0], payloads[5]):
            over.ratings.answer(conversation=over.now_of(where), payload=payload, text="5", thanks="Thanks", client_id=None, now=NOW)

        with over.store.conversations.begin() as tx:
            assert [rating.score for rating in tx.ratings(since=NOW)] == [5]

    def test_of_a_chat_that_a_colleague_has_is_refused(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)
        over.desk.close(by=ANNA, conversation_id=where, outcome=Outcome.RESOLVED, now=NOW)
        number = over.views.chat(by=ANNA, conversation_id=where, now=NOW).tickets[0].number
        with suppress(AlreadyClaimed):
            over.desk.claim(by=BELA, conversation_id=where, now=NOW)

        with pytest.raises(AlreadyClaimed, match="Bela"):
            over.desk.reopen(by=ANNA, number=number, now=NOW)


class TestAudit:
    def test_has_every_deed_on_a_chat_and_nothing_that_was_written(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)
        over.desk.transfer(by=ANNA, conversation_id=where, to=None, note="a private note", now=NOW)
        over.desk.claim(by=BELA, conversation_id=where, now=NOW)
        over.desk.close(by=BELA, conversation_id=where, outcome=Outcome.RESOLVED, now=NOW)
        number = over.views.chat(by=ANNA, conversation_id=where, now=NOW).tickets[0].number
        over.desk.reopen(by=ANNA, number=number, now=NOW)
        over.desk.hand_back(by=ANNA, conversation_id=where, settled="all is well", now=NOW, is_done=True)

        entries = [one.entry for one in reversed(over.store.audit.entries())]

        assert [(one.actor, one.action) for one in entries] == [
            (ANNA.id, "chat.claimed"),
            (ANNA.id, "chat.transferred"),
            (BELA.id, "chat.claimed"),
            (BELA.id, "chat.closed"),
            (ANNA.id, "chat.reopened"),
            (ANNA.id, "chat.handed_back"),
        ]
        assert {dict(one.details)["ticket"] for one in entries} == {number}
        assert "private" not in str(entries)
        assert "all is well" not in str(entries)

    @pytest.mark.parametrize("action", ["transferred", "handed_back", "closed"])
    def test_has_a_deed_on_a_chat_whose_ticket_is_closed_already(self, over: DeskOver, action: str) -> None:
        where = over.claimed(ANNA)
        with over.store.conversations.begin() as tx:
            ticket = tx.open_ticket_of(conversation_id=where)
            assert ticket is not None
            tx.save_ticket(replace(ticket, state=TicketState.CLOSED, closed_at=NOW, outcome=Outcome.RESOLVED))

        if action == "transferred":
            over.desk.transfer(by=ANNA, conversation_id=where, to=None, note="go on", now=NOW)
        elif action == "handed_back":
            over.desk.hand_back(by=ANNA, conversation_id=where, settled="", now=NOW, is_done=False)
        else:
            over.desk.close(by=ANNA, conversation_id=where, outcome=Outcome.RESOLVED, now=NOW)

        newest = over.store.audit.entries()[0].entry
        assert (newest.actor, newest.action, newest.subject) == (ANNA.id, f"chat.{action}", where)

    def test_has_no_deed_that_was_refused(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)

        with pytest.raises(AlreadyClaimed):
            over.desk.claim(by=BELA, conversation_id=where, now=NOW)

        assert [one.entry.actor for one in over.store.audit.entries()] == [ANNA.id]
