"""Splitting an amount so that its parts add up."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.ledger_files.apportion import apportion

_SHARES = st.lists(st.decimals(min_value=-10_000, max_value=10_000, places=4), min_size=1, max_size=20)


class TestApportion:
    @given(shares=_SHARES, slack=st.integers(min_value=-99, max_value=99))
    def test_gives_parts_in_minor_units_that_add_up_to_the_total(self, shares: list[Decimal], slack: int) -> None:
        total = sum(shares, Decimal(0)).quantize(Decimal("0.01")) + Decimal(slack).scaleb(-2)

        parts = apportion(total=total, shares=shares, currency="EUR")

        assert sum(parts) == total
        assert all(part == part.quantize(Decimal("0.01")) for part in parts)

    def test_leaves_exact_shares_alone(self) -> None:
        shares = [Decimal("1.10"), Decimal("-0.40"), Decimal("2")]

        assert apportion(total=Decimal("2.70"), shares=shares, currency="EUR") == tuple(shares)

    def test_gives_the_odd_unit_to_the_largest_remainder(self) -> None:
        parts = apportion(total=Decimal("0.10"), shares=[Decimal("0.032"), Decimal("0.039"), Decimal("0.029")], currency="EUR")

        assert parts == (Decimal("0.03"), Decimal("0.04"), Decimal("0.03"))

    def test_knows_currencies_without_minor_units(self) -> None:
        assert apportion(total=Decimal(3), shares=[Decimal("1.5"), Decimal("1.5")], currency="JPY") == (Decimal(2), Decimal(1))
