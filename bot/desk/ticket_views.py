"""Tickets: the list, one ticket with its history, the work on it, and the board of what nobody has answered."""

from __future__ import annotations

import secrets
from contextlib import suppress
from urllib.parse import quote, urlencode

import structlog
from aiohttp import web

from bot.conversations.records_model import OPEN_STATES, TicketFilter
from bot.desk.asked import choice, form, needed, page_number
from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import MEMBER
from bot.desk.record_words import deed_of, is_late
from bot.shared.aio import in_thread
from bot.shared.errors import InvalidInput, NotFound, Unavailable
from bot.shared.ids import CustomerId, StaffId
from bot.staff.model import StaffMember
from bot.staff.permissions import Permission, may
from bot.support.model import Outcome, TicketKind, TicketPriority, TicketState

_LOG = structlog.get_logger(__name__)
_ANY, _NOBODY, _ME = "any", "nobody", "me"
_LONGEST = 200


def routes() -> list[web.RouteDef]:
    """Return the routes of tickets."""
    read, work = Permission.TICKET_READ, Permission.TICKET_WORK
    return [
        guarded_get("/desk/tickets", read, get_list),
        guarded_get("/desk/tickets/new", work, get_form),
        guarded_post("/desk/tickets", work, post_ticket),
        guarded_get("/desk/tickets/{number}", read, get_ticket),
        guarded_post("/desk/tickets/{number}/owner", work, post_owner),
        guarded_post("/desk/tickets/{number}/priority", work, post_priority),
        guarded_post("/desk/tickets/{number}/state", work, post_state),
        guarded_post("/desk/tickets/{number}/close", work, post_close),
        guarded_post("/desk/tickets/{number}/reopen", work, post_reopen),
        guarded_post("/desk/tickets/{number}/remark", work, post_remark),
        guarded_post("/desk/tickets/{number}/answer", work, post_answer),
        guarded_post("/desk/tickets/{number}/mail", work, post_mail),
        guarded_get("/desk/unanswered", read, get_unanswered),
    ]


async def get_list(request: web.Request) -> web.Response:
    """Show tickets, late ones first, narrowed by what the address says."""
    query = {name: request.query.get(name, "")[:_LONGEST].strip() for name in ("state", "kind", "owner", "customer", "late")}
    state = query["state"]
    wanted = TicketFilter(
        states=() if state == _ANY else (needed(state, TicketState),) if state else OPEN_STATES,
        kind=choice(query["kind"], TicketKind),
        owner_id=_owner(query["owner"], request[MEMBER]),
        customer_id=await _customer_id(request, query["customer"]),
        is_unowned=query["owner"] == _NOBODY,
        is_late=bool(query["late"]),
    )
    now = services(request).now()
    found = await in_thread(services(request).ticket_desk.find, by=request[MEMBER], wanted=wanted, now=now, page=page_number(request))
    people = await _people(request)
    return render(
        request,
        "tickets.html",
        found=found,
        query=query,
        narrowed=urlencode({name: value for name, value in query.items() if value}),
        people=people,
        names={one.id: one.name for one in people},
        is_late=lambda ticket: is_late(ticket, now),
    )


async def get_form(request: web.Request) -> web.Response:
    """Show the form for a new ticket; the query parameter ``customer`` is a customer's number."""
    return render(request, "ticket_new.html", number=request.query.get("customer", "")[:_LONGEST], key=secrets.token_hex(8))


async def post_ticket(request: web.Request) -> web.StreamResponse:
    """Open a ticket."""
    fields = await form(request)
    ticket = await in_thread(
        services(request).ticket_desk.open,
        by=request[MEMBER],
        customer_id=await _customer_id(request, fields.get("customer", "").strip()),
        kind=needed(fields.get("kind", ""), TicketKind),
        priority=needed(fields.get("priority", ""), TicketPriority),
        subject=fields.get("subject", ""),
        details=fields.get("details", ""),
        key=fields.get("key", ""),
        now=services(request).now(),
    )
    raise _see(ticket.number)


async def get_ticket(request: web.Request) -> web.Response:
    """Show a ticket with its history, and what may be done with it."""
    view = await in_thread(services(request).ticket_desk.view, by=request[MEMBER], number=_number(request))
    people = await _people(request)
    now, today = services(request).now(), services(request).today()
    cases = await in_thread(services(request).escalation_views.cases_of, by=request[MEMBER], number=_number(request), now=now, today=today)
    works = may(request[MEMBER], Permission.TICKET_WORK)
    # What a case costs is money: whoever works on tickets may see it, a sales agent does not.
    sheet = await in_thread(services(request).support_cases.sheet, by=request[MEMBER], number=_number(request)) if works else None
    return render(
        request,
        "ticket.html",
        sheet=sheet,
        view=view,
        cases=cases,
        now=now,
        ticket=view.ticket,
        history=[deed_of(event) for event in view.history],
        owner=next((one.name for one in people if one.id == view.ticket.owner_id), None),
        workers=[one for one in people if may(one, Permission.TICKET_WORK)],
        is_late=is_late(view.ticket, now),
        key=secrets.token_hex(8),
    )


async def post_owner(request: web.Request) -> web.StreamResponse:
    """Give the ticket to somebody."""
    wanted = (await form(request)).get("owner", "")
    people = await _people(request)
    to = next((one for one in people if one.id == wanted), None)
    if wanted and to is None:
        raise InvalidInput("there is no such colleague; open the page again")
    await _work(request, "assign", to=to)
    raise _see(_number(request))


async def post_priority(request: web.Request) -> web.StreamResponse:
    """Say how pressing the ticket is."""
    await _work(request, "set_priority", priority=needed((await form(request)).get("priority", ""), TicketPriority))
    raise _see(_number(request))


async def post_state(request: web.Request) -> web.StreamResponse:
    """Say where the ticket is."""
    await _work(request, "set_state", state=needed((await form(request)).get("state", ""), TicketState))
    raise _see(_number(request))


async def post_close(request: web.Request) -> web.StreamResponse:
    """Close the ticket."""
    await _work(request, "close", outcome=needed((await form(request)).get("outcome", ""), Outcome))
    raise _see(_number(request))


async def post_reopen(request: web.Request) -> web.StreamResponse:
    """Open the ticket again; its chat goes to the member."""
    await in_thread(services(request).desk.reopen, by=request[MEMBER], number=_number(request), now=services(request).now())
    raise _see(_number(request))


async def post_remark(request: web.Request) -> web.StreamResponse:
    """Add a remark."""
    await _work(request, "remark", text=(await form(request)).get("text", ""))
    raise _see(_number(request))


async def post_answer(request: web.Request) -> web.StreamResponse:
    """Answer the customer, in the conversation and by mail; a mail that cannot go now is offered again on the page."""
    fields = await form(request)
    key = fields.get("key", "")[:_LONGEST]
    if not key:
        raise InvalidInput("the form is not complete; open the page again")
    answered = await in_thread(
        services(request).ticket_desk.answer,
        by=request[MEMBER],
        number=_number(request),
        text=fields.get("text", ""),
        key=key,
        then=needed(fields.get("then", ""), TicketState),
        now=services(request).now(),
    )
    if answered.mail is not None:
        with suppress(Unavailable):
            await _send(request, key)
    raise _see(_number(request))


async def post_mail(request: web.Request) -> web.StreamResponse:
    """Try again to send the mail of an answer. Raises: Unavailable."""
    await _send(request, (await form(request)).get("key", ""))
    raise _see(_number(request))


async def get_unanswered(request: web.Request) -> web.Response:
    """Show billing tickets and waiting chats that nobody has answered, the oldest first."""
    now = services(request).now()
    found = await in_thread(services(request).ticket_desk.unanswered, by=request[MEMBER], now=now)
    people = await _people(request)
    return render(request, "unanswered.html", found=found, names={one.id: one.name for one in people}, now=now)


async def _send(request: web.Request, key: str) -> None:
    try:
        await in_thread(services(request).ticket_desk.send, number=_number(request), key=key, now=services(request).now())
    except Unavailable:
        _LOG.warning("ticket_mail.not_sent", ticket=_number(request))
        raise


async def _work(request: web.Request, deed: str, **given: object) -> None:
    act = getattr(services(request).ticket_desk, deed)
    await in_thread(act, by=request[MEMBER], number=_number(request), now=services(request).now(), **given)


async def _people(request: web.Request) -> tuple[StaffMember, ...]:
    return await in_thread(services(request).staff.list)


async def _customer_id(request: web.Request, number: str) -> CustomerId | None:
    """Return the customer with that number, or None when it is empty. Raises: CustomerNotFound."""
    if not number:
        return None
    try:
        return (await in_thread(services(request).billing.customer_by_number, number=number)).id
    except NotFound as error:
        raise InvalidInput(f"there is no customer {number[:40]}; give the customer number, such as C-10001") from error


def _owner(text: str, member: StaffMember) -> StaffId | None:
    if text in ("", _NOBODY):
        return None
    return member.id if text == _ME else StaffId(text)


def _number(request: web.Request) -> str:
    return request.match_info["number"]


def _see(number: str) -> web.HTTPSeeOther:
    return web.HTTPSeeOther(f"/desk/tickets/{quote(number)}")
