"""What agents write in a chat: replies, private notes, drafts, and that they are there.

Everything written is cleaned and masked before it is stored, as the customers' messages are. Notes have a route of their own, which no
channel reads.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.desk.chat import chat_id
from bot.desk.chat_words import MASKED
from bot.desk.guard import guarded_post, services
from bot.desk.keys import MEMBER
from bot.desk.pages import is_fragment
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.ids import OutgoingId
from bot.shared.masking import mask
from bot.shared.text import readable
from bot.staff.permissions import Permission

_PATH = "/desk/chats/{id}"
_LONGEST_CLIENT_ID = 60


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, fit to be stored; ``warning`` says what was masked, and is empty when nothing was."""

    text: str
    warning: str


def routes() -> list[web.RouteDef]:
    """Return the routes that take what agents write."""
    return [
        guarded_post(_PATH + "/replies", Permission.CHAT_ANSWER, post_reply),
        guarded_post(_PATH + "/replies/{outgoing}/undo", Permission.CHAT_ANSWER, post_undo),
        guarded_post(_PATH + "/replies/{outgoing}/send", Permission.CHAT_ANSWER, post_send_now),
        guarded_post(_PATH + "/notes", Permission.CHAT_READ, post_note),
        guarded_post(_PATH + "/draft", Permission.CHAT_ANSWER, post_draft),
        guarded_post(_PATH + "/look", Permission.CHAT_READ, post_look),
        guarded_post(_PATH + "/leave", Permission.CHAT_READ, post_leave),
    ]


def written(services: Services, text: str) -> Written:
    """Return ``text`` without what must not be kept: control characters, and numbers of cards and of foreign bank accounts."""
    masked = mask(readable(text), frozenset(account.iban for account in services.partner.bank_accounts))
    if not masked.kinds:
        return Written(masked.text, "")
    return Written(masked.text, f"Masked before it was stored: {', '.join(MASKED[kind] for kind in masked.kinds)}.")


async def field(request: web.Request, name: str) -> str:
    """Return a field of the form; empty when it is not there."""
    value = (await request.post()).get(name, "")
    return value if isinstance(value, str) else ""


async def post_reply(request: web.Request) -> web.StreamResponse:
    """Accept a reply, once for each ``client_id``; it can be taken back for a while."""
    found = written(services(request), await field(request, "text"))
    await in_thread(
        services(request).desk_replies.reply,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        text=found.text,
        client_id=(await field(request, "client_id"))[:_LONGEST_CLIENT_ID],
        now=services(request).now(),
    )
    return done(request, found.warning)


async def post_undo(request: web.Request) -> web.StreamResponse:
    """Take a reply back; its text is the draft again."""
    text = await in_thread(
        services(request).desk_replies.undo,
        by=request[MEMBER],
        outgoing_id=OutgoingId(request.match_info["outgoing"]),
        now=services(request).now(),
    )
    return web.json_response({"text": text}) if is_fragment(request) else done(request)


async def post_send_now(request: web.Request) -> web.StreamResponse:
    """Send a reply, and those before it, at once."""
    await in_thread(
        services(request).desk_replies.send_now,
        by=request[MEMBER],
        outgoing_id=OutgoingId(request.match_info["outgoing"]),
        now=services(request).now(),
    )
    return done(request)


async def post_note(request: web.Request) -> web.StreamResponse:
    """Keep a private note."""
    found = written(services(request), await field(request, "text"))
    await in_thread(
        services(request).desk_replies.note,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        text=found.text,
        now=services(request).now(),
    )
    return done(request, found.warning)


async def post_draft(request: web.Request) -> web.StreamResponse:
    """Keep what has been typed so far."""
    await in_thread(
        services(request).desk_replies.save_draft,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        text=written(services(request), await field(request, "text")).text,
        now=services(request).now(),
    )
    return web.Response(status=204)


async def post_look(request: web.Request) -> web.StreamResponse:
    """Say that the member has the chat open, and whether they write to the customer."""
    await in_thread(
        services(request).desk_replies.look,
        by=request[MEMBER],
        conversation_id=chat_id(request),
        is_writing=await field(request, "writing") == "1",
        now=services(request).now(),
    )
    return web.Response(status=204)


async def post_leave(request: web.Request) -> web.StreamResponse:
    """Say that the member has left the chat."""
    await in_thread(services(request).desk_replies.leave, by=request[MEMBER], conversation_id=chat_id(request), now=services(request).now())
    return web.Response(status=204)


def done(request: web.Request, warning: str = "") -> web.StreamResponse:
    """Return the answer to a form that worked: nothing but ``warning`` for a script, the chat's page for a browser without one."""
    if is_fragment(request):
        return web.json_response({"warning": warning})
    raise web.HTTPSeeOther(f"/desk/chats/{chat_id(request)}")
