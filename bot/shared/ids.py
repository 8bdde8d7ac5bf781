"""Identifiers. Ours are random 128-bit with a prefix; vendors' ids keep their spelling."""

import secrets
from typing import NewType

CustomerId = NewType("CustomerId", str)
SubscriptionId = NewType("SubscriptionId", str)
InvoiceId = NewType("InvoiceId", str)
PaymentId = NewType("PaymentId", str)
ConversationId = NewType("ConversationId", str)
TicketId = NewType("TicketId", str)
StaffId = NewType("StaffId", str)
NoteId = NewType("NoteId", str)
OutgoingId = NewType("OutgoingId", str)
RatingId = NewType("RatingId", str)
TenantId = NewType("TenantId", str)
ServiceRequestId = NewType("ServiceRequestId", str)
LeadId = NewType("LeadId", str)
EscalationId = NewType("EscalationId", str)
DiagnosisId = NewType("DiagnosisId", str)
QuoteId = NewType("QuoteId", str)
SuspensionId = NewType("SuspensionId", str)


def _new(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(16)}"


def new_customer_id() -> CustomerId:
    """Return a fresh customer id such as ``cus_9f…`` (128 random bits)."""
    return CustomerId(_new("cus"))


def new_invoice_id() -> InvoiceId:
    """Return a fresh invoice id such as ``inv_9f…`` (128 random bits)."""
    return InvoiceId(_new("inv"))


def new_payment_id() -> PaymentId:
    """Return a fresh payment id such as ``pay_9f…`` (128 random bits)."""
    return PaymentId(_new("pay"))


def new_conversation_id() -> ConversationId:
    """Return a fresh conversation id such as ``cnv_9f…`` (128 random bits)."""
    return ConversationId(_new("cnv"))


def new_ticket_id() -> TicketId:
    """Return a fresh ticket id such as ``tkt_9f…`` (128 random bits)."""
    return TicketId(_new("tkt"))


def new_staff_id() -> StaffId:
    """Return a fresh staff id such as ``stf_9f…`` (128 random bits)."""
    return StaffId(_new("stf"))


def new_note_id() -> NoteId:
    """Return a fresh note id such as ``nte_9f…`` (128 random bits)."""
    return NoteId(_new("nte"))


def new_outgoing_id() -> OutgoingId:
    """Return a fresh id of a reply on its way, such as ``out_9f…`` (128 random bits)."""
    return OutgoingId(_new("out"))


def new_rating_id() -> RatingId:
    """Return a fresh rating id such as ``rtg_9f…`` (128 random bits)."""
    return RatingId(_new("rtg"))


def new_lead_id() -> LeadId:
    """Return a fresh lead id such as ``led_9f…`` (128 random bits)."""
    return LeadId(_new("led"))


def new_escalation_id() -> EscalationId:
    """Return a fresh escalation id such as ``esc_9f…`` (128 random bits)."""
    return EscalationId(_new("esc"))


def new_diagnosis_id() -> DiagnosisId:
    """Return a fresh diagnosis id such as ``dia_9f…`` (128 random bits)."""
    return DiagnosisId(_new("dia"))


def new_quote_id() -> QuoteId:
    """Return a fresh quote id such as ``quo_9f…`` (128 random bits)."""
    return QuoteId(_new("quo"))


def new_suspension_id() -> SuspensionId:
    """Return a fresh suspension id such as ``sus_9f…`` (128 random bits)."""
    return SuspensionId(_new("sus"))


def new_hold_id() -> str:
    """Return a fresh id of a hold such as ``hld_9f…`` (128 random bits)."""
    return _new("hld")
