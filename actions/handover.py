"""Giving the conversation to a person."""

from __future__ import annotations

import json
import re

from actions.base import ClearlineAction, Turn
from bot.library.formats import show_datetime
from bot.shared.text import fold
from bot.staff.attendance import someone_answers
from bot.support.hours import state_at
from bot.support.model import HandoverReason, Ticket, TicketKind


class ActionHandOver(ClearlineAction):
    """The customer asked for a person."""

    action_name = "action_hand_over"

    def answer(self, turn: Turn) -> None:
        """Open a ticket, put the conversation into the queue and say what happens next."""
        hand_over(turn, reason=HandoverReason.ASKED)


_DISPUTES = re.compile(r"\bdisput|\bcontest|\bvitat|\bnem ismer(?:em|juk) el")


class ActionTakeComplaint(ClearlineAction):
    """The customer complains or is angry."""

    action_name = "action_take_complaint"

    def answer(self, turn: Turn) -> None:
        """Say sorry for the trouble, admitting nothing, and pass on to a person at once."""
        turn.say("utter_complaint_taken")
        self._hold_disputed(turn)
        hand_over(turn, reason=HandoverReason.COMPLAINT, kind=TicketKind.COMPLAINT)

    def _hold_disputed(self, turn: Turn) -> None:
        """Let the ladder of an invoice that is disputed stand still, where it is clear which, and say so."""
        if turn.conversation.customer_id is None or not _DISPUTES.search(fold(turn.text)):
            return
        number = turn.entity("invoice_number") or turn.slots.get("focus_invoice")
        unpaid = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today).invoices
        found = [item.invoice.number for item in unpaid if number in (None, item.invoice.number)]
        if len(found) == 1 and turn.services.overdue.dispute(customer_id=turn.customer_id, number=found[0], today=turn.today, now=turn.now):
            turn.say("utter_dispute_holds", number=found[0])


def hand_over(
    turn: Turn,
    *,
    reason: HandoverReason,
    kind: TicketKind = TicketKind.BILLING,
    first: str | None = None,
    languages: tuple[str, ...] | None = None,
) -> None:
    """Open the ticket, silence the bot, and tell number and time: by when, whether anybody is there, or when the desk opens.

    Args:
        first: A response to say before it.
        languages: The languages to say all of it in, one after the other; that of the turn when None.
    """
    offering = turn.services.offering
    promised = offering.answer_by(kind=kind, opened_at=turn.now)
    ticket = turn.services.conversations.ask_for_agent(
        conversation_id=turn.conversation_id, reason=reason, kind=kind, now=turn.now, answer_by=promised, about=_about(turn)
    )
    # The person takes over what was being collected, too.
    turn.remember(task=None)
    for language in languages or (turn.language,):
        spoken = turn.in_language(language)
        if first is not None:
            spoken.say(first)
        _tell_ticket(spoken, ticket)


def _tell_ticket(turn: Turn, ticket: Ticket) -> None:
    zone = turn.services.zone
    state = state_at(hours=turn.services.offering.hours, now=turn.now)
    by = show_datetime(ticket.answer_by, turn.language, zone=zone)
    if state.is_open or state.opens_at is None:
        is_there = someone_answers(turn.services.staff.list())
        turn.say("utter_handover_open" if is_there else "utter_handover_nobody", ticket=ticket.number, by=by)
    else:
        turn.say("utter_handover_closed", ticket=ticket.number, by=by, opens=show_datetime(state.opens_at, turn.language, zone=zone))


def _about(turn: Turn) -> tuple[tuple[str, str], ...]:
    """Return what the person who takes over is told about: the invoice talked about, and what was being collected."""
    about = []
    if invoice := turn.slots.get("focus_invoice"):
        about.append(("invoice", str(invoice)))
    if task := turn.slots.get("task"):
        about.append(("task", str(json.loads(task).get("kind", ""))))
    if turn.intent:
        about.append(("intent", turn.intent))
    return tuple(about)
