"""Invoice numbers: stored, compared, found in running text, matched to the ledger."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.billing.invoice_number import DEFAULT_PATTERNS, find_candidates, key, parse, resolve
from bot.shared.errors import InvalidInput

FOUND = {
    "has invoice CL-2026-0117 been paid?": "CL-2026-0117",
    "a CL-2026-0117-es számlát kérem": "CL-2026-0117",
    "CL-2026-0117-et mikor kell fizetni": "CL-2026-0117",
    "cl-2026-0117es szamla": "cl-2026-0117",
    "CL-2026-0117-hez tartozó tételek": "CL-2026-0117",
    "a CL-2026-0117-esről kérek másolatot": "CL-2026-0117",
    "CL–2026–0117, kérem": "CL–2026–0117",
    "what about #12345?": "#12345",
    "#12345-ös számla": "#12345",
    "a 117-es számlám": "117",
    "az 12345os szamla": "12345",
    "és a 117-es?": "117",
    "a 117. sz. számla": "117",
    "the 12345 invoice": "12345",
    "mi van a cl 2026/117 számlával": "cl 2026/117",
    "CL 2026 0117 kifizetve?": "CL 2026 0117",
    "cl 2026/11": "cl 2026/11",
    "is G012345678 paid": "G012345678",
    "D0300ABCDE-t fizettem": "D0300ABCDE",
    "invoice 2026/000117": "2026/000117",
    "a számla sorszáma 2026/117": "2026/117",
    "INV0117": "INV0117",
    "inv 0117": "inv 0117",
    "invoice Snippet1": "Snippet1",
    "számla Snippet1-et": "Snippet1",
    "invoice number 117": "117",
    "számlaszám: 117": "117",
    "invoice 123456": "123456",
    "is 0211 settled": "0211",
    "one of your invoices ends with 0293, what was the amount": "0293",
    "2026-CL-0117": "2026-CL-0117",
    "SZ/A/2026/0012": "SZ/A/2026/0012",
    "12345": "12345",
}
NOTHING = (
    "2026",
    "in 2025",
    "2025-ös számlák",
    "invoice 2025",
    "számla 2026/09",
    "2026. 09. 14.",
    "14/09/2026",
    "szeptember 14-i számla",
    "tavaly 12 számla volt",
    "128 455 Ft a számlám",
    "1284,55 EUR",
    "€1,284.55 on my invoice",
    "számla 25000 forintról",
    "a 89,40-et mire számláztátok",
    "310-ről 475-re ugrott",
    "+36 1 234 5678",
    "06 30 123 4567",
    "hívjatok fel a 0630 123 4567-en",
    "123456",
    "123 456",
    "code 123456",
    "10 licenses",
    "számlán 10 licenc",
    "last 3 invoices",
    "az utolsó 3 számla",
    "számlám 30 napos",
    "E3",
    "számla E3-ra",
    "az M365 számlám",
    "M365-ös számla",
    "Office 365",
    "invoice for D365",
    "365-ös",
    "P1",
    "F3",
    "24/7",
    "8:00-16:00",
    "27% áfa",
    "12345678-2-41",
    "11773016-11111018-00000000",
    "HU42 1177 3016 1111 1018 0000 0000",
    "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "AADSTS50076 hibát ír ki",
    "the page gives error 404",
    "",
)
NUMBERS = ("CL-2026-0117", "CL-2026-0118", "CL-2025-0117", "G012345678", "CL-2026-1017")


class TestParse:
    def test_stores_a_number_trimmed_and_in_capitals(self) -> None:
        assert parse("  cl-2026-0117 ") == "CL-2026-0117"

    def test_refuses_white_space_alone(self) -> None:
        with pytest.raises(InvalidInput):
            parse(" \t")

    @given(st.text(min_size=1).filter(str.strip))
    def test_changes_nothing_the_second_time(self, text: str) -> None:
        assert parse(parse(text)) == parse(text)


class TestKey:
    @pytest.mark.parametrize("spelling", ["cl 2026/117", "CL20260117", "cl-2026-117", "CL_2026_0117", "Cl2026-00117"])
    def test_is_the_same_for_every_spelling(self, spelling: str) -> None:
        assert key(spelling) == key("CL-2026-0117") == ("CL", "2026", "117")

    def test_tells_neighbours_apart(self) -> None:
        assert key("CL-2026-0117") != key("CL-2026-1170")

    def test_leaves_a_long_number_that_begins_with_no_year_whole(self) -> None:
        assert key("G012345678") == ("G", "12345678")

    @given(st.sampled_from(["CL", "INV", "SZ"]), st.integers(2000, 2099), st.integers(0, 999999), st.sampled_from(["-", "/", " ", "_"]))
    def test_does_not_depend_on_the_separator_or_on_zeros(self, prefix: str, year: int, number: int, sign: str) -> None:
        assert key(f"{prefix}-{year}-{number:06}") == key(f"{prefix.lower()}{sign}{year}{sign}{number}")


class TestFindCandidates:
    @pytest.mark.parametrize(("text", "number"), FOUND.items())
    def test_finds_the_number_without_the_hungarian_ending(self, text: str, number: str) -> None:
        found = find_candidates(text)

        assert [candidate.text for candidate in found] == [number]
        assert text[found[0].start : found[0].end] == number

    @pytest.mark.parametrize("text", NOTHING)
    def test_takes_nothing_else_for_a_number(self, text: str) -> None:
        assert find_candidates(text) == ()

    def test_finds_two_in_reading_order(self) -> None:
        found = find_candidates("CL-2026-0118 and CL-2026-0117 both arrived")

        assert [candidate.text for candidate in found] == ["CL-2026-0118", "CL-2026-0117"]

    def test_uses_the_partners_own_pattern(self) -> None:
        assert [found.text for found in find_candidates("is ~77~ paid", (r"~[0-9]+~",))] == ["~77~"]

    def test_names_a_pattern_that_is_none(self) -> None:
        with pytest.raises(InvalidInput, match=re.escape("'('")):
            find_candidates("anything", ("(",))

    @given(st.text(max_size=300))
    def test_never_fails_and_never_overlaps(self, text: str) -> None:
        found = find_candidates(text)

        assert all(one.end <= other.start for one, other in pairwise(found))
        assert all(text[candidate.start : candidate.end] == candidate.text for candidate in found)

    @given(st.integers(2000, 2099), st.integers(1, 9999), st.sampled_from(["", "-es", "-et", "-ről", "-hez", "-nek"]))
    def test_finds_every_number_of_the_usual_form(self, year: int, number: int, ending: str) -> None:
        written = f"CL-{year}-{number:04}"

        assert [found.text for found in find_candidates(f"a {written}{ending} számla", DEFAULT_PATTERNS)] == [written]


class TestResolve:
    @pytest.mark.parametrize(
        ("typed", "numbers"),
        [
            ("cl 2026/117", ("CL-2026-0117",)),
            ("CL20260117", ("CL-2026-0117",)),
            ("#118", ("CL-2026-0118",)),
            ("2026/117", ("CL-2026-0117",)),
            ("117", ("CL-2026-0117", "CL-2025-0117")),
            ("INV-2026-0117", ("CL-2026-0117",)),
            ("g012345678", ("G012345678",)),
            ("XX-2026-0117", ()),
            ("17", ()),
            ("CL", ()),
            ("", ()),
        ],
    )
    def test_returns_all_that_fit(self, typed: str, numbers: tuple[str, ...]) -> None:
        assert resolve(typed, NUMBERS) == numbers

    def test_prefers_the_exact_number_to_one_that_ends_in_it(self) -> None:
        assert resolve("117", ("CL-2026-0117", "117")) == ("117",)
