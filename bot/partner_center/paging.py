"""Collections, a page at a time, in both of Partner Center's styles.

By offset: ``size`` and ``offset``. By seeking: a first page, then ``seekOperation=Next`` with the continuation token of the page before,
which stands in the page or among the headers of its link. Which one goes on is decided by what the page offers.

Source: Partner Center: get-a-list-of-customers, get-invoiceline-items (2021-08).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from bot.billing.microsoft_ports import MicrosoftUnavailable
from bot.partner_center.transport import Call, Transport
from bot.partner_center.wire import WirePage, fold, read

CONTINUATION = "MS-ContinuationToken"
_MOST_PAGES = 10_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        items: Parsed JSON of each; may be empty.
        total: How many there are in all, or None where Partner Center does not say.
        cursor: Where the next page begins, or None after the last one. It may be kept and gone on from later.
    """

    items: tuple[Any, ...]
    total: int | None
    cursor: str | None


async def get_page(transport: Transport, call: Call, *, cursor: str | None = None) -> Page:
    """Return the page at ``cursor``, the first one when it is None.

    Args:
        call: Of the first page.
        cursor: As told by the page before: ``seek:TOKEN`` or ``offset:NUMBER``.

    Raises:
        MicrosoftUnavailable: The page cannot be read.
    """
    offset = 0
    if cursor is not None:
        style, _, place = cursor.partition(":")
        if style == "seek":
            query = tuple(pair for pair in call.query if pair[0] != "offset")
            call = replace(call, query=(*query, ("seekOperation", "Next")), headers=(*call.headers, (CONTINUATION, place)))
        else:
            offset = int(place)
            call = replace(call, query=(*(pair for pair in call.query if pair[0] != "offset"), ("offset", place)))
    answer = await transport.send(call)
    content = answer.content if answer.content is not None else {"items": []}
    # A few collections are written as a bare list.
    page = read(WirePage, {"items": content} if isinstance(content, list) else content, operation=call.operation)
    total = int(page.total_count) if page.total_count is not None else None
    size = dict(call.query).get("size", "")
    # On some lists a part is paged and the rest comes with every page, so a step is never longer than the size asked for.
    step = min(len(page.items), int(size)) if size else len(page.items)
    # A list that is turned by seeking ends when it offers no further token; its length says nothing about offsets.
    following = None if cursor is not None and cursor.startswith("seek:") else offset + step
    return Page(items=page.items, total=total, cursor=_next(page, following=following, total=total))


async def every_item(transport: Transport, call: Call) -> AsyncIterator[Any]:
    """Yield the items of all pages. Raises: MicrosoftUnavailable."""

    async def turn(cursor: str | None) -> tuple[tuple[Any, ...], Page]:
        page = await get_page(transport, call, cursor=cursor)
        return page.items, page

    async for item in turned(turn, operation=call.operation):
        yield item


async def turned(turn: Callable[[str | None], Awaitable[tuple[tuple[_T, ...], Page]]], *, operation: str) -> AsyncIterator[_T]:
    """Yield what ``turn`` makes of each page, from the first to the last.

    Raises:
        MicrosoftUnavailable: A page cannot be read, or the pages go round in a circle.
    """
    seen: set[str] = set()
    cursor: str | None = None
    while True:
        things, page = await turn(cursor)
        for thing in things:
            yield thing
        cursor = page.cursor
        if cursor is None:
            return
        if cursor in seen or len(seen) >= _MOST_PAGES:
            raise MicrosoftUnavailable(f"Partner Center's pages of {operation} do not come to an end")
        seen.add(cursor)


def _next(page: WirePage, *, following: int | None, total: int | None) -> str | None:
    """Return the cursor of the next page; ``following`` is the offset behind this one, None where there are no offsets."""
    link, goes_on = page.links.next, total is not None and following is not None and following < total
    headers = {fold(header.key): header.value for header in link.headers} if link else {}
    token = headers.get(fold(CONTINUATION), "") or (page.continuation_token if page.items and (link or goes_on) else "")
    if token:
        return f"seek:{token}"
    if not page.items:
        return None
    if link:
        # Only the number is taken from the link: where to ask is not for an answer to say.
        query = {fold(name): value for name, value in parse_qsl(urlsplit(link.uri).query)}
        if query.get("offset", "").isdigit():
            return f"offset:{query['offset']}"
    return f"offset:{following}" if goes_on else None
