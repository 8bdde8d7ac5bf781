"""Several turns of a talk: picks actions by the repository's own rules and carries the slots from turn to turn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

import actions.account
import actions.billing
import actions.dialogue
import actions.handover
import actions.subscriptions
import actions.support
import actions.task_actions  # noqa: F401 -- an action is found once its module is imported
from actions.base import action_named
from bot.billing.model import CommerceKind
from bot.conversations.model import Conversation, Reply, Sender
from bot.support.model import Ticket
from tests.builders import subscription
from tests.unit.actions.conftest import Stage, Told

_RULES = Path(__file__).parents[3] / "data" / "rules"


@lru_cache(maxsize=1)
def _rules() -> tuple[dict[str, str], dict[str, str]]:
    """Return the action of each intent: at any time, and while a task waits."""
    always: dict[str, str] = {}
    during: dict[str, str] = {}
    for path in sorted(_RULES.glob("*.yml")):
        for rule in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["rules"]:
            asked, done = rule["steps"]
            (during if "condition" in rule else always)[asked["intent"]] = done["action"]
    return always, {**always, **during}


@dataclass
class Talk:
    """A talk of one visitor.

    Attributes:
        slots: The dialogue's memory as Rasa keeps it between turns.
    """

    stage: Stage
    language: str = "en"
    slots: dict[str, Any] = field(default_factory=dict)

    async def says(self, text: str, intent: str = "inform", **entities: str | tuple[str, ...]) -> Told:
        """Send a message that was understood as ``intent`` with ``entities`` in it."""
        always, during = _rules()
        action = action_named((during if self.slots.get("task") else always)[intent])
        assert action is not None, f"no action of actions/ answers {intent}"
        self.stage.services.conversations.take_message(
            conversation_id=self.stage.conversation_id,
            text=text,
            now=self.stage.services.now(),
            holder="test",
            client_id=None,
            payload=None,
        )
        told = await self.stage.tell(action(), entities=entities, slots=self.slots, language=self.language, text=text, intent=intent)
        self.slots.update(told.slots)
        with self.stage.services.conversation_store.begin() as tx:
            tx.end_turn(conversation_id=self.stage.conversation_id, holder="test")
            for spoken in told.texts:
                tx.append(
                    conversation_id=self.stage.conversation_id,
                    reply=Reply(Sender.BOT, spoken, self.language),
                    at=self.stage.services.now(),
                )
        return told

    @property
    def waits(self) -> bool:
        """Whether something is being collected."""
        return bool(self.slots.get("task"))

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        return self.stage.services.conversations.tickets()

    @property
    def ticket(self) -> Ticket:
        """The only ticket."""
        (ticket,) = self.tickets
        return ticket

    @property
    def conversation(self) -> Conversation:
        return self.stage.services.conversations.get(conversation_id=self.stage.conversation_id)


def read(told: Told) -> str:
    """Return all that the customer reads, in one line."""
    return re.sub(r"\s+", " ", " ".join(told.texts))


def stocked(stage: Stage) -> Stage:
    """Put three subscriptions into the ledger: one bound to its term, a legacy one, and one within its seven days."""
    nce = subscription(stage.customer_id, "sub-e3", product="Microsoft 365 E3", quantity=10)
    bound = replace(nce, bought_on=date(2025, 6, 1), started_on=date(2025, 6, 1), ends_on=date(2026, 6, 1))
    visio = subscription(stage.customer_id, "sub-visio", product="Visio Plan 2", quantity=5)
    legacy = replace(visio, commerce=CommerceKind.LEGACY, started_on=date(2025, 9, 1), ends_on=date(2026, 9, 1))
    bi = subscription(stage.customer_id, "sub-bi", product="Power BI Pro", quantity=4)
    fresh = replace(bi, bought_on=date(2026, 3, 6), started_on=date(2026, 3, 6), ends_on=date(2027, 3, 6))
    with stage.store.ledger.begin() as tx:
        for item in (bound, legacy, fresh):
            tx.save_subscription(item)
    return stage
