"""Diagnoses, quotes, leads and tickets passed to other companies, over SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, insert, select, update

from bot.conversations.helpers import Dispatch
from bot.conversations.leads import LeadEntry
from bot.shared.errors import NotFound
from bot.shared.ids import CustomerId, LeadId, QuoteId, StaffId, TicketId
from bot.store.contact_tables import diagnoses, dispatches, helper_answers, leads, quotes
from bot.store.sql import upsert
from bot.store.tables import customers
from bot.support.case_records import Diagnosis, QuoteRecord
from bot.support.leads import Consent, Lead, LeadOutcome

_DIAGNOSIS = TypeAdapter(Diagnosis)
_QUOTE = TypeAdapter(QuoteRecord)
_SHOWN = (Consent.NOT_NEEDED.value, Consent.GIVEN.value)


class ContactsTx:
    """The part of a conversations transaction that knows what came of contacts; a ``bot.conversations.contact_ports.ContactsTx``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Store one. Raises: Conflict when its ticket has one already."""
        values = {
            "id": diagnosis.id,
            "customer_id": diagnosis.customer_id,
            "ticket_id": diagnosis.ticket_id,
            "outcome": diagnosis.outcome.value,
            "facts": _DIAGNOSIS.dump_json(diagnosis).decode(),
            "at": diagnosis.at,
        }
        self._connection.execute(insert(diagnoses), values)

    def diagnosis_of(self, *, ticket_id: TicketId) -> Diagnosis | None:
        """Return that of a ticket, or None."""
        facts = self._connection.scalar(select(diagnoses.c.facts).where(diagnoses.c.ticket_id == ticket_id))
        return None if facts is None else _DIAGNOSIS.validate_json(facts)

    def add_quote(self, record: QuoteRecord) -> None:
        """Store a price that was told."""
        values = {"id": record.id, "customer_id": record.customer_id, "quoted_at": record.quoted_at, **_quote_values(record)}
        self._connection.execute(insert(quotes), values)

    def quote_for_change(self, *, quote_id: QuoteId) -> QuoteRecord:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        # Writing first takes the lock on both databases; a lock on reading is not known to SQLite.
        touched = update(quotes).where(quotes.c.id == quote_id).values(ticket_id=quotes.c.ticket_id).returning(quotes.c.facts)
        facts = self._connection.scalar(touched)
        if facts is None:
            raise NotFound("there is no such quote")
        return _QUOTE.validate_json(facts)

    def save_quote(self, record: QuoteRecord) -> None:
        """Store a changed one. Raises: NotFound."""
        if self._connection.execute(update(quotes).where(quotes.c.id == record.id).values(_quote_values(record))).rowcount != 1:
            raise NotFound("there is no such quote")

    def quote_of(self, *, ticket_id: TicketId) -> QuoteRecord | None:
        """Return the price agreed to for a ticket, or None."""
        facts = self._connection.scalar(select(quotes.c.facts).where(quotes.c.ticket_id == ticket_id))
        return None if facts is None else _QUOTE.validate_json(facts)

    def add_lead(self, lead: Lead) -> bool:
        """Store a lead; return False when the customer has one for its need already."""
        statement = upsert(self._connection, leads).values({"id": lead.id, "asked_at": None, **_lead_values(lead)})
        added = statement.on_conflict_do_nothing(index_elements=["customer_id", "need"]).returning(leads.c.id)
        return self._connection.scalar(added) is not None

    def leads_of(self, *, customer_id: CustomerId) -> tuple[Lead, ...]:
        """Return all leads of a customer, oldest first."""
        query = select(leads).where(leads.c.customer_id == customer_id).order_by(leads.c.heard_at, leads.c.id)
        return tuple(map(_lead_from, self._connection.execute(query)))

    def lead_for_change(self, *, lead_id: LeadId) -> Lead:
        """Return one that nobody else changes until the transaction ends. Raises: NotFound."""
        touched = update(leads).where(leads.c.id == lead_id).values(outcome=leads.c.outcome).returning(*leads.c)
        row = self._connection.execute(touched).one_or_none()
        if row is None:
            raise NotFound("there is no such lead")
        return _lead_from(row)

    def save_lead(self, lead: Lead) -> None:
        """Store a changed one. Raises: NotFound."""
        if self._connection.execute(update(leads).where(leads.c.id == lead.id).values(_lead_values(lead))).rowcount != 1:
            raise NotFound("there is no such lead")

    def lead_to_ask(self, *, customer_id: CustomerId, at: datetime) -> Lead | None:
        """Return a lead that the customer has not been asked about, and note that it is asked now; None when there is none."""
        mine = leads.c
        is_due = (mine.customer_id == customer_id) & (mine.consent == Consent.ASKED.value) & mine.asked_at.is_(None)
        first = select(mine.id).where(is_due).order_by(mine.heard_at, mine.id).limit(1)
        asked = update(leads).where(mine.id == first.scalar_subquery(), mine.asked_at.is_(None)).values(asked_at=at).returning(*mine)
        row = self._connection.execute(asked).one_or_none()
        return None if row is None else _lead_from(row)

    def shown_leads(self, *, limit: int) -> tuple[LeadEntry, ...]:
        """Return leads that sales agents may see: undecided ones first, then the newest."""
        is_open = leads.c.outcome.in_((LeadOutcome.OPEN.value, LeadOutcome.CONTACTED.value))
        query = (
            select(leads, customers.c.name.label("customer_name"))
            .join(customers, customers.c.id == leads.c.customer_id)
            .where(leads.c.consent.in_(_SHOWN))
            .order_by(is_open.desc(), leads.c.heard_at.desc(), leads.c.id)
            .limit(limit)
        )
        return tuple(LeadEntry(_lead_from(row), row.customer_name) for row in self._connection.execute(query))

    def add_dispatch(self, dispatch: Dispatch) -> bool:
        """Write it down to be sent; return False when its key is known already."""
        values = {
            "key": dispatch.key,
            "ticket_id": dispatch.ticket_id,
            "helper": dispatch.helper,
            "address": dispatch.address,
            "body": dispatch.body,
            "created_at": dispatch.created_at,
            "try_at": dispatch.created_at,
            "tries": 0,
            "sent_at": None,
            "trouble": "",
        }
        statement = upsert(self._connection, dispatches).values(values).on_conflict_do_nothing(index_elements=["key"])
        return self._connection.scalar(statement.returning(dispatches.c.key)) is not None

    def claim_dispatches(self, *, now: datetime, until: datetime, limit: int) -> tuple[Dispatch, ...]:
        """Return those whose time has come, the oldest first; nobody else gets them before ``until``."""
        mine = dispatches.c
        due = select(mine.key).where(mine.sent_at.is_(None), mine.try_at <= now).order_by(mine.try_at, mine.key).limit(limit)
        claimed = (
            update(dispatches)
            .where(mine.key.in_(due.with_for_update(skip_locked=True).scalar_subquery()), mine.sent_at.is_(None), mine.try_at <= now)
            .values(try_at=until)
            .returning(*dispatches.c)
        )
        return tuple(sorted(map(_dispatch_from, self._connection.execute(claimed)), key=lambda one: (one.created_at, one.key)))

    def dispatch_tried(self, *, key: str, sent_at: datetime | None, try_at: datetime | None, trouble: str) -> None:
        """Note how a try ended; without ``sent_at`` and ``try_at`` it is given up."""
        tried = update(dispatches).where(dispatches.c.key == key)
        self._connection.execute(tried.values(sent_at=sent_at, try_at=try_at, trouble=trouble, tries=dispatches.c.tries + 1))

    def dispatches_of(self, *, ticket_id: TicketId) -> tuple[Dispatch, ...]:
        """Return those of a ticket, oldest first."""
        query = select(dispatches).where(dispatches.c.ticket_id == ticket_id).order_by(dispatches.c.created_at, dispatches.c.key)
        return tuple(map(_dispatch_from, self._connection.execute(query)))

    def remember_answer(self, *, ticket_id: TicketId, key: str, is_solved: bool, at: datetime) -> bool:
        """Note an answer of a helper; return whether it was new."""
        values = {"ticket_id": ticket_id, "key": key, "at": at, "is_solved": is_solved}
        statement = upsert(self._connection, helper_answers).values(values).on_conflict_do_nothing(index_elements=["ticket_id", "key"])
        return self._connection.scalar(statement.returning(helper_answers.c.key)) is not None


def _dispatch_from(row: Row[Any]) -> Dispatch:
    return Dispatch(
        row.key, TicketId(row.ticket_id), row.helper, row.address, row.body, row.created_at, row.tries, row.trouble, row.sent_at
    )


def _quote_values(record: QuoteRecord) -> dict[str, Any]:
    return {"ticket_id": record.ticket_id, "facts": _QUOTE.dump_json(record).decode()}


def _lead_values(lead: Lead) -> dict[str, Any]:
    return {
        "customer_id": lead.customer_id,
        "need": lead.need,
        "words": lead.words,
        "source": lead.source,
        "heard_at": lead.heard_at,
        "consent": lead.consent.value,
        "outcome": lead.outcome.value,
        "decided_by": lead.decided_by,
        "decided_at": lead.decided_at,
    }


def _lead_from(row: Row[Any]) -> Lead:
    return Lead(
        id=LeadId(row.id),
        customer_id=CustomerId(row.customer_id),
        need=row.need,
        words=row.words,
        source=row.source,
        heard_at=row.heard_at,
        consent=Consent(row.consent),
        outcome=LeadOutcome(row.outcome),
        decided_by=StaffId(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
    )
