"""``clearline serve``: the front door."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import aiohttp
import click
from aiohttp import web

from bot.desk import DeskOptions, OidcSettings
from bot.engine.client import EngineClient
from bot.settings import Settings
from bot.shared.errors import Unavailable
from bot.web import make_app
from bot.wiring import warm_up, wire

_CHECK_SECONDS = 2.0
_SHUTDOWN_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class ActionServer:
    """Knows how to ask the action server whether it is up."""

    url: str

    async def ready(self) -> bool:
        """Return whether the action server answers."""
        timeout = aiohttp.ClientTimeout(total=_CHECK_SECONDS)
        try:
            async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session, session.get(f"{self.url}/health") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False


@click.command()
def serve() -> None:
    """Start the front door: customers' channels, health and metrics."""
    wired = wire()
    settings = wired.settings
    app = make_app(
        services=wired.services,
        engine=EngineClient(base_url=settings.engine_url, token=settings.rasa_token, timeout_seconds=settings.engine_seconds),
        actions=ActionServer(f"http://127.0.0.1:{settings.actions_port}"),
        store=wired.store,
        metrics_token=settings.metrics_token,
        desk=DeskOptions(oidc=_oidc(settings), trusted_proxies=settings.trusted_proxies),
        name=f"{socket.gethostname()}:{settings.http_port}",
    )
    warm_up(wired.services)
    try:
        web.run_app(app, host=settings.http_host, port=settings.http_port, print=None, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    except OSError as error:
        raise Unavailable(
            f"the front door cannot listen on {settings.http_host}:{settings.http_port}: {error.strerror}; "
            "stop what uses it, or set CLEARLINE_HTTP_PORT"
        ) from error
    finally:
        wired.close()


def _oidc(settings: Settings) -> OidcSettings | None:
    if not settings.oidc_issuer:
        return None
    return OidcSettings(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
