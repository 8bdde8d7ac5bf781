"""How many licences a customer means."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.support.quantities import Meaning, Quantity, find_quantity

MORE, FEWER, TOTAL, UNSAID = Meaning.MORE, Meaning.FEWER, Meaning.TOTAL, Meaning.UNSAID


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "meaning", "number"),
        [
            ("add 3 more E3 licences please", MORE, 3),
            ("we need five extra seats of Business Basic", MORE, 5),
            ("someone left, take one seat off", FEWER, 1),
            ("cancel 3 of the 10 seats", FEWER, 3),
            ("go from 10 to 12 seats on Power BI Pro", TOTAL, 12),
            ("can we go down to 8 seats mid-year", TOTAL, 8),
            ("twenty five in total", TOTAL, 25),
            ("10 instead of 12", TOTAL, 10),
            ("a dozen", UNSAID, 12),
            ("no, I meant 12", UNSAID, 12),
            ("-2", FEWER, 2),
            ("+3", MORE, 3),
            ("in 2 months we need 4 more", MORE, 4),
            ("kettővel kevesebb", FEWER, 2),
            ("hárommal több", MORE, 3),
            ("eggyel több", MORE, 1),
            ("hússzal bővítenénk", MORE, 20),
            ("plusz 5 licencet kérünk", MORE, 5),
            ("még kettőt kérnék", MORE, 2),
            ("mondjanak le 2 darabot", FEWER, 2),
            ("12-re emeljük az E3-at", TOTAL, 12),
            ("10-ről 12-re", TOTAL, 12),
            ("nem 10, hanem 12", TOTAL, 12),
            ("tizenkettőre", TOTAL, 12),
            ("legyen összesen 15", TOTAL, 15),
            ("hát 12 legyen", TOTAL, 12),
            ("hatot", UNSAID, 6),
            ("hármat", UNSAID, 3),
            ("6 fő", UNSAID, 6),
        ],
    )
    def test_reads_numbers_and_what_they_mean(self, text: str, meaning: Meaning, number: int) -> None:
        assert find_quantity(text) == Quantity(meaning, number)

    @pytest.mark.parametrize(
        "text",
        [
            "Microsoft 365 E3",
            "Visio Plan 2",
            "the first one",
            "egy kérdésem van",
            "30 nap alatt",
            "két hét múlva",
            "120 EUR",
            "CL-2026-0117",
            "2026. április",
            "a szeptemberi számla",
            "",
        ],
    )
    def test_passes_over_numbers_that_are_something_else(self, text: str) -> None:
        assert find_quantity(text) is None

    @pytest.mark.parametrize("text", ["all of them", "mindet"])
    def test_of_all_is_as_many_as_there_are(self, text: str) -> None:
        assert find_quantity(text, present=10) == Quantity(FEWER, 10)
        assert find_quantity(text) is None

    @example(number=365)
    @given(number=st.integers(0, 1999))
    def test_reads_every_number_in_both_languages(self, number: int) -> None:
        assert find_quantity(f"{number} more") == Quantity(MORE, number)
        assert find_quantity(f"összesen {number}") == Quantity(TOTAL, number)
        assert find_quantity(f"{number}-re csökkentsék") == Quantity(TOTAL, number)

    @given(text=st.text(max_size=200))
    def test_never_fails(self, text: str) -> None:
        found = find_quantity(text)

        assert found is None or found.number >= 0


class TestTotal:
    def test_counts_from_what_there_is(self) -> None:
        assert [Quantity(meaning, 3).total(10) for meaning in (MORE, FEWER, TOTAL, UNSAID)] == [13, 7, 3, 3]
