"""Why an invoice is higher or lower than the one before, in sentences; the arithmetic is in ``bot.billing.explain``."""

from __future__ import annotations

import re
from datetime import timedelta

from actions.base import Turn
from bot.billing.explain import Cause, Explanation, Part, comparable_before, explain_difference
from bot.billing.model import DocumentKind, Invoice, InvoiceView
from bot.billing.service import NoInvoices
from bot.library.formats import show_date, show_money, show_quantity, show_unit_price
from bot.shared.money import Money, total
from bot.shared.text import fold

_MOST_CAUSES = 5
_INVOICES_BACK = 6
# Asks what is on the invoice; beginnings of words count, since Hungarian adds endings.
_ON_IT = re.compile(
    r"what('?s| is| are) (actually )?(on|in) (it|that|this|the|there|my|our)\b|\bwhat does .*(include|contain|consist)"
    r"|\blines?\b|\bitemi[sz]|\bitems?\b|\bbreak.?down\b|\bpositions\b"
    r"|\bmik? (is )?(van|vannak|all|szerepel|szerepelnek)\b|\bmi(t|ket) tartalmaz|\bmibol all|\btetel|\breszletez|\bbontas"
)
# Asks why it is as it is, or sets it against another.
_COMPARED = re.compile(
    r"\bwhy\b|\bhow come\b|\breason\b|\bhigher\b|\blower\b|\bmore\b|\bless\b|\bdiffer|\bchanged?\b|\bincreas|\bdecreas|\bjump"
    r"|\bwent (up|down)\b|\bcompared\b|\bthan\b|\bexpensive\b|\bcheaper\b|\bdouble"
    r"|\bmiert\b|\bmitol\b|\bhogyhogy\b|\bhogy lehet\b|\bmagasabb|\balacsonyabb|\btobb\b|\btobbet\b|\bkevesebb|\belter|\bkulonb"
    r"|\bvaltoz|\bdraga|\bolcso|\bnott\b|\bemelked|\bcsokken|\bugrott|\bdupla|\bmint (a|az|mult|elozo)\b"
)


def asks_for_lines_only(text: str) -> bool:
    """Return whether the message asks what is on an invoice and not why it is so much or differs from another."""
    plain = fold(text).replace("’", "'")
    return bool(_ON_IT.search(plain)) and not _COMPARED.search(plain)


def tell_difference(turn: Turn, item: InvoiceView, *, previous: Invoice | None = None) -> bool:
    """Say by how much the invoice differs and the largest causes; return whether there was one to compare it with.

    Args:
        previous: What to compare it with; the one before that it is best compared with when None.
    """
    explanation = explain_difference(current=item.invoice, previous=previous) if previous else _explanation(turn, item)
    if explanation is None:
        return False
    values = {
        "number": explanation.current.number,
        "previous": explanation.previous.number,
        "previous_date": show_date(explanation.previous.issued_on, turn.language),
        "amount": show_money(explanation.current.payable, turn.language),
        "previous_amount": show_money(explanation.previous.payable, turn.language),
        "difference": show_money(_absolute(explanation.difference), turn.language),
    }
    if not explanation.parts:
        turn.say("utter_invoice_same", **values)
        return True
    # "One smaller change" would take the row that the change itself can have.
    shown = len(explanation.parts) if len(explanation.parts) == _MOST_CAUSES + 1 else _MOST_CAUSES
    rows = [_cause(turn, part) for part in explanation.parts[:shown]]
    rest = explanation.parts[shown:]
    if rest:
        amount = total(tuple(part.amount for part in rest), currency=explanation.difference.currency)
        rows.append(turn.phrase("utter_part_more_causes", count=str(len(rest)), amount=_signed(turn, amount)))
    turn.say(f"utter_invoice_{_direction(explanation.difference)}", causes="\n".join(rows), **values)
    return True


def _explanation(turn: Turn, item: InvoiceView) -> Explanation | None:
    current = item.invoice
    if current.kind is not DocumentKind.INVOICE:
        return None
    billing, day_after = turn.services.billing, current.issued_on + timedelta(days=1)
    try:
        views = billing.invoices(customer_id=turn.customer_id, today=turn.today, issued_before=day_after, limit=_INVOICES_BACK)
    except NoInvoices:
        return None
    places = [place for place, view in enumerate(views) if view.invoice.id == current.id]
    earlier = [view.invoice for view in views[places[0] + 1 :]] if places else []
    previous = comparable_before(current=current, earlier=earlier)
    return explain_difference(current=current, previous=previous) if previous is not None else None


def _direction(difference: Money) -> str:
    if not difference:
        return "equal"
    return "higher" if difference.amount > 0 else "lower"


def _cause(turn: Turn, part: Part) -> str:
    return turn.phrase(
        f"utter_part_cause_{_ending(part)}",
        product=part.product,
        amount=_signed(turn, part.amount),
        before=show_quantity(part.before, turn.language),
        after=show_quantity(part.after, turn.language),
        price_before=show_unit_price(part.price_before, turn.language) if part.price_before is not None else "",
        price_after=show_unit_price(part.price_after, turn.language) if part.price_after is not None else "",
        days=str(part.days),
    )


def _ending(part: Part) -> str:
    """Return the ending of the sentence: the cause, refined where a charge of last time does not come again."""
    match part.cause:
        case Cause.PRORATION if part.amount.amount < 0:
            return "proration_gone"
        case Cause.PRORATION if not part.days:
            return "proration_undated"
        case Cause.PRORATION if part.days == 1:
            return "proration_one_day"
        case Cause.ONE_TIME if part.amount.amount < 0:
            return "one_time_gone"
        case Cause.CREDIT if part.amount.amount > 0:
            return "credit_gone"
        case _:
            return part.cause.value


def _signed(turn: Turn, amount: Money) -> str:
    return f"{'+' if amount.amount > 0 else ''}{show_money(amount, turn.language)}"


def _absolute(amount: Money) -> Money:
    return Money(abs(amount.amount), amount.currency)
