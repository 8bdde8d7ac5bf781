"""Answers from the articles, the terms of cancelling and the price at renewal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from actions.dialogue import ActionAffirm, ActionNotUnderstood
from actions.handover import ActionTakeComplaint
from actions.knowledge import ActionTellCancellationTerms, ActionTellRenewalPrice, ActionTellRule
from bot.billing.model import BillingPlan, CommerceKind, Subscription, SubscriptionStatus
from bot.conversations.model import Speaker
from bot.services import ArticleNotFound, ArticlePage, Passage
from bot.support.model import HandoverReason, TicketKind
from tests.builders import add, document, subscription
from tests.unit.actions.conftest import Stage

NONSENSE = "blorp the frindle under zappo"


class NoArticles:
    """The knowledge of a partner who has written no article."""

    def answer(self, *, question: str, language: str, topics: tuple[str, ...] = (), commerce: CommerceKind | None = None) -> Passage | None:
        return None

    def page(self, *, name: str, language: str) -> ArticlePage:
        raise ArticleNotFound("there is no article")


def put(stage: Stage, *items: Subscription) -> None:
    with stage.store.ledger.begin() as tx:
        for item in items:
            tx.save_subscription(item)


def owned(stage: Stage, product: str = "Visio Plan 2", **changes: object) -> Subscription:
    made = subscription(stage.customer_id, f"sub-{product}".lower(), product=product)
    return replace(made, **{"ends_on": date(2026, 9, 1), "started_on": date(2025, 9, 1), "bought_on": date(2025, 9, 1), **changes})


class TestRule:
    @pytest.mark.parametrize(
        ("language", "text", "name"),
        [("en", "what does proration mean", "what-is-proration"), ("hu", "mit jelent az időarányos díj", "what-is-proration")],
    )
    async def test_is_answered_with_a_passage_its_title_and_its_link(self, anonymous: Stage, language: str, text: str, name: str) -> None:
        told = await anonymous.tell(ActionTellRule(), text=text, language=language)

        page = anonymous.services.articles.page(name=name, language=language)
        assert told.names == ["utter_knowledge_answer"]
        assert told.values["passage"].split("\n\n")[0] in page.paragraphs
        assert told.texts[0].endswith(f"\n— {page.title}\n{anonymous.services.public_url}/articles/{language}/{name}")

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_that_no_article_answers_is_not_understood(self, stage: Stage, language: str) -> None:
        told = await stage.tell(ActionTellRule(), text=NONSENSE, language=language)

        assert told.names == ["utter_not_understood"]

    @pytest.mark.parametrize(
        ("text", "response"),
        [("what happens if we do not pay the invoice", "utter_late_payment_steps"), ("how can I pay", "utter_payment_methods")],
    )
    async def test_that_the_partner_decides_is_answered_from_its_files(self, anonymous: Stage, text: str, response: str) -> None:
        told = await anonymous.tell(ActionTellRule(), text=text)

        assert told.names == [response]


class TestNotUnderstood:
    async def test_answers_from_an_article_where_one_is_near(self, stage: Stage) -> None:
        told = await stage.tell(ActionNotUnderstood(), text="what does proration mean")

        assert told.names == ["utter_knowledge_answer"]

    @pytest.mark.parametrize("text", ["proration", "/inform{}", NONSENSE])
    async def test_does_not_answer_one_word_a_button_or_nonsense(self, stage: Stage, text: str) -> None:
        told = await stage.tell(ActionNotUnderstood(), text=text)

        assert told.names == ["utter_not_understood"]

    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize("text", ["Warum ist unsere Rechnung so hoch?", "De ce este factura noastra mai mare?", "Почему такой счёт?"])
    async def test_of_a_third_language_says_in_both_which_are_spoken(self, stage: Stage, text: str, language: str) -> None:
        told = await stage.tell(ActionNotUnderstood(), text=text, language=language)

        assert told.names == ["utter_third_language"]
        assert "only speak English and Hungarian" in told.texts[0]
        assert "Csak angolul és magyarul" in told.texts[0]
        assert told.slots["offered"] == "agent"

    async def test_of_a_third_language_a_second_time_brings_a_person_and_says_so_in_both(self, stage: Stage) -> None:
        with stage.services.conversation_store.begin() as tx:
            tx.set_misunderstandings(conversation_id=stage.conversation_id, count=1)

        told = await stage.tell(ActionNotUnderstood(), text="Warum ist unsere Rechnung so hoch?", language="hu")

        assert told.names == ["utter_not_understood_again", "utter_handover_open"] * 2
        assert [message["language"] for message in told.messages] == ["en", "en", "hu", "hu"]
        assert len({told.messages[place]["ticket"] for place in (1, 3)}) == 1


class TestCancellationTerms:
    @pytest.mark.parametrize("language", ["en", "hu"])
    @pytest.mark.parametrize(
        ("response", "changes"),
        [
            ("new_commerce_bound", {}),
            ("new_commerce_window", {"bought_on": date(2026, 3, 8), "started_on": date(2026, 3, 8)}),
            ("ends_anyway", {"auto_renew": False}),
            ("legacy", {"commerce": CommerceKind.LEGACY}),
            ("legacy_first_month", {"commerce": CommerceKind.LEGACY, "bought_on": date(2026, 3, 1), "started_on": date(2026, 3, 1)}),
            ("by_usage", {"quantity": 0, "ends_on": None, "billing_plan": BillingPlan.NONE}),
            ("term_over", {"ends_on": date(2026, 3, 1)}),
        ],
    )
    async def test_begin_with_those_of_the_customers_own_subscription(
        self, stage: Stage, response: str, changes: dict[str, object], language: str
    ) -> None:
        put(stage, owned(stage, **changes))

        told = await stage.tell(ActionTellCancellationTerms(), text="can I cancel it, and until when", language=language)

        assert told.names == [f"utter_terms_{response}", "utter_knowledge_answer"]
        assert "Visio Plan 2" in told.texts[0]

    async def test_name_the_last_day_of_the_window(self, stage: Stage) -> None:
        put(stage, owned(stage, bought_on=date(2026, 3, 8), started_on=date(2026, 3, 8)))

        told = await stage.tell(ActionTellCancellationTerms(), text="until when can I cancel")

        assert "until 14 March 2026" in told.texts[0]

    async def test_of_several_subscriptions_are_those_of_the_product_named(self, stage: Stage) -> None:
        put(stage, owned(stage), owned(stage, "Power BI Pro", commerce=CommerceKind.LEGACY))

        told = await stage.tell(ActionTellCancellationTerms(), text="terms of cancelling power bi", entities={"product": "Power BI"})

        assert told.names[0] == "utter_terms_legacy"
        assert told.said[0][1]["product"] == "Power BI Pro"

    async def test_of_several_subscriptions_without_a_product_are_general(self, stage: Stage) -> None:
        put(stage, owned(stage), owned(stage, "Power BI Pro"))

        told = await stage.tell(ActionTellCancellationTerms(), text="how can I cancel")

        assert told.names == ["utter_knowledge_answer"]

    async def test_of_an_unknown_visitor_are_general(self, anonymous: Stage) -> None:
        put(anonymous, owned(anonymous))

        told = await anonymous.tell(ActionTellCancellationTerms(), text="how can I cancel visio", entities={"product": "Visio"})

        assert told.names == ["utter_knowledge_answer"]

    async def test_that_no_article_answers_are_the_facts_alone(self, stage: Stage) -> None:
        put(stage, owned(stage))

        told = await stage.tell(ActionTellCancellationTerms(), text=NONSENSE)

        assert told.names == ["utter_terms_new_commerce_bound"]

    async def test_that_no_article_answers_and_of_no_subscription_are_the_general_ones(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellCancellationTerms(), text="are we locked in?")

        page = stage.services.articles.page(name="how-to-cancel", language="en")
        assert told.names == ["utter_knowledge_answer"]
        assert told.values["passage"] == page.paragraphs[0]

    async def test_of_a_partner_without_such_an_article_are_not_understood(self, stage: Stage) -> None:
        stage.services = replace(stage.services, articles=NoArticles())

        told = await stage.tell(ActionTellCancellationTerms(), text="are we locked in?")

        assert told.names == ["utter_not_understood"]


class TestRenewalPrice:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_begins_with_the_date_and_the_price_of_now(self, stage: Stage, language: str) -> None:
        put(stage, replace(owned(stage, "Microsoft 365 Business Premium"), id="sub-1"))
        add(stage.store, document(stage.customer_id, "CL-1", issued_on=date(2026, 3, 1)))

        told = await stage.tell(ActionTellRenewalPrice(), text="will the price go up at renewal", language=language)

        assert told.names == ["utter_renewal_price", "utter_knowledge_answer"]
        assert {"en": "€10.0625", "hu": "10,0625 EUR"}[language] in told.texts[0]
        assert {"en": "1 September 2026", "hu": "2026. szeptember 1."}[language] in told.texts[0]

    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_that_no_invoice_tells_is_said_to_be_unknown(self, stage: Stage, language: str) -> None:
        put(stage, owned(stage))

        told = await stage.tell(ActionTellRenewalPrice(), text="will the price go up at renewal", language=language)

        assert told.names[0] == "utter_renewal_price_unknown"

    async def test_is_not_answered_by_an_article_about_something_else(self, stage: Stage) -> None:
        told = await stage.tell(ActionTellRenewalPrice(), text="how much will the invoice be after the renewal date")

        assert "/articles/en/price-fixed-for-term" in told.texts[0]

    async def test_of_an_unknown_visitor_is_general(self, anonymous: Stage) -> None:
        told = await anonymous.tell(ActionTellRenewalPrice(), text="will the price go up at renewal")

        assert told.names == ["utter_knowledge_answer"]


class TestComplaint:
    @pytest.mark.parametrize("language", ["en", "hu"])
    async def test_is_passed_on_to_a_person_at_once(self, stage: Stage, language: str) -> None:
        told = await stage.tell(ActionTakeComplaint(), text="this is outrageous", language=language)

        (ticket,) = stage.services.conversations.tickets()
        assert told.names == ["utter_complaint_taken", "utter_handover_open"]
        assert (ticket.kind, ticket.reason) == (TicketKind.COMPLAINT, HandoverReason.COMPLAINT)
        assert stage.services.conversations.get(conversation_id=stage.conversation_id).speaker is Speaker.QUEUE

    @pytest.mark.parametrize("text", ["I dispute this invoice", "vitatom a számlát", "ezt a szamlat nem ismerem el"])
    async def test_about_an_invoice_that_is_disputed_holds_its_reminders(self, stage: Stage, text: str) -> None:
        add(stage.store, document(stage.customer_id, "CL-1", payable="100", issued_on=date(2026, 1, 5), due_on=date(2026, 1, 20)))

        told = await stage.tell(ActionTakeComplaint(), text=text)

        (case,) = stage.services.overdue.cases_of(customer_id=stage.customer_id, today=date(2026, 3, 10))
        assert "utter_dispute_holds" in told.names
        assert case.state.held

    async def test_is_promised_the_answer_of_a_complaint(self, stage: Stage) -> None:
        told = await stage.tell(ActionTakeComplaint(), text="this is outrageous")

        assert told.said[1][1]["by"] == "10 March 2026, 13:00"


class TestOffer:
    async def test_of_reactivating_is_taken_up_by_yes(self, stage: Stage) -> None:
        put(stage, owned(stage, status=SubscriptionStatus.SUSPENDED, suspended_on=date(2026, 3, 1), suspension_reason="non_payment"))

        told = await stage.tell(ActionAffirm(), slots={"offered": "action_restore_access"})

        assert told.names == ["utter_restore_requested", "utter_restore_new_commerce"]
