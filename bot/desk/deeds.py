"""What changes who has a chat: claiming, taking over, passing on, handing back, closing and opening again."""

from __future__ import annotations

from aiohttp import web

from bot.desk.chat import chat_id
from bot.desk.guard import guarded_post, services
from bot.desk.keys import MEMBER
from bot.desk.pages import is_fragment
from bot.desk.writing import done, field, written
from bot.shared.aio import in_thread
from bot.shared.errors import InvalidInput, NotFound
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission
from bot.support.model import Outcome

_PATH = "/desk/chats/{id}"
_QUEUE = "queue"


def routes() -> list[web.RouteDef]:
    """Return the routes of the deeds."""
    return [
        guarded_post(_PATH + "/claim", Permission.CHAT_ANSWER, post_claim),
        guarded_post(_PATH + "/take-over", Permission.CHAT_TAKE_OVER, post_take_over),
        guarded_post(_PATH + "/transfer", Permission.CHAT_ANSWER, post_transfer),
        guarded_post(_PATH + "/hand-back", Permission.CHAT_ANSWER, post_hand_back),
        guarded_post(_PATH + "/close", Permission.CHAT_ANSWER, post_close),
        guarded_post(_PATH + "/reopen", Permission.TICKET_WORK, post_reopen),
    ]


async def post_claim(request: web.Request) -> web.StreamResponse:
    """Make the member the chat's owner; with ``open`` the answer leads to the chat."""
    await in_thread(services(request).desk.claim, by=request[MEMBER], conversation_id=chat_id(request), now=services(request).now())
    answer = done(request)
    if is_fragment(request) and await field(request, "open"):
        answer.headers["HX-Redirect"] = f"/desk/chats/{chat_id(request)}"
    return answer


async def post_take_over(request: web.Request) -> web.StreamResponse:
    """Take a colleague's chat, with the reason."""
    reason = written(services(request), await field(request, "reason"))
    await in_thread(
        services(request).desk.claim,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        now=services(request).now(),
        take_over_because=reason.text,
    )
    return done(request, reason.warning)


async def post_transfer(request: web.Request) -> web.StreamResponse:
    """Pass the chat on to a colleague who is there, or to the queue."""
    to, note = await field(request, "to"), written(services(request), await field(request, "note"))
    await in_thread(
        services(request).desk.transfer,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        to=None if to == _QUEUE else await _member(request, to),
        note=note.text,
        now=services(request).now(),
    )
    return done(request, note.warning)


async def post_hand_back(request: web.Request) -> web.StreamResponse:
    """Let the assistant go on, with what was settled."""
    settled = written(services(request), await field(request, "settled"))
    await in_thread(
        services(request).desk.hand_back,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        settled=settled.text,
        now=services(request).now(),
        is_done=bool(await field(request, "is_done")),
    )
    return done(request, settled.warning)


async def post_close(request: web.Request) -> web.StreamResponse:
    """End the chat with its outcome."""
    wanted = await field(request, "outcome")
    outcome = next((one for one in Outcome if one.value == wanted), None)
    if outcome is None:
        raise InvalidInput("choose how the chat ended")
    await in_thread(
        services(request).desk.close, by=request[MEMBER], conversation_id=chat_id(request), outcome=outcome, now=services(request).now()
    )
    return done(request)


async def post_reopen(request: web.Request) -> web.StreamResponse:
    """Open the chat's last ticket again; the chat is then the member's."""
    view = await in_thread(
        services(request).desk_views.chat, by=request[MEMBER], conversation_id=chat_id(request), now=services(request).now()
    )
    if view.packet.ticket is None:
        raise NotFound("this chat has no ticket to open again")
    await in_thread(services(request).desk.reopen, by=request[MEMBER], number=view.packet.ticket.number, now=services(request).now())
    return done(request)


async def _member(request: web.Request, staff_id: str) -> StaffMember:
    member = next((one for one in await in_thread(services(request).staff.list) if one.id == staff_id), None)
    if member is None:
        raise InvalidInput("choose a colleague or the queue")
    return member
