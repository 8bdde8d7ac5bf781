"""Documents made from the ledger at the moment somebody opens their link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.billing.partner import Partner
from bot.billing.service import Billing
from bot.conversations.desk_ports import Sentences
from bot.conversations.tokens import DocumentGrant
from bot.documents.invoice_pdf import invoice_pdf
from bot.documents.labels import LABELS


@dataclass(frozen=True, slots=True)
class LedgerDocuments:
    """Makes PDFs from the ledger, with the words of the phrasebook."""

    billing: Billing
    partner: Partner
    phrases: Sentences

    def invoice_pdf(self, *, grant: DocumentGrant, today: date) -> bytes:
        """Return the PDF of the document granted. Raises: InvoiceNotFound."""
        view = self.billing.invoice(customer_id=grant.customer_id, typed_number=grant.number, today=today)
        customer = self.billing.customer(customer_id=grant.customer_id)
        labels: Mapping[str, str] = {name: self.phrases.say(name, grant.language).text for name in LABELS}
        return invoice_pdf(view=view, customer=customer, partner=self.partner, language=grant.language, labels=labels)
