"""Invoices set against each other: which is asked about, and which is only the yardstick."""

from __future__ import annotations

from datetime import date

import pytest

from actions.billing import ActionExplainInvoice
from tests.builders import add
from tests.unit.actions.conftest import Stage
from tests.unit.actions.test_explain import bill, charge

JANUARY, FEBRUARY, MARCH = "2026-01-01/2026-02-01", "2026-02-01/2026-03-01", "2026-03-01/2026-04-01"


@pytest.fixture
def months(stage: Stage) -> Stage:
    """Return a customer with an invoice in each of three months, each higher than the one before."""
    for number, day, net in (("CL-1", date(2026, 1, 2), "100"), ("CL-2", date(2026, 2, 2), "150"), ("CL-3", date(2026, 3, 1), "180")):
        add(stage.store, bill(stage, number, day, charge("Visio", net)))
    return stage


class TestComparing:
    @pytest.mark.parametrize(
        ("text", "word"),
        [
            ("why is my invoice higher than last month?", "last month"),
            ("How come we pay more than in the last month", "last month"),
            ("what changed compared to last month", "last month"),
            ("our bill went up from last month, why?", "last month"),
            ("miért több a mostani számla, mint a múlt havi?", "múlt havi"),
            ("a múlt havinál miért magasabb a számla", "múlt havi"),
            ("A múlt havihoz képest mitől drágább?", "múlt havi"),
        ],
    )
    async def test_takes_the_month_after_than_for_the_yardstick(self, months: Stage, text: str, word: str) -> None:
        told = await months.tell(ActionExplainInvoice(), text=text, entities={"period": FEBRUARY}, words={"period": (word,)})

        assert told.names == ["utter_invoice_higher"]
        assert (told.values["number"], told.values["previous"], told.values["difference"]) == ("CL-3", "CL-2", "€30.00")
        assert told.slots["focus_invoice"] == "CL-3"

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("why is the March bill more than January's", ("March", "January")),
            ("miért magasabb a márciusi számla a januárinál?", ("márciusi", "januári")),
            ("Januárhoz képest miért drágább a márciusi?", ("Januárhoz", "márciusi")),
        ],
    )
    async def test_compares_two_months_that_are_named(self, months: Stage, text: str, words: tuple[str, str]) -> None:
        in_order = sorted(words, key=text.index)
        values = {"m": MARCH, "j": JANUARY}

        told = await months.tell(
            ActionExplainInvoice(),
            text=text,
            entities={"period": tuple(values[word[0].lower()] for word in in_order)},
            words={"period": tuple(in_order)},
        )

        assert (told.values["number"], told.values["previous"], told.values["difference"]) == ("CL-3", "CL-1", "€80.00")

    @pytest.mark.parametrize(
        ("text", "word"),
        [("why is it more than the one before", "one before"), ("az előzőhöz képest miért több?", "előzőhöz"), ("mint az előző?", "előző")],
    )
    async def test_takes_the_one_before_for_the_yardstick_of_what_was_talked_about(self, months: Stage, text: str, word: str) -> None:
        told = await months.tell(
            ActionExplainInvoice(), text=text, entities={"which": "previous"}, words={"which": (word,)}, slots={"focus_invoice": "CL-2"}
        )

        assert (told.values["number"], told.values["previous"]) == ("CL-2", "CL-1")

    async def test_explains_the_month_that_stands_alone(self, months: Stage) -> None:
        told = await months.tell(
            ActionExplainInvoice(), text="why was February so much", entities={"period": FEBRUARY}, words={"period": ("February",)}
        )

        assert told.names == ["utter_invoice_higher", "utter_invoice_lines"]
        assert told.said[0][1]["number"] == "CL-2"

    async def test_falls_back_to_the_one_before_where_the_yardstick_had_none(self, months: Stage) -> None:
        told = await months.tell(
            ActionExplainInvoice(),
            text="why is it higher than in December",
            entities={"period": "2020-12-01/2021-01-01"},
            words={"period": ("December",)},
        )

        assert (told.values["number"], told.values["previous"]) == ("CL-3", "CL-2")
