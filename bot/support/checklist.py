"""What has to be known before a case goes to Microsoft. Pure.

Source: the pre-escalation checklist of docs/support.md, after Microsoft's own forms for outages, credits and fraud.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.shared.errors import InvalidInput
from bot.shared.ids import StaffId
from bot.support.vehicles import IssueKind, Severity


class Item(StrEnum):
    """An entry of the checklist."""

    CUSTOMER = "customer"
    TENANT = "tenant"
    DOMAIN = "domain"
    PRODUCT = "product"
    SUBSCRIPTION = "subscription"
    PROBLEM = "problem"
    ERROR_TEXT = "error_text"
    STARTED = "started"
    STILL_HAPPENING = "still_happening"
    AFFECTED = "affected"
    IMPACT = "impact"
    HEALTH = "health"
    TRIED = "tried"
    CHANGES = "changes"
    TRACES = "traces"
    CALL_BACK = "call_back"
    ENTITLEMENT = "entitlement"
    CONSENT = "consent"
    ADMIN_RIGHTS = "admin_rights"
    CASE_NUMBER = "case_number"
    INVOICE = "invoice"
    LINES = "lines"
    EXPECTED = "expected"
    ORDER = "order"
    BOUGHT_ON = "bought_on"
    AMOUNT_WANTED = "amount_wanted"
    INCIDENT = "incident"
    OUTAGE = "outage"
    CUSTOMER_MAIL = "customer_mail"
    RESERVATION = "reservation"
    RESOURCE = "resource"
    PAYMENT = "payment"


class Topic(StrEnum):
    """Kinds of case for which Microsoft asks for more."""

    OTHER = "other"
    INVOICE = "invoice"
    CREDIT = "credit"
    SERVICE_LEVEL = "service_level"
    RESERVATION = "reservation"
    FRAUD = "fraud"
    UNALLOCATED_PAYMENT = "unallocated_payment"


class Impact(StrEnum):
    """What a case does to the customer's business; the severity follows from it."""

    PRODUCTION_DOWN = "production_down"
    BADLY_DEGRADED = "badly_degraded"
    PARTLY_AFFECTED = "partly_affected"
    STILL_USABLE = "still_usable"
    NOT_PRODUCTION = "not_production"


_I = Item
_ALWAYS = (
    _I.CUSTOMER,
    _I.TENANT,
    _I.DOMAIN,
    _I.PRODUCT,
    _I.SUBSCRIPTION,
    _I.PROBLEM,
    _I.STARTED,
    _I.IMPACT,
    _I.CALL_BACK,
    _I.ENTITLEMENT,
    _I.CONSENT,
    _I.CASE_NUMBER,
)
_TECHNICAL = (
    _I.ERROR_TEXT,
    _I.STILL_HAPPENING,
    _I.AFFECTED,
    _I.HEALTH,
    _I.TRIED,
    _I.CHANGES,
    _I.TRACES,
    _I.ADMIN_RIGHTS,
)
_OF_TOPIC = {
    Topic.OTHER: (),
    Topic.INVOICE: (_I.INVOICE, _I.LINES, _I.EXPECTED),
    Topic.CREDIT: (_I.ORDER, _I.BOUGHT_ON, _I.AMOUNT_WANTED),
    Topic.SERVICE_LEVEL: (_I.INCIDENT, _I.OUTAGE, _I.AFFECTED, _I.TRIED, _I.CUSTOMER_MAIL),
    Topic.RESERVATION: (_I.RESERVATION,),
    Topic.FRAUD: (_I.RESOURCE, _I.OUTAGE),
    Topic.UNALLOCATED_PAYMENT: (_I.PAYMENT, _I.INVOICE),
}
_SEVERITIES = {
    Impact.PRODUCTION_DOWN: Severity.CRITICAL,
    Impact.BADLY_DEGRADED: Severity.CRITICAL,
    Impact.PARTLY_AFFECTED: Severity.MODERATE,
    Impact.STILL_USABLE: Severity.MINIMAL,
    Impact.NOT_PRODUCTION: Severity.MINIMAL,
}
_CONSENTS = frozenset({"yes", "no"})


@dataclass(frozen=True, slots=True)
class Override:
    """That somebody lets a case go with an incomplete checklist.

    Attributes:
        reason: In their own words; never empty.
        by: Who is answerable for it.
    """

    reason: str
    by: StaffId
    at: datetime

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise InvalidInput("a checklist is overridden with a reason; say why the case cannot wait for the rest")


@dataclass(frozen=True, slots=True)
class Checklist:
    """What is known about a case.

    Attributes:
        required: What has to be known, each once.
        values: (item, value) pairs, at most one for each item; "none" is a value where there is nothing, such as no error text.
        override: Why the case goes although something is missing, or None.
    """

    required: tuple[Item, ...]
    values: tuple[tuple[Item, str], ...]
    override: Override | None = None

    @property
    def missing(self) -> tuple[Item, ...]:
        """What is required and not known, in the order of ``required``; may be empty."""
        known = {item for item, value in self.values if value.strip()}
        return tuple(item for item in self.required if item not in known)

    @property
    def is_refused(self) -> bool:
        """Whether the customer does not want its data shared with Microsoft, or was not asked; no override helps against that."""
        return dict(self.values).get(Item.CONSENT) != "yes"

    @property
    def is_ready(self) -> bool:
        """Whether the case may go."""
        return not self.is_refused and (not self.missing or self.override is not None)

    def value(self, item: Item) -> str:
        """Return what is known about ``item``, or an empty string."""
        return dict(self.values).get(item, "")


def required_items(*, kind: IssueKind, topic: Topic) -> tuple[Item, ...]:
    """Return what Microsoft asks for in such a case, in the order of its form; each item once."""
    technical = _TECHNICAL if kind in (IssueKind.TECHNICAL, IssueKind.ADVICE) else ()
    wanted = {*_ALWAYS, *technical, *_OF_TOPIC[topic]}
    return tuple(item for item in Item if item in wanted)


def checklist(*, kind: IssueKind, topic: Topic, values: Iterable[tuple[Item, str]], override: Override | None = None) -> Checklist:
    """Return the checklist of such a case with what is known; a later value of an item replaces an earlier one.

    Raises:
        InvalidInput: The consent is neither ``yes`` nor ``no``.
    """
    known = {item: value.strip() for item, value in values if value.strip()}
    if known.get(Item.CONSENT, "no") not in _CONSENTS:
        raise InvalidInput(f"the consent to share data is yes or no, not {known[Item.CONSENT]!r}")
    return Checklist(required=required_items(kind=kind, topic=topic), values=tuple(known.items()), override=override)


def severity_of(impact: Impact) -> Severity:
    """Return the severity that Microsoft gives to ``impact``: A when production is down, B when it is partly affected, else C."""
    return _SEVERITIES[impact]
