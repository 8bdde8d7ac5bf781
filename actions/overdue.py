"""Paying late and what it leads to: the steps of the collections policy, suspension, and the way back."""

from __future__ import annotations

from actions.base import ClearlineAction, Turn
from actions.handover import hand_over
from actions.owned import subscriptions_meant
from actions.phrases import invoice_values, money_list, standing_sentence
from actions.pick import pick
from bot.billing.model import CommerceKind, InvoiceView, Subscription, SubscriptionStatus
from bot.billing.service import AmbiguousInvoice
from bot.conversations.policy_words import step_lines, when_of
from bot.library.formats import show_date, show_datetime
from bot.overdue.ladder import policy_on
from bot.overdue.model import CollectionsPolicy, LadderState, StepKind
from bot.overdue.suspension import (
    Restoring,
    SuspensionReason,
    WayBack,
    data_kept_until,
    overdue_invoices,
    reason_of,
    suspended,
    way_back,
)
from bot.shared.money import Money
from bot.support.answers import asks_when
from bot.support.model import HandoverReason, Ticket, TicketKind

_MOST_LISTED = 8
_NAMED = frozenset({"invoice_number", "period", "which"})
_RUN_OUT = (SubscriptionStatus.EXPIRED, SubscriptionStatus.DISABLED)


class ActionTellLatePayment(ClearlineAction):
    """What happens when an invoice is paid late: in general, and for what is overdue."""

    action_name = "action_tell_late_payment"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Tell a known customer about the invoice named or the oldest one overdue, everybody else the steps."""
        if turn.conversation.customer_id is None:
            _say_steps(turn)
            return
        named = _named_invoice(turn)
        if named is not None:
            _say_ladder(turn, named)
            return
        unpaid = turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today).invoices
        late = overdue_invoices(unpaid)
        if late:
            _say_ladder(turn, late[0])
            if len(late) > 1:
                turn.say("utter_late_payment_others", lines=_invoice_rows(turn, late[1:]))
        else:
            if unpaid:
                _say_ladder(turn, unpaid[0])
            _say_steps(turn)


class ActionTellSuspension(ClearlineAction):
    """Which subscriptions are suspended, since when, why, and what ends it."""

    action_name = "action_tell_suspension"
    topic = True

    def answer(self, turn: Turn) -> None:
        """List the suspended ones with reason and data, then what would end it; say so when none is."""
        if turn.conversation.customer_id is None and asks_when(turn.text):
            _say_policy_on_suspension(turn)
            return
        meant = _suspensions_meant(turn)
        restoring = way_back(subscriptions=meant, invoices=_unpaid(turn))
        if restoring is None:
            _say_not_suspended(turn)
            return
        rows = [_suspension_row(turn, item) for item in restoring.subscriptions[:_MOST_LISTED]]
        turn.say("utter_suspension_one" if len(rows) == 1 else "utter_suspension", lines="\n".join(rows))
        match restoring.way:
            case WayBack.PAY:
                to_pay = restoring.to_pay
                turn.say("utter_suspension_ends_by_paying", total=_total(turn, to_pay), lines=_invoice_rows(turn, to_pay))
            case WayBack.REQUEST:
                turn.remember(offered=ActionRestoreAccess.action_name)
                turn.say("utter_suspension_ends_by_request")
            case WayBack.PERSON:
                turn.remember(offered="agent")
                turn.say("utter_suspension_ends_by_person")


class ActionRestoreAccess(ClearlineAction):
    """Get suspended subscriptions going again; a person does it, the bot only opens the request."""

    action_name = "action_restore_access"
    topic = True

    def answer(self, turn: Turn) -> None:
        """Say what is left to pay, or open the request, or pass on to a person."""
        restoring = way_back(subscriptions=_suspensions_meant(turn), invoices=_unpaid(turn))
        if restoring is None:
            _say_not_suspended(turn)
            return
        match restoring.way:
            case WayBack.PAY:
                self._say_what_to_pay(turn, restoring)
            case WayBack.REQUEST:
                ticket = _request(turn, restoring)
                by = show_datetime(ticket.answer_by, turn.language, zone=turn.services.zone)
                turn.say("utter_restore_requested", ticket=ticket.number, by=by, products=_products(restoring.subscriptions))
            case WayBack.PERSON:
                turn.say("utter_restore_by_person")
                hand_over(turn, reason=HandoverReason.ASKED)
                return
        _say_side_effects(turn, restoring.subscriptions)

    def _say_what_to_pay(self, turn: Turn, restoring: Restoring) -> None:
        partner, invoices = turn.services.partner, restoring.to_pay
        currencies = {item.open_amount.currency for item in invoices}
        accounts = [
            turn.phrase("utter_part_bank_account", currency=one.currency, iban=one.printed_iban, bank=one.bank, bic=one.bic)
            for one in partner.bank_accounts
            if one.currency in currencies
        ] or [turn.phrase("utter_part_account_on_invoice")]
        turn.say(
            "utter_restore_pay_first",
            total=_total(turn, invoices),
            lines=_invoice_rows(turn, invoices),
            holder=partner.legal_name,
            accounts="\n".join(accounts),
            reference=partner.payment_reference.say(turn.language),
        )


def _suspensions_meant(turn: Turn) -> tuple[Subscription, ...]:
    """Return the suspended subscriptions of the product named, or all of them when none of that product is. Raises: NotIdentified."""
    of_product = suspended(subscriptions_meant(turn))
    return of_product or suspended(turn.services.billing.subscriptions(customer_id=turn.customer_id))


def _unpaid(turn: Turn) -> tuple[InvoiceView, ...]:
    return turn.services.billing.open_balance(customer_id=turn.customer_id, today=turn.today).invoices


def _named_invoice(turn: Turn) -> InvoiceView | None:
    """Return the invoice the message names, or None when it names none or not clearly one."""
    if not turn.entities.keys() & _NAMED:
        return None
    try:
        return pick(turn, prefer_focus=False)[0]
    except AmbiguousInvoice:
        return None


def _say_steps(turn: Turn) -> None:
    policy = policy_on(policies=turn.services.collections, day=turn.today)
    lines = step_lines(policy=policy, sentences=turn.services.phrases, language=turn.language)
    if policy.interest is not None:
        lines = f"{lines}\n{policy.interest.say(turn.language)}"
    turn.say("utter_late_payment_steps", lines=lines, **_notes(turn, policy))


def _say_policy_on_suspension(turn: Turn) -> None:
    """Say from which day on access may stop, which is the same for everybody."""
    policy = policy_on(policies=turn.services.collections, day=turn.today)
    steps = [step for step in policy.steps if step.kind is StepKind.PROPOSE_SUSPENSION]
    if not steps:
        turn.say("utter_suspension_not_in_policy")
        return
    effect, access = steps[0].effect.say(turn.language), policy.access_note.say(turn.language)
    turn.say(
        "utter_suspension_by_policy",
        when=when_of(step=steps[0], policy=policy, sentences=turn.services.phrases, language=turn.language),
        effect=effect,
        access=access,
    )


def _notes(turn: Turn, policy: CollectionsPolicy) -> dict[str, str]:
    return {"access": policy.access_note.say(turn.language), "termination": policy.termination_note.say(turn.language)}


def _say_ladder(turn: Turn, item: InvoiceView) -> None:
    """Say where one invoice stands on the ladder, what comes next, and from when access may stop."""
    turn.remember(focus_invoice=item.invoice.number)
    state = turn.services.overdue.ladder(view=item, today=turn.today)
    values = invoice_values(turn, item)
    if not item.open_amount:
        turn.say("utter_late_payment_settled", **values)
    elif state.held and item.invoice.disputed_on is None:
        turn.say("utter_late_payment_agreed", **values, next=_next(turn, state))
    elif state.held:
        turn.say("utter_late_payment_held", **values)
    elif item.days_overdue:
        standing = standing_sentence(turn, item)
        parts = {"step": _current(turn, state), "next": _next(turn, state), "stops": _stops(turn, state)}
        turn.say("utter_late_payment_overdue", **values, **parts, standing=standing)
    else:
        turn.say("utter_late_payment_not_due", **values, stops=_stops(turn, state))


def _current(turn: Turn, state: LadderState) -> str:
    step = state.current
    # What was sent before the due date says nothing about being late.
    if step is None or step.step.days <= 0:
        return turn.phrase("utter_part_ladder_no_step")
    on = show_date(step.on, turn.language)
    return turn.phrase("utter_part_ladder_step", label=step.step.label.say(turn.language), date=on)


def _next(turn: Turn, state: LadderState) -> str:
    if state.next is None:
        return turn.phrase("utter_part_ladder_no_next")
    on, step = show_date(state.next.on, turn.language), state.next.step
    return turn.phrase("utter_part_ladder_next", label=step.label.say(turn.language), effect=step.effect.say(turn.language), date=on)


def _stops(turn: Turn, state: LadderState) -> str:
    stopped = suspended(turn.services.billing.subscriptions(customer_id=turn.customer_id))
    unpaid = tuple(item for item in stopped if reason_of(item) is SuspensionReason.NON_PAYMENT)
    if unpaid:
        return turn.phrase("utter_part_access_stopped", products=_products(unpaid))
    if state.access_stops_on is None:
        return turn.phrase("utter_part_access_never_stops")
    on = show_date(state.access_stops_on, turn.language)
    return turn.phrase("utter_part_access_could_stop" if state.access_stops_on <= turn.today else "utter_part_access_stops", date=on)


def _suspension_row(turn: Turn, item: Subscription) -> str:
    reason = turn.phrase(f"utter_part_suspension_{reason_of(item).value}")
    since = show_date(item.suspended_on, turn.language) if item.suspended_on else ""
    when = turn.phrase("utter_part_suspended_since", date=since) if since else turn.phrase("utter_part_suspended")
    return turn.phrase("utter_part_suspension_row", product=item.product, since=when, reason=reason, data=_data(turn, item))


def _data(turn: Turn, item: Subscription) -> str:
    kept = data_kept_until(item)
    if kept is None:
        return turn.phrase("utter_part_data_unknown")
    if kept < turn.today:
        return turn.phrase("utter_part_data_past", date=show_date(kept, turn.language))
    kind = "legacy" if item.commerce is CommerceKind.LEGACY else "new_commerce"
    return turn.phrase(f"utter_part_data_{kind}", date=show_date(kept, turn.language))


def _say_not_suspended(turn: Turn) -> None:
    run_out = tuple(item for item in subscriptions_meant(turn) if item.status in _RUN_OUT)
    turn.remember(offered="agent")
    if run_out:
        rows = [
            turn.phrase(
                "utter_part_run_out_row",
                product=item.product,
                state=turn.phrase(f"utter_part_subscription_{item.status.value}"),
                date=show_date(item.ends_on, turn.language) if item.ends_on else "-",
            )
            for item in run_out[:_MOST_LISTED]
        ]
        turn.say("utter_suspension_none_but_run_out", lines="\n".join(rows))
    else:
        turn.say("utter_suspension_none")


def _request(turn: Turn, restoring: Restoring) -> Ticket:
    """Open the request to reactivate, or return the one that is open already."""
    conversations, offering = turn.services.conversations, turn.services.offering
    subject = turn.phrase("utter_part_request_restore", products=_products(restoring.subscriptions))
    for ticket in conversations.tickets(customer_id=turn.customer_id):
        # A ticket keeps no more than the beginning of a long subject.
        if ticket.kind is TicketKind.REQUEST and ticket.subject and subject.startswith(ticket.subject):
            return ticket
    return conversations.open_request(
        conversation_id=turn.conversation_id,
        kind=TicketKind.REQUEST,
        subject=subject,
        details="\n".join(_suspension_row(turn, item) for item in restoring.subscriptions),
        now=turn.now,
        answer_by=offering.answer_by(kind=TicketKind.REQUEST, opened_at=turn.now),
    )


def _say_side_effects(turn: Turn, subscriptions: tuple[Subscription, ...]) -> None:
    """Say what reactivating does not bring back, and what it costs, by commerce kind."""
    by_kind = {kind: tuple(item for item in subscriptions if item.commerce is kind) for kind in CommerceKind}
    if by_kind[CommerceKind.NEW]:
        turn.say("utter_restore_new_commerce", products=_products(by_kind[CommerceKind.NEW]))
    if by_kind[CommerceKind.LEGACY]:
        turn.say("utter_restore_legacy", products=_products(by_kind[CommerceKind.LEGACY]))


def _products(subscriptions: tuple[Subscription, ...]) -> str:
    return ", ".join(dict.fromkeys(item.product for item in subscriptions))


def _invoice_rows(turn: Turn, invoices: tuple[InvoiceView, ...]) -> str:
    rows = []
    for item in invoices[:_MOST_LISTED]:
        ending = "overdue_one" if item.days_overdue == 1 else "overdue"
        rows.append(turn.phrase(f"utter_part_balance_{ending}", **invoice_values(turn, item)))
    if len(invoices) > _MOST_LISTED:
        rows.append(turn.phrase("utter_part_more_lines", count=str(len(invoices) - _MOST_LISTED)))
    return "\n".join(rows)


def _total(turn: Turn, invoices: tuple[InvoiceView, ...]) -> str:
    sums: dict[str, Money] = {}
    for item in invoices:
        amount = item.open_amount
        sums[amount.currency] = sums[amount.currency] + amount if amount.currency in sums else amount
    return money_list(turn, tuple(sums[currency] for currency in sorted(sums)))
