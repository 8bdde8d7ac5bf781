"""The actions that start a task; what follows is the same for all and stands in ``tasks``."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from types import MappingProxyType

from actions.articles import tell_article
from actions.base import ClearlineAction, Turn
from actions.billing import ActionSendInvoiceCopy
from actions.task_kinds import KINDS
from actions.tasks import begin
from bot.shared.text import fold
from bot.support.answers import asks_when

_LINK = re.compile(r"\b(?:links?|pdf|file|document|attachment|url|hivatkozas\w*|fajl\w*|dokumentum\w*|mellekl\w*)\b")
# What is said between two questions of a task; the words are those of every other time.
_ASIDES = MappingProxyType(
    {
        "greet": "utter_greet_again",
        "thank": "utter_thank_meanwhile",
        "goodbye": "utter_goodbye",
        "ask_help": "utter_help",
        "bot_challenge": "utter_bot_challenge",
    }
)


class TaskAction(ClearlineAction, ABC):
    """Starts a task of one kind. Abstract, so that Rasa's loader does not take it for an action."""

    @property
    @abstractmethod
    def kind(self) -> str:
        """Name of the kind of task."""

    def answer(self, turn: Turn) -> None:
        """Collect what the message says and ask for the rest."""
        begin(turn, self.kind)


class ActionTaskChangeSeats(TaskAction):
    """More or fewer licences."""

    action_name = "action_task_change_seats"
    kind = "change_seats"


class ActionTaskCancelSubscription(TaskAction):
    """Ending a subscription."""

    action_name = "action_task_cancel_subscription"
    kind = "cancel_subscription"


class ActionTaskChangeRenewal(TaskAction):
    """Automatic renewal off or on."""

    action_name = "action_task_change_renewal"
    kind = "change_renewal"


class InformingTaskAction(TaskAction, ABC):
    """A task about money that is on its way. Abstract, so that Rasa's loader does not take it for an action."""

    def answer(self, turn: Turn) -> None:
        """Tell when, if that is asked ("when would we see the credit?"), and collect nothing."""
        if not (asks_when(turn.text) and tell_article(turn, topics=KINDS[self.kind].about)):
            super().answer(turn)


class ActionTaskPromisePayment(TaskAction):
    """A promise to pay by a day."""

    action_name = "action_task_promise_payment"
    kind = "promise_payment"


class ActionTaskPaymentExtension(TaskAction):
    """More time or instalments."""

    action_name = "action_task_payment_extension"
    kind = "payment_extension"


class ActionTaskChangeBillingDetails(TaskAction):
    """Other billing details."""

    action_name = "action_task_change_billing_details"
    kind = "change_billing_details"


class ActionTaskPaymentProblem(InformingTaskAction):
    """A payment that went wrong."""

    action_name = "action_task_payment_problem"
    kind = "payment_problem"


class ActionTaskRefund(InformingTaskAction):
    """Money back."""

    action_name = "action_task_refund"
    kind = "refund"


class ActionTaskTechnicalProblem(TaskAction):
    """Something does not work."""

    action_name = "action_task_technical_problem"
    kind = "technical_problem"

    def answer(self, turn: Turn) -> None:
        """Give a fresh link where the one just given does not open; else collect what a technician has to know."""
        if turn.slots.get("topic") == ActionSendInvoiceCopy.action_name and _LINK.search(fold(turn.text)):
            ActionSendInvoiceCopy().answer(turn)
        else:
            super().answer(turn)


class ActionTaskAside(ClearlineAction):
    """A greeting, thanks or a question about the bot while a task waits."""

    action_name = "action_task_aside"

    def answer(self, turn: Turn) -> None:
        """Answer in a sentence; the task's question follows it."""
        turn.say(_ASIDES.get(turn.intent, "utter_thank_meanwhile"))
