"""Where those turn who did not buy from the partner: the portal by product and by how it was bought. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.shared.text import fold
from bot.shared.words import Words
from bot.support.families import is_of_family


@dataclass(frozen=True, slots=True)
class Portal:
    """Where bills of one way of buying are found.

    Attributes:
        key: Stable name of the way of buying, unique together with ``families``.
        bought: How it was bought, as told to a customer.
        families: Product families it holds for, such as ``Microsoft 365``; empty means all.
        said_as: Beginnings of words by which customers name this way of buying, of any language, folded; may be empty.
        name: Which portal, and where in it.
        link_text: What the link is called.
        link: Address of the portal, or an empty string where there is none to give.
        usual: Told also to those who do not say how they bought.
    """

    key: str
    bought: Words
    families: tuple[str, ...]
    said_as: tuple[str, ...]
    name: Words
    link_text: Words
    link: str
    usual: bool


def portals_for(*, portals: Sequence[Portal], product: str | None, text: str) -> tuple[Portal, ...]:
    """Return the portals to name, in the order of the file; never empty where ``portals`` is not.

    What the customer says about how it was bought decides first, then the product's family, with the usual ways that hold for
    every product. One who says neither gets the usual ones.

    Args:
        portals: All the partner knows of.
        product: The product named, or None.
        text: The message as typed.
    """
    of_way = _of_said_way(portals, text)
    of_family = tuple(portal for portal in portals if product is not None and is_of_family(product=product, families=portal.families))
    if of_way:
        return _both(of_way, of_family) or tuple(portal for portal in of_way if not portal.families) or of_way
    if of_family:
        return of_family + tuple(portal for portal in portals if portal.usual and not portal.families)
    return tuple(portal for portal in portals if portal.usual) or tuple(portals)


def _both(some: Iterable[Portal], others: Sequence[Portal]) -> tuple[Portal, ...]:
    return tuple(portal for portal in some if portal in others)


def _of_said_way(portals: Iterable[Portal], text: str) -> tuple[Portal, ...]:
    plain = fold(text)
    return tuple(portal for portal in portals if any(re.search(rf"\b{re.escape(word)}", plain) for word in portal.said_as))
