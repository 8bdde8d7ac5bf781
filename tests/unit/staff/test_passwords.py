"""Passwords of staff."""

from __future__ import annotations

import pytest

from bot.shared.errors import InvalidInput
from bot.staff.passwords import MAXIMUM_CHARACTERS, hash_password, verify_password


class TestHashPassword:
    def test_is_salted_and_does_not_hold_the_password(self) -> None:
        first, second = hash_password("árvíztűrő"), hash_password("árvíztűrő")

        assert first != second
        assert first.startswith("$argon2id$")
        assert "árvíztűrő" not in first

    @pytest.mark.parametrize("password", ["", "x" * (MAXIMUM_CHARACTERS + 1)], ids=["empty", "too long"])
    def test_refuses_what_cannot_be_a_password(self, password: str) -> None:
        with pytest.raises(InvalidInput):
            hash_password(password)


class TestVerifyPassword:
    def test_accepts_the_password_and_no_other(self) -> None:
        hashed = hash_password("right horse")

        assert verify_password("right horse", hashed)
        assert not verify_password("Right horse", hashed)
        assert not verify_password("", hashed)
        assert not verify_password("x" * (MAXIMUM_CHARACTERS + 1), hashed)

    def test_accepts_nothing_for_a_damaged_hash(self) -> None:
        assert not verify_password("right horse", "$argon2id$v=19$broken")
