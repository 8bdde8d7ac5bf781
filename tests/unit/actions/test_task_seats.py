"""More and fewer licences, over several turns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.billing.model import SubscriptionStatus
from bot.conversations.model import Speaker
from bot.support.model import TicketKind
from tests.builders import subscription
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read, stocked

E3, VISIO, POWER_BI = "Microsoft 365 E3", "Visio Plan 2", "Power BI Pro"


@pytest.fixture
def talk(stage: Stage) -> Talk:
    return Talk(stocked(stage))


class TestAdding:
    async def test_all_at_once_is_repeated_back_with_its_terms_and_recorded_after_a_yes(self, talk: Talk) -> None:
        told = await talk.says("add 3 more E3 licences please", "change_seats", product=E3)

        assert told.names == ["utter_task_confirm_change_seats"]
        assert "from 10 to 13 licences (3 more)" in read(told)
        assert "16 March 2026" in read(told)
        assert "1 June 2026" in read(told)
        assert talk.tickets == ()

        done = await talk.says("yes please", "affirm")

        assert done.names == ["utter_task_done_change_seats"]
        assert talk.ticket.number in read(done)
        assert not talk.waits

    async def test_becomes_a_ticket_with_everything_said_while_the_bot_goes_on_speaking(self, talk: Talk) -> None:
        await talk.says("add 3 more E3 licences please", "change_seats", product=E3)
        await talk.says("yes", "affirm")

        assert talk.ticket.kind is TicketKind.SUBSCRIPTION
        assert talk.ticket.subject == "Microsoft 365 E3: from 10 to 13 licences (3 more)"
        assert "Product: Microsoft 365 E3 (sub-e3)" in talk.ticket.transcript
        assert "Contact: anna@minta.example" in talk.ticket.transcript
        assert "customer: add 3 more E3 licences please" in talk.ticket.transcript
        assert (talk.ticket.reason, talk.ticket.customer_id) == (None, talk.stage.customer_id)
        assert talk.conversation.speaker is Speaker.BOT

    async def test_asks_for_one_thing_at_a_time(self, talk: Talk) -> None:
        first = await talk.says("we need to change our licences", "change_seats")
        second = await talk.says("the second one")
        third = await talk.says("8")

        assert first.names == ["utter_task_ask_change_seats_subscription"]
        assert "1. Microsoft 365 E3 (10 licences" in read(first)
        assert second.names == ["utter_task_ask_change_seats_quantity"]
        assert POWER_BI in read(second)
        assert third.names == ["utter_task_confirm_change_seats"]
        assert "from 4 to 8 licences" in read(third)

    async def test_works_in_hungarian(self, talk: Talk) -> None:
        talk.language = "hu"

        told = await talk.says("hárommal több E3 kellene", "change_seats", product=E3)
        done = await talk.says("mehet", "affirm")

        assert "10 licenc helyett 13 (3 darabbal több)" in read(told)
        assert "Termék: Microsoft 365 E3" in talk.ticket.transcript
        assert talk.ticket.number in read(done)

    async def test_of_a_legacy_subscription_binds_to_nothing(self, talk: Talk) -> None:
        told = await talk.says("2 more visio", "change_seats", product=VISIO)

        assert "can be taken off again at any time" in read(told)

    async def test_takes_a_place_in_the_list_for_no_number_of_licences(self, talk: Talk) -> None:
        await talk.says("change licences", "change_seats")

        told = await talk.says("2")

        assert told.names == ["utter_task_ask_change_seats_quantity"]

    async def test_asks_what_is_meant_by_fewer_than_there_are(self, talk: Talk) -> None:
        told = await talk.says("we'd want 5 E3 licences", "change_seats", product=E3)

        assert told.names == ["utter_task_ask_change_seats_quantity"]

    async def test_takes_the_only_subscription_without_asking(self, stage: Stage) -> None:
        with stage.store.ledger.begin() as tx:
            tx.save_subscription(replace(subscription(stage.customer_id, quantity=5), ends_on=None))
        talk = Talk(stage)

        told = await talk.says("two more licences", "change_seats")

        assert told.names == ["utter_task_confirm_change_seats"]
        assert "from 5 to 7" in read(told)

    async def test_asks_which_of_two_of_the_same_product(self, stage: Stage) -> None:
        with stage.store.ledger.begin() as tx:
            for number, quantity in (("sub-1", 5), ("sub-2", 7)):
                tx.save_subscription(replace(subscription(stage.customer_id, number, product=E3, quantity=quantity), ends_on=None))
        talk = Talk(stage)

        await talk.says("two more E3", "change_seats", product=E3)
        told = await talk.says("a 2.")

        assert "from 7 to 9" in read(told)


class TestRemoving:
    async def test_from_what_is_bound_waits_for_the_renewal_and_says_what_is_owed(self, talk: Talk) -> None:
        told = await talk.says("take 2 E3 off", "change_seats", product=E3)

        assert told.names == ["utter_task_confirm_change_seats"]
        assert "ended on 7 June 2025" in read(told)
        assert "renewal on 1 June 2026" in read(told)

    async def test_within_the_seven_days_is_possible_at_once(self, talk: Talk) -> None:
        told = await talk.says("kettővel kevesebb Power BI", "change_seats", product=POWER_BI)

        assert "within the 7 days" in read(told)
        assert "until 12 March 2026" in read(told)

    async def test_from_a_legacy_subscription_is_credited(self, talk: Talk) -> None:
        told = await talk.says("reduce visio to 3", "change_seats", product=VISIO)

        assert "from 5 to 3 licences (2 fewer)" in read(told)
        assert "credited pro rata" in read(told)

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_of_all_licences_is_told_to_be_a_cancellation(self, talk: Talk, language: str) -> None:
        talk.language = language

        told = await talk.says("remove 10 of the E3 licences", "change_seats", product=E3)

        assert told.names == ["utter_task_refused_all_seats"]
        assert not talk.waits


class TestRefusals:
    @pytest.mark.parametrize(
        ("status", "quantity", "ends_on", "response"),
        [
            (SubscriptionStatus.SUSPENDED, 5, date(2026, 6, 1), "utter_task_refused_suspended"),
            (SubscriptionStatus.EXPIRED, 5, date(2026, 3, 1), "utter_task_refused_run_out"),
            (SubscriptionStatus.ACTIVE, 0, date(2026, 6, 1), "utter_task_refused_usage_based"),
            (SubscriptionStatus.ACTIVE, 5, date(2026, 3, 1), "utter_task_refused_term_over"),
        ],
    )
    async def test_come_before_a_number_is_asked_for(
        self, stage: Stage, status: SubscriptionStatus, quantity: int, ends_on: date, response: str
    ) -> None:
        with stage.store.ledger.begin() as tx:
            tx.save_subscription(replace(subscription(stage.customer_id, quantity=quantity), status=status, ends_on=ends_on))
        talk = Talk(stage)

        told = await talk.says("more licences please", "change_seats")

        assert told.names == [response]
        assert not talk.waits

    async def test_of_the_number_there_is_says_that_nothing_changes(self, talk: Talk) -> None:
        told = await talk.says("set E3 to 10 licences in total", "change_seats", product=E3)

        assert told.names == ["utter_task_refused_same_seats"]

    async def test_of_a_product_the_customer_does_not_have_lists_what_there_is(self, talk: Talk) -> None:
        told = await talk.says("3 more Copilot", "change_seats", product="Microsoft 365 Copilot")

        assert told.names == ["utter_task_not_owned", "utter_task_ask_change_seats_subscription"]

    async def test_of_a_customer_without_subscriptions_ends_there(self, stage: Stage) -> None:
        talk = Talk(stage)

        told = await talk.says("3 more licences", "change_seats")

        assert told.names == ["utter_task_no_subscription"]
        assert not talk.waits

    async def test_offers_a_person_to_whom_a_yes_leads(self, talk: Talk) -> None:
        await talk.says("remove 10 of the E3 licences", "change_seats", product=E3)

        told = await talk.says("yes", "affirm")

        assert told.names == ["utter_handover_open"]


class TestWishes:
    @pytest.mark.parametrize("entities", [{"date": "2026-04-01"}, {"period": "2026-04-01/2026-05-01"}])
    async def test_for_a_day_are_repeated_back_and_recorded(self, talk: Talk, entities: dict[str, str]) -> None:
        told = await talk.says("3 more E3 from April", "change_seats", product=E3, **entities)
        await talk.says("yes", "affirm")

        assert "wished from 1 April 2026" in read(told)
        assert "wished from 1 April 2026" in talk.ticket.transcript

    @pytest.mark.parametrize("period", ["2026-02-01/2026-03-01", "2026-03-01/2026-04-01"])
    async def test_are_not_read_from_what_is_past_or_present(self, talk: Talk, period: str) -> None:
        told = await talk.says("2 more E3 like those we bought then", "change_seats", product=E3, period=period)

        assert "wished" not in read(told)

    async def test_said_with_the_yes_change_what_is_repeated_back(self, talk: Talk) -> None:
        talk.language = "hu"
        await talk.says("hárommal több E3 kell", "change_seats", product=E3)

        told = await talk.says("jó, de csak áprilistól", "affirm", period="2026-04-01/2026-05-01")

        assert told.names == ["utter_task_confirm_change_seats"]
        assert "kívánt kezdőnap: 2026. április 1." in read(told)

    async def test_that_are_a_condition_are_noted_and_asked_to_be_confirmed(self, talk: Talk) -> None:
        await talk.says("3 more E3", "change_seats", product=E3)

        told = await talk.says("yes, but please call me before you do it", "affirm")
        await talk.says("yes", "affirm")

        assert told.names == ["utter_task_noted", "utter_task_confirm_change_seats"]
        assert "Remark: yes, but please call me before you do it" in talk.ticket.transcript


class TestCorrections:
    @pytest.mark.parametrize(
        ("text", "intent", "expected"),
        [
            ("no, I meant 5", "deny", "from 10 to 15"),
            ("inkább 5", "inform", "from 10 to 15"),
            ("sorry, make it 20 in total", "follow_up", "from 10 to 20"),
            ("nem, legyen 12", "deny", "from 10 to 12"),
            ("yes but only 2 more", "affirm", "from 10 to 12"),
            ("actually 4 fewer", "change_seats", "from 10 to 6"),
        ],
    )
    async def test_of_the_number_are_repeated_back(self, talk: Talk, text: str, intent: str, expected: str) -> None:
        await talk.says("add 3 more E3 licences please", "change_seats", product=E3)

        told = await talk.says(text, intent)

        assert told.names == ["utter_task_confirm_change_seats"]
        assert expected in read(told)
        assert talk.tickets == ()

    @pytest.mark.parametrize(("text", "intent"), [("nem, a Visiót", "deny"), ("no, for Visio", "ask_subscriptions")])
    async def test_of_the_product_keep_the_number(self, talk: Talk, text: str, intent: str) -> None:
        await talk.says("add 3 more E3 licences please", "change_seats", product=E3)

        told = await talk.says(text, intent, product=VISIO)

        assert told.values["product"] == VISIO
        assert "from 5 to 8" in read(told)

    async def test_of_the_product_are_taken_while_the_number_is_asked_for(self, talk: Talk) -> None:
        await talk.says("change the E3 licences", "change_seats", product=E3)

        told = await talk.says("no, I meant Visio", "deny", product=VISIO)

        assert told.names == ["utter_task_ask_change_seats_quantity"]
        assert told.values["product"] == VISIO
