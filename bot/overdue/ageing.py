"""What is open by how long it has been due, and by the step it has reached. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.billing.ports import OpenDocument
from bot.shared.ids import CustomerId
from bot.shared.money import Money

BUCKETS: tuple[tuple[str, int], ...] = (("not due", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("over 90", 10**6))
"""Names with the most days overdue that each takes; the first takes what is not overdue."""


@dataclass(frozen=True, slots=True)
class AgeingRow:
    """What one customer owes in one currency: a sum for each of ``BUCKETS``, and in all."""

    customer_id: CustomerId
    sums: tuple[Money, ...]
    total: Money
    oldest_due: date


@dataclass(frozen=True, slots=True)
class Ageing:
    """The ageing report.

    Attributes:
        totals: For each currency, by name: a sum for each bucket, and in all.
        rows: Customers with something overdue, the most overdue first, by currency.
        counts: Invoices in each bucket, all currencies.
    """

    totals: tuple[tuple[str, tuple[Money, ...], Money], ...]
    rows: tuple[AgeingRow, ...]
    counts: tuple[int, ...]


def bucket_of(days_overdue: int) -> int:
    """Return the place in ``BUCKETS`` for so many days; 0 or fewer are not overdue."""
    if days_overdue <= 0:
        return 0
    return next(place for place, (_, most) in enumerate(BUCKETS) if place and days_overdue <= most)


def ageing_of(*, items: Iterable[OpenDocument], today: date) -> Ageing:
    """Return the ageing report of all open invoices."""
    sums: dict[tuple[CustomerId, str], list[Money]] = {}
    oldest: dict[tuple[CustomerId, str], date] = {}
    counts = [0] * len(BUCKETS)
    for item in items:
        currency = item.open_amount.currency
        key, place = (item.customer_id, currency), bucket_of((today - item.due_on).days)
        mine = sums.setdefault(key, [Money.zero(currency) for _ in BUCKETS])
        mine[place] = mine[place] + item.open_amount
        counts[place] += 1
        oldest[key] = min(oldest.get(key, item.due_on), item.due_on)
    totals = []
    for currency in sorted({currency for _, currency in sums}):
        columns = [_sum([mine[place] for key, mine in sums.items() if key[1] == currency], currency) for place in range(len(BUCKETS))]
        totals.append((currency, tuple(columns), _sum(columns, currency)))
    rows = [
        AgeingRow(customer, tuple(mine), _sum(mine, currency), oldest[customer, currency])
        for (customer, currency), mine in sums.items()
        if any(amount.amount for amount in mine[1:])
    ]
    rows.sort(key=lambda row: (row.total.currency, -sum(amount.amount for amount in row.sums[1:]), row.customer_id))
    return Ageing(tuple(totals), tuple(rows), tuple(counts))


def _sum(amounts: Iterable[Money], currency: str) -> Money:
    total = Money.zero(currency)
    for amount in amounts:
        total = total + amount
    return total
