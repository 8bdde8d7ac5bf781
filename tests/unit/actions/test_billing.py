"""An invoice, whether it is paid and when it is due, told from the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from actions.billing import (
    ActionTellDueDate,
    ActionTellInvoice,
    ActionTellPaymentStatus,
)
from tests.builders import add, added_customer, credit_note, document, payment
from tests.unit.actions.conftest import Stage, render
from tests.unit.actions.invoices import NUMBER, STANDINGS, TODAY, ask, pay, put, row, stored


class TestInvoice:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("standing", STANDINGS)
    async def test_is_told_with_its_standing(self, stage: Stage, standing: str, language: str) -> None:
        put(stage, standing)

        told = await ask(stage, ActionTellInvoice(), language)

        assert told.names == ["utter_invoice"]
        expected = render(stage.wired, f"utter_part_standing_{standing}", told.values)[language]
        assert told.values["standing"] == expected
        assert told.values["number"] == NUMBER

    async def test_names_amounts_and_dates_of_the_ledger(self, stage: Stage) -> None:
        put(stage, "partly_paid")

        english, hungarian = [await ask(stage, ActionTellInvoice(), language) for language in ("en", "hu")]

        assert english.texts[0].startswith("Your invoice CL-2026-0007 of 10 February 2026 is for €100.00.")
        assert english.texts[0].endswith("€40.00 has been paid; €60.00 is still open, due on 15 March 2026.")
        assert "100,00 EUR" in hungarian.texts[0]
        assert "60,00 EUR" in hungarian.texts[0]
        assert "2026. március 15." in hungarian.texts[0]

    async def test_is_put_into_focus(self, stage: Stage) -> None:
        put(stage, "open")

        told = await ask(stage, ActionTellInvoice())

        assert told.slots["focus_invoice"] == NUMBER
        assert told.slots["topic"] == "action_tell_invoice"

    async def test_is_the_latest_when_none_is_named_even_if_another_is_in_focus(self, stage: Stage) -> None:
        oldest, _, latest = row(stage, 3)

        told = await stage.tell(ActionTellInvoice(), slots={"focus_invoice": oldest})

        assert told.values["number"] == latest

    async def test_of_a_credit_note_says_what_it_corrects(self, stage: Stage) -> None:
        put(stage, "credited")

        told = await stage.tell(ActionTellInvoice(), entities={"invoice_number": "cn 1"})

        assert told.names == ["utter_credit_note"]
        assert (told.values["number"], told.values["references"], told.values["gross"]) == ("CN-1", NUMBER, "€100.00")

    async def test_of_a_credit_note_that_names_no_invoice_can_be_told(self, stage: Stage) -> None:
        add(stage.store, credit_note(stage.customer_id, "CN-2", payable="30", references=()))

        told = await stage.tell(ActionTellInvoice(), entities={"invoice_number": "CN-2"})

        assert told.names == ["utter_credit_note"]

    async def test_typed_so_that_several_fit_is_asked_about(self, stage: Stage) -> None:
        add(stage.store, *(document(stage.customer_id, f"CL-{year}-0117", issued_on=date(year, 2, 3)) for year in (2025, 2026)))

        told = await stage.tell(ActionTellInvoice(), entities={"invoice_number": "117"})

        assert told.names == ["utter_invoice_ambiguous"]
        assert told.values["numbers"] == "CL-2026-0117, CL-2025-0117"
        assert "focus_invoice" not in told.slots

    async def test_of_another_customer_is_told_like_a_missing_one(self, stage: Stage) -> None:
        add(stage.store, document(added_customer(stage.store, "C-2"), "CL-2026-0099"))

        theirs, nobodys = [
            await stage.tell(ActionTellInvoice(), entities={"invoice_number": number}) for number in ("CL-2026-0099", "CL-2026-0098")
        ]

        assert theirs.said == nobodys.said == [("utter_not_found", {})]

    async def test_is_told_for_each_of_several_numbers(self, stage: Stage) -> None:
        numbers = row(stage, 3)

        told = await stage.tell(ActionTellInvoice(), entities={"invoice_number": (numbers[0], numbers[2])})

        assert [values["number"] for _, values in told.said] == [numbers[0], numbers[2]]

    async def test_of_a_customer_without_invoices_is_said_to_be_none(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellInvoice())

        assert told.names == ["utter_no_invoices"]


class TestPlace:
    async def test_previous_and_next_start_from_the_invoice_in_focus(self, stage: Stage) -> None:
        first, second, third = row(stage, 3)

        before, after = [
            await stage.tell(ActionTellInvoice(), entities={"which": which}, slots={"focus_invoice": second})
            for which in ("previous", "next")
        ]

        assert (before.values["number"], after.values["number"]) == (first, third)

    async def test_previous_without_a_focus_is_the_one_before_the_latest(self, stage: Stage) -> None:
        _, second, _ = row(stage, 3)

        told = await stage.tell(ActionTellInvoice(), entities={"which": "previous"})

        assert told.values["number"] == second

    @pytest.mark.parametrize(("which", "place"), [("previous", 0), ("next", -1)])
    async def test_past_either_end_is_said_to_be_none(self, stage: Stage, which: str, place: int) -> None:
        numbers = row(stage, 3)

        told = await stage.tell(ActionTellInvoice(), entities={"which": which}, slots={"focus_invoice": numbers[place]})

        assert told.names == ["utter_no_invoices"]
        assert "focus_invoice" not in told.slots

    async def test_latest_outranks_the_focus(self, stage: Stage) -> None:
        first, _, third = row(stage, 3)

        told = await stage.tell(ActionTellPaymentStatus(), entities={"which": "latest"}, slots={"focus_invoice": first})

        assert told.values["number"] == third

    async def test_previous_to_a_credit_note_in_focus_is_the_one_before_the_latest(self, stage: Stage) -> None:
        first, second = row(stage, 2)
        add(stage.store, credit_note(stage.customer_id, "CN-3", payable="5", references=(second,)))

        told = await stage.tell(ActionTellInvoice(), entities={"which": "previous"}, slots={"focus_invoice": "CN-3"})

        assert told.values["number"] == first


class TestPeriod:
    async def test_with_one_invoice_tells_it(self, stage: Stage) -> None:
        first, *_ = row(stage, 3)

        told = await stage.tell(ActionTellInvoice(), entities={"period": "2026-01-01/2026-02-01"})

        assert told.values["number"] == first

    async def test_with_several_invoices_tells_three_and_lists_the_rest(self, stage: Stage) -> None:
        add(stage.store, *(document(stage.customer_id, f"CL-{place}", issued_on=date(2026, 2, place)) for place in range(1, 6)))

        told = await stage.tell(ActionTellInvoice(), entities={"period": "2026-02-01/2026-03-01"})

        assert told.names == ["utter_invoice"] * 3 + ["utter_invoice_list"]
        assert [values["number"] for _, values in told.said[:3]] == ["CL-5", "CL-4", "CL-3"]
        assert [line.split(",")[0] for line in told.said[3][1]["lines"].splitlines()] == ["- CL-2", "- CL-1"]
        assert told.slots["focus_invoice"] == "CL-5"

    async def test_in_which_none_was_issued_means_the_one_that_charges_for_it(self, stage: Stage) -> None:
        charging = replace(
            document(stage.customer_id, "CL-8", issued_on=date(2026, 3, 2)), period_start=date(2026, 2, 1), period_end=date(2026, 3, 1)
        )
        add(stage.store, charging)

        told = await stage.tell(ActionTellInvoice(), entities={"period": "2026-02-01/2026-03-01"})

        assert told.values["number"] == "CL-8"

    async def test_without_any_is_said_to_have_none(self, stage: Stage) -> None:
        row(stage, 2)

        told = await stage.tell(ActionTellInvoice(), entities={"period": "2024-01-01/2024-02-01"})

        assert told.names == ["utter_no_invoices"]


class TestPaymentStatus:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("standing", STANDINGS)
    async def test_has_a_sentence_for_every_standing(self, stage: Stage, standing: str, language: str) -> None:
        put(stage, standing)

        told = await ask(stage, ActionTellPaymentStatus(), language)

        assert told.names == [f"utter_payment_status_{standing}"]

    @pytest.mark.parametrize(
        "text",
        ["I paid the overdue one yesterday", "is our overdue invoice settled", "a lejártat már átutaltuk", "a lejart szamlat fizettuk"],
    )
    async def test_is_that_of_the_overdue_invoice_where_that_is_said(self, stage: Stage, text: str) -> None:
        overdue, latest = row(stage, 2)

        told = await stage.tell(ActionTellPaymentStatus(), text=text, slots={"focus_invoice": latest})

        assert [values["number"] for _, values in told.said if "number" in values] == [overdue]

    @pytest.mark.parametrize("text", ["I have already paid", "we paid it last week", "már kifizettük", "mar atutaltam"])
    async def test_of_somebody_who_says_they_paid_looks_for_the_payment(self, stage: Stage, text: str) -> None:
        row(stage, 1)
        before = await stage.tell(ActionTellPaymentStatus(), text=text)
        received = replace(payment("bank-1", "350", customer_id=stage.customer_id), unallocated_reason="no_match")
        with stage.store.ledger.begin() as tx:
            tx.add_payment(received, [])

        after = await stage.tell(ActionTellPaymentStatus(), text=text)

        assert (before.names[1:], after.names[1:]) == (["utter_claim_not_seen"], ["utter_claim_unplaced"])
        assert "350" in after.said[1][1]["amount"]

    async def test_of_a_question_looks_for_none(self, stage: Stage) -> None:
        row(stage, 1)

        assert len((await stage.tell(ActionTellPaymentStatus(), text="has it been paid?")).names) == 1

    @pytest.mark.parametrize("text", ["is it overdue?", "lejárt már?", "has the due date passed"])
    async def test_that_may_be_overdue_is_the_one_in_focus(self, stage: Stage, text: str) -> None:
        _, latest = row(stage, 2)

        told = await stage.tell(ActionTellPaymentStatus(), text=text, slots={"focus_invoice": latest})

        assert [values["number"] for _, values in told.said] == [latest]

    async def test_says_the_days_an_invoice_is_overdue(self, stage: Stage) -> None:
        put(stage, "overdue")

        told = await ask(stage, ActionTellPaymentStatus())

        assert (told.values["days"], told.values["open"], told.values["due_on"]) == ("12", "€100.00", "26 February 2026")

    async def test_says_the_day_the_payment_arrived(self, stage: Stage) -> None:
        put(stage, "paid")

        told = await ask(stage, ActionTellPaymentStatus(), "hu")

        assert told.values["paid_on"] == "2026. március 5."

    async def test_without_a_number_is_about_the_invoice_in_focus(self, stage: Stage) -> None:
        first, *_ = row(stage, 3)

        told = await stage.tell(ActionTellPaymentStatus(), slots={"focus_invoice": first})

        assert told.values["number"] == first

    async def test_of_an_invoice_in_forints_has_no_decimals(self, stage: Stage) -> None:
        add(stage.store, document(stage.customer_id, NUMBER, payable="128455", currency="HUF", due_on=TODAY + timedelta(days=1)))

        english, hungarian = [await ask(stage, ActionTellPaymentStatus(), language) for language in ("en", "hu")]

        assert (english.values["open"], hungarian.values["open"]) == ("HUF 128,455", "128 455 Ft")


class TestDueDate:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("standing", STANDINGS)
    async def test_has_a_sentence_for_every_standing(self, stage: Stage, standing: str, language: str) -> None:
        put(stage, standing)

        told = await ask(stage, ActionTellDueDate(), language)

        assert told.names == [f"utter_due_date_{standing}"]

    async def test_of_none_named_is_that_of_the_only_open_invoice(self, stage: Stage) -> None:
        numbers = row(stage, 2)
        paid = document(stage.customer_id, "CL-PAID-1", issued_on=TODAY)
        add(stage.store, paid)
        pay(stage, paid, "100")
        pay(stage, stored(stage, numbers[1]), "102")

        told = await stage.tell(ActionTellDueDate())

        assert told.values["number"] == numbers[0]
        assert told.slots["focus_invoice"] == numbers[0]

    async def test_of_none_named_with_several_open_lists_them_all(self, stage: Stage) -> None:
        row(stage, 2)

        told = await stage.tell(ActionTellDueDate())

        assert told.names == ["utter_balance"]

    async def test_of_none_named_with_nothing_open_is_that_of_the_latest(self, stage: Stage) -> None:
        put(stage, "paid")

        told = await stage.tell(ActionTellDueDate())

        assert told.names == ["utter_due_date_paid"]
