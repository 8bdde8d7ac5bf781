"""Half years, quarters and ranges over the end of a year, seen from 10 March 2026; and what is no month."""

from datetime import date

import pytest

from bot.nlu.periods import find_periods

TODAY = date(2026, 3, 10)
# First day, day after the last one.
PERIODS = {
    "H1 2024 please": ("2024-01-01", "2024-07-01"),
    "2024/H2": ("2024-07-01", "2025-01-01"),
    "H1/2024": ("2024-01-01", "2024-07-01"),
    "the second half of last year": ("2025-07-01", "2026-01-01"),
    "first half of the year": ("2026-01-01", "2026-07-01"),
    "first half-year 2024": ("2024-01-01", "2024-07-01"),
    "2025. I. féléve": ("2025-01-01", "2025-07-01"),
    "2024 második félévi számlák": ("2024-07-01", "2025-01-01"),
    "tavaly masodik feleveben": ("2025-07-01", "2026-01-01"),
    "az idei első félévre": ("2026-01-01", "2026-07-01"),
    "Q3/2025": ("2025-07-01", "2025-10-01"),
    "2025/Q3": ("2025-07-01", "2025-10-01"),
    "2025-Q2": ("2025-04-01", "2025-07-01"),
    "Q4-2025": ("2025-10-01", "2026-01-01"),
    "3Q 2025": ("2025-07-01", "2025-10-01"),
    "3rd quarter of 2025": ("2025-07-01", "2025-10-01"),
    "quarter 2 of 2025": ("2025-04-01", "2025-07-01"),
    "Q3-ban": ("2025-07-01", "2025-10-01"),
    "2025 Q2-es számlák": ("2025-04-01", "2025-07-01"),
    "II. negyedév": ("2025-04-01", "2025-07-01"),
    "2025. III. negyedévi számla": ("2025-07-01", "2025-10-01"),
    "2025/II. negyedév": ("2025-04-01", "2025-07-01"),
    "2024 októberétől 2025 februárjáig": ("2024-10-01", "2025-03-01"),
    "2024. decembertől 2025. márciusig kérem": ("2024-12-01", "2025-04-01"),
    "október 2024-től február 2025-ig": ("2024-10-01", "2025-03-01"),
    "2024. október - 2025. február": ("2024-10-01", "2025-03-01"),
    "decembertől februárig": ("2025-12-01", "2026-03-01"),
    "tavaly novembertől idén januárig": ("2025-11-01", "2026-02-01"),
    "from October 2024 to February 2025": ("2024-10-01", "2025-03-01"),
    "Oct 2024 through Feb 2025": ("2024-10-01", "2025-03-01"),
    "from november to february": ("2025-11-01", "2026-03-01"),
    "between December 2024 and February 2025": ("2024-12-01", "2025-03-01"),
    "march": ("2026-03-01", "2026-04-01"),
    "in March we paid": ("2026-03-01", "2026-04-01"),
    "from june in our records": ("2025-06-01", "2025-07-01"),
}
NO_PERIODS = (
    "they march on every day",
    "you may, of course",
    "may I ask who may see it",
    "April told me so",
    "June from finance wrote",
)


class TestPartsOfYears:
    @pytest.mark.parametrize(("text", "days"), PERIODS.items())
    def test_are_one_period(self, text: str, days: tuple[str, str]) -> None:
        language = "hu" if any(letter in text for letter in "áéíóöőúüű") or "feleve" in text else "en"

        found = find_periods(text, TODAY, language)

        assert [(one.period_start.isoformat(), one.period_end.isoformat()) for one in found] == [days]

    @pytest.mark.parametrize("text", NO_PERIODS)
    def test_are_not_seen_in_verbs_and_people(self, text: str) -> None:
        assert find_periods(text, TODAY, "en") == ()
