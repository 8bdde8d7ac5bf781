"""``clearline tickets import-mail``, as an operator runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import bot.commands.tickets
from bot.commands.tickets import tickets
from bot.wiring import Wired

_MAIL = "From: Kiss Anna <anna@minta.example>\nSubject: {subject}\nMessage-ID: <{name}@minta.example>\n\nWhy two?\n"


@pytest.fixture
def box(tmp_path: Path, wired: Wired, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(bot.commands.tickets, "wire", lambda: wired)
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(tickets, list(arguments))
    return done.exit_code, done.output


class TestImportMail:
    def test_makes_tickets_once_and_names_what_cannot_be_read(self, box: Path, wired: Wired) -> None:
        (box / "a.eml").write_text(_MAIL.format(subject="Two invoices", name="a"))
        (box / "b.eml").write_text("no mail at all")
        (box / "c.eml").write_text(_MAIL.format(subject="Re: T-2026-0001", name="c"))

        first, second = run("import-mail", str(box)), run("import-mail", str(box))

        assert first[0] == second[0] == 1
        assert "T-2026-0001 opened" in first[1]
        assert "T-2026-0001 added" in first[1]
        assert "b.eml: the file has no sender" in first[1]
        assert "mails: 1 added, 1 opened, 1 refused" in first[1]
        assert "mails: 2 known, 1 refused" in second[1]
        assert len(wired.services.conversations.tickets(include_closed=True)) == 1

    def test_leaves_the_list_of_tickets_as_it_was(self, box: Path) -> None:
        (box / "a.eml").write_text(_MAIL.format(subject="Two invoices", name="a"))
        run("import-mail", str(box))

        code, output = run()

        assert code == 0
        assert output.startswith("T-2026-0001  open")
