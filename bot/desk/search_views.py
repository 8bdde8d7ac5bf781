"""The search over everything a member may see."""

from __future__ import annotations

from aiohttp import web

from bot.conversations.search import SHORTEST, Found, Place, plain
from bot.desk.asked import choice, page_number
from bot.desk.guard import guarded_get, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.staff.permissions import Permission

_LONGEST = 200
_AROUND = 70  # characters shown on each side of what was found


def routes() -> list[web.RouteDef]:
    """Return the route of the search."""
    return [guarded_get("/desk/search", Permission.DESK_USE, get_search)]


async def get_search(request: web.Request) -> web.Response:
    """Show what has ``q`` in it: a few of each kind, or a page of the kind ``in``."""
    text = plain(request.query.get("q", ""))[:_LONGEST].strip()
    place = choice(request.query.get("in", ""), Place)
    places = services(request).desk_search.places(request[MEMBER])
    found = Found(text)
    if len(text) >= SHORTEST:
        found = await in_thread(services(request).desk_search.find, by=request[MEMBER], text=text, place=place, page=page_number(request))
    excerpts = {(hit.conversation_id, hit.seq): excerpt(hit.text, found.text) for hit in found.chats.items} if found.chats else {}
    return render(request, "search.html", found=found, text=text, place=place, offered=places, shortest=SHORTEST, excerpts=excerpts)


def excerpt(text: str, sought: str) -> tuple[str, str, str]:
    """Return what stands before what was found, what was found, and what stands after it, shortened and in one line."""
    line = " ".join(text.split())
    at = line.casefold().find(sought.casefold())
    if at < 0:
        return line[: 2 * _AROUND], "", ""
    end = at + len(sought)
    before = line[max(0, at - _AROUND) : at]
    after = line[end : end + _AROUND]
    return ("…" if at > _AROUND else "") + before, line[at:end], after + ("…" if end + _AROUND < len(line) else "")
