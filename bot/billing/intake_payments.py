"""Placing payments within one transaction of an import: who paid, what is quoted, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.billing import invoice_number
from bot.billing.allocation import OpenInvoice, Placement, Quoted, place, quoted_by_reference, quoted_numbers
from bot.billing.intake_report import IntakeReport
from bot.billing.model import Allocation, DocumentKind, Invoice, Payment, Settlement
from bot.billing.payers import Payers
from bot.billing.ports import InvoiceNotFound, LedgerTx
from bot.shared.ids import CustomerId, InvoiceId
from bot.shared.money import Money, total


class PaymentPlacer:
    """Places payments one after the other; knows what the earlier ones have used up."""

    def __init__(self, tx: LedgerTx) -> None:
        self._tx = tx
        self._customers = tx.all_customers()
        self._payers = Payers(self._customers)
        self._open: dict[CustomerId, tuple[OpenInvoice, ...]] = {}
        self._numbers: dict[CustomerId, tuple[str, ...]] = {}
        self._taken: dict[InvoiceId, Money] = {}
        self._everywhere: dict[tuple[str, ...], list[str]] | None = None

    def take(self, payment: Payment, customer_id: CustomerId | None) -> IntakeReport:
        """Add a new payment to the ledger, placed as far as it can be.

        Args:
            payment: As read.
            customer_id: Who paid, when the file says so.
        """
        payer = customer_id or self._payers.identify(name=payment.payer_name, account=payment.payer_account)
        placement = self._place(payment, payment.amount, payer, done=())
        stored = self._placed_payment(payment, payer if customer_id else None, payer, placement)
        self._tx.add_payment(stored, _allocations(payment, placement))
        self._use_up(placement)
        return _report(placement, added=1)

    def retry(self, payment: Payment, done: Sequence[Allocation]) -> IntakeReport:
        """Try again to place the rest of a stored payment; what was placed on it stays."""
        rest = payment.amount - total(tuple(part.amount for part in done), currency=payment.amount.currency)
        payer = payment.customer_id or self._payers.identify(name=payment.payer_name, account=payment.payer_account)
        placement = self._place(payment, rest, payer, done=done)
        stored = self._placed_payment(payment, payment.customer_id, payer, placement)
        # A rest that found no place keeps the first reason: that it was too much says more than that nothing else fits.
        if not placement.parts and done:
            stored = replace(stored, unallocated_reason=payment.unallocated_reason)
        if placement.parts or stored != payment:
            self._tx.place_payment(stored, _allocations(payment, placement))
        self._use_up(placement)
        return _report(placement, added=0)

    def _place(self, payment: Payment, amount: Money, payer: CustomerId | None, done: Sequence[Allocation]) -> Placement:
        settled = {part.invoice_id for part in done}
        quoted, unclear = self._quoted(payment.remittance, payer)
        payer_open = None if payer is None else [invoice for invoice in self._open_of(payer) if invoice.id not in settled]
        return place(
            amount=amount,
            quoted=[invoice for invoice in quoted if invoice.id not in settled],
            unclear=unclear,
            payer_open=payer_open,
        )

    def _quoted(self, remittance: str, payer: CustomerId | None) -> tuple[list[OpenInvoice], list[list[OpenInvoice]]]:
        """Return invoices that the text names, the payer's own before anybody else's, then those whose payment reference it has."""
        if not remittance:
            return [], []
        named = Quoted(())
        if payer is not None:
            named = quoted_numbers(remittance=remittance, numbers=self._numbers_of(payer))
        if not named.numbers and not named.unclear:
            named = self._quoted_anywhere(remittance)
        quoted = [invoice for number in named.numbers if (invoice := self._known(number))]
        unclear = [[invoice for number in group if (invoice := self._known(number))] for group in named.unclear]
        if not quoted and not unclear:
            candidates = self._open_of(payer) if payer is not None else self._open_of_everyone()
            quoted = list(quoted_by_reference(remittance=remittance, invoices=candidates))
        return quoted, unclear

    def _quoted_anywhere(self, remittance: str) -> Quoted:
        """Return numbers of whatever customer; here only the whole number counts, since an ending would fit strangers' invoices."""
        found: list[str] = []
        unclear: list[tuple[str, ...]] = []
        for candidate in invoice_number.find_candidates(remittance):
            numbers = self._all_numbers().get(invoice_number.key(candidate.text), [])
            if len(numbers) == 1:
                found.append(numbers[0])
            elif numbers:
                unclear.append(tuple(numbers))
        return Quoted(tuple(dict.fromkeys(found)), tuple(unclear))

    def _all_numbers(self) -> dict[tuple[str, ...], list[str]]:
        # Only built when a payment quotes a number that its payer does not have.
        if self._everywhere is None:
            self._everywhere = {}
            for customer in self._customers:
                for number in self._tx.invoice_numbers(customer_id=customer.id):
                    self._everywhere.setdefault(invoice_number.key(number), []).append(number)
        return self._everywhere

    def _numbers_of(self, customer_id: CustomerId) -> tuple[str, ...]:
        if customer_id not in self._numbers:
            self._numbers[customer_id] = self._tx.invoice_numbers(customer_id=customer_id)
        return self._numbers[customer_id]

    def _open_of(self, customer_id: CustomerId) -> list[OpenInvoice]:
        if customer_id not in self._open:
            invoices = self._tx.unsettled_invoices(customer_id=customer_id)
            settlements = self._tx.settlements(customer_id=customer_id, invoices=invoices)
            # What this transaction used up is in the settlements of what is read now, and in ``_taken`` for what was read before.
            self._open[customer_id] = tuple(_open_invoice(invoice, settlements[invoice.id]) for invoice in invoices)
            for invoice in invoices:
                self._taken.pop(invoice.id, None)
        return [self._less_taken(invoice) for invoice in self._open[customer_id]]

    def _open_of_everyone(self) -> list[OpenInvoice]:
        return [invoice for customer in self._customers for invoice in self._open_of(customer.id)]

    def _known(self, number: str) -> OpenInvoice | None:
        """Return the invoice of that number, also when it is settled; None for a credit note, which nobody pays."""
        try:
            invoice = self._tx.invoice_by_number(number)
        except InvoiceNotFound:
            return None
        if invoice.kind is DocumentKind.CREDIT_NOTE:
            return None
        settlements = self._tx.settlements(customer_id=invoice.customer_id, invoices=(invoice,))
        return _open_invoice(invoice, settlements[invoice.id])

    def _less_taken(self, invoice: OpenInvoice) -> OpenInvoice:
        taken = self._taken.get(invoice.id)
        return invoice if taken is None else replace(invoice, open_amount=invoice.open_amount - taken)

    def _use_up(self, placement: Placement) -> None:
        for invoice, part in placement.parts:
            before = self._taken.get(invoice.id)
            self._taken[invoice.id] = part if before is None else before + part

    @staticmethod
    def _placed_payment(payment: Payment, given: CustomerId | None, payer: CustomerId | None, placement: Placement) -> Payment:
        # Who is quoted outweighs a name that is only alike, but not what the file itself says.
        of_invoice = placement.parts[0][0].customer_id if placement.parts else None
        return replace(payment, customer_id=given or of_invoice or payer, unallocated_reason=placement.reason and placement.reason.value)


def _open_invoice(invoice: Invoice, settlement: Settlement) -> OpenInvoice:
    rest = invoice.payable - settlement.paid - settlement.credited
    return OpenInvoice(
        id=invoice.id,
        number=invoice.number,
        customer_id=invoice.customer_id,
        payment_reference=invoice.payment_reference,
        due_on=invoice.due_on,
        open_amount=max(rest, Money.zero(invoice.currency)),
    )


def _allocations(payment: Payment, placement: Placement) -> tuple[Allocation, ...]:
    return tuple(Allocation(payment.id, invoice.id, part, payment.received_on) for invoice, part in placement.parts)


def _report(placement: Placement, *, added: int) -> IntakeReport:
    unallocated = ((placement.reason.value, 1),) if placement.reason else ()
    return IntakeReport(added=added, placed=1 if placement.parts else 0, unallocated=unallocated)
