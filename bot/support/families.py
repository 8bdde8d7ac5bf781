"""Products by family and by where they run. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.shared.text import fold


class Platform(StrEnum):
    """Who runs a product, which decides who can mend it."""

    CLOUD = "cloud"
    ON_PREMISES = "on_premises"
    PUBLISHER = "publisher"
    """An app of the marketplace: its publisher helps, Microsoft does not."""


def is_of_family(*, product: str, families: Iterable[str]) -> bool:
    """Return whether the name of ``product`` begins with all the words of one of ``families``; case and accents do not count."""
    words = f"{fold(product)} "
    return any(words.startswith(f"{fold(family)} ") for family in families)
