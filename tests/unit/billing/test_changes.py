"""What may be changed about a subscription, and on what terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.changes import Change, MoneyEffect, Obstacle, Outcome, Terms, terms_of, window_last_day
from bot.billing.model import BillingPlan, CommerceKind, Subscription, SubscriptionStatus
from bot.shared.ids import CustomerId, SubscriptionId

TODAY = date(2026, 3, 10)


def running(
    *,
    commerce: CommerceKind = CommerceKind.NEW,
    bought_on: date = date(2025, 6, 1),
    started_on: date = date(2025, 6, 1),
    ends_on: date | None = date(2026, 6, 1),
    auto_renew: bool = True,
    quantity: int = 10,
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE,
) -> Subscription:
    return Subscription(
        id=SubscriptionId("sub-1"),
        customer_id=CustomerId("cus_1"),
        product="Microsoft 365 E3",
        commerce=commerce,
        quantity=quantity,
        term="P1Y",
        billing_plan=BillingPlan.MONTHLY,
        status=status,
        bought_on=bought_on,
        started_on=started_on,
        ends_on=ends_on,
        auto_renew=auto_renew,
    )


def asked(change: Change, subscription: Subscription, seats: int = 2, today: date = TODAY) -> Terms:
    return terms_of(subscription=subscription, change=change, today=today, seats=seats)


class TestAddingSeats:
    def test_of_new_commerce_is_pro_rated_and_binds_to_the_end_of_the_term_after_seven_days(self) -> None:
        terms = asked(Change.ADD_SEATS, running())

        assert (terms.outcome, terms.money, terms.takes_effect_on) == (Outcome.AT_ONCE, MoneyEffect.PRO_RATED_CHARGE, TODAY)
        assert (terms.last_day, terms.owed_until) == (date(2026, 3, 16), date(2026, 6, 1))

    def test_shortly_before_the_end_gives_no_more_days_than_the_term_has(self) -> None:
        terms = asked(Change.ADD_SEATS, running(ends_on=TODAY + timedelta(days=3)))

        assert terms.last_day == TODAY + timedelta(days=2)

    def test_of_legacy_commerce_binds_to_nothing(self) -> None:
        terms = asked(Change.ADD_SEATS, running(commerce=CommerceKind.LEGACY))

        assert (terms.outcome, terms.money) == (Outcome.AT_ONCE, MoneyEffect.PRO_RATED_CHARGE)
        assert (terms.last_day, terms.owed_until) == (None, None)


class TestRemovingSeats:
    def test_of_legacy_commerce_is_credited_pro_rata_on_any_day(self) -> None:
        terms = asked(Change.REMOVE_SEATS, running(commerce=CommerceKind.LEGACY))

        assert (terms.outcome, terms.money, terms.takes_effect_on) == (Outcome.AT_ONCE, MoneyEffect.PRO_RATED_CREDIT, TODAY)

    @pytest.mark.parametrize("begun", ["bought", "renewed"])
    def test_of_new_commerce_is_possible_on_the_seventh_day(self, begun: str) -> None:
        start = TODAY - timedelta(days=6)
        subscription = running(started_on=start, bought_on=start if begun == "bought" else date(2024, 3, 4))

        terms = asked(Change.REMOVE_SEATS, subscription)

        assert (terms.outcome, terms.money, terms.last_day) == (Outcome.AT_ONCE, MoneyEffect.LESS_USED_DAYS, TODAY)

    def test_of_new_commerce_waits_for_the_renewal_from_the_eighth_day_on(self) -> None:
        start = TODAY - timedelta(days=7)

        terms = asked(Change.REMOVE_SEATS, running(started_on=start, ends_on=date(2027, 3, 3)))

        assert terms.outcome is Outcome.AT_TERM_END
        assert (terms.takes_effect_on, terms.owed_until) == (date(2027, 3, 3), date(2027, 3, 3))
        assert (terms.last_day, terms.window_ended_on) == (date(2027, 3, 2), TODAY - timedelta(days=1))

    def test_counts_from_the_later_of_purchase_and_start(self) -> None:
        assert window_last_day(running(bought_on=date(2026, 3, 1), started_on=date(2026, 1, 1))) == date(2026, 3, 7)

    @pytest.mark.parametrize("commerce", list(CommerceKind))
    def test_down_to_none_is_a_cancellation_and_refused(self, commerce: CommerceKind) -> None:
        assert asked(Change.REMOVE_SEATS, running(commerce=commerce), seats=10).obstacle is Obstacle.ALL_SEATS

    def test_that_would_wait_for_a_renewal_that_does_not_come_is_refused(self) -> None:
        terms = asked(Change.REMOVE_SEATS, running(auto_renew=False))

        assert (terms.obstacle, terms.owed_until) == (Obstacle.ENDS_ANYWAY, date(2026, 6, 1))


class TestCancelling:
    @pytest.mark.parametrize(
        ("today", "money"),
        [
            (date(2026, 1, 31), MoneyEffect.FULL_CREDIT),
            (date(2026, 2, 27), MoneyEffect.FULL_CREDIT),
            (date(2026, 2, 28), MoneyEffect.PRO_RATED_CREDIT),
        ],
    )
    def test_of_legacy_commerce_gives_all_back_in_the_first_month_and_the_rest_of_the_term_later(
        self, today: date, money: MoneyEffect
    ) -> None:
        subscription = running(commerce=CommerceKind.LEGACY, started_on=date(2026, 1, 31), ends_on=date(2027, 1, 31))

        terms = asked(Change.CANCEL, subscription, today=today)

        assert (terms.outcome, terms.money, terms.takes_effect_on) == (Outcome.AT_ONCE, money, today)

    def test_of_legacy_commerce_counts_the_month_over_new_year(self) -> None:
        subscription = running(commerce=CommerceKind.LEGACY, started_on=date(2025, 12, 15), ends_on=date(2026, 12, 15))

        assert asked(Change.CANCEL, subscription, today=date(2026, 1, 14)).money is MoneyEffect.FULL_CREDIT

    def test_of_new_commerce_within_seven_days_gives_back_what_is_not_used(self) -> None:
        terms = asked(Change.CANCEL, running(bought_on=TODAY, started_on=TODAY))

        assert (terms.outcome, terms.money) == (Outcome.AT_ONCE, MoneyEffect.LESS_USED_DAYS)
        assert terms.last_day == date(2026, 3, 16)

    def test_of_new_commerce_later_gives_nothing_back_and_owes_the_term(self) -> None:
        terms = asked(Change.CANCEL, running())

        assert (terms.outcome, terms.money) == (Outcome.AT_TERM_END, MoneyEffect.NONE)
        assert (terms.takes_effect_on, terms.owed_until) == (date(2026, 6, 1), date(2026, 6, 1))
        assert (terms.window_ended_on, terms.last_day) == (date(2025, 6, 7), date(2026, 5, 31))

    def test_of_what_ends_anyway_has_nothing_to_do(self) -> None:
        assert asked(Change.CANCEL, running(auto_renew=False)).outcome is Outcome.ALREADY

    def test_of_usage_without_a_term_is_possible_at_once(self) -> None:
        assert asked(Change.CANCEL, running(quantity=0, ends_on=None)).outcome is Outcome.AT_ONCE

    def test_of_a_licence_without_a_term_is_refused_after_seven_days(self) -> None:
        assert asked(Change.CANCEL, running(ends_on=None)).obstacle is Obstacle.NO_TERM

    def test_of_a_suspended_one_is_possible_within_its_seven_days(self) -> None:
        subscription = running(started_on=TODAY, status=SubscriptionStatus.SUSPENDED)

        assert asked(Change.CANCEL, subscription).outcome is Outcome.AT_ONCE


class TestRenewal:
    @pytest.mark.parametrize("commerce", list(CommerceKind))
    def test_can_be_switched_off_until_the_day_before_the_term_ends(self, commerce: CommerceKind) -> None:
        terms = asked(Change.RENEWAL_OFF, running(commerce=commerce))

        assert (terms.outcome, terms.takes_effect_on, terms.last_day) == (Outcome.AT_ONCE, date(2026, 6, 1), date(2026, 5, 31))

    def test_cannot_be_switched_off_on_the_day_the_term_ends(self) -> None:
        assert asked(Change.RENEWAL_OFF, running(ends_on=TODAY)).obstacle is Obstacle.TERM_OVER

    @pytest.mark.parametrize(("change", "auto_renew"), [(Change.RENEWAL_OFF, False), (Change.RENEWAL_ON, True)])
    def test_that_is_so_already_needs_nothing(self, change: Change, *, auto_renew: bool) -> None:
        assert asked(change, running(auto_renew=auto_renew)).outcome is Outcome.ALREADY

    def test_can_be_switched_on_again(self) -> None:
        assert asked(Change.RENEWAL_ON, running(auto_renew=False)).outcome is Outcome.AT_ONCE

    def test_of_a_suspended_one_is_off_whatever_the_ledger_says(self) -> None:
        suspended = running(status=SubscriptionStatus.SUSPENDED, auto_renew=True)

        assert asked(Change.RENEWAL_OFF, suspended).outcome is Outcome.ALREADY
        assert asked(Change.RENEWAL_ON, suspended).obstacle is Obstacle.SUSPENDED

    def test_of_what_has_no_term_is_refused(self) -> None:
        assert asked(Change.RENEWAL_OFF, running(ends_on=None)).obstacle is Obstacle.NO_TERM


class TestObstacles:
    @pytest.mark.parametrize("change", list(Change))
    @pytest.mark.parametrize("status", [SubscriptionStatus.EXPIRED, SubscriptionStatus.DISABLED, SubscriptionStatus.CANCELLED])
    def test_nothing_can_be_changed_about_what_has_run_out(self, change: Change, status: SubscriptionStatus) -> None:
        assert asked(change, running(status=status)).obstacle is Obstacle.RUN_OUT

    @pytest.mark.parametrize("change", [Change.ADD_SEATS, Change.REMOVE_SEATS])
    def test_seats_cannot_be_changed_while_suspended_or_billed_by_usage(self, change: Change) -> None:
        assert asked(change, running(status=SubscriptionStatus.SUSPENDED)).obstacle is Obstacle.SUSPENDED
        assert asked(change, running(quantity=0)).obstacle is Obstacle.USAGE_BASED

    @pytest.mark.parametrize("change", [Change.ADD_SEATS, Change.REMOVE_SEATS])
    def test_a_change_of_no_seats_is_an_error(self, change: Change) -> None:
        with pytest.raises(ValueError, match="at least one seat"):
            asked(change, running(), seats=0)


DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 1, 1))


@st.composite
def subscriptions(draw: st.DrawFn) -> Subscription:
    started_on = draw(DAYS)
    return running(
        commerce=draw(st.sampled_from(CommerceKind)),
        bought_on=min(draw(DAYS), started_on),
        started_on=started_on,
        ends_on=draw(st.one_of(st.none(), st.integers(28, 1100).map(lambda days: started_on + timedelta(days=days)))),
        auto_renew=draw(st.booleans()),
        quantity=draw(st.integers(0, 50)),
        status=draw(st.sampled_from(SubscriptionStatus)),
    )


class TestAlways:
    @given(subscription=subscriptions(), change=st.sampled_from(Change), today=DAYS, seats=st.integers(1, 60))
    def test_a_reason_is_given_exactly_for_a_refusal(self, subscription: Subscription, change: Change, today: date, seats: int) -> None:
        terms = asked(change, subscription, seats, today)

        assert (terms.obstacle is not None) == (terms.outcome is Outcome.REFUSED)
        assert terms.change is change

    @given(subscription=subscriptions(), change=st.sampled_from(Change), today=DAYS, seats=st.integers(1, 60))
    def test_no_day_told_is_past_and_what_can_be_done_has_a_day(
        self, subscription: Subscription, change: Change, today: date, seats: int
    ) -> None:
        terms = asked(change, subscription, seats, today)

        told = [day for day in (terms.takes_effect_on, terms.last_day, terms.owed_until) if day is not None]
        assert all(day >= today for day in told)
        assert terms.outcome is Outcome.REFUSED or terms.takes_effect_on is not None
        assert terms.window_ended_on is None or terms.window_ended_on < today

    @given(subscription=subscriptions(), today=DAYS)
    def test_new_commerce_gives_money_back_only_within_seven_days(self, subscription: Subscription, today: date) -> None:
        terms = asked(Change.CANCEL, replace(subscription, commerce=CommerceKind.NEW), today=today)

        if terms.money is not MoneyEffect.NONE:
            assert today <= window_last_day(subscription)

    @given(subscription=subscriptions(), change=st.sampled_from([Change.REMOVE_SEATS, Change.CANCEL]), today=DAYS)
    def test_legacy_commerce_never_waits_for_the_end_of_the_term(self, subscription: Subscription, change: Change, today: date) -> None:
        terms = asked(change, replace(subscription, commerce=CommerceKind.LEGACY), today=today)

        assert terms.outcome is not Outcome.AT_TERM_END
        assert terms.owed_until is None
