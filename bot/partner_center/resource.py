"""What the groups of calls have in common."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import quote

from bot.partner_center.auth import TokenKind
from bot.partner_center.paging import every_item
from bot.partner_center.transport import Answer, Call, Transport

Query = tuple[tuple[str, str], ...]


def part(text: str) -> str:
    """Return ``text`` as one part of a path, whatever is in it."""
    return quote(text, safe="")


def filtered(field: str, value: str, operator: str) -> tuple[str, str]:
    """Return the query that filters a collection. Source: Partner Center: utility-resources (2021-08)."""
    return "filter", json.dumps({"Field": field, "Value": value, "Operator": operator})


class Resource:
    """Calls that share a transport."""

    def __init__(self, transport: Transport) -> None:
        """Use ``transport``."""
        self._transport = transport

    async def _get(self, operation: str, path: str, *, token: TokenKind, query: Query = ()) -> Answer:
        return await self._transport.send(Call(operation, "GET", path, token, query=query))

    def _items(self, operation: str, path: str, *, token: TokenKind, query: Query = ()) -> AsyncIterator[object]:
        return every_item(self._transport, Call(operation, "GET", path, token, query=query))
