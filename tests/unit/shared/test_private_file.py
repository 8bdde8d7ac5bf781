"""Files that hold secrets."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import read_secrets, write_secrets
from bot.shared.private_file import write_private


class TestWritePrivate:
    def test_makes_a_file_for_its_owner_only_and_its_folder(self, tmp_path: Path) -> None:
        path = tmp_path / "var" / "token.json"

        write_private(path, "ő")

        assert path.read_text(encoding="utf-8") == "ő"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_makes_a_file_private_that_everybody_could_read(self, tmp_path: Path) -> None:
        path = tmp_path / "secrets.env"
        path.write_text("old")
        path.chmod(0o644)

        write_private(path, "new")

        assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
        assert [one.name for one in tmp_path.iterdir()] == ["secrets.env"]

    def test_says_that_it_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("no folder")

        with pytest.raises(OSError, match="file"):
            write_private(tmp_path / "file" / "secrets.env", "text")


def test_secrets_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"

    write_secrets(path, {"CLEARLINE_A": "a=b", "CLEARLINE_B": "c"})

    assert read_secrets(path) == {"CLEARLINE_A": "a=b", "CLEARLINE_B": "c"}
