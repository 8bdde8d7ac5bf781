"""Reading what a page's address or form asks for, whatever somebody typed there."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TypeVar

from aiohttp import web

from bot.shared.errors import InvalidInput

E = TypeVar("E", bound=StrEnum)
_MOST_PAGES = 10_000


def page_number(request: web.Request) -> int:
    """Return the page asked for, 1 without a usable one."""
    typed = request.query.get("page", "1")
    return min(max(1, int(typed)), _MOST_PAGES) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 1


def choice(text: str, kind: type[E]) -> E | None:
    """Return the member of ``kind`` that ``text`` names, or None when it is empty. Raises: InvalidInput for another text."""
    if not text:
        return None
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput("the choice is none of those offered; open the page again") from error


def needed(text: str, kind: type[E]) -> E:
    """Return the member of ``kind`` that ``text`` names. Raises: InvalidInput."""
    found = choice(text, kind)
    if found is None:
        raise InvalidInput("something was not chosen; open the page again")
    return found


def day(text: str) -> date | None:
    """Return the day ``text`` names (YYYY-MM-DD), or None when it is empty. Raises: InvalidInput for another text."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput("a day is written such as 2026-03-31") from error


async def form(request: web.Request) -> dict[str, str]:
    """Return the fields of the form that was sent; files are left out."""
    return {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
