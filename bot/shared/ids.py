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
