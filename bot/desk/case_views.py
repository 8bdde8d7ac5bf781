"""Cases at Microsoft: what waits to be confirmed, what is under way, and the form by which a case goes."""

from __future__ import annotations

from urllib.parse import quote

from aiohttp import web

from bot.conversations.escalation_desk import Proposal
from bot.desk.asked import form, needed
from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.shared.errors import InvalidInput
from bot.shared.ids import EscalationId
from bot.staff.permissions import Permission
from bot.support.checklist import Impact, Item, Topic, checklist, required_items
from bot.support.escalation_ports import EscalationDraft
from bot.support.vehicles import IssueKind

_ITEM = "item_"


def routes() -> list[web.RouteDef]:
    """Return the routes of cases."""
    read, work, confirm = Permission.TICKET_READ, Permission.TICKET_WORK, Permission.ESCALATION_CONFIRM
    case = "/desk/cases/{id}"
    return [
        guarded_get("/desk/cases", read, get_board),
        guarded_get("/desk/tickets/{number}/case", work, get_form),
        guarded_post("/desk/tickets/{number}/case", work, post_proposal),
        guarded_post("/desk/tickets/{number}/case/confirm", confirm, post_confirm),
        guarded_post("/desk/tickets/{number}/case/drop", work, post_drop),
        guarded_post(case + "/number", confirm, post_number),
        guarded_post(case + "/note", work, post_note),
        guarded_post(case + "/closed-there", work, post_closed_there),
        guarded_post(case + "/end", confirm, post_end),
        guarded_post(case + "/again", confirm, post_again),
    ]


async def get_board(request: web.Request) -> web.Response:
    """Show what waits to be confirmed, and cases that have not ended, stuck ones first."""
    now, today = services(request).now(), services(request).today()
    drafts, cases = await in_thread(services(request).escalation_views.board, by=request[MEMBER], now=now, today=today)
    return render(request, "cases.html", drafts=drafts, cases=cases, now=now)


async def get_form(request: web.Request) -> web.Response:
    """Show the form for a ticket's case, with what is proposed and what the records know."""
    return await _form(request)


async def post_proposal(request: web.Request) -> web.StreamResponse:
    """Keep what was written as the proposal; nothing is sent."""
    proposal = _proposal(await form(request))
    now, today = services(request).now(), services(request).today()
    await in_thread(
        services(request).escalations.propose, by=request[MEMBER], number=_number(request), proposal=proposal, now=now, today=today
    )
    raise _see_form(request)


async def post_confirm(request: web.Request) -> web.StreamResponse:
    """Let the case go. What the form lacks is told, and what was written is kept."""
    fields = await form(request)
    proposal, service = _proposal(fields), services(request)
    now, today = service.now(), service.today()
    # Kept first, so that nothing that was written is lost when the case cannot go yet.
    await in_thread(service.escalations.propose, by=request[MEMBER], number=_number(request), proposal=proposal, now=now, today=today)
    await in_thread(
        service.escalations.confirm,
        by=request[MEMBER],
        number=_number(request),
        proposal=proposal,
        override=fields.get("override", ""),
        now=now,
        today=today,
    )
    raise _see_ticket(_number(request))


async def post_drop(request: web.Request) -> web.StreamResponse:
    """Forget what was proposed."""
    await in_thread(services(request).escalations.drop, by=request[MEMBER], number=_number(request), now=services(request).now())
    raise _see_ticket(_number(request))


async def post_number(request: web.Request) -> web.StreamResponse:
    """Note the number of a request made by hand."""
    number = (await form(request)).get("microsoft_number", "")[:60]
    raise await _deed(request, "enter_number", microsoft_number=number)


async def post_note(request: web.Request) -> web.StreamResponse:
    """Write to Microsoft."""
    raise await _deed(request, "note", text=(await form(request)).get("text", ""))


async def post_closed_there(request: web.Request) -> web.StreamResponse:
    """Note that Microsoft closed a request made by hand."""
    raise await _deed(request, "closed_there")


async def post_end(request: web.Request) -> web.StreamResponse:
    """End the case with what came of it."""
    raise await _deed(request, "end", because=(await form(request)).get("because", ""))


async def post_again(request: web.Request) -> web.StreamResponse:
    """Try at once what is stuck."""
    raise await _deed(request, "try_again")


async def _deed(request: web.Request, name: str, **given: object) -> web.HTTPSeeOther:
    escalation_id = EscalationId(request.match_info["id"])
    service = services(request)
    await in_thread(getattr(service.escalations, name), by=request[MEMBER], escalation_id=escalation_id, now=service.now(), **given)
    return _see_ticket(await in_thread(service.escalation_views.ticket_number, escalation_id=escalation_id))


async def _form(request: web.Request) -> web.Response:
    service, number = services(request), _number(request)
    cases = await in_thread(service.escalation_views.cases_of, by=request[MEMBER], number=number, now=service.now(), today=service.today())
    ticket, known = await in_thread(service.escalation_views.blank, by=request[MEMBER], number=number)
    draft = cases.draft.draft if cases.draft is not None else None
    # The address may name what the case is about before anything is written, so that the right questions are asked.
    kind = needed(request.query.get("kind", draft.kind if draft else "technical"), IssueKind)
    topic = needed(request.query.get("topic", draft.topic if draft else "other"), Topic)
    values = draft.values if draft is not None else known
    return render(
        request,
        "case_form.html",
        ticket=ticket,
        draft=draft,
        proposed=cases.draft,
        kind=kind,
        topic=topic,
        items=[item for item in required_items(kind=kind, topic=topic) if item is not Item.ENTITLEMENT],
        values=dict(values),
        missing=checklist(kind=kind, topic=topic, values=values).missing,
        subject=_title(draft, ticket.subject),
    )


def _title(draft: EscalationDraft | None, subject: str) -> str:
    return draft.title if draft is not None else subject


def _proposal(fields: dict[str, str]) -> Proposal:
    values = tuple((Item(name.removeprefix(_ITEM)), text) for name, text in fields.items() if name.startswith(_ITEM) and _is_item(name))
    if not fields.get("impact"):
        raise InvalidInput("say what it does to the customer's business; the severity follows from it")
    return Proposal(
        kind=needed(fields.get("kind", ""), IssueKind),
        topic=needed(fields.get("topic", ""), Topic),
        product=fields.get("product", "")[:200],
        is_on_premises=fields.get("runs") == "on_premises",
        impact=needed(fields.get("impact", ""), Impact),
        title=fields.get("title", ""),
        description=fields.get("description", ""),
        values=(*values, (Item.IMPACT, fields.get("impact", "").replace("_", " "))),
    )


def _is_item(name: str) -> bool:
    return name.removeprefix(_ITEM) in {item.value for item in Item}


def _number(request: web.Request) -> str:
    return request.match_info["number"]


def _see_form(request: web.Request) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/desk/tickets/{quote(_number(request))}/case")


def _see_ticket(number: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/desk/tickets/{quote(number)}#cases")
