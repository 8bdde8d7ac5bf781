"""The demo partner's staff and the tickets that wait for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.cast import MAIN, OTHER
from bot.demo.identifiers import guid
from bot.services import Services
from bot.shared.ids import StaffId, TicketId
from bot.staff.model import Role, StaffMember
from bot.staff.passwords import hash_password
from bot.staff.ports import StaffKnown
from bot.support.model import Ticket, TicketKind, TicketState

# For trying the product on made-up data only; ``clearline demo facts`` prints it.
PASSWORD = "clearline-demo"  # noqa: S105 -- public by intention
MAIL_DOMAIN = "dunakapu-felho.example"
_STAFF = (
    ("Szentirmai Klára", "klara.szentirmai", Role.GLOBAL_ADMIN),
    ("Baranyai Olivér", "oliver.baranyai", Role.USER_ADMIN),
    ("Halmos Petra", "petra.halmos", Role.HELPDESK_AGENT),
    ("Kardos Zsigmond", "zsigmond.kardos", Role.BILLING_ADMIN),
    ("Winkler Dorottya", "dorottya.winkler", Role.SALES_AGENT),
)


@dataclass(frozen=True, slots=True)
class _Case:
    """A ticket before it has a number; it was opened ``age`` ago and, if closed, closed half of that ago."""

    customer: str
    kind: TicketKind
    state: TicketState
    subject: str
    language: str
    age: timedelta


# Oldest first, so that their numbers are in the order of opening.
_CASES = (
    _Case(MAIN, TicketKind.REQUEST, TicketState.CLOSED, "Please send the invoices of last year once more", "en", timedelta(days=96)),
    _Case(OTHER, TicketKind.BILLING, TicketState.CLOSED, "Rossz adószám szerepel a számlán", "hu", timedelta(days=61)),
    _Case(
        "C-10011",
        TicketKind.COMPLAINT,
        TicketState.IN_PROGRESS,
        "Vitatjuk a számlát, nem rendeltünk ennyi licencet",
        "hu",
        timedelta(days=27),
    ),
    _Case(MAIN, TicketKind.SUBSCRIPTION, TicketState.WAITING, "Két licencet lemondanánk a következő időszaktól", "hu", timedelta(days=5)),
    _Case(
        "C-10003",
        TicketKind.SUBSCRIPTION,
        TicketState.OPEN,
        "Nem tudunk belépni, mikor kapjuk vissza a hozzáférést?",
        "hu",
        timedelta(days=1),
    ),
    _Case(OTHER, TicketKind.TECHNICAL, TicketState.OPEN, "Nem szinkronizál a naptár a telefonokon", "hu", timedelta(hours=3)),
    _Case(MAIN, TicketKind.BILLING, TicketState.OPEN, "Why is there a prorated fee on our latest invoice?", "en", timedelta(hours=2)),
)


def email_of(role: Role) -> str:
    """Return the address with which the demo's member of staff in ``role`` signs in."""
    return next(f"{local}@{MAIL_DOMAIN}" for _, local, held in _STAFF if held is role)


def add_staff(services: Services) -> None:
    """Add one member of staff for each role; those already there stay as they are."""
    for name, local, role in _STAFF:
        member = StaffMember(
            id=StaffId(f"stf_{guid('staff', role).replace('-', '')}"),
            name=name,
            email=f"{local}@{MAIL_DOMAIN}",
            role=role,
            password_hash=hash_password(PASSWORD),
            created_at=services.now(),
        )
        try:
            services.staff.add(member)
        except StaffKnown:
            continue


def _ticket(case: _Case, number: str, *, services: Services, now: datetime) -> Ticket:
    opened_at = now - case.age
    with services.ledger.begin() as ledger:
        customer = ledger.customer_by_number(case.customer)
    return Ticket(
        id=_ticket_id(case),
        number=number,
        kind=case.kind,
        state=case.state,
        subject=case.subject,
        opened_at=opened_at,
        answer_by=services.offering.answer_by(kind=case.kind, opened_at=opened_at),
        customer_id=customer.id,
        language=case.language,
        closed_at=now - case.age / 2 if case.state is TicketState.CLOSED else None,
    )


def _ticket_id(case: _Case) -> TicketId:
    return TicketId(f"tkt_{guid('ticket', case.customer, case.subject).replace('-', '')}")


def add_tickets(services: Services) -> None:
    """Add the demo's tickets under the next free numbers of the years they were opened in; known ones stay as they are."""
    now = services.now()
    with services.conversation_store.begin() as tx:
        known = {ticket.id for ticket in tx.tickets(include_closed=True)}
        for case in _CASES:
            if _ticket_id(case) not in known:
                number = tx.next_ticket_number(year=(now - case.age).astimezone(services.zone).year)
                tx.add_ticket(_ticket(case, number, services=services, now=now))
