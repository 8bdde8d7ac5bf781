"""What a face (web, actions, command line) may use. Built once by ``bot.wiring``; holds interfaces, opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.billing.microsoft_ports import MicrosoftCommerce
from bot.billing.microsoft_records import MicrosoftRecords
from bot.billing.microsoft_sync import MicrosoftSync
from bot.billing.model import CommerceKind
from bot.billing.partner import Partner
from bot.billing.ports import Ledger
from bot.billing.service import Billing
from bot.conversations.collections import Collections
from bot.conversations.collections_desk import CollectionsDesk
from bot.conversations.customer_panel import CustomerPanels
from bot.conversations.desk import Desk
from bot.conversations.desk_ports import Sentences
from bot.conversations.desk_replies import DeskReplies
from bot.conversations.desk_views import DeskViews
from bot.conversations.escalation_desk import EscalationDesk
from bot.conversations.escalation_notices import CaseAnswers
from bot.conversations.escalation_runs import EscalationRuns
from bot.conversations.escalation_views import EscalationViews
from bot.conversations.figures import DeskFigures
from bot.conversations.helpers import HelperDesk, HelperGate
from bot.conversations.identification import Identification
from bot.conversations.leads import Leads
from bot.conversations.mail_intake import MailIntake
from bot.conversations.money_looks import MoneyLooks
from bot.conversations.outbox import Outbox
from bot.conversations.payables_desk import PayablesDesk
from bot.conversations.ports import ConversationStore, Mailer
from bot.conversations.ratings import Ratings
from bot.conversations.search import DeskSearch
from bot.conversations.service import Conversations
from bot.conversations.support_cases import SupportCases
from bot.conversations.suspensions import SuspensionRuns, Suspensions
from bot.conversations.ticket_desk import TicketDesk
from bot.conversations.tokens import Tokens
from bot.overdue.model import CollectionsPolicy
from bot.shared.audit import AuditTrail
from bot.shared.clock import Clock, today_in
from bot.shared.errors import NotFound
from bot.shared.tasks import Tasks
from bot.staff.ports import StaffStore
from bot.staff.service import StaffService
from bot.staff.sessions import Sessions
from bot.staff.sign_in import SignIn
from bot.support.canned import CannedReply
from bot.support.offering import Offering
from bot.support.portals import Portal
from bot.support.service_requests import MicrosoftSupport


class ArticleNotFound(NotFound):
    """There is no such article."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of an article that answers a question.

    Attributes:
        name: Of the article, the same in every language.
        title: Of the article, in the language of the question.
        text: One or a few paragraphs, parted by a blank line, five sentences at most.
    """

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """A whole article to read.

    Attributes:
        languages: All it is written in, sorted; never empty.
        paragraphs: Never empty.
        reviewed: Day somebody last held the text against its sources.
    """

    name: str
    language: str
    languages: tuple[str, ...]
    title: str
    paragraphs: tuple[str, ...]
    reviewed: date


class Articles(Protocol):
    """What is known about billing in general, in the partner's words."""

    def answer(self, *, question: str, language: str, topics: tuple[str, ...] = (), commerce: CommerceKind | None = None) -> Passage | None:
        """Return the passage that answers ``question``, or None when no article is near enough.

        Args:
            topics: Only articles about one of these; empty means all.
            commerce: The commerce system the question is about, where it is known.
        """
        ...

    def warm(self) -> None:
        """Build what answering needs, so that no customer waits for it."""
        ...

    def page(self, *, name: str, language: str) -> ArticlePage:
        """Return the article called ``name`` as written in ``language``. Raises: ArticleNotFound."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """All that a face needs.

    Attributes:
        tasks: What the program asks the staff to do; no customer sees it.
        microsoft_records: What Microsoft's side looked like when it was last read.
        microsoft: Customers, subscriptions and bills at Microsoft; None where Partner Center is not set up. Only the worker calls it.
        microsoft_support: Microsoft's support, likewise.
        sync: Reads Microsoft's side into the records; None likewise.
        outbox: Mails on their way.
        escalation_runs: Sends and follows cases at Microsoft; None likewise.
        case_answers: Takes what customers say about cases that Microsoft closed.
        support_cases: Technical cases from the first word to the ticket.
        helpers: Tickets that somebody outside works on.
        helper_gate: The way to helpers' webhooks and back; None while there is no secret to sign with. Only the worker sends.
        leads: Needs that customers mention.
        collections: Versions of the collections policy, the earliest first.
        portals: Where those turn who bought elsewhere.
        canned_replies: What agents say again and again; may be empty.
        agent_silence: How long a customer waits for an agent before the chat goes back to the queue.
        public_url: Address that customers use, without a slash at the end.
    """

    clock: Clock
    zone: ZoneInfo
    ledger: Ledger
    conversation_store: ConversationStore
    staff: StaffStore
    sessions: Sessions
    sign_in: SignIn
    staff_service: StaffService
    billing: Billing
    conversations: Conversations
    identification: Identification
    desk: Desk
    desk_replies: DeskReplies
    desk_views: DeskViews
    ratings: Ratings
    ticket_desk: TicketDesk
    mail_intake: MailIntake
    tasks: Tasks
    money_looks: MoneyLooks
    customer_panels: CustomerPanels
    desk_search: DeskSearch
    desk_figures: DeskFigures
    tokens: Tokens
    mailer: Mailer
    phrases: Sentences
    articles: Articles
    microsoft_records: MicrosoftRecords
    microsoft: MicrosoftCommerce | None
    microsoft_support: MicrosoftSupport | None
    sync: MicrosoftSync | None
    outbox: Outbox
    escalation_views: EscalationViews
    escalations: EscalationDesk
    escalation_runs: EscalationRuns | None
    case_answers: CaseAnswers
    payables: PayablesDesk
    overdue: Collections
    overdue_desk: CollectionsDesk
    suspensions: Suspensions
    suspension_runs: SuspensionRuns
    support_cases: SupportCases
    helpers: HelperDesk
    helper_gate: HelperGate | None
    leads: Leads
    audit: AuditTrail
    partner: Partner
    offering: Offering
    collections: tuple[CollectionsPolicy, ...]
    portals: tuple[Portal, ...]
    canned_replies: tuple[CannedReply, ...]
    agent_silence: timedelta
    public_url: str

    def now(self) -> datetime:
        """Return the present instant (aware, UTC)."""
        return self.clock.now()

    def today(self) -> date:
        """Return today's date in the partner's zone."""
        return today_in(self.clock.now(), self.zone)
