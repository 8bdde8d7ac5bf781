"""Latest, previous, next; customer numbers, ticket numbers, codes; and which finding stands."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.folding import fold
from bot.nlu.references import find_references
from bot.nlu.shapes import Shape, find_login_codes, find_shapes
from bot.nlu.spans import Span, drop_refused, is_only_shaped, mask, reconcile
from bot.shared.errors import InvalidInput

WHICH = {
    "latest invoice": "latest",
    "how much was my last invoice?": "latest",
    "most recent bill": "latest",
    "newest bill pls": "latest",
    "the last one": "latest",
    "legutóbbi számlám": "latest",
    "legutobbit": "latest",
    "az utolsót kérem": "latest",
    "a legfrissebb": "latest",
    "legutóbb mennyit számláztatok": "latest",
    "previous invoice": "previous",
    "what about the one before that": "previous",
    "last but one": "previous",
    "és az előző?": "previous",
    "az azelőtti": "previous",
    "utolsó előtti számla": "previous",
    "És az azt megelőző számla?": "previous",
    "next invoice": "next",
    "the one after that": "next",
    "a következő számla": "next",
}
NO_WHICH = (
    "last month",
    "last year",
    "last three invoices",
    "last december",
    "at last",
    "last time",
    "what's that last row",
    "next month",
    "előző havi",
    "előző hónap",
    "múlt havi",
    "utolsó 3 számla",
    "következő hónapban",
    "számlázási előzmények",
    "legutóbb egy kedves hölggyel beszéltem",
    "az utolsó pillanatban szóltatok",
)
NUMBERS = {
    "C-10023": ("customer_number", "C-10023"),
    "c 10023": ("customer_number", "C-10023"),
    "c10023": ("customer_number", "C-10023"),
    "az ügyfélszámom 10023": ("customer_number", "C-10023"),
    "customer number is 10023": ("customer_number", "C-10023"),
    "a C-10411-es ügyfél": ("customer_number", "C-10411"),
    "T-2026-0042": ("ticket_number", "T-2026-0042"),
    "t 2026/42": ("ticket_number", "T-2026-0042"),
    "T20260042": ("ticket_number", "T-2026-0042"),
    "ticket 2026-0042": ("ticket_number", "T-2026-0042"),
    "a T-2026-0042-es jegy": ("ticket_number", "T-2026-0042"),
    "2026-0015 jegy ellenőrzése": ("ticket_number", "T-2026-0015"),
}
CODES = {
    "123456": "123456",
    "123 456": "123456",
    "123-456": "123456",
    "55 20 81": "552081",
    "the code is 123456": "123456",
    "my code: 123-456 thanks": "123456",
    "it's 123456": "123456",
    "I got 004 417 by mail": "004417",
    "a kód 123456": "123456",
    "kód: 123 456": "123456",
    "itt a kódom 714501": "714501",
    "123456 a kód": "123456",
    "482914 az": "482914",
}
NO_CODES = ("1234567", "12345", "invoice 123456", "#123456", "CL-123456", "123 456 Ft", "code 404", "kaptam 123 456 Ft-ot", "")


class TestFindReferences:
    @pytest.mark.parametrize(("text", "value"), WHICH.items())
    def test_finds_the_place(self, text: str, value: str) -> None:
        assert [span.value for span in find_references(text)] == [value]

    @pytest.mark.parametrize("text", NO_WHICH)
    def test_leaves_periods_and_occasions_alone(self, text: str) -> None:
        assert find_references(text) == ()


class TestFindShapes:
    @pytest.mark.parametrize(("text", "want"), NUMBERS.items())
    def test_writes_the_number_as_the_partner_does(self, text: str, want: tuple[str, str]) -> None:
        assert [(span.entity, span.value) for span in reconcile(find_shapes(text))] == [want]

    @pytest.mark.parametrize("text", ["CL-2026-0042", "INC-10023", "don't 2026/42", "123456", "10023"])
    def test_leaves_other_numbers_alone(self, text: str) -> None:
        assert find_shapes(text) == ()

    def test_uses_the_partners_own_shape(self) -> None:
        (found,) = find_shapes("itt az ugyf_77", (Shape("customer_number", "ugyf_([0-9]+)", "UGYF-{0:0>4}"),))

        assert found.value == "UGYF-0077"

    def test_names_a_pattern_that_is_none(self) -> None:
        with pytest.raises(InvalidInput, match="customer_number"):
            find_shapes("x", (Shape("customer_number", "(", "{0}"),))


class TestFindLoginCodes:
    @pytest.mark.parametrize(("text", "code"), CODES.items())
    def test_finds_the_six_digits(self, text: str, code: str) -> None:
        assert [span.value for span in find_login_codes(text)] == [code]

    @pytest.mark.parametrize("text", NO_CODES)
    def test_takes_nothing_else_for_a_code(self, text: str) -> None:
        assert find_login_codes(text) == ()


class TestReconcile:
    def test_prefers_the_longer_finding(self) -> None:
        spans = (Span(0, 4, "which", "previous"), Span(0, 11, "period", "2026-10-01/2026-11-01"))

        assert reconcile(spans) == spans[1:]

    def test_prefers_a_ticket_number_to_an_invoice_number_of_the_same_length(self) -> None:
        spans = (Span(0, 11, "invoice_number", "T-2026-0042"), Span(0, 11, "ticket_number", "T-2026-0042"))

        assert reconcile(spans) == spans[1:]

    @given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20), st.sampled_from(["period", "product", "which"])), max_size=12))
    def test_keeps_no_two_that_overlap(self, drawn: list[tuple[int, int, str]]) -> None:
        kept = reconcile(Span(start, start + length, entity, "x") for start, length, entity in drawn)

        assert all(one.end <= other.start for one, other in pairwise(kept))
        assert bool(kept) == bool(drawn)


class TestDropRefused:
    def test_drops_what_is_said_not_to_be_meant(self) -> None:
        text = "a tavaly februári kell, nem az idei"
        spans = (Span(2, 17, "period", "meant"), Span(31, 35, "period", "refused"))

        assert drop_refused(fold(text), spans) == spans[:1]

    def test_keeps_the_only_one(self) -> None:
        spans = (Span(4, 13, "period", "only"),)

        assert drop_refused("not this year", spans) == spans


class TestIsOnlyShaped:
    @pytest.mark.parametrize(("text", "alone"), [("C-10023", True), (" C-10023! ", True), ("C-10023 please", False)])
    def test_allows_signs_round_the_number_only(self, text: str, alone: bool) -> None:
        start = text.index("C")

        assert is_only_shaped(text, (Span(start, start + 7, "customer_number", "C-10023"),)) is alone

    def test_needs_a_number(self) -> None:
        assert not is_only_shaped("?!", ())
        assert not is_only_shaped("E3", (Span(0, 2, "product", "E3"),))


class TestMask:
    def test_replaces_what_is_named_only(self) -> None:
        spans = (Span(0, 4, "invoice_number", "#117"), Span(5, 7, "product", "E3"))

        assert mask("#117 E3 paid", spans, frozenset({"invoice_number"})).split() == ["_invoice_number_", "E3", "paid"]


class TestFold:
    @given(st.text())
    def test_keeps_every_position(self, text: str) -> None:
        assert len(fold(text)) == len(text)

    def test_takes_accents_and_capitals_off(self) -> None:
        assert fold("ŐSZI Számlám – ÉÁÚ") == "oszi szamlam - eau"
