"""Collections at the desk: ageing, cases by step, approvals, holds, what came back; and one customer's cases."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

from aiohttp import web

from bot.desk.asked import day, form
from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import MEMBER
from bot.overdue.ageing import BUCKETS
from bot.overdue.suspending import SuspensionState
from bot.shared.aio import in_thread
from bot.shared.ids import CustomerId, SuspensionId
from bot.staff.permissions import Permission

_HEIGHT = 120.0
_UNDER_WAY = (SuspensionState.PROPOSED, SuspensionState.APPROVED, SuspensionState.SUSPENDED, SuspensionState.RESTORING)


def routes() -> list[web.RouteDef]:
    """Return the routes of collections."""
    read, decide = Permission.MONEY_READ, Permission.SUSPENSION_APPROVE
    customer, suspension = "/desk/overdue/{customer}", "/desk/suspensions/{id}"
    return [
        guarded_get("/desk/overdue", read, get_board),
        guarded_get("/desk/overdue.csv", read, get_csv),
        guarded_get(customer, read, get_customer),
        guarded_post(customer + "/propose", decide, post_propose),
        guarded_post(customer + "/hold", decide, post_hold),
        guarded_post(customer + "/lift", decide, post_lift),
        guarded_post(suspension + "/approve", decide, post_approve),
        guarded_post(suspension + "/reject", decide, post_reject),
        guarded_post(suspension + "/restore", decide, post_restore),
    ]


async def get_board(request: web.Request) -> web.Response:
    """Show what is open by age, who waits for a decision, holds, and what came back."""
    service, member = services(request), request[MEMBER]
    board = await in_thread(service.overdue_desk.board, by=member, today=service.today(), now=service.now())
    suspensions = await in_thread(service.suspensions.views, by=member, states=_UNDER_WAY)
    labels = {step.key: step.label.say("en") for policy in service.collections for step in policy.steps}
    return render(
        request,
        "overdue.html",
        board=board,
        suspensions=suspensions,
        buckets=[name for name, _ in BUCKETS],
        plots=[(currency, _columns([amount.amount for amount in sums]), sums, total) for currency, sums, total in board.ageing.totals],
        height=_HEIGHT,
        labels=labels,
        today=service.today(),
    )


async def get_csv(request: web.Request) -> web.Response:
    """Return the ageing report as CSV (UTF-8 with a byte order mark, for spreadsheets); amounts in major units."""
    service = services(request)
    report, names = await in_thread(service.overdue_desk.ageing, by=request[MEMBER], today=service.today(), now=service.now())
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("customer", "name", "currency", "oldest due", *(name for name, _ in BUCKETS), "total"))
    for row in report.rows:
        customer = names[row.customer_id]
        sums = [str(amount.amount) for amount in row.sums]
        writer.writerow((customer.number, customer.name, row.total.currency, row.oldest_due.isoformat(), *sums, str(row.total.amount)))
    name = f"clearline-ageing-{service.today().isoformat()}.csv"
    return web.Response(
        body=("\ufeff" + out.getvalue()).encode(),
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )


async def get_customer(request: web.Request) -> web.Response:
    """Show one customer's open invoices with every step and its day, and the decisions about them."""
    service = services(request)
    found = await in_thread(
        service.overdue_desk.of_customer, by=request[MEMBER], customer_id=_customer(request), today=service.today(), now=service.now()
    )
    people = {one.id: one.name for one in await in_thread(service.staff.list)}
    return render(request, "overdue_customer.html", found=found, customer=found.customer, people=people, today=service.today())


async def post_propose(request: web.Request) -> web.StreamResponse:
    """Propose to suspend the customer; others have to approve it."""
    service = services(request)
    await in_thread(
        service.suspensions.propose, by=request[MEMBER], customer_id=_customer(request), today=service.today(), now=service.now()
    )
    raise _see(_customer(request))


async def post_hold(request: web.Request) -> web.StreamResponse:
    """Let the ladder of an invoice stand still."""
    fields, service = await form(request), services(request)
    await in_thread(
        service.overdue_desk.hold,
        by=request[MEMBER],
        customer_id=_customer(request),
        number=fields.get("number", ""),
        until=day(fields.get("until", "")),
        reason=fields.get("reason", ""),
        today=service.today(),
        now=service.now(),
    )
    raise _see(_customer(request))


async def post_lift(request: web.Request) -> web.StreamResponse:
    """Let the ladder go on."""
    hold_id = (await form(request)).get("hold", "")
    service = services(request)
    await in_thread(service.overdue_desk.lift, by=request[MEMBER], customer_id=_customer(request), hold_id=hold_id, now=service.now())
    raise _see(_customer(request))


async def post_approve(request: web.Request) -> web.StreamResponse:
    """Say yes to a suspension."""
    raise await _decide(request, "approve")


async def post_reject(request: web.Request) -> web.StreamResponse:
    """Say no to a suspension."""
    raise await _decide(request, "reject")


async def post_restore(request: web.Request) -> web.StreamResponse:
    """Give access back though not all is paid."""
    raise await _decide(request, "restore")


async def _decide(request: web.Request, deed: str) -> web.HTTPSeeOther:
    reason, service = (await form(request)).get("reason", ""), services(request)
    changed = await in_thread(
        getattr(service.suspensions, deed),
        by=request[MEMBER],
        suspension_id=SuspensionId(request.match_info["id"]),
        reason=reason[:500],
        now=service.now(),
    )
    return _see(changed.customer_id)


def _columns(sums: list[object]) -> list[tuple[float, float, float]]:
    """Return place, top and height of each column of the plot, in its own units."""
    top = max([float(str(amount)) for amount in sums] + [0.01])
    return [
        (10 + place * 140, round(_HEIGHT - _HEIGHT * float(str(amount)) / top, 1), round(_HEIGHT * float(str(amount)) / top, 1))
        for place, amount in enumerate(sums)
    ]


def _customer(request: web.Request) -> CustomerId:
    return CustomerId(request.match_info["customer"])


def _see(customer_id: CustomerId) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/desk/overdue/{quote(customer_id)}")
