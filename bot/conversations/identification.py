"""Identifying a visitor: customer number, then a one-time code mailed to a contact on file.

Nothing the visitor can see tells whether a customer number exists: the words, the tries and the work done are the same.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.billing.model import Contact, Customer
from bot.billing.ports import CustomerNotFound, Ledger
from bot.conversations.model import LoginCode, VerifiedBy
from bot.conversations.ports import ConversationStore
from bot.shared.ids import ConversationId, CustomerId

CODE_VALID_FOR = timedelta(minutes=10)
CODE_TRIES = 5
CODES_PER_HOUR = 5


class CodeOutcome(StrEnum):
    """What became of a code that was typed in."""

    VERIFIED = "verified"
    WRONG = "wrong"
    EXPIRED = "expired"
    NONE_PENDING = "none_pending"
    OUT_OF_TRIES = "out_of_tries"


@dataclass(frozen=True, slots=True)
class CodeMail:
    """A code to be mailed; handed to the caller, who sends it after the transaction."""

    contact: Contact
    customer: Customer
    code: str
    idempotency_key: str


class Identification:
    """Issues and checks one-time codes."""

    def __init__(self, *, ledger: Ledger, conversations: ConversationStore, key: str) -> None:
        self._ledger = ledger
        self._conversations = conversations
        self._key = key.encode()

    def start(self, *, conversation_id: ConversationId, customer_number: str, now: datetime) -> CodeMail | None:
        """Issue a code for the conversation and return the mail to send, or None when there is nobody to mail it to.

        The caller must answer the visitor the same way in both cases. At most five codes an hour are mailed for a customer.
        """
        try:
            with self._ledger.begin() as ledger:
                customer: Customer | None = ledger.customer_by_number(customer_number)
        except CustomerNotFound:
            customer = None
        contact = customer.contacts[0] if customer and customer.contacts else None
        code = f"{secrets.randbelow(1_000_000):06d}"
        with self._conversations.begin() as tx:
            wanted = customer.id if customer else CustomerId("")
            recent = tx.count_login_codes(customer_id=wanted, since=now - timedelta(hours=1))
            if recent >= CODES_PER_HOUR:
                contact = None
            tx.save_login_code(
                LoginCode(
                    conversation_id=conversation_id,
                    customer_id=customer.id if customer and contact else None,
                    contact_email=contact.email if contact else None,
                    code_hash=self._hash(conversation_id, code),
                    expires_at=now + CODE_VALID_FOR,
                    tries_left=CODE_TRIES,
                )
            )
        if customer is None or contact is None:
            return None
        key = hashlib.sha256(f"{conversation_id}{now.isoformat()}{self._hash(conversation_id, code)}".encode()).hexdigest()
        return CodeMail(contact, customer, code, f"code-{key[:32]}")

    def is_pending(self, *, conversation_id: ConversationId) -> bool:
        """Return whether the conversation waits for a code."""
        with self._conversations.begin() as tx:
            return tx.login_code(conversation_id=conversation_id) is not None

    def check(self, *, conversation_id: ConversationId, code: str, now: datetime) -> CodeOutcome:
        """Check a typed code; the right one binds the conversation to the customer and contact it was mailed to."""
        with self._conversations.begin() as tx:
            pending = tx.login_code(conversation_id=conversation_id)
            if pending is None:
                return CodeOutcome.NONE_PENDING
            if pending.expires_at <= now:
                tx.drop_login_code(conversation_id=conversation_id)
                return CodeOutcome.EXPIRED
            fits = hmac.compare_digest(pending.code_hash, self._hash(conversation_id, code))
            if fits and pending.customer_id is not None:
                tx.drop_login_code(conversation_id=conversation_id)
                tx.bind(
                    conversation_id=conversation_id,
                    customer_id=pending.customer_id,
                    contact_email=pending.contact_email,
                    verified_by=VerifiedBy.CODE,
                )
                return CodeOutcome.VERIFIED
            if pending.tries_left <= 1:
                tx.drop_login_code(conversation_id=conversation_id)
                return CodeOutcome.OUT_OF_TRIES
            tx.save_login_code(
                LoginCode(
                    conversation_id=conversation_id,
                    customer_id=pending.customer_id,
                    contact_email=pending.contact_email,
                    code_hash=pending.code_hash,
                    expires_at=pending.expires_at,
                    tries_left=pending.tries_left - 1,
                )
            )
            return CodeOutcome.WRONG

    def _hash(self, conversation_id: ConversationId, code: str) -> str:
        return hmac.new(self._key, f"{conversation_id}:{code}".encode(), hashlib.sha256).hexdigest()
