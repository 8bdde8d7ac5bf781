"""The board: who waits, who has whom, and claiming."""

from __future__ import annotations

from aiohttp import web

from bot.desk.board_rows import BoardRow, rows_of
from bot.desk.chat_words import EMPTY, PLACES
from bot.desk.guard import guarded_get, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.shared.ids import ConversationId
from bot.staff.permissions import Permission

_MOST_IDS = 300
_WITH_BOT = 100


def routes() -> list[web.RouteDef]:
    """Return the routes of the board."""
    return [
        guarded_get("/desk/chats", Permission.CHAT_READ, get_board),
        guarded_get("/desk/chats/rows", Permission.CHAT_READ, get_rows, is_background=True),
        guarded_get("/desk/chats/waiting", Permission.CHAT_READ, get_waiting, is_background=True),
    ]


async def get_board(request: web.Request) -> web.Response:
    """Return the whole board."""
    # Asked first: what changes while the board is put together comes again by the stream.
    cursor = await in_thread(services(request).desk_views.last_change)
    return render(
        request,
        "board.html",
        rows=await _all_rows(request),
        board_places=PLACES,
        empty=EMPTY,
        cursor=cursor,
        zone=services(request).zone.key,
    )


async def get_rows(request: web.Request) -> web.Response:
    """Return the rows of the chats in ``ids`` (separated by commas), or of all, as a fragment."""
    wanted = [part for part in request.query.get("ids", "").split(",") if part]
    if not wanted or len(wanted) > _MOST_IDS:
        rows = await _all_rows(request)
    else:
        entries = await in_thread(
            services(request).desk_views.entries, by=request[MEMBER], conversation_ids=tuple(map(ConversationId, wanted))
        )
        rows = rows_of(entries, member=request[MEMBER], now=services(request).now())
    return render(request, "board_rows.html", rows=rows)


async def get_waiting(request: web.Request) -> web.Response:
    """Return how many chats wait for a person, as JSON, for the titles of pages that show no board."""
    entries = await in_thread(services(request).desk_views.board, by=request[MEMBER])
    rows = rows_of(entries, member=request[MEMBER], now=services(request).now())
    return web.json_response({"waiting": sum(row.place == "queue" for row in rows)})


async def _all_rows(request: web.Request) -> tuple[BoardRow, ...]:
    views, member = services(request).desk_views, request[MEMBER]
    people = await in_thread(views.board, by=member)
    # The assistant's chats never end by themselves; the newest are enough.
    with_bot = (await in_thread(views.with_bot, by=member))[-_WITH_BOT:]
    return rows_of((*people, *with_bot), member=member, now=services(request).now())
