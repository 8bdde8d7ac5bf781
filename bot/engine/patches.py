# ruff: noqa: SLF001 -- a patch reaches for what it changes
"""What we change inside Rasa 3.6.21, each change beside the line it replaces.

``install`` is called when the channel is made, before Rasa loads its model. A test compares the source of every
replaced function with the one each change was written for, so that another Rasa cannot be patched unseen.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import structlog
from rasa.core.actions.action import ActionExecutionRejection, RemoteAction, create_bot_utterance
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.tracker_store import TrackerStore
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.nlu.classifiers.regex_message_handler import RegexMessageHandler
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

from bot.engine import graph_run
from bot.engine.action_calls import ActionCalls, action_request
from bot.engine.logs import hide_locals
from bot.engine.nlg import UNAVAILABLE
from bot.engine.tracker_store import CompactTrackerStore
from bot.shared.errors import BotError

# Set in a message's metadata by our channel: whether the text is a button's payload. Absent from other callers' messages.
IS_PAYLOAD = "is_payload"
_log = structlog.get_logger(__name__)


def install(*, calls: ActionCalls) -> None:
    """Change Rasa in this process; ``calls`` is the way to the action server. Calling it again replaces ``calls``."""
    RemoteAction.run = _run_by(calls)
    if not hasattr(RegexMessageHandler.process, "obeys_payloads_only"):
        RegexMessageHandler.process = _process_by(RegexMessageHandler.process)
    if not hasattr(Agent._create_tracker_store, "keeps_ours_bare"):
        Agent._create_tracker_store = staticmethod(_create_tracker_store_by(Agent._create_tracker_store))
    DaskGraphRunner.run = graph_run.run
    hide_locals()


def _run_by(calls: ActionCalls) -> Callable[..., Any]:
    """Return the replacement of rasa/core/actions/action.py:748 ``RemoteAction.run``.

    Rasa's own opens a session per call, waits up to 300 seconds, compiles a JSON schema to check every result
    (``_validate_action_result``, 10 ms), and when the call fails leaves the customer without any answer.
    """

    async def run(
        self: RemoteAction,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> list[Event]:
        try:
            result = await calls.call(action_request(name=self.name(), tracker=tracker, domain=domain))
            responses = [_kept_false(response) for response in result.get("responses", [])]
            messages = await self._utter_responses(responses, output_channel, nlg, tracker)
            return [*messages, *deserialise_events(result.get("events", []))]
        except ActionExecutionRejection:
            raise
        except BotError as error:
            _log.error("action.failed", action=self.name(), conversation=tracker.sender_id, problem=str(error))
        except Exception:
            # Whatever it was, the customer must read something; Rasa would only log it.
            _log.exception("action.failed", action=self.name(), conversation=tracker.sender_id)
        draft = await nlg.generate(UNAVAILABLE, tracker, output_channel.name())
        return [create_bot_utterance(draft)] if draft else []

    return run


def _kept_false(response: dict[str, Any]) -> dict[str, Any]:
    """Return ``response`` with a false ``understood`` spelled so that Rasa (action.py:742) does not drop it as empty."""
    return response | {"understood": "no"} if response.get("understood") is False and not response.get("response") else response


def _process_by(original: Callable[..., list[Message]]) -> Callable[..., list[Message]]:
    """Return the replacement of rasa/nlu/classifiers/regex_message_handler.py:36 ``process``.

    Rasa's own obeys any text that begins with a slash, ``/restart`` and ``/inform{…}`` included, whoever typed it.
    """

    def process(self: RegexMessageHandler, messages: list[Message], domain: Domain | None = None) -> list[Message]:
        return [message if _is_typed(message) else original(self, [message], domain)[0] for message in messages]

    process.obeys_payloads_only = True  # type: ignore[attr-defined]
    return process


def _is_typed(message: Message) -> bool:
    metadata = message.get("metadata")
    return isinstance(metadata, dict) and metadata.get(IS_PAYLOAD) is False


def _create_tracker_store_by(original: Callable[..., TrackerStore]) -> Callable[..., TrackerStore]:
    """Return the replacement of rasa/core/agent.py:518 ``_create_tracker_store``.

    Rasa's own wraps every store so that a failed read looks like a new conversation and a failed write is forgotten.
    """

    def create(store: TrackerStore | None, domain: Domain) -> TrackerStore:
        if isinstance(store, CompactTrackerStore):
            store.domain = domain
            return store
        return original(store, domain)

    create.keeps_ours_bare = True  # type: ignore[attr-defined]
    return create


def action_webhook(*, configured: str | None) -> str:
    """Return the action server's webhook: on ``CLEARLINE_ACTIONS_PORT`` of this machine if set, else as ``configured``."""
    port = os.environ.get("CLEARLINE_ACTIONS_PORT")
    return f"http://127.0.0.1:{port}/webhook" if port else configured or "http://127.0.0.1:5055/webhook"
