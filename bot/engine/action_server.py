"""The action server: Rasa's SDK behind a bearer token, on loopback, without its habit of echoing requests.

Started by ``python -m bot.engine.action_server``; ``rasa run actions`` works too where ``rasa_sdk_plugins`` is found.
It does not import Rasa, so that it is up in a second and small.
"""

from __future__ import annotations

import hmac
import logging
import os
import sys
from pathlib import Path

import click
import structlog
from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.engine.logs import hide_locals
from bot.shared.errors import InvalidInput

TOKEN_VARIABLE = "CLEARLINE_RASA_TOKEN"  # noqa: S105 -- the variable's name, not a secret
_OPEN_PATHS = frozenset({"/health"})
_log = structlog.get_logger(__name__)


def guard(app: Sanic, *, token: str) -> None:
    """Let only callers that know ``token`` reach the actions, and answer failures with a status alone.

    ``/health`` stays open: it says nothing. The SDK's own handler of failures sends back the whole request, which
    has the conversation in it.

    Raises:
        InvalidInput: ``token`` is empty.
    """
    if not token:
        raise InvalidInput(f"{TOKEN_VARIABLE} is not set; the action server answers only callers that know it")
    hide_locals()
    expected = token.encode()

    async def check(request: Request) -> HTTPResponse | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        if request.path in _OPEN_PATHS or hmac.compare_digest(given, expected):
            return None
        return json_response({"error": "not allowed"}, status=401)

    async def fail(request: Request, exception: Exception) -> HTTPResponse:
        if isinstance(exception, SanicException) and exception.status_code < 500:
            return json_response({"error": "not understood"}, status=exception.status_code)
        _log.error("action.failed", action=_action_name(request), kind=type(exception).__name__, exc_info=exception)
        return json_response({"error": "failed"}, status=500)

    app.register_middleware(check, "request")
    app.error_handler.add(Exception, fail)


def make_app(*, package: str, token: str) -> Sanic:
    """Return the SDK's app for the actions in ``package``, guarded by ``token``.

    Raises:
        InvalidInput: ``token`` is empty.
    """
    app: Sanic = create_app(package, cors_origins=[])
    guard(app, token=token)

    async def announce(*_: object) -> None:
        _log.info("actions.started", package=package)

    app.register_listener(announce, "after_server_start")
    return app


def _action_name(request: Request) -> str:
    content = request.json if request.body else None
    return str(content.get("next_action")) if isinstance(content, dict) else "unknown"


@click.command()
@click.option("--actions", "package", default="actions", show_default=True, help="Package of the custom actions.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5055, show_default=True, type=int, envvar="CLEARLINE_ACTIONS_PORT", show_envvar=True)
def main(package: str, host: str, port: int) -> None:
    """Serve the custom actions until stopped."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(message)s")
    sys.path.insert(0, str(Path.cwd()))
    try:
        app = make_app(package=package, token=os.environ.get(TOKEN_VARIABLE, ""))
    except InvalidInput as error:
        raise SystemExit(str(error)) from error
    app.run(host=host, port=port, access_log=False, motd=False, workers=1)


if __name__ == "__main__":
    main()
