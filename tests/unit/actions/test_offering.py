"""What support covers and costs, and where those turn who bought elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from actions.offering import ActionTellPortal, ActionTellSupportPrice, ActionTellSupportScope
from bot.support.offering import FirstAnswer, Price, PriceModel
from tests.builders import money
from tests.unit.actions.conftest import Stage


class TestSupportScope:
    @pytest.mark.parametrize(
        ("language", "parts"),
        [
            (
                "en",
                ("- Care: Everything in Basic; Any number", "- invoices and payments, subscriptions: within 4 hours", "not to Microsoft"),
            ),
            ("hu", ("- Gondoskodó: Minden, ami", "- számlák és befizetések, előfizetések: 4 órán belül", "ne a Microsofthoz")),
        ],
    )
    async def test_names_plans_first_answers_and_who(self, anonymous: Stage, language: str, parts: tuple[str, ...]) -> None:
        told = await anonymous.tell(ActionTellSupportScope(), language=language)

        for part in parts:
            assert part in told.texts[0]

    @pytest.mark.parametrize(("minutes", "shown"), [(30, "30 minutes"), (60, "1 hour"), (90, "1.5 hours")])
    async def test_says_times_as_people_do(self, stage: Stage, minutes: int, shown: str) -> None:
        offering = stage.services.offering
        answers = tuple(FirstAnswer(one.kind, minutes) for one in offering.first_answers)
        stage.services = replace(stage.services, offering=replace(offering, first_answers=answers))

        told = await stage.tell(ActionTellSupportScope())

        assert told.values["times"].endswith(f"within {shown}")
        assert len(told.values["times"].splitlines()) == 1


class TestSupportPrice:
    @pytest.mark.parametrize(
        ("language", "rows"),
        [
            ("en", ("- Basic, free of charge: ", "- Single case, HUF 18,500 a case: ", "- Care, HUF 39,000 a month: ")),
            ("hu", ("- Alap, díjmentes: ", "- Eseti, esetenként 18 500 Ft: ", "- Gondoskodó, havonta 39 000 Ft: ")),
        ],
    )
    async def test_names_each_plan_with_its_price(self, anonymous: Stage, language: str, rows: tuple[str, ...]) -> None:
        told = await anonymous.tell(ActionTellSupportPrice(), language=language)

        for row in rows:
            assert row in told.texts[0]

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_of_an_hour_can_be_said(self, stage: Stage, language: str) -> None:
        offering = stage.services.offering
        plan = replace(offering.plans[0], price=Price(PriceModel.PER_HOUR, money("60")))
        stage.services = replace(stage.services, offering=replace(offering, plans=(plan,)))

        told = await stage.tell(ActionTellSupportPrice(), language=language)

        assert {"en": "€60.00 an hour", "hu": "óránként 60,00 EUR"}[language] in told.texts[0]

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_that_is_included_can_be_said(self, stage: Stage, language: str) -> None:
        offering = stage.services.offering
        plan = replace(offering.plans[0], price=Price(PriceModel.INCLUDED))
        stage.services = replace(stage.services, offering=replace(offering, plans=(plan,)))

        told = await stage.tell(ActionTellSupportPrice(), language=language)

        assert {"en": "included in your subscriptions", "hu": "az előfizetések díja tartalmazza"}[language] in told.texts[0]

    async def test_where_all_is_free_does_not_speak_of_tax(self, stage: Stage) -> None:
        offering = stage.services.offering
        stage.services = replace(stage.services, offering=replace(offering, plans=offering.plans[:1]))

        told = await stage.tell(ActionTellSupportPrice())

        assert told.names == ["utter_support_price_free"]


class TestBoughtElsewhere:
    @pytest.mark.parametrize(
        ("product", "text", "portal"),
        [
            ("Microsoft 365 E3", "we pay Microsoft directly for E3", "Microsoft 365 admin center, Billing"),
            ("Azure", "azure, paid by credit card", "Azure portal, Cost Management"),
            ("Azure", "Azure under our enterprise agreement", "Azure portal, Cost Management"),
            (None, "where is the invoice of our volume licences", "Volume Licensing Service Center"),
            ("Office 365", "Office came from another partner", "that partner"),
            ("Microsoft 365", "Microsoft 365 Family at home", "your Microsoft account"),
            (None, "we have an MPSA", "Microsoft Business Center"),
        ],
    )
    async def test_names_the_portal_of_the_product_and_the_way_of_buying(
        self, anonymous: Stage, product: str | None, text: str, portal: str
    ) -> None:
        told = await anonymous.tell(ActionTellPortal(), entities={"product": product} if product else {}, text=text)

        assert told.names == ["utter_bought_elsewhere_one"]
        assert portal in told.values["lines"]

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_with_neither_names_the_usual_ones_and_no_amount(self, stage: Stage, language: str) -> None:
        told = await stage.tell(ActionTellPortal(), text="nem önöktől vettem", language=language)

        assert told.names == ["utter_bought_elsewhere"]
        assert len(told.values["lines"].splitlines()) == 3
        assert not re.search(r"€|EUR|Ft|HUF", told.texts[0])

    async def test_of_a_product_alone_names_its_portal_and_the_other_partner(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellPortal(), entities={"product": "Azure"}, text="our Azure is not from you")

        assert [row.split(":")[0] for row in told.values["lines"].splitlines()] == [
            "- Azure bought straight from Microsoft or under an Enterprise Agreement",
            "- Bought from another partner",
        ]
