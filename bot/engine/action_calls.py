# ruff: noqa: ANN401 -- Rasa's interfaces pass any value
"""Calls of custom actions: one kept-alive session, a bearer token, a limit in seconds, and only what an action needs."""

from __future__ import annotations

import asyncio
from typing import Any, TypeGuard

import aiohttp
import rasa
from rasa.core.actions.action import ActionExecutionRejection
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.shared.errors import Unavailable

TIMEOUT_SECONDS = 6.0
_MAX_CONNECTIONS = 100
_KEPT_ALIVE_SECONDS = 4.0  # Shorter than the five seconds after which the action server closes an idle connection.
# Validated 400 answers carry the action's name; the rest of a failed answer is not looked at.
_REJECTED = 400
_TURNS_SENT = 2


class ActionCalls:
    """The way to the action server."""

    def __init__(self, *, url: str, token: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        """Remember where it is; nothing is sent yet.

        Args:
            url: Of its webhook, such as ``http://127.0.0.1:5055/webhook``.
            token: The secret shared with it (``CLEARLINE_RASA_TOKEN``).
            timeout_seconds: The longest one action may take.
        """
        self.url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the action server's answer to ``request``: ``events`` and ``responses``.

        Raises:
            ActionExecutionRejection: The action declined to run; Rasa then predicts another one.
            Unavailable: The server refused, was too slow, failed, or answered with something else.
        """
        try:
            async with self._open().post(self.url, json=request, timeout=self._timeout) as response:
                status, content = response.status, await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unavailable(f"the action server did not answer: {type(error).__name__}") from error
        if status == _REJECTED and isinstance(content, dict) and "action_name" in content:
            raise ActionExecutionRejection(content["action_name"], content.get("error"))
        if status != 200 or not _is_result(content):
            raise Unavailable(f"the action server answered with status {status} and not with a result")
        return {"events": content.get("events", []), "responses": content.get("responses", [])}

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


def action_request(*, name: str, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """Return what the SDK needs to run the action ``name``: the state, the last turns' events, no more.

    The domain, larger than the rest together, goes only to actions that domain.yml marks ``send_domain: true``
    (Rasa's ``enable_selective_domain``).
    """
    state = tracker.current_state(EventVerbosity.NONE)
    state["events"] = [event.as_dict() for event in _last_turns(list(tracker.events))]
    request = {"next_action": name, "sender_id": tracker.sender_id, "tracker": state, "version": rasa.__version__}
    if domain.does_custom_action_explicitly_need_domain(name):
        request["domain"] = domain.as_dict()
    return request


def _is_result(content: Any) -> TypeGuard[dict[str, Any]]:
    """Return whether ``content`` is shaped like a result; what other events say is checked when they are read."""
    if not isinstance(content, dict):
        return False
    events, responses = content.get("events", []), content.get("responses", [])
    return (
        isinstance(events, list)
        and all(_is_event(event) for event in events)
        and isinstance(responses, list)
        and all(isinstance(response, dict) for response in responses)
    )


def _is_event(content: Any) -> bool:
    if not isinstance(content, dict) or not isinstance(content.get("event"), str):
        return False
    return content["event"] != "slot" or isinstance(content.get("name"), str)


def _last_turns(events: list[Event]) -> list[Event]:
    starts = [index for index, event in enumerate(events) if isinstance(event, UserUttered)]
    return events[starts[-_TURNS_SENT] :] if len(starts) > _TURNS_SENT else events
