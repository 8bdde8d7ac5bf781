"""Technical cases from the first word to the ticket: what the records say, the price, who helps, and what goes to Microsoft."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bot.billing.model import Subscription, SubscriptionStatus
from bot.billing.ports import Ledger
from bot.conversations.desk_model import TicketEvent, Topic
from bot.conversations.escalation_desk import EscalationDesk, Proposal
from bot.conversations.helpers import HelperDesk, HelpersTx
from bot.conversations.service import transcript_of
from bot.shared.audit import AuditEntry
from bot.shared.errors import Conflict
from bot.shared.ids import ConversationId, CustomerId, QuoteId, new_diagnosis_id, new_quote_id, new_ticket_id
from bot.shared.text import fold
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, require
from bot.support.case_records import CaseRecordsTx, Diagnosis, QuoteRecord
from bot.support.catalogue import Catalogue, Service, area_by_key
from bot.support.checklist import Impact, Item
from bot.support.checklist import Topic as CaseTopic
from bot.support.diagnosis import Case, Facts, Outcome, Step, SubscriptionState, in_words, next_step
from bot.support.families import Platform, is_of_family
from bot.support.health import ServiceHealth, incident_for
from bot.support.model import Ticket, TicketKind, TicketState
from bot.support.offering import Offering, SupportPlan
from bot.support.quotes import Quote, agree, may_begin, quote
from bot.support.structure import Route, Structure, route
from bot.support.vehicles import IssueKind

_SUBJECT_CHARACTERS = 160
_MOST_TITLE = 200
_NON_PAYMENT = "non_payment"


class NotAgreed(Conflict):
    """The work is charged, and the customer has not agreed to its price."""


class SupportCasesTx(HelpersTx, CaseRecordsTx, Protocol):
    """One transaction on tickets, what was diagnosed for them, and whom they go to."""


class SupportCasesStore(Protocol):
    """Opens transactions on technical cases."""

    def begin(self) -> AbstractContextManager[SupportCasesTx]:
        """Return a transaction to be used in a ``with`` statement."""
        ...


@dataclass(frozen=True, slots=True)
class Ending:
    """What a case ended with, to be kept.

    Attributes:
        collected: What the customer sent along, as typed; may be empty.
        consent: Whether its data may go to Microsoft; None when it was not asked.
        quote_id: The price that the customer agrees to by this message, or None.
    """

    case: Case
    facts: Facts
    outcome: Outcome
    area: str | None = None
    collected: str = ""
    consent: bool | None = None
    quote_id: QuoteId | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket and who helps."""

    ticket: Ticket
    route: Route


@dataclass(frozen=True, slots=True)
class CaseSheet:
    """What the ticket page shows of a diagnosis.

    Attributes:
        asked: (question, answer) pairs in English; ``yes``, ``no`` and ``unknown`` stay as they are.
        tried: (fix, whether it helped) pairs in English.
        area: Name of the area, or empty.
        helper: Name of who helps, or empty.
    """

    diagnosis: Diagnosis
    asked: tuple[tuple[str, str], ...]
    tried: tuple[tuple[str, bool], ...]
    area: str
    helper: str
    quote: QuoteRecord | None


class SupportCases:
    """Diagnoses technical cases and opens their tickets."""

    def __init__(
        self,
        *,
        store: SupportCasesStore,
        ledger: Ledger,
        catalogue: Catalogue,
        structure: Structure,
        offering: Offering,
        health: ServiceHealth,
        escalations: EscalationDesk,
        helpers: HelperDesk,
    ) -> None:
        """Work on ``store`` by the partner's files."""
        self._store = store
        self._ledger = ledger
        self._catalogue = catalogue
        self._structure = structure
        self._offering = offering
        self._health = health
        self._escalations = escalations
        self._helpers = helpers

    @property
    def catalogue(self) -> Catalogue:
        """The partner's service catalogue."""
        return self._catalogue

    def product_of(self, *, text: str, language: str) -> str | None:
        """Return the service that the words of ``text`` are about where no product is named, or None when none or several are."""
        of = {service.key: service for service in self._catalogue for area in service.areas if _is_said(area.key, service, text, language)}
        return next(iter(of.values())).families[0] if len(of) == 1 else None

    def facts(self, *, customer_id: CustomerId, case: Case, now: datetime) -> Facts:
        """Return what the records say of a case at ``now``."""
        with self._ledger.begin() as ledger:
            owned, customer = ledger.subscriptions(customer_id=customer_id), ledger.customer(customer_id)
        health = self._health.now(now=now)
        plan = self._plan(customer.support_plan)
        return Facts(
            subscription=subscription_state(owned=owned, product=case.product, catalogue=self._catalogue),
            incident=incident_for(health=health, catalogue=self._catalogue, case=case),
            health_known=health.is_known,
            included_work=frozenset(plan.includes) if plan is not None else frozenset(),
        )

    def step(self, *, case: Case, facts: Facts) -> Step:
        """Return what is asked, offered or told next."""
        return next_step(case=case, catalogue=self._catalogue, facts=facts)

    def offer(self, *, conversation_id: ConversationId, customer_id: CustomerId, work: str, now: datetime) -> QuoteRecord:
        """Work out what ``work`` costs the customer, and keep what was told. Raises: UnknownWork."""
        record = QuoteRecord(new_quote_id(), customer_id, conversation_id, self._quote(customer_id, work, now), now)
        with self._store.begin() as tx:
            tx.add_quote(record)
        return record

    def quote(self, *, quote_id: QuoteId) -> QuoteRecord:
        """Return a price that was told. Raises: NotFound."""
        with self._store.begin() as tx:
            return tx.quote_for_change(quote_id=quote_id)

    def decline(self, *, quote_id: QuoteId, now: datetime) -> None:
        """Keep that the customer does not want the work for its price. Raises: NotFound."""
        with self._store.begin() as tx:
            record = tx.quote_for_change(quote_id=quote_id)
            if record.agreement is None and record.declined_at is None:
                tx.save_quote(replace(record, declined_at=now))
                tx.take_down(AuditEntry(now, "customer", "quote.declined", record.customer_id, (("work", record.quote.work),)))

    def keep(self, *, conversation_id: ConversationId, ending: Ending, now: datetime) -> None:
        """Keep a case that ended without a ticket: solved, or led elsewhere."""
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            if conversation.customer_id is not None:
                tx.add_diagnosis(_diagnosis(conversation_id, conversation.customer_id, ending, now))

    def open(
        self, *, conversation_id: ConversationId, ending: Ending, subject: str, details: str, title: str, now: datetime, today: date
    ) -> Opened:
        """Open the ticket of a case with its diagnosis, pass it to who helps, and propose it for Microsoft where that is needed.

        Everything is written in one transaction; the worker sends what goes outside.

        Args:
            subject: Of the ticket, in the customer's language.
            details: What was collected, one line each; stands above the recent messages.
            title: What Microsoft is told in one sentence.

        Raises:
            NotAgreed: The work is charged, and there is no agreement to this very price.
            QuoteLapsed: The price may not be agreed to any more.
        """
        with self._store.begin() as tx:
            conversation = tx.conversation(conversation_id)
            customer_id = conversation.customer_id
            if customer_id is None:
                raise Conflict("a case belongs to a known customer")
            with self._ledger.begin() as ledger:
                plan = self._plan(ledger.customer(customer_id).support_plan)
            gone_to = route(
                structure=self._structure,
                desk_hours=self._offering.hours,
                product=ending.case.product,
                kind=TicketKind.TECHNICAL,
                plan=plan.key if plan is not None else None,
                now=now,
            )
            recent = tx.last_messages(conversation_id=conversation_id, count=40)
            ticket = Ticket(
                id=new_ticket_id(),
                number=tx.next_ticket_number(year=now.year),
                kind=TicketKind.TECHNICAL,
                state=TicketState.OPEN,
                subject=subject[:_SUBJECT_CHARACTERS],
                opened_at=now,
                answer_by=self._offering.answer_by(kind=TicketKind.TECHNICAL, opened_at=now, plan=plan),
                customer_id=customer_id,
                conversation_id=conversation_id,
                transcript=f"{details}\n\n{transcript_of(recent)}",
                language=conversation.language,
                about=(("helper", gone_to.helper.key),),
            )
            tx.add_ticket(ticket)
            tx.add_event(TicketEvent(ticket.id, now, "bot", "", "opened", (("outcome", ending.outcome.value),)))
            seq = recent[-1].seq if recent else 0
            by = conversation.contact_email or customer_id
            record = self._agreed(tx, ending, ticket, by=by, at=now, agreed_in=seq)
            tx.add_diagnosis(replace(_diagnosis(conversation_id, customer_id, ending, now), ticket_id=ticket.id, helper=gone_to.helper.key))
            if record is not None:
                tx.take_down(
                    AuditEntry(now, "customer", "quote.agreed", customer_id, (("ticket", ticket.number), ("work", record.quote.work)))
                )
            self._helpers.pass_on(tx, ticket=ticket, helper=gone_to.helper, now=now)
            if ending.outcome is Outcome.ESCALATE:
                proposal = self._proposal(ending, title=title, details=details)
                self._escalations.propose_in(tx, by=None, ticket=ticket, proposal=proposal, now=now, today=today)
            tx.touch(topic=Topic.TICKET, conversation_id=conversation_id, at=now)
        return Opened(ticket, gone_to)

    def sheet(self, *, by: StaffMember, number: str) -> CaseSheet | None:
        """Return the diagnosis of a ticket as the desk shows it, or None. Raises: TicketNotFound, PermissionMissing."""
        require(by, Permission.TICKET_WORK)
        with self._store.begin() as tx:
            ticket = tx.ticket_with_number(number=number)
            found = tx.diagnosis_of(ticket_id=ticket.id)
            told = tx.quote_of(ticket_id=ticket.id)
        if found is None:
            return None
        area = area_by_key(catalogue=self._catalogue, key=found.area) if found.area else None
        fixes = {fix.key: fix.say.say("en") for fix in (area.fixes if area else ())}
        helper = next((one.name.say("en") for one in self._structure.helpers if one.key == found.helper), found.helper)
        return CaseSheet(
            diagnosis=found,
            asked=in_words(case=found.case, area=area, language="en")
            if area
            else tuple((given.question, given.answer) for given in found.case.answers),
            tried=tuple((fixes.get(tried.fix, tried.fix), tried.helped) for tried in found.case.tried),
            area=area.name.say("en") if area else "",
            helper=helper,
            quote=told,
        )

    def _agreed(self, tx: SupportCasesTx, ending: Ending, ticket: Ticket, *, by: str, at: datetime, agreed_in: int) -> QuoteRecord | None:
        """Keep the agreement that the last message gives. Raises: NotAgreed, QuoteLapsed."""
        if ending.outcome is not Outcome.CHARGEABLE:
            return None
        if ending.quote_id is None:
            raise NotAgreed("this work is charged; its price is told and agreed to before it begins")
        record = tx.quote_for_change(quote_id=ending.quote_id)
        if record.conversation_id != ticket.conversation_id or record.declined_at is not None:
            raise NotAgreed("the price was told to somebody else, or refused")
        if not record.quote.is_chargeable:
            agreed = replace(record, ticket_id=ticket.id)
        else:
            given = agree(quote=record.quote, by=by, at=at, record=f"{ticket.conversation_id}:{agreed_in}")
            agreed = replace(record, ticket_id=ticket.id, agreement=given)
        if not may_begin(quote=agreed.quote, agreement=agreed.agreement, now=at):
            raise NotAgreed("this very price has not been agreed to")
        tx.save_quote(agreed)
        return agreed

    def _quote(self, customer_id: CustomerId, work: str, now: datetime) -> Quote:
        with self._ledger.begin() as ledger:
            plan = self._plan(ledger.customer(customer_id).support_plan)
        # How much of the month's hours is used is not known here; a person credits what is left of them.
        return quote(offering=self._offering, plan=plan.key if plan is not None else None, work=work, now=now, minutes_left=0)

    def _plan(self, key: str | None) -> SupportPlan | None:
        return next((plan for plan in self._offering.plans if plan.key == key), None)

    def _proposal(self, ending: Ending, *, title: str, details: str) -> Proposal:
        case = ending.case
        area = area_by_key(catalogue=self._catalogue, key=ending.area) if ending.area else None
        answers = dict(in_words(case=case, area=area, language="en")) if area else {}
        given = {one.question: one.answer for one in case.answers}
        known = [
            (Item.PRODUCT, case.product or ""),
            (Item.STARTED, given.get("since", "")),
            (Item.AFFECTED, given.get("affected", "")),
            (Item.HEALTH, _health_words(ending.facts)),
            (Item.TRIED, "; ".join(f"{one.fix}: {'helped' if one.helped else 'did not help'}" for one in case.tried) or "none"),
            (Item.ERROR_TEXT, ending.collected),
        ]
        if ending.consent is not None:
            known.append((Item.CONSENT, "yes" if ending.consent else "no"))
        described = "\n".join(f"{asked}: {answer}" for asked, answer in answers.items())
        return Proposal(
            kind=IssueKind.TECHNICAL,
            topic=CaseTopic.OTHER,
            product=case.product or "",
            is_on_premises=area is not None and area.platform is Platform.ON_PREMISES,
            impact=_impact(given),
            title=title[:_MOST_TITLE],
            description=f"{case.text}\n\n{described}\n\n{details}".strip()[:8000],
            values=tuple((item, value) for item, value in known if value),
        )


def subscription_state(*, owned: tuple[Subscription, ...], product: str | None, catalogue: Catalogue) -> SubscriptionState:
    """Return how the subscription stands that a case about ``product`` is about.

    A product that the customer has by name decides; else what it has of the same service, since Outlook comes with Microsoft 365. While
    no product is named, a subscription suspended for non-payment explains it.
    """
    if product is None:
        return SubscriptionState.UNPAID if any(map(_is_unpaid, owned)) else SubscriptionState.NOT_KNOWN
    wanted = set(fold(product).split())
    meant = [one for one in owned if wanted <= set(fold(one.product).split())]
    if not meant:
        families = {
            family for service in catalogue if is_of_family(product=product, families=service.families) for family in service.families
        }
        if not families:
            return SubscriptionState.NOT_KNOWN
        meant = [one for one in owned if is_of_family(product=one.product, families=families)]
    if not meant:
        return SubscriptionState.NOT_OURS
    if any(one.status is SubscriptionStatus.ACTIVE for one in meant):
        # With several of one service, the one that is stopped for non-payment may be the one in question.
        stopped = [one for one in meant if _is_unpaid(one)]
        return SubscriptionState.UNPAID if stopped and len(meant) == len(stopped) else SubscriptionState.ACTIVE
    return SubscriptionState.UNPAID if any(map(_is_unpaid, meant)) else SubscriptionState.SUSPENDED


def _is_unpaid(subscription: Subscription) -> bool:
    return subscription.status is SubscriptionStatus.SUSPENDED and subscription.suspension_reason == _NON_PAYMENT


def _is_said(key: str, service: Service, text: str, language: str) -> bool:
    plain = f" {fold(text)}"
    area = next(area for area in service.areas if area.key == key)
    words = (*area.said_as_en, *area.said_as_hu) if language == "hu" else area.said_as_en
    return any(f" {word}" in plain for word in words)


def _diagnosis(conversation_id: ConversationId, customer_id: CustomerId, ending: Ending, now: datetime) -> Diagnosis:
    return Diagnosis(
        id=new_diagnosis_id(),
        customer_id=customer_id,
        conversation_id=conversation_id,
        case=ending.case,
        outcome=ending.outcome,
        subscription=ending.facts.subscription,
        at=now,
        area=ending.area,
        incident=ending.facts.incident,
        health_known=ending.facts.health_known,
        collected=ending.collected,
        consent=ending.consent,
        quote_id=ending.quote_id,
    )


def _health_words(facts: Facts) -> str:
    if facts.incident is not None:
        return f"{facts.incident.id}: {facts.incident.title}"
    return "nothing posted" if facts.health_known else ""


def _impact(given: dict[str, str]) -> Impact:
    """Return what the answers say of the impact; a person looks at it before anything goes."""
    if given.get("production") == "no":
        return Impact.NOT_PRODUCTION
    if given.get("affected") == "all" or given.get("production") == "yes":
        return Impact.BADLY_DEGRADED
    return Impact.PARTLY_AFFECTED if given.get("affected") == "some" else Impact.STILL_USABLE
