"""Why an invoice differs from the one before, told in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from actions.billing import ActionExplainInvoice
from actions.explain import asks_for_lines_only
from bot.billing.model import ChargeType, Invoice, InvoiceLine
from bot.shared.money import total
from tests.builders import add, document, line, money
from tests.unit.actions.conftest import Stage


def charge(
    product: str,
    net: str,
    *,
    kind: ChargeType = ChargeType.CYCLE_FEE,
    quantity: str = "10",
    days: tuple[date, date] | None = None,
    currency: str = "EUR",
) -> InvoiceLine:
    made = replace(line(net=net, currency=currency), product=product, description=product, charge_type=kind, quantity=Decimal(quantity))
    start, end = days or (None, None)
    return replace(made, period_start=start, period_end=end)


def bill(stage: Stage, number: str, issued_on: date, *lines: InvoiceLine, tax: str = "0", rounding: str = "0") -> Invoice:
    currency = lines[0].net.currency
    net = total(tuple(one.net for one in lines), currency=currency)
    gross = net + money(tax, currency)
    made = document(stage.customer_id, number, issued_on=issued_on, currency=currency)
    return replace(
        made,
        lines=tuple(replace(one, position=place) for place, one in enumerate(lines, 1)),
        net=net,
        tax=money(tax, currency),
        gross=gross,
        rounding=money(rounding, currency),
        payable=gross + money(rounding, currency),
    )


def put(stage: Stage, before: tuple[InvoiceLine, ...], after: tuple[InvoiceLine, ...], **totals: str) -> None:
    add(stage.store, bill(stage, "CL-1", date(2026, 2, 1), *before), bill(stage, "CL-2", date(2026, 3, 1), *after, **totals))


class TestDifference:
    @pytest.mark.parametrize(
        ("language", "parts"),
        [
            ("en", ("CL-2 is €20.00 higher than CL-1", "€120.00 instead of €100.00", "- Visio: 12 instead of 10 licences, +€20.00")),
            (
                "hu",
                (
                    "CL-2 számú számlája 20,00 EUR összeggel magasabb",
                    "100,00 EUR helyett 120,00 EUR",
                    "- Visio: 10 helyett 12 licenc, +20,00 EUR",
                ),
            ),
        ],
    )
    async def test_comes_first_with_its_causes_and_then_the_lines(self, stage: Stage, language: str, parts: tuple[str, ...]) -> None:
        put(stage, (charge("Visio", "100"),), (charge("Visio", "120", quantity="12"),))

        told = await stage.tell(ActionExplainInvoice(), text="why is it higher", language=language)

        assert told.names == ["utter_invoice_higher", "utter_invoice_lines"]
        for part in parts:
            assert part in told.texts[0]

    async def test_downwards_is_said_without_a_sign(self, stage: Stage) -> None:
        put(stage, (charge("Visio", "120", quantity="12"),), (charge("Visio", "100"),))

        told = await stage.tell(ActionExplainInvoice())

        assert told.names[0] == "utter_invoice_lower"
        assert told.said[0][1]["difference"] == "€20.00"
        assert told.said[0][1]["causes"] == "- Visio: 10 instead of 12 licences, -€20.00"

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_of_nothing_is_said_to_be_none(self, stage: Stage, language: str) -> None:
        put(stage, (charge("Visio", "100"),), (charge("Visio", "100"),))

        told = await stage.tell(ActionExplainInvoice(), language=language)

        assert told.names[0] == "utter_invoice_same"

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_of_equal_sums_made_up_of_other_parts_names_the_parts(self, stage: Stage, language: str) -> None:
        put(stage, (charge("Visio", "100"), charge("Project", "50")), (charge("Visio", "100"), charge("Teams", "50")))

        told = await stage.tell(ActionExplainInvoice(), language=language)

        assert told.names[0] == "utter_invoice_equal"
        assert len(told.said[0][1]["causes"].splitlines()) == 2

    async def test_has_the_five_largest_causes_and_the_sum_of_the_rest(self, stage: Stage) -> None:
        new = tuple(charge(f"Product {place}", str(place * 10), quantity="1") for place in range(1, 8))
        put(stage, (charge("Visio", "100"),), (charge("Visio", "100"), *new))

        told = await stage.tell(ActionExplainInvoice())

        rows = told.said[0][1]["causes"].splitlines()
        assert rows[0] == "- Product 7: new on this invoice, +€70.00"
        assert rows[5:] == ["- 2 smaller changes together: +€30.00"]

    async def test_has_a_sixth_cause_rather_than_the_sum_of_one(self, stage: Stage) -> None:
        new = tuple(charge(f"Product {place}", str(place * 10), quantity="1") for place in range(1, 7))
        put(stage, (charge("Visio", "100"),), (charge("Visio", "100"), *new))

        told = await stage.tell(ActionExplainInvoice())

        assert told.said[0][1]["causes"].splitlines()[5:] == ["- Product 1: new on this invoice, +€10.00"]

    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize(
        ("before", "after", "english"),
        [
            ((charge("Visio", "100"),), (charge("Visio", "110"),), "- Visio: €11.00 instead of €10.00 a unit, +€10.00"),
            ((charge("Visio", "100"), charge("Teams", "30")), (charge("Visio", "100"),), "- Teams: no longer on this invoice, -€30.00"),
            (
                (charge("Visio", "100"),),
                (charge("Visio", "100"), charge("Visio", "7", kind=ChargeType.PRORATION, days=(date(2026, 2, 11), date(2026, 2, 18)))),
                "- Visio: pro-rated charge for 7 days, +€7.00",
            ),
            (
                (charge("Visio", "100"),),
                (charge("Visio", "100"), charge("Visio", "1", kind=ChargeType.PRORATION, days=(date(2026, 2, 11), date(2026, 2, 12)))),
                "- Visio: pro-rated charge for one day, +€1.00",
            ),
            (
                (charge("Visio", "100"),),
                (charge("Visio", "100"), charge("Visio", "7", kind=ChargeType.PRORATION)),
                "- Visio: pro-rated charge for part of a period, +€7.00",
            ),
            (
                (charge("Visio", "100"), charge("Visio", "7", kind=ChargeType.PRORATION)),
                (charge("Visio", "100"),),
                "- Visio: smaller or no pro-rated charge than last time, -€7.00",
            ),
            (
                (charge("Azure", "100", kind=ChargeType.USAGE),),
                (charge("Azure", "140", kind=ChargeType.USAGE),),
                "- Azure: usage, +€40.00",
            ),
            (
                (charge("Visio", "100"),),
                (charge("Visio", "100"), charge("Set-up", "90", kind=ChargeType.ONE_TIME)),
                "- Set-up: one-time charge, +€90.00",
            ),
            (
                (charge("Visio", "100"), charge("Set-up", "90", kind=ChargeType.ONE_TIME)),
                (charge("Visio", "100"),),
                "- Set-up: the one-time charge of last time does not come again, -€90.00",
            ),
            (
                (charge("Visio", "100"),),
                (charge("Visio", "100"), charge("Visio", "-8", kind=ChargeType.CREDIT)),
                "- Visio: credit, -€8.00",
            ),
            (
                (charge("Visio", "100"), charge("Visio", "-8", kind=ChargeType.CREDIT)),
                (charge("Visio", "100"),),
                "- Visio: last time had a larger credit, +€8.00",
            ),
        ],
    )
    async def test_has_a_sentence_for_every_cause(
        self, stage: Stage, before: tuple[InvoiceLine, ...], after: tuple[InvoiceLine, ...], english: str, language: str
    ) -> None:
        put(stage, before, after)

        told = await stage.tell(ActionExplainInvoice(), language=language)

        causes = told.said[0][1]["causes"]
        assert len(causes.splitlines()) == 1
        if language == "en":
            assert causes == english

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_names_tax_and_rounding(self, stage: Stage, language: str) -> None:
        put(stage, (charge("Visio", "100"),), (charge("Visio", "100"),), tax="27", rounding="0.40")

        told = await stage.tell(ActionExplainInvoice(), language=language)

        expected = {
            "en": ["- tax: +€27.00", "- rounding and amounts paid in advance: +€0.40"],
            "hu": ["- áfa: +27,00 EUR", "- kerekítés és előre fizetett összeg: +0,40 EUR"],
        }
        assert told.said[0][1]["causes"].splitlines() == expected[language]

    async def test_is_not_told_across_currencies(self, stage: Stage) -> None:
        put(stage, (charge("Visio", "40000", currency="HUF"),), (charge("Visio", "100"),))

        told = await stage.tell(ActionExplainInvoice())

        assert told.names == ["utter_invoice_lines"]

    async def test_is_not_told_of_the_first_invoice(self, stage: Stage) -> None:
        add(stage.store, bill(stage, "CL-1", date(2026, 2, 1), charge("Visio", "100")))

        told = await stage.tell(ActionExplainInvoice(), text="why so much?")

        assert told.names == ["utter_invoice_lines"]

    async def test_passes_over_a_bill_for_a_single_purchase(self, stage: Stage) -> None:
        put(stage, (charge("Visio", "100"),), (charge("Visio", "120", quantity="12"),))
        add(stage.store, bill(stage, "CL-9", date(2026, 2, 15), charge("SQL Server", "900", kind=ChargeType.ONE_TIME)))

        told = await stage.tell(ActionExplainInvoice())

        assert told.said[0][1]["previous"] == "CL-1"

    async def test_is_left_out_where_only_the_lines_are_asked_for(self, stage: Stage) -> None:
        put(stage, (charge("Visio", "100"),), (charge("Visio", "120", quantity="12"),))

        told = await stage.tell(ActionExplainInvoice(), text="what's on it?")

        assert told.names == ["utter_invoice_lines"]


class TestWhatIsAskedFor:
    @pytest.mark.parametrize(
        "text",
        [
            "what's on the invoice",
            "what’s actually on it",
            "show me the line items",
            "give me a breakdown",
            "mi van rajta?",
            "milyen tételek vannak a számlán",
            "miből áll össze",
            "mi szerepel a szamlan",
        ],
    )
    def test_is_the_lines_only(self, text: str) -> None:
        assert asks_for_lines_only(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "why is it higher",
            "explain the invoice",
            "why are there two lines for E5",
            "what is on it that makes it more expensive than last month",
            "miért van rajta több tétel",
            "mitől drágább a mostani",
            "magyarázza el a számlát",
        ],
    )
    def test_is_more_than_the_lines(self, text: str) -> None:
        assert not asks_for_lines_only(text)
