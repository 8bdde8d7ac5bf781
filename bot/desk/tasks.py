"""What a front door does for the desk by itself: delivering replies, giving back chats of silent agents, tidying up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import timedelta

import structlog
from aiohttp import web

from bot.desk.keys import DESK
from bot.services import Services
from bot.shared.aio import in_thread
from bot.staff.model import Presence
from bot.staff.permissions import Permission, may

_LOG = structlog.get_logger(__name__)
_DELIVER_SECONDS = 0.25
_SILENCE_SECONDS = 15.0
_TIDY_SECONDS = 3600.0
_KEEP_CHANGES = timedelta(days=1)
_AFTER_FAILURE_SECONDS = 2.0
_Job = Callable[[Services], Awaitable[None]]


async def run_tasks(app: web.Application) -> AsyncIterator[None]:
    """Run the jobs while the application runs; a context for ``app.cleanup_ctx``."""
    services = app[DESK].services
    jobs: tuple[tuple[_Job, float], ...] = (
        (deliver, _DELIVER_SECONDS),
        (return_silent, _SILENCE_SECONDS),
        (tidy, _TIDY_SECONDS),
    )
    running = [asyncio.create_task(_again_and_again(job, services, seconds)) for job, seconds in jobs]
    yield
    for task in running:
        task.cancel()
    for task in running:
        with suppress(asyncio.CancelledError):
            await task


async def _again_and_again(job: _Job, services: Services, seconds: float) -> None:
    while True:
        try:
            await job(services)
        except Exception:
            # The border of a background task: it outlives whatever fails, and says so.
            _LOG.exception("desk_job.failed", job=job.__name__)
            await asyncio.sleep(_AFTER_FAILURE_SECONDS)
        await asyncio.sleep(seconds)


async def deliver(services: Services) -> None:
    """Deliver the replies whose time for taking back is over."""
    count = await in_thread(services.desk_replies.deliver_due, now=services.now())
    if count:
        _LOG.info("replies.delivered", count=count)


async def return_silent(services: Services) -> None:
    """Put the chats of silent agents back into the queue, and set the agents to away, so that nobody passes chats on to them."""
    returned = await in_thread(services.desk.return_silent, now=services.now(), after=services.agent_silence)
    members = {member.id: member for member in await in_thread(services.staff.list)} if returned else {}
    for conversation in returned:
        member = members.get(conversation.agent_id) if conversation.agent_id else None
        if member is not None and may(member, Permission.DESK_USE):
            await in_thread(services.staff_service.set_presence, member=member, presence=Presence.AWAY, now=services.now())
        _LOG.info("chat.returned", conversation=conversation.id, agent=conversation.agent_id)


async def tidy(services: Services) -> None:
    """Drop what nobody needs to be told any more."""
    await in_thread(services.desk_views.tidy, now=services.now(), keep=_KEEP_CHANGES)
