"""What the customer has, and when it renews."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.subscriptions import ActionListSubscriptions, ActionTellRenewal
from bot.billing.model import BillingPlan, Subscription, SubscriptionStatus
from tests.builders import added_customer, subscription
from tests.unit.actions.conftest import Stage, render


def put(stage: Stage, *items: Subscription) -> None:
    with stage.store.ledger.begin() as tx:
        for item in items:
            tx.save_subscription(item)


def owned(stage: Stage, product: str, **changes: object) -> Subscription:
    return replace(subscription(stage.customer_id, f"sub-{product}".lower(), product=product), **changes)


class TestList:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("status", [one for one in SubscriptionStatus if one is not SubscriptionStatus.CANCELLED])
    async def test_names_the_state_of_each(self, stage: Stage, status: SubscriptionStatus, language: str) -> None:
        suspended_on = date(2026, 2, 1) if status is SubscriptionStatus.SUSPENDED else None
        put(stage, owned(stage, "Visio Plan 2", status=status, suspended_on=suspended_on))

        told = await stage.tell(ActionListSubscriptions(), language=language)

        assert told.names == ["utter_subscriptions_one"]
        assert "Visio Plan 2" in told.values["lines"]
        assert render(stage.wired, f"utter_part_subscription_{status.value}", {})[language] in told.values["lines"]

    async def test_leaves_out_what_was_cancelled(self, stage: Stage) -> None:
        put(stage, owned(stage, "Visio Plan 2", status=SubscriptionStatus.CANCELLED))

        told = await stage.tell(ActionListSubscriptions())

        assert told.names == ["utter_subscriptions_none"]

    async def test_leaves_out_what_somebody_else_has(self, stage: Stage) -> None:
        put(stage, subscription(added_customer(stage.store, "C-2"), "sub-theirs", product="Project Plan 3"))

        told = await stage.tell(ActionListSubscriptions())

        assert told.names == ["utter_subscriptions_none"]

    async def test_offers_to_tell_what_is_open_where_one_is_suspended_for_not_being_paid(self, stage: Stage) -> None:
        stopped = owned(stage, "Power BI Pro", status=SubscriptionStatus.SUSPENDED, suspended_on=date(2026, 2, 1))
        put(stage, replace(stopped, suspension_reason="non_payment"), owned(stage, "Visio Plan 2"))

        told = await stage.tell(ActionListSubscriptions())

        assert told.names == ["utter_subscriptions", "utter_subscriptions_suspended_for_non_payment"]

    async def test_of_one_suspended_by_wish_offers_nothing(self, stage: Stage) -> None:
        stopped = owned(stage, "Power BI Pro", status=SubscriptionStatus.SUSPENDED, suspended_on=date(2026, 2, 1))
        put(stage, replace(stopped, suspension_reason="customer_request"))

        told = await stage.tell(ActionListSubscriptions())

        assert told.names == ["utter_subscriptions_one"]

    @pytest.mark.parametrize(
        ("named", "expected"),
        [
            ("Power BI Pro", ["Power BI Pro"]),
            ("power bi", ["Power BI Premium", "Power BI Pro"]),
            ("365 Standard", ["Microsoft 365 Business Standard"]),
        ],
    )
    async def test_of_a_product_has_those_that_fit_its_name(self, stage: Stage, named: str, expected: list[str]) -> None:
        put(stage, *(owned(stage, product) for product in ("Power BI Pro", "Power BI Premium", "Microsoft 365 Business Standard")))

        told = await stage.tell(ActionListSubscriptions(), entities={"product": named})

        assert [line.removeprefix("- ").split(":")[0] for line in told.values["lines"].splitlines()] == expected

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_of_a_product_nobody_has_names_it(self, stage: Stage, language: str) -> None:
        put(stage, owned(stage, "Power BI Pro"))

        told = await stage.tell(ActionListSubscriptions(), entities={"product": "Visio"}, language=language)

        assert told.said == [("utter_subscriptions_none_of_product", {"product": "Visio"})]

    @pytest.mark.parametrize(
        ("seats", "english", "hungarian"), [(1, "1 licence,", "1 licenc,"), (12, "12 licences", "12 licenc"), (0, "usage", "fogyasztás")]
    )
    async def test_counts_seats(self, stage: Stage, seats: int, english: str, hungarian: str) -> None:
        put(stage, owned(stage, "Azure plan", quantity=seats))

        told = [await stage.tell(ActionListSubscriptions(), language=language) for language in ("en", "hu")]

        assert english in told[0].texts[0]
        assert hungarian in told[1].texts[0]

    async def test_past_fifteen_counts_the_rest(self, stage: Stage) -> None:
        put(stage, *(owned(stage, f"Product {place:02}") for place in range(17)))

        told = await stage.tell(ActionListSubscriptions())

        assert told.values["count"] == "17"
        assert told.values["lines"].splitlines()[-1] == "- … and 2 more"

    async def test_of_an_unknown_visitor_asks_who_they_are(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionListSubscriptions(), entities={"product": "Visio"})

        assert told.names == ["utter_identify_needed"]


class TestRenewal:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize(("auto_renew", "part"), [(True, "utter_part_renewal_auto"), (False, "utter_part_renewal_off")])
    async def test_says_whether_it_renews_or_ends(self, stage: Stage, auto_renew: bool, part: str, language: str) -> None:
        put(stage, owned(stage, "Visio Plan 2", auto_renew=auto_renew, ends_on=date(2026, 9, 1)))

        told = await stage.tell(ActionTellRenewal(), language=language)

        day = {"en": "1 September 2026", "hu": "2026. szeptember 1."}[language]
        assert told.names == ["utter_renewal_one"]
        assert render(stage.wired, part, {"date": day})[language] in told.values["lines"]

    async def test_has_the_soonest_first_and_what_never_ends_last(self, stage: Stage) -> None:
        put(
            stage,
            owned(stage, "Azure plan", ends_on=None, quantity=0, billing_plan=BillingPlan.NONE),
            owned(stage, "Power BI Pro", ends_on=date(2026, 12, 1)),
            owned(stage, "Visio Plan 2", ends_on=date(2026, 4, 1)),
        )

        told = await stage.tell(ActionTellRenewal())

        assert [line.split(" (")[0].removeprefix("- ") for line in told.values["lines"].splitlines()] == [
            "Visio Plan 2",
            "Power BI Pro",
            "Azure plan",
        ]

    async def test_of_a_product_tells_that_one_only(self, stage: Stage) -> None:
        put(stage, owned(stage, "Power BI Pro"), owned(stage, "Visio Plan 2"))

        told = await stage.tell(ActionTellRenewal(), entities={"product": "visio plan 2"})

        assert told.names == ["utter_renewal_one"]
        assert "Power BI" not in told.texts[0]

    async def test_leaves_out_what_has_ended(self, stage: Stage) -> None:
        put(stage, owned(stage, "Visio Plan 2", status=SubscriptionStatus.EXPIRED))

        told = await stage.tell(ActionTellRenewal())

        assert told.names == ["utter_subscriptions_none"]

    async def test_of_a_product_nobody_has_names_it(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellRenewal(), entities={"product": "Visio"})

        assert told.said == [("utter_subscriptions_none_of_product", {"product": "Visio"})]
