"""The course of a case: no notice is skipped, nothing goes back, and the same question gets the same answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.billing.ports import OpenDocument
from bot.overdue.ladder import course, next_step, state_of
from bot.overdue.model import CollectionsPolicy, Hold, HoldKind, OverdueCase, PolicyStep, StepKind
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money
from bot.shared.words import Words

WORDS = Words(en="x", hu="x")
KINDS = (
    ("coming", StepKind.REMINDER, -5),
    ("first", StepKind.REMINDER, 3),
    ("second", StepKind.NOTICE, 10),
    ("final", StepKind.FINAL_NOTICE, 20),
    ("stop", StepKind.PROPOSE_SUSPENSION, 30),
    ("end", StepKind.PROPOSE_TERMINATION, 90),
)
POLICY = CollectionsPolicy(
    version="1",
    in_force_from=date(2020, 1, 1),
    steps=tuple(PolicyStep(key, kind, days, WORDS, WORDS) for key, kind, days in KINDS),
    access_note=WORDS,
    termination_note=WORDS,
)
ON_WEEKDAYS = replace(POLICY, is_open_day=lambda day: day.weekday() < 5)
DUE = date(2026, 3, 10)
ITEM = OpenDocument(InvoiceId("inv_1"), "CL-1", CustomerId("cus_1"), date(2026, 2, 10), DUE, Money(Decimal("412.50"), "EUR"), None)
CASE = OverdueCase(ITEM)


def days(case: OverdueCase, policy: CollectionsPolicy, today: date) -> dict[str, date]:
    return {item.step.key: item.on for item in course(case=case, policy=policy, today=today)}


class TestCourse:
    def test_before_it_begins_is_that_of_the_policy(self) -> None:
        assert days(CASE, POLICY, date(2026, 3, 1)) == {key: DUE + timedelta(days=after) for key, _, after in KINDS}

    def test_with_grace_comes_later_after_the_due_date(self) -> None:
        found = days(CASE, replace(POLICY, grace_days=4), date(2026, 3, 1))

        assert found["coming"] == DUE - timedelta(days=5)
        assert found["first"] == DUE + timedelta(days=7)

    def test_that_begins_late_takes_every_notice_and_leaves_the_time_before_access_stops(self) -> None:
        found = days(CASE, POLICY, date(2026, 6, 1))

        assert "coming" not in found
        assert (found["first"], found["second"], found["final"]) == (date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3))
        assert found["stop"] == date(2026, 6, 13)

    def test_leaves_out_what_came_before_a_step_that_was_taken(self) -> None:
        case = replace(CASE, done={"second": DUE + timedelta(days=10)})

        assert list(days(case, POLICY, DUE + timedelta(days=12))) == ["second", "final", "stop", "end"]

    def test_of_a_dispute_is_not_known(self) -> None:
        case = replace(CASE, done={"first": date(2026, 3, 13)}, holds=(Hold(HoldKind.DISPUTE, date(2026, 3, 14), None),))

        assert next_step(case=case, policy=POLICY, today=date(2026, 3, 20)) is None
        assert state_of(case=case, policy=POLICY, today=date(2026, 3, 20)).held

    def test_goes_on_after_a_promise_that_was_broken(self) -> None:
        promise = Hold(HoldKind.PROMISE, date(2026, 3, 15), date(2026, 3, 25))
        case = replace(CASE, done={"first": date(2026, 3, 13)}, holds=(promise,))

        coming = next_step(case=case, policy=POLICY, today=date(2026, 3, 20))

        assert coming is not None
        assert (coming.step.key, coming.on) == ("second", date(2026, 3, 26))

    def test_moves_a_step_of_a_closed_day_to_the_next_open_one(self) -> None:
        # 13 March 2026 is a Friday and 20 March too; 9 April is a Thursday.
        item = replace(ITEM, due_on=date(2026, 3, 11))

        assert days(OverdueCase(item), ON_WEEKDAYS, date(2026, 3, 1))["first"] == date(2026, 3, 16)


_HOLDS = st.lists(
    st.builds(
        lambda start, length: Hold(HoldKind.PROMISE, DUE + timedelta(days=start), DUE + timedelta(days=start + length)),
        st.integers(-10, 120),
        st.integers(0, 20),
    ),
    max_size=3,
).map(tuple)


class TestRunDayByDay:
    """A worker asks each day whether something is due, and may be down for any of them."""

    @given(awake=st.lists(st.booleans(), min_size=200, max_size=200), holds=_HOLDS, weekdays=st.booleans(), grace=st.integers(0, 5))
    def test_takes_each_notice_in_order_and_once_whatever_happens(
        self, awake: list[bool], holds: tuple[Hold, ...], weekdays: bool, grace: int
    ) -> None:
        policy = replace(ON_WEEKDAYS if weekdays else POLICY, grace_days=grace)
        case = replace(CASE, holds=holds)
        taken: list[tuple[str, date]] = []
        for after, is_awake in enumerate(awake):
            today = DUE - timedelta(days=10) + timedelta(days=after)
            if not is_awake:
                continue
            coming = next_step(case=case, policy=policy, today=today)
            assert coming == next_step(case=case, policy=policy, today=today)
            assert coming is None or coming.on >= today
            if coming is not None and coming.on == today:
                taken.append((coming.step.key, today))
                case = replace(case, done={**case.done, coming.step.key: today})

        order = [key for key, _, _ in KINDS]
        keys = [key for key, _ in taken]
        assert keys == [key for key in order if key in keys]
        assert [key for key in order[1:] if key in keys] == order[1 : 1 + len([key for key in keys if key != "coming"])]
        when = dict(taken)
        for key, day in taken:
            base = DUE + timedelta(days=POLICY.step(key).days)  # type: ignore[union-attr]
            assert day >= base
            assert policy.is_open_day(day)
            assert not any(hold.holds_on(day) for hold in holds)
        if "stop" in when:
            assert when["stop"] - when["final"] >= timedelta(days=10)
        assert len({day for _, day in taken}) == len(taken)

    @given(today=st.integers(-20, 150), done=st.integers(0, 6), holds=_HOLDS)
    def test_days_never_go_back(self, today: int, done: int, holds: tuple[Hold, ...]) -> None:
        taken = {key: DUE + timedelta(days=after) for key, _, after in KINDS[:done]}
        case = replace(CASE, done=taken, holds=holds)

        found = course(case=case, policy=POLICY, today=max(DUE + timedelta(days=today), *taken.values(), DUE - timedelta(days=20)))

        assert [item.on for item in found] == sorted(item.on for item in found)
