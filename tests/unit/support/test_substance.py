"""Whether a message says what the matter is."""

from __future__ import annotations

import pytest

from bot.support.substance import people_named, since_named, substance


class TestSubstance:
    @pytest.mark.parametrize(
        "text",
        [
            "I have a technical problem",
            "I need help with a payment please",
            "we'd like a refund",
            "műszaki hibát szeretnék bejelenteni",
            "gond van a fizetéssel",
            "",
        ],
    )
    def test_of_a_mere_announcement_is_none(self, text: str) -> None:
        assert substance(text) == 0

    @pytest.mark.parametrize(
        "text", ["the card was charged twice", "Outlook asks for a password", "kétszer vonták le", "a levelek nem érkeznek meg"]
    )
    def test_of_what_happened_is_some(self, text: str) -> None:
        assert substance(text) >= 1

    def test_does_not_count_the_product(self) -> None:
        assert substance("a problem with Power BI", besides="Power BI Pro") == 0


class TestAsides:
    @pytest.mark.parametrize(
        ("text", "since"),
        [
            ("it fails since Monday for 12 users", "since Monday"),
            ("down for two hours", "for two hours"),
            ("tegnap reggel óta nem megy", "tegnap reggel óta"),
            ("három napja áll", "három napja"),
            ("Outlook is slow", None),
        ],
    )
    def test_since_when_is_found_as_typed(self, text: str, since: str | None) -> None:
        assert since_named(text) == since

    @pytest.mark.parametrize(
        ("text", "people"),
        [
            ("12 users cannot log in", "12 users"),
            ("két kollégánál áll", "két kollégánál"),
            ("mindenkit érint", "mindenkit"),
            ("Outlook is slow", None),
        ],
    )
    def test_how_many_people_is_found_as_typed(self, text: str, people: str | None) -> None:
        assert people_named(text) == people
