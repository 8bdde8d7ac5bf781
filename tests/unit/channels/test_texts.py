"""Cleaning what a customer typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.texts import LONGEST_TEXT, EmptyText, TextTooLong, clean


class TestClean:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("  mennyi?  ", "mennyi?"),
            ("a\x00b\x07c", "abc"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("\u202eabc\u202c", "abc"),
            ("sza\u0301mla", "számla"),
            ("ok \ud83d", "ok"),
            ("👩‍👩‍👧", "👩‍👩‍👧"),
            ("<b>hi</b>", "<b>hi</b>"),
        ],
    )
    def test_keeps_what_a_person_reads(self, typed: str, kept: str) -> None:
        assert clean(typed) == kept

    @pytest.mark.parametrize("typed", ["", "   ", "\x00\x01", "\u200b\ufeff", "\n\t"])
    def test_refuses_what_has_nothing_to_read(self, typed: str) -> None:
        with pytest.raises(EmptyText):
            clean(typed)

    def test_refuses_what_is_longer_than_anyone_types(self) -> None:
        with pytest.raises(TextTooLong, match=str(LONGEST_TEXT)):
            clean("a" * (LONGEST_TEXT + 1))

    @given(st.text(max_size=200))
    def test_gives_the_same_when_done_twice(self, typed: str) -> None:
        try:
            once = clean(typed)
        except EmptyText:
            return

        assert clean(once) == once
        once.encode("utf-8")
