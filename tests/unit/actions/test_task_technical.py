"""Technical problems: diagnosed by the service catalogue until they are solved or their ticket is open."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from bot.billing.model import SubscriptionStatus
from bot.shared.money import Money
from bot.support.case_records import Diagnosis, QuoteRecord
from bot.support.checklist import Item
from bot.support.diagnosis import Outcome
from bot.support.escalation_ports import EscalationDraft
from bot.support.model import TicketKind
from tests.builders import add, document, subscription
from tests.conftest import NOW
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read, stocked

MAIL = "nobody here can get into Outlook since this morning"


@pytest.fixture
def talk(stage: Stage) -> Talk:
    return Talk(stocked(stage))


async def press(talk: Talk, key: str) -> list[str]:
    return (await talk.says(f'/inform{{"choice": "{key}"}}', "inform", choice=key)).names


def suspend(stage: Stage, *, product: str, reason: str = "non_payment") -> None:
    item = subscription(stage.customer_id, "sub-stopped", product=product)
    stopped = replace(item, status=SubscriptionStatus.SUSPENDED, suspended_on=date(2026, 2, 20), suspension_reason=reason, auto_renew=False)
    with stage.store.ledger.begin() as tx:
        tx.save_subscription(replace(stopped, ends_on=date(2026, 9, 1)))


def plan(stage: Stage, key: str) -> None:
    with stage.store.ledger.begin() as tx:
        tx.save_customer(replace(tx.customer(stage.customer_id), support_plan=key))


def kept(talk: Talk) -> tuple[Diagnosis | None, QuoteRecord | None, EscalationDraft | None]:
    """Return what stands with the only ticket: diagnosis, price and what is proposed for Microsoft."""
    with talk.stage.store.conversations.begin() as tx:
        ticket_id = talk.ticket.id
        return tx.diagnosis_of(ticket_id=ticket_id), tx.quote_of(ticket_id=ticket_id), tx.draft_escalation(ticket_id=ticket_id)


def publish(stage: Stage, *, service: str = "Exchange Online") -> None:
    issue = {"id": "EX123456", "service": service, "title": "Users may be unable to sign in", "isResolved": False}
    path = stage.wired.settings.health_file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"read_at": (NOW - timedelta(minutes=5)).isoformat(), "issues": [issue]}))


class TestDiagnosis:
    @pytest.mark.parametrize(
        ("language", "text"),
        [("en", MAIL), ("hu", "ma reggel óta senki sem tudja megnyitni az Outlookot"), ("hu", "ma reggel ota nem nyilik meg az outlook")],
    )
    async def test_asks_nothing_that_was_said(self, talk: Talk, language: str, text: str) -> None:
        talk.language = language

        told = await talk.says(text, "report_technical_problem")

        assert told.names in (["utter_diagnosis_ask"], ["utter_diagnosis_ask_yes_no"])
        assert told.values["question"] not in ("Which product does not work?", "Melyik termékkel van gond?", "Since when?")

    async def test_goes_from_the_first_word_to_the_proposal_for_microsoft(self, talk: Talk) -> None:
        first = await talk.says("outlook is dead for everybody", "report_technical_problem")
        asked = [
            (await talk.says("since this morning, nothing changed", "nlu_fallback")).names,
            (await talk.says("no", "deny")).names,
            await press(talk, "sending"),
        ]
        fixed = await talk.says("no", "deny")
        collected = await talk.says("error 0x800CCC0E on all machines", "nlu_fallback")
        confirm = await talk.says("yes", "affirm")
        done = await talk.says("yes", "affirm")

        assert first.names == ["utter_diagnosis_ask"]
        assert asked == [["utter_diagnosis_ask_yes_no"], ["utter_diagnosis_ask"], ["utter_diagnosis_offer"]]
        assert "may ask" not in read(fixed)
        assert collected.names == ["utter_diagnosis_ask_consent"]
        assert confirm.names == ["utter_diagnosis_confirm_escalate"]
        assert done.names == ["utter_helper_own", "utter_diagnosis_escalated"]
        diagnosis, _, draft = kept(talk)
        assert talk.ticket.kind is TicketKind.TECHNICAL
        assert diagnosis is not None
        assert diagnosis.outcome is Outcome.ESCALATE
        assert {one.question: one.answer for one in diagnosis.case.answers}["web"] == "no"
        assert draft is not None
        assert dict(draft.values)[Item.CONSENT] == "yes"

    async def test_that_a_fix_ends_opens_no_ticket(self, talk: Talk) -> None:
        await talk.says("Outlook does not open, only me, since Monday", "report_technical_problem")
        await talk.says("yes", "affirm")
        await press(talk, "outlook")

        told = await talk.says("great, it works now", "thank")

        assert told.names == ["utter_diagnosis_solved"]
        assert not talk.tickets
        assert not talk.waits

    async def test_keeps_what_was_answered_when_something_else_is_asked(self, talk: Talk) -> None:
        await talk.says(MAIL, "report_technical_problem")
        told = await talk.says("when are you open?", "ask_support_hours")

        assert told.names[-1] == "utter_task_back_to"
        assert talk.waits

    async def test_asks_on_in_the_language_now_spoken(self, talk: Talk) -> None:
        await talk.says("Teams does not start, only me, since Monday", "report_technical_problem", product="Microsoft Teams")
        talk.language = "hu"

        told = await talk.says("nem", "deny")

        assert told.values["question"] == "Mi nem működik?"

    async def test_takes_the_words_of_a_choice_whatever_they_sound_like(self, talk: Talk) -> None:
        talk.language = "hu"
        await talk.says("nem nyílik meg az Outlook, csak nálam, tegnap óta", "report_technical_problem")
        await talk.says("nem", "deny")

        told = await talk.says("a küldés", "request_invoice_copy")

        assert told.names == ["utter_diagnosis_offer"]

    async def test_takes_the_wish_for_a_person_for_what_it_is(self, talk: Talk) -> None:
        talk.language = "hu"
        await talk.says("nem nyílik meg az Outlook", "report_technical_problem")

        told = await talk.says("egy embert kérek", "request_agent")

        assert told.names[0].startswith("utter_handover")

    async def test_is_dropped_at_a_word(self, talk: Talk) -> None:
        await talk.says(MAIL, "report_technical_problem")

        told = await talk.says("forget it", "deny")

        assert told.names == ["utter_task_dropped"]
        assert not talk.tickets

    @pytest.mark.parametrize("text", ["since this morning", "ma reggel óta", "ma reggel ota"])
    async def test_takes_a_time_since_when_for_no_promise(self, talk: Talk, text: str) -> None:
        asked = await talk.says("Outlook does not open", "report_technical_problem")

        told = await talk.says(text, "promise_payment", date="2026-03-10")

        assert "utter_task_dropped" not in told.names
        assert not any("promise" in name for name in told.names)
        assert asked.names[-1] in told.names

    async def test_gives_way_to_a_person(self, talk: Talk) -> None:
        await talk.says(MAIL, "report_technical_problem")

        told = await talk.says("a person please", "request_agent")

        assert told.names[0].startswith("utter_handover")

    async def test_of_an_unnamed_product_asks_which(self, talk: Talk) -> None:
        first = await talk.says("I have a technical problem", "report_technical_problem")
        second = await talk.says("Visio", "ask_subscriptions", product="Visio Plan 2")

        assert first.values["question"] == "Which product does not work?"
        assert second.values["question"].startswith("What exactly happens?")


class TestBeforeAnythingElse:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("product", ["Microsoft 365 F3", None])
    async def test_says_that_it_is_suspended_for_non_payment(self, talk: Talk, language: str, product: str | None) -> None:
        suspend(talk.stage, product="Microsoft 365 F3")
        add(talk.stage.store, document(talk.stage.customer_id, "CL-2026-0001", payable="100"))
        talk.language = language

        told = await talk.says("it does not work", "report_technical_problem", **({"product": product} if product else {}))

        assert told.names == ["utter_task_suspended"]
        assert "100" in read(told)
        assert not talk.waits

    async def test_of_a_suspension_that_is_paid_offers_a_person(self, talk: Talk) -> None:
        suspend(talk.stage, product="Microsoft 365 F3")

        told = await talk.says("nobody can sign in", "report_technical_problem", product="Microsoft 365 F3")
        handed = await talk.says("yes", "affirm")

        assert told.names == ["utter_task_suspended_settled"]
        assert handed.names == ["utter_handover_open"]

    async def test_names_the_portal_of_what_was_not_bought_here(self, talk: Talk) -> None:
        told = await talk.says("our Azure machine does not start", "report_technical_problem", product="Azure")

        assert told.names == ["utter_diagnosis_not_ours"]
        assert "http" in read(told)

    async def test_tells_of_a_published_incident(self, talk: Talk) -> None:
        publish(talk.stage)

        asked = await talk.says(MAIL, "report_technical_problem")
        told = await talk.says("yes", "affirm")

        assert asked.names == ["utter_diagnosis_ask_incident"]
        assert told.names == ["utter_diagnosis_known_incident"]
        assert not talk.tickets

    async def test_goes_on_when_the_incident_is_another(self, talk: Talk) -> None:
        publish(talk.stage)

        await talk.says(MAIL, "report_technical_problem")
        told = await talk.says("no", "deny")

        assert told.names == ["utter_diagnosis_ask_yes_no"]

    async def test_does_not_take_an_incident_of_another_service_for_this_one(self, talk: Talk) -> None:
        publish(talk.stage, service="Microsoft Teams")

        told = await talk.says(MAIL, "report_technical_problem")

        assert told.names != ["utter_diagnosis_ask_incident"]


class TestPrice:
    async def test_is_told_and_agreed_to_before_the_ticket(self, talk: Talk) -> None:
        await talk.says("Outlook does not open, only me, since Monday", "report_technical_problem")
        await talk.says("no", "deny")
        names = await press(talk, "outlook")

        assert names == ["utter_diagnosis_confirm_price"]
        assert not talk.tickets
        done = await talk.says("yes", "affirm")
        diagnosis, quote, _ = kept(talk)
        assert done.names == ["utter_helper_own"]
        assert diagnosis is not None
        assert diagnosis.outcome is Outcome.CHARGEABLE
        assert quote is not None
        assert quote.agreement is not None
        assert quote.quote.total == Money(Decimal(18500), "HUF")
        assert quote.agreement.by == "anna@minta.example"

    async def test_that_is_refused_begins_nothing(self, talk: Talk) -> None:
        await talk.says("Outlook does not open, only me, since Monday", "report_technical_problem")
        await talk.says("no", "deny")
        await press(talk, "outlook")

        told = await talk.says("no", "deny")

        assert told.names == ["utter_diagnosis_price_declined"]
        assert not talk.tickets
        assert not talk.waits

    async def test_is_not_told_to_whose_plan_includes_the_work(self, talk: Talk) -> None:
        plan(talk.stage, "care")
        await talk.says("Outlook does not open, only me, since Monday", "report_technical_problem")
        await talk.says("no", "deny")

        names = await press(talk, "outlook")

        assert names == ["utter_diagnosis_confirm"]
