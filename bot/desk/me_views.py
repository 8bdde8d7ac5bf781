"""One's own account: presence, password, authenticator app, sessions."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.desk.auth import client_address, goodbye
from bot.desk.guard import guarded_get, guarded_post, render, services
from bot.desk.keys import DESK, MEMBER
from bot.desk.pages import is_fragment
from bot.shared.aio import in_thread
from bot.shared.errors import BotError, InvalidInput, NotAllowed
from bot.staff.model import Presence
from bot.staff.permissions import Permission
from bot.staff.totp import TotpOffer, new_offer, offer_of

_USE = Permission.DESK_USE
_ME = "/desk/me"
_NOTES = {
    "second-factor": "Your authenticator app is in use. You will be asked for a code when you sign in.",
    "no-second-factor": "Your authenticator app is not in use any more.",
}


class TooManyTries(NotAllowed):
    """The present password was given wrong too often from here."""


def routes() -> list[web.RouteDef]:
    """Return the routes of one's own account."""
    return [
        guarded_get(_ME, _USE, get_me),
        guarded_post("/desk/presence", _USE, post_presence),
        guarded_post("/desk/me/password", _USE, post_password),
        guarded_get("/desk/me/second-factor", _USE, get_second_factor),
        guarded_post("/desk/me/second-factor", _USE, post_second_factor),
        guarded_post("/desk/me/second-factor/drop", _USE, post_drop_second_factor),
    ]


async def get_me(request: web.Request) -> web.StreamResponse:
    """Show the account."""
    return render(request, "me.html", note=_NOTES.get(request.query.get("said", ""), ""), error="")


async def post_presence(request: web.Request) -> web.StreamResponse:
    """Say whether one takes chats; answers with the switch where htmx asked, else leads back to the page."""
    form = await request.post()
    try:
        presence = Presence(str(form.get("presence", "")))
    except ValueError as error:
        raise InvalidInput("choose available, away or closing") from error
    request[MEMBER] = await in_thread(
        services(request).staff_service.set_presence, member=request[MEMBER], presence=presence, now=services(request).now()
    )
    if is_fragment(request):
        return render(request, "presence.html")
    back = urlsplit(str(form.get("back", ""))).path
    raise web.HTTPSeeOther(back if back.startswith("/desk/") and back.isprintable() and "\\" not in back else "/desk")


async def post_password(request: web.Request) -> web.StreamResponse:
    """Change one's password, which signs one out everywhere."""
    form = await request.post()
    try:
        if form.get("new") != form.get("again"):
            raise InvalidInput("the new password was typed differently the second time")
        _count(request)
        await in_thread(
            services(request).staff_service.change_own_password,
            member=request[MEMBER],
            current=str(form.get("current", "")),
            new=str(form.get("new", "")),
            now=services(request).now(),
        )
    except (InvalidInput, NotAllowed) as error:
        return _refused(request, error)
    return goodbye("password")


async def get_second_factor(request: web.Request) -> web.StreamResponse:
    """Show a fresh secret for an authenticator app; it is never shown again."""
    member = request[MEMBER]
    if member.totp_secret is not None:
        raise web.HTTPSeeOther(_ME)
    return _offer(request, new_offer(email=member.email, issuer=services(request).partner.name))


async def post_second_factor(request: web.Request) -> web.StreamResponse:
    """Put the app with the secret just shown into use."""
    form, member = await request.post(), request[MEMBER]
    offer = offer_of(str(form.get("secret", "")), email=member.email, issuer=services(request).partner.name)
    try:
        await in_thread(
            services(request).staff_service.add_second_factor,
            member=member,
            secret=offer.secret,
            code=str(form.get("code", "")),
            now=services(request).now(),
        )
    except InvalidInput as error:
        return _offer(request, offer, error=_sentence(error))
    raise web.HTTPSeeOther(f"{_ME}?said=second-factor")


async def post_drop_second_factor(request: web.Request) -> web.StreamResponse:
    """Take one's authenticator app out of use."""
    form = await request.post()
    try:
        _count(request)
        await in_thread(
            services(request).staff_service.drop_own_second_factor,
            member=request[MEMBER],
            current=str(form.get("current", "")),
            now=services(request).now(),
        )
    except (InvalidInput, NotAllowed) as error:
        return _refused(request, error)
    raise web.HTTPSeeOther(f"{_ME}?said=no-second-factor")


def _offer(request: web.Request, offer: TotpOffer, *, error: str = "") -> web.Response:
    groups = " ".join(offer.secret[start : start + 4] for start in range(0, len(offer.secret), 4))
    return render(request, "second_factor.html", status=400 if error else 200, offer=offer, groups=groups, error=error)


def _count(request: web.Request) -> None:
    """Count a try of the present password, so that an open browser does not let somebody guess it. Raises: TooManyTries."""
    if request.app[DESK].limiter.take(client_address(request), now=services(request).now()) is not None:
        raise TooManyTries("too many tries from here; try again in ten minutes")


def _refused(request: web.Request, error: BotError) -> web.Response:
    return render(request, "me.html", status=400, note="", error=_sentence(error))


def _sentence(error: BotError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
