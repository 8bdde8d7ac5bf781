"""Who helps with what, and what the customer is told about it."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shared.words import Words
from bot.support.model import OpeningHours, TicketKind
from bot.support.structure import Helper, HelperKind, PassBy, Rule, Structure, Told, When, route, rules_never_used

OPEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
CLOSED = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
WEEK = tuple((day, time(8), time(16)) for day in range(5))
DESK = OpeningHours(zone="UTC", country="HU", week=WEEK)
WORDS = Words(en="x", hu="x")
OWN = Helper("own", HelperKind.OWN, WORDS, PassBy.QUEUE, hours=DESK)
NIGHT = Helper("night", HelperKind.OUTSOURCED, WORDS, PassBy.WEBHOOK, "https://night.example")
ERP = Helper("erp", HelperKind.RESOLD, WORDS, PassBy.MAIL, "help@erp.example", hours=DESK)
HELPERS = (OWN, NIGHT, ERP)
STRUCTURE = Structure(
    helpers=HELPERS,
    rules=(
        Rule("erp", families=("Dynamics 365",), kinds=(TicketKind.TECHNICAL,)),
        Rule("night", kinds=(TicketKind.TECHNICAL,), plans=("care",), when=When.CLOSED),
        Rule("own"),
    ),
)
PLANS = ("basic", "care")


def helper_for(product: str | None, kind: TicketKind, plan: str | None, now: datetime) -> tuple[str, Told]:
    found = route(structure=STRUCTURE, desk_hours=DESK, product=product, kind=kind, plan=plan, now=now)
    return found.helper.key, found.told


class TestRoute:
    @pytest.mark.parametrize(
        ("product", "kind", "plan", "now", "expected"),
        [
            ("Dynamics 365 Sales", TicketKind.TECHNICAL, "care", OPEN, ("erp", Told.OTHER_COMPANY)),
            ("Dynamics 365 Sales", TicketKind.TECHNICAL, "care", CLOSED, ("erp", Told.OTHER_COMPANY_CLOSED)),
            ("Dynamics 365 Sales", TicketKind.BILLING, "care", OPEN, ("own", Told.OWN)),
            ("Exchange Online", TicketKind.TECHNICAL, "care", CLOSED, ("night", Told.ON_BEHALF)),
            ("Exchange Online", TicketKind.TECHNICAL, "basic", CLOSED, ("own", Told.OWN_CLOSED)),
            ("Exchange Online", TicketKind.TECHNICAL, "care", OPEN, ("own", Told.OWN)),
            (None, TicketKind.TECHNICAL, None, OPEN, ("own", Told.OWN)),
        ],
    )
    def test_goes_by_the_first_rule_that_fits(
        self, product: str | None, kind: TicketKind, plan: str | None, now: datetime, expected: tuple[str, Told]
    ) -> None:
        assert helper_for(product, kind, plan, now) == expected


rules = st.builds(
    Rule,
    helper=st.sampled_from(["own", "night", "erp"]),
    families=st.sets(st.sampled_from(["Azure", "Dynamics 365", "Dynamics 365 Sales"])).map(tuple),
    kinds=st.sets(st.sampled_from(TicketKind)).map(tuple),
    plans=st.sets(st.sampled_from(PLANS)).map(tuple),
    when=st.sampled_from(When),
)


class TestRulesNeverUsed:
    @pytest.mark.parametrize(
        ("first", "expected"),
        [
            ((), ()),
            ((Rule("own"),), (2,)),
            ((Rule("erp", families=("Dynamics 365",)), Rule("own", families=("Dynamics 365 Sales",))), (2,)),
            ((Rule("own", families=("Dynamics 365 Sales",)), Rule("erp", families=("Dynamics 365",))), ()),
            ((Rule("own", when=When.OPEN), Rule("night", when=When.CLOSED)), (3,)),
            ((Rule("own", kinds=tuple(TicketKind)),), (2,)),
            ((Rule("own", plans=PLANS),), ()),
        ],
    )
    def test_are_those_that_earlier_ones_leave_nothing_to(self, first: tuple[Rule, ...], expected: tuple[int, ...]) -> None:
        structure = Structure(helpers=HELPERS, rules=(*first, Rule("own")))

        assert rules_never_used(structure=structure, products=("Azure",), plans=PLANS) == expected

    @given(
        some=st.lists(rules, max_size=4),
        product=st.sampled_from(["Azure plan", "Dynamics 365 Sales", "Visio"]) | st.none(),
        kind=st.sampled_from(TicketKind),
        plan=st.sampled_from([*PLANS, None]),
        now=st.sampled_from([OPEN, CLOSED]),
    )
    def test_never_decide(self, some: list[Rule], product: str | None, kind: TicketKind, plan: str | None, now: datetime) -> None:
        structure = Structure(helpers=HELPERS, rules=(*some, Rule("own")))

        found = route(structure=structure, desk_hours=DESK, product=product, kind=kind, plan=plan, now=now)

        assert found.rule not in rules_never_used(structure=structure, products=("Azure plan", "Dynamics 365 Sales"), plans=PLANS)
