"""The live screens of the desk, put into the application: board, chats, what is written in them, and the stream."""

from __future__ import annotations

from aiohttp import web

from bot.desk import board, canned, chat, deeds, live, tasks, writing
from bot.services import Services


def routes() -> list[web.RouteDef]:
    """Return their routes."""
    return [*board.routes(), *chat.routes(), *writing.routes(), *deeds.routes(), *canned.routes(), *live.routes()]


def start(app: web.Application, services: Services) -> None:
    """Have the stream's hub and the background jobs run while ``app`` does."""
    app[live.HUB] = live.Hub(services)
    app.cleanup_ctx.append(tasks.run_tasks)
    # At shutdown the streams end first; stopping would wait for them otherwise.
    app.on_shutdown.append(live.say_farewell)
