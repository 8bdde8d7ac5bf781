"""What a face (web, actions, command line) may use. Built once by ``bot.wiring``; holds interfaces, opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.billing.partner import Partner
from bot.billing.ports import Ledger
from bot.billing.service import Billing
from bot.conversations.identification import Identification
from bot.conversations.model import Button
from bot.conversations.ports import ConversationStore, Mailer
from bot.conversations.service import Conversations
from bot.conversations.tokens import DocumentGrant, Tokens
from bot.overdue.model import CollectionsPolicy
from bot.shared.clock import Clock, today_in
from bot.staff.ports import StaffStore
from bot.support.offering import Offering


class Said(Protocol):
    """A sentence filled in."""

    @property
    def text(self) -> str:
        """What to show."""
        ...

    @property
    def buttons(self) -> tuple[Button, ...]:
        """Choices under it; may be empty."""
        ...


class Phrases(Protocol):
    """Every sentence for a customer, by name and language."""

    def say(self, name: str, language: str, values: Mapping[str, str] | None = None, variant: int = 0) -> Said:
        """Return the sentence ``name`` in ``language`` with ``values`` filled in."""
        ...


class Documents(Protocol):
    """Makes documents from the ledger."""

    def invoice_pdf(self, *, grant: DocumentGrant, today: date) -> bytes:
        """Return the PDF of the document granted. Raises: InvoiceNotFound."""
        ...


class AuditTrail(Protocol):
    """The hash-chained record of what was read and changed."""

    def verify(self) -> tuple[str, ...]:
        """Return one sentence per broken entry; empty when the chain holds."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """All that a face needs.

    Attributes:
        collections: Versions of the collections policy, the earliest first.
        public_url: Address that customers use, without a slash at the end.
    """

    clock: Clock
    zone: ZoneInfo
    ledger: Ledger
    conversation_store: ConversationStore
    staff: StaffStore
    billing: Billing
    conversations: Conversations
    identification: Identification
    tokens: Tokens
    mailer: Mailer
    phrases: Phrases
    documents: Documents
    audit: AuditTrail
    partner: Partner
    offering: Offering
    collections: tuple[CollectionsPolicy, ...]
    public_url: str

    def now(self) -> datetime:
        """Return the present instant (aware, UTC)."""
        return self.clock.now()

    def today(self) -> date:
        """Return today's date in the partner's zone."""
        return today_in(self.clock.now(), self.zone)
