"""The words a document needs, by their names in the phrasebook (data/responses/{en,hu}/documents.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.shared.errors import InvalidInput

LABELS: tuple[str, ...] = (
    "utter_document_title_invoice",
    "utter_document_title_credit_note",
    "utter_document_copy",
    "utter_document_copy_note",
    "utter_document_seller",
    "utter_document_buyer",
    "utter_document_tax_number",
    "utter_document_eu_tax_number",
    "utter_document_company_number",
    "utter_document_customer_number",
    "utter_document_number",
    "utter_document_issued_on",
    "utter_document_due_on",
    "utter_document_period",
    "utter_document_purchase_order",
    "utter_document_payment_reference",
    "utter_document_refers_to",
    "utter_document_position",
    "utter_document_description",
    "utter_document_quantity",
    "utter_document_unit_price",
    "utter_document_net",
    "utter_document_vat",
    "utter_document_gross",
    "utter_document_charge_cycle_fee",
    "utter_document_charge_proration",
    "utter_document_charge_credit",
    "utter_document_charge_usage",
    "utter_document_charge_one_time",
    "utter_document_charge_tax",
    "utter_document_vat_summary",
    "utter_document_vat_rate",
    "utter_document_vat_s",
    "utter_document_vat_z",
    "utter_document_vat_e",
    "utter_document_vat_ae",
    "utter_document_vat_k",
    "utter_document_vat_g",
    "utter_document_vat_o",
    "utter_document_vat_other",
    "utter_document_total",
    "utter_document_prepaid",
    "utter_document_rounding",
    "utter_document_payable",
    "utter_document_credited_total",
    "utter_document_paid",
    "utter_document_last_paid_on",
    "utter_document_credited",
    "utter_document_open_amount",
    "utter_document_standing",
    "utter_document_days_overdue",
    "utter_document_standing_open",
    "utter_document_standing_partly_paid",
    "utter_document_standing_paid",
    "utter_document_standing_overdue",
    "utter_document_standing_credited",
    "utter_document_standing_in_dispute",
    "utter_document_payment",
    "utter_document_bank",
    "utter_document_account",
    "utter_document_bic",
)


class MissingLabel(InvalidInput):
    """The phrasebook lacks a word that the document prints."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Words by short name: ``labels("net")`` is the response ``utter_document_net``."""

    by_name: Mapping[str, str]

    def __call__(self, name: str) -> str:
        """Return the word called ``name`` without its ``utter_document_``."""
        return self.by_name[f"utter_document_{name}"]


def labels_from(by_name: Mapping[str, str]) -> Labels:
    """Return ``by_name`` (text by full response name; more than needed is fine) after checking that nothing is missing.

    Raises:
        MissingLabel: Names every word that is missing.
    """
    missing = [name for name in LABELS if not by_name.get(name)]
    if missing:
        raise MissingLabel(f"documents.yml lacks {', '.join(missing)}; add a text for each in data/responses")
    return Labels(by_name)
