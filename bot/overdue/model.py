"""The partner's collections policy and where an invoice stands on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.shared.words import Words


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


@dataclass(frozen=True, slots=True)
class CollectionsPolicy:
    """One version of the partner's collections policy.

    Attributes:
        version: The partner's name for it; unique.
        in_force_from: It holds for invoices issued from this day on, until a later version does.
        steps: By ``days``, ascending; at most one of them proposes suspension.
        access_note: What losing access means, and how it comes back.
        termination_note: What ends the contract, and when.
    """

    version: str
    in_force_from: date
    steps: tuple[PolicyStep, ...]
    access_note: Words
    termination_note: Words


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
