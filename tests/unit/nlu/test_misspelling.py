"""Copies of training texts with the mistakes of quick fingers."""

import random

import pytest

from bot.nlu.misspelling import misspell

TEXT = "has the payment for invoice _invoice_number_ from mt940 arrived at you?"


def misspelt(text: str, *, share: float = 1.0, seed: int = 0) -> str:
    return misspell(text, share=share, chance=random.Random(seed))


class TestMisspell:
    def test_leaves_the_text_when_no_word_is_to_be_misspelt(self) -> None:
        assert misspelt(TEXT, share=0.0) == TEXT

    @pytest.mark.parametrize("seed", range(20))
    def test_leaves_short_words_numbers_and_masked_entities(self, seed: int) -> None:
        words = misspelt(TEXT, seed=seed).split()

        assert {"_invoice_number_", "mt940", "at"} <= set(words)
        assert words[-1].endswith("?")

    @pytest.mark.parametrize("seed", range(20))
    def test_changes_at_most_a_letter_more_or_less_in_a_word(self, seed: int) -> None:
        for word, wrong in zip(TEXT.split(), misspelt(TEXT, seed=seed).split(), strict=True):
            assert abs(len(word) - len(wrong)) <= 1

    def test_makes_every_kind_of_mistake(self) -> None:
        found = {misspelt("bill", seed=seed) for seed in range(200)}

        assert {"ibll", "bll", "biill", "boll", "bil"} <= found

    def test_makes_the_same_mistakes_again(self) -> None:
        assert misspelt(TEXT, seed=3) == misspelt(TEXT, seed=3)

    def test_misspells_about_the_share_asked_for(self) -> None:
        text = " ".join(["számla"] * 1000)

        changed = sum(word != "számla" for word in misspelt(text, share=0.3).split())

        assert 250 < changed < 350
