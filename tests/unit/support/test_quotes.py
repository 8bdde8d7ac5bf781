"""What a piece of work costs, and when it may begin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shared.money import Money
from bot.shared.words import Words
from bot.support.model import OpeningHours, TicketKind
from bot.support.offering import FirstAnswer, Offering, Price, PriceModel, SupportPlan, Work, WorkPrice
from bot.support.quotes import Charge, NotChargeable, QuoteLapsed, UnknownWork, agree, may_begin, quote

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = Words(en="x", hu="x")
BY_HOUR = WorkPrice(PriceModel.PER_HOUR, Money(Decimal(10000), "HUF"), step_minutes=30)
BASIC = SupportPlan(key="basic", name=WORDS, scope=(WORDS,), price=Price(PriceModel.FREE))
CARE = replace(
    BASIC,
    key="care",
    includes=("repair",),
    prices=(("setup", replace(BY_HOUR, amount=Money(Decimal(8000), "HUF"))),),
    included_minutes=60,
)
OFFERING = Offering(
    hours=OpeningHours(zone="UTC", country="HU", week=((0, time(8), time(16)),)),
    contact_methods=(),
    plans=(BASIC, CARE),
    first_answers=tuple(FirstAnswer(kind, 480) for kind in TicketKind),
    work=(
        Work("repair", WORDS, WorkPrice(PriceModel.PER_INCIDENT, Money(Decimal(18500), "HUF"))),
        Work("setup", WORDS, BY_HOUR),
        Work("look", WORDS, WorkPrice(PriceModel.FREE)),
    ),
)


def huf(amount: int) -> Money:
    return Money(Decimal(amount), "HUF")


class TestQuote:
    @pytest.mark.parametrize(
        ("plan", "work", "minutes", "expected"),
        [
            ("basic", "repair", 0, (Charge.PER_INCIDENT, huf(18500))),
            (None, "repair", 0, (Charge.PER_INCIDENT, huf(18500))),
            ("care", "repair", 0, (Charge.INCLUDED, None)),
            ("basic", "look", 0, (Charge.FREE, None)),
            ("basic", "setup", 60, (Charge.PER_HOUR, huf(10000))),
            ("basic", "setup", 61, (Charge.PER_HOUR, huf(15000))),
            ("basic", "setup", 0, (Charge.PER_HOUR, huf(5000))),
            ("care", "setup", 60, (Charge.RETAINER, None)),
            ("care", "setup", 90, (Charge.PER_HOUR, huf(4000))),
        ],
    )
    def test_is_by_plan_and_work(self, plan: str | None, work: str, minutes: int, expected: tuple[Charge, Money | None]) -> None:
        given_quote = quote(offering=OFFERING, plan=plan, work=work, now=NOW, minutes=minutes)

        assert (given_quote.charge, given_quote.total) == expected

    def test_charges_all_of_it_when_the_hours_of_the_month_are_used(self) -> None:
        given_quote = quote(offering=OFFERING, plan="care", work="setup", now=NOW, minutes=90, minutes_left=0)

        assert given_quote.total == huf(12000)

    @given(
        plan=st.sampled_from(["basic", "care", None]),
        minutes=st.integers(1, 10_000),
        left=st.none() | st.integers(0, 600),
    )
    def test_charges_all_time_that_no_plan_pays_for_and_less_than_a_step_more(
        self, plan: str | None, minutes: int, left: int | None
    ) -> None:
        given_quote = quote(offering=OFFERING, plan=plan, work="setup", now=NOW, minutes=minutes, minutes_left=left)

        over = given_quote.minutes_from_plan + given_quote.minutes_charged - minutes
        assert 0 <= over < 30
        assert given_quote.is_chargeable == (given_quote.minutes_charged > 0)

    @pytest.mark.parametrize(("plan", "work"), [("basic", "roof"), ("gold", "repair")])
    def test_is_refused_for_what_there_is_not(self, plan: str, work: str) -> None:
        with pytest.raises(UnknownWork, match="it has"):
            quote(offering=OFFERING, plan=plan, work=work, now=NOW)


class TestAgreement:
    def test_lets_the_quoted_work_begin(self) -> None:
        given_quote = quote(offering=OFFERING, plan="basic", work="repair", now=NOW)
        agreed = agree(quote=given_quote, by="anna@example.test", at=NOW, record="msg_1")

        assert not may_begin(quote=given_quote, agreement=None, now=NOW)
        assert may_begin(quote=given_quote, agreement=agreed, now=NOW)

    def test_does_not_let_another_quote_begin(self) -> None:
        agreed = agree(quote=quote(offering=OFFERING, plan="basic", work="repair", now=NOW), by="anna", at=NOW, record="msg_1")
        other = quote(offering=OFFERING, plan="basic", work="setup", minutes=600, now=NOW)

        assert not may_begin(quote=other, agreement=agreed, now=NOW)

    def test_is_not_needed_for_what_costs_nothing(self) -> None:
        given_quote = quote(offering=OFFERING, plan="care", work="repair", now=NOW)

        assert may_begin(quote=given_quote, agreement=None, now=NOW)
        with pytest.raises(NotChargeable):
            agree(quote=given_quote, by="anna", at=NOW, record="msg_1")

    def test_comes_too_late_when_the_quote_has_lapsed(self) -> None:
        given_quote = quote(offering=OFFERING, plan="basic", work="repair", now=NOW)

        with pytest.raises(QuoteLapsed, match="2026-03-16"):
            agree(quote=given_quote, by="anna", at=NOW + timedelta(days=14), record="msg_1")

    @pytest.mark.parametrize(("worked", "covered"), [(90, True), (120, True), (121, False)])
    def test_covers_as_much_time_as_was_quoted(self, worked: int, covered: bool) -> None:
        given_quote = quote(offering=OFFERING, plan="basic", work="setup", minutes=100, now=NOW)

        assert agree(quote=given_quote, by="anna", at=NOW, record="msg_1").covers(minutes=worked) is covered
