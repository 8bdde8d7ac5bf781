# ruff: noqa: SLF001 -- Rasa has no public way to take a turn and see its tracker
"""One turn of the dialogue: understand, decide, act, remember; as Rasa's ``MessageProcessor.handle_message`` does it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.core.processor import MessageProcessor
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.language import LANGUAGE_KEY, language_of
from bot.engine.nlg import UNAVAILABLE
from bot.engine.patches import IS_PAYLOAD
from bot.support.parts import Part, body_of, choose, split

CHANNEL = "clearline"
_TASK = "task"
_LEFT = "utter_requests_left"
_log = structlog.get_logger(__name__)


class Collector(OutputChannel):
    """Keeps what the bot says until the turn is over."""

    def __init__(self, *, language: str) -> None:
        """Start empty; ``language`` is that of messages that do not say theirs."""
        self.language = language
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message of the bot whole: text, buttons and attachments are not split into several."""
        attachments = [*(message.get("attachments") or []), *([message["attachment"]] if message.get("attachment") else [])]
        buttons = [*(message.get("buttons") or []), *(message.get("quick_replies") or [])]
        if not (message.get("text") or attachments):
            _log.warning("reply.was_empty", conversation=recipient_id, response=message.get("utter_action"))
            return
        self.messages.append(
            {
                "text": message.get("text") or "",
                "language": message.get(LANGUAGE_KEY) or self.language,
                "buttons": [{"title": button["title"], "payload": button["payload"]} for button in buttons],
                "attachments": attachments,
                "understood": message.get("understood") not in (False, "no"),
            }
        )


class LastAnswers:
    """The answer to the last message of each conversation, for a front door that ended before it had read it and asks again."""

    def __init__(self, *, kept: int = 10_000) -> None:
        """Keep those of the ``kept`` conversations that spoke last."""
        self._kept = kept
        self._answers: OrderedDict[str, tuple[int, dict[str, Any]]] = OrderedDict()

    def get(self, conversation: str, number: int | None) -> dict[str, Any] | None:
        """Return the answer to the message with this number, if it was the last one."""
        known, answer = self._answers.get(conversation, (None, None))
        return answer if number is not None and known == number else None

    def keep(self, conversation: str, number: int | None, answer: dict[str, Any]) -> None:
        """Keep the answer; a message without a number cannot be asked about again."""
        if number is None:
            return
        self._answers[conversation] = (number, answer)
        self._answers.move_to_end(conversation)
        if len(self._answers) > self._kept:
            self._answers.popitem(last=False)


async def take_turn(
    *, agent: Agent, conversation: str, text: str, language: str, payload: str | None, number: int | None, answers: LastAnswers
) -> dict[str, Any]:
    """Return the bot's answer to one message: ``messages`` (at least one) and the ``language`` of the turn.

    Args:
        text: What the customer typed; one that begins with a slash is plain text.
        language: The language of the conversation so far.
        payload: A pressed button's payload, which Rasa obeys; None when the text was typed.
        number: The message's number in its conversation. To the same message again the same answer is given, and nothing is done twice.
        answers: Where the answers given so far are kept.

    Raises:
        BotError: The conversation could not be read or stored; nothing of the turn is remembered.
    """
    collector = Collector(language=language)
    message = UserMessage(
        payload if payload is not None else body_of(text),
        collector,
        conversation,
        input_channel=CHANNEL,
        metadata={LANGUAGE_KEY: language, IS_PAYLOAD: payload is not None},
    )
    async with agent.lock_store.lock(conversation):
        given = answers.get(conversation, number)
        if given is not None:
            _log.info("turn.repeated", conversation=conversation)
            return given
        processor: MessageProcessor = agent.processor
        tracker = await processor.fetch_tracker_and_update_session(conversation, collector)
        await _understand(processor, message, tracker)
        collector.language = message.parse_data[LANGUAGE_KEY]
        served, left = ((message,), ()) if payload is not None else await _parts(processor, message, tracker)
        for one in served:
            await processor._handle_message_with_tracker(one, tracker)
            tracker = await processor.run_action_extract_slots(collector, tracker)
            await processor._run_prediction_loop(collector, tracker)
        if left:
            await _name_the_rest(collector, processor.nlg, tracker, left)
        if not collector.messages:
            await _break_silence(collector, processor.nlg, tracker)
        await processor.save_tracker(tracker)
        answer = {"messages": collector.messages, "language": collector.language}
        answers.keep(conversation, number, answer)
    return answer


async def _understand(processor: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker) -> None:
    """Parse the message, and make sure its language is known to actions and responses, a button's too.

    Not by ``parse_message``: all it adds is for retrieval intents, and a warning about the training data.
    """
    parsed = processor._parse_message_with_graph(message, tracker)
    parsed[LANGUAGE_KEY] = language_of(parse_data=parsed, metadata=message.metadata)
    message.parse_data = parsed


async def _parts(
    processor: MessageProcessor, message: UserMessage, tracker: DialogueStateTracker
) -> tuple[tuple[UserMessage, ...], tuple[str, ...]]:
    """Return the messages to answer one after the other, and the texts of the requests that are only named.

    A message of several requests becomes several; what is being collected takes every message as it is.
    """
    texts = split(message.text) if not tracker.get_slot(_TASK) else (message.text,)
    if len(texts) < 2:
        return (message,), ()
    messages = []
    for text in texts:
        one = UserMessage(text, message.output_channel, message.sender_id, input_channel=CHANNEL, metadata=message.metadata)
        await _understand(processor, one, tracker)
        messages.append(one)
    parts = [_part(one) for one in messages]
    chosen = choose(_part(message), parts)
    if chosen is None:
        return (message,), ()
    _log.info("message.taken_apart", conversation=tracker.sender_id, served=len(chosen.parts), left=len(chosen.left))
    return tuple(messages[parts.index(part)] for part in chosen.parts), chosen.left


def _part(message: UserMessage) -> Part:
    parsed = message.parse_data
    found: dict[str, tuple[str, ...]] = {}
    for entity in parsed.get("entities") or ():
        found[entity["entity"]] = (*found.get(entity["entity"], ()), str(entity["value"]))
    intent = parsed.get("intent") or {}
    return Part(str(message.text), str(intent.get("name") or ""), float(intent.get("confidence") or 0.0), found)


async def _name_the_rest(collector: Collector, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker, left: tuple[str, ...]) -> None:
    """Name the requests of the message that were not answered, so that none is lost silently."""
    draft = await nlg.generate(_LEFT, tracker, CHANNEL, lines="\n".join(f"- {text}" for text in left))
    if draft:
        await collector.send_response(tracker.sender_id, draft)


async def _break_silence(collector: Collector, nlg: NaturalLanguageGenerator, tracker: DialogueStateTracker) -> None:
    """Say that it cannot be done now, where no rule led to an answer."""
    _log.error("turn.stayed_silent", conversation=tracker.sender_id, intent=tracker.latest_message.intent_name)
    draft = await nlg.generate(UNAVAILABLE, tracker, CHANNEL)
    if draft:
        await collector.send_response(tracker.sender_id, draft)
