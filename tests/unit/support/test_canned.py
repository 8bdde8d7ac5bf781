"""Canned replies: gaps filled with what is known, and plain to see where nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.library.policies import load_knowledge
from bot.shared.errors import InvalidInput
from bot.shared.words import Words
from bot.support.canned import PLACEHOLDERS, CannedReply, fill

SHIPPED = Path(__file__).parents[3] / "knowledge"


class TestFill:
    def test_puts_in_what_is_known(self) -> None:
        assert fill("{invoice.number}: {invoice.amount}", {"invoice.number": "CL-1", "invoice.amount": "€5.00"}) == "CL-1: €5.00"

    def test_leaves_a_gap_to_be_seen_where_nothing_is_known(self) -> None:
        assert fill("{invoice.number} for {customer.name}", {"invoice.number": "CL-1", "customer.name": ""}) == "CL-1 for ⟦customer.name⟧"


class TestCannedReply:
    def test_needs_money_when_a_gap_is_about_it(self) -> None:
        assert CannedReply("a", "a", Words("{balance}", "{balance}")).needs_money()
        assert not CannedReply("a", "a", Words("{agent.name}", "{agent.name}")).needs_money()


class TestShippedReplies:
    def test_use_every_gap_that_is_offered_to_partners_or_leave_it_out(self) -> None:
        replies = load_knowledge(SHIPPED).canned_replies

        used = {name for reply in replies for name in reply.placeholders()}
        assert used <= PLACEHOLDERS
        assert any(reply.needs_money() for reply in replies)

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("{balance}", "{balanse}", "{balanse} is not known"),
            ("this is {agent.name}. I have read what you discussed with the assistant; let me look at it.", "hello.", "one language only"),
            ("shortcut: moment", "shortcut: hello", "'hello' comes twice"),
        ],
        ids=["unknown gap", "gap in one language", "shortcut twice"],
    )
    def test_are_refused_with_the_reason(self, tmp_path: Path, old: str, new: str, reason: str) -> None:
        for path in SHIPPED.glob("*.yml"):
            (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

        with pytest.raises(InvalidInput) as refused:
            load_knowledge(tmp_path)

        assert reason in str(refused.value)
