"""The seal of an audit entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.shared.audit import GENESIS_HASH, chain_hash, details_json

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SEALED = {"actor": "stf_1", "action": "staff.added", "subject": "stf_2", "details": "{}", "previous_hash": GENESIS_HASH}


class TestChainHash:
    def test_is_the_same_for_the_same_instant_in_another_zone(self) -> None:
        assert chain_hash(at=AT, **SEALED) == chain_hash(at=AT.astimezone(timezone(timedelta(hours=1))), **SEALED)

    @pytest.mark.parametrize("part", sorted(SEALED))
    def test_changes_with_every_part(self, part: str) -> None:
        assert chain_hash(at=AT, **SEALED) != chain_hash(at=AT, **{**SEALED, part: "x"})

    def test_changes_with_the_instant(self) -> None:
        assert chain_hash(at=AT, **SEALED) != chain_hash(at=AT + timedelta(microseconds=1), **SEALED)

    def test_does_not_confuse_where_one_part_ends_and_the_next_begins(self) -> None:
        assert chain_hash(at=AT, **{**SEALED, "actor": "ab", "action": "c"}) != chain_hash(
            at=AT, **{**SEALED, "actor": "a", "action": "bc"}
        )


class TestDetailsJson:
    def test_is_the_same_whatever_the_order(self) -> None:
        assert details_json((("b", "ő"), ("a", "1"))) == details_json((("a", "1"), ("b", "ő"))) == '{"a":"1","b":"ő"}'
