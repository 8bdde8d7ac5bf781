"""Tasks of the program keep their promises on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversations.staff_tasks import StaffTasks, ticket_of
from bot.shared.errors import NotFound
from bot.shared.ids import TicketId
from bot.shared.tasks import Task
from bot.store import Store
from bot.support.model import Ticket, TicketState
from tests.builders import added_customer
from tests.contract.desk_things import NOW, OFFERING

TASK = Task("seats:1", "Seats differ", "Microsoft says 5, the ledger 4.")


@pytest.fixture
def tasks(store: Store) -> StaffTasks:
    return StaffTasks(store=store.conversations, offering=OFFERING)


def kept(store: Store, ticket_id: TicketId | None = None) -> Ticket:
    with store.conversations.begin() as tx:
        found = tx.ticket_if_there(ticket_id=ticket_id or ticket_of(TASK.key))
    assert found is not None
    return found


class TestTask:
    def test_is_given_once_however_often_it_is_found(self, store: Store, tasks: StaffTasks) -> None:
        assert [tasks.give(task=TASK, now=NOW) for _ in range(3)] == [True, False, False]

        with store.conversations.begin() as tx:
            assert len(tx.tickets()) == 1

    def test_is_closed_when_it_is_no_longer_so_and_opened_again_when_it_is(self, store: Store, tasks: StaffTasks) -> None:
        tasks.give(task=TASK, now=NOW)

        assert [tasks.settle(key=TASK.key, remark="They agree.", now=NOW) for _ in range(2)] == [True, False]
        assert kept(store).state is TicketState.CLOSED

        assert tasks.give(task=TASK, now=NOW + timedelta(days=1))
        assert (kept(store).state, kept(store).reopened) == (TicketState.OPEN, 1)

    def test_that_was_never_given_cannot_be_settled(self, tasks: StaffTasks) -> None:
        assert not tasks.settle(key="unknown", remark="", now=NOW)

    def test_is_nothing_a_customer_is_told_of(self, store: Store, tasks: StaffTasks) -> None:
        owner = added_customer(store)
        tasks.give(task=Task("seats:2", "Seats differ", customer_id=owner), now=NOW)
        number = kept(store, ticket_of("seats:2")).number

        with store.conversations.begin() as tx:
            assert tx.tickets(customer_id=owner, include_closed=True) == ()
            assert [one.number for one in tx.tickets(customer_id=owner, with_tasks=True)] == [number]
            with pytest.raises(NotFound):
                tx.ticket_by_number(customer_id=owner, number=number)

    def test_leaves_an_entry_in_the_audit_trail(self, store: Store, tasks: StaffTasks) -> None:
        tasks.give(task=TASK, now=NOW)
        tasks.settle(key=TASK.key, remark="They agree.", now=NOW)

        assert [one.entry.action for one in store.audit.entries(actor="system")] == ["ticket.closed", "ticket.opened"]
