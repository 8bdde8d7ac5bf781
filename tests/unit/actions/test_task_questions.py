"""Questions about what is being collected: they are answered from the articles about it, and the task goes on."""

from __future__ import annotations

import pytest

from tests.builders import add, document
from tests.unit.actions.conftest import Stage
from tests.unit.actions.talk import Talk, read, stocked

E3, VISIO = "Microsoft 365 E3", "Visio Plan 2"


@pytest.fixture
def talk(stage: Stage) -> Talk:
    add(stage.store, document(stage.customer_id, "CL-2026-0001", payable="100"))
    return Talk(stocked(stage))


def told_article(told_values: list[tuple[str, dict[str, str]]]) -> str:
    """Return the name of the only article that was told."""
    (link,) = [values["link"] for name, values in told_values if name == "utter_knowledge_answer"]
    return link.rsplit("/", maxsplit=1)[-1]


class TestBillingDetails:
    @pytest.mark.parametrize(
        ("language", "text", "intent", "says"),
        [
            ("en", "will it touch the invoices we already got, too?", "ask_renewal_price", "after the change"),
            ("en", "and that, will that be on the old invoices as well?", "change_billing_details", "after the change"),
            ("hu", "a regebbi szamlaink is atirodnak?", "change_billing_details", "a módosítás után kiállított számlákon"),
            ("hu", "ez a mar kiallitott szamlakat is erinti?", "ask_rule", "a módosítás után kiállított számlákon"),
        ],
    )
    async def test_answers_whether_issued_invoices_change(self, talk: Talk, language: str, text: str, intent: str, says: str) -> None:
        talk.language = language
        await talk.says("change our billing address", "change_billing_details")

        told = await talk.says(text, intent)

        assert told_article(told.said) == "change-billing-details"
        assert says in read(told)
        assert told.names[-1] == "utter_task_back_to"
        assert talk.waits

    async def test_are_no_address(self, talk: Talk) -> None:
        await talk.says("change our billing address", "change_billing_details")
        await talk.says("will that also change the invoices we already have?", "ask_renewal_price")

        told = await talk.says("1024 Budapest, Fő utca 7.", "change_billing_details")

        assert told.names == ["utter_task_confirm_change_billing_details"]
        assert told.values["details"] == "1024 Budapest, Fő utca 7."


class TestSeats:
    @pytest.mark.parametrize(
        ("product", "article"), [(E3, "seats-added-new-commerce"), (VISIO, "seats-added-legacy")], ids=["new commerce", "legacy"]
    )
    async def test_tell_what_more_cost_in_the_system_of_the_subscription(self, talk: Talk, product: str, article: str) -> None:
        await talk.says("2 more", "change_seats", product=product)

        told = await talk.says("ez mennyivel emeli meg a szamlat?", "ask_cancellation_terms")

        assert told_article(told.said) == article
        assert told.names[-1] == "utter_task_back_to_confirm"


class TestCancelling:
    async def test_tell_what_it_does_where_the_terms_have_been_told(self, talk: Talk) -> None:
        await talk.says("cancel Power BI Pro", "cancel_subscription", product="Power BI Pro")

        told = await talk.says("would people lose access right away?", "ask_cancellation_terms")

        assert told_article(told.said) == "moment-of-cancelling"
        assert told.names[-1] == "utter_task_back_to_confirm"

    async def test_say_nothing_of_new_commerce_for_a_legacy_subscription(self, talk: Talk) -> None:
        await talk.says("cancel Visio", "cancel_subscription", product=VISIO)

        told = await talk.says("would people lose access right away?", "ask_cancellation_terms")

        assert told_article(told.said) == "legacy-cancellation"
