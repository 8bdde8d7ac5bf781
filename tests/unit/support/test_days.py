"""Days that lie ahead."""

from __future__ import annotations

from datetime import date

import pytest

from bot.support.days import day_ahead, names_a_beginning

TODAY = date(2026, 3, 10)


class TestDayAhead:
    @pytest.mark.parametrize(
        ("start", "end", "text", "day"),
        [
            (date(2026, 4, 1), date(2026, 5, 1), "next month", date(2026, 4, 1)),
            (date(2026, 3, 1), date(2026, 4, 1), "this month", date(2026, 3, 31)),
            (date(2025, 4, 1), date(2025, 5, 1), "áprilistól", date(2026, 4, 1)),
            (date(2026, 2, 1), date(2026, 3, 1), "in February", date(2027, 2, 1)),
            (date(2025, 4, 1), date(2025, 5, 1), "in April 2025", date(2025, 4, 30)),
            (date(2025, 1, 1), date(2026, 1, 1), "in the year before", date(2025, 12, 31)),
        ],
    )
    def test_is_the_first_of_a_period_to_come_and_the_last_of_one_that_has_begun(
        self, start: date, end: date, text: str, day: date
    ) -> None:
        assert day_ahead(start=start, end=end, today=TODAY, text=text) == day

    def test_of_a_leap_day_is_the_day_before(self) -> None:
        assert day_ahead(start=date(2024, 2, 29), end=date(2024, 3, 1), today=date(2024, 6, 1), text="x") == date(2025, 2, 28)


class TestBeginning:
    @pytest.mark.parametrize("text", ["from April", "as of April", "áprilistól", "jövő héttől"])
    def test_is_heard(self, text: str) -> None:
        assert names_a_beginning(text)

    @pytest.mark.parametrize("text", ["bought in February", "februárban vettük", "this month"])
    def test_is_not_heard_in_what_is_past(self, text: str) -> None:
        assert not names_a_beginning(text)
