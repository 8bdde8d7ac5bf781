"""Paying late, suspension, and getting access back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.overdue import ActionRestoreAccess, ActionTellLatePayment, ActionTellSuspension
from bot.billing.model import BillingPlan, CommerceKind, Invoice, Subscription, SubscriptionStatus
from bot.conversations.model import Speaker
from bot.support.model import TicketKind
from tests.builders import add, added_customer, document, subscription
from tests.unit.actions.conftest import Stage

ISSUED, DUE = date(2026, 2, 11), date(2026, 2, 26)  # Twelve days before the stage's today.


def late(stage: Stage, number: str = "CL-1", *, due_on: date = DUE, **changes: object) -> Invoice:
    return replace(document(stage.customer_id, number, issued_on=ISSUED, due_on=due_on), **changes)


def stopped(stage: Stage, product: str, reason: str | None, **changes: object) -> Subscription:
    made = subscription(stage.customer_id, f"sub-{product}".lower(), product=product)
    return replace(
        made, **{"status": SubscriptionStatus.SUSPENDED, "suspended_on": date(2026, 3, 1), "suspension_reason": reason, **changes}
    )


def put(stage: Stage, *items: Subscription) -> None:
    with stage.store.ledger.begin() as tx:
        for item in items:
            tx.save_subscription(item)


class TestLatePayment:
    @pytest.mark.parametrize(
        ("language", "first", "stop"),
        [
            ("en", "- 5 days before the due date: ", "- 30 days after the due date: A colleague decides whether to suspend"),
            ("hu", "- a fizetési határidő előtt 5 nappal: ", "- a fizetési határidő után 30 nappal: Egy kollégánk dönt"),
        ],
    )
    async def test_of_an_unknown_visitor_is_told_in_general(self, anonymous: Stage, language: str, first: str, stop: str) -> None:
        told = await anonymous.tell(ActionTellLatePayment(), language=language)

        assert told.names == ["utter_late_payment_steps"]
        assert first in told.texts[0]
        assert stop in told.texts[0]

    @pytest.mark.parametrize(
        ("language", "parts"),
        [
            ("en", ("“Second reminder” since 8 March 2026", "“Final notice” on 18 March 2026", "from 28 March 2026 on")),
            ("hu", ("„Második emlékeztető” (2026. március 8. óta)", "„Utolsó felszólítás”, 2026. március 18.", "2026. március 28.")),
        ],
    )
    async def test_of_an_overdue_invoice_is_told_with_step_next_step_and_the_day_access_stops(
        self, stage: Stage, language: str, parts: tuple[str, ...]
    ) -> None:
        add(stage.store, late(stage))

        told = await stage.tell(ActionTellLatePayment(), language=language)

        assert told.names == ["utter_late_payment_overdue"]
        for part in parts:
            assert part in told.texts[0]
        assert told.slots["focus_invoice"] == "CL-1"

    async def test_is_about_the_oldest_overdue_invoice_and_lists_the_others(self, stage: Stage) -> None:
        add(stage.store, late(stage, "CL-2", due_on=date(2026, 3, 9)), late(stage, "CL-1"))

        told = await stage.tell(ActionTellLatePayment())

        assert told.names == ["utter_late_payment_overdue", "utter_late_payment_others"]
        assert told.said[0][1]["number"] == "CL-1"
        assert told.said[1][1]["lines"].startswith("- CL-2: €100.00, overdue since yesterday")

    async def test_does_not_call_the_mail_before_the_due_date_a_step(self, stage: Stage) -> None:
        add(stage.store, late(stage, due_on=date(2026, 3, 9)))

        told = await stage.tell(ActionTellLatePayment())

        assert told.values["step"] == "The first reminder is not due yet."

    async def test_past_the_last_step_has_no_next_one(self, stage: Stage) -> None:
        add(stage.store, late(stage, due_on=date(2025, 11, 1)))

        told = await stage.tell(ActionTellLatePayment())

        assert told.values["next"] == "Our policy has no further step."
        assert told.values["stops"].startswith("Access to your services may be stopped since 1 December 2025")

    async def test_where_access_has_been_stopped_says_so(self, stage: Stage) -> None:
        add(stage.store, late(stage, due_on=date(2026, 1, 1)))
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))

        told = await stage.tell(ActionTellLatePayment())

        assert told.values["stops"] == "Access has been stopped already: Visio Plan 2."

    async def test_with_nothing_overdue_names_the_next_due_date_and_the_steps(self, stage: Stage) -> None:
        add(stage.store, late(stage, due_on=date(2026, 3, 20)))

        told = await stage.tell(ActionTellLatePayment())

        assert told.names == ["utter_late_payment_not_due", "utter_late_payment_steps"]
        assert "due on 20 March 2026" in told.texts[0]
        assert "from 19 April 2026 on" in told.texts[0]

    async def test_with_nothing_open_tells_the_steps(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellLatePayment())

        assert told.names == ["utter_late_payment_steps"]

    async def test_of_a_disputed_invoice_says_that_everything_waits(self, stage: Stage) -> None:
        add(stage.store, late(stage, disputed_on=date(2026, 3, 1)))

        told = await stage.tell(ActionTellLatePayment(), entities={"invoice_number": "CL-1"})

        assert told.names == ["utter_late_payment_held"]

    async def test_of_another_customers_invoice_says_what_it_says_of_none(self, stage: Stage) -> None:
        add(stage.store, document(added_customer(stage.store, "C-2"), "CL-77"))

        theirs = await stage.tell(ActionTellLatePayment(), entities={"invoice_number": "CL-77"})
        missing = await stage.tell(ActionTellLatePayment(), entities={"invoice_number": "CL-78"})

        assert theirs.said == missing.said == [("utter_not_found", {})]


class TestSuspension:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("reason", ["non_payment", "customer_request", "fraud", None])
    async def test_tells_the_recorded_reason(self, stage: Stage, reason: str | None, language: str) -> None:
        put(stage, stopped(stage, "Visio Plan 2", reason))

        told = await stage.tell(ActionTellSuspension(), language=language)

        expected = stage.services.phrases.say(f"utter_part_suspension_{reason or 'unknown'}", language).text
        assert told.names[0] == "utter_suspension_one"
        assert expected in told.texts[0]
        assert {"en": "1 March 2026", "hu": "2026. március 1."}[language] in told.texts[0]
        assert "Microsoft" not in told.texts[0]

    async def test_for_non_payment_lists_what_would_end_it(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))
        add(stage.store, late(stage), late(stage, "CL-2", due_on=date(2026, 3, 20)))

        told = await stage.tell(ActionTellSuspension())

        assert told.names == ["utter_suspension_one", "utter_suspension_ends_by_paying"]
        assert told.said[1][1]["total"] == "€100.00"
        assert "CL-2" not in told.said[1][1]["lines"]

    async def test_with_all_paid_offers_to_ask_for_reactivation(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))

        told = await stage.tell(ActionTellSuspension())

        assert told.names[-1] == "utter_suspension_ends_by_request"
        assert told.slots["offered"] == "action_restore_access"

    async def test_on_suspicion_of_fraud_offers_a_person(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Azure plan", "fraud", ends_on=None, billing_plan=BillingPlan.NONE, quantity=0))

        told = await stage.tell(ActionTellSuspension())

        assert told.names[-1] == "utter_suspension_ends_by_person"
        assert "cannot be told from our records" in told.texts[0]
        assert told.slots["offered"] == "agent"

    @pytest.mark.parametrize(
        ("commerce", "suspended_on", "part"),
        [
            (CommerceKind.LEGACY, date(2026, 3, 1), "until 30 May 2026, 90 days"),
            (CommerceKind.LEGACY, date(2025, 11, 1), "until 30 January 2026 only"),
            (CommerceKind.NEW, date(2026, 3, 1), "until the term ends on 31 August 2026"),
        ],
    )
    async def test_promises_data_no_longer_than_is_sure(self, stage: Stage, commerce: CommerceKind, suspended_on: date, part: str) -> None:
        put(stage, stopped(stage, "Visio", "non_payment", commerce=commerce, suspended_on=suspended_on, ends_on=date(2026, 9, 1)))

        told = await stage.tell(ActionTellSuspension())

        assert part in told.texts[0]

    async def test_of_none_says_so_and_offers_a_person(self, stage: Stage) -> None:
        put(stage, subscription(stage.customer_id))

        told = await stage.tell(ActionTellSuspension())

        assert told.names == ["utter_suspension_none"]
        assert told.slots["offered"] == "agent"

    async def test_of_none_names_what_has_run_out(self, stage: Stage) -> None:
        put(stage, replace(subscription(stage.customer_id), status=SubscriptionStatus.DISABLED, ends_on=date(2026, 1, 5)))

        told = await stage.tell(ActionTellSuspension())

        assert told.names == ["utter_suspension_none_but_run_out"]
        assert "5 January 2026" in told.texts[0]

    async def test_of_a_product_named_tells_that_one(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"), stopped(stage, "Power BI Pro", "customer_request"))

        told = await stage.tell(ActionTellSuspension(), entities={"product": "Power BI"})

        assert "Visio" not in told.texts[0]

    async def test_of_an_unknown_visitor_asks_who_they_are(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionTellSuspension())

        assert told.names == ["utter_identify_needed"]


class TestRestoreAccess:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_with_overdue_invoices_lists_them_and_how_to_pay(self, stage: Stage, language: str) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))
        add(stage.store, late(stage))

        told = await stage.tell(ActionRestoreAccess(), language=language)

        assert told.names == ["utter_restore_pay_first", "utter_restore_new_commerce"]
        assert "HU80 9990" in told.texts[0]
        assert "HU61 9990" not in told.texts[0]
        assert stage.services.conversations.tickets() == ()

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_with_all_paid_opens_a_request_and_says_that_renewal_is_off(self, stage: Stage, language: str) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))

        told = await stage.tell(ActionRestoreAccess(), language=language)

        (ticket,) = stage.services.conversations.tickets()
        assert told.names == ["utter_restore_requested", "utter_restore_new_commerce"]
        assert (ticket.kind, ticket.number) == (TicketKind.REQUEST, told.said[0][1]["ticket"])
        assert "Visio Plan 2" in ticket.transcript
        assert stage.services.conversations.get(conversation_id=stage.conversation_id).speaker is Speaker.BOT

    async def test_asked_for_twice_keeps_one_request(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))

        first, second = [await stage.tell(ActionRestoreAccess()) for _ in range(2)]

        assert first.said == second.said
        assert len(stage.services.conversations.tickets()) == 1

    async def test_of_a_legacy_subscription_says_what_is_charged(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Office 365 E1", "customer_request", commerce=CommerceKind.LEGACY))

        told = await stage.tell(ActionRestoreAccess())

        assert told.names == ["utter_restore_requested", "utter_restore_legacy"]

    async def test_ignores_what_is_in_dispute(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Visio Plan 2", "non_payment"))
        add(stage.store, late(stage, disputed_on=date(2026, 3, 1)))

        told = await stage.tell(ActionRestoreAccess())

        assert told.names[0] == "utter_restore_requested"

    async def test_on_suspicion_of_fraud_passes_on_to_a_person(self, stage: Stage) -> None:
        put(stage, stopped(stage, "Azure plan", "fraud"))

        told = await stage.tell(ActionRestoreAccess())

        assert told.names == ["utter_restore_by_person", "utter_handover_open"]
        assert stage.services.conversations.get(conversation_id=stage.conversation_id).speaker is Speaker.QUEUE

    async def test_with_nothing_suspended_says_so(self, stage: Stage) -> None:
        told = await stage.tell(ActionRestoreAccess())

        assert told.names == ["utter_suspension_none"]
