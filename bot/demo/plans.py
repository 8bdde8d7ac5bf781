"""A subscription over time, and everything that decides how one customer is billed and pays."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from bot.billing.model import BillingPlan, CommerceKind, Subscription, SubscriptionStatus
from bot.demo.companies import Company
from bot.demo.dates import Span, add_months, months_between, present_term
from bot.demo.identifiers import guid
from bot.shared.ids import SubscriptionId

_BILLING_MONTHS = {BillingPlan.MONTHLY: 1, BillingPlan.ANNUAL: 12, BillingPlan.TRIENNIAL: 36, BillingPlan.NONE: 0}
_TERMS = {1: "P1M", 12: "P1Y", 36: "P3Y"}


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription with its history.

    Attributes:
        seats: When bought; 0 for usage.
        changes: Day and difference of seats, in order of days, all after ``bought_on``.
        term_months: Length of the commitment: 1, 12 or 36.
        ended_on: First day that is no longer charged, or None.
        discount: Percent (0-100) off the list price, shown as an allowance of the line.
    """

    product: str
    bought_on: date
    seats: int
    commerce: CommerceKind = CommerceKind.NEW
    term_months: int = 12
    billing_plan: BillingPlan = BillingPlan.MONTHLY
    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    changes: tuple[tuple[date, int], ...] = ()
    auto_renew: bool = True
    ended_on: date | None = None
    suspended_on: date | None = None
    suspension_reason: str | None = None
    discount: int = 0

    @property
    def billing_months(self) -> int:
        """Return how many months one fee covers; 0 for usage."""
        return _BILLING_MONTHS[self.billing_plan]

    def seats_on(self, day: date) -> int:
        """Return the number of seats in force at the end of ``day``."""
        return self.seats + sum(difference for at, difference in self.changes if at <= day)

    def charged_on(self, day: date) -> bool:
        """Return whether the subscription is charged for ``day``."""
        return self.bought_on <= day and (self.ended_on is None or day < self.ended_on)

    def fee_span(self, day: date) -> Span:
        """Return the span of the annual or triennial fee that holds ``day``."""
        start = add_months(self.bought_on, months_between(self.bought_on, day) // self.billing_months * self.billing_months)
        return Span(start, add_months(self.bought_on, months_between(self.bought_on, start) + self.billing_months))

    def suspended(self, *, on: date, reason: str) -> Plan:
        """Return the plan suspended since ``on`` for ``reason``; only legacy commerce stops charging then. Source: Partner Center."""
        return replace(
            self,
            status=SubscriptionStatus.SUSPENDED,
            auto_renew=False,
            suspended_on=on,
            suspension_reason=reason,
            ended_on=on if self.commerce is CommerceKind.LEGACY else None,
        )

    def subscription(self, company: Company, *, today: date) -> Subscription:
        """Return the subscription as it is ``today``."""
        started_on, ends_on = present_term(self.bought_on, months=self.term_months, today=today)
        if self.ended_on is not None and self.status is not SubscriptionStatus.SUSPENDED:
            started_on, ends_on = add_months(self.ended_on, -self.term_months), self.ended_on
        usage = self.billing_plan is BillingPlan.NONE
        return Subscription(
            id=self.id_for(company),
            customer_id=company.customer.id,
            product=self.product,
            commerce=self.commerce,
            quantity=self.seats_on(today),
            term=_TERMS[self.term_months],
            billing_plan=self.billing_plan,
            status=self.status,
            bought_on=self.bought_on,
            started_on=self.bought_on if usage else max(started_on, self.bought_on),
            ends_on=None if usage else ends_on,
            auto_renew=self.auto_renew,
            suspended_on=self.suspended_on,
            suspension_reason=self.suspension_reason,
        )

    def id_for(self, company: Company) -> SubscriptionId:
        """Return Microsoft's id of the subscription; a customer has one of a product in one commerce system and plan."""
        return SubscriptionId(guid("subscription", company.number, self.product, self.commerce, self.billing_plan, self.status))


class Habit(StrEnum):
    """How a customer pays.

    ``OTHER_BANK`` is an account at a bank that gives no statements in XML, only a table.
    """

    REFERENCE = "reference"
    NO_REFERENCE = "no_reference"
    OTHER_BANK = "other_bank"
    PAIRS = "pairs"


class Credit(StrEnum):
    """How much of an invoice a credit note gives back."""

    FULL = "full"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Extra:
    """Something sold once.

    Attributes:
        index: Monthly invoice it is on, 0 the newest; None for an invoice of its own.
        issued_on, terms_days, paid: Of an invoice of its own.
    """

    item: str
    quantity: int
    index: int | None = None
    issued_on: date | None = None
    terms_days: int = 15
    paid: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """One customer's two years. Invoices are counted from the newest, which is 0.

    Attributes:
        spans: Billed months, oldest first.
        issue_after: Days from the start of a month to its invoice.
        unpaid: How many of the newest invoices are not paid at all.
        partly: Index -> percent (0-100) of the payable that was paid.
        disputed: Indexes of invoices in dispute.
        credits: Index -> how much a credit note gives back.
        paid_twice: Indexes of invoices that were paid once too often.
        rebate: Percent (0-100) off the whole document, or 0.
    """

    company: Company
    spans: tuple[Span, ...]
    issue_after: int
    plans: tuple[Plan, ...]
    habit: Habit = Habit.REFERENCE
    unpaid: int = 0
    extras: tuple[Extra, ...] = ()
    partly: dict[int, int] = field(default_factory=dict)
    disputed: frozenset[int] = frozenset()
    credits: dict[int, Credit] = field(default_factory=dict)
    paid_twice: frozenset[int] = frozenset()
    rebate: int = 0
