"""The partner's own words, in the two languages the assistant speaks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One text in English and in Hungarian, as the partner wrote it in its configuration."""

    en: str
    hu: str

    def say(self, language: str) -> str:
        """Return the text in ``language``; English for every language but ``hu``."""
        return self.hu if language == "hu" else self.en
