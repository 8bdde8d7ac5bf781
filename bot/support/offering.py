"""What support the partner offers: when, how to reach it, at what price, and how soon it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.shared.money import Money
from bot.shared.words import Words
from bot.support.hours import add_open_time
from bot.support.model import OpeningHours, TicketKind, TicketPriority


class ContactKind(StrEnum):
    """A way of reaching the partner."""

    CHAT = "chat"
    PHONE = "phone"
    MAIL = "mail"
    PORTAL = "portal"
    ADDRESS = "address"


class PriceModel(StrEnum):
    """How a support plan is paid for."""

    FREE = "free"
    PER_MONTH = "per_month"
    PER_INCIDENT = "per_incident"
    PER_HOUR = "per_hour"


@dataclass(frozen=True, slots=True)
class ContactMethod:
    """One way of reaching the partner.

    Attributes:
        value: Telephone number, mail address, link or postal address; empty for the chat itself.
        hours: When somebody is there; None when it can be used at any time.
        note: A further remark, or None.
    """

    kind: ContactKind
    label: Words
    value: str
    hours: OpeningHours | None = None
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a plan costs. ``amount`` is net of tax, and None exactly when ``model`` is free."""

    model: PriceModel
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class SupportPlan:
    """A support plan the customer can have.

    Attributes:
        key: Stable name.
        scope: What is covered, in order; never empty.
    """

    key: str
    name: Words
    scope: tuple[Words, ...]
    price: Price


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """How soon a ticket of ``kind`` gets its first answer, in open minutes."""

    kind: TicketKind
    open_minutes: int


@dataclass(frozen=True, slots=True)
class PriorityAnswer:
    """How soon a ticket of ``priority`` gets its first answer, in open minutes; it only ever shortens what its kind promises."""

    priority: TicketPriority
    open_minutes: int


@dataclass(frozen=True, slots=True)
class Offering:
    """The partner's whole support offering.

    Attributes:
        hours: When people answer.
        contact_methods: In the order they are to be told; never empty.
        plans: In the order they are to be told; never empty.
        first_answers: One for each ticket kind.
        priority_answers: At most one for each priority; may be empty.
    """

    hours: OpeningHours
    contact_methods: tuple[ContactMethod, ...]
    plans: tuple[SupportPlan, ...]
    first_answers: tuple[FirstAnswer, ...]
    priority_answers: tuple[PriorityAnswer, ...] = ()

    def first_answer_minutes(self, kind: TicketKind, priority: TicketPriority = TicketPriority.NORMAL) -> int:
        """Return within how many open minutes a ticket of ``kind`` and ``priority`` gets its first answer."""
        of_kind = next(answer.open_minutes for answer in self.first_answers if answer.kind is kind)
        return min([of_kind, *(answer.open_minutes for answer in self.priority_answers if answer.priority is priority)])

    def answer_by(self, *, kind: TicketKind, opened_at: datetime, priority: TicketPriority = TicketPriority.NORMAL) -> datetime:
        """Return the instant (UTC) by which a ticket opened at ``opened_at`` (aware) is promised its first answer.

        Raises:
            NeverOpen: The desk does not open within a year.
        """
        return add_open_time(hours=self.hours, start=opened_at, open_minutes=self.first_answer_minutes(kind, priority))
