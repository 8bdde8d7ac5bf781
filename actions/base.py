"""What every action shares: who is asking, what was understood, and how failures are told."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, ClassVar

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.context import TELLS_RULES, change_done, instead, keeps_waiting, recall_done, take_back, times_said
from actions.guard import refuse_attempt
from actions.tasks import ALWAYS_THEMSELVES, come_back, take, waiting
from actions.turn import AWAITED, Turn
from bot.billing.service import NoInvoices
from bot.conversations.leads import consent_buttons
from bot.conversations.model import Speaker
from bot.conversations.service import NotIdentified
from bot.services import Services
from bot.shared.aio import in_thread
from bot.shared.errors import NotFound, Unavailable
from bot.shared.ids import ConversationId
from bot.shared.masking import masked_places
from bot.wiring import open_services, warm_up

_LOG = structlog.get_logger(__name__)
_LANGUAGES = ("en", "hu")


@lru_cache(maxsize=1)
def services() -> Services:
    """Return the services of this process, opened at first use (Rasa builds actions without arguments)."""
    opened = open_services()
    warm_up(opened)
    return opened


class ClearlineAction(Action, ABC):
    """Base of all actions. Abstract, so that Rasa's loader does not take it for an action."""

    action_name: ClassVar[str]
    topic: ClassVar[bool] = False
    """Whether "and the previous one?" may repeat this action for another thing."""

    def name(self) -> str:
        """Return the name under which the domain knows the action."""
        return self.action_name

    @abstractmethod
    def answer(self, turn: Turn) -> None:
        """Say the answer; called in a worker thread."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Answer and return the slots to set. Never raises: the customer always reads something."""
        turn = turn_of(dispatcher, tracker)
        await in_thread(self.take_turn, turn)
        self._vary(turn)
        await in_thread(self._guarded, turn, partial(self._ask_about_lead, turn))
        forgotten = {"offered": None} if turn.slots.get("offered") and "offered" not in turn.remembered else {}
        return [SlotSet(name, value) for name, value in {**turn.remembered, **forgotten}.items()]

    def take_turn(self, turn: Turn) -> None:
        """Give the message to whatever waits for it; else answer it, and come back to the task."""
        if self._guarded(turn, partial(self._taken, turn)):
            return
        name = instead(turn, self.action_name)
        meant = action_named(name) if name is not None else None
        (meant() if meant is not None else self).carry_out(turn)
        self._guarded(turn, partial(come_back, turn, self.action_name))

    def _ask_about_lead(self, turn: Turn) -> None:
        """Ask for consent to a need that the customer mentioned, once, and only while nothing else is asked or collected."""
        if waiting(turn) is not None or turn.remembered.get("offered") or turn.conversation.customer_id is None:
            return
        if self.action_name in ALWAYS_THEMSELVES or turn.conversation.speaker is not Speaker.BOT:
            return
        found = turn.services.leads.to_ask(customer_id=turn.customer_id, now=turn.now)
        if found is None:
            return
        lead, need = found
        buttons = consent_buttons(lead, (turn.phrase("utter_part_lead_yes"), turn.phrase("utter_part_lead_no")))
        turn.say_with_buttons("utter_lead_ask", words=lead.words, need=need.name.say(turn.language), buttons=buttons)

    def _taken(self, turn: Turn) -> bool:
        """Return whether the message was an attempt, a mere wait for the code, the wish to take a request back, or for the task."""
        if self.action_name not in ALWAYS_THEMSELVES and refuse_attempt(turn):
            come_back(turn, self.action_name)
            return True
        name = self.action_name
        return keeps_waiting(turn, name) or take_back(turn) or recall_done(turn) or change_done(turn, name) or take(turn, name)

    def carry_out(self, turn: Turn) -> None:
        """Answer the turn and map every failure to something the customer can read, once."""
        if self.topic:
            turn.remember(topic=self.action_name)
        self._guarded(turn, partial(self.answer, turn))

    def _vary(self, turn: Turn) -> None:
        """Say more in the place of the very same answer when it would be given again; after that, offer a person beside it."""
        times = times_said(turn)
        if not times or not turn.is_typed or waiting(turn) is not None:
            return
        # Whatever was answered, it is the articles that may say more.
        articles = action_named(TELLS_RULES) if times == 1 else None
        self._guarded(turn, partial((articles() if articles is not None else self).fuller, turn))

    def fuller(self, turn: Turn) -> None:
        """Add to an answer that was just given that this is all, and offer a person."""
        turn.remember(offered="agent")
        turn.say("utter_said_before")

    def _guarded(self, turn: Turn, act: Callable[[], bool | None]) -> bool:
        """Return whether ``act`` says that it has answered the message, or had to be excused."""
        try:
            return bool(act())
        except NotIdentified:
            turn.remember(parked=json.dumps({"action": self.action_name, "entities": {k: list(v) for k, v in turn.entities.items()}}))
            turn.remember(offered=AWAITED)
            turn.say("utter_identify_needed")
        except NoInvoices:
            turn.say("utter_no_invoices")
        except NotFound:
            turn.say("utter_not_found")
        except Unavailable:
            _LOG.warning("action.unavailable", action=self.action_name, conversation=turn.conversation_id)
            turn.say("utter_unavailable")
        except Exception:
            _LOG.exception("action.failed", action=self.action_name, conversation=turn.conversation_id)
            turn.say("utter_unavailable")
        return True


def turn_of(dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn:
    """Return the turn that Rasa's tracker describes; identity is not read from it."""
    message = tracker.latest_message or {}
    found: dict[str, list[str]] = {}
    starts: dict[str, list[int]] = {}
    masked = masked_places(str(message.get("text") or ""))
    for entity in sorted(message.get("entities") or (), key=lambda one: one.get("start") or 0):
        if any(start <= int(entity.get("start") or 0) < end for start, end in masked):
            # The last digits of an account are no invoice number.
            continue
        found.setdefault(str(entity["entity"]), []).append(str(entity["value"]))
        starts.setdefault(str(entity["entity"]), []).append(int(entity.get("start") or 0))
    spoken = message.get("language") or (message.get("metadata") or {}).get("language")
    return Turn(
        services=services(),
        dispatcher=dispatcher,
        conversation_id=ConversationId(tracker.sender_id),
        language=spoken if spoken in _LANGUAGES else "en",
        text=str(message.get("text") or ""),
        entities={name: tuple(values) for name, values in found.items()},
        starts={name: tuple(places) for name, places in starts.items()},
        slots=tracker.slots,
        intent=str((message.get("intent") or {}).get("name") or ""),
    )


def action_named(name: str) -> type[ClearlineAction] | None:
    """Return the action the domain knows as ``name``, or None when there is none."""
    found = list(ClearlineAction.__subclasses__())
    for one in found:
        found += one.__subclasses__()
    return next((one for one in found if getattr(one, "action_name", None) == name), None)


__all__ = ["AWAITED", "ClearlineAction", "Turn", "action_named", "services", "turn_of"]
