"""Microsoft's bills to the partner, and the record of deeds. Source: Partner Center: invoice and audit pages (2021-08, 2023-10)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from bot.billing.microsoft import LineKind, MicrosoftBalance, MicrosoftDeed, MicrosoftInvoice, MicrosoftLine
from bot.billing.microsoft_ports import MicrosoftUnavailable
from bot.partner_center.auth import TokenKind
from bot.partner_center.paging import Page, get_page, turned
from bot.partner_center.resource import Query, Resource, filtered, part
from bot.partner_center.transport import Call
from bot.partner_center.wire import made, read
from bot.partner_center.wire_invoices import LINE_QUERIES, WireAudit, WireInvoice, WireLine, WireSummary
from bot.shared.ids import TenantId

_APP, _USER = TokenKind.APP, TokenKind.USER
_INVOICES_A_PAGE = 200
LINES_A_PAGE = 2000  # Partner Center's own limit
_DEEDS_A_PAGE = 500
_PDF = "application/pdf"
# These lists are turned by seeking; the others by offset.
_BY_SEEKING = (LineKind.ONE_TIME, LineKind.DAILY_RATED)


class Bills(Resource):
    """Bills and deeds; part of the asynchronous side of ``bot.billing.microsoft_ports.MicrosoftCommerce``."""

    async def invoices(self, *, since: date | None = None) -> AsyncIterator[MicrosoftInvoice]:
        """Yield Microsoft's bills, those issued on or after ``since``."""
        operation = "invoices.list"
        query: Query = (("size", str(_INVOICES_A_PAGE)), ("offset", "0"))
        if since is not None:
            query = (*query, filtered("InvoiceDate", since.isoformat(), "greater_than_or_equals"))
        seen: set[str] = set()
        async for item in self._items(operation, "/invoices", token=_APP, query=query):
            invoice = made(read(WireInvoice, item, operation=operation).invoice, operation=operation)
            # Size and offset hold for legacy bills only; those of new commerce come with every page.
            if invoice.number not in seen and (since is None or invoice.issued_on >= since):
                seen.add(invoice.number)
                yield invoice

    async def invoice(self, *, number: str) -> MicrosoftInvoice:
        """Return one bill. Raises: MicrosoftNotFound."""
        operation = "invoices.get"
        answer = await self._get(operation, f"/invoices/{part(number)}", token=_USER)
        return made(read(WireInvoice, answer.content, operation=operation).invoice, operation=operation)

    async def invoice_lines(self, *, number: str, kind: LineKind) -> AsyncIterator[MicrosoftLine]:
        """Yield the lines of one list of a bill. Raises: MicrosoftNotFound."""
        operation = f"invoices.lines_{kind.value}"
        async for line in turned(lambda cursor: self.invoice_lines_page(number=number, kind=kind, cursor=cursor), operation=operation):
            yield line

    async def invoice_lines_page(
        self, *, number: str, kind: LineKind, cursor: str | None = None, size: int = LINES_A_PAGE
    ) -> tuple[tuple[MicrosoftLine, ...], Page]:
        """Return one page of lines, with its cursor for the next. Raises: MicrosoftNotFound."""
        operation = f"invoices.lines_{kind.value}"
        provider, line_type = LINE_QUERIES[kind]
        query: Query = (("provider", provider), ("invoicelineitemtype", line_type), ("size", str(size)))
        if kind not in _BY_SEEKING:
            query = (*query, ("offset", "0"))
        call = Call(operation, "GET", f"/invoices/{part(number)}/lineitems", _APP, query=query)
        page = await get_page(self._transport, call, cursor=cursor)
        wires = [read(WireLine, item, operation=operation) for item in page.items]
        return made(lambda: tuple(wire.line(number=number, kind=kind) for wire in wires), operation=operation), page

    async def invoice_statement(self, *, number: str) -> bytes:
        """Return a bill as PDF. Raises: MicrosoftNotFound."""
        path = f"/invoices/{part(number)}/documents/statement"
        answer = await self._transport.send(Call("invoices.statement", "GET", path, _USER, accept=_PDF))
        if not answer.raw.startswith(b"%PDF"):
            raise MicrosoftUnavailable(f"what Partner Center sent as the statement of {number} is not a PDF; try again later")
        return answer.raw

    async def balances(self) -> tuple[MicrosoftBalance, ...]:
        """Return what the partner owes, one for each currency."""
        operation = "invoices.summaries"
        wires = [read(WireSummary, item, operation=operation) async for item in self._items(operation, "/invoices/summaries", token=_USER)]
        return tuple(made(wire.balance, operation=operation) for wire in wires)

    async def deeds(self, *, since: date, until: date | None = None, tenant_id: TenantId | None = None) -> AsyncIterator[MicrosoftDeed]:
        """Yield what was done in Partner Center from ``since`` to ``until``. Raises: MicrosoftRefused."""
        operation = "audit.list"
        query: Query = (("startDate", since.isoformat()), ("size", str(_DEEDS_A_PAGE)))
        if until is not None:
            query = (*query, ("endDate", until.isoformat()))
        if tenant_id is not None:
            query = (*query, filtered("CustomerId", tenant_id, "equals"))
        async for item in self._items(operation, "/auditrecords", token=_APP, query=query):
            yield made(read(WireAudit, item, operation=operation).deed, operation=operation)
