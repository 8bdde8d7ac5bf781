"""What is being collected over several turns: the state of a task, and what every kind of task has to know."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from actions.turn import Turn
from bot.conversations.model import Button
from bot.support.model import TicketKind

CONFIRM = "confirm"
"""What ``Task.awaiting`` is while a yes or no to the whole is waited for."""
IDENTITY = "identity"
"""What ``Task.awaiting`` is while the visitor has not been identified yet."""
CHOICE = "choice"
"""Entity that the button of a choice carries."""
UNKNOWN = "-"
"""The value of a field that the customer does not know or has nothing to say about."""


class Unfit(Exception):
    """An answer names something that cannot be taken.

    Attributes:
        response: What tells the customer why.
        values: Its values.
    """

    def __init__(self, response: str, **values: str) -> None:
        super().__init__(response)
        self.response = response
        self.values = values


@dataclass(frozen=True, slots=True)
class Task:
    """A task under way, as it stands in the slot ``task``.

    Attributes:
        fields: What has been collected, text by name of the field.
        awaiting: The field asked for last, or ``CONFIRM`` or ``IDENTITY``.
        asked: How many times in a row that was asked without an answer that fits.
    """

    kind: str
    fields: Mapping[str, str] = field(default_factory=dict)
    awaiting: str = IDENTITY
    asked: int = 0

    def given(self, found: Mapping[str, str]) -> Task:
        """Return the task with more fields filled in."""
        return replace(self, fields={**self.fields, **found})

    def get(self, name: str) -> str:
        """Return the value of a field; empty when there is none yet, or the customer does not know."""
        value = self.fields.get(name, "")
        return "" if value == UNKNOWN else value

    def dump(self) -> str:
        """Return the text for the slot."""
        return json.dumps(
            {"kind": self.kind, "fields": dict(self.fields), "awaiting": self.awaiting, "asked": self.asked}, ensure_ascii=False
        )

    @staticmethod
    def load(content: str) -> Task:
        """Return the task that ``dump`` wrote."""
        found = json.loads(content)
        return Task(found["kind"], found["fields"], found["awaiting"], found["asked"])


def done_before(turn: Turn) -> Task | None:
    """Return the request recorded last in this conversation, with its ``ticket`` among the fields; None when there is none."""
    content = turn.slots.get("done")
    return Task.load(content) if content else None


@dataclass(frozen=True, slots=True)
class Heard:
    """One message as a kind of task reads it.

    Attributes:
        turn: The turn it came in.
        text: What was typed; empty for a pressed button.
        answer: Whether it says yes or no to what was asked; None when neither.
    """

    turn: Turn
    text: str
    answer: bool | None = None


class Kind(ABC):
    """A kind of task: which fields it needs, how they are read, and what is said and asked."""

    name: ClassVar[str]
    ticket: ClassVar[TicketKind]
    free: ClassVar[frozenset[str]] = frozenset()
    """Fields that take any text."""
    optional: ClassVar[frozenset[str]] = frozenset()
    """Fields that "I do not know" answers."""
    cancels: ClassVar[bool] = False
    """Whether "cancel it" means to go on with the task."""

    about: ClassVar[tuple[str, ...]] = ()
    """Topics of the articles that answer questions about it; empty means all."""
    near: ClassVar[frozenset[str]] = frozenset()
    """Names of the articles that a question about it is answered from; empty means any about those topics."""
    never_asks: ClassVar[frozenset[str]] = frozenset()
    """Fields of free text for which a question is no answer."""

    @abstractmethod
    def begin(self, heard: Heard, task: Task) -> dict[str, str]:
        """Return the fields that the first message holds already."""

    @abstractmethod
    def read(self, heard: Heard, task: Task, name: str) -> dict[str, str]:
        """Return the fields that an answer to the question for ``name`` gives; empty when it does not fit. Raises: Unfit."""

    def correct(self, heard: Heard, task: Task) -> dict[str, str]:
        """Return the fields that a message gives anew; empty when it gives none. Raises: Unfit."""
        return {}

    def add(self, heard: Heard, task: Task) -> dict[str, str]:
        """Return the fields that further words at the confirmation complete; empty when the kind takes none."""
        return {}

    def refuse(self, turn: Turn, task: Task) -> bool:
        """Say why the task cannot be gone on with and return True; False when it can."""
        return False

    @abstractmethod
    def missing(self, turn: Turn, task: Task) -> str | None:
        """Return the field to ask for next, or None when nothing is missing."""

    def remark(self, turn: Turn, task: Task) -> None:  # noqa: B027 -- most kinds have nothing to say
        """Say what has to be known before the confirmation; nothing by default."""

    def article(self, turn: Turn, task: Task) -> str | None:
        """Return the name of the article that is told when none answers a question about the task; None for none."""
        return None

    def is_free(self, name: str) -> bool:
        """Return whether any text answers the question for the field."""
        return name in self.free

    def is_plain_answer(self, turn: Turn, task: Task, text: str) -> bool:
        """Return whether ``text`` answers what the task awaits, whatever it is understood as."""
        return False

    def ask(self, turn: Turn, task: Task) -> None:
        """Ask for what the task awaits."""
        turn.say(f"utter_task_ask_{self.name}_{task.awaiting}", **self.question_values(turn, task, task.awaiting))

    def buttons(self, turn: Turn, task: Task) -> tuple[Button, ...]:
        """Return the choices of the question that is waited for; none by default."""
        return ()

    def question(self, turn: Turn, task: Task) -> str:
        """Return that question as a part of a sentence."""
        return turn.phrase(f"utter_task_ask_{self.name}_{task.awaiting}", **self.question_values(turn, task, task.awaiting))

    def prepared(self, turn: Turn, task: Task) -> Task:
        """Return the task with what has to be worked out before a yes to the whole is asked for; as it is by default."""
        return task

    def confirm(self, turn: Turn, task: Task) -> None:
        """Repeat the task back and ask for a yes."""
        turn.say(f"utter_task_confirm_{self.name}", **self.summary(turn, task))

    def is_binding(self, task: Task) -> bool:
        """Return whether a yes costs money, so that all is repeated before it when something came between."""
        return False

    def finish(self, turn: Turn, task: Task) -> str | None:
        """Record the task in the kind's own way and return the number of its ticket.

        None leaves it to the common way; an empty text says that something has to be told anew before it can be recorded.
        """
        return None

    def declined(self, turn: Turn, task: Task) -> bool:
        """Say what a no means for the kind and return True; False for the common answer."""
        return False

    def asks_yes_no(self, name: str) -> bool:
        """Return whether the question for the field is to be answered with yes or no."""
        return False

    def question_values(self, turn: Turn, task: Task, name: str) -> dict[str, str]:
        """Return the values of the question for a field."""
        return {}

    def recorded(self, turn: Turn, task: Task) -> None:  # noqa: B027 -- most kinds have nothing to add
        """Do and say what follows from the request once it is recorded; nothing by default."""

    @abstractmethod
    def summary(self, turn: Turn, task: Task) -> dict[str, str]:
        """Return the values of the sentences that repeat the task back and tell that it is recorded."""

    @abstractmethod
    def details(self, turn: Turn, task: Task) -> tuple[tuple[str, str], ...]:
        """Return the lines of the ticket: name of a detail and its text, in order."""
