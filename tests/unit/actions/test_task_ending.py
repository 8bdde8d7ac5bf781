"""Cancelling a subscription and switching its renewal off or on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.support.model import TicketKind
from tests.builders import subscription
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read, stocked

E3, VISIO, POWER_BI = "Microsoft 365 E3", "Visio Plan 2", "Power BI Pro"


@pytest.fixture
def talk(stage: Stage) -> Talk:
    return Talk(stocked(stage))


class TestCancelling:
    async def test_what_is_bound_says_that_the_term_is_owed_and_nothing_comes_back(self, talk: Talk) -> None:
        told = await talk.says("cancel our E3", "cancel_subscription", product=E3)

        assert told.names == ["utter_task_confirm_cancel_subscription"]
        assert "owed until 1 June 2026" in read(told)
        assert "arranged by 31 May 2026" in read(told)
        assert "I change nothing at Microsoft myself" in read(told)

    async def test_within_the_seven_days_says_until_when_and_what_is_lost(self, talk: Talk) -> None:
        told = await talk.says("cancel Power BI", "cancel_subscription", product=POWER_BI)

        assert "until 12 March 2026" in read(told)
        assert "lose access" in read(told)

    async def test_a_legacy_one_says_that_the_rest_is_credited(self, talk: Talk) -> None:
        told = await talk.says("mondjuk le a Visiót", "cancel_subscription", product=VISIO)

        assert "no cancellation fee" in read(told)

    async def test_is_recorded_after_a_yes_that_repeats_the_wish(self, talk: Talk) -> None:
        await talk.says("cancel Power BI", "cancel_subscription", product=POWER_BI)

        told = await talk.says("yes, cancel it", "cancel_subscription")

        assert told.names == ["utter_task_done_cancel_subscription"]
        assert talk.ticket.kind is TicketKind.SUBSCRIPTION
        assert "Terms told: You are within the 7 days" in talk.ticket.transcript

    async def test_asks_which_one_and_takes_its_name(self, talk: Talk) -> None:
        talk.language = "hu"

        asked = await talk.says("szeretnék lemondani egy előfizetést", "cancel_subscription")
        told = await talk.says("a Visiót", "ask_subscriptions", product=VISIO)

        assert asked.names == ["utter_task_ask_cancel_subscription_subscription"]
        assert told.names == ["utter_task_confirm_cancel_subscription"]
        assert told.values["product"] == VISIO

    async def test_of_what_ends_anyway_says_so(self, stage: Stage) -> None:
        stocked(stage)
        with stage.store.ledger.begin() as tx:
            bound = next(item for item in tx.subscriptions(customer_id=stage.customer_id) if item.product == E3)
            tx.save_subscription(replace(bound, auto_renew=False))

        told = await Talk(stage).says("cancel E3", "cancel_subscription", product=E3)

        assert told.names == ["utter_task_refused_already_cancel"]
        assert "1 June 2026" in read(told)

    async def test_of_usage_says_that_what_was_used_is_billed(self, stage: Stage) -> None:
        with stage.store.ledger.begin() as tx:
            tx.save_subscription(replace(subscription(stage.customer_id, product="Azure plan", quantity=0), ends_on=None))

        told = await Talk(stage).says("cancel it all", "cancel_subscription")

        assert "billed by usage" in read(told)

    async def test_the_terms_are_looked_at_again_before_it_is_recorded(self, talk: Talk) -> None:
        await talk.says("cancel our E3", "cancel_subscription", product=E3)
        with talk.stage.store.ledger.begin() as tx:
            bound = next(item for item in tx.subscriptions(customer_id=talk.stage.customer_id) if item.product == E3)
            tx.save_subscription(replace(bound, auto_renew=False))

        told = await talk.says("yes", "affirm")

        assert told.names == ["utter_task_refused_already_cancel"]
        assert talk.tickets == ()


class TestRenewal:
    @pytest.mark.parametrize(
        ("language", "text"),
        [("en", "please turn off auto-renew for E3"), ("hu", "kapcsolják ki az E3 automatikus megújítását")],
    )
    async def test_is_switched_off_with_the_day_it_ends(self, talk: Talk, language: str, text: str) -> None:
        talk.language = language

        told = await talk.says(text, "change_renewal", product=E3)

        assert told.names == ["utter_task_confirm_change_renewal"]
        assert {"en": "1 June 2026", "hu": "2026. június 1."}[language] in read(told)

    @pytest.mark.parametrize(("text", "intent"), [("no", "deny"), ("nem kell", "deny"), ("ne újuljon meg", "inform")])
    async def test_is_asked_for_and_a_no_switches_it_off(self, talk: Talk, text: str, intent: str) -> None:
        asked = await talk.says("change the renewal of E3", "change_renewal", product=E3)

        told = await talk.says(text, intent)

        assert asked.names == ["utter_task_ask_change_renewal_renewal"]
        assert told.names == ["utter_task_confirm_change_renewal"]
        assert told.values["change"] == "switch automatic renewal off"

    async def test_that_is_on_already_needs_nothing(self, talk: Talk) -> None:
        told = await talk.says("turn renewal on for E3", "change_renewal", product=E3)

        assert told.names == ["utter_task_refused_already_renewal_on"]

    async def test_can_be_switched_on_again(self, stage: Stage) -> None:
        stocked(stage)
        with stage.store.ledger.begin() as tx:
            bound = next(item for item in tx.subscriptions(customer_id=stage.customer_id) if item.product == E3)
            tx.save_subscription(replace(bound, auto_renew=False))
        talk = Talk(stage, "hu")

        told = await talk.says("kapcsolják vissza az E3 megújítását", "change_renewal", product=E3)
        done = await talk.says("igen", "affirm")

        assert "megújul" in read(told)
        assert talk.ticket.number in read(done)
