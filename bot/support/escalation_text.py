"""What is written to Microsoft: the checklist as far as the records know it, and the request as text and fields. Pure.

Microsoft's support works in English, whatever language the customer speaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.billing.model import Customer
from bot.support.catalogue import Area
from bot.support.checklist import Item
from bot.support.diagnosis import Case, Facts, answer_in_words, in_words
from bot.support.escalation import Escalation
from bot.support.model import Ticket
from bot.support.vehicles import Vehicle

_LANGUAGE = "en"
_NONE = "none"
# Questions of the catalogue that say what an item of the checklist asks for.
_ASKED_IN_CATALOGUE = {Item.AFFECTED: "affected", Item.STARTED: "since"}
LABELS = {
    Item.CUSTOMER: "Customer",
    Item.TENANT: "Tenant ID",
    Item.DOMAIN: "Primary domain",
    Item.PRODUCT: "Product and workload",
    Item.SUBSCRIPTION: "Subscription, order and offer",
    Item.PROBLEM: "Problem",
    Item.ERROR_TEXT: "Exact error text",
    Item.STARTED: "Since when (with time zone)",
    Item.STILL_HAPPENING: "Still happening",
    Item.AFFECTED: "Users affected",
    Item.IMPACT: "Business impact",
    Item.HEALTH: "Service health checked",
    Item.TRIED: "Tried so far",
    Item.CHANGES: "Changes just before",
    Item.TRACES: "Correlation IDs and traces",
    Item.CALL_BACK: "Contact at the partner",
    Item.ENTITLEMENT: "Entitlement",
    Item.CONSENT: "Customer agrees to sharing data",
    Item.ADMIN_RIGHTS: "Admin rights present",
    Item.CASE_NUMBER: "Case number of the partner",
    Item.INVOICE: "Invoice number",
    Item.LINES: "Lines in question",
    Item.EXPECTED: "Amount expected, and why",
    Item.ORDER: "Order or subscription ID",
    Item.BOUGHT_ON: "Day of the purchase",
    Item.AMOUNT_WANTED: "Credit asked for",
    Item.INCIDENT: "Incident ID",
    Item.OUTAGE: "Beginning and end",
    Item.CUSTOMER_MAIL: "Customer's mail asking for credit",
    Item.RESERVATION: "Reservation and reservation order ID",
    Item.RESOURCE: "Subscription and resource ID",
    Item.PAYMENT: "Amount and day of the payment",
}
"""What each item is called in a request."""


@dataclass(frozen=True, slots=True)
class RequestText:
    """A request to be pasted into a form or a mail.

    Attributes:
        fields: (label, value) pairs in the order of the form; values are not empty.
    """

    subject: str
    body: str
    fields: tuple[tuple[str, str], ...]


def known_items(
    *, ticket: Ticket, customer: Customer, case: Case, area: Area, facts: Facts, vehicle: Vehicle
) -> tuple[tuple[Item, str], ...]:
    """Return what the records and the diagnosis know of the checklist; a person fills in the rest.

    The consent is never among it: only the customer gives it. Answers of "I don't know" are left out.

    Args:
        ticket: The partner's own case.
        customer: Whose it is.
        case: As it was diagnosed.
        area: Of ``case``.
        facts: As they were when it ended.
        vehicle: As chosen.
    """
    from_answers = (
        (item, answer_in_words(case=case, area=area, question=question, language=_LANGUAGE))
        for item, question in _ASKED_IN_CATALOGUE.items()
    )
    items = [
        (Item.CUSTOMER, customer.name),
        (Item.TENANT, customer.tenant_id or ""),
        (Item.PRODUCT, f"{case.product or ''} ({area.name.say(_LANGUAGE)})".strip()),
        (Item.PROBLEM, case.text),
        (Item.HEALTH, _health(facts)),
        (Item.TRIED, _tried(case, area)),
        (Item.ENTITLEMENT, _entitlement(vehicle)),
        (Item.CASE_NUMBER, ticket.number),
        *from_answers,
    ]
    return tuple((item, value) for item, value in items if value.strip())


def described(*, case: Case, area: Area) -> str:
    """Return what the customer said, the questions with their answers, and what was tried, one line each.

    All of it is in English but for what the customer typed.
    """
    asked = [f"{question} {answer}" for question, answer in in_words(case=case, area=area, language=_LANGUAGE)]
    return "\n".join((case.text, *asked, f"{LABELS[Item.TRIED]}: {_tried(case, area)}"))


def request_text(*, escalation: Escalation, vehicle: Vehicle) -> RequestText:
    """Return ``escalation`` as text, for vehicles without an interface. Where the checklist was overridden, the gaps are named as open."""
    checklist = escalation.checklist
    fields = [
        ("Severity", escalation.issue.severity.letter),
        ("Business impact", escalation.impact.value.replace("_", " ")),
    ]
    if vehicle.holding is not None and vehicle.holding.access_id:
        # It is taken from the file each time, so that it stands in no stored checklist.
        fields.append(("Access ID", vehicle.holding.access_id))
    fields += [(LABELS[item], checklist.value(item)) for item in Item if item is not Item.IMPACT and checklist.value(item)]
    still_open = ", ".join(LABELS[item] for item in checklist.missing)
    if still_open:
        fields.append(("To follow", still_open))
    body = f"{escalation.description}\n\n" + "\n".join(_lines(fields))
    return RequestText(subject=f"[{escalation.issue.severity.letter}] {escalation.title}", body=body, fields=tuple(fields))


def _lines(fields: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{label}: {value}" for label, value in fields]


def _health(facts: Facts) -> str:
    if facts.incident is not None:
        return f"{facts.incident.id} {facts.incident.title}"
    return "checked, nothing posted" if facts.health_known else ""


def _tried(case: Case, area: Area) -> str:
    said = {fix.key: fix.link for fix in area.fixes}
    tried = [f"{one.fix} ({said[one.fix]}): {'helped' if one.helped else 'did not help'}" for one in case.tried if one.fix in said]
    return "; ".join(tried) or _NONE


def _entitlement(vehicle: Vehicle) -> str:
    contract = vehicle.holding.contract if vehicle.holding is not None else ""
    return vehicle.name.say(_LANGUAGE) + (f", contract {contract}" if contract else "")
