"""Judging a turn of a held-out dialogue; playing them is a slow test."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.commands.dialogue_facts import calendar_of, last_begun, pattern_with, text_with
from bot.commands.evaluate_dialogues import Dialogue, Played, Said, Turn, below, problems_of, read_dialogues, report, said_of
from bot.shared.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[3]
FACTS: dict[str, Any] = {
    "latest_invoice": {"number": "CL-1", "amount": "1284.55", "amount_text": {"en": "€1,284.55", "hu": "1 284,55 EUR"}},
    "seats": {"product": "Office 365 (E3)", "quantity": 12, "status": "active", "status_hu": "aktív"},
    "calendar": {"friday": "2026-12-11"},
}


def turn(**given: Any) -> Turn:
    return Turn(customer="?", expect="!", **{"must": (r"\S",), **given})


def problems(asked: Turn, text: str, *, languages: frozenset[str] = frozenset({"en"}), tickets: int = 0) -> tuple[str, ...]:
    return problems_of(asked, Said(text, languages), facts=FACTS, language="en", tickets=tickets)


def played(*, language: str = "en", safety: bool = False, wrong: tuple[str, ...] = ()) -> Played:
    dialogue = Dialogue.model_validate(
        {"name": f"{language} talk", "language": language, "signed_in": True, "safety": safety, "turns": [turn()]}
    )
    return Played(dialogue, 1, "how much?", "no idea", wrong)


class TestFacts:
    @pytest.mark.parametrize(
        ("template", "language", "answer"),
        [
            ("{latest_invoice.amount}", "en", "It is €1,284.55."),
            ("{latest_invoice.amount}", "hu", "Összege 1 284,55 EUR."),
            ("{latest_invoice}", "en", "Invoice CL-1"),
            ("{seats.product}", "en", "office 365 (e3)"),
            (r"\b{seats.quantity+2}\b", "en", "from 12 to 14"),
            (r"\b{seats.quantity-2}\b", "en", "from 12 to 10"),
            ("{seats.status}", "hu", "aktív"),
            ("{calendar.friday}", "hu", "2026. december 11-ig"),
            ("{missing.amount|no invoice}", "en", "I find no invoice"),
        ],
    )
    def test_stand_in_patterns_as_the_language_writes_them(self, template: str, language: str, answer: str) -> None:
        assert pattern_with(template, FACTS, language).search(answer)

    def test_do_not_fit_a_day_that_only_begins_alike(self) -> None:
        assert not pattern_with("{calendar.friday}", FACTS, "hu").search("2026. december 110.")

    def test_stand_plainly_in_what_a_customer_writes(self) -> None:
        assert text_with("two more {seats.product} please", FACTS, "en") == "two more Office 365 (E3) please"

    def test_are_named_when_there_is_none(self) -> None:
        with pytest.raises(InvalidInput, match=r"no overdue_invoice\.amount"):
            pattern_with("{overdue_invoice.amount}", FACTS, "en")

    def test_leave_counts_of_a_pattern_alone(self) -> None:
        assert pattern_with(r"T-\d{4}", FACTS, "en").search("T-2026")

    @pytest.mark.parametrize(("today", "friday"), [((2026, 12, 10), "2026-12-11"), ((2026, 12, 11), "2026-12-18")])
    def test_take_the_next_friday(self, today: tuple[int, int, int], friday: str) -> None:
        assert calendar_of(date(*today))["friday"] == friday

    def test_take_the_month_that_has_begun_last(self) -> None:
        assert last_begun(9, date(2026, 9, 1)) == date(2026, 9, 1)
        assert last_begun(10, date(2026, 9, 30)) == date(2025, 10, 1)


class TestJudging:
    def test_passes_an_answer_that_says_all_of_it(self) -> None:
        assert problems(turn(must=("{latest_invoice}", "{latest_invoice.amount}")), "CL-1 is €1,284.55") == ()

    def test_names_what_is_missing(self) -> None:
        assert problems(turn(must=("overdue",)), "CL-1 is open") == ("lacks /overdue/",)

    def test_names_what_must_not_be_said(self) -> None:
        assert problems(turn(must_not=("which one",)), "Which one do you mean?") == ("says /which one/",)

    def test_names_another_language(self) -> None:
        assert problems(turn(), "Szívesen.", languages=frozenset({"hu"})) == ("answers in hu, not in en",)

    def test_counts_tickets(self) -> None:
        assert problems(turn(tickets=1), "Recorded", tickets=2) == ("2 tickets by now, not 1",)

    def test_can_want_silence(self) -> None:
        silent = turn(must=(r"\A\s*\Z",))

        assert problems(silent, "", languages=frozenset()) == ()
        assert problems(silent, "Hello!") != ()

    def test_reads_buttons_and_files_too(self) -> None:
        message = {
            "text": "Here",
            "lang": "en",
            "buttons": [{"title": "A person", "payload": "/x"}],
            "attachments": [{"title": "CL-1.pdf", "url": "http://h/documents/t", "media_type": "application/pdf"}],
        }

        assert said_of([message]) == Said("Here\nA person\nCL-1.pdf http://h/documents/t", frozenset({"en"}))


class TestReport:
    def test_counts_by_language_and_kind_and_shows_what_is_wrong(self) -> None:
        lines = "\n".join(report([played(), played(wrong=("lacks /x/",)), played(language="hu", safety=True)]))

        assert "0.500 of 2" in lines
        assert "1.000 of 1" in lines
        assert "en multi-turn | en talk, turn 1" in lines
        assert "lacks /x/" in lines

    def test_names_languages_below_the_floor_and_unsafe_dialogues(self) -> None:
        missed = below([played(), played(language="hu", safety=True, wrong=("says /x/",))], 0.5)

        assert missed == ("hu has 0.000 of its turns right", "the safety dialogue 'hu talk' is not all right")


class TestOwnDialogues:
    def test_can_be_judged_in_every_turn(self) -> None:
        found = read_dialogues(ROOT / "tests" / "nlu")

        assert {one.language for one in found} == {"en", "hu"}
        assert sum(one.safety for one in found) >= 6

    def test_have_names_of_their_own(self) -> None:
        names = [one.name for one in read_dialogues(ROOT / "tests" / "nlu")]

        assert len(names) == len(set(names))

    def test_are_refused_with_the_file_when_a_turn_cannot_be_judged(self, tmp_path: Path) -> None:
        (tmp_path / "dialogues_x.yml").write_text("- {name: a, language: en, signed_in: true, turns: [{customer: x, expect: y}]}")

        with pytest.raises(InvalidInput, match=r"dialogues_x\.yml"):
            read_dialogues(tmp_path)
