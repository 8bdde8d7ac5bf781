"""Login codes and tickets, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot.conversations.model import LoginCode
from bot.shared.errors import Conflict, NotFound
from bot.shared.ids import ConversationId, CustomerId, new_ticket_id
from bot.store import Store
from bot.support.model import HandoverReason, Ticket, TicketKind, TicketState
from tests.builders import added_customer
from tests.contract.conversation_things import LATER, NOW, in_parallel, opened


def code_for(
    conversation_id: ConversationId, customer_id: CustomerId | None, *, code_hash: str = "aa", expires_at: datetime = LATER
) -> LoginCode:
    return LoginCode(conversation_id, customer_id, "a@example.com", code_hash, expires_at, 5)


class TestLoginCode:
    def test_is_replaced_by_the_next_and_can_be_dropped(self, store: Store) -> None:
        conversation_id = opened(store)
        second = replace(code_for(conversation_id, added_customer(store)), code_hash="bb", tries_left=3)
        with store.conversations.begin() as tx:
            tx.save_login_code(code_for(conversation_id, None))
            tx.save_login_code(second)

        with store.conversations.begin() as tx:
            assert tx.login_code(conversation_id=conversation_id) == second
            tx.drop_login_code(conversation_id=conversation_id)
            assert tx.login_code(conversation_id=conversation_id) is None

    def test_is_counted_over_conversations_though_used_or_replaced_and_once_for_all_its_tries(self, store: Store) -> None:
        customer_id, first, second = added_customer(store), opened(store), opened(store)
        with store.conversations.begin() as tx:
            tx.save_login_code(code_for(first, customer_id))
            tx.save_login_code(replace(code_for(first, customer_id), tries_left=4))
            tx.save_login_code(code_for(first, customer_id, code_hash="bb"))
            tx.drop_login_code(conversation_id=first)
            tx.save_login_code(code_for(second, customer_id))
            tx.save_login_code(code_for(second, None, code_hash="cc"))

        with store.conversations.begin() as tx:
            assert tx.count_login_codes(customer_id=customer_id, since=NOW) == 3
            assert tx.count_login_codes(customer_id=customer_id, since=LATER) == 0
            assert tx.count_login_codes(customer_id=CustomerId(""), since=NOW) == 0

    def test_loses_a_try_for_every_guess_though_all_come_at_once(self, store: Store) -> None:
        conversation_id = opened(store)
        with store.conversations.begin() as tx:
            tx.save_login_code(replace(code_for(conversation_id, None), tries_left=20))

        def guess() -> None:
            with store.conversations.begin() as tx:
                pending = tx.login_code(conversation_id=conversation_id)
                assert pending is not None
                tx.save_login_code(replace(pending, tries_left=pending.tries_left - 1))

        in_parallel([guess] * 8)

        with store.conversations.begin() as tx:
            assert tx.login_code(conversation_id=conversation_id) == replace(code_for(conversation_id, None), tries_left=12)


def ticket(number: str, **values: object) -> Ticket:
    made = Ticket(new_ticket_id(), number, TicketKind.BILLING, TicketState.OPEN, "Two invoices", opened_at=NOW, answer_by=LATER)
    return replace(made, **values)  # type: ignore[arg-type] # a test's own values


class TestTicket:
    def test_comes_back_as_it_was_added(self, store: Store) -> None:
        conversation_id, customer_id = opened(store), added_customer(store)
        full = ticket(
            "T-2026-0001",
            customer_id=customer_id,
            conversation_id=conversation_id,
            reason=HandoverReason.ASKED,
            transcript="customer: szia\nbot: …",
            language="hu",
        )
        with store.conversations.begin() as tx:
            tx.add_ticket(full)

        with store.conversations.begin() as tx:
            assert tx.open_ticket_of(conversation_id=conversation_id) == full
            assert tx.ticket_by_number(customer_id=customer_id, number=" t-2026-0001") == full

    def test_is_rewritten_while_nobody_has_begun_with_it(self, store: Store) -> None:
        conversation_id, customer_id = opened(store), added_customer(store)
        waiting = ticket("T-2026-0001", customer_id=customer_id, conversation_id=conversation_id)
        begun = ticket("T-2026-0002", customer_id=customer_id, conversation_id=conversation_id, state=TicketState.IN_PROGRESS)
        with store.conversations.begin() as tx:
            tx.add_ticket(waiting)
            tx.add_ticket(begun)

            tx.rewrite_ticket(replace(waiting, subject="Monday", transcript="by Monday"))

        with store.conversations.begin() as tx:
            assert tx.ticket_by_number(customer_id=customer_id, number="T-2026-0001").subject == "Monday"
            with pytest.raises(NotFound):
                tx.rewrite_ticket(replace(begun, subject="Monday"))

    def test_of_another_customer_answers_exactly_as_a_missing_one(self, store: Store) -> None:
        mine, other = added_customer(store, "C-1"), added_customer(store, "C-2")
        with store.conversations.begin() as tx:
            tx.add_ticket(ticket("T-2026-0001", customer_id=other))

            with pytest.raises(NotFound) as anothers:
                tx.ticket_by_number(customer_id=mine, number="T-2026-0001")
            with pytest.raises(NotFound) as missing:
                tx.ticket_by_number(customer_id=mine, number="T-2026-0404")

        assert (type(anothers.value), anothers.value.args) == (type(missing.value), missing.value.args)

    def test_that_is_closed_is_listed_only_when_asked_for(self, store: Store) -> None:
        conversation_id, customer_id = opened(store), added_customer(store)
        closed = ticket("T-1", conversation_id=conversation_id, state=TicketState.CLOSED, closed_at=LATER, customer_id=customer_id)
        waiting = ticket("T-2", state=TicketState.WAITING, opened_at=LATER)
        with store.conversations.begin() as tx:
            tx.add_ticket(closed)
            tx.add_ticket(waiting)

        with store.conversations.begin() as tx:
            assert tx.tickets() == (waiting,)
            assert tx.tickets(include_closed=True) == (waiting, closed)
            assert tx.tickets(customer_id=customer_id, include_closed=True) == (closed,)
            assert tx.open_ticket_of(conversation_id=conversation_id) is None

    def test_numbers_count_up_within_a_year_and_skip_those_in_use(self, store: Store) -> None:
        with store.conversations.begin() as tx:
            tx.add_ticket(ticket("T-2026-0002"))

            numbers = [tx.next_ticket_number(year=year) for year in (2026, 2026, 2027)]

        assert numbers == ["T-2026-0001", "T-2026-0003", "T-2027-0001"]

    def test_numbers_are_never_given_twice_to_eight_who_ask_at_once(self, store: Store) -> None:
        def take() -> str:
            with store.conversations.begin() as tx:
                return tx.next_ticket_number(year=2026)

        assert sorted(in_parallel([take] * 8)) == [f"T-2026-000{number}" for number in range(1, 9)]

    def test_number_in_use_is_refused(self, store: Store) -> None:
        with store.conversations.begin() as tx:
            tx.add_ticket(ticket("T-1"))

        with pytest.raises(Conflict), store.conversations.begin() as tx:
            tx.add_ticket(ticket("T-1"))
