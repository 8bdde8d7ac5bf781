"""Periods as people name them, seen from 22 November 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.folding import fold
from bot.nlu.periods import find_periods

TODAY = date(2026, 11, 22)
# First month and number of months.
MONTHS = {
    "en": {
        "last month's invoice": ("2026-10", 1),
        "the invoice from last month": ("2026-10", 1),
        "the month before last": ("2026-09", 1),
        "this month": ("2026-11", 1),
        "next month": ("2026-12", 1),
        "last year": ("2025-01", 12),
        "all of this year": ("2026-01", 12),
        "2026-09": ("2026-09", 1),
        "09/2026": ("2026-09", 1),
        "September 2025": ("2025-09", 1),
        "Sept": ("2026-09", 1),
        "the bill of sept. 2025": ("2025-09", 1),
        "december": ("2025-12", 1),
        "december's": ("2025-12", 1),
        "last December": ("2025-12", 1),
        "november last year": ("2025-11", 1),
        "May invoice": ("2026-05", 1),
        "which invoice did we get in May": ("2026-05", 1),
        "the march invoice": ("2026-03", 1),
        "septmber bill": ("2026-09", 1),
        "Q3": ("2026-07", 3),
        "Q3 2025 invoices": ("2025-07", 3),
        "first quarter of 2026": ("2026-01", 3),
        "last quarter": ("2026-07", 3),
        "two months ago": ("2026-09", 1),
        "I meant the bill of May two years ago": ("2024-05", 1),
        "a year ago in March": ("2025-03", 1),
        "last year in March": ("2025-03", 1),
        "what we paid 3 years ago": ("2023-01", 12),
        "the last three months": ("2026-08", 4),
        "from January to March": ("2026-01", 3),
        "in 2025": ("2025-01", 12),
        "invoices since September": ("2026-09", 3),
    },
    "hu": {
        "a két éve októberi": ("2024-10", 1),
        "a ket evvel ezelotti szamla": ("2024-01", 12),
        "a szeptemberi számlám": ("2026-09", 1),
        "szeptemberben mennyi volt": ("2026-09", 1),
        "szeptemberit": ("2026-09", 1),
        "szeptemberről": ("2026-09", 1),
        "szeptember havi számla": ("2026-09", 1),
        "a júliusi": ("2026-07", 1),
        "juliusi szamla": ("2026-07", 1),
        "a márciusi": ("2026-03", 1),
        "májusban": ("2026-05", 1),
        "febr. számla": ("2026-02", 1),
        "szeptmeberi számla": ("2026-09", 1),
        "múlt hónap": ("2026-10", 1),
        "mult havi": ("2026-10", 1),
        "az előző havi számla": ("2026-10", 1),
        "az e havi számla": ("2026-11", 1),
        "ez a hónap": ("2026-11", 1),
        "ebben a honapban": ("2026-11", 1),
        "idei számlák": ("2026-01", 12),
        "tavaly": ("2025-01", 12),
        "tavaly december": ("2025-12", 1),
        "tavaly decemberi számla": ("2025-12", 1),
        "2026. szeptember": ("2026-09", 1),
        "2026.09": ("2026-09", 1),
        "2026. 09. havi": ("2026-09", 1),
        "2025. évi szeptemberi számla": ("2025-09", 1),
        "2025-ös számlák": ("2025-01", 12),
        "III. negyedév": ("2026-07", 3),
        "a harmadik negyedévi számlák": ("2026-07", 3),
        "előző negyedév": ("2026-07", 3),
        "két hónapja": ("2026-09", 1),
        "két hónappal ezelőtti számla": ("2026-09", 1),
        "az elmúlt 3 hónap": ("2026-08", 4),
        "januártól márciusig": ("2026-01", 3),
        "2026. január-március": ("2026-01", 3),
    },
}
NOTHING = {
    "en": (
        "last invoice",
        "may I see my invoice?",
        "monthly fee",
        "CL-2026-0117",
        "2026/117",
        "#2025",
        "24/7",
        "10 licenses",
        "2025 ft",
        "it arrived last week",
    ),
    "hu": (
        "az utolsó számla",
        "mai számla",
        "már kifizettem",
        "mar kifizettem",
        "havi díj",
        "30 napos",
        "szép napot",
        "első számla",
        "Az Október 6. utca 12.-be költöztünk.",
        "2019 óta vagyunk az ügyfeleik",
    ),
}
SINGLE_DAYS = ("8 July 2026", "July 8", "2026-09-14", "14/09/2026", "2026.09.14-i számla", "szeptember 14-i számla", "15 March")
STRETCHES = {
    "1 March to 15 March": (date(2026, 3, 1), date(2026, 3, 16)),
    "between 2026-01-01 and 2026-01-31": (date(2026, 1, 1), date(2026, 2, 1)),
    "invoices since 8 July": (date(2026, 7, 8), date(2026, 12, 1)),
    "március 1-től március 15-ig": (date(2026, 3, 1), date(2026, 3, 16)),
    "2026.01.01 - 2026.03.31": (date(2026, 1, 1), date(2026, 4, 1)),
}


def month_after(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


class TestFindPeriods:
    @pytest.mark.parametrize(
        ("language", "text", "month", "count"), [(lang, text, *want) for lang, cases in MONTHS.items() for text, want in cases.items()]
    )
    def test_reads_months_quarters_and_years(self, language: str, text: str, month: str, count: int) -> None:
        first = date.fromisoformat(f"{month}-01")

        found = find_periods(text, TODAY, language)

        assert [(period.period_start, period.period_end) for period in found] == [(first, month_after(first, count))]

    @pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in NOTHING.items() for text in texts])
    def test_leaves_alone_what_is_no_period(self, language: str, text: str) -> None:
        assert find_periods(text, TODAY, language) == ()

    @pytest.mark.parametrize("text", SINGLE_DAYS)
    def test_leaves_a_single_day_to_dates(self, text: str) -> None:
        assert find_periods(text, TODAY, "hu") == ()

    @pytest.mark.parametrize(("text", "stretch"), STRETCHES.items())
    def test_reads_the_stretch_from_one_day_to_another(self, text: str, stretch: tuple[date, date]) -> None:
        (found,) = find_periods(text, TODAY, "hu")

        assert (found.period_start, found.period_end) == stretch

    def test_takes_a_day_since_which_something_is_so_for_no_period(self) -> None:
        assert find_periods("május 1-től Judit a kapcsolattartó", TODAY, "hu") == ()

    def test_finds_two_months(self) -> None:
        found = find_periods("az októberi és a novemberi számlák", TODAY, "hu")

        assert [period.text for period in found] == ["októberi", "novemberi"]

    def test_takes_a_month_that_has_not_begun_from_last_year(self) -> None:
        assert find_periods("december", date(2026, 12, 1))[0].period_start == date(2026, 12, 1)
        assert find_periods("december", date(2026, 11, 30))[0].period_start == date(2025, 12, 1)

    @given(st.text(max_size=200), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(["en", "hu"]))
    def test_never_fails_and_ends_after_it_starts(self, text: str, today: date, language: str) -> None:
        for period in find_periods(text, today, language):
            assert period.period_start < period.period_end
            assert text[period.start : period.end] == period.text

    @pytest.mark.parametrize("text", MONTHS["hu"])
    def test_reads_hungarian_without_accents_alike(self, text: str) -> None:
        accented, plain = (find_periods(form, TODAY, "hu")[0] for form in (text, fold(text)))

        assert (accented.period_start, accented.period_end) == (plain.period_start, plain.period_end)
