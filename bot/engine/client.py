"""Asks the dialogue engine for its answer to one customer message, over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp

from bot.conversations.model import Attachment, Button
from bot.shared.errors import Unavailable

TURN_PATH = "/webhooks/clearline/turn"
READY_PATH = "/webhooks/clearline/ready"
_USER_AGENT = "clearline-front-door"
_READY_SECONDS = 2.0
_MAX_CONNECTIONS = 100
_KEPT_ALIVE_SECONDS = 60.0  # Shorter than the 120 seconds after which Rasa closes an idle connection.


@dataclass(frozen=True, slots=True)
class EngineReply:
    """One message of the bot's answer.

    Attributes:
        understood: False when the bot says here that it did not understand the customer.
    """

    text: str
    language: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    understood: bool = True


@dataclass(frozen=True, slots=True)
class EngineTurn:
    """The bot's whole answer to one message; ``replies`` may be empty, ``language`` is that of the customer's message."""

    replies: tuple[EngineReply, ...]
    language: str


class EngineClient:
    """Talks to the engine's channel with one kept-alive session; made in a running event loop or before it."""

    def __init__(self, *, base_url: str, token: str, timeout_seconds: float = 10.0) -> None:
        """Remember where the engine is; nothing is sent yet.

        Args:
            base_url: Such as ``http://127.0.0.1:5005``.
            token: The secret shared with the engine (``CLEARLINE_RASA_TOKEN``).
            timeout_seconds: The longest a whole turn may take before it counts as unavailable.
        """
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "User-Agent": _USER_AGENT}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def ask(
        self, *, conversation_id: str, text: str, language: str, payload: str | None = None, number: int | None = None
    ) -> EngineTurn:
        """Return the bot's answer to one message of the customer.

        Not retried here: a customer waits. A message that is asked about again later, because the front door ended before
        it had the answer, gets the answer it had.

        Args:
            text: What the customer typed, or the title of the pressed button.
            language: The language of the conversation so far, ``en`` or ``hu``.
            payload: The pressed button's payload, already checked to be one that was offered; never typed text.

            number: The message's number in its conversation, by which the engine knows a repeat; None: never a repeat.

        Raises:
            Unavailable: The engine refused, was too slow, or answered with something that is not an answer.
        """
        body = {"conversation": conversation_id, "text": text, "language": language, "payload": payload, "number": number}
        try:
            async with self._open().post(self._base_url + TURN_PATH, json=body, timeout=self._timeout) as response:
                if response.status != 200:
                    raise Unavailable(f"the engine answered with status {response.status}")
                content = await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(f"the engine did not answer: {type(error).__name__}") from error
        return _turn_of(content)

    async def ready(self) -> bool:
        """Return whether the engine is up, has its model loaded and knows our token."""
        try:
            timeout = aiohttp.ClientTimeout(total=_READY_SECONDS)
            async with self._open().get(self._base_url + READY_PATH, timeout=timeout) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def close(self) -> None:
        """Close the kept-alive connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            # The transports are closed by the loop's next pass, not by ``close`` itself.
            await asyncio.sleep(0)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=_MAX_CONNECTIONS, keepalive_timeout=_KEPT_ALIVE_SECONDS)
            self._session = aiohttp.ClientSession(headers=self._headers, connector=connector, trust_env=False)
        return self._session


def _turn_of(content: object) -> EngineTurn:
    try:
        if not isinstance(content, dict):
            raise TypeError("not a mapping")
        return EngineTurn(replies=tuple(_reply_of(message) for message in content["messages"]), language=_text(content["language"]))
    except (KeyError, TypeError) as error:
        raise Unavailable("the engine answered in a shape that is not an answer") from error


def _reply_of(message: dict[str, object]) -> EngineReply:
    return EngineReply(
        text=_text(message["text"]),
        language=_text(message["language"]),
        buttons=tuple(Button(title=_text(one["title"]), payload=_text(one["payload"])) for one in _mappings(message["buttons"])),
        attachments=tuple(
            Attachment(title=_text(one["title"]), url=_text(one["url"]), media_type=_text(one["media_type"]))
            for one in _mappings(message["attachments"])
        ),
        understood=message["understood"] is not False,
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _mappings(value: object) -> list[dict[str, object]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError("not a list of mappings")
    return value
