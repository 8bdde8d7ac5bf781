"""The partner's collections policy and where an invoice stands on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from bot.billing.ports import OpenDocument
from bot.shared.money import Money
from bot.shared.words import Words


class Channel(StrEnum):
    """How a notice reaches the customer; the chat only where the customer has written in one."""

    MAIL = "mail"
    CHAT = "chat"


class StepKind(StrEnum):
    """What a step of the ladder does. The last two are only ever proposed; a person decides (design, decision 4)."""

    REMINDER = "reminder"
    NOTICE = "notice"
    FINAL_NOTICE = "final_notice"
    PROPOSE_SUSPENSION = "propose_suspension"
    PROPOSE_TERMINATION = "propose_termination"


@dataclass(frozen=True, slots=True)
class PolicyStep:
    """One step of a policy.

    Attributes:
        key: Stable name, unique in the policy.
        days: Calendar days after the due date; negative is before it, 0 the due date itself.
        label: Short name of the step.
        effect: What happens then.
    """

    key: str
    kind: StepKind
    days: int
    label: Words
    effect: Words
    channels: tuple[Channel, ...] = (Channel.MAIL, Channel.CHAT)

    @property
    def is_notice(self) -> bool:
        """Return whether the customer is written to; the other steps are proposed to people."""
        return self.kind in (StepKind.REMINDER, StepKind.NOTICE, StepKind.FINAL_NOTICE)


def every_day(_: date) -> bool:
    """Return True: a calendar without closed days."""
    return True


@dataclass(frozen=True, slots=True)
class HoldRules:
    """What the assistant may agree to without a person.

    Attributes:
        promise_days: A promise may name a day so many days ahead at most.
        promises: So many for one invoice at most.
        instalments: So many parts at most; 0 when there are none without a person.
        instalment_days: So many days from the first to the last at most.
    """

    promise_days: int = 10
    promises: int = 1
    instalments: int = 0
    instalment_days: int = 60


@dataclass(frozen=True, slots=True)
class CollectionsPolicy:
    """One version of the partner's collections policy.

    Attributes:
        version: The partner's name for it; unique.
        in_force_from: It holds for invoices issued from this day on, until a later version does.
        steps: By ``days``, ascending; at most one of them proposes suspension.
        access_note: What losing access means, and how it comes back.
        termination_note: What ends the contract, and when.
        customers: Numbers of the customers it is for; empty means all others.
        grace_days: So many days after the due date nothing happens, and the steps after it come that much later.
        minimums: Below so much overdue in all, one for each currency, nothing is sent and nothing stops.
        four_eyes_above: Above so much, one for each currency, a suspension needs two people to approve it.
        interest: What late payment costs by the contract, for the customer to read, or None.
        holds: What the assistant may agree to.
        is_open_day: Whether something may be sent on a day; a step of a closed day comes on the next open one.
    """

    version: str
    in_force_from: date
    steps: tuple[PolicyStep, ...]
    access_note: Words
    termination_note: Words
    customers: frozenset[str] = frozenset()
    grace_days: int = 0
    minimums: tuple[Money, ...] = ()
    four_eyes_above: tuple[Money, ...] = ()
    interest: Words | None = None
    holds: HoldRules = HoldRules()
    is_open_day: Callable[[date], bool] = field(default=every_day, compare=False)

    def step(self, key: str) -> PolicyStep | None:
        """Return the step called ``key``, or None when this version has none."""
        return next((step for step in self.steps if step.key == key), None)


class HoldKind(StrEnum):
    """Why the ladder of an invoice stands still."""

    DISPUTE = "dispute"
    PROMISE = "promise"
    INSTALMENTS = "instalments"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Hold:
    """A time in which the ladder stands still, both days included.

    Attributes:
        until: The last day, or None while nobody knows it (a dispute).
    """

    kind: HoldKind
    since: date
    until: date | None

    def holds_on(self, day: date) -> bool:
        """Return whether it holds on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class OverdueCase:
    """One invoice on the ladder.

    Attributes:
        done: Steps taken, with the day on which each was.
        holds: Those that are not lifted; may be empty.
    """

    item: OpenDocument
    done: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    holds: tuple[Hold, ...] = ()


@dataclass(frozen=True, slots=True)
class DatedStep:
    """A step of the policy with the day on which it falls for one invoice."""

    step: PolicyStep
    on: date


@dataclass(frozen=True, slots=True)
class LadderState:
    """Where one invoice stands on the ladder.

    Attributes:
        reached: Steps whose day has come, oldest first; may be empty. While held, only those reached before the hold.
        next: The step to come, or None when there is none or the ladder is held.
        access_stops_on: Day on which suspension is due to be proposed, also when past; None when the policy has
            no such step, or the ladder is held before it.
        held: True while a dispute stops the ladder.
    """

    reached: tuple[DatedStep, ...]
    next: DatedStep | None
    access_stops_on: date | None
    held: bool

    @property
    def current(self) -> DatedStep | None:
        """Return the latest step reached, or None when none is."""
        return self.reached[-1] if self.reached else None
