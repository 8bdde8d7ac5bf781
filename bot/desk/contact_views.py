"""The service catalogue to read, and the board of leads."""

from __future__ import annotations

from aiohttp import web

from bot.desk.asked import form, needed
from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.shared.ids import LeadId
from bot.staff.permissions import Permission
from bot.support.leads import LeadOutcome


def routes() -> list[web.RouteDef]:
    """Return the routes of the catalogue and of leads."""
    return [
        guarded_get("/desk/services", Permission.TICKET_WORK, get_services),
        guarded_get("/desk/leads", Permission.LEADS_WORK, get_leads),
        guarded_post("/desk/leads/{id}/outcome", Permission.LEADS_WORK, post_outcome),
    ]


async def get_services(request: web.Request) -> web.Response:
    """Show what is asked, tried and collected, by service and area; ``area`` in the address opens one."""
    work = {piece.key: piece.name for piece in services(request).offering.work}
    return render(
        request, "services.html", catalogue=services(request).support_cases.catalogue, work=work, wanted=request.query.get("area", "")
    )


async def get_leads(request: web.Request) -> web.Response:
    """Show what customers could use: undecided leads first."""
    board = await in_thread(services(request).leads.board, by=request[MEMBER])
    return render(request, "leads.html", board=board, needs=services(request).leads.names)


async def post_outcome(request: web.Request) -> web.StreamResponse:
    """Keep what became of a lead."""
    outcome = needed((await form(request)).get("outcome", ""), LeadOutcome)
    lead_id = LeadId(request.match_info["id"])
    await in_thread(services(request).leads.decide, by=request[MEMBER], lead_id=lead_id, outcome=outcome, now=services(request).now())
    raise web.HTTPSeeOther("/desk/leads")
