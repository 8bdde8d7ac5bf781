"""Other billing details, and technical problems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.billing.model import SubscriptionStatus
from bot.support.model import TicketKind
from tests.builders import add, document, subscription
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read, stocked


@pytest.fixture
def talk(stage: Stage) -> Talk:
    return Talk(stocked(stage))


def suspend(stage: Stage, *, product: str, reason: str = "non_payment") -> None:
    item = subscription(stage.customer_id, "sub-stopped", product=product)
    stopped = replace(
        item,
        status=SubscriptionStatus.SUSPENDED,
        suspended_on=date(2026, 2, 20),
        suspension_reason=reason,
        auto_renew=False,
        ends_on=date(2026, 9, 1),
    )
    with stage.store.ledger.begin() as tx:
        tx.save_subscription(stopped)


class TestBillingDetails:
    async def test_are_asked_for_repeated_back_and_recorded(self, talk: Talk) -> None:
        first = await talk.says("we have to change our billing details", "change_billing_details")
        second = await talk.says("new address: 1117 Budapest, Rakpart köz 12.", "out_of_scope")
        done = await talk.says("yes", "affirm")

        assert first.names == ["utter_task_ask_change_billing_details_details"]
        assert second.names == ["utter_task_confirm_change_billing_details"]
        assert talk.ticket.kind is TicketKind.REQUEST
        assert "New details: new address: 1117 Budapest, Rakpart köz 12." in talk.ticket.transcript
        assert "a colleague checks and carries it out" in read(done).casefold()

    @pytest.mark.parametrize(
        ("text", "entities"),
        [
            ("mostantól a szamla@minta.example címre küldjék a számlát", {"email": "szamla@minta.example"}),
            ("the PO number on our bills should be PO-7781", {}),
            ("a számlák címzettje Kiss Anna legyen", {"person": "Kiss Anna"}),
        ],
    )
    async def test_given_in_the_first_message_are_not_asked_for(self, talk: Talk, text: str, entities: dict[str, str]) -> None:
        told = await talk.says(text, "change_billing_details", **entities)

        assert told.names == ["utter_task_confirm_change_billing_details"]
        assert told.values["details"] == text

    async def test_are_completed_by_what_a_no_adds(self, talk: Talk) -> None:
        talk.language = "hu"
        await talk.says("a cím 1117 Budapest, Rakpart köz 12.", "change_billing_details")

        told = await talk.says("nem, a házszám 14, és a cég neve Minta Zrt.", "deny")

        assert told.names == ["utter_task_confirm_change_billing_details"]
        assert "a házszám 14" in told.values["details"]


class TestTechnicalProblem:
    async def test_collects_product_event_since_and_users(self, talk: Talk) -> None:
        answers = [
            await talk.says("I have a technical problem", "report_technical_problem"),
            await talk.says("Power BI", "ask_subscriptions", product="Power BI Pro"),
            await talk.says("the reports show error 0x80 when opened", "out_of_scope"),
            await talk.says("yesterday noon", "nlu_fallback"),
            await talk.says("two of us", "nlu_fallback"),
            await talk.says("yes", "affirm"),
        ]

        assert [one.names for one in answers] == [
            ["utter_task_ask_technical_problem_product"],
            ["utter_task_ask_technical_problem_what"],
            ["utter_task_ask_technical_problem_since"],
            ["utter_task_ask_technical_problem_users"],
            ["utter_task_confirm_technical_problem"],
            ["utter_task_done_technical_problem"],
        ]
        assert talk.ticket.kind is TicketKind.TECHNICAL
        assert talk.ticket.subject == "Power BI Pro: the reports show error 0x80 when opened"

    @pytest.mark.parametrize(
        ("language", "text", "since", "users"),
        [
            ("en", "Power BI crashes on opening since Monday for 12 users", "since Monday", "12 users"),
            ("hu", "A Power BI hétfő óta összeomlik megnyitáskor mindenkinél", "hétfő óta", "mindenkinél"),
        ],
    )
    async def test_takes_all_from_one_message(self, talk: Talk, language: str, text: str, since: str, users: str) -> None:
        talk.language = language

        told = await talk.says(text, "report_technical_problem", product="Power BI Pro")

        assert told.names == ["utter_task_confirm_technical_problem"]
        assert (told.values["since"], told.values["users"]) == (since, users)

    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("product", ["Microsoft 365 F3", "Microsoft Teams", None])
    async def test_of_what_is_suspended_for_non_payment_says_that_instead(self, talk: Talk, language: str, product: str | None) -> None:
        suspend(talk.stage, product="Microsoft 365 F3")
        add(talk.stage.store, document(talk.stage.customer_id, "CL-2026-0001", payable="100"))
        talk.language = language

        told = await talk.says("nobody can sign in", "report_technical_problem", **({"product": product} if product else {}))

        assert told.names == ["utter_task_suspended"]
        assert "100" in read(told)
        assert not talk.waits

    async def test_of_a_running_product_is_taken_though_another_is_suspended(self, talk: Talk) -> None:
        suspend(talk.stage, product="Microsoft 365 F3")

        told = await talk.says("Power BI reports stay empty", "report_technical_problem", product="Power BI Pro")

        assert told.names == ["utter_task_ask_technical_problem_since"]

    async def test_of_a_suspension_that_is_paid_offers_a_person(self, talk: Talk) -> None:
        suspend(talk.stage, product="Microsoft 365 F3")

        told = await talk.says("nobody can sign in", "report_technical_problem")
        handed = await talk.says("yes", "affirm")

        assert told.names == ["utter_task_suspended_settled"]
        assert handed.names == ["utter_handover_open"]

    async def test_of_what_was_suspended_on_request_is_taken(self, talk: Talk) -> None:
        suspend(talk.stage, product="Microsoft 365 F3", reason="customer_request")

        told = await talk.says("nobody can sign in", "report_technical_problem")

        assert told.names == ["utter_task_ask_technical_problem_product"]

    @pytest.mark.parametrize("text", ["I don't know", "fogalmam sincs"])
    async def test_goes_without_what_is_not_known(self, talk: Talk, text: str) -> None:
        await talk.says("Power BI reports stay empty", "report_technical_problem", product="Power BI Pro")

        told = await talk.says(text, "nlu_fallback")

        assert told.names == ["utter_task_ask_technical_problem_users"]
