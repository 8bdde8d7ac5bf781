"""What an import did, for the summary line and for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.billing.ports import Saved


@dataclass(frozen=True, slots=True)
class IntakeReport:
    """What became of one file, or of several added up.

    Attributes:
        added: Records that are new.
        changed: Records that were known and now differ; never invoices or payments.
        unchanged: Records that were known with the same content.
        known_files: Files that had been imported before and were not read again.
        created_customers: Numbers of customers made from the buyer on an e-invoice, in file order; may be empty.
        placed: Payments of which something was allocated.
        unallocated: Payments of which something was not, by reason code, sorted by code; may be empty.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    known_files: int = 0
    created_customers: tuple[str, ...] = ()
    placed: int = 0
    unallocated: tuple[tuple[str, int], ...] = ()

    def __add__(self, other: IntakeReport) -> IntakeReport:
        counts = Counter(dict(self.unallocated)) + Counter(dict(other.unallocated))
        return IntakeReport(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
            known_files=self.known_files + other.known_files,
            created_customers=self.created_customers + other.created_customers,
            placed=self.placed + other.placed,
            unallocated=tuple(sorted(counts.items())),
        )


def report_of(saved: Iterable[Saved]) -> IntakeReport:
    """Return the report of records that were saved one by one."""
    counts = Counter(saved)
    return IntakeReport(added=counts[Saved.ADDED], changed=counts[Saved.CHANGED], unchanged=counts[Saved.UNCHANGED])
