"""The engine's only door: one turn per request, for the front door alone (credentials.yml)."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from bot.engine import patches
from bot.engine.action_calls import ActionCalls
from bot.engine.turn import CHANNEL, LastAnswers, take_turn
from bot.shared.errors import BotError, InvalidInput

TOKEN_VARIABLE = "CLEARLINE_RASA_TOKEN"  # noqa: S105 -- the variable's name, not a secret
# The front door cuts messages shorter; this only keeps nonsense out.
_MAX_TEXT = 20_000
_MAX_CONVERSATION = 255
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Question:
    conversation: str
    text: str
    language: str
    payload: str | None
    number: int | None


class ClearlineChannel(InputChannel):
    """Takes a customer's message from the front door and gives back the bot's answer."""

    def __init__(self, *, token: str, calls: ActionCalls) -> None:
        """Serve callers that know ``token``; ``calls`` is closed when the server stops."""
        self._token = token.encode()
        self._calls = calls
        self._answers = LastAnswers()

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which is in its address: ``/webhooks/clearline/…``."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> ClearlineChannel:
        """Make the channel and change Rasa as ``bot.engine.patches`` says; called by Rasa before it loads the model.

        Args:
            credentials: What credentials.yml has under the channel; ``actions_url`` is used where
                ``CLEARLINE_ACTIONS_PORT`` is not set.

        Raises:
            InvalidInput: ``CLEARLINE_RASA_TOKEN`` is not set.
        """
        token = os.environ.get(TOKEN_VARIABLE, "")
        if not token:
            raise InvalidInput(f"{TOKEN_VARIABLE} is not set; the engine answers only callers that know it")
        calls = ActionCalls(url=patches.action_webhook(configured=(credentials or {}).get("actions_url")), token=token)
        patches.install(calls=calls)
        return cls(token=token, calls=calls)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the routes ``POST turn`` and ``GET ready``.

        Args:
            on_new_message: Rasa's own way to handle a message; not used, since it does not give the language back.
        """
        blueprint = Blueprint("clearline_channel")

        @blueprint.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self._turn(request)

        @blueprint.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            return self._refusal(request) or json_response({"status": "ready"})

        async def stop(*_: object) -> None:
            await self._calls.close()

        blueprint.listener(stop, "after_server_stop")
        return blueprint

    async def _turn(self, request: Request) -> HTTPResponse:
        refusal = self._refusal(request)
        if refusal is not None:
            return refusal
        try:
            question = _question(request.body)
        except InvalidInput as error:
            return json_response({"error": str(error)}, status=400)
        try:
            answer = await take_turn(
                agent=request.app.ctx.agent,
                conversation=question.conversation,
                text=question.text,
                language=question.language,
                payload=question.payload,
                number=question.number,
                answers=self._answers,
            )
        except BotError as error:
            _log.error("turn.failed", conversation=question.conversation, problem=str(error))
            return json_response({"error": "unavailable"}, status=503)
        except Exception:
            # The border of the engine: the front door reads a status, the log has the reason.
            _log.exception("turn.failed", conversation=question.conversation)
            return json_response({"error": "failed"}, status=500)
        return json_response(answer)

    def _refusal(self, request: Request) -> HTTPResponse | None:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
        if not hmac.compare_digest(given, self._token):
            return json_response({"error": "not allowed"}, status=401)
        agent = getattr(request.app.ctx, "agent", None)
        if agent is None or not agent.is_ready():
            return json_response({"error": "no model is loaded"}, status=503)
        return None


def _question(body: bytes) -> _Question:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise InvalidInput("the body is not JSON") from error
    if not isinstance(content, dict):
        raise InvalidInput("the body is not an object")
    question = _Question(
        conversation=_text(content, "conversation"),
        text=_text(content, "text"),
        language=_text(content, "language"),
        payload=_text(content, "payload") if content.get("payload") is not None else None,
        number=_number(content),
    )
    if not 0 < len(question.conversation) <= _MAX_CONVERSATION:
        raise InvalidInput(f"'conversation' must have 1 to {_MAX_CONVERSATION} characters")
    if question.payload is not None and not question.payload.startswith("/"):
        raise InvalidInput("'payload' must begin with a slash")
    return question


def _number(content: dict[str, Any]) -> int | None:
    value = content.get("number")
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise InvalidInput("'number' must be a whole number or left out")
    return value


def _text(content: dict[str, Any], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str) or len(value) > _MAX_TEXT:
        raise InvalidInput(f"'{key}' must be a text of at most {_MAX_TEXT} characters")
    return value
