"""Other billing details, and technical problems."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.billing.model import SubscriptionStatus
from bot.support.model import TicketKind
from tests.builders import subscription
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
