"""Finding the customer a document or subscription belongs to, within one transaction of an import."""

from __future__ import annotations

from bot.billing.drafts import BuyerDraft, FileRefused, Source, refused
from bot.billing.model import Customer
from bot.billing.ports import CustomerNotFound, LedgerTx
from bot.shared.ids import CustomerId, new_customer_id

_MAX_REMEMBERED = 50_000


class CustomerFinder:
    """Finds customers, remembers those it found, and makes the missing ones from e-invoices where that is wanted.

    Attributes:
        created: Numbers of the customers it made, in order.
    """

    def __init__(self, tx: LedgerTx, *, create: bool) -> None:
        self._tx = tx
        self._create = create
        self._by_number: dict[str, CustomerId] = {}
        self._by_buyer: dict[BuyerDraft, CustomerId] = {}
        self.created: list[str] = []

    def by_number(self, number: str, source: Source) -> CustomerId:
        """Return the customer with that number. Raises: FileRefused."""
        known = self._by_number.get(number)
        if known is None:
            try:
                known = self._tx.customer_by_number(number).id
            except CustomerNotFound as error:
                raise refused(
                    source=source,
                    field="customer_number",
                    reason=f"there is no customer {number!r}",
                    way_out="Import the customer first, or correct the number",
                ) from error
            if len(self._by_number) >= _MAX_REMEMBERED:
                self._by_number.clear()
            self._by_number[number] = known
        return known

    def by_buyer(self, buyer: BuyerDraft, source: Source) -> CustomerId:
        """Return the customer that is the buyer of an e-invoice.

        The partner's own number comes first, then tax numbers and other identifiers; a buyer nobody knows becomes a customer.

        Raises:
            FileRefused: The buyer fits two customers, or none and none may be made.
        """
        known = self._by_buyer.get(buyer)
        if known is None:
            known = self._numbered(buyer, source) or self._identified(buyer, source) or self._made(buyer, source)
            if len(self._by_buyer) >= _MAX_REMEMBERED:
                self._by_buyer.clear()
            self._by_buyer[buyer] = known
        return known

    def _numbered(self, buyer: BuyerDraft, source: Source) -> CustomerId | None:
        for number in buyer.numbers:
            try:
                found = self._tx.customer_by_number(number)
            except CustomerNotFound:
                continue
            # A wrong customer would read a stranger's invoice, so number and tax number must not point to two.
            if _other_taxpayer(found, buyer) and (others := self._known_under(buyer.tax_numbers)):
                raise _two_customers(source, [found, *others])
            return found.id
        return None

    def _identified(self, buyer: BuyerDraft, source: Source) -> CustomerId | None:
        # Tax numbers first, since an address or register number may be shared; then it must at least not be another taxpayer's.
        found = self._known_under(buyer.tax_numbers)
        if not found:
            found = [customer for customer in self._known_under(buyer.identifiers) if not _other_taxpayer(customer, buyer)]
        if len(found) > 1:
            raise _two_customers(source, found)
        return found[0].id if found else None

    def _known_under(self, names: tuple[str, ...]) -> list[Customer]:
        if not names:
            return []
        try:
            return [self._tx.find_customer(identifiers=names)]
        except CustomerNotFound:
            # Either nobody has any of them, or two customers do; asked one by one it shows.
            if len(names) == 1:
                return []
        found = {customer.id: customer for name in names for customer in self._known_under((name,))}
        return list(found.values())

    def _made(self, buyer: BuyerDraft, source: Source) -> CustomerId:
        number = buyer.numbers[0]
        if not self._create:
            raise refused(
                source=source,
                field="AccountingCustomerParty",
                reason=f"no customer is known under {', '.join(buyer.numbers)}",
                way_out="Import the customer first, or allow the import to create customers",
            )
        customer = Customer(
            id=new_customer_id(),
            number=number,
            name=buyer.name,
            language=buyer.language,
            tax_numbers=buyer.tax_numbers,
            identifiers=buyer.identifiers,
            address=buyer.address,
            contacts=buyer.contacts,
        )
        self._tx.save_customer(customer)
        self.created.append(number)
        return customer.id


def _two_customers(source: Source, found: list[Customer]) -> FileRefused:
    return refused(
        source=source,
        field="AccountingCustomerParty",
        reason=f"the buyer fits more than one customer: {', '.join(sorted(customer.number for customer in found))}",
        way_out="Put the customer's number in PartyIdentification/ID, or correct the identifiers of the customers",
    )


def _other_taxpayer(customer: Customer, buyer: BuyerDraft) -> bool:
    ours, theirs = ({_compared(number) for number in numbers} for numbers in (customer.tax_numbers, buyer.tax_numbers))
    return bool(ours and theirs) and not ours & theirs


def _compared(number: str) -> str:
    return "".join(character for character in number.upper() if character.isalnum())
