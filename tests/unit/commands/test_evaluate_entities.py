"""Recall and precision of entities."""

from __future__ import annotations

from bot.commands.evaluate_entities import Found, precision, recall


def found(wanted: tuple[tuple[str, str], ...], got: tuple[tuple[str, str], ...]) -> Found:
    return Found("text", "en", wanted, got)


class TestScores:
    def test_count_a_wrong_value_as_missed_and_as_too_many(self) -> None:
        one = found((("date", "2026-03-13"), ("email", "a@x.example")), (("date", "2026-03-20"), ("email", "a@x.example")))

        assert (recall([one]), precision([one])) == (0.5, 0.5)
        assert (recall([one], "date"), precision([one], "email")) == (0.0, 1.0)

    def test_count_each_of_two_equal_ones(self) -> None:
        one = found((("quantity", "2"), ("quantity", "2")), (("quantity", "2"),))

        assert (recall([one]), precision([one])) == (0.5, 1.0)

    def test_are_whole_where_nothing_was_wanted_or_found(self) -> None:
        assert (recall([found((), ())]), precision([found((), ())])) == (1.0, 1.0)
