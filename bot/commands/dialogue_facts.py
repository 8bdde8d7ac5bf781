"""What the held-out dialogues may name: the demo data by role, days of the calendar, and invoices by month."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.billing.service import NoInvoices
from bot.demo.facts import facts as demo_facts
from bot.services import Services
from bot.shared.errors import InvalidInput
from bot.shared.formats import show_date, show_money
from bot.shared.ids import CustomerId

Fact = Mapping[str, Any]

_NAMED = re.compile(r"\{(?P<path>[a-z][a-z_]*(?:\.[a-z_]+)*)(?P<shift>[+-][0-9]+)?(?:\|(?P<otherwise>[^{}]*))?\}")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEPTEMBER, _OCTOBER, _FRIDAY = 9, 10, 4
_WINDOW_DAYS = 7


def read_facts(*, services: Services, mail_folder: Path) -> dict[str, Any]:
    """Return the demo data by role, and besides it ``calendar``, ``window_ends_on`` and the main customer's invoices of some months.

    Raises:
        NoDemoData: The demo data is not in the database.
    """
    roles = demo_facts(services=services, show_amount=show_money, mail_folder=mail_folder)
    today, customer = services.today(), CustomerId(roles["customer"]["id"])
    months = {
        "september_invoice": last_begun(_SEPTEMBER, today),
        "october_invoice": last_begun(_OCTOBER, today),
        "october_before_last_year_invoice": date(today.year - 2, _OCTOBER, 1),
    }
    by_month = {name: _invoice_of(services, customer, month) for name, month in months.items()}
    window = roles["subscription_in_window"]
    # The day of the purchase is the first of the seven.
    ends = date.fromisoformat(window["bought_on"]) + timedelta(days=_WINDOW_DAYS - 1) if window else None
    return {**roles, **by_month, "calendar": calendar_of(today), "window_ends_on": ends.isoformat() if ends else None}


def calendar_of(today: date) -> dict[str, str]:
    """Return the days that people name, as ISO dates: ``friday`` is the next one after ``today``, ``monday`` the one after that."""
    friday = today + timedelta(days=(_FRIDAY - today.weekday() - 1) % 7 + 1)
    return {
        "friday": friday.isoformat(),
        "monday": (friday + timedelta(days=3)).isoformat(),
        "month_end": (_next_month(today) - timedelta(days=1)).isoformat(),
    }


def last_begun(month: int, today: date) -> date:
    """Return the first day of the last ``month`` (1-12) that has begun by ``today``."""
    return date(today.year if today.month >= month else today.year - 1, month, 1)


def text_with(template: str, facts: Fact, language: str) -> str:
    """Return what a customer writes, with the facts it names in their plain form. Raises: InvalidInput (there is no such fact)."""
    return _NAMED.sub(lambda match: str(_found(match, facts, language)[0]), template)


def pattern_with(template: str, facts: Fact, language: str) -> re.Pattern[str]:
    """Return the regular expression of a ``must``, its facts written as the assistant writes them in ``language``.

    ``{fact+2}`` is a whole number two higher; ``{fact|pattern}`` is the pattern where there is no such fact today.

    Raises:
        InvalidInput: There is no such fact, or it is no regular expression.
    """

    def shown(match: re.Match[str]) -> str:
        value, is_day = _found(match, facts, language)
        if value is None:
            return f"(?:{match['otherwise']})"
        # "december 11." and "december 11-ig" are the same day.
        return re.escape(str(value).rstrip(".")) + r"(?!\d)" if is_day else re.escape(str(value))

    try:
        return re.compile(_NAMED.sub(shown, template), re.IGNORECASE)
    except re.error as error:
        raise InvalidInput(f"{template!r} is no regular expression: {error}") from error


def _found(match: re.Match[str], facts: Fact, language: str) -> tuple[Any, bool]:
    """Return the value named as ``language`` writes it, and whether it is a day."""
    path = match["path"].split(".")
    holder: Any = None
    value: Any = facts
    for key in path:
        holder = value
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, Mapping):
        value = value.get("number")
    if value is None:
        if match["otherwise"] is not None:
            return None, False
        raise InvalidInput(f"the demo data has no {match['path']} today")
    if match["shift"]:
        return int(value) + int(match["shift"]), False
    if path[-1] == "amount":
        return holder["amount_text"][language], False
    if path[-1] == "status" and language == "hu":
        return holder["status_hu"], False
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return show_date(date.fromisoformat(value), language), True
    return value, False


def _invoice_of(services: Services, customer: CustomerId, month: date) -> dict[str, Any] | None:
    """Return number and amount of the invoice issued in the month that begins on ``month``, or None when none was."""
    try:
        found = services.billing.invoices(
            customer_id=customer, today=services.today(), issued_from=month, issued_before=_next_month(month), limit=1
        )
    except NoInvoices:
        return None
    item = found[0]
    words = {language: services.phrases.say(f"utter_part_state_{item.standing}", language).text for language in ("en", "hu")}
    return {
        "number": item.invoice.number,
        "amount": str(item.invoice.payable.amount),
        "amount_text": {language: show_money(item.invoice.payable, language) for language in words},
        "status": words["en"],
        "status_hu": words["hu"],
    }


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
