"""What keeps a talk going: elliptical follow-ups, bare values, yes and no, and not understanding."""

from __future__ import annotations

from actions.account import parked_question, take_identification
from actions.base import AWAITED, ClearlineAction, Turn, action_named
from actions.billing import (
    ActionExplainInvoice,
    ActionListInvoices,
    ActionSendInvoiceCopy,
    ActionTellDueDate,
    ActionTellInvoice,
    ActionTellOpenBalance,
    ActionTellPaymentStatus,
)
from actions.fallback import not_understood
from actions.handover import hand_over
from actions.knowledge import ActionTellCancellationTerms, ActionTellRenewalPrice
from actions.overdue import ActionRestoreAccess, ActionTellLatePayment, ActionTellSuspension
from actions.subscriptions import ActionListSubscriptions, ActionTellRenewal
from actions.support import ActionTellHours, ActionTellTicket
from actions.task_actions import ActionTaskChangeBillingDetails
from bot.nlu.wishes import language_asked_for
from bot.support.answers import asks_for_one, asks_the_same, is_bare, is_question, is_request
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
        ActionTellHours,
        ActionTellLatePayment,
        ActionTellSuspension,
        ActionRestoreAccess,
        ActionTellCancellationTerms,
        ActionTellRenewalPrice,
    )
}
_UNCLEAR = "nlu_fallback"
# A message with one of our numbers in it is about that, though it seems to be none of our business.
_DOUBTFUL = frozenset({_UNCLEAR, "out_of_scope"})
_SHAPED = frozenset({"invoice_number", "date", "period", "which", "product", "ticket_number"})


class ActionFollowUp(ClearlineAction):
    """The same question about another thing, as in "and the previous one?"."""

    action_name = "action_follow_up"

    def answer(self, turn: Turn) -> None:
        """Repeat the last question for what is named now."""
        if not identify(turn):
            _repeat(turn, str(turn.slots.get("topic") or ""))


class ActionTakeInformation(ClearlineAction):
    """A bare value: a code, a customer number, an invoice or ticket number."""

    action_name = "action_take_information"

    def answer(self, turn: Turn) -> None:
        """Use the value for what it is; a right code also answers the question that waited for it."""
        was_known = turn.conversation.customer_id is not None
        if identify(turn):
            return
        if turn.entity("ticket_number"):
            ActionTellTicket().carry_out(turn)
        elif turn.entity("tax_number") and turn.is_typed:
            ActionTaskChangeBillingDetails().answer(turn)
        elif turn.entities.keys() & _SHAPED:
            _repeat(turn, str(turn.slots.get("topic") or ""))
        elif was_known and turn.entity("customer_number"):
            turn.say("utter_identified_already")
        else:
            not_understood(turn)


class ActionIdentify(ClearlineAction):
    """Begin to identify the visitor, or say that it is done already."""

    action_name = "action_identify"

    def answer(self, turn: Turn) -> None:
        """Start with the customer number if there is one in the message; else ask for it."""
        if turn.conversation.customer_id is not None:
            turn.say("utter_identified_already")
        elif not identify(turn):
            turn.remember(offered=AWAITED)
            turn.say("utter_identify_ask_number")


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
            case offered if offered in _REPEATABLE:
                _REPEATABLE[offered]().carry_out(turn)
            case _:
                turn.say("utter_what_next")


class ActionDeny(ClearlineAction):
    """No, to whatever was offered last."""

    action_name = "action_deny"

    def answer(self, turn: Turn) -> None:
        """Drop the offer; a no that goes on after a message that was not understood is another try at that."""
        if turn.conversation.misunderstandings and turn.is_typed and not is_bare(turn.text):
            not_understood(turn)
        else:
            turn.say("utter_no_then")


class ActionSwitchLanguage(ClearlineAction):
    """The customer wants to go on in another language."""

    action_name = "action_switch_language"

    def answer(self, turn: Turn) -> None:
        """Confirm in the language asked for; from then on the customer's own language is followed."""
        # What is still being asked is asked again in that language, too.
        turn.language = language_asked_for(turn.text) or turn.language
        turn.say("utter_language_switched")


class ActionNotUnderstood(ClearlineAction):
    """Nothing fits: say so, offer what can be done; the second time in a row a person takes over."""

    action_name = "action_not_understood"

    def answer(self, turn: Turn) -> None:
        """Ask again or hand over."""
        if identify(turn):
            return
        # What exactly is asked is unclear, but not about which document: telling about it helps more than asking back.
        if turn.intent in _DOUBTFUL and turn.entity("ticket_number"):
            ActionTellTicket().carry_out(turn)
        elif turn.entity("invoice_number") and (turn.intent in _DOUBTFUL or is_request(turn.text)):
            # "I would like one of that as well" is about another document, not about another question.
            topic = ActionSendInvoiceCopy.action_name if asks_for_one(turn.text) else str(turn.slots.get("topic") or "")
            (
                _REPEATABLE[topic] if topic in _REPEATABLE and (asks_the_same(turn.text) or asks_for_one(turn.text)) else ActionTellInvoice
            )().carry_out(turn)
        elif turn.intent == _UNCLEAR and turn.slots.get("topic") == ActionTellCancellationTerms.action_name and is_question(turn.text):
            ActionTellCancellationTerms().carry_out(turn)
        else:
            not_understood(turn)


def _repeat(turn: Turn, topic: str) -> None:
    if topic == ActionTellOpenBalance.action_name and turn.entities.keys() & {"invoice_number", "period", "which"}:
        ActionTellInvoice().carry_out(turn)
    elif topic in _REPEATABLE:
        _REPEATABLE[topic]().carry_out(turn)
    elif turn.entities.keys() & {"invoice_number", "period", "which"}:
        ActionTellInvoice().carry_out(turn)
    elif turn.entity("product"):
        ActionListSubscriptions().carry_out(turn)
    else:
        not_understood(turn)


def identify(turn: Turn) -> bool:
    """Use a customer number or code in the message; a right code also answers the question that waited for it.

    Returns:
        Whether there was one to use, so that the message needs no other answer.
    """
    if not take_identification(turn):
        return False
    if turn.conversation.customer_id is not None:
        _answer_parked(turn)
    return True


def _answer_parked(turn: Turn) -> None:
    parked = parked_question(turn)
    turn.remember(parked=None)
    action = action_named(parked[0]) if parked is not None else None
    if parked is not None and action is not None:
        turn.entities = parked[1]
        action().carry_out(turn)
