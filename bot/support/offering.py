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
    INCLUDED = "included"
    """Contained in what the subscriptions cost."""
    PER_MONTH = "per_month"
    """A retainer: a monthly fee, which may pay for some hours of work."""
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
    """What a plan costs. ``amount`` is net of tax, and None exactly when ``model`` is free or included."""

    model: PriceModel
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class WorkPrice:
    """What a piece of work costs: free, by the case or by the hour.

    Attributes:
        amount: Of one case or hour, net of tax; None exactly when ``model`` is free.
        step_minutes: By the hour, begun steps of so many minutes are charged as whole ones.
    """

    model: PriceModel
    amount: Money | None = None
    step_minutes: int = 60


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work that may be charged, unless the customer's plan includes it."""

    key: str
    name: Words
    price: WorkPrice


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """How soon a ticket of ``kind`` gets its first answer, in open minutes."""

    kind: TicketKind
    open_minutes: int


@dataclass(frozen=True, slots=True)
class SupportPlan:
    """A support plan the customer can have.

    Attributes:
        key: Stable name.
        scope: What is covered, in order; never empty.
        hours: When its customers are helped; None for the hours of the desk.
        contacts: Ways in which its customers may reach the partner; empty for all of them.
        first_answers: How soon tickets of its customers are answered, at most one for each kind; the general time where it says nothing.
        includes: Keys of work that is not charged.
        prices: (key of work, price) where it costs its customers another price than others.
        included_minutes: Minutes of work a month that its fee pays for.
    """

    key: str
    name: Words
    scope: tuple[Words, ...]
    price: Price
    hours: OpeningHours | None = None
    contacts: tuple[ContactKind, ...] = ()
    first_answers: tuple[FirstAnswer, ...] = ()
    includes: tuple[str, ...] = ()
    prices: tuple[tuple[str, WorkPrice], ...] = ()
    included_minutes: int = 0


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
        work: What may be charged; keys are unique; may be empty.
        quotes_valid_days: For how many days a price that was quoted can be agreed to.
    """

    hours: OpeningHours
    contact_methods: tuple[ContactMethod, ...]
    plans: tuple[SupportPlan, ...]
    first_answers: tuple[FirstAnswer, ...]
    priority_answers: tuple[PriorityAnswer, ...] = ()
    work: tuple[Work, ...] = ()
    quotes_valid_days: int = 14

    def first_answer_minutes(
        self, kind: TicketKind, priority: TicketPriority = TicketPriority.NORMAL, plan: SupportPlan | None = None
    ) -> int:
        """Return within how many open minutes a ticket of ``kind`` and ``priority`` gets its first answer; ``plan`` may have its own."""
        of_plan = (answer.open_minutes for answer in (plan.first_answers if plan is not None else ()) if answer.kind is kind)
        of_kind = next(of_plan, None) or next(answer.open_minutes for answer in self.first_answers if answer.kind is kind)
        return min([of_kind, *(answer.open_minutes for answer in self.priority_answers if answer.priority is priority)])

    def answer_by(
        self, *, kind: TicketKind, opened_at: datetime, priority: TicketPriority = TicketPriority.NORMAL, plan: SupportPlan | None = None
    ) -> datetime:
        """Return the instant (UTC) by which a ticket opened at ``opened_at`` (aware) is promised its first answer.

        Time is counted in the hours of the customer's ``plan`` where it has its own, else in those of the desk.

        Raises:
            NeverOpen: The desk does not open within a year.
        """
        hours = plan.hours if plan is not None and plan.hours is not None else self.hours
        return add_open_time(hours=hours, start=opened_at, open_minutes=self.first_answer_minutes(kind, priority, plan))
