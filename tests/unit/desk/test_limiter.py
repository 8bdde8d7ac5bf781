"""Counting tries by address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.limiter import TryLimiter

NOW = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tries(limiter: TryLimiter, address: str, count: int) -> list[timedelta | None]:
    return [limiter.take(address, now=NOW) for _ in range(count)]


class TestTryLimiter:
    def test_lets_so_many_through_and_then_says_how_long_to_wait(self) -> None:
        limiter = TryLimiter(most=2, span=10 * MINUTE)

        assert tries(limiter, "198.51.100.7", 3) == [None, None, 10 * MINUTE]
        assert limiter.take("198.51.100.7", now=NOW + 4 * MINUTE) == 6 * MINUTE
        assert limiter.take("198.51.100.7", now=NOW + 10 * MINUTE) is None

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("198.51.100.7", "198.51.100.8", False),
            ("2001:db8::1", "2001:db8::ffff:1", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("unknown", "else", False),
        ],
    )
    def test_counts_networks_of_the_new_kind_as_one(self, one: str, other: str, same: bool) -> None:
        limiter = TryLimiter(most=1)
        limiter.take(one, now=NOW)

        assert (limiter.take(other, now=NOW) is not None) is same

    def test_forgets_what_succeeded(self) -> None:
        limiter = TryLimiter(most=1)
        limiter.take("198.51.100.7", now=NOW)

        limiter.give_back("198.51.100.7")
        limiter.give_back("198.51.100.7")

        assert limiter.take("198.51.100.7", now=NOW) is None

    def test_keeps_its_memory_small(self) -> None:
        limiter = TryLimiter()

        for number in range(10_500):
            limiter.take(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}", now=NOW)

        assert len(limiter._tries) == 10_000
