"""One chat: its page, and the parts of it that change."""

from __future__ import annotations

from secrets import token_hex

from aiohttp import web

from bot.desk.chat_view import context_of
from bot.desk.chat_words import OUTCOMES
from bot.desk.guard import guarded_get, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.shared.ids import ConversationId
from bot.staff.permissions import Permission

_PATH = "/desk/chats/{id}"


def routes() -> list[web.RouteDef]:
    """Return the routes that show a chat."""
    return [
        guarded_get(_PATH, Permission.CHAT_READ, get_chat),
        guarded_get(_PATH + "/parts", Permission.CHAT_READ, get_parts, is_background=True),
    ]


async def get_chat(request: web.Request) -> web.Response:
    """Return the page of a chat."""
    # Asked first: what changes while the page is put together comes again by the stream.
    cursor = await in_thread(services(request).desk_views.last_change)
    context = await in_thread(context_of, services(request), member=request[MEMBER], conversation_id=chat_id(request), after=0)
    return render(
        request, "chat.html", cursor=cursor, zone=services(request).zone.key, outcomes=OUTCOMES, new_client_id=token_hex(16), **context
    )


async def get_parts(request: web.Request) -> web.Response:
    """Return what may have changed, as a fragment; of the messages those after the number ``after``."""
    after = request.query.get("after", "0")
    number = int(after) if after.isascii() and after.isdigit() and len(after) <= 12 else 0
    context = await in_thread(context_of, services(request), member=request[MEMBER], conversation_id=chat_id(request), after=number)
    return render(request, "chat_parts.html", **context)


def chat_id(request: web.Request) -> ConversationId:
    """Return the id in the address."""
    return ConversationId(request.match_info["id"])
