"""Which steps of the collections policy are due."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.model import DocumentKind, Invoice, Settlement
from bot.billing.standing import view
from bot.overdue.ladder import NoPolicy, ladder_of, ladder_state, policy_on
from bot.overdue.model import CollectionsPolicy, LadderState, PolicyStep, StepKind
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money
from bot.shared.words import Words

WORDS = Words(en="words", hu="szavak")
DUE = date(2026, 3, 10)


def policy(version: str = "1", in_force_from: date = date(2020, 1, 1), days: tuple[int, ...] = (-5, 3, 20, 30)) -> CollectionsPolicy:
    kinds = (StepKind.REMINDER, StepKind.REMINDER, StepKind.FINAL_NOTICE, StepKind.PROPOSE_SUSPENSION)
    steps = tuple(
        PolicyStep(key=f"step{day}", kind=kind, days=day, label=WORDS, effect=WORDS) for day, kind in zip(days, kinds, strict=True)
    )
    return CollectionsPolicy(version=version, in_force_from=in_force_from, steps=steps, access_note=WORDS, termination_note=WORDS)


def invoice(**changes: object) -> Invoice:
    hundred, zero = Money(Decimal(100), "EUR"), Money.zero("EUR")
    parts: dict[str, object] = {
        "id": InvoiceId("inv_1"),
        "kind": DocumentKind.INVOICE,
        "number": "CL-1",
        "customer_id": CustomerId("cus_1"),
        "issued_on": date(2026, 2, 24),
        "due_on": DUE,
        "currency": "EUR",
        "net": hundred,
        "tax": zero,
        "gross": hundred,
        "prepaid": zero,
        "rounding": zero,
        "payable": hundred,
        "lines": (),
        **changes,
    }
    return Invoice(**parts)  # type: ignore[arg-type]


def on(day: date, document: Invoice, *, paid: int = 0) -> LadderState:
    settlement = Settlement(paid=Money(Decimal(paid), "EUR"), credited=Money.zero("EUR"))
    return ladder_of(view=view(invoice=document, settlement=settlement, today=day), policies=(policy(),), today=day)


class TestLadderState:
    def test_has_reached_nothing_long_before_the_due_date(self) -> None:
        state = ladder_state(policy=policy(), due_on=DUE, today=date(2026, 3, 4))

        assert state.current is None
        assert state.next is not None
        assert (state.next.step.key, state.next.on) == ("step-5", date(2026, 3, 5))

    def test_reaches_a_step_on_its_day(self) -> None:
        state = ladder_state(policy=policy(), due_on=DUE, today=date(2026, 3, 13))

        assert state.current is not None
        assert (state.current.step.key, state.current.on) == ("step3", date(2026, 3, 13))
        assert state.next is not None
        assert state.next.on == date(2026, 3, 30)

    def test_names_the_day_on_which_access_stops_from_the_beginning(self) -> None:
        assert ladder_state(policy=policy(), due_on=DUE, today=date(2026, 3, 1)).access_stops_on == date(2026, 4, 9)

    def test_has_nothing_to_come_after_the_last_step(self) -> None:
        state = ladder_state(policy=policy(), due_on=DUE, today=date(2026, 6, 1))

        assert [item.step.key for item in state.reached] == ["step-5", "step3", "step20", "step30"]
        assert state.next is None
        assert state.access_stops_on == date(2026, 4, 9)

    def test_stands_still_from_the_day_of_a_dispute(self) -> None:
        state = ladder_state(policy=policy(), due_on=DUE, today=date(2026, 6, 1), held_since=date(2026, 3, 30))

        assert state.held
        assert state.current is not None
        assert state.current.step.key == "step3"
        assert (state.next, state.access_stops_on) == (None, None)

    def test_goes_on_while_a_dispute_has_not_begun(self) -> None:
        state = ladder_state(policy=policy(), due_on=DUE, today=date(2026, 3, 13), held_since=date(2026, 3, 14))

        assert not state.held
        assert state.next is not None

    def test_keeps_the_day_of_a_suspension_reached_before_the_dispute(self) -> None:
        state = ladder_state(policy=policy(), due_on=DUE, today=date(2026, 6, 1), held_since=date(2026, 5, 1))

        assert state.access_stops_on == date(2026, 4, 9)

    @given(offset=st.integers(-60, 120))
    def test_never_goes_back_from_one_day_to_the_next(self, offset: int) -> None:
        today = DUE + timedelta(days=offset)

        state = ladder_state(policy=policy(), due_on=DUE, today=today)
        tomorrow = ladder_state(policy=policy(), due_on=DUE, today=today + timedelta(days=1))

        assert tomorrow.reached[: len(state.reached)] == state.reached
        assert len(state.reached) + (0 if state.next is None else 1) <= len(policy().steps)
        assert all(item.on <= today for item in state.reached)
        assert state.next is None or state.next.on > today


class TestPolicyOn:
    def test_takes_the_newest_version_that_has_begun(self) -> None:
        versions = (policy("new", date(2026, 1, 1)), policy("old"), policy("future", date(2027, 1, 1)))

        assert policy_on(policies=versions, day=date(2026, 1, 1)).version == "new"
        assert policy_on(policies=versions, day=date(2025, 12, 31)).version == "old"

    def test_refuses_a_day_before_the_first_version(self) -> None:
        with pytest.raises(NoPolicy, match="2019-12-31"):
            policy_on(policies=(policy(),), day=date(2019, 12, 31))


class TestLadderOf:
    def test_leaves_a_paid_invoice_in_peace(self) -> None:
        state = on(date(2026, 6, 1), invoice(), paid=100)

        assert (state.reached, state.next, state.access_stops_on, state.held) == ((), None, None, False)

    def test_leaves_a_credit_note_in_peace(self) -> None:
        assert on(date(2026, 6, 1), invoice(kind=DocumentKind.CREDIT_NOTE)).reached == ()

    def test_climbs_for_a_partly_paid_invoice(self) -> None:
        assert len(on(date(2026, 3, 13), invoice(), paid=99).reached) == 2

    def test_holds_for_a_disputed_invoice(self) -> None:
        assert on(date(2026, 6, 1), invoice(disputed_on=date(2026, 3, 12))).held

    def test_follows_the_version_in_force_when_the_invoice_was_issued(self) -> None:
        settlement = Settlement(paid=Money.zero("EUR"), credited=Money.zero("EUR"))
        versions = (policy(), policy("strict", date(2026, 2, 25), (-5, 1, 2, 3)))

        state = ladder_of(
            view=view(invoice=invoice(), settlement=settlement, today=date(2026, 3, 13)), policies=versions, today=date(2026, 3, 13)
        )

        assert state.access_stops_on == date(2026, 4, 9)
