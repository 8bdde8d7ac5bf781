"""Diagnoses, prices, leads and tickets passed on keep their promises on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.conversations.helpers import Dispatch
from bot.conversations.model import Conversation, Speaker
from bot.shared.errors import Conflict, NotFound
from bot.shared.ids import (
    ConversationId,
    CustomerId,
    LeadId,
    QuoteId,
    StaffId,
    TicketId,
    new_conversation_id,
    new_diagnosis_id,
    new_lead_id,
    new_quote_id,
)
from bot.shared.money import Money
from bot.shared.words import Words
from bot.store import Store
from bot.support.case_records import Diagnosis, QuoteRecord
from bot.support.diagnosis import Answer, Case, Incident, Outcome, SubscriptionState, Tried
from bot.support.leads import Consent, Lead, LeadOutcome
from bot.support.model import Ticket, TicketKind, TicketState
from bot.support.quotes import Agreement, Charge, Quote
from tests.builders import added_customer

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
CASE = Case(
    "ő nem lép be",
    "hu",
    product="Microsoft 365 E3",
    area="mail",
    area_asked=True,
    same_as=("EX1", False),
    answers=(Answer("web", "no"),),
    tried=(Tried("safe_mode", helped=False),),
)
QUOTE = Quote(
    "repair", Words("Repair", "Javítás"), None, Charge.PER_INCIDENT, Money(Decimal(18500), "HUF"), 0, 0, Money(Decimal(18500), "HUF"), NOW
)


@pytest.fixture
def customer_id(store: Store) -> CustomerId:
    return added_customer(store)


@pytest.fixture
def conversation_id(store: Store, customer_id: CustomerId) -> ConversationId:
    opened = Conversation(new_conversation_id(), "web", Speaker.BOT, "hu", NOW, customer_id=customer_id)
    with store.conversations.begin() as tx:
        tx.add_conversation(opened)
    return opened.id


@pytest.fixture
def ticket_id(store: Store, customer_id: CustomerId, conversation_id: ConversationId) -> TicketId:
    ticket = Ticket(
        TicketId("tkt_1"),
        "T-2026-0001",
        TicketKind.TECHNICAL,
        TicketState.OPEN,
        "x",
        NOW,
        NOW,
        customer_id,
        conversation_id=conversation_id,
    )
    with store.conversations.begin() as tx:
        tx.add_ticket(ticket)
    return ticket.id


def lead(customer_id: CustomerId, *, need: str = "storage", consent: Consent = Consent.ASKED, at: datetime = NOW) -> Lead:
    return Lead(new_lead_id(), customer_id, need, "megtelt a fiók", "cnv_1", at, consent)


class TestDiagnoses:
    def test_come_back_as_they_were(
        self, store: Store, customer_id: CustomerId, conversation_id: ConversationId, ticket_id: TicketId
    ) -> None:
        found = Diagnosis(
            new_diagnosis_id(),
            customer_id,
            conversation_id,
            CASE,
            Outcome.ESCALATE,
            SubscriptionState.ACTIVE,
            NOW,
            ticket_id=ticket_id,
            area="mail",
            incident=Incident("EX1", "Title"),
            health_known=True,
            helper="own",
            collected="0x80",
            consent=True,
        )

        with store.conversations.begin() as tx:
            tx.add_diagnosis(found)

        with store.conversations.begin() as tx:
            assert tx.diagnosis_of(ticket_id=ticket_id) == found

    def test_belong_to_one_ticket_each(
        self, store: Store, customer_id: CustomerId, conversation_id: ConversationId, ticket_id: TicketId
    ) -> None:
        one = Diagnosis(
            new_diagnosis_id(), customer_id, conversation_id, CASE, Outcome.OWN_STAFF, SubscriptionState.ACTIVE, NOW, ticket_id=ticket_id
        )

        with store.conversations.begin() as tx:
            tx.add_diagnosis(one)

        with pytest.raises(Conflict), store.conversations.begin() as tx:
            tx.add_diagnosis(replace(one, id=new_diagnosis_id()))

    def test_without_a_ticket_are_as_many_as_there_are(
        self, store: Store, customer_id: CustomerId, conversation_id: ConversationId
    ) -> None:
        one = Diagnosis(new_diagnosis_id(), customer_id, conversation_id, CASE, Outcome.SOLVED, SubscriptionState.ACTIVE, NOW)

        with store.conversations.begin() as tx:
            tx.add_diagnosis(one)
            tx.add_diagnosis(replace(one, id=new_diagnosis_id()))


class TestQuotes:
    def test_keep_the_agreement_with_the_ticket(
        self, store: Store, customer_id: CustomerId, conversation_id: ConversationId, ticket_id: TicketId
    ) -> None:
        told = QuoteRecord(new_quote_id(), customer_id, conversation_id, QUOTE, NOW)
        agreed = replace(told, ticket_id=ticket_id, agreement=Agreement(QUOTE, "anna@minta.example", NOW, "cnv_1:4"))
        with store.conversations.begin() as tx:
            tx.add_quote(told)

        with store.conversations.begin() as tx:
            assert tx.quote_for_change(quote_id=told.id) == told
            tx.save_quote(agreed)

        with store.conversations.begin() as tx:
            assert tx.quote_of(ticket_id=ticket_id) == agreed

    def test_that_nobody_told_are_not_there(self, store: Store) -> None:
        with pytest.raises(NotFound), store.conversations.begin() as tx:
            tx.quote_for_change(quote_id=QuoteId("quo_none"))


class TestLeads:
    def test_are_one_for_each_customer_and_need_however_many_hear_it_at_once(self, store: Store, customer_id: CustomerId) -> None:
        def hear(_: int) -> bool:
            with store.conversations.begin() as tx:
                return tx.add_lead(lead(customer_id))

        with ThreadPoolExecutor(4) as pool:
            added = list(pool.map(hear, range(8)))

        assert sum(added) == 1

    def test_are_asked_about_once_the_earliest_first(self, store: Store, customer_id: CustomerId) -> None:
        first, second = lead(customer_id), lead(customer_id, need="backup", at=NOW + timedelta(minutes=1))
        with store.conversations.begin() as tx:
            tx.add_lead(second)
            tx.add_lead(first)
            tx.add_lead(lead(customer_id, need="renewal", consent=Consent.NOT_NEEDED))

        asked = []
        for _ in range(3):
            with store.conversations.begin() as tx:
                asked.append(tx.lead_to_ask(customer_id=customer_id, at=NOW))

        assert asked == [first, second, None]

    def test_are_shown_with_consent_only_undecided_ones_first(self, store: Store, customer_id: CustomerId) -> None:
        won = replace(
            lead(customer_id, consent=Consent.GIVEN, at=NOW + timedelta(hours=1)),
            outcome=LeadOutcome.WON,
            decided_by=StaffId("stf_1"),
            decided_at=NOW,
        )
        still_open = lead(customer_id, need="renewal", consent=Consent.NOT_NEEDED)
        with store.conversations.begin() as tx:
            for one in (won, still_open, lead(customer_id, need="backup"), lead(customer_id, need="copilot", consent=Consent.REFUSED)):
                tx.add_lead(one)

        with store.conversations.begin() as tx:
            shown = tx.shown_leads(limit=10)

        assert [one.lead for one in shown] == [still_open, won]
        assert shown[0].customer_name

    def test_that_changed_come_back_changed(self, store: Store, customer_id: CustomerId) -> None:
        heard = lead(customer_id)
        with store.conversations.begin() as tx:
            tx.add_lead(heard)
            tx.save_lead(replace(heard, consent=Consent.REFUSED, words=""))

        with store.conversations.begin() as tx:
            assert tx.lead_for_change(lead_id=heard.id).words == ""
            with pytest.raises(NotFound):
                tx.lead_for_change(lead_id=LeadId("led_none"))


class TestDispatches:
    def test_are_sent_once_and_claimed_by_one(self, store: Store, ticket_id: TicketId) -> None:
        one = Dispatch("k1", ticket_id, "night_desk", "https://x.example", "{}", NOW)
        with store.conversations.begin() as tx:
            assert [tx.add_dispatch(one), tx.add_dispatch(one)] == [True, False]

        def claim(_: int) -> int:
            with store.conversations.begin() as tx:
                return len(tx.claim_dispatches(now=NOW, until=NOW + timedelta(minutes=2), limit=5))

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(claim, range(4))) == 1

    def test_come_again_when_they_were_not_taken(self, store: Store, ticket_id: TicketId) -> None:
        later = NOW + timedelta(minutes=5)
        with store.conversations.begin() as tx:
            tx.add_dispatch(Dispatch("k1", ticket_id, "night_desk", "https://x.example", "{}", NOW))
            tx.claim_dispatches(now=NOW, until=NOW + timedelta(minutes=2), limit=5)
            tx.dispatch_tried(key="k1", sent_at=None, try_at=later, trouble="down")

        with store.conversations.begin() as tx:
            assert tx.claim_dispatches(now=NOW + timedelta(minutes=3), until=later, limit=5) == ()
            (again,) = tx.claim_dispatches(now=later, until=later, limit=5)
            assert (again.tries, again.trouble) == (1, "down")

    def test_answers_are_taken_once(self, store: Store, ticket_id: TicketId) -> None:
        with store.conversations.begin() as tx:
            taken = [tx.remember_answer(ticket_id=ticket_id, key="a", is_solved=False, at=NOW) for _ in range(2)]

        assert taken == [True, False]
