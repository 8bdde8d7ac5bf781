"""In which language a customer wants to go on."""

from __future__ import annotations

import pytest

from bot.nlu.wishes import language_asked_for


class TestLanguageAskedFor:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Could we continue in Hungarian?", "hu"),
            ("can we switch to english", "en"),
            ("my English is poor, could you write in Hungarian?", "hu"),
            ("I don't speak Hungarian", "en"),
            ("my Hungarian is rusty", "en"),
            ("angolul is tud?", "en"),
            ("magyarul kérem", "hu"),
            ("nem tudok magyarul", "en"),
            ("nem beszélek jól angolul, magyarul menne?", "hu"),
            ("angolul nem megy", "hu"),
            ("another language please", None),
        ],
    )
    def test_is_the_one_the_writer_is_at_home_in(self, text: str, language: str | None) -> None:
        assert language_asked_for(text) == language
