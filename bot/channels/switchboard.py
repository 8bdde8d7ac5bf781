"""The one way a customer's message gets an answer: store it, ask who speaks, ask the engine when it is the bot's turn."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.channels.texts import ENGINE_TEXT, clean
from bot.conversations.cases import solved_in
from bot.conversations.leads import consent_in
from bot.conversations.model import Conversation, Message, Reply, Sender, Speaker
from bot.conversations.ratings import is_rating
from bot.conversations.service import Taken
from bot.engine.client import EngineTurn
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import InvalidInput, Unavailable
from bot.shared.ids import ConversationId
from bot.shared.masking import CARD, mask
from bot.support.model import HandoverReason, TicketKind

_LOG = structlog.get_logger(__name__)
# The titles of the two buttons are shorter.
_LONGEST_TYPED_ANSWER = 40
_AGENT_PAYLOAD = "/request_agent"
_SIX_DIGITS = re.compile(r"(?<![0-9])[0-9]{3}[ -]?[0-9]{3}(?![0-9])")
_TURN_POLL_SECONDS = 0.03
_TURN_WAIT_SECONDS = 30.0


class UnknownButton(InvalidInput):
    """The payload belongs to no button that was offered in this conversation."""


class Engine(Protocol):
    """Understands and answers one message."""

    async def ask(
        self, *, conversation_id: str, text: str, language: str, payload: str | None = None, number: int | None = None
    ) -> EngineTurn:
        """Return the answer; to the same message (``number`` in its conversation) the same. Raises: Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a message: who speaks now, and what was said to the customer (in order, may be empty)."""

    speaker: Speaker
    messages: tuple[Message, ...]


class Switchboard:
    """Takes messages from every channel, one turn at a time for each conversation."""

    def __init__(self, *, services: Services, engine: Engine, name: str | None = None) -> None:
        """Stand between channels and engine.

        Args:
            name: Of this front door, the same after a restart, so that it goes on with turns that its own end cut off
                instead of waiting for them; a random one when None.
        """
        self._services = services
        self._engine = engine
        self._own_accounts = frozenset(account.iban for account in services.partner.bank_accounts)
        self._holder = name or secrets.token_hex(8)
        # A lock lives as long as someone waits for it; asyncio locks are fair, so messages keep their order.
        self._locks: WeakValueDictionary[ConversationId, asyncio.Lock] = WeakValueDictionary()

    async def on_customer_message(
        self, *, conversation_id: ConversationId, text: str, client_id: str | None = None, payload: str | None = None
    ) -> Answered:
        """Store what the customer sent and return the answer.

        A text that equals the payload of a button offered in this conversation counts as that button; any other text
        is plain text, whatever it begins with. A repeat (same ``client_id``) is answered with what was answered before.

        Raises:
            EmptyText, TextTooLong: The text cannot be used.
            UnknownButton: ``payload`` was never offered here.
            ConversationNotFound: There is no such conversation.
        """
        # Card and account numbers are masked before anything is stored, logged or understood.
        masked = mask(clean(text or payload or ""), self._own_accounts)
        cleaned = masked.text
        payload = await self._checked_payload(conversation_id, cleaned, payload)
        lock = self._locks.setdefault(conversation_id, asyncio.Lock())
        async with lock:
            if payload is not None and is_rating(payload):
                return await self._rated(conversation_id, cleaned, payload, client_id)
            if (case := await self._about_case(conversation_id, cleaned, payload)) is not None:
                return await self._told_of_case(conversation_id, cleaned, case, client_id)
            if (lead := await self._about_lead(conversation_id, cleaned, payload)) is not None:
                return await self._told_of_lead(conversation_id, cleaned, lead, client_id)
            taken = await in_thread(
                self._services.conversations.take_message,
                conversation_id=conversation_id,
                text=cleaned,
                now=self._services.now(),
                holder=self._holder,
                client_id=client_id,
                payload=payload,
            )
            if payload is None and not taken.is_repeat:
                await in_thread(self._services.leads.listen, conversation=taken.conversation, text=cleaned, now=self._services.now())
            if taken.answers:
                return Answered(taken.conversation.speaker, taken.answers)
            if taken.conversation.speaker is not Speaker.BOT:
                return Answered(taken.conversation.speaker, ())
            if not taken.has_turn and not await self._wait_for_turn(taken):
                return await self._answered_elsewhere(taken)
            return await self._bot_turn(taken, payload, masked=masked.kinds)

    async def _rated(self, conversation_id: ConversationId, text: str, payload: str, client_id: str | None) -> Answered:
        """Store how satisfied the customer was; whoever speaks, it is no question to them."""
        conversation = await in_thread(self._services.conversations.get, conversation_id=conversation_id)
        said = await in_thread(
            self._services.ratings.answer,
            conversation=conversation,
            payload=payload,
            text=text,
            thanks=self._services.phrases.say("utter_rating_thanks", conversation.language).text,
            client_id=client_id,
            now=self._services.now(),
        )
        return Answered(conversation.speaker, said)

    async def _about_case(self, conversation_id: ConversationId, text: str, payload: str | None) -> str | None:
        """Return the payload that answers whether a case at Microsoft is solved, pressed or typed; None for anything else."""
        if payload is not None:
            return payload if solved_in(payload) is not None else None
        conversation = await in_thread(self._services.conversations.get, conversation_id=conversation_id)
        return await in_thread(self._services.case_answers.typed, conversation=conversation, text=text)

    async def _told_of_case(self, conversation_id: ConversationId, text: str, payload: str, client_id: str | None) -> Answered:
        """Take the customer's word whether a case is solved; whoever speaks, it is no question to them."""
        conversation = await in_thread(self._services.conversations.get, conversation_id=conversation_id)
        said = await in_thread(
            self._services.case_answers.answer,
            conversation=conversation,
            payload=payload,
            text=text,
            client_id=client_id,
            now=self._services.now(),
        )
        return Answered(conversation.speaker, said)

    async def _about_lead(self, conversation_id: ConversationId, text: str, payload: str | None) -> str | None:
        """Return the payload that answers whether a colleague may write about a need, pressed or typed; None for anything else."""
        if payload is not None:
            return payload if consent_in(payload) is not None else None
        if len(text) > _LONGEST_TYPED_ANSWER:
            return None
        conversation = await in_thread(self._services.conversations.get, conversation_id=conversation_id)
        return await in_thread(self._services.leads.typed, conversation=conversation, text=text)

    async def _told_of_lead(self, conversation_id: ConversationId, text: str, payload: str, client_id: str | None) -> Answered:
        """Keep whether the customer agrees; whoever speaks, it is no question to them."""
        conversation = await in_thread(self._services.conversations.get, conversation_id=conversation_id)
        said = await in_thread(
            self._services.leads.answer,
            conversation=conversation,
            payload=payload,
            text=text,
            client_id=client_id,
            now=self._services.now(),
        )
        return Answered(conversation.speaker, said)

    async def _checked_payload(self, conversation_id: ConversationId, text: str, payload: str | None) -> str | None:
        if payload is None and not text.startswith("/"):
            return None
        offered = await in_thread(self._services.conversations.offered_payloads, conversation_id=conversation_id)
        if payload is not None and payload not in offered:
            raise UnknownButton("this button was not offered in this conversation; send the text instead")
        return payload or (text if text in offered else None)

    async def _wait_for_turn(self, taken: Taken) -> bool:
        """Wait until another front door has finished its turn; False when it answered this message, or the bot lost the floor."""
        for _ in range(int(_TURN_WAIT_SECONDS / _TURN_POLL_SECONDS)):
            await asyncio.sleep(_TURN_POLL_SECONDS)
            if await in_thread(
                self._services.conversations.try_turn, conversation_id=taken.conversation.id, holder=self._holder, now=self._services.now()
            ):
                answers = await in_thread(
                    self._services.conversations.answers_to, conversation_id=taken.conversation.id, seq=taken.message.seq
                )
                if not answers:
                    return True
                await in_thread(self._services.conversations.end_turn, conversation_id=taken.conversation.id, holder=self._holder)
                return False
            conversation = await in_thread(self._services.conversations.get, conversation_id=taken.conversation.id)
            if conversation.speaker is not Speaker.BOT:
                return False
        return False

    async def _answered_elsewhere(self, taken: Taken) -> Answered:
        conversation = await in_thread(self._services.conversations.get, conversation_id=taken.conversation.id)
        answers = await in_thread(self._services.conversations.answers_to, conversation_id=taken.conversation.id, seq=taken.message.seq)
        return Answered(conversation.speaker, answers)

    async def _bot_turn(self, taken: Taken, payload: str | None, *, masked: tuple[str, ...]) -> Answered:
        conversation = taken.conversation
        payload = payload or await self._typed_code(conversation, taken.message.text)
        try:
            turn = await self._engine.ask(
                conversation_id=conversation.id,
                text=taken.message.text[:ENGINE_TEXT],
                language=conversation.language,
                payload=payload,
                number=taken.message.seq,
            )
        except Unavailable:
            _LOG.warning("engine.unavailable", conversation=conversation.id)
            turn = EngineTurn(replies=(), language=conversation.language)
        understood = all(reply.understood for reply in turn.replies)
        if self._is_outage(turn):
            turn = EngineTurn(replies=(), language=turn.language)
        replies = tuple(
            Reply(Sender.BOT, reply.text, reply.language or turn.language, reply.buttons, reply.attachments) for reply in turn.replies
        )
        if not replies:
            replies = await self._without_engine(taken, payload)
        if masked:
            replies = (Reply(Sender.BOT, self._about_masked(masked, replies[-1].language), replies[-1].language), *replies)
        recorded = await in_thread(
            self._services.conversations.record_bot_replies,
            conversation_id=conversation.id,
            answers=taken.message.seq,
            replies=replies,
            holder=self._holder,
            now=self._services.now(),
            understood=understood,
            # That of the answer, not of the question: "could we go on in Hungarian?" is English.
            language=replies[-1].language,
        )
        if not recorded.messages:
            _LOG.info("answer.dropped", conversation=conversation.id, reason="claimed by an agent")
        return Answered(recorded.speaker, recorded.messages)

    def _about_masked(self, kinds: tuple[str, ...], language: str) -> str:
        """Return what is said about numbers that were masked; of a card also that it pays for nothing, where cards are not taken."""
        said = self._services.phrases.say("utter_masked", language).text
        methods = self._services.partner.payment_methods
        refused = [method.note.say(language) for method in methods if method.key == CARD and not method.accepted]
        return "\n".join([said, *refused]) if CARD in kinds else said

    async def _typed_code(self, conversation: Conversation, text: str) -> str | None:
        """Return the six digits of a message as what the engine takes for a code, while one is waited for; else None.

        However a code is wrapped in words, nothing else is meant while it is pending, so no guess of a model comes between.
        """
        digits = _SIX_DIGITS.search(text)
        if digits is None or conversation.customer_id is not None:
            return None
        if not await in_thread(self._services.identification.is_pending, conversation_id=conversation.id):
            return None
        return f'/inform{{"login_code": "{re.sub(r"[^0-9]", "", digits.group())}"}}'

    def _is_outage(self, turn: EngineTurn) -> bool:
        """Return whether all that came back is that nothing can be looked up: the engine is there, the actions are not."""
        return bool(turn.replies) and all(
            reply.text == self._services.phrases.say("utter_unavailable", reply.language).text for reply in turn.replies
        )

    async def _without_engine(self, taken: Taken, payload: str | None) -> tuple[Reply, ...]:
        """Return the front door's own answer when the engine or its actions are down: never silence, always a person."""
        language = taken.conversation.language
        offer = self._services.phrases.say("utter_unavailable", language)
        wants_agent = payload == _AGENT_PAYLOAD or taken.message.text.casefold() in {button.title.casefold() for button in offer.buttons}
        if not wants_agent:
            return (Reply(Sender.BOT, offer.text, language, offer.buttons),)
        now = self._services.now()
        promised = self._services.offering.answer_by(kind=TicketKind.BILLING, opened_at=now)
        ticket = await in_thread(
            self._services.conversations.ask_for_agent,
            conversation_id=taken.conversation.id,
            reason=HandoverReason.UNAVAILABLE,
            kind=TicketKind.BILLING,
            now=now,
            answer_by=promised,
        )
        said = self._services.phrases.say("utter_handover_short", language, {"ticket": ticket.number})
        return (Reply(Sender.BOT, said.text, language, said.buttons),)
