"""Who works at the desk: the list, and every change of it."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import MEMBER
from bot.shared.aio import in_thread
from bot.shared.errors import Conflict, InvalidInput
from bot.shared.ids import StaffId
from bot.staff.model import Role, StaffMember
from bot.staff.passwords import new_password
from bot.staff.permissions import Permission

_MANAGE = Permission.STAFF_MANAGE
_NOTES = {
    "role": "{name} has another role and was signed out.",
    "disabled": "{name} may not sign in any more.",
    "enabled": "{name} may sign in.",
    "second-factor": "{name} signs in without an authenticator app now, and was signed out.",
    "signed-out": "{name} was signed out everywhere.",
}


def routes() -> list[web.RouteDef]:
    """Return the routes of managing the staff."""
    return [
        guarded_get("/desk/staff", _MANAGE, get_staff),
        guarded_post("/desk/staff", _MANAGE, post_member),
        guarded_post("/desk/staff/{id}/role", _MANAGE, post_role),
        guarded_post("/desk/staff/{id}/disable", _MANAGE, post_disable),
        guarded_post("/desk/staff/{id}/enable", _MANAGE, post_enable),
        guarded_post("/desk/staff/{id}/password", _MANAGE, post_password),
        guarded_post("/desk/staff/{id}/second-factor/drop", _MANAGE, post_drop_second_factor),
        guarded_post("/desk/staff/{id}/sign-out", _MANAGE, post_sign_out),
    ]


async def get_staff(request: web.Request) -> web.StreamResponse:
    """List everybody."""
    return await _page(request)


async def post_member(request: web.Request) -> web.StreamResponse:
    """Add a member and show the password made for them, this once."""
    form = await request.post()
    given = {name: str(form.get(name, "")) for name in ("name", "email", "role")}
    password = new_password()
    try:
        member = await in_thread(
            services(request).staff_service.add,
            by=request[MEMBER],
            name=given["name"],
            email=given["email"],
            role=_role(given["role"]),
            password=password,
            now=services(request).now(),
        )
    except (InvalidInput, Conflict) as error:
        return await _page(request, error=str(error), given=given, status=400)
    return render(request, "staff_password.html", subject=member, password=password, is_new=True)


async def post_role(request: web.Request) -> web.StreamResponse:
    """Give a member another role."""
    role = _role(str((await request.post()).get("role", "")))
    await in_thread(
        services(request).staff_service.set_role, by=request[MEMBER], staff_id=_whom(request), role=role, now=services(request).now()
    )
    return _done(request, "role")


async def post_disable(request: web.Request) -> web.StreamResponse:
    """Bar a member from signing in."""
    await in_thread(services(request).staff_service.disable, by=request[MEMBER], staff_id=_whom(request), now=services(request).now())
    return _done(request, "disabled")


async def post_enable(request: web.Request) -> web.StreamResponse:
    """Let a member sign in again."""
    await in_thread(services(request).staff_service.enable, by=request[MEMBER], staff_id=_whom(request), now=services(request).now())
    return _done(request, "enabled")


async def post_password(request: web.Request) -> web.StreamResponse:
    """Give a member a new password and show it, this once."""
    password = new_password()
    member = await in_thread(
        services(request).staff_service.reset_password,
        by=request[MEMBER],
        staff_id=_whom(request),
        password=password,
        now=services(request).now(),
    )
    return render(request, "staff_password.html", subject=member, password=password, is_new=False)


async def post_drop_second_factor(request: web.Request) -> web.StreamResponse:
    """Take the authenticator app of a member who lost it out of use."""
    await in_thread(
        services(request).staff_service.drop_second_factor, by=request[MEMBER], staff_id=_whom(request), now=services(request).now()
    )
    return _done(request, "second-factor")


async def post_sign_out(request: web.Request) -> web.StreamResponse:
    """End every session of a member."""
    await in_thread(services(request).staff_service.sign_out, by=request[MEMBER], staff_id=_whom(request), now=services(request).now())
    return _done(request, "signed-out")


async def _page(request: web.Request, *, error: str = "", given: dict[str, str] | None = None, status: int = 200) -> web.Response:
    members = await in_thread(services(request).staff_service.members, by=request[MEMBER])
    here = await in_thread(services(request).sessions.signed_in, now=services(request).now())
    return render(
        request,
        "staff.html",
        status=status,
        members=members,
        here=here,
        changeable={one.id for one in members if _may_change(request[MEMBER], one)},
        roles_to_give=[role for role in Role if role is not Role.GLOBAL_ADMIN or request[MEMBER].role is Role.GLOBAL_ADMIN],
        note=_note(request, members),
        error=f"{error[:1].upper()}{error[1:]}." if error else "",
        given=given or {"name": "", "email": "", "role": Role.HELPDESK_AGENT.value},
        now=services(request).now(),
    )


def _may_change(by: StaffMember, whom: StaffMember) -> bool:
    """Return whether to offer a change; the domain decides again when it is made."""
    return by.id != whom.id and (whom.role is not Role.GLOBAL_ADMIN or by.role is Role.GLOBAL_ADMIN)


def _note(request: web.Request, members: tuple[StaffMember, ...]) -> str:
    whom = next((one for one in members if one.id == request.query.get("whom")), None)
    sentence = _NOTES.get(request.query.get("said", ""))
    return sentence.format(name=whom.name) if sentence and whom else ""


def _done(request: web.Request, said: str) -> web.StreamResponse:
    raise web.HTTPSeeOther(f"/desk/staff?{urlencode({'said': said, 'whom': _whom(request)})}")


def _whom(request: web.Request) -> StaffId:
    return StaffId(request.match_info["id"])


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise InvalidInput("choose one of the five roles") from error
