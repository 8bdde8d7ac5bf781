"""What a suspension means and what ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.billing.model import BillingPlan, CommerceKind, InvoiceView, Standing, Subscription, SubscriptionStatus
from bot.overdue.suspension import SuspensionReason, WayBack, data_kept_until, reason_of, suspended, way_back
from bot.shared.ids import CustomerId
from tests.builders import document, money, subscription

CUSTOMER = CustomerId("cus_1")


def stopped(reason: str | None = "non_payment", **changes: object) -> Subscription:
    made = replace(subscription(CUSTOMER), status=SubscriptionStatus.SUSPENDED, suspended_on=date(2026, 3, 1), suspension_reason=reason)
    return replace(made, **changes)


def unpaid(standing: Standing, due_on: date = date(2026, 2, 1)) -> InvoiceView:
    nothing = money("0")
    invoice = document(CUSTOMER, f"CL-{due_on:%m%d}", due_on=due_on)
    return InvoiceView(invoice, standing, nothing, nothing, money("100"), 5, None)


class TestReason:
    @pytest.mark.parametrize(
        ("recorded", "reason"),
        [
            ("non_payment", SuspensionReason.NON_PAYMENT),
            ("customer_request", SuspensionReason.CUSTOMER_REQUEST),
            ("fraud", SuspensionReason.FRAUD),
            (None, SuspensionReason.UNKNOWN),
            ("whim", SuspensionReason.UNKNOWN),
        ],
    )
    def test_is_the_recorded_one_or_unknown(self, recorded: str | None, reason: SuspensionReason) -> None:
        assert reason_of(stopped(recorded)) is reason


class TestData:
    def test_of_legacy_is_sure_for_ninety_days(self) -> None:
        assert data_kept_until(stopped(commerce=CommerceKind.LEGACY)) == date(2026, 5, 30)

    def test_of_legacy_without_a_day_promises_none(self) -> None:
        assert data_kept_until(stopped(commerce=CommerceKind.LEGACY, suspended_on=None)) is None

    def test_of_new_commerce_is_sure_to_the_last_day_of_the_term(self) -> None:
        assert data_kept_until(stopped(ends_on=date(2026, 9, 1))) == date(2026, 8, 31)

    @pytest.mark.parametrize("changes", [{"ends_on": None}, {"billing_plan": BillingPlan.NONE}])
    def test_of_what_has_no_term_promises_none(self, changes: dict[str, object]) -> None:
        assert data_kept_until(stopped(**changes)) is None


class TestSuspended:
    def test_has_the_latest_first_and_leaves_out_what_runs(self) -> None:
        older, newer = stopped(suspended_on=date(2026, 1, 1)), stopped(suspended_on=date(2026, 2, 1))

        assert suspended((older, subscription(CUSTOMER), newer)) == (newer, older)


class TestWayBack:
    def test_is_none_where_nothing_is_suspended(self) -> None:
        assert way_back(subscriptions=(subscription(CUSTOMER),), invoices=(unpaid(Standing.OVERDUE),)) is None

    def test_from_non_payment_is_to_pay_what_is_overdue_the_oldest_first(self) -> None:
        older, newer = unpaid(Standing.OVERDUE), unpaid(Standing.OVERDUE, date(2026, 2, 15))

        found = way_back(subscriptions=(stopped(),), invoices=(newer, unpaid(Standing.OPEN), unpaid(Standing.IN_DISPUTE), older))

        assert found is not None
        assert (found.way, found.to_pay) == (WayBack.PAY, (older, newer))

    @pytest.mark.parametrize(
        ("reason", "standing"),
        [
            ("non_payment", Standing.IN_DISPUTE),
            ("non_payment", Standing.OPEN),
            ("customer_request", Standing.OVERDUE),
            (None, Standing.OVERDUE),
        ],
    )
    def test_otherwise_is_to_ask(self, reason: str | None, standing: Standing) -> None:
        found = way_back(subscriptions=(stopped(reason),), invoices=(unpaid(standing),))

        assert found is not None
        assert (found.way, found.to_pay) == (WayBack.REQUEST, ())

    def test_from_suspected_fraud_is_a_person_whatever_is_open(self) -> None:
        found = way_back(subscriptions=(stopped("fraud"), stopped()), invoices=(unpaid(Standing.OVERDUE),))

        assert found is not None
        assert found.way is WayBack.PERSON
