"""What changes on the desk, told to every open page: one poller a front door, one stream a tab.

A stream carries only what changed, never its content; pages ask for that with their own permissions. It begins where the page was
rendered, or where it broke off (``Last-Event-ID``), so that nothing between is missed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

import structlog
from aiohttp import web

from bot.conversations.desk_model import Change, Topic
from bot.desk.guard import guarded_get, still_signed_in
from bot.desk.keys import MEMBER
from bot.services import Services
from bot.shared.aio import in_thread
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may

_LOG = structlog.get_logger(__name__)
_POLL_SECONDS = 0.25
_AFTER_FAILURE_SECONDS = 2.0
_BEAT_SECONDS = 15.0
_RECONNECT_MILLISECONDS = 1000
# A page that cannot keep up is told to ask for everything instead.
_LONGEST_INBOX = 100
_MOST_MISSED = 500
# Changes around the moment a page was rendered may have been committed out of order.
_AROUND_START = 25
_CHAT_TOPICS = frozenset({Topic.CHAT, Topic.VIEWERS})
_RESYNC = "resync"
_FAREWELL = "farewell"


@dataclass(frozen=True, slots=True)
class Batch:
    """What a stream sends at once: changes with the id of the newest, or a word for the page."""

    changes: tuple[Change, ...] = ()
    cursor: int = 0
    word: str = ""


Inbox = asyncio.Queue[Batch]


@dataclass(slots=True)
class Hub:
    """Reads the changes while somebody listens, and gives them to everybody who does."""

    services: Services
    inboxes: set[Inbox] = field(default_factory=set)
    _seen: frozenset[int] = frozenset()
    _cursor: int = 0
    _begin: asyncio.Lock = field(default_factory=asyncio.Lock)
    _poller: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Inbox]:
        """Give an inbox into which everything goes that changes from now on."""
        inbox: Inbox = asyncio.Queue(_LONGEST_INBOX)
        async with self._begin:
            if not self.inboxes:
                # What is there already is nobody's news; only then does the poller look for more.
                self._cursor = await in_thread(self.services.desk_views.last_change)
                await self._fresh()
                self._poller = asyncio.create_task(self._poll())
            self.inboxes.add(inbox)
        try:
            yield inbox
        finally:
            self.inboxes.discard(inbox)

    async def missed(self, *, after: int, around: int) -> tuple[Change, ...] | None:
        """Return the changes from ``around`` before ``after`` on, or None when there are too many to tell."""
        found = await in_thread(self.services.desk_views.changes, after=after, seen=frozenset())
        fresh = tuple(change for change in found if change.id > after - around)
        return None if len(fresh) > _MOST_MISSED + around else fresh

    async def close(self) -> None:
        """Say farewell to everybody, and stop."""
        self._tell(Batch(word=_FAREWELL))
        if self._poller is not None:
            self._poller.cancel()
            with suppress(asyncio.CancelledError):
                await self._poller

    async def _poll(self) -> None:
        while self.inboxes:
            await asyncio.sleep(_POLL_SECONDS)
            try:
                if fresh := await self._fresh():
                    self._tell(Batch(fresh, self._cursor))
            except Exception:
                # The border of a background task: it outlives whatever fails, and says so.
                _LOG.exception("desk_changes.failed")
                await asyncio.sleep(_AFTER_FAILURE_SECONDS)

    async def _fresh(self) -> tuple[Change, ...]:
        found = await in_thread(self.services.desk_views.changes, after=self._cursor, seen=self._seen)
        if found:
            self._cursor = max(self._cursor, found[-1].id)
            lowest = self._cursor - 2 * _MOST_MISSED
            self._seen = frozenset(one for one in (*self._seen, *(change.id for change in found)) if one > lowest)
        return found

    def _tell(self, batch: Batch) -> None:
        for inbox in self.inboxes:
            if inbox.full():
                while not inbox.empty():
                    inbox.get_nowait()
                inbox.put_nowait(Batch(cursor=batch.cursor, word=_RESYNC))
            else:
                inbox.put_nowait(batch)


HUB = web.AppKey("desk_hub", Hub)


def routes() -> list[web.RouteDef]:
    """Return the route of the stream."""
    return [guarded_get("/desk/live", Permission.DESK_USE, get_stream, is_background=True)]


async def say_farewell(app: web.Application) -> None:
    """End the streams, so that stopping waits for none of them; for ``app.on_shutdown``."""
    await app[HUB].close()


async def get_stream(request: web.Request) -> web.StreamResponse:
    """Stream what changes until the page goes, the session ends or the front door stops."""
    hub = request.app[HUB]
    last_seen, first = request.headers.get("Last-Event-ID"), request.query.get("after")
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    async with hub.listening() as inbox:
        await response.prepare(request)
        with suppress(ConnectionResetError):
            await response.write(f"retry: {_RECONNECT_MILLISECONDS}\n\n".encode())
            around = _AROUND_START if last_seen is None else 2 * _AROUND_START
            missed = await hub.missed(after=_number(last_seen or first), around=around)
            if missed is None:
                await response.write(_event(_RESYNC, {}))
            elif told := _told(missed, request[MEMBER]):
                await response.write(_event("changes", told, id_=missed[-1].id))
            await _stream(request, response, inbox)
    return response


async def _stream(request: web.Request, response: web.StreamResponse, inbox: Inbox) -> None:
    beat_at = monotonic() + _BEAT_SECONDS
    while True:
        try:
            batch = await asyncio.wait_for(inbox.get(), max(0.0, beat_at - monotonic()))
        except TimeoutError:
            # The check at the beginning does not hold for a stream that stays open for hours.
            if not await still_signed_in(request):
                await response.write(_event("signed-out", {}))
                return
            await response.write(_event("beat", {}))
            beat_at = monotonic() + _BEAT_SECONDS
            continue
        if batch.word:
            await response.write(_event(batch.word, {}, id_=batch.cursor))
            if batch.word == _FAREWELL:
                return
        elif told := _told(batch.changes, request[MEMBER]):
            await response.write(_event("changes", told, id_=batch.cursor))


def _told(changes: Iterable[Change], member: StaffMember) -> list[dict[str, str]]:
    """Return what ``member`` may know of the changes, each thing once; may be empty."""
    topics = {topic for topic in Topic if topic not in _CHAT_TOPICS or may(member, Permission.CHAT_READ)}
    wanted = dict.fromkeys((one.topic.value, one.conversation_id or "") for one in changes if one.topic in topics)
    return [{"topic": topic, "chat": chat} for topic, chat in wanted]


def _event(name: str, data: object, *, id_: int = 0) -> bytes:
    head = f"id: {id_}\n" if id_ else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n".encode()


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0
