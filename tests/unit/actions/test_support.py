"""Hours, ways to reach the partner, ways to pay, and where a ticket stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from actions.support import ActionTellContact, ActionTellHours, ActionTellPaymentMethods, ActionTellTicket
from bot.shared.ids import CustomerId, new_ticket_id
from bot.support.model import Ticket, TicketKind, TicketPriority, TicketState
from tests.builders import added_customer
from tests.conftest import NOW
from tests.unit.actions.conftest import Stage

Put = Callable[[datetime], None]


def ticket(stage: Stage, number: str, *, customer_id: CustomerId | None = None, state: TicketState = TicketState.OPEN) -> Ticket:
    """Put a ticket into the store."""
    added = Ticket(
        id=new_ticket_id(),
        number=number,
        kind=TicketKind.BILLING,
        state=state,
        subject=f"about {number}",
        opened_at=NOW - timedelta(days=2),
        answer_by=NOW + timedelta(hours=4),
        customer_id=customer_id or stage.customer_id,
        closed_at=NOW - timedelta(days=1) if state is TicketState.CLOSED else None,
    )
    with stage.services.conversation_store.begin() as tx:
        tx.add_ticket(added)
    return added


class TestHours:
    @pytest.mark.parametrize(("language", "until"), [("en", "10 March 2026, 17:00"), ("hu", "2026. március 10. 17:00")])
    async def test_say_until_when_it_is_open_now(self, anonymous: Stage, language: str, until: str) -> None:
        told = await anonymous.tell(ActionTellHours(), language=language)

        assert told.names == ["utter_hours_open"]
        assert told.values["until"] == until

    @pytest.mark.parametrize(
        ("instant", "opens"),
        [
            (datetime(2026, 3, 7, 11, 0, tzinfo=UTC), "9 March 2026, 08:30"),  # a Saturday
            (datetime(2026, 3, 13, 15, 0, tzinfo=UTC), "16 March 2026, 08:30"),  # a Friday after half past three
            (datetime(2026, 4, 3, 9, 0, tzinfo=UTC), "7 April 2026, 08:30"),  # Good Friday; Easter Monday is a holiday too
        ],
    )
    async def test_say_when_it_opens_again(self, anonymous: Stage, at: Put, instant: datetime, opens: str) -> None:
        at(instant)

        told = await anonymous.tell(ActionTellHours())

        assert told.names == ["utter_hours_closed"]
        assert told.values["opens"] == opens

    async def test_name_every_day_of_the_week_once(self, anonymous: Stage) -> None:
        english, hungarian = [await anonymous.tell(ActionTellHours(), language=language) for language in ("en", "hu")]

        assert english.values["week"].splitlines() == [
            "- Monday–Thursday: 08:30–17:00",
            "- Friday: 08:30–15:30",
            "- Saturday–Sunday: closed",
        ]
        assert hungarian.values["week"].splitlines()[0] == "- hétfő–csütörtök: 8:30–17:00"


class TestContact:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_lists_every_way_of_the_offering(self, anonymous: Stage, language: str) -> None:
        told = await anonymous.tell(ActionTellContact(), language=language)

        methods = anonymous.services.offering.contact_methods
        rows = told.values["lines"].splitlines()
        assert len(rows) == len(methods)
        for row, method in zip(rows, methods, strict=True):
            assert method.label.say(language) in row
            assert method.value in row


class TestPaymentMethods:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_have_every_account_of_the_partner(self, anonymous: Stage, language: str) -> None:
        told = await anonymous.tell(ActionTellPaymentMethods(), language=language)

        partner = anonymous.services.partner
        assert told.values["holder"] == partner.legal_name
        for account in partner.bank_accounts:
            assert f"{account.currency}: {account.printed_iban}" in told.values["accounts"]
        for method in partner.payment_methods:
            assert method.label.say(language) in told.values["methods"]


class TestTicket:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("state", list(TicketState))
    async def test_named_is_told_with_its_state(self, stage: Stage, state: TicketState, language: str) -> None:
        put = ticket(stage, "T-2026-0042", state=state)

        told = await stage.tell(ActionTellTicket(), entities={"ticket_number": put.number}, language=language)

        assert told.names == [f"utter_ticket_{state.value}"]
        assert (told.values["ticket"], told.values["subject"]) == (put.number, put.subject)

    async def test_not_named_is_told_for_each_that_is_open(self, stage: Stage) -> None:
        for number, state in (("T-2026-0001", TicketState.OPEN), ("T-2026-0002", TicketState.CLOSED), ("T-2026-0003", TicketState.WAITING)):
            ticket(stage, number, state=state)

        told = await stage.tell(ActionTellTicket())

        assert {values["ticket"] for _, values in told.said} == {"T-2026-0001", "T-2026-0003"}

    async def test_is_said_to_be_none_where_there_is_none(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellTicket())

        assert told.names == ["utter_ticket_none"]

    async def test_of_somebody_else_is_answered_like_a_missing_one(self, stage: Stage) -> None:
        ticket(stage, "T-2026-0009", customer_id=added_customer(stage.store, "C-2"))

        theirs, nobodys = [
            await stage.tell(ActionTellTicket(), entities={"ticket_number": number}) for number in ("T-2026-0009", "T-2026-0008")
        ]

        assert theirs.said == nobodys.said == [("utter_not_found", {})]

    async def test_of_an_unknown_visitor_is_parked(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionTellTicket(), entities={"ticket_number": "T-2026-0042"})

        assert told.names == ["utter_identify_needed"]
        assert told.slots["parked"] == '{"action": "action_tell_ticket", "entities": {"ticket_number": ["T-2026-0042"]}}'


class TestTicketAsItIs:
    @pytest.mark.parametrize(
        ("changes", "names"),
        [
            ({"answer_by": NOW - timedelta(hours=1)}, ["utter_ticket_late"]),
            ({"reopened": 1}, ["utter_ticket_reopened"]),
            ({"first_answered_at": NOW}, ["utter_ticket_in_progress"]),
            ({"priority": TicketPriority.URGENT}, ["utter_ticket_open", "utter_ticket_priority_urgent"]),
            ({"priority": TicketPriority.HIGH, "reopened": 2}, ["utter_ticket_reopened", "utter_ticket_priority_high"]),
            ({"priority": TicketPriority.LOW}, ["utter_ticket_open"]),
        ],
    )
    async def test_is_told_by_a_sentence_that_is_true(self, stage: Stage, changes: dict[str, object], names: list[str]) -> None:
        made = ticket(stage, "T-2026-0001")
        with stage.services.conversation_store.begin() as tx:
            tx.save_ticket(replace(made, **changes))  # type: ignore[attr-defined, arg-type] # a desk's transaction; a test's own values

        told = await stage.tell(ActionTellTicket(), language="hu")

        assert told.names == names
