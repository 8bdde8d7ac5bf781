"""One search over what a member of staff may see: customers, invoices, tickets, and what was said in chats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from bot.billing import invoice_number
from bot.billing.model import Customer
from bot.billing.ports import Ledger, NumberHit
from bot.conversations.records_model import MessageHit, Page, TicketEntry
from bot.conversations.records_ports import RecordsStore
from bot.shared.errors import InvalidInput
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may, require

T = TypeVar("T")
SHORTEST = 2
_LONGEST = 200
_FEW = 5
_PAGE = 25
_MOST_NUMBERS = 2000


class Place(StrEnum):
    """Where to look."""

    CUSTOMERS = "customers"
    INVOICES = "invoices"
    TICKETS = "tickets"
    CHATS = "chats"


_NEEDED = {
    Place.CUSTOMERS: Permission.CUSTOMER_READ,
    Place.INVOICES: Permission.MONEY_READ,
    Place.TICKETS: Permission.TICKET_READ,
    Place.CHATS: Permission.CHAT_READ,
}


@dataclass(frozen=True, slots=True)
class Found:
    """What was found; a place that the member may not look into, or was not asked for, is None.

    Attributes:
        text: What was looked for, trimmed.
    """

    text: str
    customers: Page[Customer] | None = None
    invoices: Page[NumberHit] | None = None
    tickets: Page[TicketEntry] | None = None
    chats: Page[MessageHit] | None = None


class DeskSearch:
    """Searches for staff."""

    def __init__(self, *, ledger: Ledger, store: RecordsStore) -> None:
        self._ledger = ledger
        self._store = store

    def places(self, by: StaffMember) -> tuple[Place, ...]:
        """Return where ``by`` may look; may be empty."""
        return tuple(place for place, permission in _NEEDED.items() if may(by, permission))

    def find(self, *, by: StaffMember, text: str, place: Place | None = None, page: int = 1) -> Found:
        """Return what has ``text`` in it: the first five of each place, or a page of 25 of one.

        Raises:
            InvalidInput: The text has fewer than 2 or more than 200 characters.
            PermissionMissing: The member may not use the desk, or not look into ``place``.
        """
        require(by, Permission.DESK_USE)
        sought = plain(text)
        if not SHORTEST <= len(sought) <= _LONGEST:
            raise InvalidInput(f"search for {SHORTEST} to {_LONGEST} characters")
        if place is not None:
            require(by, _NEEDED[place])
        size, number = (_PAGE, max(1, page)) if place is not None else (_FEW, 1)
        wanted = (place,) if place is not None else self.places(by)
        with self._ledger.begin() as ledger, self._store.begin() as tx:
            return Found(
                text=sought,
                customers=_page(Place.CUSTOMERS, wanted, number, size, lambda n, o: ledger.customers_page(text=sought, limit=n, offset=o)),
                invoices=_page(
                    Place.INVOICES,
                    wanted,
                    number,
                    size,
                    lambda n, o: _numbers(sought, lambda part: ledger.numbers_like(part=part, limit=_MOST_NUMBERS))[o : o + n],
                ),
                tickets=_page(Place.TICKETS, wanted, number, size, lambda n, o: tx.tickets_with(text=sought, limit=n, offset=o)),
                chats=_page(Place.CHATS, wanted, number, size, lambda n, o: tx.messages_with(text=sought, limit=n, offset=o)),
            )


def plain(text: str) -> str:
    """Return ``text`` as it is looked for: in one line, without characters that cannot be seen."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _page(place: Place, wanted: tuple[Place, ...], number: int, size: int, look: Callable[[int, int], tuple[T, ...]]) -> Page[T] | None:
    if place not in wanted:
        return None
    found = look(size + 1, (number - 1) * size)
    return Page(found[:size], number, len(found) > size)


def _numbers(typed: str, like: Callable[[str], tuple[NumberHit, ...]]) -> tuple[NumberHit, ...]:
    """Return the documents that a number can mean, however it is typed; those that just hold it as text when none does."""
    groups = invoice_number.key(typed)
    digits = [group for group in groups if group.isdigit()]
    if not digits:
        return ()
    # The longest group of digits is part of every spelling; the rest is compared group by group.
    hits = like(max(digits, key=len))
    meant = set(invoice_number.resolve(typed, [hit.number for hit in hits]))
    if meant:
        return tuple(hit for hit in hits if hit.number in meant)
    plain = invoice_number.parse(typed)
    return tuple(hit for hit in hits if plain in hit.number)
