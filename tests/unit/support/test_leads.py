"""Needs heard in words, one lead for each customer and need, with consent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shared.ids import CustomerId, StaffId
from bot.shared.words import Words
from bot.support.leads import (
    Consent,
    ConsentMissing,
    Heard,
    Lead,
    LeadDecided,
    LeadOutcome,
    Need,
    hear,
    new_leads,
    with_consent,
    with_outcome,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = Words(en="x", hu="x")
SEATS = Need("more_seats", WORDS, ("new colleague", "more users"), ("uj kolleg",), ask_first=True)
BACKUP = Need("backup", WORDS, ("backup",), ("mentes",), ask_first=True)
RENEWAL = Need("renewal", WORDS, ("renewal",), ("megujul",), ask_first=False)
NEEDS = (SEATS, BACKUP, RENEWAL)
CUSTOMER = CustomerId("cus_1")
AGENT = StaffId("stf_1")


def heard(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(one.need.key, one.words) for one in hear(needs=NEEDS, text=text, language=language)]


def leads(text: str, known: tuple[Lead, ...] = (), customer: CustomerId = CUSTOMER) -> tuple[Lead, ...]:
    return new_leads(heard=hear(needs=NEEDS, text=text, language="en"), customer_id=customer, known=known, source="cnv_1", now=NOW)


class TestHear:
    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("Two New Colleagues start on Monday", "en", [("more_seats", "New Colleagues")]),
            ("Új munkatárs, azaz új kollégánk jön", "hu", [("more_seats", "új kollégánk")]),
            ("uj kollega jon", "hu", [("more_seats", "uj kollega")]),
            ("uj kollega jon", "en", []),
            ("a new and very nice colleague", "en", []),
            ("a new and nice colleague", "en", [("more_seats", "new and nice colleague")]),
            ("This is new. My colleague asks", "en", []),
            ("Van backupunk?", "hu", [("backup", "backupunk")]),
            ("nincs mentésünk", "hu", [("backup", "mentésünk")]),
            ("we have no backup", "en", [("backup", "backup")]),
            ("we don’t need a backup", "en", []),
            ("nem kell mentés", "hu", []),
            ("a mentésre nincs szükség", "hu", []),
            ("we do not need more users, but a backup", "en", [("backup", "backup")]),
            ("backup before the renewal", "en", [("backup", "backup"), ("renewal", "renewal")]),
            ("", "en", []),
        ],
    )
    def test_keeps_the_words_that_showed_the_need(self, text: str, language: str, expected: list[tuple[str, str]]) -> None:
        assert heard(text, language) == expected

    @given(text=st.text(max_size=80), language=st.sampled_from(["en", "hu"]))
    def test_quotes_nothing_but_the_message(self, text: str, language: str) -> None:
        assert all(one.words in text for one in hear(needs=NEEDS, text=f"{text} new colleague", language=language) if one.need is not SEATS)
        assert len(hear(needs=NEEDS, text=text * 2, language=language)) <= len(NEEDS)


class TestNewLeads:
    def test_ask_for_consent_where_it_is_required(self) -> None:
        assert [(lead.need, lead.consent) for lead in leads("backup and renewal")] == [
            ("backup", Consent.ASKED),
            ("renewal", Consent.NOT_NEEDED),
        ]

    def test_come_once_for_each_customer_and_need(self) -> None:
        first = leads("a backup")

        assert leads("a backup again", known=first) == ()
        assert leads("a backup again", known=tuple(with_consent(lead=lead, given=False) for lead in first)) == ()

    def test_come_for_another_customer_too(self) -> None:
        assert len(leads("a backup", known=leads("a backup"), customer=CustomerId("cus_2"))) == 1

    def test_come_once_when_a_need_is_heard_twice(self) -> None:
        twice = (Heard(BACKUP, "backup"), Heard(BACKUP, "back-up"))

        assert len(new_leads(heard=twice, customer_id=CUSTOMER, known=(), source="cnv_1", now=NOW)) == 1


class TestConsent:
    def test_shows_the_lead_to_sales_agents_once_given(self) -> None:
        (lead,) = leads("backup")

        assert not lead.is_shown
        assert with_consent(lead=lead, given=True).is_shown

    def test_refused_forgets_the_words(self) -> None:
        (lead,) = leads("backup")

        refused = with_consent(lead=lead, given=False)

        assert (refused.words, refused.is_shown) == ("", False)

    def test_is_not_taken_away_from_what_needs_none(self) -> None:
        (lead,) = leads("renewal")

        assert with_consent(lead=lead, given=False) == lead


class TestOutcome:
    def test_says_who_decided_and_when(self) -> None:
        (lead,) = leads("renewal")

        won = with_outcome(lead=lead, outcome=LeadOutcome.WON, by=AGENT, at=NOW)

        assert (won.outcome, won.decided_by, won.decided_at) == (LeadOutcome.WON, AGENT, NOW)

    def test_stays_once_it_is_won_or_lost(self) -> None:
        (lead,) = leads("renewal")
        lost = with_outcome(lead=lead, outcome=LeadOutcome.LOST, by=AGENT, at=NOW)

        with pytest.raises(LeadDecided, match="lost already"):
            with_outcome(lead=lost, outcome=LeadOutcome.CONTACTED, by=AGENT, at=NOW)

    def test_needs_consent(self) -> None:
        (lead,) = leads("backup")

        with pytest.raises(ConsentMissing):
            with_outcome(lead=lead, outcome=LeadOutcome.CONTACTED, by=AGENT, at=NOW)
