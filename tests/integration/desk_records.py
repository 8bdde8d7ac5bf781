"""What the record screens show in tests: a customer with invoices, payments, subscriptions and tickets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TypedDict

from bot.billing.model import Contact, Customer
from bot.conversations.model import Reply, Sender, VerifiedBy
from bot.services import Services
from bot.shared.ids import ConversationId, CustomerId
from bot.support.model import HandoverReason, Ticket, TicketKind
from bot.wiring import Wired
from tests.builders import add, allocation, document, payment, subscription
from tests.conftest import NOW

CUSTOMER = Customer(
    CustomerId("cus_minta"),
    "C-10001",
    "Minta <b>Kft.</b>",
    language="hu",
    tax_numbers=("12345678-2-42",),
    contacts=(Contact("Kiss Anna", "anna@minta.example", "hu"),),
)


class Ledger(TypedDict):
    """Numbers of the customer's documents."""

    overdue: str
    paid: str
    latest: str


def filled(wired: Wired) -> Ledger:
    """Put the customer into the ledger with three invoices, a payment that is not wholly placed, and a subscription."""
    overdue = document(CUSTOMER.id, "CL-2026-0117", payable="1284.55", issued_on=date(2026, 1, 20), due_on=date(2026, 2, 4), lines=2)
    paid = document(CUSTOMER.id, "CL-2025-0990", payable="300", issued_on=date(2025, 12, 10), due_on=date(2025, 12, 25))
    latest = document(CUSTOMER.id, "CL-2026-0301", payable="90", issued_on=date(2026, 3, 2), due_on=date(2026, 3, 30))
    with wired.store.ledger.begin() as tx:
        tx.save_customer(CUSTOMER)
        tx.save_subscription(subscription(CUSTOMER.id))
    add(wired.store, overdue, paid, latest)
    received = replace(payment("bank-1", "350", customer_id=CUSTOMER.id), unallocated_reason="no_match")
    with wired.store.ledger.begin() as tx:
        tx.add_payment(received, [allocation(received, paid, "300")])
    return Ledger(overdue=overdue.number, paid=paid.number, latest=latest.number)


def talked(
    services: Services, *, asked: str = "Why two invoices for Visio?", invoice: str = "CL-2026-0117"
) -> tuple[ConversationId, Ticket]:
    """Have the customer talk to the assistant and ask for a person."""
    conversation = services.conversations.open(channel="web", language="en", now=NOW - timedelta(hours=5), secret="s")
    with services.conversation_store.begin() as tx:
        tx.bind(conversation_id=conversation.id, customer_id=CUSTOMER.id, contact_email="anna@minta.example", verified_by=VerifiedBy.CODE)
    taken = services.conversations.take_message(
        conversation_id=conversation.id, text=asked, now=NOW - timedelta(hours=5), holder="t", client_id=None, payload=None
    )
    services.conversations.record_bot_replies(
        conversation_id=conversation.id,
        answers=taken.message.seq,
        replies=(Reply(Sender.BOT, "I pass you on.", "en"),),
        holder="t",
        now=NOW - timedelta(hours=5),
        understood=True,
        language="en",
    )
    ticket = services.conversations.ask_for_agent(
        conversation_id=conversation.id,
        reason=HandoverReason.ASKED,
        kind=TicketKind.BILLING,
        now=NOW - timedelta(hours=5),
        answer_by=NOW - timedelta(hours=1),
        about=(("invoice", invoice), ("intent", "request_agent")),
    )
    return conversation.id, ticket
