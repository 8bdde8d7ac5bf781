"""A promise to pay, more time, a payment that went wrong, and money back."""

from __future__ import annotations

from datetime import date

import pytest

from actions.task_actions import ActionTaskPaymentProblem
from bot.support.model import TicketKind
from tests.builders import add, document
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read


@pytest.fixture
def talk(stage: Stage) -> Talk:
    """Return a talk with a customer who has two open invoices."""
    add(
        stage.store,
        document(stage.customer_id, "CL-2026-0001", payable="100", issued_on=date(2026, 1, 5), due_on=date(2026, 1, 20)),
        document(stage.customer_id, "CL-2026-0002", payable="250", issued_on=date(2026, 3, 5), due_on=date(2026, 3, 25)),
    )
    return Talk(stage)


class TestPromise:
    async def test_covers_all_that_is_open_and_becomes_a_ticket(self, talk: Talk) -> None:
        told = await talk.says("we will pay by Friday", "promise_payment", date="2026-03-13")
        done = await talk.says("yes", "affirm")

        assert told.names == ["utter_task_confirm_promise_payment"]
        assert "€350.00 by 13 March 2026" in read(told)
        assert talk.ticket.kind is TicketKind.BILLING
        assert talk.ticket.subject == "Promise to pay by 13 March 2026: CL-2026-0001, CL-2026-0002"
        assert "Invoices: CL-2026-0001 (€100.00), CL-2026-0002 (€250.00)" in talk.ticket.transcript
        assert "brings no suspended subscription back" in read(done)

    @pytest.mark.parametrize(("day", "response"), [("2026-03-13", "utter_promise_holds"), ("2026-04-25", "utter_promise_by_person")])
    async def test_holds_reminders_within_what_the_policy_allows(self, talk: Talk, day: str, response: str) -> None:
        await talk.says("we will pay then", "promise_payment", date=day)
        done = await talk.says("yes", "affirm")

        services = talk.stage.services
        cases = services.overdue.cases_of(customer_id=talk.stage.customer_id, today=date(2026, 3, 10))
        assert response in done.names
        assert {one.state.held for one in cases} == {response == "utter_promise_holds"}

    async def test_covers_only_the_invoice_named(self, talk: Talk) -> None:
        told = await talk.says("I pay 2026/2 on Friday", "promise_payment", date="2026-03-13", invoice_number="2026/2")

        assert (told.values["invoices"], told.values["amount"]) == ("CL-2026-0002", "€250.00")

    @pytest.mark.parametrize("text", ["we pay the overdue one on Friday", "a lejárt számlát pénteken utaljuk"])
    async def test_covers_only_what_is_overdue_when_that_is_said(self, talk: Talk, text: str) -> None:
        told = await talk.says(text, "promise_payment", date="2026-03-13")

        assert (told.values["invoices"], told.values["amount"]) == ("CL-2026-0001", "€100.00")

    async def test_asks_for_the_day_and_says_how_much_it_is_about(self, talk: Talk) -> None:
        talk.language = "hu"

        asked = await talk.says("ígérem, kifizetjük", "promise_payment")
        told = await talk.says("pénteken", "inform", date="2026-03-13")

        assert asked.names == ["utter_task_ask_promise_payment_date"]
        assert "CL-2026-0001, CL-2026-0002" in read(asked)
        assert "2026. március 13." in read(told)

    @pytest.mark.parametrize(
        ("period", "day"),
        [("2026-04-01/2026-05-01", "1 April 2026"), ("2026-03-01/2026-04-01", "31 March 2026"), ("2025-04-01/2025-05-01", "1 April 2026")],
    )
    async def test_takes_the_beginning_of_a_month_to_come_and_the_end_of_this_one(self, talk: Talk, period: str, day: str) -> None:
        told = await talk.says("we pay that month", "promise_payment", period=period)

        assert told.values["date"] == day

    @pytest.mark.parametrize(
        ("day", "response"),
        [("2026-03-09", "utter_task_date_past"), ("2026-05-10", "utter_task_date_far"), ("2027-01-01", "utter_task_date_far")],
    )
    async def test_for_a_day_past_or_too_far_off_is_not_taken(self, talk: Talk, day: str, response: str) -> None:
        first = await talk.says("we pay then", "promise_payment", date=day)
        again = await talk.says("really, then", "inform", date=day)

        assert first.names == again.names == [response, "utter_task_ask_promise_payment_date"]

    @pytest.mark.parametrize("day", ["2026-03-10", "2026-05-09"])
    async def test_for_today_or_the_sixtieth_day_is_taken(self, talk: Talk, day: str) -> None:
        told = await talk.says("we pay then", "promise_payment", date=day)

        assert told.names == ["utter_task_confirm_promise_payment"]

    async def test_passes_over_a_past_day_beside_one_to_come(self, talk: Talk) -> None:
        told = await talk.says("the bill of 5 March is paid on the 20th", "promise_payment", date=("2026-03-05", "2026-03-20"))

        assert told.values["date"] == "20 March 2026"

    async def test_is_corrected_by_another_day(self, talk: Talk) -> None:
        await talk.says("we will pay by Friday", "promise_payment", date="2026-03-13")

        told = await talk.says("no, Monday after that", "deny", date="2026-03-16")

        assert told.values["date"] == "16 March 2026"

    async def test_of_nothing_open_says_so(self, stage: Stage) -> None:
        talk = Talk(stage)

        told = await talk.says("we will pay by Friday", "promise_payment", date="2026-03-13")

        assert told.names == ["utter_task_refused_nothing_open"]
        assert not talk.waits

    async def test_of_a_number_that_is_not_the_customers_says_so(self, talk: Talk) -> None:
        told = await talk.says("I pay CL-2025-9999 today", "promise_payment", date="2026-03-10", invoice_number="CL-2025-9999")

        assert told.names[0] == "utter_task_no_such_invoice"


class TestMoreTime:
    async def test_takes_wish_and_reason_and_says_that_a_colleague_decides(self, talk: Talk) -> None:
        first = await talk.says("could we get more time to pay?", "request_payment_extension")
        second = await talk.says("half now and half in May")
        third = await talk.says("a big customer of ours pays late", "ask_payment_status")
        done = await talk.says("ok", "affirm")

        assert first.names == ["utter_task_ask_payment_extension_wish"]
        assert "decided by a colleague" in read(first)
        assert second.names == ["utter_task_ask_payment_extension_reason"]
        assert third.names == ["utter_task_confirm_payment_extension"]
        assert "half now and half in May (reason: a big customer of ours pays late)" in read(third)
        assert "Wish: half now and half in May\nReason: a big customer" in talk.ticket.transcript
        assert "the due dates stand" in read(done)

    @pytest.mark.parametrize(
        ("wish", "agreed"), [("in three instalments please", True), ("három részletben", True), ("in six monthly instalments", False)]
    )
    async def test_for_instalments_within_the_policy_is_agreed_at_once(self, talk: Talk, wish: str, agreed: bool) -> None:
        await talk.says("could we get more time to pay?", "request_payment_extension")
        await talk.says(wish)
        await talk.says("no", "deny")
        done = await talk.says("yes", "affirm")

        assert ("utter_instalments_agreed" in done.names) == agreed
        if agreed:
            assert "30 March 2026" in read(done)

    async def test_takes_a_wish_with_its_reason_in_one_sentence(self, talk: Talk) -> None:
        told = await talk.says("20-áig kérnénk haladékot, mert késik a bevételünk", "request_payment_extension", date="2026-03-20")

        assert told.names == ["utter_task_confirm_payment_extension"]

    @pytest.mark.parametrize(("text", "intent"), [("nem", "deny"), ("nem tudom", "inform")])
    async def test_goes_without_a_reason(self, talk: Talk, text: str, intent: str) -> None:
        talk.language = "hu"
        await talk.says("részletfizetést szeretnénk kérni, 3 részletben", "request_payment_extension")

        told = await talk.says(text, intent)

        assert told.names == ["utter_task_confirm_payment_extension"]
        assert told.values["reason"] == "-"

    async def test_of_nothing_open_says_so(self, stage: Stage) -> None:
        told = await Talk(stage).says("more time please", "request_payment_extension")

        assert told.names == ["utter_task_refused_nothing_open"]


class TestPaymentProblem:
    async def test_said_in_one_message_is_repeated_back_with_where_the_invoice_stands(self, talk: Talk) -> None:
        told = await talk.says(
            "our card was charged twice for CL-2026-0001, 100 EUR",
            "report_payment_problem",
            invoice_number="CL-2026-0001",
            amount="100.00 EUR",
            date="2026-03-02",
        )
        await talk.says("yes", "affirm")

        assert told.names == ["utter_task_confirm_payment_problem"]
        assert "Invoice CL-2026-0001: " in read(told)
        assert talk.ticket.kind is TicketKind.BILLING
        assert "Sum named: 100.00 EUR" in talk.ticket.transcript
        assert "Day named: 2 March 2026" in talk.ticket.transcript

    async def test_takes_the_rest_of_a_masked_account_for_no_invoice(self, talk: Talk) -> None:
        text = "we paid from our account HU** **** **** 0000 and it was lost"
        found = {"invoice_number": "0000"}

        told = await talk.stage.tell(ActionTaskPaymentProblem(), text=text, entities=found, words={"invoice_number": ("0000",)})

        assert told.names == ["utter_task_ask_payment_problem_invoice"]

    async def test_asks_what_happened_and_which_invoice(self, talk: Talk) -> None:
        talk.language = "hu"

        first = await talk.says("gond van egy fizetéssel", "report_payment_problem")
        second = await talk.says("elfelejtettük a közleményt", "out_of_scope")
        third = await talk.says("a januári", "inform", period="2026-01-01/2026-02-01")

        assert first.names == ["utter_task_ask_payment_problem_what"]
        assert second.names == ["utter_task_ask_payment_problem_invoice"]
        assert third.names == ["utter_task_confirm_payment_problem"]
        assert third.values["invoice"] == "CL-2026-0001"

    @pytest.mark.parametrize(("text", "intent"), [("I don't know", "nlu_fallback"), ("nem tudom", "deny"), ("no", "deny")])
    async def test_goes_without_an_invoice(self, talk: Talk, text: str, intent: str) -> None:
        await talk.says("the transfer bounced", "report_payment_problem")

        told = await talk.says(text, intent)

        assert told.names == ["utter_task_confirm_payment_problem"]
        assert told.values["invoice"] == "-"

    async def test_takes_the_invoice_talked_about(self, talk: Talk) -> None:
        talk.slots["focus_invoice"] = "CL-2026-0002"

        told = await talk.says("I paid it twice by mistake", "report_payment_problem")

        assert told.values["invoice"] == "CL-2026-0002"

    async def test_of_an_unknown_invoice_asks_again(self, talk: Talk) -> None:
        await talk.says("the transfer bounced", "report_payment_problem")

        told = await talk.says("CL-2020-0404", "inform", invoice_number="CL-2020-0404")

        assert told.names == ["utter_task_no_such_invoice", "utter_task_ask_payment_problem_invoice"]


class TestRefund:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_collects_what_and_which_and_promises_nothing(self, talk: Talk, language: str) -> None:
        talk.language = language

        first = await talk.says({"en": "I want a refund", "hu": "visszatérítést kérek"}[language], "request_refund")
        await talk.says({"en": "three unused licences", "hu": "három nem használt licenc"}[language])
        third = await talk.says("CL-2026-0002", "inform", invoice_number="CL-2026-0002")
        done = await talk.says({"en": "yes", "hu": "igen"}[language], "affirm")

        assert first.names == ["utter_task_ask_refund_what"]
        assert {"en": "is decided by a colleague", "hu": "egy munkatársunk dönt"}[language] in read(third)
        assert done.names == ["utter_task_done_refund"]
        assert "CL-2026-0002" in talk.ticket.subject

    async def test_adds_what_is_said_at_the_end(self, talk: Talk) -> None:
        await talk.says("refund the double charge on CL-2026-0001", "request_refund", invoice_number="CL-2026-0001")

        told = await talk.says("it was on the second of March", "nlu_fallback")

        assert told.names == ["utter_task_confirm_refund"]
        assert "it was on the second of March" in read(told)

    async def test_takes_another_invoice_for_the_one_named(self, talk: Talk) -> None:
        await talk.says("refund the double charge on CL-2026-0001", "request_refund", invoice_number="CL-2026-0001")

        told = await talk.says("nem, a CL-2026-0002-re gondoltam", "deny", invoice_number="CL-2026-0002")

        assert told.values["invoice"] == "CL-2026-0002"
