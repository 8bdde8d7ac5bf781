"""Customers: the list, the whole page, the panel beside a chat, and one invoice with its lines."""

from __future__ import annotations

from aiohttp import web

from bot.conversations.customer_panel import Panel
from bot.desk.asked import page_number
from bot.desk.guard import guarded_get, render, services
from bot.desk.keys import MEMBER
from bot.desk.words import DEEDS
from bot.shared.aio import in_thread
from bot.shared.ids import ConversationId, CustomerId
from bot.staff.permissions import Permission, may

_TRAIL = 50  # entries
_LONGEST = 200  # characters


def routes() -> list[web.RouteDef]:
    """Return the routes of customers."""
    return [
        guarded_get("/desk/customers", Permission.CUSTOMER_READ, get_list),
        guarded_get("/desk/customers/{id}", Permission.CUSTOMER_READ, get_customer),
        guarded_get("/desk/customers/{id}/panel", Permission.CUSTOMER_READ, get_panel),
        guarded_get("/desk/customers/{id}/invoice", Permission.MONEY_READ, get_invoice),
    ]


async def get_list(request: web.Request) -> web.Response:
    """Show customers by number, or those with ``q`` in number, name, contact or tax number."""
    text = request.query.get("q", "")[:_LONGEST].strip()
    found = await in_thread(services(request).customer_panels.find, by=request[MEMBER], text=text, page=page_number(request))
    return render(request, "customers.html", found=found, text=text)


async def get_customer(request: web.Request) -> web.Response:
    """Show all of a customer that the member may see; the trail for those who may read it."""
    panel = await _panel(request)
    trail = []
    if may(request[MEMBER], Permission.AUDIT_READ):
        names = {str(one.id): one.name for one in await in_thread(services(request).staff.list)}
        for one in await in_thread(services(request).audit.entries, subject=panel.customer.id, limit=_TRAIL):
            details = ", ".join(f"{name}: {names.get(value, value)}" for name, value in one.entry.details if value)
            entry = one.entry
            trail.append({"at": entry.at, "who": names.get(entry.actor, entry.actor), "did": _deed(entry.action), "details": details})
    return render(
        request, "customer.html", panel=panel, customer=panel.customer, today=services(request).today(), trail=trail, is_page=True
    )


async def get_panel(request: web.Request) -> web.Response:
    """Return the customer as a fragment for a place beside something else; the invoice at issue comes first, opened."""
    panel = await _panel(request)
    return render(request, "customer_panel.html", panel=panel, customer=panel.customer, today=services(request).today(), is_page=False)


async def get_invoice(request: web.Request) -> web.Response:
    """Return the lines of the invoice ``number`` as a fragment."""
    view = await in_thread(
        services(request).customer_panels.invoice,
        by=request[MEMBER],
        customer_id=CustomerId(request.match_info["id"]),
        number=request.query.get("number", "")[:_LONGEST] or "-",
        today=services(request).today(),
        now=services(request).now(),
    )
    return render(request, "invoice_lines.html", view=view)


async def _panel(request: web.Request) -> Panel:
    conversation = request.query.get("conversation", "")[:_LONGEST]
    return await in_thread(
        services(request).customer_panels.panel,
        by=request[MEMBER],
        customer_id=CustomerId(request.match_info["id"]),
        today=services(request).today(),
        now=services(request).now(),
        invoice=request.query.get("invoice", "")[:_LONGEST] or None,
        conversation_id=ConversationId(conversation) if conversation else None,
    )


def _deed(action: str) -> str:
    return DEEDS.get(action, action.replace(".", " ").replace("_", " "))
