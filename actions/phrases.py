"""Values for responses: what the domain returned, formatted for the language. The sentences are in data/responses."""

from __future__ import annotations

from actions.turn import Turn
from bot.billing.model import ChargeType, InvoiceLine, InvoiceView, Standing, Subscription, SubscriptionStatus
from bot.library.formats import show_date, show_money, show_quantity
from bot.shared.money import Money
from bot.support.portals import Portal

_MOST_LINES = 12


def invoice_values(turn: Turn, item: InvoiceView) -> dict[str, str]:
    """Return every value a sentence about one invoice may need, by placeholder name."""
    invoice, language = item.invoice, turn.language
    return {
        "number": invoice.number,
        "issued_on": show_date(invoice.issued_on, language),
        "due_on": show_date(invoice.due_on, language),
        "amount": show_money(invoice.payable, language),
        "gross": show_money(invoice.gross, language),
        "open": show_money(item.open_amount, language),
        "paid": show_money(item.paid, language),
        "credited": show_money(item.credited, language),
        "paid_on": show_date(item.last_paid_on, language) if item.last_paid_on else "",
        "days": str(item.days_overdue),
        "disputed_on": show_date(invoice.disputed_on, language) if invoice.disputed_on else "",
    }


def standing_key(turn: Turn, item: InvoiceView) -> str:
    """Return the ending of the response that fits: the standing, refined where people would say it otherwise."""
    if item.standing is Standing.PAID and item.last_paid_on is None:
        return "settled"
    if item.standing is Standing.OPEN and item.invoice.due_on == turn.today:
        return "due_today"
    if item.standing is Standing.OVERDUE and item.days_overdue == 1:
        return "overdue_one"
    return item.standing.value


def standing_sentence(turn: Turn, item: InvoiceView) -> str:
    """Return the sentence that says where the invoice stands."""
    return turn.phrase(f"utter_part_standing_{standing_key(turn, item)}", **invoice_values(turn, item))


def money_list(turn: Turn, amounts: tuple[Money, ...]) -> str:
    """Return sums of several currencies as one text, joined the way the language does."""
    shown = [show_money(amount, turn.language) for amount in amounts]
    if len(shown) == 1:
        return shown[0]
    return turn.phrase("utter_part_and", first=", ".join(shown[:-1]), last=shown[-1])


def line_text(turn: Turn, line: InvoiceLine) -> str:
    """Return one line of an invoice as text."""
    values = {
        "description": line.description,
        "quantity": show_quantity(line.quantity, turn.language),
        "net": show_money(line.net, turn.language),
        "kind": turn.phrase(f"utter_part_charge_{line.charge_type.value}"),
    }
    counted = line.charge_type in (ChargeType.CYCLE_FEE, ChargeType.ONE_TIME, ChargeType.USAGE) and line.quantity != 1
    return turn.phrase("utter_part_line_counted" if counted else "utter_part_line", **values)


def lines_text(turn: Turn, item: InvoiceView) -> str:
    """Return the lines of an invoice, a row each; past twelve, how many more there are."""
    lines = item.invoice.lines
    rows = [line_text(turn, line) for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        rows.append(turn.phrase("utter_part_more_lines", count=str(len(lines) - _MOST_LINES)))
    return "\n".join(rows)


def subscription_text(turn: Turn, item: Subscription) -> str:
    """Return one subscription with its seats, state and next date as text."""
    return turn.phrase("utter_part_subscription", **subscription_values(turn, item))


def subscription_values(turn: Turn, item: Subscription) -> dict[str, str]:
    """Return the values a sentence about one subscription may need."""
    return {
        "product": item.product,
        "seats": turn.phrase("utter_part_seats_one" if item.quantity == 1 else "utter_part_seats", count=str(item.quantity))
        if item.quantity
        else turn.phrase("utter_part_usage_based"),
        "state": turn.phrase(f"utter_part_subscription_{item.status.value}"),
        "renewal": renewal_text(turn, item),
        "ends_on": show_date(item.ends_on, turn.language) if item.ends_on else "",
        "suspended_on": show_date(item.suspended_on, turn.language) if item.suspended_on else "",
    }


def renewal_text(turn: Turn, item: Subscription) -> str:
    """Return what happens at the end of the term as part of a sentence."""
    if item.ends_on is None:
        return turn.phrase("utter_part_renewal_none")
    on = show_date(item.ends_on, turn.language)
    if item.status not in (SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED):
        return turn.phrase("utter_part_renewal_ended", date=on)
    return turn.phrase("utter_part_renewal_auto" if item.auto_renew else "utter_part_renewal_off", date=on)


def portal_row(turn: Turn, portal: Portal) -> str:
    """Return the line that names a portal."""
    values = {"bought": portal.bought.say(turn.language), "portal": portal.name.say(turn.language)}
    if not portal.link:
        return turn.phrase("utter_part_portal", **values)
    return turn.phrase("utter_part_portal_linked", link_text=portal.link_text.say(turn.language), link=portal.link, **values)
