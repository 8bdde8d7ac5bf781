"""Which portal is named for what was bought elsewhere."""

from __future__ import annotations

import pytest

from bot.shared.words import Words
from bot.support.portals import Portal, portals_for


def portal(key: str, *, families: tuple[str, ...] = (), said_as: tuple[str, ...] = (), usual: bool = False) -> Portal:
    words = Words(en=key, hu=key)
    return Portal(key=key, bought=words, families=families, said_as=said_as, name=words, link_text=words, link="", usual=usual)


ONLINE = portal("online", families=("Microsoft 365", "Visio"), said_as=("direct",), usual=True)
AZURE = portal("azure", families=("Azure",), said_as=("direct", "enterprise agreement"), usual=True)
VOLUME = portal("volume", said_as=("volume", "enterprise agreement"))
PARTNER = portal("partner", said_as=("another partner", "masik partner"), usual=True)
ALL = (ONLINE, AZURE, VOLUME, PARTNER)


class TestPortals:
    @pytest.mark.parametrize(
        ("product", "text", "expected"),
        [
            ("Visio Plan 2", "Visio is not from you", (ONLINE, PARTNER)),
            ("Azure", "bought it directly", (AZURE,)),
            (None, "bought it directly", (ONLINE, AZURE)),
            ("Azure", "under our Enterprise Agreement", (AZURE,)),
            ("Visio", "under our Enterprise Agreement", (VOLUME,)),
            ("Visio", "a másik partnertől van", (PARTNER,)),
            ("Visionary", "?", (ONLINE, AZURE, PARTNER)),
            (None, "indirectly from somebody", (ONLINE, AZURE, PARTNER)),
        ],
    )
    def test_are_those_of_the_way_said_and_of_the_product(self, product: str | None, text: str, expected: tuple[Portal, ...]) -> None:
        assert portals_for(portals=ALL, product=product, text=text) == expected

    def test_are_all_where_none_is_usual(self) -> None:
        assert portals_for(portals=(VOLUME,), product=None, text="?") == (VOLUME,)
