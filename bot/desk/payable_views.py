"""What we owe Microsoft: bills, the weeks to come, and what staff note about them. For finance roles only."""

from __future__ import annotations

import csv
import io

from aiohttp import web

from bot.billing.payables import CashWeek
from bot.desk.asked import day, form
from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.staff.permissions import Permission

_HEIGHT = 120.0


def routes() -> list[web.RouteDef]:
    """Return the routes of payables."""
    read = Permission.PAYABLES_READ
    return [
        guarded_get("/desk/payables", read, get_page),
        guarded_get("/desk/payables.csv", read, get_csv),
        guarded_post("/desk/payables/{number}", read, post_mark),
    ]


async def get_page(request: web.Request) -> web.Response:
    """Show the bills and the calendar."""
    service = services(request)
    page = await in_thread(service.payables.page, by=request[MEMBER], today=service.today(), now=service.now())
    currencies = sorted({week.currency for week in page.weeks})
    return render(
        request,
        "payables.html",
        page=page,
        plots=[(currency, _columns([week for week in page.weeks if week.currency == currency])) for currency in currencies],
        today=service.today(),
    )


async def get_csv(request: web.Request) -> web.Response:
    """Return the bills as CSV (UTF-8 with a byte order mark, for spreadsheets); amounts in major units."""
    service = services(request)
    page = await in_thread(service.payables.page, by=request[MEMBER], today=service.today(), now=service.now())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("number", "issued", "due", "currency", "total", "open", "state", "days to due", "paid on", "disputed on"))
    for row in page.rows:
        one, invoice = row.payable, row.payable.invoice
        dates = (one.mark.paid_on, one.mark.disputed_on)
        writer.writerow(
            (
                invoice.number,
                invoice.issued_on.isoformat(),
                invoice.due_on.isoformat(),
                invoice.total.currency,
                str(invoice.total.amount),
                str(one.open_amount.amount),
                one.state.value,
                one.days,
                *(date.isoformat() if date else "" for date in dates),
            )
        )
    name = f"clearline-payables-{service.today().isoformat()}.csv"
    return web.Response(
        body=("\ufeff" + out.getvalue()).encode(),
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )


async def post_mark(request: web.Request) -> web.StreamResponse:
    """Note that a bill was paid, or is disputed, or neither."""
    fields, service = await form(request), services(request)
    what = fields.get("what", "")
    await in_thread(
        service.payables.mark,
        by=request[MEMBER],
        number=request.match_info["number"],
        paid_on=(day(fields.get("day", "")) or service.today()) if what == "paid" else None,
        disputed=what == "disputed",
        reason=fields.get("reason", ""),
        today=service.today(),
        now=service.now(),
    )
    raise web.HTTPSeeOther("/desk/payables")


def _columns(weeks: list[CashWeek]) -> list[dict[str, object]]:
    """Return the columns of the plot, two a week, in its own units."""
    top = max([float(amount.amount) for week in weeks for amount in (week.to_microsoft, week.from_customers)] + [0.01])
    found = []
    for place, week in enumerate(weeks):
        out, come = (round(_HEIGHT * float(amount.amount) / top, 1) for amount in (week.to_microsoft, week.from_customers))
        found.append(
            {
                "week": week,
                "x": place * 90 + 6,
                "out": out,
                "y_out": round(_HEIGHT - out, 1),
                "come": come,
                "y_come": round(_HEIGHT - come, 1),
            }
        )
    return found
