"""Splitting an amount so that the parts add up to it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from bot.shared.money import exponent


def apportion(*, total: Decimal, shares: Sequence[Decimal], currency: str) -> tuple[Decimal, ...]:
    """Return ``shares`` rounded to the minor unit of ``currency`` so that they add up to ``total``.

    Each share is rounded down, and what is missing is given unit by unit to the largest remainders; a larger difference, such as the
    slack a tax total is allowed, is spread evenly. Source: docs/patterns.md, "Rounding".

    Args:
        total: In major units, exact in minor units.
        shares: The exact shares in major units, in document order; may be negative. Not empty unless ``total`` is zero.
        currency: ISO 4217 code.
    """
    if not shares:
        return ()
    digits = exponent(currency)
    scaled = [share.scaleb(digits) for share in shares]
    floors = [int(share.to_integral_value(ROUND_FLOOR)) for share in scaled]
    missing = int(total.scaleb(digits)) - sum(floors)
    everyone, some = divmod(missing, len(floors))
    by_remainder = sorted(range(len(floors)), key=lambda index: (floors[index] - scaled[index], index))
    favoured = set(by_remainder[:some])
    return tuple(Decimal(floor + everyone + (index in favoured)).scaleb(-digits) for index, floor in enumerate(floors))
