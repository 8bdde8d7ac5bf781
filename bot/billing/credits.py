"""How credit notes are set against the invoices they name. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.shared.ids import InvoiceId
from bot.shared.money import Money


@dataclass(frozen=True, slots=True)
class CreditNote:
    """What is given back and for which invoices.

    Attributes:
        amount: Payable of the credit note, positive.
        invoice_ids: The invoices it names that are in the ledger, in the order it lists them; may be empty.
    """

    id: InvoiceId
    amount: Money
    invoice_ids: tuple[InvoiceId, ...]


@dataclass(frozen=True, slots=True)
class CreditApplication:
    """The part of one credit note that is set against one invoice; always positive."""

    credit_note_id: InvoiceId
    invoice_id: InvoiceId
    amount: Money


def apply_credits(*, notes: Sequence[CreditNote], payables: Mapping[InvoiceId, Money]) -> tuple[CreditApplication, ...]:
    """Return which part of each credit note goes to which invoice.

    A note fills the invoices it names in the order listed, each up to what earlier notes have left of its payable. What is
    left over then is set against nothing, and an invoice in another currency takes nothing.

    Args:
        notes: In the order they take effect, oldest first.
        payables: Payable of every invoice that a note may name; one that is not a key takes nothing.
    """
    room = dict(payables)
    applications: list[CreditApplication] = []
    for note in notes:
        rest = note.amount
        for invoice_id in note.invoice_ids:
            free = room.get(invoice_id)
            if free is None or free.currency != rest.currency:
                continue
            part = min(rest, free)
            if part.amount <= 0:
                continue
            applications.append(CreditApplication(note.id, invoice_id, part))
            room[invoice_id] = free - part
            rest -= part
    return tuple(applications)
