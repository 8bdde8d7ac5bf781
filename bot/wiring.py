"""The one composition root: settings in, services out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from prometheus_client import CollectorRegistry

from bot.billing.microsoft_sync import MicrosoftSync
from bot.billing.service import Billing
from bot.conversations.collections import Collections
from bot.conversations.collections_desk import CollectionsDesk
from bot.conversations.collections_notices import CollectionsNotices
from bot.conversations.customer_panel import CustomerPanels
from bot.conversations.desk import Desk
from bot.conversations.desk_replies import DeskReplies
from bot.conversations.desk_views import DeskViews
from bot.conversations.escalation_desk import EscalationDesk
from bot.conversations.escalation_notices import CaseAnswers, Notices
from bot.conversations.escalation_runs import EscalationRuns
from bot.conversations.escalation_views import EscalationViews
from bot.conversations.figures import DeskFigures
from bot.conversations.helpers import HelperDesk
from bot.conversations.identification import Identification
from bot.conversations.leads import Leads
from bot.conversations.mail_intake import MailIntake
from bot.conversations.money_looks import MoneyLooks
from bot.conversations.outbox import Outbox
from bot.conversations.payables_desk import PayablesDesk
from bot.conversations.ports import Mailer
from bot.conversations.ratings import Ratings
from bot.conversations.search import DeskSearch
from bot.conversations.service import Conversations
from bot.conversations.staff_tasks import StaffTasks
from bot.conversations.support_cases import SupportCases
from bot.conversations.suspensions import SuspensionRuns, Suspensions
from bot.conversations.ticket_desk import TicketDesk
from bot.conversations.tokens import Tokens
from bot.helper_hooks import HelperHooks
from bot.library.knowledge import ArticleKnowledge
from bot.library.phrasebook import Phrasebook
from bot.library.policies import load_knowledge
from bot.library.service_health import HealthFile
from bot.library.support_files import load_support
from bot.logs import configure_logs
from bot.mail import FileMailer, SmtpMailer
from bot.partner_center.client import PartnerCenter
from bot.partner_center.metrics import CallMetrics
from bot.partner_center.requests import PartnerCenterRequests
from bot.services import Services
from bot.settings import Settings
from bot.shared.clock import Clock, clock_from
from bot.shared.errors import InvalidInput, Unavailable
from bot.staff.service import StaffService
from bot.staff.sessions import Sessions
from bot.staff.sign_in import SignIn
from bot.store import Store, open_store

_SMTP_PORT = 587
_SMTP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Wired:
    """The services with what lies under them, for the processes that start and stop things."""

    settings: Settings
    store: Store
    services: Services
    partner_center: PartnerCenter | None

    def close(self) -> None:
        """Close what was opened."""
        if self.partner_center is not None:
            self.partner_center.close()
        self.store.close()


def wire(settings: Settings | None = None, *, registry: CollectorRegistry | None = None) -> Wired:
    """Open everything that the settings name and check that it fits together. Partner Center is reached when it is first asked.

    Args:
        registry: Where calls of Partner Center are counted; nowhere by default.

    Raises:
        InvalidInput: A setting or a file of the partner cannot be used.
        Unavailable: The database does not answer, or its tables are not those of this version.
    """
    settings = settings or Settings.from_env()
    configure_logs(level=settings.log_level, style=settings.log_format)
    if not settings.secret_key:
        raise InvalidInput("CLEARLINE_SECRET_KEY is not set; 'clearline setup' makes one, or set it in the environment")
    knowledge = load_knowledge(settings.knowledge)
    phrases = Phrasebook.load(settings.responses)
    store = open_store(settings.database_url)
    if not store.schema_is_current():
        raise Unavailable("the database is not set up for this version; run 'clearline setup'")
    clock = clock_from(settings.now)
    billing = Billing(store.ledger)
    mailer = _mailer(settings, sender=knowledge.partner.sender, clock=clock)
    looks = MoneyLooks(store.audit)
    microsoft = PartnerCenter(settings.partner_center, metrics=CallMetrics(registry)) if settings.partner_center else None
    tasks = StaffTasks(store=store.conversations, offering=knowledge.offering)
    sessions = Sessions(store.sessions, settings.session_limits)
    support = load_support(settings.knowledge, offering=knowledge.offering)
    notices = Notices(ledger=store.ledger, sentences=phrases)
    collections_notices = CollectionsNotices(sentences=phrases, partner=knowledge.partner)
    overdue = Collections(
        store=store.conversations, ledger=store.ledger, policies=knowledge.collections, notices=collections_notices, tasks=tasks
    )
    views = EscalationViews(store=store.conversations, ledger=store.ledger, vehicles=support.vehicles, has_interface=microsoft is not None)
    helpers = HelperDesk(
        store=store.conversations,
        ledger=store.ledger,
        structure=support.structure,
        sentences=phrases,
        public_url=settings.public_url,
        has_gate=bool(settings.helper_secret),
    )
    escalations = EscalationDesk(
        store=store.conversations, views=views, notices=notices, policy=support.escalation_policy, offering=knowledge.offering
    )
    services = Services(
        clock=clock,
        zone=ZoneInfo(knowledge.partner.time_zone),
        ledger=store.ledger,
        conversation_store=store.conversations,
        staff=store.staff,
        sessions=sessions,
        sign_in=SignIn(store.staff, sessions, store.audit),
        staff_service=StaffService(store.staff),
        billing=billing,
        conversations=Conversations(store.conversations),
        identification=Identification(ledger=store.ledger, conversations=store.conversations, key=settings.secret_key),
        desk=Desk(store=store.conversations, sentences=phrases, offering=knowledge.offering),
        # With a frozen clock the time for taking a reply back would never pass.
        desk_replies=DeskReplies(store=store.conversations, undo=timedelta(seconds=0 if settings.now else settings.undo_seconds)),
        desk_views=DeskViews(store.conversations),
        ratings=Ratings(store.conversations),
        ticket_desk=TicketDesk(
            store=store.conversations,
            ledger=store.ledger,
            sentences=phrases,
            offering=knowledge.offering,
            mailer=mailer,
        ),
        mail_intake=MailIntake(
            store=store.conversations,
            ledger=store.ledger,
            offering=knowledge.offering,
            helpers=helpers,
            shown_accounts=frozenset(account.iban for account in knowledge.partner.bank_accounts),
        ),
        tasks=tasks,
        money_looks=looks,
        customer_panels=CustomerPanels(ledger=store.ledger, store=store.conversations, billing=billing, collections=overdue, looks=looks),
        desk_search=DeskSearch(ledger=store.ledger, store=store.conversations),
        desk_figures=DeskFigures(store=store.conversations, hours=knowledge.offering.hours),
        outbox=Outbox(store=store.conversations, mailer=mailer),
        escalation_views=views,
        escalations=escalations,
        escalation_runs=EscalationRuns(
            store=store.conversations,
            views=views,
            notices=notices,
            requests=PartnerCenterRequests(microsoft, call_back=support.call_back, vehicles=support.vehicles),
            look_every=timedelta(seconds=settings.case_look_seconds),
        )
        if microsoft
        else None,
        case_answers=CaseAnswers(store=store.conversations, sentences=phrases),
        payables=PayablesDesk(
            records=store.microsoft, ledger=store.ledger, outbox=store.conversations, staff=store.staff, sentences=phrases
        ),
        overdue=overdue,
        overdue_desk=CollectionsDesk(store=store.conversations, ledger=store.ledger, collections=overdue),
        suspensions=Suspensions(store=store.conversations, ledger=store.ledger, collections=overdue),
        suspension_runs=SuspensionRuns(
            store=store.conversations,
            ledger=store.ledger,
            collections=overdue,
            notices=collections_notices,
            tasks=tasks,
            microsoft=microsoft,
        ),
        support_cases=SupportCases(
            store=store.conversations,
            ledger=store.ledger,
            catalogue=support.catalogue,
            structure=support.structure,
            offering=knowledge.offering,
            health=HealthFile(settings.health_file, timedelta(minutes=settings.health_minutes)),
            escalations=escalations,
            helpers=helpers,
        ),
        helpers=helpers,
        helper_gate=HelperHooks(settings.helper_secret, clock=clock) if settings.helper_secret else None,
        leads=Leads(store=store.conversations, needs=support.needs, sentences=phrases),
        tokens=Tokens(key=settings.secret_key),
        mailer=mailer,
        phrases=phrases,
        articles=ArticleKnowledge(settings.knowledge / "articles"),
        microsoft=microsoft,
        microsoft_support=microsoft,
        microsoft_records=store.microsoft,
        sync=MicrosoftSync(microsoft=microsoft, records=store.microsoft, ledger=store.ledger, tasks=tasks) if microsoft else None,
        audit=store.audit,
        partner=knowledge.partner,
        offering=knowledge.offering,
        collections=knowledge.collections,
        portals=knowledge.portals,
        canned_replies=knowledge.canned_replies,
        agent_silence=timedelta(minutes=settings.agent_silent_minutes),
        public_url=settings.public_url,
    )
    return Wired(settings, store, services, microsoft)


def warm_up(services: Services) -> None:
    """Build in the background what the first answer from an article would have to wait for."""
    threading.Thread(target=services.articles.warm, daemon=True, name="article-index").start()


def open_services() -> Services:
    """Return the services for the settings in the environment. Raises: InvalidInput, Unavailable."""
    return wire().services


def _mailer(settings: Settings, *, sender: str, clock: Clock) -> Mailer:
    parts = urlsplit(settings.mail_url)
    if parts.scheme == "file" and parts.path:
        return FileMailer(Path(parts.path), sender=sender, clock=clock)
    if parts.scheme == "smtp" and parts.hostname:
        return SmtpMailer(
            parts.hostname,
            parts.port or _SMTP_PORT,
            settings.smtp_user,
            settings.smtp_password,
            sender,
            _SMTP_SECONDS,
            clock=clock,
        )
    raise InvalidInput(f"CLEARLINE_MAIL_URL is {settings.mail_url!r}; use file:FOLDER or smtp://HOST:PORT")
