"""Documents made from the ledger, as PDF."""

from bot.documents.invoice_pdf import invoice_pdf
from bot.documents.labels import LABELS, MissingLabel

__all__ = ["LABELS", "MissingLabel", "invoice_pdf"]
