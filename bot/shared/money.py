"""Money is a decimal amount with a currency; nothing else may carry an amount (ADR 0004)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from bot.shared.errors import InvalidInput

# ISO 4217 minor-unit exponents that differ from 2.
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
_CURRENCY = re.compile(r"[A-Z]{3}")


class CurrencyMismatch(InvalidInput):
    """Two amounts in different currencies met in one sum."""


class InexactAmount(InvalidInput):
    """An amount has more decimals than its currency has minor units."""


def exponent(currency: str) -> int:
    """Return how many decimals the minor unit of ``currency`` has (EUR 2, HUF 2, JPY 0). Source: ISO 4217."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency.

    Attributes:
        amount: In major units (EUR, not cents). Unit prices may have more decimals than the currency.
        currency: ISO 4217 code, three capital letters.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("Money needs a Decimal amount")
        if not self.amount.is_finite():
            raise InvalidInput("an amount must be a finite number")
        if not _CURRENCY.fullmatch(self.currency):
            raise InvalidInput(f"{self.currency!r} is not an ISO 4217 currency code")

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing at all in ``currency``."""
        return cls(Decimal(0), currency)

    @classmethod
    def from_minor(cls, minor: int, currency: str) -> Money:
        """Return the amount that ``minor`` units (cents, fillér, yen) make in ``currency``."""
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)

    def to_minor(self) -> int:
        """Return the amount in minor units.

        Raises:
            InexactAmount: The amount has more decimals than the currency; round it first.
        """
        scaled = self.amount.scaleb(exponent(self.currency))
        if scaled != scaled.to_integral_value():
            raise InexactAmount(f"{self.amount} {self.currency} has more decimals than {self.currency} allows")
        return int(scaled)

    def _check(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"cannot mix {self.currency} and {other.currency} in one sum")

    def __add__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._check(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._check(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._check(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def round_half_up(money: Money) -> Money:
    """Return ``money`` rounded half-up to its currency's minor unit. Source: docs/patterns.md, "Rounding"."""
    step = Decimal(1).scaleb(-exponent(money.currency))
    return Money(money.amount.quantize(step, rounding=ROUND_HALF_UP), money.currency)


def total(amounts: tuple[Money, ...], *, currency: str) -> Money:
    """Return the sum of ``amounts``, zero when there are none.

    Raises:
        CurrencyMismatch: One of them is in another currency.
    """
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result
