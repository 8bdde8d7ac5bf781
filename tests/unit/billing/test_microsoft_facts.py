"""What the ledger learns from Microsoft, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.billing.microsoft import MicrosoftStatus, MicrosoftSubscription
from bot.billing.microsoft_facts import differences_of, learned
from bot.billing.microsoft_records import DifferenceKind
from bot.billing.model import BillingPlan, CommerceKind, SubscriptionStatus
from bot.shared.ids import CustomerId, SubscriptionId, TenantId
from tests.builders import subscription

TODAY = date(2026, 3, 10)
OURS = replace(
    subscription(CustomerId("cus_1")),
    auto_renew=True,
    commerce=CommerceKind.NEW,
    billing_plan=BillingPlan.MONTHLY,
    ends_on=date(2026, 9, 1),
)
THEIRS = MicrosoftSubscription(
    id=OURS.id,
    tenant_id=TenantId("t"),
    offer_id="o",
    name="Visio Plan 2",
    offer_name="Visio Plan 2",
    commerce=CommerceKind.NEW,
    quantity=OURS.quantity,
    status=MicrosoftStatus.ACTIVE,
    auto_renew=True,
    billing_plan=BillingPlan.ANNUAL,
    started_on=date(2026, 3, 1),
    ends_on=date(2027, 3, 1),
)


class TestLearned:
    def test_are_state_renewal_and_term_and_never_what_is_billed(self) -> None:
        known = learned(ours=OURS, theirs=replace(THEIRS, quantity=99, auto_renew=False), today=TODAY)

        assert known == replace(OURS, auto_renew=False, started_on=date(2026, 3, 1), ends_on=date(2027, 3, 1))

    def test_a_suspension_begins_today_and_keeps_its_reason_and_the_renewal_that_was_wanted(self) -> None:
        theirs = replace(THEIRS, status=MicrosoftStatus.SUSPENDED, auto_renew=False)

        known = learned(ours=replace(OURS, suspension_reason="non_payment"), theirs=theirs, today=TODAY)
        later = learned(ours=known, theirs=theirs, today=date(2026, 4, 1))

        assert (known.status, known.suspended_on, known.suspension_reason, known.auto_renew) == (
            SubscriptionStatus.SUSPENDED,
            TODAY,
            "non_payment",
            True,
        )
        assert later == known

    def test_the_end_of_a_suspension_takes_its_date_and_reason_away(self) -> None:
        suspended = replace(OURS, status=SubscriptionStatus.SUSPENDED, suspended_on=TODAY, suspension_reason="non_payment")

        known = learned(ours=suspended, theirs=THEIRS, today=TODAY)

        assert (known.status, known.suspended_on, known.suspension_reason) == (SubscriptionStatus.ACTIVE, None, None)

    @pytest.mark.parametrize("status", [MicrosoftStatus.PENDING, MicrosoftStatus.UNKNOWN])
    def test_a_state_that_says_nothing_changes_nothing(self, status: MicrosoftStatus) -> None:
        assert learned(ours=OURS, theirs=replace(THEIRS, status=status), today=TODAY) == OURS


class TestDifferences:
    def kinds(self, *, ours: object = (OURS,), theirs: object = (THEIRS,)) -> list[DifferenceKind]:
        found = differences_of(customer_id=OURS.customer_id, ours=ours, theirs=theirs)  # type: ignore[arg-type]
        return [one.kind for one in found]

    def test_there_are_none_where_both_agree(self) -> None:
        assert self.kinds() == []

    def test_seats_and_commerce_system(self) -> None:
        other = replace(THEIRS, quantity=7, commerce=CommerceKind.LEGACY)

        assert self.kinds(theirs=(other,)) == [DifferenceKind.SEATS, DifferenceKind.COMMERCE]

    def test_one_that_only_one_side_has(self) -> None:
        assert self.kinds(theirs=()) == [DifferenceKind.NOT_AT_MICROSOFT]
        assert self.kinds(ours=()) == [DifferenceKind.NOT_IN_LEDGER]

    def test_one_that_has_ended_is_nobodys_business(self) -> None:
        assert self.kinds(ours=(replace(OURS, status=SubscriptionStatus.CANCELLED),), theirs=()) == []
        assert self.kinds(ours=(), theirs=(replace(THEIRS, status=MicrosoftStatus.DELETED),)) == []

    def test_seats_of_what_is_billed_by_usage_do_not_count(self) -> None:
        assert self.kinds(ours=(replace(OURS, quantity=0),), theirs=(replace(THEIRS, quantity=1),)) == []

    def test_have_a_key_that_stays_the_same_when_the_numbers_change(self) -> None:
        keys = {
            differences_of(customer_id=OURS.customer_id, ours=(OURS,), theirs=(replace(THEIRS, quantity=count),))[0].key for count in (7, 8)
        }

        assert keys == {f"microsoft:seats:{SubscriptionId(OURS.id)}"}
