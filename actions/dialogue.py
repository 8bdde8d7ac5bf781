"""What keeps a talk going: elliptical follow-ups, bare values, yes and no, and not understanding."""

from __future__ import annotations

from dataclasses import replace

from actions.account import ActionIdentify, parked_question, take_identification
from actions.base import AWAITED, ClearlineAction, Turn
from actions.billing import (
    ActionExplainInvoice,
    ActionListInvoices,
    ActionSendInvoiceCopy,
    ActionTellDueDate,
    ActionTellInvoice,
    ActionTellOpenBalance,
    ActionTellPaymentStatus,
)
from actions.handover import hand_over
from actions.subscriptions import ActionListSubscriptions, ActionTellRenewal
from actions.support import ActionTellTicket
from bot.shared.text import fold
from bot.support.model import HandoverReason

_REPEATABLE: dict[str, type[ClearlineAction]] = {
    action.action_name: action
    for action in (
        ActionTellInvoice,
        ActionListInvoices,
        ActionExplainInvoice,
        ActionTellDueDate,
        ActionTellPaymentStatus,
        ActionSendInvoiceCopy,
        ActionTellOpenBalance,
        ActionListSubscriptions,
        ActionTellRenewal,
        ActionTellTicket,
    )
}
_SHAPED = frozenset({"invoice_number", "period", "which", "product", "ticket_number"})
_ASKED_FOR = {"en": ("english", "angol"), "hu": ("hungarian", "magyar")}


class ActionFollowUp(ClearlineAction):
    """The same question about another thing, as in "and the previous one?"."""

    action_name = "action_follow_up"

    def answer(self, turn: Turn) -> None:
        """Repeat the last question for what is named now."""
        if not take_identification(turn):
            _repeat(turn, str(turn.slots.get("topic") or ""))


class ActionTakeInformation(ClearlineAction):
    """A bare value: a code, a customer number, an invoice or ticket number."""

    action_name = "action_take_information"

    def answer(self, turn: Turn) -> None:
        """Use the value for what it is; a right code also answers the question that waited for it."""
        was_known = turn.conversation.customer_id is not None
        if take_identification(turn):
            del turn.conversation
            if not was_known and turn.conversation.customer_id is not None:
                _answer_parked(turn)
            return
        if turn.entity("ticket_number"):
            ActionTellTicket().carry_out(turn)
        elif turn.entities.keys() & _SHAPED:
            _repeat(turn, str(turn.slots.get("topic") or ""))
        elif was_known and turn.entity("customer_number"):
            turn.say("utter_identified_already")
        else:
            not_understood(turn)


class ActionAffirm(ClearlineAction):
    """Yes, to whatever was offered last."""

    action_name = "action_affirm"

    def answer(self, turn: Turn) -> None:
        """Do what was offered; without an offer, ask what is wanted."""
        match turn.slots.get("offered"):
            case "agent":
                hand_over(turn, reason=HandoverReason.ASKED)
            case offered if offered == AWAITED:
                ActionIdentify().answer(turn)
            case _:
                turn.say("utter_what_next")


class ActionDeny(ClearlineAction):
    """No, to whatever was offered last."""

    action_name = "action_deny"

    def answer(self, turn: Turn) -> None:
        """Drop the offer."""
        turn.say("utter_no_then")


class ActionSwitchLanguage(ClearlineAction):
    """The customer wants to go on in another language."""

    action_name = "action_switch_language"

    def answer(self, turn: Turn) -> None:
        """Confirm in the language asked for; from then on the customer's own language is followed."""
        text = fold(turn.text)
        wanted = next((language for language, words in _ASKED_FOR.items() if any(word in text for word in words)), turn.language)
        replace(turn, language=wanted).say("utter_language_switched")


class ActionNotUnderstood(ClearlineAction):
    """Nothing fits: say so, offer what can be done; the second time in a row a person takes over."""

    action_name = "action_not_understood"

    def answer(self, turn: Turn) -> None:
        """Ask again or hand over."""
        if not take_identification(turn):
            not_understood(turn)


def not_understood(turn: Turn) -> None:
    """Say that it was not understood; the second time in a row hand over to a person."""
    if turn.conversation.misunderstandings >= 1:
        turn.say("utter_not_understood_again")
        hand_over(turn, reason=HandoverReason.NOT_UNDERSTOOD)
        return
    turn.remember(offered="agent")
    turn.say("utter_not_understood")


def _repeat(turn: Turn, topic: str) -> None:
    if topic in _REPEATABLE:
        _REPEATABLE[topic]().carry_out(turn)
    elif turn.entities.keys() & {"invoice_number", "period", "which"}:
        ActionTellInvoice().carry_out(turn)
    elif turn.entity("product"):
        ActionListSubscriptions().carry_out(turn)
    else:
        not_understood(turn)


def _answer_parked(turn: Turn) -> None:
    parked = parked_question(turn)
    turn.remember(parked=None)
    if parked is not None and parked[0] in _REPEATABLE:
        action, entities = parked
        turn.entities = entities
        _REPEATABLE[action]().carry_out(turn)
