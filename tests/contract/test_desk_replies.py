"""Replies that can be taken back, private notes, drafts and who looks on, on both databases."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from bot.conversations.desk_ports import OutgoingNotFound
from bot.conversations.desk_replies import NotOwner, Unfilled
from bot.conversations.model import Message, Reply, Sender, Speaker
from bot.store import Store
from tests.contract.conversation_things import NOW, in_parallel
from tests.contract.desk_things import AFTER_UNDO, ANNA, BELA, DeskOver


@pytest.fixture
def over(store: Store) -> DeskOver:
    return DeskOver(store)


class TestReply:
    def test_waits_until_it_can_no_longer_be_taken_back(self, over: DeskOver) -> None:
        where = over.claimed()
        over.writes(where, "It is the yearly licence.")

        assert over.replies.deliver_due(now=AFTER_UNDO - timedelta(milliseconds=1)) == 0
        assert over.texts_of_agents(where) == []
        assert over.replies.deliver_due(now=AFTER_UNDO) == 1

        assert over.texts_of_agents(where) == ["It is the yearly licence."]
        assert over.history(where)[-1] == "first_answered"

    def test_taken_back_leaves_no_trace_but_the_draft(self, over: DeskOver) -> None:
        where = over.claimed()
        before = (over.log(where), over.history(where), over.now_of(where))
        reply = over.writes(where, "You owe us everything!")

        text = over.replies.undo(by=ANNA, outgoing_id=reply.id, now=NOW)

        assert over.replies.deliver_due(now=NOW + timedelta(days=1)) == 0
        assert (over.log(where), over.history(where), over.now_of(where)) == before
        view = over.views.chat(by=ANNA, conversation_id=where, now=NOW)
        assert (text, view.draft, view.outgoing) == ("You owe us everything!", "You owe us everything!", ())

    def test_cannot_be_taken_back_once_sent_or_by_another(self, over: DeskOver) -> None:
        where = over.claimed()
        reply = over.writes(where, "It is the yearly licence.")

        with pytest.raises(OutgoingNotFound):
            over.replies.undo(by=BELA, outgoing_id=reply.id, now=NOW)
        over.replies.send_now(by=ANNA, outgoing_id=reply.id, now=NOW)
        with pytest.raises(OutgoingNotFound):
            over.replies.undo(by=ANNA, outgoing_id=reply.id, now=NOW)

        assert over.texts_of_agents(where) == ["It is the yearly licence."]

    def test_sent_again_under_the_same_client_id_is_there_once(self, over: DeskOver) -> None:
        where = over.claimed()

        first, second = over.writes(where, "One", client_id="a"), over.writes(where, "One", client_id="a")
        over.replies.deliver_due(now=AFTER_UNDO)
        third = over.replies.reply(by=ANNA, conversation_id=where, text="One", client_id="a", now=AFTER_UNDO)

        assert first.id == second.id
        assert isinstance(third, Message)
        assert over.replies.deliver_due(now=NOW + timedelta(days=1)) == 0
        assert over.texts_of_agents(where) == ["One"]

    def test_sent_many_times_at_once_is_there_once(self, over: DeskOver) -> None:
        where = over.claimed()

        in_parallel([partial(over.replies.reply, by=ANNA, conversation_id=where, text="One", client_id="a", now=NOW)] * 8)
        over.replies.deliver_due(now=AFTER_UNDO)

        assert over.texts_of_agents(where) == ["One"]

    def test_is_the_owners_alone(self, over: DeskOver) -> None:
        where, queued = over.claimed(ANNA), over.queued()

        for conversation_id in (where, queued):
            with pytest.raises(NotOwner):
                over.writes(conversation_id, "Hello", by=BELA)

    def test_with_a_gap_is_refused(self, over: DeskOver) -> None:
        where = over.claimed()

        with pytest.raises(Unfilled, match="⟦invoice"):
            over.writes(where, "You owe ⟦invoice.amount⟧ now.")

        assert over.views.chat(by=ANNA, conversation_id=where, now=NOW).outgoing == ()


class TestDelivery:
    def test_keeps_the_order_and_happens_once_with_two_deliverers_at_once(self, over: DeskOver) -> None:
        chats = [over.claimed() for _ in range(4)]
        for number in range(10):
            for where in chats:
                over.writes(where, f"Reply {number}")

        counts = in_parallel([partial(over.replies.deliver_due, now=AFTER_UNDO)] * 2)

        assert sum(counts) == 40
        for where in chats:
            assert over.texts_of_agents(where) == [f"Reply {number}" for number in range(10)]

    def test_goes_on_when_one_of_them_is_in_the_log_already(self, over: DeskOver) -> None:
        stuck, other = over.claimed(), over.claimed()
        over.writes(stuck, "One", client_id="a")
        with over.store.conversations.begin() as tx:
            tx.append(conversation_id=stuck, reply=Reply(Sender.AGENT, "One", "en"), at=NOW, client_id="a")
        over.writes(other, "Two")

        assert over.replies.deliver_due(now=AFTER_UNDO) == 1
        assert over.replies.deliver_due(now=AFTER_UNDO) == 0

        assert (over.texts_of_agents(stuck), over.texts_of_agents(other)) == (["One"], ["Two"])

    def test_now_takes_those_before_it_along(self, over: DeskOver) -> None:
        where = over.claimed()
        over.writes(where, "One")
        second = over.writes(where, "Two")
        over.writes(where, "Three")

        over.replies.send_now(by=ANNA, outgoing_id=second.id, now=NOW)

        assert over.texts_of_agents(where) == ["One", "Two"]

    def test_ends_the_customers_wait_unless_something_was_written_since(self, over: DeskOver) -> None:
        answered, asked_again = over.claimed(), over.claimed()
        for where in (answered, asked_again):
            over.writes(where, "It is the yearly licence.")
        over.says(asked_again, "And the other one?", minutes_ago=-1)

        over.replies.deliver_due(now=AFTER_UNDO)

        assert over.now_of(answered).waiting_since is None
        assert over.now_of(asked_again).waiting_since == NOW + timedelta(minutes=1)


class TestNotesAndDrafts:
    def test_are_never_messages(self, over: DeskOver) -> None:
        where = over.claimed()
        before = over.log(where)

        over.replies.note(by=BELA, conversation_id=where, text="Careful, this one pays late", now=NOW)
        over.replies.save_draft(by=ANNA, conversation_id=where, text="Dear Sir", now=NOW)
        over.replies.deliver_due(now=NOW + timedelta(days=1))
        over.desk.transfer(by=ANNA, conversation_id=where, to=BELA, note="Knows him", now=NOW)

        told = "\n".join(text for _, text in over.log(where)[len(before) :])
        assert not any(secret in told for secret in ("pays late", "Dear Sir", "Knows him"))
        ticket = over.views.chat(by=ANNA, conversation_id=where, now=NOW).tickets[0]
        assert "pays late" not in ticket.transcript

    def test_are_kept_for_each_agent_until_sent(self, over: DeskOver) -> None:
        where = over.claimed()

        over.replies.save_draft(by=ANNA, conversation_id=where, text="Dear Sir", now=NOW)
        over.replies.save_draft(by=BELA, conversation_id=where, text="Mine", now=NOW)
        over.writes(where, "Dear Sir, it is paid.")

        assert over.views.chat(by=ANNA, conversation_id=where, now=NOW).draft == ""
        assert over.views.chat(by=BELA, conversation_id=where, now=NOW).draft == "Mine"


class TestViewers:
    def test_are_seen_by_others_until_they_leave_or_fall_silent(self, over: DeskOver) -> None:
        where = over.claimed()
        over.replies.look(by=ANNA, conversation_id=where, is_writing=False, now=NOW)
        over.replies.look(by=BELA, conversation_id=where, is_writing=True, now=NOW)

        def seen(seconds: int) -> list[tuple[str, bool]]:
            at = NOW + timedelta(seconds=seconds)
            return [(one.name, one.is_writing) for one in over.views.chat(by=ANNA, conversation_id=where, now=at).viewers]

        assert (seen(0), seen(9)) == ([("Bela", True)], [])
        over.replies.look(by=BELA, conversation_id=where, is_writing=False, now=NOW)
        over.replies.leave(by=BELA, conversation_id=where, now=NOW)
        assert seen(0) == []

    def test_who_come_back_are_a_change(self, over: DeskOver) -> None:
        where = over.claimed()
        over.replies.look(by=BELA, conversation_id=where, is_writing=False, now=NOW)
        before = over.views.last_change()

        over.replies.look(by=BELA, conversation_id=where, is_writing=False, now=NOW + timedelta(seconds=5))
        assert over.views.last_change() == before
        over.replies.look(by=BELA, conversation_id=where, is_writing=False, now=NOW + timedelta(minutes=5))

        assert over.views.last_change() > before

    def test_of_whom_the_customer_sees_the_owner_only(self, over: DeskOver) -> None:
        where = over.claimed(ANNA)
        over.replies.look(by=BELA, conversation_id=where, is_writing=True, now=NOW)

        assert over.views.agent_writing(conversation=over.now_of(where), now=NOW) is None
        over.replies.look(by=ANNA, conversation_id=where, is_writing=True, now=NOW)

        assert over.views.agent_writing(conversation=over.now_of(where), now=NOW) == "Anna"
        assert over.speaker(where) is Speaker.AGENT


class TestChanges:
    def test_are_told_once_each_and_in_order(self, over: DeskOver) -> None:
        before = over.views.last_change()
        where = over.claimed()
        over.writes(where, "One")

        found = over.views.changes(after=before, seen=frozenset())

        fresh = [change for change in found if change.id > before]
        assert [change.id for change in fresh] == sorted({change.id for change in fresh})
        assert {change.conversation_id for change in fresh} == {where}
        assert over.views.changes(after=fresh[-1].id, seen=frozenset(change.id for change in found)) == ()

    def test_are_forgotten_by_age(self, over: DeskOver) -> None:
        over.claimed()

        over.views.tidy(now=NOW + timedelta(days=2), keep=timedelta(days=1))

        assert over.views.last_change() == 0
