"""Signing in and out, with a password or with the OpenID provider."""

from __future__ import annotations

import hmac
import math
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web

from bot.desk import cookies
from bot.desk.guard import SIGN_IN, guarded_post, open_get, open_post, render, services
from bot.desk.keys import DESK, MEMBER, SESSION
from bot.desk.oidc import Begun, OidcClient, ProviderDown, ProviderRefused, is_loopback
from bot.shared.aio import in_thread
from bot.shared.errors import BotError
from bot.staff.permissions import Permission
from bot.staff.sessions import SessionEnded
from bot.staff.sign_in import ProviderStranger, SignedIn, SignInRefused

_LOG = structlog.get_logger(__name__)
_START = "/desk"
_LONGEST_FIELD = 2000  # characters
_NOTES = {
    "signed-out": "You are signed out.",
    "everywhere": "You are signed out everywhere.",
    "password": "Your password is changed. Sign in with the new one.",
}


def routes() -> list[web.RouteDef]:
    """Return the routes of signing in and out."""
    return [
        open_get(SIGN_IN, get_sign_in),
        open_post(SIGN_IN, post_sign_in),
        open_get("/desk/oidc/start", get_oidc_start),
        open_get("/desk/oidc/callback", get_oidc_callback),
        guarded_post("/desk/sign-out", Permission.DESK_USE, post_sign_out),
        guarded_post("/desk/sign-out-everywhere", Permission.DESK_USE, post_sign_out_everywhere),
    ]


async def get_sign_in(request: web.Request) -> web.StreamResponse:
    """Show the form, or lead on who is signed in already."""
    if await _is_signed_in(request):
        raise web.HTTPSeeOther(_next(request.query.get("next", "")))
    return _form(request, note=_NOTES.get(request.query.get("said", ""), ""))


async def post_sign_in(request: web.Request) -> web.StreamResponse:
    """Sign in with address, password and code."""
    form = await request.post()
    given = {name: str(form.get(name, ""))[:_LONGEST_FIELD] for name in ("email", "password", "code", "next", "csrf")}
    mark = request.cookies.get(cookies.FORM, "")
    if not mark or not hmac.compare_digest(given["csrf"].encode(), _form_token(request, mark).encode()):
        return _form(request, email=given["email"], error="The form was open for too long. Try once more.", status=403)
    limiter, address = request.app[DESK].limiter, client_address(request)
    wait = limiter.take(address, now=services(request).now())
    if wait is not None:
        minutes = math.ceil(wait.total_seconds() / 60)
        _LOG.info("sign_in.limited")
        answer = _form(request, email=given["email"], error=f"Too many tries from here. Try again in {minutes} minutes.", status=429)
        answer.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
        return answer
    try:
        signed_in = await in_thread(
            services(request).sign_in.with_password,
            email=given["email"],
            password=given["password"],
            code=given["code"],
            now=services(request).now(),
        )
    except SignInRefused as error:
        return _form(request, email=given["email"], error=_sentence(error), status=401)
    limiter.give_back(address)
    return await _welcome(request, signed_in, given["next"])


async def get_oidc_start(request: web.Request) -> web.StreamResponse:
    """Send the browser to the provider."""
    client = _provider(request)
    state = cookies.new_state()
    now = services(request).now()
    try:
        address = await client.start(begun=_begun(request, state), redirect_uri=_callback(request), now=now)
    except ProviderDown as error:
        _LOG.info("oidc.down", reason=str(error))
        return _form(request, error=_sentence(error), status=503)
    answer = web.HTTPSeeOther(address)
    sealed = cookies.seal(services(request).tokens, state=state, until=now + cookies.VALID_FOR)
    cookies.put(answer, cookies.PROVIDER, sealed, seconds=int(cookies.VALID_FOR.total_seconds()))
    raise answer


async def get_oidc_callback(request: web.Request) -> web.StreamResponse:
    """Take the browser back from the provider, and sign in whom it vouches for."""
    client = _provider(request)
    try:
        state = _state(request)
        identity = await client.finish(
            code=request.query["code"], begun=_begun(request, state), redirect_uri=_callback(request), now=services(request).now()
        )
        signed_in = await in_thread(services(request).sign_in.with_provider, identity=identity, now=services(request).now())
    except (ProviderRefused, ProviderStranger, ProviderDown) as error:
        _LOG.info("oidc.refused", kind=type(error).__name__, reason=str(error))
        answer: web.StreamResponse = _form(request, error=_sentence(error), status=503 if isinstance(error, ProviderDown) else 403)
    else:
        answer = await _welcome(request, signed_in, "")
    # Whatever came of it, this sign-in is used up.
    cookies.drop(answer, cookies.PROVIDER)
    return answer


def _state(request: web.Request) -> str:
    """Return the state that this browser began with and the provider has given back. Raises: ProviderRefused."""
    begun = cookies.unseal(services(request).tokens, request.cookies.get(cookies.PROVIDER, ""), now=services(request).now())
    given = request.query.get("state", "")
    if begun is None or not hmac.compare_digest(begun.encode(), given.encode()):
        raise ProviderRefused("this sign-in was not begun in this browser, or took too long; begin again")
    if "error" in request.query or not request.query.get("code"):
        raise ProviderRefused("the provider did not sign you in")
    return begun


def _begun(request: web.Request, state: str) -> Begun:
    """Return what belongs to ``state``; computed from our key, so that neither nonce nor verifier has to be kept anywhere."""
    derive = services(request).tokens.derive
    return Begun(state, derive("oidc-nonce", state), derive("oidc-verifier-1", state) + derive("oidc-verifier-2", state))


async def post_sign_out(request: web.Request) -> web.StreamResponse:
    """Sign this browser out."""
    await in_thread(services(request).sign_in.sign_out, member=request[MEMBER], session=request[SESSION], now=services(request).now())
    return goodbye("signed-out")


async def post_sign_out_everywhere(request: web.Request) -> web.StreamResponse:
    """Sign every browser of the member out."""
    await in_thread(services(request).sign_in.sign_out_everywhere, member=request[MEMBER], now=services(request).now())
    return goodbye("everywhere")


def goodbye(said: str) -> web.Response:
    """Return the way to the sign-in page, without the session's cookie."""
    answer = web.Response(status=303, headers={"Location": f"{SIGN_IN}?{urlencode({'said': said})}"})
    cookies.drop(answer, cookies.SESSION)
    return answer


async def _welcome(request: web.Request, signed_in: SignedIn, wanted: str) -> web.Response:
    """Return the way into the desk, with a new session's cookie; the one the browser had before ends."""
    old = request.cookies.get(cookies.SESSION)
    if old:
        await in_thread(services(request).sessions.forget, secret=old)
    answer = web.Response(status=303, headers={"Location": _next(wanted)})
    cookies.put(answer, cookies.SESSION, signed_in.secret)
    cookies.drop(answer, cookies.FORM)
    return answer


async def _is_signed_in(request: web.Request) -> bool:
    try:
        await in_thread(
            services(request).sessions.resume,
            secret=request.cookies.get(cookies.SESSION, ""),
            now=services(request).now(),
            is_background=True,
        )
    except SessionEnded:
        return False
    return True


def _form(request: web.Request, *, email: str = "", note: str = "", error: str = "", status: int = 200) -> web.Response:
    mark = request.cookies.get(cookies.FORM) or cookies.new_state()
    answer = render(
        request,
        "sign_in.html",
        status=status,
        email=email,
        note=note,
        error=error,
        form_token=_form_token(request, mark),
        wanted=_next(request.query.get("next", "")),
        with_provider=request.app[DESK].oidc is not None,
        is_unsafe=_is_unsafe(request),
    )
    cookies.put(answer, cookies.FORM, mark)
    return answer


def _form_token(request: web.Request, mark: str) -> str:
    return services(request).tokens.derive("desk-sign-in", mark)


def _is_unsafe(request: web.Request) -> bool:
    """Return whether browsers will refuse the session's cookie: on plain http, anywhere but on this machine."""
    host = urlsplit(f"//{request.host}").hostname or ""
    return request.scheme != "https" and not services(request).public_url.startswith("https://") and not is_loopback(host)


def _next(wanted: str) -> str:
    """Return where to go after signing in: a page of the desk, never another website."""
    parts = urlsplit(wanted)
    is_ours = not parts.scheme and not parts.netloc and (parts.path == _START or parts.path.startswith(_START + "/"))
    return wanted if is_ours and wanted.isprintable() and "\\" not in wanted and parts.path != SIGN_IN else _START


def _provider(request: web.Request) -> OidcClient:
    client = request.app[DESK].oidc
    if client is None:
        raise web.HTTPNotFound
    return client


def _callback(request: web.Request) -> str:
    return f"{services(request).public_url}/desk/oidc/callback"


def _sentence(error: BotError) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."


def client_address(request: web.Request) -> str:
    """Return the address that a request comes from; behind a proxy of ours the one that the proxy names."""
    remote = request.remote or "unknown"
    if remote in request.app[DESK].trusted_proxies:
        return request.headers.get("X-Forwarded-For", remote).rpartition(",")[2].strip() or remote
    return remote
